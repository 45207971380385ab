//! Events as JSON, one object per line: `{"time", "level", "type", …}`.
//!
//! `time` is UTC with milliseconds; `type` is `ready`, `request`, `console`, `note`, `reloaded`, `warning` or `error`;
//! durations are in milliseconds.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::Event;
use super::problem::{Problem, shown};
use crate::cli::LogLevel;

/// The event with its line end.
pub(super) fn line(event: Event<'_>, folder: &Path, now: SystemTime) -> String {
    let (level, name, details) = match event {
        Event::Ready { url } => ("info", "ready", json!({ "url": url })),
        Event::Request { method, path, status, took } => {
            ("info", "request", json!({ "method": method, "path": path, "status": status, "ms": ms(took) }))
        }
        Event::Console { level, text, place, worker } => {
            let mut details = json!({ "message": text });
            if !place.is_empty() {
                details["file"] = place.into();
            }
            if let Some(worker) = worker {
                details["worker"] = worker.into();
            }
            (level_name(level), "console", details)
        }
        Event::Note { text } => ("info", "note", json!({ "message": text })),
        Event::Reloaded { files, took } => {
            let files: Vec<_> = files.iter().map(|file| shown(file, folder)).collect();
            ("info", "reloaded", json!({ "files": files, "ms": ms(took) }))
        }
        Event::Warning(problem) => ("warn", "warning", details(problem, folder)),
        Event::Error(problem) => ("error", "error", details(problem, folder)),
    };
    let mut object = json!({ "time": timestamp(now), "level": level, "type": name });
    if let (Value::Object(object), Value::Object(details)) = (&mut object, details) {
        object.extend(details);
    }
    format!("{object}\n")
}

fn details(problem: &Problem, folder: &Path) -> Value {
    let mut details = json!({ "message": problem.message });
    if let Some(file) = &problem.file {
        details["file"] = shown(file, folder).into();
    }
    if let Some(place) = &problem.place {
        details["line"] = place.line.into();
        details["column"] = place.column.into();
    }
    if let Some(help) = &problem.help {
        details["help"] = help.as_str().into();
    }
    if !problem.stack.is_empty() {
        details["stack"] = problem.stack.as_str().into();
    }
    details
}

fn level_name(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Log | LogLevel::None => "log",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}

fn ms(took: Duration) -> f64 {
    (took.as_secs_f64() * 100_000.0).round() / 100.0
}

/// `2026-01-31T12:00:00.123Z`.
pub(crate) fn timestamp(now: SystemTime) -> String {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, seconds) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    // Days since 1970 to a date, counting years from March so that the leap day is the last of its year.
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let ms = since.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199, "2024-02-29T23:59:59.000Z"),
            (1_798_761_599, "2026-12-31T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(timestamp(UNIX_EPOCH + Duration::from_secs(seconds)), expected);
        }
    }
}
