//! The rules of the key-value storage API: what may be stored, and which keys a `list()` covers.
//!
//! Promises the platform's own refusals, word for word (`workers-api.md` 6.2). Stores nothing and knows no JavaScript:
//! lengths are those of keys in UTF-8 and of values in their serialized form.

use std::fmt;

/// Longest key, in bytes of UTF-8.
pub const KEY_BYTES_MAX: usize = 2048;
/// Largest value of a key-value class, as programs are told.
pub const VALUE_BYTES_ADVERTISED_MAX: usize = 128 * 1024;
/// Largest value of a key-value class that is accepted: the format's own overhead is not held against the program.
pub const VALUE_BYTES_MAX: usize = VALUE_BYTES_ADVERTISED_MAX + 34;
/// Largest key and value together of a SQLite class.
pub const ROW_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Most keys or pairs in one call.
pub const PAIRS_MAX: usize = 128;

/// Which limits a class has: those it was created with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// `new_classes`: keys of 2 KiB, values of 128 KiB.
    KeyValue,
    /// `new_sqlite_classes`: key and value together at most 2 MB.
    Sqlite,
}

/// The constructor of the error a program gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// `Error`
    Error,
    /// `TypeError`
    TypeError,
    /// `RangeError`
    RangeError,
}

/// Why a storage call is refused. Displayed as the message that programs get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A key has this many bytes, more than [`KEY_BYTES_MAX`].
    KeyTooLarge(usize),
    /// A value has this many bytes, more than [`VALUE_BYTES_MAX`].
    ValueTooLarge(usize),
    /// Key and value of a SQLite class exceed [`ROW_BYTES_MAX`] together.
    RowTooLarge,
    /// A call names this many keys or pairs, more than [`PAIRS_MAX`].
    TooManyPairs(usize),
    /// `put(key, undefined)`.
    UndefinedValue,
    /// `put(entries, value)`, where the second argument is no options object.
    EntriesWithValue,
    /// `list()` with both `start` and `startAfter`.
    StartAndStartAfter,
    /// `list()` with a limit of zero or less.
    LimitNotPositive,
    /// `deleteAll()` inside `transaction()`.
    DeleteAllInTransaction,
}

impl Refusal {
    /// The class of error a program gets.
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::KeyTooLarge(_) | Self::ValueTooLarge(_) | Self::TooManyPairs(_) => ErrorClass::RangeError,
            Self::UndefinedValue
            | Self::EntriesWithValue
            | Self::StartAndStartAfter
            | Self::LimitNotPositive => ErrorClass::TypeError,
            Self::RowTooLarge | Self::DeleteAllInTransaction => ErrorClass::Error,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyTooLarge(size) => {
                write!(
                    f,
                    "Keys cannot be larger than {KEY_BYTES_MAX} bytes. A key of size {size} was provided."
                )
            }
            Self::ValueTooLarge(size) => write!(
                f,
                "Values cannot be larger than {VALUE_BYTES_ADVERTISED_MAX} bytes. \
                 A value of size {size} was provided."
            ),
            Self::RowTooLarge => f.write_str("string or blob too big: SQLITE_TOOBIG"),
            Self::TooManyPairs(count) => {
                write!(f, "Maximum number of key value pairs is {PAIRS_MAX}. {count} pairs were provided.")
            }
            Self::UndefinedValue => f.write_str("put() called with undefined value."),
            Self::EntriesWithValue => f.write_str(
                "put() may only be called with a single key-value pair and optional options as \
                 put(key, value, options) or with multiple key-value pairs and optional options as \
                 put(entries, options)",
            ),
            Self::StartAndStartAfter => {
                f.write_str("list() cannot be called with both start and startAfter values.")
            }
            Self::LimitNotPositive => f.write_str("List limit must be positive."),
            Self::DeleteAllInTransaction => f.write_str("Cannot call deleteAll() within a transaction"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Checks a key of any call.
pub const fn check_key(backend: Backend, key: &str) -> Result<(), Refusal> {
    match backend {
        Backend::KeyValue if key.len() > KEY_BYTES_MAX => Err(Refusal::KeyTooLarge(key.len())),
        Backend::Sqlite if key.len() > ROW_BYTES_MAX => Err(Refusal::RowTooLarge),
        _ => Ok(()),
    }
}

/// Checks a pair about to be stored. `value_bytes` is the length of the serialized value.
pub const fn check_pair(backend: Backend, key: &str, value_bytes: usize) -> Result<(), Refusal> {
    if let Err(refusal) = check_key(backend, key) {
        return Err(refusal);
    }
    match backend {
        Backend::KeyValue if value_bytes > VALUE_BYTES_MAX => Err(Refusal::ValueTooLarge(value_bytes)),
        Backend::Sqlite if key.len().saturating_add(value_bytes) > ROW_BYTES_MAX => Err(Refusal::RowTooLarge),
        _ => Ok(()),
    }
}

/// Checks how many keys or pairs one call names.
pub const fn check_pairs_count(count: usize) -> Result<(), Refusal> {
    if count > PAIRS_MAX { Err(Refusal::TooManyPairs(count)) } else { Ok(()) }
}

/// Which way a listing runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Ascending by UTF-8 bytes.
    #[default]
    Forward,
    /// Descending; the meaning of start and end stays.
    Reverse,
}

/// The options of `list()` as a program gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// First key, inclusive.
    pub start: Option<String>,
    /// Key before the first one; not together with `start`.
    pub start_after: Option<String>,
    /// End, exclusive.
    pub end: Option<String>,
    /// What every key must begin with.
    pub prefix: Option<String>,
    /// Which way to go.
    pub order: Order,
    /// Most entries to return; negative and zero are refused.
    pub limit: Option<i64>,
}

/// A range of keys: what is left of [`ListOptions`] once they are understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRange {
    /// First key, inclusive.
    pub start: String,
    /// End, exclusive; none reaches to the last key.
    pub end: Option<String>,
    /// Which way to go.
    pub order: Order,
    /// Most entries to return.
    pub limit: Option<u32>,
}

impl ListOptions {
    /// Turns options into a range. `None` means that no key can be in it.
    pub fn range(self) -> Result<Option<ListRange>, Refusal> {
        let mut start = match (self.start, self.start_after) {
            (Some(_), Some(_)) => return Err(Refusal::StartAndStartAfter),
            (Some(start), None) => start,
            // The smallest key above another is that key and a NUL.
            (None, Some(after)) => after + "\0",
            (None, None) => String::new(),
        };
        let limit = match self.limit {
            Some(limit) if limit <= 0 => return Err(Refusal::LimitNotPositive),
            Some(limit) => Some(u32::try_from(limit).unwrap_or(u32::MAX)),
            None => None,
        };
        let mut end = self.end;
        if let Some(prefix) = self.prefix {
            let prefix_end = key_after_prefix(&prefix);
            if start < prefix {
                start = prefix;
            }
            end = match (end, prefix_end) {
                (Some(end), Some(prefix_end)) => Some(end.min(prefix_end)),
                (end, prefix_end) => end.or(prefix_end),
            };
        }
        if end.as_ref().is_some_and(|end| *end <= start) {
            return Ok(None);
        }
        Ok(Some(ListRange { start, end, order: self.order, limit }))
    }
}

/// The smallest key that sorts after every key with the prefix; none if there is no such key. Order by code point
/// is order by UTF-8 bytes, so the last character that can be raised is.
fn key_after_prefix(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        let raised = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            _ => char::from_u32(u32::from(last) + 1),
        };
        if let Some(raised) = raised {
            text.push(raised);
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_the_messages_of_the_platform() {
        let check = |refusal: Refusal, class, message: &str| {
            assert_eq!((refusal.class(), refusal.to_string().as_str()), (class, message));
        };
        let key = "x".repeat(2049);
        check(
            check_key(Backend::KeyValue, &key).unwrap_err(),
            ErrorClass::RangeError,
            "Keys cannot be larger than 2048 bytes. A key of size 2049 was provided.",
        );
        check(
            check_pair(Backend::KeyValue, "k", 131_107).unwrap_err(),
            ErrorClass::RangeError,
            "Values cannot be larger than 131072 bytes. A value of size 131107 was provided.",
        );
        check(
            check_pairs_count(129).unwrap_err(),
            ErrorClass::RangeError,
            "Maximum number of key value pairs is 128. 129 pairs were provided.",
        );
        check(
            check_pair(Backend::Sqlite, "k", ROW_BYTES_MAX).unwrap_err(),
            ErrorClass::Error,
            "string or blob too big: SQLITE_TOOBIG",
        );
    }

    #[test]
    fn limits_are_inclusive() {
        assert_eq!(check_key(Backend::KeyValue, &"é".repeat(1024)), Ok(()));
        assert_eq!(check_key(Backend::KeyValue, &"é".repeat(1025)), Err(Refusal::KeyTooLarge(2050)));
        assert_eq!(check_pair(Backend::KeyValue, "k", VALUE_BYTES_MAX), Ok(()));
        assert_eq!(check_pair(Backend::Sqlite, "k", ROW_BYTES_MAX - 1), Ok(()));
        assert_eq!(check_key(Backend::Sqlite, &"k".repeat(4096)), Ok(()));
        assert_eq!(check_pairs_count(128), Ok(()));
    }

    fn range(options: ListOptions) -> Option<(String, Option<String>)> {
        options.range().unwrap().map(|range| (range.start, range.end))
    }

    #[test]
    fn a_prefix_clamps_start_and_end() {
        let options = |start: &str, end: &str| ListOptions {
            start: Some(start.into()),
            end: Some(end.into()),
            prefix: Some("p".into()),
            ..ListOptions::default()
        };
        let bounds = |start: &str, end: &str| Some((start.to_owned(), Some(end.to_owned())));
        assert_eq!(range(options("a", "z")), bounds("p", "q"));
        assert_eq!(range(options("p5", "p7")), bounds("p5", "p7"));
        assert_eq!(range(options("q", "z")), None);
        assert_eq!(range(options("a", "p")), None);
    }

    #[test]
    fn the_end_of_a_prefix_is_the_next_code_point() {
        assert_eq!(key_after_prefix("a"), Some("b".into()));
        assert_eq!(key_after_prefix("a\u{7f}"), Some("a\u{80}".into()));
        assert_eq!(key_after_prefix("\u{d7ff}"), Some("\u{e000}".into()));
        assert_eq!(key_after_prefix("a\u{10ffff}"), Some("b".into()));
        assert_eq!(key_after_prefix("\u{10ffff}"), None);
        assert_eq!(key_after_prefix(""), None);
    }

    #[test]
    fn arguments_that_contradict_are_refused() {
        let both =
            ListOptions { start: Some("a".into()), start_after: Some("a".into()), ..Default::default() };
        assert_eq!(both.range(), Err(Refusal::StartAndStartAfter));
        for limit in [0, -1] {
            let options = ListOptions { limit: Some(limit), ..Default::default() };
            assert_eq!(options.range(), Err(Refusal::LimitNotPositive));
        }
    }
}
