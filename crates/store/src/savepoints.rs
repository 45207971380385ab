//! Parts of a transaction that can be undone by themselves.
//!
//! Promises that what was written since a savepoint goes away with [`Object::rollback_to`] and nothing else does, and that
//! one after which nothing is written costs nothing: SQLite hears of a savepoint with the first write that follows.

use std::cell::Cell;

use rusqlite::Connection;

use crate::{error::Result, object::Object};

/// The open savepoints of one object's transaction.
#[derive(Debug, Default)]
pub(crate) struct Savepoints {
    open: Cell<usize>,
    /// How many of them SQLite knows, the outermost first.
    made: Cell<usize>,
}

impl Savepoints {
    /// Tells SQLite of those it does not know. To be called in a transaction, before anything is written.
    pub(crate) fn make(&self, connection: &Connection) -> rusqlite::Result<()> {
        while self.made.get() < self.open.get() {
            // A name stands for the innermost savepoint that has it.
            connection.prepare_cached("SAVEPOINT _cf_savepoint")?.execute([])?;
            self.made.set(self.made.get() + 1);
        }
        Ok(())
    }

    /// Whether there is any.
    pub(crate) fn are_open(&self) -> bool {
        self.open.get() > 0
    }

    /// The transaction is over, and all savepoints with it.
    pub(crate) fn forget(&self) {
        self.open.set(0);
        self.made.set(0);
    }

    /// Ends the innermost one. True when SQLite knows it.
    fn end(&self) -> bool {
        let open = self.open.get();
        self.open.set(open.saturating_sub(1));
        let is_made = open > 0 && self.made.get() == open;
        if is_made {
            self.made.set(open - 1);
        }
        is_made
    }
}

impl Object {
    /// Opens a savepoint in the transaction, inside those that are open.
    pub fn savepoint(&self) {
        let savepoints = self.savepoints();
        savepoints.open.set(savepoints.open.get() + 1);
    }

    /// Ends the innermost savepoint; what was written since becomes part of what is around it.
    pub fn release(&self) -> Result<()> {
        if !self.savepoints().end() {
            return Ok(());
        }
        self.in_open_transaction("end a transaction of", |database| {
            database.connection.prepare_cached("RELEASE _cf_savepoint")?.execute([])?;
            Ok(())
        })
    }

    /// Ends the innermost savepoint, undoing what was written since.
    pub fn rollback_to(&self) -> Result<()> {
        if !self.savepoints().end() {
            return Ok(());
        }
        self.in_open_transaction("roll back a transaction of", |database| {
            database.connection.prepare_cached("ROLLBACK TO _cf_savepoint")?.execute([])?;
            database.connection.prepare_cached("RELEASE _cf_savepoint")?.execute([])?;
            database.look_for_tables()
        })
    }
}
