//! The WebSocket protocol (RFC 6455) without sockets, clocks or buffers of its own.
//!
//! Promises, to [`crate::sockets`]:
//! - [`Decoder`] turns any split of a byte stream into the same items, refuses everything the RFC refuses with the
//!   close code the RFC asks for, and allocates nothing while no frame is half received.
//! - [`encode`] writes frames; a payload meant for many sockets is framed once.
//! - [`deflate`] compresses and expands messages (RFC 7692); [`extension`] negotiates that.
//!
//! It does not answer pings or closes: what to answer, and when, is decided by the caller.
//!
//! ```text
//!   bytes of the thread's read buffer ──► Decoder::decode ──► Item (borrows the buffer when the message is whole)
//!                                              │
//!                                     half a frame or message
//!                                     waits in a boxed Partial
//! ```

mod close;
mod decode;
pub mod deflate;
pub mod encode;
pub mod extension;
mod header;
pub mod mask;
mod utf8;

pub use close::{Close, sendable};
pub use decode::{Decoder, Input, Item};
pub use header::{HEADER_BYTES_MAX, Header, Opcode};
pub use utf8::{InvalidUtf8, Utf8};

/// Largest payload of a control frame (RFC 6455, 5.5).
pub const CONTROL_BYTES_MAX: usize = 125;

/// Largest received message unless configured otherwise (`workers-api.md` 2.9).
pub const MESSAGE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Which side of the connection we are: a server's peer must mask its frames, a client's peer must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// We accepted the connection.
    Server,
    /// We opened the connection.
    Client,
}

/// Whether messages may be compressed (permessage-deflate, RFC 7692).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// It was not negotiated.
    None,
    /// Each message says whether it is.
    Deflate,
}

/// A breach of the protocol by the peer: the close code to send and what was wrong. As text it is the reason of the Close
/// frame; what the platform refuses too, it says in the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// 1002 (protocol error), 1007 (invalid data) or 1009 (too big).
    pub code: u16,
    /// What was wrong.
    pub reason: &'static str,
    /// Of a frame that is too large: its bytes, and how many it may have.
    pub excess: Option<(u64, u64)>,
}

impl Violation {
    pub(crate) const fn new(code: u16, reason: &'static str) -> Violation {
        Violation { code, reason, excess: None }
    }

    pub(crate) const fn protocol(reason: &'static str) -> Violation {
        Violation::new(1002, reason)
    }

    pub(crate) const INVALID_UTF8: Violation = Violation::new(1007, "Message is not valid UTF-8");
    pub(crate) const INVALID_DEFLATE: Violation = Violation::protocol("Invalid compressed data");
    pub(crate) const TOO_LARGE: Violation = Violation::new(1009, "Message is too large");

    /// A frame that announces more than is allowed.
    pub(crate) const fn too_large(length: u64, max: u64) -> Violation {
        Violation { excess: Some((length, max)), ..Violation::TOO_LARGE }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.reason)?;
        match self.excess {
            Some((length, max)) => write!(f, ": {length} > {max}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Violation {}
