//! What is due when: the programs' timers, hibernation checks, time limits of critical sections and of alarms' handlers.
//!
//! A heap of deadlines. A cancelled timer stays in it until it is due and is then found to be gone, or until cancelled
//! ones are most of the heap.

use holdfast_core::gate::Section;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::{Duration, Instant};

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// A program's timer, by its number.
    Timer(u32),
    /// See whether this object may hibernate.
    Hibernate(u32),
    /// See whether this object can be made now; its constructor failed.
    Retry(u32),
    /// See whether this script can be started now; it did not start after its isolate was discarded.
    Restart(u32),
    /// A critical section of this object has lasted too long.
    Section(u32, u32),
    /// This run of the alarm of this object has lasted too long.
    Alarm(u32, u32),
    /// See which calls have waited for this object for too long.
    Waiting(u32),
    /// See whether a handler of a held socket of this object has run for too long.
    Handlers(u32),
    /// See whether objects that a test wants evicted may go.
    Evictions,
}

/// A timer a program started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timer {
    pub(crate) owner: u32,
    pub(crate) section: Section,
}

#[derive(Debug, Default)]
pub(crate) struct Timers {
    heap: BinaryHeap<Reverse<(Instant, u64, Due)>>,
    timers: HashMap<u32, Timer>,
    /// Cancelled timers that are still in the heap, at most.
    cancelled: usize,
    last_timer: u32,
    order: u64,
}

/// A heap with fewer cancelled timers is left as it is.
const CANCELLED_MIN: usize = 64;

impl Timers {
    /// Starts a program's timer and answers its number.
    pub(crate) fn start(&mut self, now: Instant, delay: Duration, timer: Timer) -> u32 {
        self.last_timer = self.last_timer.wrapping_add(1).max(1);
        let number = self.last_timer;
        self.restart(number, now, delay, timer);
        number
    }

    /// Starts a timer again under the number it had.
    pub(crate) fn restart(&mut self, number: u32, now: Instant, delay: Duration, timer: Timer) {
        self.timers.insert(number, timer);
        self.at(now + delay, Due::Timer(number));
    }

    pub(crate) fn cancel(&mut self, number: u32) {
        if self.timers.remove(&number).is_none() {
            return;
        }
        self.cancelled += 1;
        if self.cancelled >= CANCELLED_MIN && self.cancelled > self.heap.len() / 2 {
            let timers = &self.timers;
            self.heap.retain(|Reverse((_, _, due))| match due {
                Due::Timer(number) => timers.contains_key(number),
                _ => true,
            });
            self.cancelled = 0;
        }
    }

    /// Notes a deadline.
    pub(crate) fn at(&mut self, when: Instant, due: Due) {
        self.order += 1;
        self.heap.push(Reverse((when, self.order, due)));
    }

    /// Takes out a timer that is due; `None` when it was cancelled.
    pub(crate) fn take(&mut self, number: u32) -> Option<Timer> {
        self.timers.remove(&number)
    }

    /// The next thing that is due at `now`, the earliest first.
    pub(crate) fn next_due(&mut self, now: Instant) -> Option<Due> {
        let Reverse((when, _, _)) = self.heap.peek()?;
        if *when > now {
            return None;
        }
        self.heap.pop().map(|Reverse((_, _, due))| due)
    }

    /// When something is due next.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((when, _, _))| *when)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_come_in_order_and_only_when_due() {
        let now = Instant::now();
        let mut timers = Timers::default();
        let timer = Timer { owner: 0, section: Section::NONE };
        let late = timers.start(now, Duration::from_millis(20), timer);
        let early = timers.start(now, Duration::from_millis(10), timer);
        assert_eq!(timers.next_due(now), None);
        let then = now + Duration::from_millis(30);
        assert_eq!(timers.next_due(then), Some(Due::Timer(early)));
        assert_eq!(timers.next_due(then), Some(Due::Timer(late)));
        assert_eq!(timers.next_due(then), None);
    }

    #[test]
    fn cancelled_timers_do_not_pile_up() {
        let now = Instant::now();
        let mut timers = Timers::default();
        let timer = Timer { owner: 0, section: Section::NONE };
        let kept = timers.start(now, Duration::from_secs(1), timer);
        for _ in 0..10_000 {
            let number = timers.start(now, Duration::from_secs(3600), timer);
            timers.cancel(number);
        }
        assert!(timers.heap.len() <= 2 * CANCELLED_MIN, "{} deadlines are kept", timers.heap.len());
        assert_eq!(timers.next_due(now + Duration::from_secs(1)), Some(Due::Timer(kept)));
    }

    #[test]
    fn a_cancelled_timer_is_gone_when_it_is_due() {
        let now = Instant::now();
        let mut timers = Timers::default();
        let number = timers.start(now, Duration::ZERO, Timer { owner: 0, section: Section::NONE });
        timers.cancel(number);
        assert_eq!(timers.next_due(now), Some(Due::Timer(number)));
        assert!(timers.take(number).is_none());
    }
}
