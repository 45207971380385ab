//! How a commit becomes durable. The one place that knows.
//!
//! Promises that after [`commit`] returns, the transaction survives a crash of the process and of the machine, and
//! that after a failed one it has left no trace.
//!
//! Each file has a write-ahead log of its own, synced at every commit: one `fdatasync` an object and commit. A journal
//! shared by all objects takes its place here and nowhere else: what it needs from the rest of the store is that
//! every database is opened by [`open`] and every transaction ends in [`commit`] or [`rollback`].

use std::{fs::File, io::ErrorKind, path::Path};

use rusqlite::{Connection, OpenFlags};

/// Whether a missing file is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Create it.
    Create,
    /// Fail.
    Refuse,
}

/// Opens a database so that its commits are durable.
///
/// No other process may open it meanwhile: the lock on the state directory sees to that, and exclusive mode spares
/// every database a shared-memory file.
pub(crate) fn open(path: &Path, missing: Missing) -> rusqlite::Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if missing == Missing::Create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let is_new = missing == Missing::Create && !path.exists();
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA cache_size = -512;
         PRAGMA temp_store = MEMORY;",
    )?;
    if is_new {
        // An empty database has nothing to lose while it is made, so one sync at the end takes the place of several.
        connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL;")?;
        sync(path)?;
    }
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    Ok(connection)
}

/// Makes the content of a file durable. Its entry in the directory becomes so with the first commit, which creates the
/// log beside it.
fn sync(path: &Path) -> rusqlite::Result<()> {
    File::open(path).and_then(|file| file.sync_data()).map_err(|error| {
        let full = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
        let code = if full { rusqlite::ffi::SQLITE_FULL } else { rusqlite::ffi::SQLITE_IOERR };
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), Some(error.to_string()))
    })
}

/// Starts a transaction.
pub(crate) fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    Ok(())
}

/// Ends a transaction; its writes are durable on return.
pub(crate) fn commit(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}

/// Ends a transaction, if one is still open, as if it had never begun.
pub(crate) fn rollback(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() {
        return Ok(());
    }
    connection.prepare_cached("ROLLBACK")?.execute([])?;
    Ok(())
}
