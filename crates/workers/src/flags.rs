//! Compatibility dates and flags: which of the platform's behaviours a program asked for.
//!
//! A program names a date, and flags that deviate from what that date implies. [`Flags::from`] turns both into one
//! answer per flag. Names the platform does not know are refused, as are pairs that contradict each other; a date this
//! server does not know yet is accepted with a warning, since the newest behaviour it has is the best it can give.
//!
//! Only some flags change what programs observe here (they are listed at the end of appendix A in `workers-api.md`); for
//! all others the newest behaviour is implemented, and the flag is merely reported.

mod table;

use std::fmt;

/// The date that applies to a program which names none, as the platform's API has it.
pub const DEFAULT_DATE: &str = "2021-11-02";

/// The newest date whose behaviour is known here.
pub const NEWEST_DATE: &str = "2026-11-17";

/// When a flag is on without being named. Dates are `YYYY-MM-DD`, which order as text.
#[derive(Debug, Clone, Copy)]
enum Default {
    /// From this date on.
    From(&'static str),
    /// Only when named.
    Never,
    /// When all of these flags are on, from this date on.
    With(&'static [&'static str], &'static str),
    /// From the first date on, or together with these flags from the second.
    Either(&'static str, &'static [&'static str], &'static str),
}

/// What one program asked for, one answer per flag.
#[derive(Debug, Clone)]
pub struct Flags {
    date: String,
    /// In the order of the table.
    on: Vec<bool>,
    warnings: Vec<FlagWarning>,
}

/// Why a date with flags is refused. The texts are the platform's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlagError {
    /// Not a date of the form `YYYY-MM-DD`.
    InvalidDate(String),
    /// Nobody knows a flag of this name.
    Unknown(String),
    /// The flag is named more than once.
    Repeated(String),
    /// A flag and the one that undoes it.
    Contradictory(String, String),
}

/// What the author should hear although the program runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlagWarning {
    /// The date is later than anything known here.
    DateAhead(String),
    /// The flag belongs to an experiment of the platform and changes nothing here.
    NoEffect(String),
}

impl Flags {
    /// The behaviours for a compatibility date and the flags named beside it.
    pub fn from<S: AsRef<str>>(date: &str, named: &[S]) -> Result<Flags, FlagError> {
        if !is_date(date) {
            return Err(FlagError::InvalidDate(date.to_owned()));
        }
        let mut warnings = Vec::new();
        if date > NEWEST_DATE {
            warnings.push(FlagWarning::DateAhead(date.to_owned()));
        }
        let mut asked: Vec<Option<bool>> = vec![None; table::TABLE.len()];
        for (position, name) in named.iter().enumerate() {
            let name = name.as_ref();
            if named[..position].iter().any(|earlier| earlier.as_ref() == name) {
                return Err(FlagError::Repeated(name.to_owned()));
            }
            let row = table::TABLE
                .iter()
                .position(|&(enable, disable, _)| enable == name || (disable == name && !name.is_empty()));
            match row {
                Some(index) => {
                    let (enable, disable, _) = table::TABLE[index];
                    if asked[index].is_some() {
                        return Err(FlagError::Contradictory(enable.to_owned(), disable.to_owned()));
                    }
                    asked[index] = Some(enable == name);
                }
                None if table::ACCEPTED.contains(&name) => {
                    warnings.push(FlagWarning::NoEffect(name.to_owned()));
                }
                None => return Err(FlagError::Unknown(name.to_owned())),
            }
        }
        let on = (0..table::TABLE.len()).map(|index| resolve(index, date, &asked)).collect();
        Ok(Flags { date: date.to_owned(), on, warnings })
    }

    /// Whether the behaviour with this enable name is on. Names that are not in the table are off.
    pub fn is_on(&self, name: &str) -> bool {
        self.iter().any(|(enable, on)| on && enable == name)
    }

    /// Every flag by its enable name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, bool)> {
        table::TABLE.iter().map(|&(enable, _, _)| enable).zip(self.on.iter().copied())
    }

    /// The compatibility date.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// What the author should be told, once.
    pub fn warnings(&self) -> &[FlagWarning] {
        &self.warnings
    }
}

impl std::default::Default for Flags {
    /// What a program gets that names neither a date nor flags.
    fn default() -> Flags {
        Flags::from(DEFAULT_DATE, &[] as &[&str]).expect("the default date is a date")
    }
}

/// Whether the flag of row `index` is on. The table has no circles: a flag depends on flags that depend on dates.
fn resolve(index: usize, date: &str, asked: &[Option<bool>]) -> bool {
    if let Some(answer) = asked[index] {
        return answer;
    }
    let all_on = |names: &[&str]| {
        names.iter().all(|name| {
            table::TABLE
                .iter()
                .position(|&(enable, _, _)| enable == *name)
                .is_some_and(|needed| resolve(needed, date, asked))
        })
    };
    match table::TABLE[index].2 {
        Default::From(from) => date >= from,
        Default::Never => false,
        Default::With(names, from) => date >= from && all_on(names),
        Default::Either(from, names, with_from) => date >= from || (date >= with_from && all_on(names)),
    }
}

/// `YYYY-MM-DD` with a month and day that can exist; like the platform, not a calendar.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes.get(range).filter(|part| part.iter().all(u8::is_ascii_digit)).and_then(|part| {
            part.iter().try_fold(0u32, |value, digit| Some(value * 10 + u32::from(digit - b'0')))
        })
    };
    bytes.len() == 10
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && digits(0..4).is_some()
        && digits(5..7).is_some_and(|month| (1..=12).contains(&month))
        && digits(8..10).is_some_and(|day| (1..=31).contains(&day))
}

impl fmt::Display for FlagError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlagError::InvalidDate(date) => write!(formatter, "Invalid compatibility date: {date}"),
            FlagError::Unknown(name) => write!(formatter, "No such compatibility flag: {name}"),
            FlagError::Repeated(name) => {
                write!(formatter, "Compatibility flag specified multiple times: {name}")
            }
            FlagError::Contradictory(enable, disable) => {
                write!(formatter, "Compatibility flags are mutually contradictory: {enable} vs {disable}")
            }
        }
    }
}

impl std::error::Error for FlagError {}

impl fmt::Display for FlagWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlagWarning::DateAhead(date) => write!(
                formatter,
                "compatibility date {date} is newer than {NEWEST_DATE}, the newest this server knows; \
                 it behaves as of that date"
            ),
            FlagWarning::NoEffect(name) => {
                write!(formatter, "compatibility flag {name} has no effect here")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(date: &str, named: &[&str], flag: &str) -> bool {
        Flags::from(date, named).unwrap().is_on(flag)
    }

    #[test]
    fn a_date_implies_its_flags() {
        assert!(!on("2026-03-02", &[], "websocket_close_reason_byte_limit"));
        assert!(on("2026-03-03", &[], "websocket_close_reason_byte_limit"));
        assert!(!Flags::default().is_on("durable_object_fetch_requires_full_url"));
    }

    #[test]
    fn a_named_flag_beats_the_date() {
        assert!(on("2021-11-02", &["rpc"], "rpc"));
        assert!(!on("2026-08-22", &["no_rpc"], "rpc"));
        assert!(on("2026-08-22", &["web_socket_manual_reply_to_close"], "rpc"));
        assert!(!on("2026-08-22", &["web_socket_manual_reply_to_close"], "web_socket_auto_reply_to_close"));
    }

    #[test]
    fn a_flag_can_come_with_another() {
        assert!(!on("2024-09-22", &["nodejs_compat"], "nodejs_zlib"));
        assert!(on("2024-09-23", &["nodejs_compat"], "nodejs_zlib"));
        assert!(on("2024-09-23", &["nodejs_compat"], "nodejs_compat_v2"));
        assert!(!on("2026-08-03", &[], "nodejs_zlib"));
        assert!(on("2026-08-04", &[], "nodejs_zlib"));
        assert!(!on("2026-08-04", &["no_nodejs_compat"], "nodejs_zlib"));
    }

    #[test]
    fn bad_requests_are_refused_in_the_platforms_words() {
        let refused = |date: &str, named: &[&str]| Flags::from(date, named).unwrap_err().to_string();
        assert_eq!(refused("2026-02-01", &["nope"]), "No such compatibility flag: nope");
        assert_eq!(refused("2026-02-01", &[""]), "No such compatibility flag: ");
        assert_eq!(
            refused("2026-02-01", &["no_rpc", "rpc"]),
            "Compatibility flags are mutually contradictory: rpc vs no_rpc"
        );
        assert_eq!(
            refused("2026-02-01", &["rpc", "rpc"]),
            "Compatibility flag specified multiple times: rpc"
        );
        for date in ["foo", "2026-2-1", "2026-13-01", "2026-01-32", "", "2026-01-01T00"] {
            assert_eq!(refused(date, &[]), format!("Invalid compatibility date: {date}"));
        }
    }

    #[test]
    fn what_runs_but_should_be_said_is_a_warning() {
        let flags = Flags::from("2099-01-01", &["streaming_tail_worker"]).unwrap();
        assert!(flags.is_on("rpc"));
        assert_eq!(
            flags.warnings(),
            [
                FlagWarning::DateAhead("2099-01-01".into()),
                FlagWarning::NoEffect("streaming_tail_worker".into())
            ]
        );
    }

    #[test]
    fn names_in_the_table_are_unique() {
        let mut names: Vec<&str> = table::TABLE
            .iter()
            .flat_map(|&(enable, disable, _)| [enable, disable])
            .chain(table::ACCEPTED.iter().copied())
            .filter(|name| !name.is_empty())
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
