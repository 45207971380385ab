//! A failed statement, in the words the program gets.

use rusqlite::{Error, ffi};

use super::codes;
use crate::error;

/// Why a text was not run.
#[derive(Debug)]
pub enum Trouble {
    /// A statement failed; the transaction goes on.
    Statement(Failure),
    /// A statement failed and SQLite ended the transaction: the object must be reset. The operator's words come second.
    Fatal(Failure, error::Error),
    /// The store could not come so far.
    Store(error::Error),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Statement(failure)
    }
}

impl From<error::Error> for Trouble {
    fn from(error: error::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Statement(Failure::sqlite(&error))
    }
}

/// Why a statement failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    message: String,
    code: i32,
}

impl Failure {
    /// A refusal that is not SQLite's.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: ffi::SQLITE_ERROR }
    }

    /// SQLite's words, the place in the text where it knows one, and the names of its codes.
    pub(crate) fn sqlite(error: &Error) -> Self {
        let (code, message, offset) = match error {
            Error::SqliteFailure(code, message) => (code, message.as_deref(), None),
            Error::SqlInputError { error, msg, offset, .. } => (error, Some(msg.as_str()), Some(*offset)),
            other => return Self::new(other.to_string()),
        };
        let primary = code.extended_code & 0xff;
        let mut text = message.map_or_else(|| code.to_string(), str::to_owned);
        if let Some(offset) = offset {
            text.push_str(&format!(" at offset {offset}"));
        }
        text.push_str(": ");
        match codes::primary(primary) {
            Some(name) => text.push_str(name),
            None => text.push_str(&format!("SQLITE_UNKNOWN_ERROR_CODE({primary})")),
        }
        if let Some(name) = codes::extended(code.extended_code) {
            text.push_str(&format!(" (extended: {name})"));
        }
        Self { message: text, code: primary }
    }

    /// What the program's error says.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The operator's view of it.
    pub(crate) fn to_error(&self, doing: String) -> error::Error {
        let kind = match self.code {
            ffi::SQLITE_FULL => error::Kind::DiskFull,
            ffi::SQLITE_IOERR => error::Kind::Io,
            _ => error::Kind::Sqlite,
        };
        error::Error::new(kind, doing, self.message.as_str())
    }

    /// Whether it may be about the `LIMIT` of a `DELETE` or `UPDATE`.
    pub(crate) fn may_be_a_limit(&self) -> bool {
        [
            "near \"LIMIT\": syntax",
            "near \"limit\": syntax",
            "near \"ORDER\": syntax",
            "near \"order\": syntax",
        ]
        .iter()
        .any(|start| self.message.starts_with(start))
    }

    /// Whether it is the authorizer's.
    pub(crate) fn is_refusal(&self) -> bool {
        self.code == ffi::SQLITE_AUTH
    }

    /// Whether the disk failed. SQLite's cache may then hold what the file does not.
    pub(crate) fn is_of_the_disk(&self) -> bool {
        self.code == ffi::SQLITE_IOERR
    }

    /// Whether it was ended by an [`Interrupt`](super::Interrupt).
    pub(crate) fn is_interrupt(&self) -> bool {
        self.code == ffi::SQLITE_INTERRUPT
    }

    /// Whether SQLite may have rolled back the whole transaction on its own.
    pub(crate) fn may_roll_back(&self) -> bool {
        matches!(self.code, ffi::SQLITE_FULL | ffi::SQLITE_IOERR | ffi::SQLITE_NOMEM | ffi::SQLITE_INTERRUPT)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::sqlite(&error)
    }
}
