//! Writing: straight to the kernel first; what it does not take waits for the poll set's word.

use super::SocketId;
use super::deadline::Wait;
use super::output::{Output, Progress};
use super::socket::{Receiving, Sending};
use super::table::Table;

impl Table {
    /// Writes what was recorded since the last flush.
    pub(super) fn flush(&mut self) {
        self.refuse_failed();
        let mut dirty = std::mem::take(&mut self.dirty);
        for id in dirty.drain(..) {
            let Some(socket) = self.socket(id) else { continue };
            socket.queued_to_write = false;
            if !socket.write_blocked {
                self.write(id);
            }
        }
        // Nothing was recorded meanwhile, so the allocation can be kept.
        self.dirty = dirty;
    }

    /// Writes what waits for one socket and, when that was the last of it, goes on with closing.
    pub(super) fn write(&mut self, id: SocketId) {
        let Some(socket) = self.sockets.get_mut(id.index as usize) else { return };
        match socket.output.write_to(&mut socket.stream, &mut self.pool) {
            Ok(Progress::Blocked) => socket.write_blocked = true,
            Ok(Progress::Drained) => {
                socket.write_blocked = false;
                self.finish(id);
            }
            Err(_) => self.stop_sending(id),
        }
    }

    /// The peer takes nothing more. What it said before is still to be read, so the end is reported by the reading side.
    fn stop_sending(&mut self, id: SocketId) {
        self.expect_end(id, self.limits.close_answer_max, Wait::Linger);
        let Some(socket) = self.socket(id) else { return };
        socket.output = Output::Empty;
        socket.sending = Sending::Shut;
        socket.readable = true;
        socket.end_known = true;
        self.mark_ready(id);
    }

    /// When both sides have said their last and it has left: shuts the write side and waits for the peer's end, so
    /// that no reset overtakes our Close.
    pub(super) fn finish(&mut self, id: SocketId) {
        let Some(socket) = self.socket(id) else { return };
        if !socket.is_finishing() || socket.sending == Sending::Shut || !socket.output.is_empty() {
            return;
        }
        socket.sending = Sending::Shut;
        socket.paused = false;
        let already_over = socket.receiving == Receiving::Ended;
        let shut = Table::peer_ends_first(socket) || socket.stream.shut_write().is_ok();
        if already_over || !shut {
            return self.remove(id);
        }
        if socket.receiving != Receiving::Failed {
            self.expect_end(id, self.limits.linger_max, Wait::Linger);
        }
        self.mark_ready(id);
    }
}
