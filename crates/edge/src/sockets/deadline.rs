//! Connections that must be gone by some time. Entries are not removed when their reason ends: they are looked at when
//! they are due.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use super::SocketId;

/// What the deadline bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wait {
    /// The peer's answer to our Close.
    Answer,
    /// Our last bytes on their way, or the owner's Close for a peer that already ended its side.
    Linger,
}

#[derive(Debug, Default)]
pub(super) struct Deadlines {
    heap: BinaryHeap<Reverse<(Instant, SocketId, Wait)>>,
}

impl Deadlines {
    pub(super) fn push(&mut self, at: Instant, id: SocketId, wait: Wait) {
        self.heap.push(Reverse((at, id, wait)));
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, ..))| *at)
    }

    pub(super) fn due(&mut self, now: Instant) -> Option<(SocketId, Wait)> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse((_, id, wait))| (id, wait))
    }
}
