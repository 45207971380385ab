//! What passes over a WebSocket, and where it goes.

use crate::EndId;
use bytes::Bytes;

/// One WebSocket message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    Text(String),
    Binary(Bytes),
}

impl Payload {
    /// Size on the wire without the frame header, in bytes.
    pub fn len(&self) -> usize {
        match self {
            Payload::Text(text) => text.len(),
            Payload::Binary(bytes) => bytes.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Where the messages that a program sends on one end arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Far {
    /// Nobody took the far side yet; what is sent waits.
    Nobody,
    /// A connection of this thread's edge, by the edge's number for it.
    Connection(u64),
    /// Another program: a pipe.
    Program(EndId),
    /// The far side is gone; what is sent is dropped.
    Gone,
}
