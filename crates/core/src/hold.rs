//! What becomes of an object's hibernatable WebSockets when its instance is lost, and how often a constructor that
//! fails is tried while their messages wait.
//!
//! On Cloudflare an instance that is lost to anything but hibernation takes all sockets with it. Here they are held
//! where the program did not ask for their end and nothing that clients were told is undone. The contract of holding:
//! a message whose handler began is consumed; the others wait, in order, within
//! the bound of the object's gate, and the next instance gets them.

use std::time::Duration;

/// When hibernatable sockets outlive their instance. Hibernation itself never closes any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Hold {
    /// As on Cloudflare: never.
    Never,
    /// New code, resets by limits, constructors that fail.
    #[default]
    Resets,
    /// Also when the program aborts, and when its storage fails.
    Always,
}

/// What an instance was lost to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Its class has new code.
    Update,
    /// No program has its class any more.
    ClassGone,
    /// It used up a limit: of CPU time, of memory, of time for an event.
    Limit,
    /// Its constructor threw.
    Constructor,
    /// `ctx.abort()`, or a `blockConcurrencyWhile()` that failed or took too long.
    Abort,
    /// What it wrote could not be made durable. Messages it had taken are undone with that, and only a client that
    /// connects anew finds out.
    Storage,
    /// Somebody put other data in the place of its own, which the attachments of its sockets know nothing of.
    Replaced,
}

/// What becomes of hibernatable sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Held,
    /// With this code; 1006 is no Close frame at all.
    Closed(u16),
}

/// The code of sockets that new code ends: service restart.
pub const UPDATED: u16 = 1012;

/// The code of sockets whose object cannot be made: internal error.
pub const UNMADE: u16 = 1011;

const CUT: u16 = 1006;

impl Loss {
    pub fn fate(self, hold: Hold) -> Fate {
        match (self, hold) {
            (Loss::ClassGone, _) | (Loss::Update, Hold::Never) => Fate::Closed(UPDATED),
            (Loss::Replaced, _) | (_, Hold::Never) => Fate::Closed(CUT),
            (Loss::Abort | Loss::Storage, Hold::Resets) => Fate::Closed(CUT),
            (Loss::Update | Loss::Limit | Loss::Constructor, _) | (_, Hold::Always) => Fate::Held,
        }
    }
}

/// So many constructions in a row may fail before the sockets are given up.
pub const CONSTRUCTIONS_MAX: u32 = 3;

/// How long messages wait after each failed construction before they cause the next. A call does not wait for that.
const PAUSES: [Duration; CONSTRUCTIONS_MAX as usize - 1] =
    [Duration::from_millis(250), Duration::from_secs(1)];

/// The constructions of one object that failed in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    failed: u32,
}

/// What to do after a failed construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    After(Duration),
    GiveUp,
}

impl Attempts {
    /// Another construction failed.
    pub fn failed(&mut self) -> Next {
        let pause = PAUSES.get(self.failed as usize);
        self.failed = self.failed.saturating_add(1);
        pause.map_or(Next::GiveUp, |pause| Next::After(*pause))
    }

    /// An instance took an event from outside.
    pub fn succeeded(&mut self) {
        self.failed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held() {
        let (held, cut, updated) = (Fate::Held, Fate::Closed(1006), Fate::Closed(1012));
        for (loss, never, resets, always) in [
            (Loss::Update, updated, held, held),
            (Loss::ClassGone, updated, updated, updated),
            (Loss::Limit, cut, held, held),
            (Loss::Constructor, cut, held, held),
            (Loss::Abort, cut, cut, held),
            (Loss::Storage, cut, cut, held),
            (Loss::Replaced, cut, cut, cut),
        ] {
            let fates = [Hold::Never, Hold::Resets, Hold::Always].map(|hold| loss.fate(hold));
            assert_eq!(fates, [never, resets, always], "{loss:?}");
        }
    }

    #[test]
    fn the_third_failure_in_a_row_is_the_last() {
        let mut attempts = Attempts::default();
        assert!(matches!(attempts.failed(), Next::After(_)));
        assert!(matches!(attempts.failed(), Next::After(_)));
        attempts.succeeded();
        let Next::After(first) = attempts.failed() else { panic!("it is the first again") };
        let Next::After(second) = attempts.failed() else { panic!("it is the second") };
        assert!(first < second);
        assert_eq!(attempts.failed(), Next::GiveUp);
        assert_eq!(attempts.failed(), Next::GiveUp);
    }
}
