//! What a thread is told of its commits.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use holdfast_core::id::ObjectId;

use crate::error::Result;

/// The number of a commit. Those of one object rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commit(pub(crate) u64);

/// What became of an object's commits.
#[derive(Debug)]
pub struct Completed {
    /// Whose they are.
    pub id: ObjectId,
    /// All commits of the object up to this one, as far as nothing was told of them before.
    pub commit: Commit,
    /// Whether they are durable. After a failure the object is broken until
    /// [`Object::rollback`](crate::Object::rollback).
    pub outcome: Result<()>,
}

/// Called from any thread when there is something to be taken by another.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// What the writer leaves for a thread.
pub(crate) struct Inbox {
    waker: Waker,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    completed: Vec<Completed>,
    is_rung: bool,
}

impl Inbox {
    pub(crate) fn new(waker: Waker) -> Self {
        Self { waker, state: Mutex::default() }
    }

    /// Leaves something. [`Inbox::ring`] says so.
    pub(crate) fn put(&self, completed: Completed) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).completed.push(completed);
    }

    /// Wakes the thread, unless that was done since it last looked.
    pub(crate) fn ring(&self) {
        let is_new = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            !state.completed.is_empty() && !std::mem::replace(&mut state.is_rung, true)
        };
        if is_new {
            (self.waker)();
        }
    }

    pub(crate) fn take(&self) -> Vec<Completed> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_rung = false;
        std::mem::take(&mut state.completed)
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inbox")
    }
}
