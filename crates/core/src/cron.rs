//! Cron expressions as the platform has them: which minutes, in UTC, they name.
//!
//! Five fields: minute, hour, day of the month, month, day of the week (1 is Sunday). Each is `*` or a list of values,
//! ranges and steps; months and days have names. A range may go round the end (`FRI-MON`). For days of the month there
//! are `L` (the last), `L-3`, `LW` (the last from Monday to Friday), `15W` (the one from Monday to Friday nearest the 15th)
//! and `L-3W`; for days of the week `L` (Saturday), `5L` (the last Thursday) and `2#1` (the first Monday). When both days
//! are given, either will do.
//!
//! Source: the platform's documentation of Cron Triggers.

use crate::alarm::Time;
use std::fmt;
use std::str::FromStr;

const MS_PER_MINUTE: i64 = 60_000;
const MINUTES_PER_DAY: i64 = 24 * 60;

/// After this many days without a match there is none: the calendar repeats itself long before.
const DAYS_AHEAD_MAX: i64 = 366 * 41;

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A cron expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    /// Bits by minute, hour and month (from 1).
    minutes: u64,
    hours: u64,
    months: u64,
    days: Days,
    weekdays: Weekdays,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Days {
    Any,
    /// Bits by day, from 1.
    Set(u64),
    /// So many days before the month's last.
    BeforeLast(u32),
    /// The day from Monday to Friday that is nearest the one so many days before the last.
    NearestBeforeLast(u32),
    /// The day from Monday to Friday that is nearest this one.
    Nearest(u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Weekdays {
    Any,
    /// Bits by day, Sunday is 1.
    Set(u64),
    /// The month's last such day.
    Last(u32),
    /// The month's first, second … such day.
    Nth(u32, u32),
}

/// Why a text is no cron expression, in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCron(String);

impl fmt::Display for NotCron {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for NotCron {}

/// What can stand in a field.
struct Field {
    name: &'static str,
    first: u32,
    last: u32,
    /// Names of the values, from `first` on.
    names: &'static [&'static str],
}

const MINUTE: Field = Field { name: "minute", first: 0, last: 59, names: &[] };
const HOUR: Field = Field { name: "hour", first: 0, last: 23, names: &[] };
const DAY: Field = Field { name: "day of the month", first: 1, last: 31, names: &[] };
const MONTH: Field = Field { name: "month", first: 1, last: 12, names: MONTHS };
const WEEKDAY: Field = Field { name: "day of the week", first: 1, last: 7, names: WEEKDAYS };

impl FromStr for Cron {
    type Err = NotCron;

    fn from_str(text: &str) -> Result<Cron, NotCron> {
        let fields: Vec<&str> = text.split([' ', '\t']).filter(|field| !field.is_empty()).collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(NotCron(format!(
                "it has {} fields, not five (minute, hour, day of the month, month, day of the week)",
                fields.len()
            )));
        };
        Ok(Cron {
            minutes: MINUTE.list(minute)?,
            hours: HOUR.list(hour)?,
            months: MONTH.list(month)?,
            days: days(day)?,
            weekdays: weekdays(weekday)?,
        })
    }
}

fn days(text: &str) -> Result<Days, NotCron> {
    if text == "*" {
        return Ok(Days::Any);
    }
    if let Some(rest) = text.strip_prefix('L') {
        let (rest, is_weekday) = rest.strip_suffix('W').map_or((rest, false), |rest| (rest, true));
        let before = match rest.strip_prefix('-') {
            Some(number) => bounded(number, "days before the last", 1, 30)?,
            None if rest.is_empty() => 0,
            None => return Err(DAY.unknown(text)),
        };
        return Ok(if is_weekday { Days::NearestBeforeLast(before) } else { Days::BeforeLast(before) });
    }
    match text.strip_suffix('W') {
        Some(day) => Ok(Days::Nearest(DAY.value(day)?)),
        None => Ok(Days::Set(DAY.list(text)?)),
    }
}

fn weekdays(text: &str) -> Result<Weekdays, NotCron> {
    if text == "*" {
        return Ok(Weekdays::Any);
    }
    if text == "L" {
        return Ok(Weekdays::Set(1 << WEEKDAY.last));
    }
    if let Some(day) = text.strip_suffix('L') {
        return Ok(Weekdays::Last(WEEKDAY.value(day)?));
    }
    match text.split_once('#') {
        Some((day, nth)) => Ok(Weekdays::Nth(WEEKDAY.value(day)?, bounded(nth, "number after #", 1, 5)?)),
        None => Ok(Weekdays::Set(WEEKDAY.list(text)?)),
    }
}

impl Field {
    /// The values of a list, as bits.
    fn list(&self, text: &str) -> Result<u64, NotCron> {
        if text == "*" {
            return Ok(self.range(self.first, self.last, 1));
        }
        text.split(',').try_fold(0, |bits, item| Ok(bits | self.item(item)?))
    }

    /// A value, a range, or either with a step.
    fn item(&self, text: &str) -> Result<u64, NotCron> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(bounded(step, "step", 1, self.last - self.first)?)),
            None => (text, None),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (self.value(from)?, self.value(to)?),
            None if range == "*" && step.is_some() => (self.first, self.last),
            None => {
                let value = self.value(range)?;
                (value, if step.is_some() { self.last } else { value })
            }
        };
        Ok(self.range(from, to, step.unwrap_or(1)))
    }

    /// The values from one to another, round the end if need be.
    fn range(&self, from: u32, to: u32, step: u32) -> u64 {
        let count = self.last - self.first + 1;
        let length = (to + count - from) % count;
        (0..=length)
            .step_by(step as usize)
            .fold(0, |bits, distance| bits | 1 << ((from - self.first + distance) % count + self.first))
    }

    fn value(&self, text: &str) -> Result<u32, NotCron> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        if let Some(at) = named.and_then(|at| u32::try_from(at).ok()) {
            return Ok(self.first + at);
        }
        match number(text) {
            None => Err(self.unknown(text)),
            Some(value) if (self.first..=self.last).contains(&value) => Ok(value),
            Some(value) => {
                let names = match self.names {
                    [first, .., last] => format!(" ({first} to {last})"),
                    _ => String::new(),
                };
                let (name, first, last) = (self.name, self.first, self.last);
                Err(NotCron(format!("{value} is no {name}: they go from {first} to {last}{names}")))
            }
        }
    }

    fn unknown(&self, text: &str) -> NotCron {
        NotCron(format!("\"{text}\" is no {}", self.name))
    }
}

fn number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn bounded(text: &str, name: &str, least: u32, most: u32) -> Result<u32, NotCron> {
    number(text)
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| NotCron(format!("\"{text}\" is no {name}: it is from {least} to {most}")))
}

impl Cron {
    /// The next minute after `time` that it names, unless there is none.
    pub fn next_after(&self, time: Time) -> Option<Time> {
        let first = time.to_ms().div_euclid(MS_PER_MINUTE) + 1;
        let (today, minute) = (first.div_euclid(MINUTES_PER_DAY), first.rem_euclid(MINUTES_PER_DAY));
        for day in today..today + DAYS_AHEAD_MAX {
            if !self.names_day(day) {
                continue;
            }
            let from = if day == today { minute } else { 0 };
            let named = |minute: &i64| self.minutes >> (minute % 60) & 1 & self.hours >> (minute / 60) == 1;
            if let Some(minute) = (from..MINUTES_PER_DAY).find(named) {
                return Some(Time::from_ms((day * MINUTES_PER_DAY + minute) * MS_PER_MINUTE));
            }
        }
        None
    }

    /// Whether it names any minute of a day, given in days since 1970.
    fn names_day(&self, day: i64) -> bool {
        let date = Date::of(day);
        if self.months >> date.month & 1 == 0 {
            return false;
        }
        let by_day = match self.days {
            Days::Any => None,
            Days::Set(days) => Some(days >> date.day & 1 == 1),
            Days::BeforeLast(before) => Some(date.day + before == date.length),
            Days::NearestBeforeLast(before) => {
                Some(date.length.checked_sub(before).is_some_and(|day| day > 0 && date.is_nearest(day)))
            }
            Days::Nearest(day) => Some(date.is_nearest(day)),
        };
        let by_weekday = match self.weekdays {
            Weekdays::Any => None,
            Weekdays::Set(days) => Some(days >> date.weekday & 1 == 1),
            Weekdays::Last(day) => Some(date.weekday == day && date.day + 7 > date.length),
            Weekdays::Nth(day, nth) => Some(date.weekday == day && date.day.div_ceil(7) == nth),
        };
        match (by_day, by_weekday) {
            (None, None) => true,
            (by_day, by_weekday) => by_day == Some(true) || by_weekday == Some(true),
        }
    }
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Date {
    month: u32,
    day: u32,
    /// Days in the month.
    length: u32,
    /// 1 is Sunday.
    weekday: u32,
}

impl Date {
    /// The date so many days after the first of January 1970.
    fn of(days: i64) -> Date {
        // Counted from the first of March 2000, where a cycle of 400 years begins: leap days are the last of their years.
        const MARCH_2000: i64 = 11_017;
        const CYCLE: i64 = 146_097;
        let day = (days - MARCH_2000).rem_euclid(CYCLE);
        let century = (day / 36_524).min(3);
        let day = day - century * 36_524;
        let four = (day / 1_461).min(24);
        let day = day - four * 1_461;
        let year = (day / 365).min(3);
        let day = day - year * 365;
        // February of this year is in the next one by the calendar.
        let is_leap = year == 3 && (four != 24 || century == 3);
        let lengths = [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, if is_leap { 29 } else { 28 }];
        let (mut month, mut rest) = (0, day);
        while rest >= lengths[month] {
            rest -= lengths[month];
            month += 1;
        }
        let small = |number: i64| u32::try_from(number).expect("a part of a date is small");
        Date {
            month: (small(i64::try_from(month).expect("a month is small")) + 2) % 12 + 1,
            day: small(rest) + 1,
            length: small(lengths[month]),
            // The first of January 1970 was a Thursday.
            weekday: small((days + 4).rem_euclid(7)) + 1,
        }
    }

    /// Whether this is the day from Monday to Friday that is nearest `day` of its month, and in it.
    fn is_nearest(self, day: u32) -> bool {
        if day > self.length {
            return false;
        }
        // The weekday of `day`, from 0 for Sunday.
        let weekday = (self.weekday - 1 + 35 + day - self.day) % 7;
        let nearest = match weekday {
            0 if day == self.length => day - 2,
            0 => day + 1,
            6 if day == 1 => day + 2,
            6 => day - 1,
            _ => day,
        };
        self.day == nearest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    /// A moment from `year-month-day hour:minute`, found by counting days.
    fn moment(text: &str) -> Time {
        let parts: Vec<i64> = text.split(['-', ' ', ':']).map(|part| part.parse().unwrap()).collect();
        let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let months = |year| [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let years: i64 = (1970..parts[0]).map(|year| if leap(year) { 366 } else { 365 }).sum();
        let month: i64 = months(parts[0])[..usize::try_from(parts[1]).unwrap() - 1].iter().sum();
        let days = years + month + parts[2] - 1;
        Time::from_ms(days * DAY_MS + (parts[3] * 60 + parts[4]) * MS_PER_MINUTE)
    }

    /// The moments `cron` names after `from` begin with `expected`.
    fn check(cron: &str, from: &str, expected: &[&str]) {
        let parsed: Cron = cron.parse().unwrap();
        let mut time = moment(from);
        for expected in expected {
            time = parsed.next_after(time).unwrap_or_else(|| panic!("{cron} ends before {expected}"));
            assert_eq!(time, moment(expected), "{cron} after {from}: expected {expected}");
        }
    }

    #[test]
    fn lists_ranges_and_steps() {
        check("* * * * *", "2026-11-22 23:59", &["2026-11-23 00:00", "2026-11-23 00:01"]);
        check("*/20 * * * *", "2026-11-22 10:20", &["2026-11-22 10:40", "2026-11-22 11:00"]);
        check(
            "5/20 * * * *",
            "2026-11-22 10:20",
            &["2026-11-22 10:25", "2026-11-22 10:45", "2026-11-22 11:05"],
        );
        check(
            "0,30 9-17/4 * * *",
            "2026-11-22 08:00",
            &["2026-11-22 09:00", "2026-11-22 09:30", "2026-11-22 13:00"],
        );
        check(
            "58-1 0 * * *",
            "2026-11-22 00:01",
            &["2026-11-22 00:58", "2026-11-22 00:59", "2026-11-23 00:00"],
        );
        check("0 0 1 JAN,jul *", "2026-01-01 00:00", &["2026-07-01 00:00", "2027-01-01 00:00"]);
    }

    #[test]
    fn days_of_the_week_begin_with_sunday_as_1() {
        // The 22nd of November 2026 is a Sunday.
        check("0 0 * * 1", "2026-11-21 12:00", &["2026-11-22 00:00", "2026-11-29 00:00"]);
        check("0 0 * * SUN", "2026-11-21 12:00", &["2026-11-22 00:00"]);
        check("0 0 * * L", "2026-11-22 12:00", &["2026-11-28 00:00"]);
        check(
            "0 0 * * fri-MON",
            "2026-11-24 00:00",
            &[
                "2026-11-27 00:00",
                "2026-11-28 00:00",
                "2026-11-29 00:00",
                "2026-11-30 00:00",
                "2026-12-04 00:00",
            ],
        );
        check("0 0 * * 6L", "2026-11-01 00:00", &["2026-11-27 00:00", "2026-12-25 00:00"]);
        check("0 0 * * 2#1", "2026-11-03 00:00", &["2026-12-07 00:00", "2027-01-04 00:00"]);
        check("0 0 * * SUN#5", "2026-11-01 12:00", &["2026-11-29 00:00", "2027-01-31 00:00"]);
    }

    #[test]
    fn days_of_the_month() {
        check("0 0 L * *", "2028-01-31 00:00", &["2028-02-29 00:00", "2028-03-31 00:00", "2028-04-30 00:00"]);
        check("0 0 L-2 2 *", "2027-01-01 00:00", &["2027-02-26 00:00", "2028-02-27 00:00"]);
        // January 2026 ends on a Saturday, May 2026 on a Sunday.
        check("59 23 LW * *", "2026-01-01 00:00", &["2026-01-30 23:59", "2026-02-27 23:59"]);
        check("0 0 LW 5 *", "2026-01-01 00:00", &["2026-05-29 00:00"]);
        // The 1st of August 2026 is a Saturday, the 15th of November a Sunday.
        check("0 0 1W 8 *", "2026-01-01 00:00", &["2026-08-03 00:00"]);
        check("0 0 15W 11 *", "2026-01-01 00:00", &["2026-11-16 00:00"]);
        check("0 0 L-1W 1 *", "2026-01-01 00:00", &["2026-01-30 00:00"]);
        check("0 0 29 2 *", "2026-01-01 00:00", &["2028-02-29 00:00", "2032-02-29 00:00"]);
        check("0 0 29 2 *", "2096-03-01 00:00", &["2104-02-29 00:00"]);
    }

    #[test]
    fn either_day_will_do_when_both_are_given() {
        check(
            "0 0 13 * FRI",
            "2026-11-01 00:00",
            &[
                "2026-11-06 00:00",
                "2026-11-13 00:00",
                "2026-11-20 00:00",
                "2026-11-27 00:00",
                "2026-12-04 00:00",
                "2026-12-11 00:00",
                "2026-12-13 00:00",
            ],
        );
    }

    #[test]
    fn what_never_comes_has_no_next_moment() {
        for never in ["0 0 31 11 *", "0 0 30 FEB *", "0 0 31W 6 *"] {
            assert_eq!(
                never.parse::<Cron>().unwrap().next_after(moment("2026-01-01 00:00")),
                None,
                "{never}"
            );
        }
        // The fifth Sunday of February: once in 28 years, or in 40.
        check(
            "0 0 * 2 SUN#5",
            "2026-01-01 00:00",
            &["2032-02-29 00:00", "2060-02-29 00:00", "2088-02-29 00:00", "2128-02-29 00:00"],
        );
    }

    #[test]
    fn dates_agree_with_counting() {
        let mut days = 0;
        for year in 1970..2405 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for (month, length) in
                (1..).zip([31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
            {
                for day in 1..=length {
                    let weekday = u32::try_from((days + 4) % 7).unwrap() + 1;
                    assert_eq!(Date::of(days), Date { month, day, length, weekday }, "{year}-{month}-{day}");
                    days += 1;
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (cron, expected) in [
            ("* * * *", "it has 4 fields, not five (minute, hour, day of the month, month, day of the week)"),
            (
                "0 0 * * * *",
                "it has 6 fields, not five (minute, hour, day of the month, month, day of the week)",
            ),
            ("60 * * * *", "60 is no minute: they go from 0 to 59"),
            ("* 24 * * *", "24 is no hour: they go from 0 to 23"),
            ("* * 0 * *", "0 is no day of the month: they go from 1 to 31"),
            ("* * * 13 *", "13 is no month: they go from 1 to 12 (JAN to DEC)"),
            ("0 0 * * 0", "0 is no day of the week: they go from 1 to 7 (SUN to SAT)"),
            ("*/60 * * * *", "\"60\" is no step: it is from 1 to 59"),
            ("*/0 * * * *", "\"0\" is no step: it is from 1 to 59"),
            ("* * * * MON#6", "\"6\" is no number after #: it is from 1 to 5"),
            ("* * ? * *", "\"?\" is no day of the month"),
            ("1,* * * * *", "\"*\" is no minute"),
            ("1- * * * *", "\"\" is no minute"),
            ("* * LX * *", "\"LX\" is no day of the month"),
            ("* * L-31 * *", "\"31\" is no days before the last: it is from 1 to 30"),
            ("* * * * MONDAY", "\"MONDAY\" is no day of the week"),
            ("@daily", "it has 1 fields, not five (minute, hour, day of the month, month, day of the week)"),
            ("9999999999 * * * *", "\"9999999999\" is no minute"),
        ] {
            assert_eq!(cron.parse::<Cron>().unwrap_err().to_string(), expected, "{cron}");
        }
    }
}
