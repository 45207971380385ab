//! What went wrong with stored data, told to the operator: what was being done, to which file, what to try.
//!
//! Promises that the host can tell from [`Kind`] alone whether the object must be reset. Programs never see these
//! texts.

use std::{fmt, io, path::Path};

use rusqlite::ErrorCode;

/// The result of everything that touches the disk.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure of the store.
#[derive(Clone, Debug)]
pub struct Error {
    kind: Kind,
    doing: String,
    cause: String,
}

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Another process holds the state directory; its pid if it could be read.
    InUse(Option<u32>),
    /// The state directory was written by a newer version, in this format.
    NewerFormat(u32),
    /// The directory or file cannot be written by this user.
    NotWritable,
    /// No space is left.
    DiskFull,
    /// The operating system reported an input or output error.
    Io,
    /// A file does not hold what it should.
    Corrupt,
    /// A key or value exceeds what SQLite stores. The transaction goes on.
    TooBig,
    /// A commit would have left rows that refer to none.
    Constraint,
    /// A migration contradicts what is stored.
    Migration,
    /// An earlier failure ended the transaction; nothing can be done until it is rolled back.
    Broken,
    /// Anything else SQLite refused.
    Sqlite,
}

impl Error {
    pub(crate) fn new(kind: Kind, doing: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { kind, doing: doing.into(), cause: cause.into() }
    }

    pub(crate) fn io(error: &io::Error, doing: &str, path: &Path) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Kind::NotWritable,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Kind::DiskFull,
            io::ErrorKind::InvalidData => Kind::Corrupt,
            _ => Kind::Io,
        };
        Self::new(kind, format!("{doing} {}", path.display()), error.to_string())
    }

    pub(crate) fn sqlite(error: &rusqlite::Error, doing: impl Into<String>) -> Self {
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Kind::DiskFull,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Kind::Io,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Kind::Corrupt,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Kind::NotWritable,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Kind::InUse(None),
            Some(ErrorCode::TooBig) => Kind::TooBig,
            Some(ErrorCode::ConstraintViolation) => Kind::Constraint,
            _ => Kind::Sqlite,
        };
        Self::new(kind, doing, error.to_string())
    }

    /// What kind of failure it was.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the object's data in memory can no longer be trusted to match the disk: the host must discard its
    /// output and build the object again.
    pub const fn resets_object(&self) -> bool {
        !matches!(self.kind, Kind::TooBig)
    }

    const fn advice(&self) -> &'static str {
        match self.kind {
            Kind::InUse(_) => "stop that process, or choose another directory with --persist-to",
            Kind::NewerFormat(_) => "upgrade holdfast, or choose another directory with --persist-to",
            Kind::NotWritable => "make it writable, or choose another directory with --persist-to",
            Kind::DiskFull => "free space, or choose another directory with --persist-to",
            Kind::Io => "check the disk, and that enough files may be open (ulimit -n)",
            Kind::Corrupt => "restore it from a copy, or move it away to start afresh",
            Kind::TooBig => "store less in one value",
            Kind::Constraint => {
                "the object starts again from its last commit; see to it that foreign keys hold when a turn ends"
            }
            Kind::Migration => "correct the migrations in the configuration",
            Kind::Broken | Kind::Sqlite => "the object starts again from its last commit",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}: {}; {}", self.doing, self.cause, self.advice())
    }
}

impl std::error::Error for Error {}
