//! The values that flags take, from text.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, SystemTime};

use crate::objects::Moment;

/// `10s`, `500ms`, `2m`, or a number of seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let scale = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("a time is a number with ms, s, m or h, as in 10s".to_owned()),
    };
    let seconds = number.parse::<f64>().map(|number| number * scale).unwrap_or(f64::NAN);
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| "a time is a number with ms, s, m or h, as in 10s".to_owned())
}

/// `256MB`, `1GB`, or a number of megabytes.
pub(super) fn memory(text: &str) -> Result<usize, String> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err("a size is a number with MB or GB, as in 256MB".to_owned()),
    };
    let bytes = number.parse::<usize>().ok().and_then(|number| number.checked_mul(1 << shift));
    let bytes = bytes.ok_or("a size is a number with MB or GB, as in 256MB")?;
    if bytes < MEMORY_BYTES_MIN {
        return Err(format!("a program needs at least {} MB", MEMORY_BYTES_MIN >> 20));
    }
    Ok(bytes)
}

/// What the runtime needs for itself, and a little more.
const MEMORY_BYTES_MIN: usize = 16 << 20;

/// A point in time: `2026-11-22T18:45:00.120Z` or a part of it in UTC, a time ago as for [`duration`] with its unit,
/// milliseconds since 1970, or a bookmark.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    moment_from(text, i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
}

fn moment_from(text: &str, now_ms: i64) -> Result<Moment, String> {
    if holdfast_store::Bookmark::is_like(text) {
        return Ok(Moment::Bookmark(text.to_owned()));
    }
    if text.ends_with(|c: char| c.is_ascii_lowercase())
        && let Ok(ago) = duration(text)
    {
        return Ok(Moment::Time(now_ms.saturating_sub(i64::try_from(ago.as_millis()).unwrap_or(i64::MAX))));
    }
    if text.len() >= 10 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map(Moment::Time).map_err(|_| "that time is too far".to_owned());
    }
    date(text).map(Moment::Time).ok_or_else(|| {
        "a point is a time in UTC as 2026-11-22T18:45:00Z, a time ago as 10m, or a bookmark".to_owned()
    })
}

/// Milliseconds since 1970 of a date in UTC with a time, as far as it is given.
fn date(text: &str) -> Option<i64> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
    let number = |text: &str, range: std::ops::RangeInclusive<i64>| {
        let number: i64 =
            text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()?;
        range.contains(&number).then_some(number)
    };
    let mut parts = date.splitn(3, '-');
    let year = number(parts.next()?, 1970..=9999)?;
    let (month, day) = (number(parts.next()?, 1..=12)?, number(parts.next()?, 1..=31)?);
    let mut parts = time.splitn(3, ':');
    let (hour, minute) = (number(parts.next()?, 0..=23)?, number(parts.next()?, 0..=59)?);
    let second = parts.next().unwrap_or("0");
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    let second = number(second, 0..=59)?;
    let ms = number(format!("{fraction:0<3}").get(..3)?, 0..=999)?;
    // Days since 1970, counting years from March so that the leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms)
}

/// `NAME:VALUE`; the value may contain colons.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("it should be NAME:VALUE".to_owned()),
    }
}

/// An address, or what wrangler takes for one: `localhost`, `*`.
pub(super) fn address(text: &str) -> Result<IpAddr, String> {
    match text {
        "localhost" => Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        "*" => Ok(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        _ => text.trim_matches(['[', ']']).parse().map_err(|_| format!("\"{text}\" is not an IP address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let bookmark = format!("0000007b-0000b26e-00001538-{}", "0f".repeat(16));
        let now = 1_795_372_565_732;
        for (text, moment) in [
            ("2026-11-22T18:36:05.732Z", Moment::Time(now)),
            ("2026-11-22 18:36:05.7", Moment::Time(now - 32)),
            ("2026-11-22T18:36", Moment::Time(now - 5732)),
            ("2000-02-29", Moment::Time(951_782_400_000)),
            ("10m", Moment::Time(now - 600_000)),
            ("1795372565732", Moment::Time(now)),
            (&bookmark, Moment::Bookmark(bookmark.clone())),
        ] {
            assert_eq!(moment_from(text, now), Ok(moment), "{text}");
        }
        for text in ["", "yesterday", "2026-13-01", "2026-11-22T25:00", "2026-11-22T18", "-5", &bookmark[1..]]
        {
            assert!(moment_from(text, now).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes() {
        for (text, megabytes) in [("16", 16), ("256MB", 256), ("1gb", 1024), ("64MiB", 64), ("2G", 2048)] {
            assert_eq!(memory(text), Ok(megabytes << 20), "{text}");
        }
        for text in ["", "MB", "15MB", "-1", "1.5GB", "64KB", "99999999999999999GB"] {
            assert!(memory(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations() {
        for (text, ms) in
            [("10", 10_000), ("10s", 10_000), ("500ms", 500), ("1.5s", 1500), ("2m", 120_000), ("0", 0)]
        {
            assert_eq!(duration(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "s", "10x", "-1s", "ten", "1e400"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
