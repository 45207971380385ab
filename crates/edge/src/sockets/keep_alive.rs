//! Silence: a peer that says nothing for long is asked with a ping whether it is there, and is gone if it says nothing
//! still.
//!
//! Nothing is kept for a socket but when it was last heard, in ticks, and whether it was asked. Each tick looks at one of
//! [`SLICES`] parts of the table, so a large one is never walked at once. A tick counts when it is served: while the
//! thread is busy elsewhere and reads nothing, nobody grows silent. So a ping leaves up to a quarter later than asked for.

use std::time::{Duration, Instant};

use super::event::Cause;
use super::socket::{Receiving, Sending};
use super::table::Table;
use super::{Limits, SocketId};
use crate::codec::Opcode;

/// Parts of the table, one looked at each tick.
const SLICES: usize = 8;
/// How often, within the shorter of the two times, the whole table is looked at.
const ROUNDS: u32 = 4;
const TICKS: u32 = ROUNDS * SLICES as u32;

#[derive(Debug)]
pub(super) struct KeepAlive {
    tick: Duration,
    /// Ticks of silence before a ping; never without.
    ping_after: Option<u32>,
    /// Ticks a peer has for its answer.
    pong_max: u32,
    /// Ticks served.
    now: u32,
    /// While there are sockets.
    next: Option<Instant>,
}

/// What is known of one socket: the tick in which the peer was last heard, or asked, and in the lowest bit whether it was
/// asked. There are many of these.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard(u32);

impl Heard {
    fn new(tick: u32, asked: bool) -> Heard {
        Heard(tick << 1 | u32::from(asked))
    }

    fn asked(self) -> bool {
        self.0 & 1 != 0
    }

    /// How many ticks ago.
    fn ago(self, tick: u32) -> u32 {
        tick.wrapping_sub(self.0 >> 1) & (u32::MAX >> 1)
    }
}

impl KeepAlive {
    pub(super) fn new(limits: &Limits) -> KeepAlive {
        let shorter = limits.ping_after.min(limits.pong_max);
        let tick = (shorter / TICKS).max(Duration::from_millis(1));
        let ticks =
            |time: Duration| u32::try_from(time.as_micros() / tick.as_micros()).unwrap_or(u32::MAX >> 2);
        KeepAlive {
            tick,
            ping_after: (!limits.ping_after.is_zero()).then(|| ticks(limits.ping_after)),
            pong_max: ticks(limits.pong_max),
            now: 0,
            next: None,
        }
    }

    /// A peer that was heard just now.
    pub(super) fn heard(&self) -> Heard {
        Heard::new(self.now, false)
    }

    /// There is a socket to watch.
    pub(super) fn begin(&mut self) {
        if self.ping_after.is_some() && self.next.is_none() {
            self.next = Some(Instant::now() + self.tick);
        }
    }

    /// When there is something to do next.
    pub(super) fn next(&self) -> Option<Instant> {
        self.next
    }
}

impl Table {
    /// Serves the tick that is due, if one is: asks the silent, and cuts those that were asked and said nothing.
    pub(super) fn notice_silence(&mut self, now: Instant) {
        let Some(ping_after) = self.keep_alive.ping_after else { return };
        if self.keep_alive.next.is_none_or(|next| now < next) {
            return;
        }
        self.keep_alive.next = (!self.sockets.is_empty()).then(|| now + self.keep_alive.tick);
        self.keep_alive.now = self.keep_alive.now.wrapping_add(1) & (u32::MAX >> 1);
        let tick = self.keep_alive.now;
        for index in (tick as usize % SLICES..self.sockets.capacity()).step_by(SLICES) {
            let Some(socket) = self.sockets.get_mut(index) else { continue };
            // What waits for us to read it, and what is closing already, is not silence.
            let is_ours = socket.paused || socket.has_undecoded() || socket.queued_to_read;
            if is_ours || socket.receiving != Receiving::Open || socket.sending != Sending::Open {
                socket.heard = Heard::new(tick, false);
                continue;
            }
            let silent = socket.heard.ago(tick);
            let id = SocketId { index: index as u32, generation: socket.generation };
            if !socket.heard.asked() && silent >= ping_after {
                socket.heard = Heard::new(tick, true);
                self.ping(id);
            } else if socket.heard.asked() && silent >= self.keep_alive.pong_max {
                self.cut(id, Cause::Silent);
            }
        }
    }

    fn ping(&mut self, id: SocketId) {
        if self.has_room(id)
            && let Some(socket) = self.sockets.get_mut(id.index as usize)
        {
            let key = self.keys.key(socket.decoder.role());
            socket.output.push_frame(&mut self.pool, Opcode::Ping.into(), &[], key);
            self.mark_dirty(id);
        }
    }
}
