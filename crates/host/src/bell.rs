//! Waiting for the store without an event loop: for when the host stops, or has no room for more that waits.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

/// Rung from the store's thread; the host's thread may wait for it.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    is_rung: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    pub(crate) fn ring(&self) {
        *self.is_rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_one();
    }

    /// Waits until it was rung since the last wait. False when that did not happen before `deadline`.
    pub(crate) fn wait_until(&self, deadline: Instant) -> bool {
        let is_rung = self.is_rung.lock().unwrap_or_else(PoisonError::into_inner);
        let left = deadline.saturating_duration_since(Instant::now());
        let waited = self.changed.wait_timeout_while(is_rung, left, |is_rung| !*is_rung);
        let (mut is_rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *is_rung)
    }
}
