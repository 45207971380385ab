//! Which cron expression of which program is due when. Time is passed in: the host asks what is due now, and when to ask
//! again.
//!
//! Promises: each moment of an expression is given out once, the earliest first. Moments that pass while nobody asks (a
//! busy thread, a machine that slept) are made up for by one, the first of them. What passed before a program was loaded is
//! over. When the clock is set back by more than an hour, moments are given out again rather than not for a long time.

use crate::alarm::Time;
use crate::cron::Cron;
use std::sync::Arc;

/// A clock that was set back by more than this is believed.
const SET_BACK_MS_MIN: i64 = 60 * 60 * 1000;

/// An expression with the text it was made from, which programs are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    pub text: Arc<str>,
    pub cron: Cron,
}

/// A moment that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    pub script: u32,
    pub cron: Arc<str>,
    pub scheduled: Time,
}

/// All triggers of a thread.
#[derive(Debug, Default)]
pub struct Schedule {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    script: u32,
    trigger: Trigger,
    due: Time,
}

impl Schedule {
    /// The triggers of a script are these from now on. One it had already keeps its moment.
    pub fn set(&mut self, script: u32, triggers: &[Trigger], now: Time) {
        let old: Vec<Entry> = self.entries.extract_if(.., |entry| entry.script == script).collect();
        for trigger in triggers {
            let kept = old.iter().find(|entry| entry.trigger.text == trigger.text).map(|entry| entry.due);
            if let Some(due) = kept.or_else(|| trigger.cron.next_after(now)) {
                self.entries.push(Entry { script, trigger: trigger.clone(), due });
            }
        }
    }

    /// When something is due next.
    pub fn earliest(&self) -> Option<Time> {
        self.entries.iter().map(|entry| entry.due).min()
    }

    /// Takes out a moment that has come.
    pub fn take_due(&mut self, now: Time) -> Option<Moment> {
        let at = (0..self.entries.len()).min_by_key(|at| self.entries[*at].due)?;
        let entry = &self.entries[at];
        if entry.due > now {
            self.believe(now);
            return None;
        }
        let moment = Moment { script: entry.script, cron: entry.trigger.text.clone(), scheduled: entry.due };
        match entry.trigger.cron.next_after(now) {
            Some(due) => self.entries[at].due = due,
            None => drop(self.entries.remove(at)),
        }
        Some(moment)
    }

    /// Moves what is due far later than it would be by this clock.
    fn believe(&mut self, now: Time) {
        for entry in &mut self.entries {
            if let Some(next) = entry.trigger.cron.next_after(now)
                && next.to_ms() + SET_BACK_MS_MIN < entry.due.to_ms()
            {
                entry.due = next;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn triggers(texts: &[&str]) -> Vec<Trigger> {
        texts.iter().map(|text| Trigger { text: (*text).into(), cron: text.parse().unwrap() }).collect()
    }

    fn minutes(minutes: i64) -> Time {
        Time::from_ms(minutes * MINUTE)
    }

    /// Everything that is due at `now`: script, expression, minute.
    fn due(schedule: &mut Schedule, now: Time) -> Vec<(u32, String, i64)> {
        std::iter::from_fn(|| schedule.take_due(now))
            .map(|moment| (moment.script, moment.cron.to_string(), moment.scheduled.to_ms() / MINUTE))
            .collect()
    }

    #[test]
    fn moments_come_once_and_in_order() {
        let mut schedule = Schedule::default();
        schedule.set(0, &triggers(&["*/2 * * * *", "* * * * *"]), minutes(0));
        schedule.set(3, &triggers(&["*/2 * * * *"]), minutes(0));
        assert_eq!(schedule.earliest(), Some(minutes(1)));
        assert_eq!(due(&mut schedule, Time::from_ms(MINUTE - 1)), []);
        let every = |minute| (0, "* * * * *".to_owned(), minute);
        let second = |script, minute| (script, "*/2 * * * *".to_owned(), minute);
        assert_eq!(due(&mut schedule, minutes(1)), [every(1)]);
        assert_eq!(due(&mut schedule, minutes(1)), []);
        assert_eq!(due(&mut schedule, minutes(2)), [second(0, 2), every(2), second(3, 2)]);
    }

    #[test]
    fn one_moment_makes_up_for_all_that_passed() {
        let mut schedule = Schedule::default();
        schedule.set(0, &triggers(&["* * * * *"]), minutes(0));
        assert_eq!(due(&mut schedule, minutes(100)), [(0, "* * * * *".to_owned(), 1)]);
        assert_eq!(schedule.earliest(), Some(minutes(101)));
    }

    #[test]
    fn a_reload_keeps_what_is_due_and_forgets_what_is_gone() {
        let mut schedule = Schedule::default();
        schedule.set(0, &triggers(&["* * * * *", "*/5 * * * *"]), minutes(0));
        // The first was due when the program was loaded again.
        schedule.set(0, &triggers(&["* * * * *", "*/7 * * * *"]), minutes(1));
        assert_eq!(due(&mut schedule, minutes(1)), [(0, "* * * * *".to_owned(), 1)]);
        assert_eq!(due(&mut schedule, minutes(5)).len(), 1);
        schedule.set(0, &[], minutes(5));
        assert_eq!(schedule.earliest(), None);
        assert_eq!(due(&mut schedule, minutes(100)), []);
    }

    #[test]
    fn a_clock_that_is_set_back_is_believed() {
        let mut schedule = Schedule::default();
        schedule.set(0, &triggers(&["* * * * *"]), minutes(10_000));
        // By a moment, as clocks are corrected: nothing comes twice.
        assert_eq!(due(&mut schedule, minutes(10_001)).len(), 1);
        assert_eq!(due(&mut schedule, Time::from_ms(10_001 * MINUTE - 1)), []);
        assert_eq!(schedule.earliest(), Some(minutes(10_002)));
        // By days.
        assert_eq!(due(&mut schedule, minutes(5_000)), []);
        assert_eq!(schedule.earliest(), Some(minutes(5_001)));
    }

    #[test]
    fn what_never_comes_is_not_kept() {
        let mut schedule = Schedule::default();
        schedule.set(0, &triggers(&["0 0 31 11 *"]), minutes(0));
        assert_eq!(schedule.earliest(), None);
    }
}
