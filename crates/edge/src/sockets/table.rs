//! The table itself: adopting, recording what to send, closing, dropping. Reading is in `read`, writing in `write`.

use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};
use slab::Slab;
use tokio::sync::Notify;

use super::compressors::Compressors;
use super::deadline::{Deadlines, Wait};
use super::event::{Cause, Event, GONE_REASON};
use super::group::{GroupId, Groups};
use super::keep_alive::KeepAlive;
use super::output::{Output, Pool};
use super::socket::{Answers, Receiving, Sending, Socket, Undecoded};
use super::stream::{RawSocket, Stream};
use super::{Limits, SocketId};
use crate::codec::extension::Agreement;
use crate::codec::{Decoder, Opcode, Role, Violation, sendable};
use crate::handshake::MaskKeys;

/// Readiness notices taken from the kernel at once.
const POLL_EVENTS_MAX: usize = 1024;
/// The thread's read buffer.
const READ_BYTES: usize = 64 * 1024;

pub(super) struct Table {
    pub(super) limits: Limits,
    pub(super) poll: Poll,
    pub(super) poll_events: Events,
    pub(super) sockets: Slab<Socket>,
    /// Sockets to read, in turn.
    pub(super) ready: VecDeque<SocketId>,
    /// Sockets with something recorded since the last flush.
    pub(super) dirty: Vec<SocketId>,
    /// Events that came about outside a read.
    pub(super) unreported: Vec<Event>,
    /// Sockets whose peer broke the protocol and was not told yet: what the owner answers to the messages before goes
    /// first.
    pub(super) failed: Vec<(SocketId, Violation)>,
    pub(super) deadlines: Deadlines,
    /// Something came up that `run`, if it sleeps, does not know of.
    pub(super) news: bool,
    pub(super) pool: Pool,
    pub(super) groups: Groups,
    /// When this batch's auto-responses are sent, in milliseconds since 1970: the clock is asked once a batch.
    pub(super) answered_at: Option<u64>,
    pub(super) read_buffer: Box<[u8]>,
    pub(super) keys: MaskKeys,
    pub(super) compressors: Compressors,
    pub(super) keep_alive: KeepAlive,
    /// Rung when the last socket is gone.
    pub(super) emptied: Rc<Notify>,
    next_generation: u32,
}

/// What the platform makes of a breach: the message of the program's error.
fn error_text(violation: Violation) -> String {
    let code = violation.code;
    format!(
        "WebSocket protocol error; protocolError.statusCode = {code}; protocolError.description = {violation}"
    )
}

impl Table {
    pub(super) fn new(limits: Limits) -> io::Result<Table> {
        let keep_alive = KeepAlive::new(&limits);
        Ok(Table {
            limits,
            poll: Poll::new()?,
            poll_events: Events::with_capacity(POLL_EVENTS_MAX),
            sockets: Slab::new(),
            ready: VecDeque::new(),
            dirty: Vec::new(),
            unreported: Vec::new(),
            failed: Vec::new(),
            deadlines: Deadlines::default(),
            news: false,
            pool: Pool::default(),
            groups: Groups::default(),
            answered_at: None,
            read_buffer: vec![0; READ_BYTES].into_boxed_slice(),
            keys: MaskKeys::default(),
            compressors: Compressors::default(),
            keep_alive,
            emptied: Rc::default(),
            next_generation: 1,
        })
    }

    pub(super) fn adopt(&mut self, raw: RawSocket, tag: u64) -> io::Result<SocketId> {
        let mut stream = Stream::prepare(raw.stream, self.limits.keep_alive_after)?;
        let entry = self.sockets.vacant_entry();
        let index = entry.key();
        let id = SocketId {
            index: u32::try_from(index).map_err(|_| io::Error::other("too many sockets"))?,
            generation: self.next_generation,
        };
        stream.watch(self.poll.registry(), Token(index))?;
        self.next_generation = self.next_generation.wrapping_add(1).max(1);
        let undecoded = (!raw.received.is_empty())
            .then(|| Box::new(Undecoded { bytes: Vec::from(raw.received), start: 0 }));
        entry.insert(Socket {
            tag,
            stream,
            generation: id.generation,
            decoder: Decoder::new(raw.role, raw.compression),
            heard: self.keep_alive.heard(),
            output: Output::Empty,
            undecoded,
            group: None,
            answers: Answers::default(),
            receiving: Receiving::Open,
            sending: Sending::Open,
            paused: false,
            readable: true,
            end_known: false,
            queued_to_read: true,
            queued_to_write: false,
            write_blocked: false,
            _permit: raw.permit,
        });
        self.keep_alive.begin();
        self.ready.push_back(id);
        self.news = true;
        Ok(id)
    }

    pub(super) fn socket(&mut self, id: SocketId) -> Option<&mut Socket> {
        self.sockets.get_mut(id.index as usize).filter(|socket| socket.generation == id.generation)
    }

    pub(super) fn ids(&self) -> Vec<SocketId> {
        let id = |(index, socket): (usize, &Socket)| SocketId {
            index: index as u32,
            generation: socket.generation,
        };
        self.sockets.iter().map(id).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.sockets.len()
    }

    /// Whether nothing is left to do until the poll set or the owner has news.
    pub(super) fn is_settled(&self) -> bool {
        self.ready.is_empty() && self.unreported.is_empty()
    }

    /// Arranges for the connection to be gone after `after`.
    pub(super) fn expect_end(&mut self, id: SocketId, after: Duration, wait: Wait) {
        self.deadlines.push(Instant::now() + after, id, wait);
        self.news = true;
    }

    /// Whether the socket exists, may be sent to, and has not too much waiting. Otherwise the message is not for it;
    /// a socket that reads too slowly is cut here, after a last try to write.
    pub(super) fn has_room(&mut self, id: SocketId) -> bool {
        let max = self.limits.queued_bytes_max;
        let Some(socket) = self.socket(id) else { return false };
        if socket.sending != Sending::Open {
            return false;
        }
        if socket.output.len() <= max {
            return true;
        }
        self.write(id);
        let Some(socket) = self.socket(id) else { return false };
        let queued_bytes = socket.output.len();
        if queued_bytes > max {
            self.cut(id, Cause::SlowReader { queued_bytes });
            return false;
        }
        true
    }

    pub(super) fn close(&mut self, id: SocketId, code: Option<u16>, reason: &str) {
        let Some(socket) = self.socket(id) else { return };
        // A peer that broke the protocol is told that, whatever the owner says.
        if socket.sending != Sending::Open || socket.receiving == Receiving::Failed {
            return;
        }
        if socket.receiving == Receiving::Open {
            self.expect_end(id, self.limits.close_answer_max, Wait::Answer);
        }
        self.record_close(id, &sendable(code, reason));
    }

    pub(super) fn record_close(&mut self, id: SocketId, payload: &[u8]) {
        let Some(socket) = self.sockets.get_mut(id.index as usize) else { return };
        let key = self.keys.key(socket.decoder.role());
        socket.output.push_frame(&mut self.pool, Opcode::Close.into(), payload, key);
        socket.sending = Sending::Closed;
        self.mark_dirty(id);
    }

    /// Tells the peers that broke the protocol.
    pub(super) fn refuse_failed(&mut self) {
        while let Some((id, violation)) = self.failed.pop() {
            if self.socket(id).is_some_and(|socket| socket.sending == Sending::Open) {
                self.record_close(id, &sendable(Some(violation.code), &violation.to_string()));
            }
        }
    }

    pub(super) fn abort(&mut self, id: SocketId) {
        if self.socket(id).is_some() {
            self.remove(id);
        }
    }

    pub(super) fn pause(&mut self, id: SocketId) {
        if let Some(socket) = self.socket(id) {
            socket.paused = true;
        }
    }

    pub(super) fn resume(&mut self, id: SocketId) {
        if let Some(socket) = self.socket(id) {
            socket.paused = false;
            self.mark_ready(id);
        }
    }

    pub(super) fn join(&mut self, id: SocketId, group: GroupId) {
        let member = self.groups.group(group);
        let left = match self.socket(id) {
            Some(socket) => socket.group.replace(member),
            None => Some(member),
        };
        if let Some(left) = left {
            self.groups.leave(left);
        }
    }

    /// Puts the socket at the end of the ready list if there is something to read for it.
    pub(super) fn mark_ready(&mut self, id: SocketId) {
        let Some(socket) = self.socket(id) else { return };
        if !socket.paused && !socket.queued_to_read && (socket.readable || socket.has_undecoded()) {
            socket.queued_to_read = true;
            self.ready.push_back(id);
            self.news = true;
        }
    }

    pub(super) fn mark_dirty(&mut self, id: SocketId) {
        let Some(socket) = self.socket(id) else { return };
        if !socket.queued_to_write {
            socket.queued_to_write = true;
            self.dirty.push(id);
        }
    }

    /// The connection is over: reports 1006 unless an end was reported before, and drops it.
    pub(super) fn cut(&mut self, id: SocketId, cause: Cause) {
        let Some(socket) = self.socket(id) else { return };
        let tag = socket.tag;
        let reported = socket.receiving != Receiving::Open;
        self.remove(id);
        if !reported {
            self.news = true;
            let reason = GONE_REASON.to_owned();
            self.unreported.push(Event::Close { id, tag, code: 1006, reason, clean: false, cause });
        }
    }

    /// The peer broke the protocol: tells the owner now and the peer at the next flush, and stops listening.
    pub(super) fn fail(&mut self, id: SocketId, violation: Violation) {
        let Some(socket) = self.socket(id) else { return };
        let tag = socket.tag;
        socket.receiving = Receiving::Failed;
        socket.undecoded = None;
        self.failed.push((id, violation));
        self.expect_end(id, self.limits.linger_max, Wait::Linger);
        self.unreported.push(Event::Failed { id, tag, error: error_text(violation) });
        self.unreported.push(Event::Close {
            id,
            tag,
            code: 1006,
            reason: GONE_REASON.to_owned(),
            clean: false,
            cause: Cause::Violation(violation),
        });
    }

    /// When there is something to do even if nothing happens.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.next().into_iter().chain(self.keep_alive.next()).min()
    }

    /// Acts on the deadlines that have passed.
    pub(super) fn expire(&mut self) {
        if self.deadlines.next().is_none() {
            return;
        }
        let now = Instant::now();
        while let Some((id, wait)) = self.deadlines.due(now) {
            let Some(socket) = self.socket(id) else { continue };
            match wait {
                Wait::Answer if socket.receiving == Receiving::Open => self.cut(id, Cause::Unanswered),
                Wait::Answer => {}
                Wait::Linger => self.cut(id, Cause::Vanished),
            }
        }
    }

    pub(super) fn remove(&mut self, id: SocketId) {
        // Closing the descriptor takes it out of the poll set.
        let socket = self.sockets.remove(id.index as usize);
        if let Some(group) = socket.group {
            self.groups.leave(group);
        }
        if socket.decoder.agreement().is_some_and(Agreement::remembers) {
            self.compressors.forget(id);
        }
        if self.sockets.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    /// Whether the peer of a client-side socket gets the time to end the connection first (RFC 6455, 7.1.1).
    pub(super) fn peer_ends_first(socket: &Socket) -> bool {
        socket.decoder.role() == Role::Client && socket.receiving == Receiving::Closed
    }
}
