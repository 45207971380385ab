//! Reading: from the poll set to a batch of events, a fair share for each socket.

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::SocketId;
use super::deadline::Wait;
use super::event::{Cause, Event, Message};
use super::socket::{Receiving, Sending, Socket, Undecoded};
use super::table::Table;
use crate::codec::{Close, Input, Item, Opcode, Violation};

/// Messages and pings of one socket handled before the next socket's turn.
const MESSAGES_PER_TURN_MAX: usize = 64;
/// Bytes read at once from a socket that is not in the middle of a large frame. What is read and not decoded in the
/// same turn is kept, so this bounds what a crowd of flooders can make us hold.
const SHORT_READ_BYTES: usize = 16 * 1024;
/// Events in one batch, after which the owner is called.
const EVENTS_PER_BATCH_MAX: usize = 512;
/// Message bytes in one batch, after which the owner is called.
const BYTES_PER_BATCH_MAX: usize = 4 * 1024 * 1024;

/// What one socket's turn came to.
enum Turn {
    /// Everything decodable was decoded.
    Decoded,
    /// The share is used up; bytes may be left.
    Spent,
    Violation(Violation),
}

impl Table {
    /// Asks the poll set, without waiting, and fills `batch`. Returns how much the poll set had to say.
    pub(super) fn collect(&mut self, batch: &mut Vec<Event>) -> io::Result<usize> {
        let noticed = self.poll_now()?;
        self.expire();
        self.answered_at = None;
        let mut bytes = 0;
        // Each socket once: those that have more are at the back for the next batch.
        for _ in 0..self.ready.len() {
            if batch.len() >= EVENTS_PER_BATCH_MAX || bytes >= BYTES_PER_BATCH_MAX {
                break;
            }
            let Some(id) = self.ready.pop_front() else { break };
            let Some(socket) = self.socket(id) else { continue };
            socket.queued_to_read = false;
            if !socket.paused {
                bytes += self.read(id, batch);
                self.mark_ready(id);
            }
        }
        batch.append(&mut self.unreported);
        self.news = false;
        Ok(noticed)
    }

    /// Returns how many notices there were.
    fn poll_now(&mut self) -> io::Result<usize> {
        match self.poll.poll(&mut self.poll_events, Some(Duration::ZERO)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(0),
            result => result?,
        }
        let events = std::mem::replace(&mut self.poll_events, mio::Events::with_capacity(0));
        let mut noticed = 0;
        for event in &events {
            noticed += 1;
            // A notice for a socket that is gone may name its successor, which then reads or writes in vain.
            let index = event.token().0;
            let Some(socket) = self.sockets.get_mut(index) else { continue };
            let id = SocketId { index: index as u32, generation: socket.generation };
            if event.is_writable() && socket.write_blocked {
                // It takes what it was sent: that is an answer too.
                socket.heard = self.keep_alive.heard();
                self.write(id);
            }
            if (event.is_readable() || event.is_read_closed() || event.is_error())
                && let Some(socket) = self.socket(id)
            {
                socket.readable = true;
                socket.end_known |= event.is_read_closed() || event.is_error();
                self.mark_ready(id);
            }
        }
        self.poll_events = events;
        Ok(noticed)
    }

    /// One turn of one socket. Returns the message bytes it put into the batch.
    fn read(&mut self, id: SocketId, batch: &mut Vec<Event>) -> usize {
        let before = batch.len();
        let Some(socket) = self.socket(id) else { return 0 };
        if let Some(mut undecoded) = socket.undecoded.take() {
            let (turn, left) = self.decode(id, &mut undecoded.bytes[undecoded.start..], batch);
            undecoded.start = undecoded.bytes.len() - left;
            if left > 0
                && let Some(socket) = self.socket(id)
            {
                socket.undecoded = Some(undecoded);
            }
            self.after(id, turn);
        } else if socket.readable {
            let mut buffer = std::mem::take(&mut self.read_buffer);
            self.receive(id, &mut buffer, batch);
            self.read_buffer = buffer;
        }
        // What came before goes first: an end reported by this turn belongs behind its messages.
        batch.append(&mut self.unreported);
        batch[before..].iter().map(Event::bytes).sum()
    }

    fn receive(&mut self, id: SocketId, buffer: &mut [u8], batch: &mut Vec<Event>) {
        let heard = self.keep_alive.heard();
        let Some(socket) = self.socket(id) else { return };
        let large = socket.decoder.missing() > SHORT_READ_BYTES as u64;
        let buffer = if large { buffer } else { &mut buffer[..SHORT_READ_BYTES] };
        match socket.stream.read(buffer) {
            Ok(0) => self.ended(id),
            Ok(count) => {
                socket.heard = heard;
                // A short read emptied the kernel's buffer: news of more, or of the end, comes as a new notice. But the
                // end may be known already, and then no notice follows.
                socket.readable = count == buffer.len() || socket.end_known;
                let (turn, left) = self.decode(id, &mut buffer[..count], batch);
                if left > 0
                    && let Some(socket) = self.socket(id)
                {
                    let bytes = buffer[count - left..count].to_vec();
                    socket.undecoded = Some(Box::new(Undecoded { bytes, start: 0 }));
                }
                self.after(id, turn);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => socket.readable = false,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => self.cut(id, Cause::Io(error.kind())),
        }
    }

    fn after(&mut self, id: SocketId, turn: Turn) {
        match turn {
            Turn::Decoded | Turn::Spent => {}
            Turn::Violation(violation) => self.fail(id, violation),
        }
    }

    /// The peer ended the connection.
    fn ended(&mut self, id: SocketId) {
        let Some(socket) = self.socket(id) else { return };
        socket.readable = false;
        if socket.receiving == Receiving::Ended && socket.sending != Sending::Shut {
            return;
        }
        if socket.receiving == Receiving::Closed && socket.sending != Sending::Shut {
            // It may have ended only its own side, and still wait for our Close.
            socket.receiving = Receiving::Ended;
            self.expect_end(id, self.limits.close_answer_max, Wait::Linger);
            return;
        }
        self.cut(id, Cause::Vanished);
    }

    /// Decodes one turn's share of `bytes`. Returns how many bytes at the end were not looked at.
    fn decode(&mut self, id: SocketId, bytes: &mut [u8], batch: &mut Vec<Event>) -> (Turn, usize) {
        let message_bytes_max = self.limits.message_bytes_max;
        let mut input = Input::new(bytes);
        for _ in 0..MESSAGES_PER_TURN_MAX {
            let Some(socket) = self.socket(id) else { return (Turn::Decoded, 0) };
            match socket.decoder.decode(&mut input, message_bytes_max) {
                Ok(Some(Item::Compressed { opcode, payload })) => match self.expand(id, opcode, &payload) {
                    Ok(item) => self.item(id, item, batch),
                    Err(violation) => return (Turn::Violation(violation), 0),
                },
                Ok(Some(item)) => self.item(id, item, batch),
                Ok(None) => return (Turn::Decoded, 0),
                Err(violation) => return (Turn::Violation(violation), 0),
            }
        }
        (Turn::Spent, input.len())
    }

    /// The message that came compressed. Nothing is read after one that makes no sense.
    fn expand(&mut self, id: SocketId, opcode: Opcode, payload: &[u8]) -> Result<Item<'static>, Violation> {
        let socket = self.sockets.get_mut(id.index as usize).expect("its message was just decoded");
        let agreement = socket.decoder.agreement().expect("only then may a message be compressed");
        let max = self.limits.message_bytes_max;
        let item = self.compressors.expand(id, agreement, (opcode, payload), max);
        if item.is_err() {
            socket.decoder.finish();
        }
        item
    }

    fn item(&mut self, id: SocketId, item: Item<'_>, batch: &mut Vec<Event>) {
        let Some(socket) = self.socket(id) else { return };
        let tag = socket.tag;
        match item {
            Item::Text(text) => {
                if !socket.is_behind() && auto_response(socket, &text) {
                    self.respond(id);
                } else {
                    let (message, is_behind) = (Message::Text(text.into_owned()), socket.reported());
                    batch.push(Event::Message { id, tag, message, is_behind });
                }
            }
            Item::Binary(bytes) => {
                let (message, is_behind) = (Message::Binary(bytes.into_owned()), socket.reported());
                batch.push(Event::Message { id, tag, message, is_behind });
            }
            Item::Compressed { .. } => unreachable!("it was expanded"),
            Item::Ping(payload) => self.pong(id, &payload),
            Item::Pong(_) => {}
            Item::Close(close) => {
                socket.receiving = Receiving::Closed;
                let Close { code, reason } = close.unwrap_or(Close { code: 1005, reason: String::new() });
                batch.push(Event::Close { id, tag, code, reason, clean: true, cause: Cause::Closed });
                self.finish(id);
            }
        }
    }

    fn pong(&mut self, id: SocketId, payload: &[u8]) {
        if self.has_room(id)
            && let Some(socket) = self.sockets.get_mut(id.index as usize)
        {
            let key = self.keys.key(socket.decoder.role());
            socket.output.push_frame(&mut self.pool, Opcode::Pong.into(), payload, key);
            self.mark_dirty(id);
        }
    }

    /// Answers with the group's response.
    fn respond(&mut self, id: SocketId) {
        if !self.has_room(id) {
            return;
        }
        let Some(socket) = self.sockets.get_mut(id.index as usize) else { return };
        let Some(group) = socket.group.clone() else { return };
        if let Some(pair) = &*group.pair.borrow() {
            let key = self.keys.key(socket.decoder.role());
            let response = pair.response.as_bytes();
            socket.output.push_frame(&mut self.pool, Opcode::Text.into(), response, key);
            socket.answers.sent_at(*self.answered_at.get_or_insert_with(milliseconds_now));
        }
        self.mark_dirty(id);
    }
}

/// Whether the text is the request of the socket's group.
fn auto_response(socket: &Socket, text: &str) -> bool {
    let Some(group) = &socket.group else { return false };
    group.pair.borrow().as_ref().is_some_and(|pair| *pair.request == *text)
}

pub(super) fn milliseconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

impl Event {
    fn bytes(&self) -> usize {
        match self {
            Event::Message { message, .. } => message.len(),
            Event::Failed { .. } | Event::Close { .. } => 0,
        }
    }
}
