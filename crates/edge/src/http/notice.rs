//! What an operator should know. The caller decides where it is written.

use std::fmt;
use std::net::SocketAddr;

/// Something worth a log line.
#[derive(Debug)]
pub enum Notice {
    /// Connections are being refused. Said once, until they are accepted again.
    Refusing {
        /// The first that was refused.
        peer: Option<SocketAddr>,
        /// Why.
        reason: &'static str,
    },
    /// Connections are accepted again.
    Accepting {
        /// How many were refused.
        refused: u64,
    },
    /// `accept` failed for another reason; it is tried again.
    AcceptFailed(std::io::Error),
    /// A handler's answer cannot be put on the wire; the client got a 500.
    Unsendable {
        /// The request's URL.
        url: String,
    },
    /// A handler panicked; its connection was cut.
    HandlerPanicked,
    /// The grace period of a shutdown ended with requests unfinished; they were cut.
    CutAtShutdown {
        /// How many connections.
        connections: usize,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::Refusing { peer: Some(peer), reason } => {
                write!(f, "refusing connections, {peer} first: {reason}")
            }
            Notice::Refusing { peer: None, reason } => write!(f, "refusing connections: {reason}"),
            Notice::Accepting { refused } => {
                write!(f, "accepting connections again after refusing {refused}")
            }
            Notice::AcceptFailed(error) => write!(f, "cannot accept a connection: {error}; trying again"),
            Notice::Unsendable { url } => {
                write!(f, "the response to {url} has a status or header that HTTP cannot carry; answered 500")
            }
            Notice::HandlerPanicked => f.write_str("a request handler panicked; its connection was cut"),
            Notice::CutAtShutdown { connections } => {
                write!(
                    f,
                    "cut {connections} connections that did not finish within the shutdown grace period"
                )
            }
        }
    }
}
