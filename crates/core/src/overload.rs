//! When an object is overloaded: which calls of it are refused before it hears of them, and what their callers are told.
//!
//! Source: `workers-api.md` 4.4. The platform names no figures but "about 1,000 requests a second".

use std::time::{Duration, Instant};

/// Why a call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overload {
    /// Too many calls wait for the object.
    Queued,
    /// What waits is too large.
    QueuedData,
    /// It has waited for too long.
    QueuedForLong,
    /// Too many calls came within [`WINDOW`].
    Window,
}

impl Overload {
    /// The platform's words.
    pub fn text(self) -> &'static str {
        match self {
            Overload::Queued => "Durable Object is overloaded. Too many requests queued.",
            Overload::QueuedData => "Durable Object is overloaded. Too much data queued.",
            Overload::QueuedForLong => "Durable Object is overloaded. Requests queued for too long.",
            Overload::Window => {
                "Durable Object is overloaded. Too many requests for the same object within a 10 second window."
            }
        }
    }
}

/// Calls are counted over this long.
pub const WINDOW: Duration = Duration::from_secs(10);

const SLOTS: usize = WINDOW.as_secs() as usize;

/// The calls that one object took in the latest [`WINDOW`], by seconds. Promises never to refuse a call before which fewer
/// than the limit came within the window; up to a second's calls too many may be let through.
#[derive(Clone, Debug)]
pub struct Window {
    began: Instant,
    /// The second that is counted now.
    latest: u64,
    counts: [u32; SLOTS],
}

impl Window {
    pub fn new(now: Instant) -> Window {
        Window { began: now, latest: 0, counts: [0; SLOTS] }
    }

    /// Counts a call, unless `calls_max` came within the window. False when it is to be refused.
    pub fn admits(&mut self, now: Instant, calls_max: u32) -> bool {
        let second = now.saturating_duration_since(self.began).as_secs();
        let passed = second.saturating_sub(self.latest).min(SLOTS as u64);
        for at in 1..=passed {
            self.counts[slot(self.latest + at)] = 0;
        }
        self.latest = self.latest.max(second);
        if self.counts.iter().sum::<u32>() >= calls_max {
            return false;
        }
        self.counts[slot(self.latest)] += 1;
        true
    }
}

fn slot(second: u64) -> usize {
    usize::try_from(second % SLOTS as u64).expect("a remainder is small")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "any moment will do")]
    fn any_moment() -> Instant {
        Instant::now()
    }

    /// How many of `calls` made at `ms` are let through.
    fn admitted(window: &mut Window, began: Instant, ms: u64, calls: usize) -> usize {
        let now = began + Duration::from_millis(ms);
        (0..calls).filter(|_| window.admits(now, 10)).count()
    }

    #[test]
    fn calls_beyond_the_limit_wait_for_the_window_to_pass() {
        let began = any_moment();
        let mut window = Window::new(began);
        for (ms, calls, expected) in [
            (0, 4, 4),
            (5_500, 10, 6),
            (9_999, 5, 0),
            (10_000, 5, 4),
            (15_000, 10, 6),
            (24_999, 5, 4),
            (60_000, 20, 10),
            (1_000_000, 20, 10),
        ] {
            assert_eq!(admitted(&mut window, began, ms, calls), expected, "at {ms} ms");
        }
    }

    #[test]
    fn a_steady_rate_below_the_limit_is_never_refused() {
        let began = any_moment();
        let mut window = Window::new(began);
        for call in 0..1_000 {
            assert_eq!(admitted(&mut window, began, call * 1_001, 1), 1, "call {call}");
        }
    }

    #[test]
    fn a_clock_that_stands_still_or_goes_back_counts_on() {
        let began = any_moment();
        let mut window = Window::new(began + Duration::from_secs(5));
        assert_eq!(admitted(&mut window, began, 8_000, 20), 10);
        assert_eq!(admitted(&mut window, began, 0, 20), 0);
    }
}
