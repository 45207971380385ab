//! What passes between the two sides of a WebSocket: from a connection or another program to the end a program holds, and
//! back; through a relay, from one connection to whatever took its far side.

use super::{FAR_OF_RELAY, Frame, RELAY_OWNER, Switch, gone_reason};
use holdfast_core::ends::{FarSide, Mode};
use holdfast_edge::sockets::SocketId;
use holdfast_host::{Sockets, World};
use holdfast_link::{EndId, Far, Message, Payload};

impl Switch {
    /// A client's connection becomes the far side of `end`.
    pub(super) fn adopt(&self, end: EndId, socket: holdfast_edge::sockets::RawSocket) {
        if !self.is_current(end) {
            // The program is done with it already: closing the connection says so.
            return;
        }
        // A relay has a connection already: this one is on its other side.
        let side = if self.0.relays.borrow().contains_key(&end.index) { FAR_OF_RELAY } else { 0 };
        match self.0.connections.adopt(socket, side | tag_of(end.index, end.generation)) {
            Ok(id) => self.join(end, Far::Connection(id.to_bits())),
            Err(error) => {
                self.0.report.note(&format!("cannot watch a new connection: {error}"));
                self.arrive(end, Frame::Close(1006, gone_reason()));
            }
        }
    }

    /// The far side of `end` is known now; what waited for it leaves.
    pub(super) fn join(&self, end: EndId, far: Far) {
        if !self.is_current(end) {
            if let Far::Program(far) = far {
                let (code, reason) = (1006, gone_reason());
                self.post(far.thread, Message::Close { end: far, code, reason });
            }
            return;
        }
        let (waiting, group) = {
            let mut ends = self.0.ends.borrow_mut();
            let Some(entry) = ends.get_mut(end.index) else { return };
            if entry.far == FarSide::Gone {
                // Too much was sent to wait for it: without that, nothing of the rest makes sense.
                drop(ends);
                return self.forward(end.index, far, Frame::Close(1006, gone_reason()));
            }
            let group = (entry.mode == Mode::Held).then_some(entry.owner);
            (entry.join(far), group)
        };
        if let (Far::Connection(id), Some(group)) = (far, group) {
            self.0.connections.join(SocketId::from_bits(id), u64::from(group));
        }
        let is_over = waiting.last().is_some_and(|frame| frame.close_code() == Some(1006));
        for frame in waiting {
            self.forward(end.index, far, frame);
        }
        if is_over && self.owner(end.index) == Some(RELAY_OWNER) {
            self.relay_closed(end.index, |entry| entry.received_close = true);
        }
    }

    /// Sends a frame to a far side that is known.
    pub(super) fn forward(&self, from: u32, far: Far, frame: Frame) {
        match (far, frame) {
            (Far::Connection(id), Frame::Message(payload)) => {
                self.0.connections.send(SocketId::from_bits(id), outgoing(payload));
            }
            (Far::Connection(id), Frame::Close(1006, _)) => {
                self.0.connections.abort(SocketId::from_bits(id));
                self.set_gone(from);
            }
            (Far::Connection(id), Frame::Close(code, reason)) => {
                self.0.connections.close(SocketId::from_bits(id), sendable(code), &reason);
            }
            (Far::Program(far), Frame::Message(payload)) => self.pipe(from, far, payload),
            (Far::Program(far), Frame::Close(code, reason)) => {
                self.post(far.thread, Message::Close { end: far, code, reason });
            }
            (Far::Nobody | Far::Gone, _) => {}
        }
    }

    /// Something arrived for an end from the program at its far side.
    pub(super) fn arrive(&self, end: EndId, frame: Frame) {
        if !self.is_current(end) {
            return;
        }
        let relay = self.0.relays.borrow().get(&end.index).copied();
        if let Some(connection) = relay {
            let is_close = matches!(frame, Frame::Close(..));
            self.took(end.index, frame.size());
            self.forward(end.index, Far::Connection(connection.to_bits()), frame);
            if is_close {
                self.relay_closed(end.index, |entry| entry.received_close = true);
            }
            return;
        }
        if let Frame::Message(Payload::Text(text)) = &frame
            && self.answer_pipe(end.index, text)
        {
            self.took(end.index, frame.size());
            return;
        }
        self.take(end.index, frame, false);
    }

    /// Something arrived for an end of this thread: it is delivered, or waits until the end is accepted. A text that is
    /// behind others of its end is answered automatically, if at all, in its turn.
    pub(super) fn take(&self, index: u32, frame: Frame, is_behind: bool) {
        let (owner, mode, is_behind) = {
            let mut ends = self.0.ends.borrow_mut();
            let Some(entry) = ends.get_mut(index) else { return };
            if entry.holds_back() {
                if entry.far == FarSide::Gone {
                    return;
                }
                let size = frame.size();
                if entry.wait_for_accept(frame, size).is_err() {
                    drop(ends);
                    self.overflowed(index);
                }
                return;
            }
            if let Frame::Close(code, _) = &frame {
                if entry.received_close {
                    return;
                }
                entry.received_close = true;
                if *code == 1006 {
                    entry.far = FarSide::Gone;
                }
            }
            let is_message = matches!(frame, Frame::Message(_));
            let is_pipe = matches!(entry.far, FarSide::At(Far::Program(_)));
            let is_behind = is_behind || (is_message && is_pipe && entry.deliver());
            (entry.owner, entry.mode, is_behind)
        };
        let Some(host) = self.host() else { return };
        let is_held = mode == Mode::Held;
        match frame {
            Frame::Message(payload) => host.message(index, owner, is_held, is_behind, payload),
            Frame::Close(code, reason) => host.closed(index, owner, is_held, code, reason),
        }
    }

    /// More waits at an end than may: the connection or pipe is cut, which the program sees after what waits.
    pub(super) fn overflowed(&self, index: u32) {
        self.0.report.note("a WebSocket was dropped: too many bytes waited for the program to accept it");
        let mut ends = self.0.ends.borrow_mut();
        let Some(entry) = ends.get_mut(index) else { return };
        // A Close is never too much to keep.
        let _ = entry.wait_for_accept(Frame::Close(1006, gone_reason()), 0);
        let far = std::mem::replace(&mut entry.far, FarSide::Gone);
        drop(ends);
        self.cut(&far);
    }

    /// Answers a pipe's text that matches its object's auto-response.
    pub(super) fn answer_pipe(&self, index: u32, text: &str) -> bool {
        let comes_first = match self.0.ends.borrow().get(index) {
            Some(entry) => !entry.is_behind() && !self.0.waiting_answers.borrow().contains(&entry.owner),
            None => false,
        };
        let response = if comes_first { Sockets::auto_answer(self, index, text) } else { None };
        if let Some(response) = response {
            Sockets::send(self, &[index], Payload::Text(response));
            return true;
        }
        false
    }

    /// Delivers what arrived before the end was accepted.
    pub(super) fn replay(&self, end: EndId) {
        if !self.is_current(end) {
            return;
        }
        let waiting = {
            let mut ends = self.0.ends.borrow_mut();
            ends.get_mut(end.index).map(holdfast_core::ends::End::take_incoming)
        };
        for frame in waiting.into_iter().flatten() {
            if self.is_current(end) {
                // Nobody has looked whether it can be answered automatically.
                self.take(end.index, frame, true);
            }
        }
    }

    /// What the connections of this thread report.
    pub(crate) fn connection_event(&self, event: holdfast_edge::sockets::Event) {
        use holdfast_edge::sockets::{Cause, Event};
        match event {
            Event::Message { tag, message, is_behind, .. } => {
                let payload = match message {
                    holdfast_edge::sockets::Message::Text(text) => Payload::Text(text),
                    holdfast_edge::sockets::Message::Binary(bytes) => Payload::Binary(bytes.into()),
                };
                self.arrived(tag, Frame::Message(payload), is_behind);
            }
            Event::Failed { tag, error, .. } => self.broken(tag, &error),
            Event::Close { tag, code, reason, cause, .. } => {
                if matches!(cause, Cause::SlowReader { .. } | Cause::Unanswered) {
                    let of = self.end_of(tag).map(|end| self.owner_name(end)).unwrap_or_default();
                    self.0.report.note(&format!("a WebSocket of {of} was dropped: {cause}"));
                }
                self.arrived(tag, Frame::Close(code, reason), false);
            }
        }
    }

    /// Whose an end is, for the log.
    pub(super) fn owner_name(&self, index: u32) -> String {
        let owner = self.owner(index).unwrap_or(RELAY_OWNER);
        self.host().map(|host| host.name_of(owner)).unwrap_or_default()
    }

    /// The peer of a connection broke the protocol; that the connection is closed is reported next.
    pub(super) fn broken(&self, tag: u64, error: &str) {
        let Some(index) = self.end_of(tag) else { return };
        let (owner, mode) = {
            let mut ends = self.0.ends.borrow_mut();
            let Some(entry) = ends.get_mut(index).filter(|entry| entry.owner != RELAY_OWNER) else { return };
            // The connection ends by itself, after the Close frame that says why.
            entry.far = FarSide::Gone;
            // The class of a held end hears of the error, and not of a Close as well.
            entry.received_close |= entry.mode == Mode::Held;
            (entry.owner, entry.mode)
        };
        if let (true, Some(host)) = (mode != Mode::Waiting, self.host()) {
            host.failed(index, owner, mode == Mode::Held, error.to_owned());
        }
    }

    pub(super) fn arrived(&self, tag: u64, frame: Frame, is_behind: bool) {
        let Some(index) = self.end_of(tag) else { return };
        if tag & FAR_OF_RELAY != 0 {
            return self.arrive(self.identify(index), frame);
        }
        if self.0.relays.borrow().contains_key(&index) {
            return self.pass_on(index, frame);
        }
        self.take(index, frame, is_behind);
    }

    /// Something arrived on the connection of a relay.
    pub(super) fn pass_on(&self, index: u32, frame: Frame) {
        let closed = frame.close_code();
        let far = match self.0.ends.borrow_mut().get_mut(index) {
            None => return,
            Some(entry) => match &entry.far {
                FarSide::At(far) => Some(*far),
                FarSide::Gone => None,
                FarSide::Nobody => {
                    let size = frame.size();
                    if entry.wait_for_far(frame.clone(), size).is_err() {
                        // Whoever takes the far side finds it gone.
                        let _ = entry.wait_for_far(Frame::Close(1006, gone_reason()), 0);
                        entry.sent_close = true;
                        let relayed = self.0.relays.borrow().get(&index).copied();
                        if let Some(connection) = relayed {
                            self.0.connections.abort(connection);
                        }
                    }
                    None
                }
            },
        };
        if let Some(far) = far {
            self.forward(index, far, frame);
        }
        if let Some(code) = closed {
            // Nobody answers a connection that broke; but whoever takes the far side later must hear of it.
            let is_over = code == 1006 && far.is_some();
            self.relay_closed(index, |entry| {
                entry.sent_close = true;
                entry.received_close |= is_over;
            });
        }
    }

    /// One direction of a relay is closed; with both it is done.
    pub(super) fn relay_closed(
        &self,
        index: u32,
        note: impl FnOnce(&mut holdfast_core::ends::End<Far, Frame>),
    ) {
        let mut ends = self.0.ends.borrow_mut();
        let Some(entry) = ends.get_mut(index) else { return };
        note(entry);
        if entry.is_finished() {
            ends.remove(index);
            self.0.relays.borrow_mut().remove(&index);
        }
    }

    /// Enters a connection made by `fetch`: the answer is the end whose far side somebody may take.
    pub(crate) fn relay(&self, socket: holdfast_edge::sockets::RawSocket) -> std::io::Result<EndId> {
        let (index, generation) = self.0.ends.borrow_mut().enter(RELAY_OWNER);
        match self.0.connections.adopt(socket, tag_of(index, generation)) {
            Ok(id) => {
                self.0.relays.borrow_mut().insert(index, id);
                Ok(EndId { thread: self.0.thread, index, generation })
            }
            Err(error) => {
                self.0.ends.borrow_mut().remove(index);
                Err(error)
            }
        }
    }

    /// A client WebSocket of `end` is connected.
    pub(crate) fn connected(
        &self,
        end: EndId,
        socket: holdfast_edge::sockets::RawSocket,
        protocol: Option<String>,
        extensions: Option<String>,
    ) {
        let owner = self.owner(end.index);
        if !self.is_current(end) {
            return;
        }
        if let (Some(owner), Some(host)) = (owner, self.host()) {
            host.opened(end.index, owner, protocol, extensions);
        }
        self.adopt(end, socket);
    }

    /// A client WebSocket of `end` could not be connected.
    pub(crate) fn not_connected(&self, end: EndId, message: String) {
        if let (true, Some(owner), Some(host)) = (self.is_current(end), self.owner(end.index), self.host()) {
            host.connect_failed(end.index, owner, message);
        }
    }

    /// The end a connection is for, unless it is gone.
    pub(super) fn end_of(&self, tag: u64) -> Option<u32> {
        let index = u32::try_from(tag & u64::from(u32::MAX)).expect("the low half was taken");
        let ends = self.0.ends.borrow();
        let is_current = tag & !FAR_OF_RELAY == tag_of(index, ends.generation(index));
        (is_current && ends.get(index).is_some()).then_some(index)
    }

    pub(crate) fn is_current(&self, end: EndId) -> bool {
        self.0.ends.borrow().is_current(end.index, end.generation)
    }

    pub(super) fn set_gone(&self, index: u32) {
        if let Some(entry) = self.0.ends.borrow_mut().get_mut(index) {
            entry.far = FarSide::Gone;
        }
    }

    pub(super) fn count_accepted(&self, owner: u32, change: i32) {
        let mut accepted = self.0.accepted.borrow_mut();
        let count = accepted.entry(owner).or_default();
        *count = count.saturating_add_signed(change);
        if *count == 0 {
            accepted.remove(&owner);
        }
    }

    /// Takes an end out of the table.
    pub(super) fn remove(&self, index: u32) -> Option<holdfast_core::ends::End<Far, Frame>> {
        let entry = self.0.ends.borrow_mut().remove(index)?;
        if entry.mode == Mode::Accepted {
            self.count_accepted(entry.owner, -1);
        }
        self.0.pipe_answered_at.borrow_mut().remove(&index);
        Some(entry)
    }

    /// Ends the connection, or the pipe, of an end without a Close frame.
    pub(super) fn cut(&self, far: &FarSide<Far>) {
        match *far {
            FarSide::At(Far::Connection(id)) => self.0.connections.abort(SocketId::from_bits(id)),
            FarSide::At(Far::Program(far)) => {
                let (code, reason) = (1006, gone_reason());
                self.post(far.thread, Message::Close { end: far, code, reason });
            }
            _ => {}
        }
    }
}

/// The connection's name for an end: its number, and of its generation what fits beside [`FAR_OF_RELAY`].
pub(super) fn tag_of(index: u32, generation: u32) -> u64 {
    u64::from(generation) << 32 & !FAR_OF_RELAY | u64::from(index)
}

/// The code to put into a Close frame: none for the codes that stand for its absence.
pub(super) fn sendable(code: u16) -> Option<u16> {
    (!matches!(code, 1005 | 1006 | 1015)).then_some(code)
}

pub(super) fn outgoing(payload: Payload) -> holdfast_edge::sockets::Outgoing {
    match payload {
        Payload::Text(text) => holdfast_edge::sockets::Outgoing::Text(text),
        Payload::Binary(bytes) => holdfast_edge::sockets::Outgoing::Binary(bytes),
    }
}
