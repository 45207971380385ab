//! How long handlers of hibernatable sockets may run, where the program set a limit
//! (`setHibernatableWebSocketEventTimeout()`), and which of them do.
//!
//! Promises one deadline at a time, however many handlers run: whoever keeps the time is told when to look next, and is
//! asked again then.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The handlers of one object.
#[derive(Debug, Default)]
pub(crate) struct Handlers {
    limit: Option<Duration>,
    /// Until when each may run, by number.
    running: BTreeMap<u32, Instant>,
    last: u32,
    /// When somebody looks.
    looked_at: Option<Instant>,
}

/// What is found at the time to look.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A handler has run for too long.
    Expired,
    /// Somebody is to look then.
    LookAt(Instant),
    Nothing,
}

impl Handlers {
    pub(crate) fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// Sets the limit of handlers that start from now on.
    pub(crate) fn set_limit(&mut self, limit: Option<Duration>) {
        self.limit = limit;
    }

    /// A handler starts. Answers its number, and when somebody is to look, if nobody does before.
    pub(crate) fn start(&mut self, now: Instant) -> (u32, Option<Instant>) {
        let Some(limit) = self.limit else { return (0, None) };
        self.last = self.last.wrapping_add(1).max(1);
        let until = now + limit;
        self.running.insert(self.last, until);
        let is_first = self.looked_at.is_none_or(|at| until < at);
        if is_first {
            self.looked_at = Some(until);
        }
        (self.last, is_first.then_some(until))
    }

    pub(crate) fn end(&mut self, number: u32) {
        self.running.remove(&number);
    }

    /// Somebody looks.
    pub(crate) fn look(&mut self, now: Instant) -> Found {
        let next = self.running.values().min().copied();
        self.looked_at = next;
        match next {
            Some(until) if until <= now => Found::Expired,
            Some(until) => Found::LookAt(until),
            None => Found::Nothing,
        }
    }

    /// The object sleeps, and none of its handlers runs.
    pub(crate) fn abandon(&mut self) {
        self.running.clear();
    }

    /// The instance is gone, with its handlers and the limit.
    pub(crate) fn forget(&mut self) {
        *self = Handlers { last: self.last, ..Handlers::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let mut handlers = Handlers::default();
        let now = Instant::now();
        assert_eq!(handlers.start(now), (0, None));
        assert_eq!(handlers.look(now + 1000 * SECOND), Found::Nothing);
    }

    #[test]
    fn one_deadline_serves_many_handlers() {
        let mut handlers = Handlers::default();
        let now = Instant::now();
        handlers.set_limit(Some(10 * SECOND));
        assert_eq!(handlers.start(now), (1, Some(now + 10 * SECOND)));
        assert_eq!(handlers.start(now + SECOND), (2, None));
        handlers.end(1);
        assert_eq!(handlers.look(now + 10 * SECOND), Found::LookAt(now + 11 * SECOND));
        assert_eq!(handlers.look(now + 11 * SECOND), Found::Expired);
        handlers.end(2);
        assert_eq!(handlers.look(now + 11 * SECOND), Found::Nothing);
    }

    #[test]
    fn a_shorter_limit_is_looked_at_earlier() {
        let mut handlers = Handlers::default();
        let now = Instant::now();
        handlers.set_limit(Some(10 * SECOND));
        handlers.start(now);
        handlers.set_limit(Some(SECOND));
        assert_eq!(handlers.start(now), (2, Some(now + SECOND)));
        assert_eq!(handlers.look(now + SECOND), Found::Expired);
        handlers.forget();
        assert_eq!((handlers.limit(), handlers.look(now + 100 * SECOND)), (None, Found::Nothing));
    }
}
