//! What the table reports to the owner of the sockets.

use std::fmt;
use std::io;

use super::SocketId;
use crate::codec::Violation;

/// The reason programs see when a connection ends without a Close frame (`workers-api.md` 2.3).
pub const GONE_REASON: &str = "WebSocket disconnected without sending Close frame.";

/// A received message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Valid UTF-8.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

impl Message {
    /// Payload bytes.
    pub fn len(&self) -> usize {
        match self {
            Message::Text(text) => text.len(),
            Message::Binary(bytes) => bytes.len(),
        }
    }

    /// Whether there is no payload.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Something happened to a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A whole message.
    Message {
        /// The socket.
        id: SocketId,
        /// The owner's name for it.
        tag: u64,
        /// The payload.
        message: Message,
        /// Earlier messages of the socket had not been taken when this came ([`Sockets::taken`](super::Sockets::taken)), or the
        /// group's answers wait: if it is the request of the group's auto-response, it was not answered.
        is_behind: bool,
    },
    /// The peer broke the protocol; a `Close` with 1006 follows at once.
    Failed {
        /// The socket.
        id: SocketId,
        /// The owner's name for it.
        tag: u64,
        /// The text of the program's error event.
        error: String,
    },
    /// The last event of a socket.
    Close {
        /// The socket.
        id: SocketId,
        /// The owner's name for it.
        tag: u64,
        /// The peer's code, 1005 when its Close had none, 1006 when there was no Close.
        code: u16,
        /// The peer's reason, or [`GONE_REASON`].
        reason: String,
        /// Whether the peer sent a Close.
        clean: bool,
        /// Why, for the log.
        cause: Cause,
    },
}

/// Why a connection ended: for the operator, not for the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The peer sent a Close.
    Closed,
    /// The peer ended the connection without one.
    Vanished,
    /// Reading or writing failed.
    Io(io::ErrorKind),
    /// The peer broke the protocol.
    Violation(Violation),
    /// The peer did not read fast enough.
    SlowReader {
        /// Bytes that waited for it.
        queued_bytes: usize,
    },
    /// The peer said nothing for long, and did not answer a ping either.
    Silent,
    /// The peer did not answer our Close in time.
    Unanswered,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Closed => f.write_str("the peer closed the connection"),
            Cause::Vanished => f.write_str("the peer ended the connection without a Close frame"),
            Cause::Io(kind) => write!(f, "the connection failed: {kind}"),
            Cause::Violation(violation) => write!(f, "the peer broke the protocol: {violation}"),
            Cause::SlowReader { queued_bytes } => {
                write!(f, "the peer reads too slowly: {queued_bytes} bytes were waiting for it")
            }
            Cause::Silent => f.write_str("the peer said nothing for long and did not answer a ping"),
            Cause::Unanswered => f.write_str("the peer did not answer our Close frame in time"),
        }
    }
}

impl From<Message> for super::Outgoing {
    /// To send a message back, without copying it.
    fn from(message: Message) -> super::Outgoing {
        match message {
            Message::Text(text) => super::Outgoing::Text(text),
            Message::Binary(bytes) => super::Outgoing::Binary(bytes.into()),
        }
    }
}
