//! Bytes that wait to leave through one socket, in order.
//!
//! Most sockets have none; a receiver of a broadcast has a share of one frame; only what is more than that takes a
//! queue, from a pool. Small frames are copied together so that they leave in one plain `write`; large payloads are
//! never copied.

use std::collections::VecDeque;
use std::io::{self, IoSlice};

use bytes::{Buf, Bytes};

use super::stream::Stream;
use crate::codec::encode::{self, Kind};
use crate::codec::mask;

/// Payloads up to this size are copied next to their neighbours.
const COPIED_BYTES_MAX: usize = 16 * 1024;
/// A queue's own buffer is kept for the next use up to this size.
const KEPT_BYTES_MAX: usize = 64 * 1024;
/// Queues kept for the next use.
const KEPT_QUEUES_MAX: usize = 256;
/// Slices handed to one `writev`.
const SLICES_MAX: usize = 64;

#[derive(Debug, Default)]
pub(super) enum Output {
    #[default]
    Empty,
    /// One frame shared with other sockets, or what is left of it.
    Shared(Bytes),
    Queue(Box<Queue>),
}

/// `head` from `start` on, then `rest`.
#[derive(Debug, Default)]
pub(super) struct Queue {
    head: Vec<u8>,
    start: usize,
    rest: VecDeque<Bytes>,
    rest_bytes: usize,
}

/// Empty queues with warm buffers.
#[derive(Debug, Default)]
#[expect(
    clippy::vec_box,
    reason = "the boxes move between here and the sockets; unboxing would allocate again"
)]
pub(super) struct Pool {
    queues: Vec<Box<Queue>>,
}

/// How far a write came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Drained,
    /// The kernel takes no more for now.
    Blocked,
}

impl Output {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Output::Empty)
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Output::Empty => 0,
            Output::Shared(bytes) => bytes.len(),
            Output::Queue(queue) => queue.len(),
        }
    }

    /// Adds a frame whose payload may be copied.
    pub(super) fn push_frame(&mut self, pool: &mut Pool, kind: Kind, payload: &[u8], key: Option<[u8; 4]>) {
        self.queue(pool).tail(|out| encode::frame(out, kind, payload, key));
    }

    /// Adds a frame, taking over a payload that is too large to copy.
    pub(super) fn push_owned(&mut self, pool: &mut Pool, kind: Kind, payload: Bytes, key: Option<[u8; 4]>) {
        if payload.len() <= COPIED_BYTES_MAX {
            return self.push_frame(pool, kind, &payload, key);
        }
        let queue = self.queue(pool);
        queue.tail(|out| encode::header(out, kind, payload.len(), key));
        let payload = match key {
            None => payload,
            Some(key) => {
                let mut masked = Vec::from(payload);
                mask::apply(&mut masked, key, 0);
                masked.into()
            }
        };
        queue.push(payload);
    }

    /// Adds a frame that other sockets send too.
    pub(super) fn push_shared(&mut self, pool: &mut Pool, frame: &Bytes) {
        match self {
            Output::Empty => *self = Output::Shared(frame.clone()),
            Output::Shared(_) | Output::Queue(_) => {
                let queue = self.queue(pool);
                if frame.len() <= COPIED_BYTES_MAX {
                    queue.tail(|out| out.extend_from_slice(frame));
                } else {
                    queue.push(frame.clone());
                }
            }
        }
    }

    fn queue(&mut self, pool: &mut Pool) -> &mut Queue {
        if !matches!(self, Output::Queue(_)) {
            let mut queue = pool.queues.pop().unwrap_or_default();
            if let Output::Shared(bytes) = self {
                if bytes.len() <= COPIED_BYTES_MAX {
                    queue.head.extend_from_slice(bytes);
                } else {
                    queue.push(std::mem::take(bytes));
                }
            }
            *self = Output::Queue(queue);
        }
        match self {
            Output::Queue(queue) => queue,
            Output::Empty | Output::Shared(_) => unreachable!("it was just made a queue"),
        }
    }

    /// Writes until there is nothing left or the kernel takes no more.
    pub(super) fn write_to(&mut self, stream: &mut Stream, pool: &mut Pool) -> io::Result<Progress> {
        while !self.is_empty() {
            let written = match self {
                Output::Empty => Ok(0),
                Output::Shared(bytes) => stream.write(bytes),
                Output::Queue(queue) => queue.write_to(stream),
            };
            match written {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.advance(written, pool),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Progress::Blocked),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Progress::Drained)
    }

    fn advance(&mut self, written: usize, pool: &mut Pool) {
        match self {
            Output::Empty => {}
            Output::Shared(bytes) => {
                bytes.advance(written);
                if bytes.is_empty() {
                    *self = Output::Empty;
                }
            }
            Output::Queue(queue) => {
                queue.advance(written);
                if queue.len() == 0
                    && let Output::Queue(queue) = std::mem::take(self)
                {
                    pool.keep(queue);
                }
            }
        }
    }
}

impl Pool {
    fn keep(&mut self, mut queue: Box<Queue>) {
        queue.head.clear();
        queue.start = 0;
        if self.queues.len() < KEPT_QUEUES_MAX && queue.head.capacity() <= KEPT_BYTES_MAX {
            self.queues.push(queue);
        }
    }
}

impl Queue {
    fn len(&self) -> usize {
        self.head.len() - self.start + self.rest_bytes
    }

    /// Appends what `fill` writes behind everything queued so far.
    fn tail(&mut self, fill: impl FnOnce(&mut Vec<u8>)) {
        if self.rest.is_empty() {
            // What is written already must not pile up in front of a peer that always lags a little.
            if self.start > KEPT_BYTES_MAX.max(self.head.len() / 2) {
                self.head.drain(..self.start);
                self.start = 0;
            }
            return fill(&mut self.head);
        }
        // Behind large chunks: join the last chunk when it is a small one of our own.
        let mut out = match self.rest.pop_back().map(Bytes::try_into_mut) {
            Some(Ok(last)) if last.len() <= COPIED_BYTES_MAX => {
                self.rest_bytes -= last.len();
                Vec::from(last)
            }
            Some(Ok(last)) => {
                self.rest.push_back(last.freeze());
                Vec::new()
            }
            Some(Err(last)) => {
                self.rest.push_back(last);
                Vec::new()
            }
            None => Vec::new(),
        };
        fill(&mut out);
        self.push(out.into());
    }

    fn push(&mut self, bytes: Bytes) {
        self.rest_bytes += bytes.len();
        self.rest.push_back(bytes);
    }

    fn write_to(&mut self, stream: &mut Stream) -> io::Result<usize> {
        let head = &self.head[self.start..];
        if self.rest.is_empty() {
            return stream.write(head);
        }
        let mut slices = [IoSlice::new(&[]); SLICES_MAX];
        let mut count = 0;
        for bytes in std::iter::once(head).chain(self.rest.iter().map(|bytes| &bytes[..])) {
            if count == SLICES_MAX {
                break;
            }
            if !bytes.is_empty() {
                slices[count] = IoSlice::new(bytes);
                count += 1;
            }
        }
        stream.write_vectored(&slices[..count])
    }

    fn advance(&mut self, mut written: usize) {
        let from_head = written.min(self.head.len() - self.start);
        self.start += from_head;
        written -= from_head;
        if self.start == self.head.len() {
            self.head.clear();
            self.start = 0;
        }
        self.rest_bytes -= written;
        while written > 0 {
            let front = self.rest.front_mut().expect("no more is written than was queued");
            let part = written.min(front.len());
            front.advance(part);
            written -= part;
            if front.is_empty() {
                self.rest.pop_front();
            }
        }
    }
}
