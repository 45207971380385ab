//! When a program is tried again that did not start in the place of an isolate that was discarded.
//!
//! It is tried for what comes to it: at once for a call, for messages of held sockets after the pauses of a constructor
//! that fails ([`crate::hold`]). After the last of those attempts the sockets are given up, and calls cause an attempt now
//! and then only: starting a program takes the thread's time from all others.
//!
//! ```text
//!   failed ──250 ms──► failed ──1 s──► failed: given up ──a second, then the next call──► …
//!      └── a call ────────┴── a call ─────┘
//! ```

use crate::hold::{Attempts, Next};
use std::time::{Duration, Instant};

/// How long no call causes another attempt once the sockets were given up.
pub const GIVEN_UP_PAUSE: Duration = Duration::from_secs(1);

/// What a program would be started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Call,
    HeldSocket,
}

/// What becomes of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The program is started for it.
    Start,
    /// It waits for the next attempt.
    Wait,
    Refuse,
}

/// The attempts of one program on one thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Restart {
    attempts: Attempts,
    /// When the pause after the latest attempt is over.
    rests_until: Option<Instant>,
    has_given_up: bool,
}

impl Restart {
    /// The program did not start.
    pub fn failed(&mut self, now: Instant) -> Next {
        let next = self.attempts.failed();
        let pause = match next {
            Next::After(pause) => pause,
            Next::GiveUp => GIVEN_UP_PAUSE,
        };
        self.has_given_up = next == Next::GiveUp;
        self.rests_until = Some(now + pause);
        next
    }

    pub fn answer(&self, cause: Cause, now: Instant) -> Answer {
        let rests = self.rests_until.is_some_and(|until| now < until);
        match (cause, self.has_given_up) {
            (Cause::Call, false) => Answer::Start,
            (Cause::HeldSocket, false) if rests => Answer::Wait,
            (_, true) if rests => Answer::Refuse,
            _ => Answer::Start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "any moment will do")]
    fn any_moment() -> Instant {
        Instant::now()
    }

    #[test]
    fn messages_wait_for_the_pause_and_calls_do_not() {
        let now = any_moment();
        let mut restart = Restart::default();
        for _ in 0..2 {
            let Next::After(pause) = restart.failed(now) else { panic!("it is tried again") };
            assert_eq!(restart.answer(Cause::Call, now), Answer::Start);
            assert_eq!(restart.answer(Cause::HeldSocket, now), Answer::Wait);
            assert_eq!(restart.answer(Cause::HeldSocket, now + pause), Answer::Start);
        }
    }

    #[test]
    fn once_given_up_attempts_are_a_second_apart() {
        let now = any_moment();
        let mut restart = Restart::default();
        let failures = [(); 3].map(|()| restart.failed(now));
        assert_eq!(failures[2], Next::GiveUp);
        for cause in [Cause::Call, Cause::HeldSocket] {
            assert_eq!(restart.answer(cause, now), Answer::Refuse);
            assert_eq!(restart.answer(cause, now + GIVEN_UP_PAUSE), Answer::Start);
        }
        let later = now + GIVEN_UP_PAUSE;
        assert_eq!(restart.failed(later), Next::GiveUp);
        assert_eq!(restart.answer(Cause::Call, later), Answer::Refuse);
    }
}
