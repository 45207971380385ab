//! Who is told that the history cannot be written.
//!
//! Promises that each spell of failures is told once, when it begins, or when there is somebody to tell. It is over when
//! what was written could be made durable.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::error::Error;

/// Told on the thread that failed, so it must be quick and leave the store alone.
pub type Tell = Box<dyn Fn(&Error) + Send + Sync>;

#[derive(Default)]
pub(super) struct Trouble(Mutex<State>);

#[derive(Default)]
struct State {
    tell: Option<Tell>,
    is_failing: bool,
    /// The beginning of a spell, before there was anybody to tell.
    untold: Option<Error>,
}

impl Trouble {
    /// Says who is told from now on.
    pub(super) fn tell(&self, tell: Tell) {
        let mut state = self.state();
        if let Some(error) = state.untold.take() {
            tell(&error);
        }
        state.tell = Some(tell);
    }

    /// Something failed.
    pub(super) fn begins(&self, error: &Error) {
        let mut state = self.state();
        if std::mem::replace(&mut state.is_failing, true) {
            return;
        }
        match &state.tell {
            Some(tell) => tell(error),
            None => state.untold = Some(error.clone()),
        }
    }

    /// It works again.
    pub(super) fn is_over(&self) {
        self.state().is_failing = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is done before anything can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trouble").finish_non_exhaustive()
    }
}
