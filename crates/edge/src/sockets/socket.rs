//! One entry of the table.

use std::rc::Rc;

use super::group::Group;
use super::keep_alive::Heard;
use super::output::Output;
use super::stream::{Permit, Stream};
use crate::codec::Decoder;

/// A connection and what is known of it. Kept small: there are many, and most are idle.
pub(super) struct Socket {
    pub(super) tag: u64,
    pub(super) stream: Stream,
    pub(super) generation: u32,
    pub(super) decoder: Decoder,
    /// When the peer last said anything.
    pub(super) heard: Heard,
    pub(super) output: Output,
    /// Bytes that were read but not decoded, because the socket had its share of a wake-up.
    pub(super) undecoded: Option<Box<Undecoded>>,
    pub(super) group: Option<Rc<Group>>,
    pub(super) answers: Answers,
    pub(super) receiving: Receiving,
    pub(super) sending: Sending,
    /// The owner wants no more messages for now.
    pub(super) paused: bool,
    /// The kernel may have bytes: set by the poll set, cleared by a read that found the end of them.
    pub(super) readable: bool,
    /// The poll set said that the peer ended its side, so a short read is not the last one.
    pub(super) end_known: bool,
    /// In the ready list.
    pub(super) queued_to_read: bool,
    /// In the dirty list.
    pub(super) queued_to_write: bool,
    /// The kernel's send buffer is full; the poll set will say when it is not.
    pub(super) write_blocked: bool,
    /// The connection counts as open until this is dropped.
    pub(super) _permit: Option<Permit>,
}

pub(super) struct Undecoded {
    pub(super) bytes: Vec<u8>,
    pub(super) start: usize,
}

/// What decides over automatic answers, in one word: when the last one was sent, in milliseconds since 1970, and how many
/// messages were reported and not taken. That count does not go on at its end, and does not come back from there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answers(u64);

impl Answers {
    const COUNT_BITS: u32 = 16;
    const COUNT_MAX: u64 = (1 << Self::COUNT_BITS) - 1;

    pub(super) fn last_at(self) -> u64 {
        self.0 >> Self::COUNT_BITS
    }

    pub(super) fn sent_at(&mut self, milliseconds: u64) {
        self.0 = milliseconds << Self::COUNT_BITS | self.untaken();
    }

    fn untaken(self) -> u64 {
        self.0 & Self::COUNT_MAX
    }

    fn reported(&mut self) {
        if self.untaken() < Self::COUNT_MAX {
            self.0 += 1;
        }
    }

    /// A message that was reported has been taken.
    pub(super) fn taken(&mut self) {
        if (1..Self::COUNT_MAX).contains(&self.untaken()) {
            self.0 -= 1;
        }
    }
}

/// What may still come from the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receiving {
    /// Messages.
    Open,
    /// Its Close came and was reported; whatever follows is thrown away.
    Closed,
    /// It broke the protocol, which was reported; whatever follows is thrown away.
    Failed,
    /// After `Closed`: the connection's end came too, the peer may still read our Close.
    Ended,
}

/// What may still go to the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sending {
    /// Messages.
    Open,
    /// Our Close is the last thing recorded.
    Closed,
    /// Our Close left and the write side is shut.
    Shut,
}

impl Socket {
    /// A message is reported. True when another one was, and has not been taken.
    pub(super) fn reported(&mut self) -> bool {
        let is_behind = self.is_behind();
        self.answers.reported();
        is_behind
    }

    /// Whether an automatic answer sent now would overtake something.
    pub(super) fn is_behind(&self) -> bool {
        self.answers.untaken() > 0 || self.group.as_ref().is_some_and(|group| group.waits.get())
    }

    pub(super) fn has_undecoded(&self) -> bool {
        self.undecoded.is_some()
    }

    /// Nothing more will be said by either side: what is recorded must still leave.
    pub(super) fn is_finishing(&self) -> bool {
        self.sending != Sending::Open && self.receiving != Receiving::Open
    }
}

#[cfg(test)]
mod tests {
    use super::Answers;

    #[test]
    fn the_time_and_the_count_share_a_word() {
        let mut answers = Answers::default();
        answers.taken();
        answers.sent_at(1_800_000_000_000);
        answers.reported();
        answers.reported();
        answers.taken();
        assert_eq!((answers.last_at(), answers.untaken()), (1_800_000_000_000, 1));
        answers.sent_at(1_800_000_000_001);
        assert_eq!((answers.last_at(), answers.untaken()), (1_800_000_000_001, 1));
        for _ in 0..100_000 {
            answers.reported();
        }
        answers.taken();
        assert_eq!((answers.last_at(), answers.untaken()), (1_800_000_000_001, Answers::COUNT_MAX));
    }

    /// Most sockets are idle, and this is all they cost in user memory. mio knows a little more in a debug build.
    #[test]
    fn an_entry_is_small() {
        let max = if cfg!(debug_assertions) { 144 } else { 128 };
        let bytes = size_of::<super::Socket>();
        assert!(bytes <= max, "{bytes} bytes");
    }
}
