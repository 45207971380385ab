//! How a commit becomes durable, as one object sees it.
//!
//! Promises that a transaction that [`commit`] ended is in the object's image, from which it goes to the journal, and
//! that one that [`rollback`] ended has left no trace. SQLite keeps what it needs to roll back in memory.

use std::sync::Arc;

use rusqlite::Connection;

pub(crate) use crate::disk::Missing;
use crate::{image::Image, journal::Journal, sqlite};

/// An image that a thread uses. Dropping it lets go of it; the database on it must be closed by then.
#[derive(Debug)]
pub(crate) struct InUse {
    pub(crate) image: Arc<Image>,
    journal: Arc<Journal>,
}

impl InUse {
    pub(crate) fn new(journal: &Arc<Journal>, image: Arc<Image>) -> Self {
        image.set_in_use(true);
        Self { image, journal: Arc::clone(journal) }
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.journal.release(Arc::clone(&self.image));
    }
}

/// Opens a database on an image.
pub(crate) fn open(image: &Arc<Image>) -> rusqlite::Result<Connection> {
    let connection = sqlite::open(Arc::clone(image))?;
    // Exclusive mode keeps the cache from one transaction to the next.
    connection.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA synchronous = OFF;
         PRAGMA journal_mode = MEMORY;
         PRAGMA cache_size = -512;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

/// Starts a transaction.
pub(crate) fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    Ok(())
}

/// Ends a transaction; its pages are in the image on return.
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
