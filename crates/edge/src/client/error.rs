//! Why there is no response.

use std::error::Error as StdError;
use std::fmt;

use hyper_util::client::legacy;

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The URL cannot be asked for.
    InvalidUrl,
    /// The method or a header cannot be sent.
    InvalidRequest,
    /// No connection: name, address, timeout, TLS.
    Connect,
    /// The connection broke before the response.
    Lost,
    /// The server's WebSocket handshake is wrong.
    Handshake,
}

/// Why there is no response. Displays as one lower-case sentence with its causes.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into() }
    }

    pub(super) fn with_cause(kind: ErrorKind, doing: &str, cause: &dyn StdError) -> Error {
        Error::new(kind, format!("{doing}: {}", causes(cause)))
    }

    pub(super) fn from_exchange(error: legacy::Error) -> Error {
        let (kind, doing) = if error.is_connect() {
            (ErrorKind::Connect, "cannot connect")
        } else {
            (ErrorKind::Lost, "the connection was lost")
        };
        match error.source() {
            Some(cause) => Error::with_cause(kind, doing, cause),
            None => Error::new(kind, doing),
        }
    }

    /// What kind of failure it was.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

/// An error and what it came from, outermost first, without repetition.
fn causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {}
