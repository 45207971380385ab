//! What a thread is told of its commits.

use std::sync::Arc;

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
    /// Whether they are durable. After a failure the object is broken until [`Object::rollback`](crate::Object::rollback).
    pub outcome: Result<()>,
}

/// Called from any thread when there is something to be taken by another.
pub type Waker = Arc<dyn Fn() + Send + Sync>;
