//! The thread's WebSockets: one small entry each, one poll set, one read buffer, one task.
//!
//! Promises, to the host:
//! - Messages of one socket come in wire order; nothing comes after its [`Event::Close`], which comes exactly once
//!   (never for a socket the owner cut with [`Sockets::abort`]).
//! - What is sent to one socket between two flushes leaves in one system call.
//! - A flooded socket gets its share of a wake-up and no more; a socket that does not read is cut when more than
//!   [`Limits::queued_bytes_max`] wait for it; the others notice neither.
//! - Pings and auto-responses are answered here. A Close is reported and *not* answered: the owner calls
//!   [`Sockets::close`] when the program has seen it.
//!
//! An idle socket is a slab entry (about a hundred bytes) and the kernel's own state: no task, no buffer.
//!
//! ```text
//!  tokio ──readable──► Sockets::run ──► mio::Poll ──► ready list ──► read, decode ──► batch of events ──► sink
//!                            │                            ▲  (a socket with more goes to the back)           │
//!                            └── flush ◄── dirty list ◄───┴──────────── send, broadcast, close ◄─────────────┘
//! ```
//!
//! The states of closing:
//!
//! ```text
//!   open ──peer's Close──► reported, owner may still send ──close()──┐
//!    │                                                               ├─► flushed, write side shut, ─► gone
//!    ├──close()──► waiting for the peer's Close (or cut after 30 s) ─┘   read until EOF or 5 s
//!    ├──violation──► Close sent and reported as 1006 ────────────────────┘
//!    └──EOF, reset, silence, slow reader──► reported as 1006, gone
//! ```

mod bridge;
mod compressors;
mod deadline;
mod event;
mod group;
mod keep_alive;
mod output;
mod read;
mod run;
mod send;
mod socket;
mod stream;
mod table;
mod write;

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;

pub(crate) use bridge::bridge;
pub use event::{Cause, Event, GONE_REASON, Message};
pub use group::GroupId;
pub use stream::{Permit, RawSocket, RawStream};

use table::Table;

/// Bounds, each with the default the design names.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Largest received message; larger ones end the connection with 1009.
    pub message_bytes_max: usize,
    /// Bytes that may wait for one socket before a further message is sent to it.
    pub queued_bytes_max: usize,
    /// How long a Close of ours may stay unanswered.
    pub close_answer_max: Duration,
    /// How long the last bytes of a closing connection may take to reach the peer.
    pub linger_max: Duration,
    /// A peer that says nothing for this long is sent a ping; never when it is zero.
    pub ping_after: Duration,
    /// How long it may go on saying nothing then.
    pub pong_max: Duration,
    /// TCP keep-alive: the first probe after this much silence; a peer that answers none of four is gone.
    pub keep_alive_after: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            message_bytes_max: crate::codec::MESSAGE_BYTES_MAX,
            queued_bytes_max: 16 * 1024 * 1024,
            close_answer_max: Duration::from_secs(30),
            linger_max: Duration::from_secs(5),
            ping_after: Duration::from_secs(30),
            pong_max: Duration::from_secs(30),
            keep_alive_after: Duration::from_secs(60),
        }
    }
}

/// A socket of this thread. Never reused for another one, so a late call for a socket that is gone does nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId {
    index: u32,
    generation: u32,
}

impl SocketId {
    /// The id as a plain number, for the link.
    pub fn to_bits(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.index)
    }

    /// The id a number from [`SocketId::to_bits`] stands for.
    pub fn from_bits(bits: u64) -> SocketId {
        SocketId { index: bits as u32, generation: (bits >> 32) as u32 }
    }
}

impl fmt::Debug for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "socket {}.{}", self.index, self.generation)
    }
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// UTF-8 text.
    Text(String),
    /// Bytes.
    Binary(Bytes),
}

/// The sockets of one thread: a shared handle.
#[derive(Clone)]
pub struct Sockets {
    inner: Rc<Inner>,
}

struct Inner {
    table: RefCell<Table>,
    /// Rung when something other than the poll set gives `run` work to do.
    bell: Notify,
}

impl fmt::Debug for Sockets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sockets").finish_non_exhaustive()
    }
}

impl Sockets {
    /// An empty table with a poll set of its own.
    ///
    /// # Errors
    /// When the system has no descriptor left for the poll set.
    pub fn new(limits: Limits) -> io::Result<Sockets> {
        let table = RefCell::new(Table::new(limits)?);
        Ok(Sockets { inner: Rc::new(Inner { table, bell: Notify::new() }) })
    }

    /// Takes over an open WebSocket; what was read before counts as received. `tag` is the owner's name for it and
    /// comes back with every event. Reading starts at the next wake-up, unless [`Sockets::pause`] is called first.
    ///
    /// # Errors
    /// When the poll set refuses the descriptor; the connection is dropped.
    pub fn adopt(&self, raw: RawSocket, tag: u64) -> io::Result<SocketId> {
        let id = self.inner.table.borrow_mut().adopt(raw, tag)?;
        self.ring();
        Ok(id)
    }

    /// Records a message; it leaves at the next [`Sockets::flush`]. Ignored after `close`, and when the socket is gone.
    pub fn send(&self, id: SocketId, message: Outgoing) {
        self.inner.table.borrow_mut().send(id, message);
        self.ring();
    }

    /// Records one message for many sockets: it is framed, and compressed, once, and one copy of it serves them all.
    pub fn broadcast(&self, ids: impl IntoIterator<Item = SocketId>, message: &Outgoing) {
        self.inner.table.borrow_mut().broadcast(ids.into_iter(), message);
        self.ring();
    }

    /// Records a Close after what was sent. `None` (and 1005) send one without a code; a reason too long is cut. The
    /// second call for a socket does nothing. A Close the peer does not answer in time is reported as 1006.
    pub fn close(&self, id: SocketId, code: Option<u16>, reason: &str) {
        self.inner.table.borrow_mut().close(id, code, reason);
        self.ring();
    }

    /// [`Sockets::close`] for every socket that is open, and a flush, as when the server shuts down.
    pub fn close_all(&self, code: u16, reason: &str) {
        let mut table = self.inner.table.borrow_mut();
        for id in table.ids() {
            table.close(id, Some(code), reason);
        }
        table.flush();
        drop(table);
        self.ring();
    }

    /// Drops the connection now; the peer sees 1006. No event follows.
    pub fn abort(&self, id: SocketId) {
        self.inner.table.borrow_mut().abort(id);
    }

    /// Stops reading the socket: what the peer sends stays in the kernel and the peer is slowed down.
    pub fn pause(&self, id: SocketId) {
        self.inner.table.borrow_mut().pause(id);
    }

    /// Reads on after [`Sockets::pause`].
    pub fn resume(&self, id: SocketId) {
        self.inner.table.borrow_mut().resume(id);
        self.ring();
    }

    /// Writes everything recorded since the last flush. What the kernel does not take now leaves when it can.
    pub fn flush(&self) {
        self.inner.table.borrow_mut().flush();
        self.ring();
    }

    /// Puts the socket in the group (an object) whose auto-response applies to it.
    pub fn join(&self, id: SocketId, group: GroupId) {
        self.inner.table.borrow_mut().join(id, group);
    }

    /// Texts that are exactly `request` are answered with `response` for every socket of the group, and not reported. The group
    /// is remembered, with or without sockets, until [`Sockets::clear_auto_response`].
    pub fn set_auto_response(&self, group: GroupId, request: &str, response: &str) {
        self.inner.table.borrow_mut().groups.set(group, request, response);
    }

    /// Ends the group's auto-response; timestamps stay.
    pub fn clear_auto_response(&self, group: GroupId) {
        self.inner.table.borrow_mut().groups.clear(group);
    }

    /// The owner took a message that was reported. Until it has taken them all, it also gets texts that could be answered.
    pub fn taken(&self, id: SocketId) {
        if let Some(socket) = self.inner.table.borrow_mut().socket(id) {
            socket.answers.taken();
        }
    }

    /// The owner has things to send to the group before any further answer, or no more: while it does, it also gets texts
    /// that could be answered.
    pub fn hold_answers(&self, group: GroupId, waits: bool) {
        self.inner.table.borrow_mut().groups.wait(group, waits);
    }

    /// The owner answers a text in the group's place.
    pub fn answered(&self, id: SocketId) {
        if let Some(socket) = self.inner.table.borrow_mut().socket(id) {
            socket.answers.sent_at(read::milliseconds_now());
        }
    }

    /// When the socket was last sent an auto-response: milliseconds since 1970.
    pub fn auto_response_at(&self, id: SocketId) -> Option<u64> {
        let mut table = self.inner.table.borrow_mut();
        table.socket(id).map(|socket| socket.answers.last_at()).filter(|at| *at > 0)
    }

    /// Gives the socket another name.
    pub fn retag(&self, id: SocketId, tag: u64) {
        if let Some(socket) = self.inner.table.borrow_mut().socket(id) {
            socket.tag = tag;
        }
    }

    /// Bytes recorded or waiting for the socket that the kernel has not taken.
    pub fn queued_bytes(&self, id: SocketId) -> usize {
        self.inner.table.borrow_mut().socket(id).map_or(0, |socket| socket.output.len())
    }

    /// Resolves when no socket is left, as after [`Sockets::close_all`]. `run` must go on meanwhile.
    pub async fn emptied(&self) {
        let emptied = Rc::clone(&self.inner.table.borrow().emptied);
        while !self.is_empty() {
            emptied.notified().await;
        }
    }

    /// The sockets in the table, closing ones included, in no order.
    pub fn ids(&self) -> Vec<SocketId> {
        self.inner.table.borrow().ids()
    }

    /// How many sockets are in the table, closing ones included.
    pub fn len(&self) -> usize {
        self.inner.table.borrow().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Wakes `run` when there is something for it to do.
    fn ring(&self) {
        if std::mem::take(&mut self.inner.table.borrow_mut().news) {
            self.inner.bell.notify_one();
        }
    }
}
