//! The alarm of one object, from the moment it is due until it is done with: when its handler starts, what becomes of
//! it when the handler ends, and what the program sees of it meanwhile.
//!
//! The alarm's time is stored with the object's data, as part of its transactions, and what is stored decides: it is
//! passed in as `stored` wherever it matters. So a rollback needs no special care, and an alarm that was deleted or
//! set anew while another was running, or was waiting to be retried, is simply found to be another one.
//!
//! ```text
//!              start: still stored                 end: done, or no retry left
//!   Waiting ─────────────────────────► Running ─────────────────────────────────► over, and to be deleted
//!     │ ▲                                │ │ end: deleted or set anew meanwhile
//!     │ └────── end: to be retried ──────┘ └────────────────────────────────────► over
//!     └── start: deleted or set anew meanwhile ─────────────────────────────────► over
//! ```
//!
//! An alarm runs at least once. What is known of its retries is not stored: after a crash they are counted anew.
//! Source: `workers-api.md` 6.7.

use std::fmt;

/// How often an alarm is tried again after failures of the program.
pub const RETRIES_MAX: u32 = 6;

/// How long a handler may run, in seconds.
pub const HANDLER_SECONDS_MAX: u64 = 15 * 60;

/// The wait before the first retry, in seconds. It doubles with each further one.
const RETRY_SECONDS_FIRST: i64 = 2;

/// How often the wait doubles: failures that are not counted are retried for ever.
const DOUBLINGS_MAX: u32 = 9;

/// For how long a time has only just passed.
const JUST_PASSED_MS_MAX: i64 = 1_000;

const NANOSECONDS_PER_MS: i64 = 1_000_000;

/// A moment since 1970, to the nanosecond, as the platform stores it.
///
/// Programs know milliseconds. The rest tells an alarm set for the very millisecond that is running from the one that
/// is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The last moment there is, which no alarm reaches.
    pub const MAX: Time = Time(i64::MAX);

    pub const fn from_nanoseconds(nanoseconds: i64) -> Time {
        Time(nanoseconds)
    }

    pub const fn from_ms(ms: i64) -> Time {
        Time(ms.saturating_mul(NANOSECONDS_PER_MS))
    }

    pub const fn to_nanoseconds(self) -> i64 {
        self.0
    }

    /// Whole milliseconds, as programs see them.
    pub const fn to_ms(self) -> i64 {
        self.0.div_euclid(NANOSECONDS_PER_MS)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ms", self.to_ms())
    }
}

/// What `setAlarm(wanted)` stores: a time that has passed means now, and an alarm set while `running` is another one,
/// even in the same millisecond.
///
/// On the platform the clock stands still while a program runs, so that what it computes from `Date.now()` has not
/// passed when it is set. Here it goes on, and a time that has only just passed is taken as it is.
pub fn to_store(wanted: Time, now: Time, running: Option<Time>) -> Time {
    let time =
        if wanted.to_ms() < now.to_ms() - JUST_PASSED_MS_MAX { Time::from_ms(now.to_ms()) } else { wanted };
    if running == Some(time) { Time(time.0.saturating_add(1)) } else { time }
}

/// What `getAlarm()` shows: not the alarm that is running.
pub fn visible(stored: Option<Time>, running: Option<Time>) -> Option<Time> {
    if stored == running { None } else { stored }
}

/// What the handler is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// When the alarm was due.
    pub scheduled: Time,
    /// How many failures were counted before.
    pub retry_count: u32,
}

/// How the handler ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ran to its end, or there is none.
    Done,
    /// It failed: it threw, took too long, used too much, or its object was reset by the program.
    Failed,
    /// It did not end, and the program is not to blame: its code was replaced, its writes could not be made durable,
    /// its object could not be started.
    Interrupted,
    /// The program ended it, and wants no retry.
    Aborted,
}

/// What becomes of the alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is over, and what is stored of it is to be deleted.
    Delete,
    /// It failed too often and is over; what is stored of it is to be deleted.
    GiveUp,
    /// It is over; another alarm, or none, has taken its place.
    Superseded,
    /// It is to be started again at this time.
    Retry(Time),
}

/// An alarm that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    scheduled: Time,
    phase: Phase,
    /// Retries that were caused by the program.
    counted: u32,
    /// How often the next wait is doubled.
    doublings: u32,
    was_counted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Waiting(Time),
    Running,
}

impl Alarm {
    /// An alarm that was not tried yet.
    pub fn new(scheduled: Time) -> Alarm {
        Alarm { scheduled, phase: Phase::Waiting(scheduled), counted: 0, doublings: 0, was_counted: false }
    }

    /// When the alarm was due first.
    pub fn scheduled(&self) -> Time {
        self.scheduled
    }

    /// When it is to be started; `None` while it runs.
    pub fn due(&self) -> Option<Time> {
        match self.phase {
            Phase::Waiting(due) => Some(due),
            Phase::Running => None,
        }
    }

    /// Starts the handler, if this is still the object's alarm.
    pub fn start(&mut self, stored: Option<Time>) -> Option<Invocation> {
        if stored != Some(self.scheduled) {
            return None;
        }
        self.phase = Phase::Running;
        Some(Invocation { scheduled: self.scheduled, retry_count: self.counted })
    }

    /// Decides what follows the end of the handler, or of the attempt to start it. `random` is any number.
    pub fn end(&mut self, outcome: Outcome, stored: Option<Time>, now: Time, random: u32) -> Next {
        if stored != Some(self.scheduled) {
            return Next::Superseded;
        }
        match outcome {
            Outcome::Done | Outcome::Aborted => Next::Delete,
            Outcome::Failed if self.counted >= RETRIES_MAX => Next::GiveUp,
            Outcome::Failed => {
                if !self.was_counted {
                    // What went wrong before was something else.
                    self.doublings = 0;
                }
                self.counted += 1;
                self.retry(true, now, random)
            }
            Outcome::Interrupted => self.retry(false, now, random),
        }
    }

    fn retry(&mut self, was_counted: bool, now: Time, random: u32) -> Next {
        self.was_counted = was_counted;
        let delay_ms = (RETRY_SECONDS_FIRST << self.doublings) * 1000;
        self.doublings = (self.doublings + 1).min(DOUBLINGS_MAX);
        // Up to a quarter more, so that alarms that failed together do not come back together.
        let jitter_ms = i64::from(random) % (delay_ms / 4 + 1);
        let due = Time::from_ms(now.to_ms().saturating_add(delay_ms + jitter_ms));
        self.phase = Phase::Waiting(due);
        Next::Retry(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Time = Time::from_ms(1_000_000);

    fn ms(ms: i64) -> Time {
        Time::from_ms(1_000_000 + ms)
    }

    fn running() -> Alarm {
        let mut alarm = Alarm::new(T);
        alarm.start(Some(T)).unwrap();
        alarm
    }

    /// Ends and starts the alarm for each outcome, and answers the waits in milliseconds, and what ended it.
    fn waits(outcomes: &[Outcome], random: u32) -> (Vec<i64>, Option<Next>) {
        let mut alarm = running();
        let mut waits = Vec::new();
        for outcome in outcomes {
            match alarm.end(*outcome, Some(T), T, random) {
                Next::Retry(at) => {
                    assert_eq!(alarm.due(), Some(at));
                    waits.push(at.to_ms() - T.to_ms());
                    alarm.start(Some(T)).unwrap();
                }
                over => return (waits, Some(over)),
            }
        }
        (waits, None)
    }

    #[test]
    fn times_are_stored_in_nanoseconds_and_shown_in_milliseconds() {
        assert_eq!(Time::from_ms(1_700_000_000_123).to_nanoseconds(), 1_700_000_000_123_000_000);
        assert_eq!(Time::from_nanoseconds(1_999_999).to_ms(), 1);
        assert_eq!(Time::from_nanoseconds(-1).to_ms(), -1);
        assert_eq!(Time::from_ms(i64::MAX), Time::MAX);
    }

    #[test]
    fn a_time_that_has_passed_means_now() {
        assert_eq!(to_store(ms(5), ms(0), None), ms(5));
        assert_eq!(to_store(ms(-1_001), ms(0), None), ms(0));
        // Now is a whole millisecond, as a program's clock shows it.
        assert_eq!(to_store(T, Time(ms(7_000).0 + 999), None), ms(7_000));
        // The clock went on since the program looked at it.
        assert_eq!(to_store(ms(-1_000), ms(0), None), ms(-1_000));
    }

    #[test]
    fn an_alarm_set_for_the_millisecond_that_runs_is_another_one() {
        let stored = to_store(T, T, Some(T));
        assert_eq!(stored.to_ms(), T.to_ms());
        assert_eq!(visible(Some(stored), Some(T)), Some(stored));
        assert_eq!(running().end(Outcome::Done, Some(stored), T, 0), Next::Superseded);
        assert_eq!(to_store(ms(1), T, Some(T)), ms(1));
    }

    #[test]
    fn the_running_alarm_is_not_seen() {
        assert_eq!(visible(Some(T), Some(T)), None);
        assert_eq!(visible(Some(T), None), Some(T));
        assert_eq!(visible(None, Some(T)), None);
        assert_eq!(visible(None, None), None);
        assert_eq!(visible(Some(ms(9)), Some(T)), Some(ms(9)));
    }

    #[test]
    fn an_alarm_runs_once_and_is_deleted() {
        let mut alarm = Alarm::new(T);
        assert_eq!((alarm.scheduled(), alarm.due()), (T, Some(T)));
        assert_eq!(alarm.start(Some(T)), Some(Invocation { scheduled: T, retry_count: 0 }));
        assert_eq!(alarm.due(), None);
        assert_eq!(alarm.end(Outcome::Done, Some(T), ms(5), 0), Next::Delete);
    }

    #[test]
    fn an_alarm_that_was_deleted_or_moved_does_not_start() {
        for stored in [None, Some(ms(-1)), Some(ms(1))] {
            assert_eq!(Alarm::new(T).start(stored), None);
        }
    }

    #[test]
    fn one_set_or_deleted_while_it_runs_stands_however_the_handler_ends() {
        for stored in [None, Some(ms(10))] {
            for outcome in [Outcome::Done, Outcome::Failed, Outcome::Interrupted, Outcome::Aborted] {
                assert_eq!(running().end(outcome, stored, T, 0), Next::Superseded, "{outcome:?}");
            }
        }
    }

    #[test]
    fn failures_of_the_program_are_retried_six_times_with_doubled_waits() {
        let (waits, over) = waits(&[Outcome::Failed; 8], 0);
        assert_eq!(waits, [2_000, 4_000, 8_000, 16_000, 32_000, 64_000]);
        assert_eq!(over, Some(Next::GiveUp));
    }

    #[test]
    fn the_handler_is_told_how_many_failures_were_counted() {
        let mut alarm = running();
        for (outcome, retry_count) in
            [(Outcome::Failed, 1), (Outcome::Interrupted, 1), (Outcome::Failed, 2), (Outcome::Failed, 3)]
        {
            alarm.end(outcome, Some(T), T, 0);
            assert_eq!(alarm.start(Some(T)), Some(Invocation { scheduled: T, retry_count }));
        }
    }

    #[test]
    fn interruptions_are_retried_for_ever_with_a_bounded_wait() {
        let (waits, over) = waits(&[Outcome::Interrupted; 50], 0);
        assert_eq!(over, None);
        assert_eq!(waits[..4], [2_000, 4_000, 8_000, 16_000]);
        assert_eq!(waits[9..], [1_024_000; 41]);
    }

    #[test]
    fn the_first_failure_after_interruptions_waits_as_long_as_any_first_one() {
        let interrupted = [Outcome::Interrupted; 5];
        let (waits, over) = waits(&[&interrupted[..], &[Outcome::Failed; 7]].concat(), 0);
        assert_eq!(waits[5..], [2_000, 4_000, 8_000, 16_000, 32_000, 64_000]);
        assert_eq!(over, Some(Next::GiveUp));
    }

    #[test]
    fn an_interruption_after_the_last_counted_failure_is_still_retried() {
        let mut outcomes = vec![Outcome::Failed; 6];
        outcomes.push(Outcome::Interrupted);
        outcomes.push(Outcome::Failed);
        let (waits, over) = waits(&outcomes, 0);
        assert_eq!(waits.len(), 7);
        assert_eq!(over, Some(Next::GiveUp));
    }

    #[test]
    fn jitter_adds_up_to_a_quarter() {
        for (random, expected) in [(0, 2_000), (500, 2_500), (501, 2_000), (250, 2_250), (u32::MAX, 2_006)] {
            assert_eq!(waits(&[Outcome::Failed], random).0, [expected], "{random}");
        }
        let longest = (0..1001).map(|random| waits(&[Outcome::Failed; 2], random).0[1]).max();
        assert_eq!(longest, Some(5_000));
    }

    #[test]
    fn an_abort_that_wants_no_retry_gets_none() {
        assert_eq!(running().end(Outcome::Aborted, Some(T), T, 0), Next::Delete);
    }

    #[test]
    fn a_retry_is_cancelled_by_a_new_alarm_or_a_deletion() {
        for stored in [None, Some(ms(3))] {
            let mut alarm = running();
            assert!(matches!(alarm.end(Outcome::Failed, Some(T), T, 0), Next::Retry(_)));
            assert_eq!(alarm.start(stored), None);
        }
    }

    #[test]
    fn a_clock_at_its_end_does_not_overflow() {
        let mut alarm = running();
        assert!(matches!(alarm.end(Outcome::Failed, Some(T), Time::MAX, u32::MAX), Next::Retry(_)));
    }
}
