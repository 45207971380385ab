//! Pipes: WebSockets whose far side is a program. They have no kernel that would slow the sender down, so what is sent
//! and not yet taken is counted, and a pipe that holds too much is cut, as a client that does not read is: both sides
//! see 1006, and a line of the log names whose it was.

use super::{Frame, Switch, gone_reason};
use crate::thread::directory::Post;
use holdfast_core::ends::{End, FarSide, MESSAGE_OVERHEAD, UNTAKEN_BYTES_MAX};
use holdfast_edge::sockets::SocketId;
use holdfast_host::World;
use holdfast_link::{EndId, Far, Message, Payload};

/// A relay stops reading its connection when this much of what it passed on has not been taken.
const UNTAKEN_BYTES_OF_RELAY_MAX: usize = UNTAKEN_BYTES_MAX / 4;

impl Switch {
    /// Sends a message from `index` through a pipe.
    pub(super) fn pipe(&self, index: u32, far: EndId, payload: Payload) {
        let has_room = match self.0.ends.borrow_mut().get_mut(index) {
            Some(entry) => has_room(entry, payload.len()),
            None => return,
        };
        if !has_room {
            return self.cut_pipe(index);
        }
        self.post(far.thread, Message::Frame { end: far, payload });
        self.slow_relay(index);
    }

    /// The far side of `end` took what was sent to it.
    pub(super) fn landed(&self, end: EndId, bytes: usize) {
        if !self.is_current(end) {
            return;
        }
        let has_room = self.0.ends.borrow_mut().get_mut(end.index).is_some_and(|entry| entry.landed(bytes));
        let relay = self.0.relays.borrow().get(&end.index).copied();
        if let (true, Some(connection)) = (has_room, relay) {
            self.0.connections.resume(connection);
        }
    }

    /// A message of this size, its overhead included, was taken from the end: its sender may send more.
    pub(super) fn took(&self, index: u32, size: usize) {
        let report = match self.0.ends.borrow_mut().get_mut(index) {
            Some(entry) => match entry.far {
                FarSide::At(Far::Program(far)) => entry.take(size).map(|bytes| (far, bytes)),
                FarSide::At(Far::Connection(id)) => {
                    return self.0.connections.taken(SocketId::from_bits(id));
                }
                _ => None,
            },
            None => None,
        };
        if let Some((far, bytes)) = report {
            self.post(far.thread, Message::Taken { end: far, bytes });
        }
    }

    /// Cuts a pipe that holds too much. What is sent to it from now on is dropped; the rest follows after the turn.
    pub(super) fn cut_pipe(&self, index: u32) {
        let far = {
            let mut ends = self.0.ends.borrow_mut();
            let Some(entry) = ends.get_mut(index) else { return };
            let FarSide::At(Far::Program(far)) = entry.far else { return };
            if entry.holds_back() {
                // A Close is never too much to keep.
                let _ = entry.wait_for_accept(Frame::Close(1006, gone_reason()), 0);
            }
            entry.far = FarSide::Gone;
            far
        };
        let end = holdfast_host::Sockets::identify(self, index);
        self.post(far.thread, Message::Close { end: far, code: 1006, reason: gone_reason() });
        self.queue(Post::Task(Box::new(move |switch| {
            let owner = switch.owner_name(end.index);
            switch.0.report.note(&format!(
                "a WebSocket of {owner} was dropped: the program at its far side has not taken the last {} MiB",
                UNTAKEN_BYTES_MAX >> 20
            ));
            switch.arrive(end, Frame::Close(1006, gone_reason()));
        })));
    }

    /// A relay does not read faster than the program behind it takes.
    fn slow_relay(&self, index: u32) {
        let Some(connection) = self.0.relays.borrow().get(&index).copied() else { return };
        let is_behind =
            self.0.ends.borrow().get(index).is_some_and(|entry| entry.untaken() > UNTAKEN_BYTES_OF_RELAY_MAX);
        if is_behind {
            self.0.connections.pause(connection);
        }
    }
}

/// Whether a pipe may carry another message; counts it if so.
pub(super) fn has_room(entry: &mut End<Far, Frame>, bytes: usize) -> bool {
    entry.depart(bytes + MESSAGE_OVERHEAD).is_ok()
}
