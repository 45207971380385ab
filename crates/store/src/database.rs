//! One open database: the tables of the platform and the statements on them.
//!
//! Promises the layout that workerd writes: `_cf_KV` for keys and values, `_cf_METADATA` for what belongs to the
//! object itself. Row 1 of the metadata is the alarm and row 2 a bookmark, as workerd has them; row -1 is ours and
//! holds the object's name, because workerd keeps that nowhere.
//!
//! Tables are created by the first write that needs them.

use std::{cell::Cell, rc::Rc};

use holdfast_core::{
    alarm::Time,
    key_value::{ListRange, Order},
};
use rusqlite::{Connection, OptionalExtension as _, Result, params};

use crate::sql::Statements;

const NAME_ROW: i64 = -1;
const ALARM_ROW: i64 = 1;

#[derive(Debug)]
pub(crate) struct Database {
    // Shared with the statements that borrow it.
    pub(crate) connection: Rc<Connection>,
    pub(crate) statements: Rc<Statements>,
    has_keys: Cell<bool>,
    has_metadata: Cell<bool>,
}

impl Database {
    pub(crate) fn new(connection: Connection) -> Result<Self> {
        // Room for the statements here and for those of a transaction.
        connection.set_prepared_statement_cache_capacity(24);
        let (connection, statements) = Statements::new(connection)?;
        let (has_keys, has_metadata) = (Cell::new(false), Cell::new(false));
        let database = Self { connection, statements, has_keys, has_metadata };
        database.look_for_tables()?;
        Ok(database)
    }

    /// Learns again which tables are there; needed after a rollback.
    pub(crate) fn look_for_tables(&self) -> Result<()> {
        let exists = |table: &str| -> Result<bool> {
            self.connection
                .prepare_cached("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1")?
                .exists([table])
        };
        self.has_keys.set(exists("_cf_KV")?);
        self.has_metadata.set(exists("_cf_METADATA")?);
        Ok(())
    }

    pub(crate) fn get<R>(&self, key: &str, read: impl FnOnce(Option<&[u8]>) -> R) -> Result<R> {
        if !self.has_keys.get() {
            return Ok(read(None));
        }
        let mut statement = self.connection.prepare_cached("SELECT value FROM _cf_KV WHERE key = ?1")?;
        let mut rows = statement.query([key])?;
        match rows.next()? {
            Some(row) => Ok(read(Some(row.get_ref(0)?.as_bytes()?))),
            None => Ok(read(None)),
        }
    }

    pub(crate) fn put(&self, key: &str, value: &[u8]) -> Result<()> {
        if !self.has_keys.get() {
            self.connection.execute_batch(
                "CREATE TABLE IF NOT EXISTS _cf_KV (
                    key TEXT PRIMARY KEY,
                    value BLOB
                ) WITHOUT ROWID",
            )?;
            self.has_keys.set(true);
        }
        self.connection
            .prepare_cached(
                "INSERT INTO _cf_KV VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
            )?
            .execute(params![key, value])?;
        Ok(())
    }

    /// Whether there is any key that could be deleted.
    pub(crate) fn has_keys(&self) -> bool {
        self.has_keys.get()
    }

    pub(crate) fn delete(&self, key: &str) -> Result<bool> {
        let deleted = self.connection.prepare_cached("DELETE FROM _cf_KV WHERE key = ?1")?.execute([key])?;
        Ok(deleted > 0)
    }

    pub(crate) fn list(&self, range: &ListRange) -> Result<Vec<(String, Vec<u8>)>> {
        if !self.has_keys.get() {
            return Ok(Vec::new());
        }
        let sql = match (range.order, &range.end) {
            (Order::Forward, Some(_)) => {
                "SELECT key, value FROM _cf_KV WHERE key >= ?1 AND key < ?3 ORDER BY key LIMIT ?2"
            }
            (Order::Forward, None) => "SELECT key, value FROM _cf_KV WHERE key >= ?1 ORDER BY key LIMIT ?2",
            (Order::Reverse, Some(_)) => {
                "SELECT key, value FROM _cf_KV WHERE key >= ?1 AND key < ?3 ORDER BY key DESC LIMIT ?2"
            }
            (Order::Reverse, None) => {
                "SELECT key, value FROM _cf_KV WHERE key >= ?1 ORDER BY key DESC LIMIT ?2"
            }
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let limit = range.limit.map_or(-1, i64::from);
        let mut rows = match &range.end {
            Some(end) => statement.query(params![range.start, limit, end])?,
            None => statement.query(params![range.start, limit])?,
        };
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            // A key written elsewhere need not be valid UTF-8; it is shown rather than hiding the rest.
            let key = String::from_utf8_lossy(row.get_ref(0)?.as_bytes()?).into_owned();
            found.push((key, row.get_ref(1)?.as_bytes()?.to_vec()));
        }
        Ok(found)
    }

    /// Removes every key and every table a program made. Returns the number of keys.
    pub(crate) fn delete_all(&self) -> Result<usize> {
        // A table cannot be dropped while rows are read from any.
        self.statements.cancel_cursors();
        let deleted = if self.has_keys.replace(false) {
            let deleted = self.connection.execute("DELETE FROM _cf_KV", [])?;
            self.connection.execute_batch("DROP TABLE _cf_KV")?;
            deleted
        } else {
            0
        };
        // Triggers go first, so that they do not fire; virtual tables take the tables they keep with them; rows go
        // before tables, so that no foreign key is left without its parent.
        self.drop_each("trigger", "type = 'trigger'")?;
        self.drop_each("view", "type = 'view'")?;
        self.drop_each("table", "type = 'table' AND sql LIKE 'CREATE VIRTUAL%'")?;
        self.connection.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        for table in self.names_of_program("type = 'table'")? {
            self.connection.execute(&format!("DELETE FROM {table}"), [])?;
        }
        self.drop_each("table", "type = 'table'")?;
        Ok(deleted)
    }

    fn drop_each(&self, kind: &str, which: &str) -> Result<()> {
        for name in self.names_of_program(which)? {
            self.connection.execute_batch(&format!("DROP {kind} {name}"))?;
        }
        Ok(())
    }

    /// The quoted names of what a program made, the platform's own tables left out.
    fn names_of_program(&self, which: &str) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare(&format!(
            "SELECT '\"' || replace(name, '\"', '\"\"') || '\"' FROM sqlite_master
             WHERE {which} AND name NOT LIKE '^_cf^_%' ESCAPE '^' AND name NOT LIKE 'sqlite^_%' ESCAPE '^'"
        ))?;
        statement.query_map([], |row| row.get(0))?.collect()
    }

    pub(crate) fn delete_alarm(&self) -> Result<()> {
        if self.has_metadata.get() {
            self.connection.execute("DELETE FROM _cf_METADATA WHERE key = ?1", [ALARM_ROW])?;
        }
        Ok(())
    }

    /// Whether there is a table for what belongs to the object itself.
    pub(crate) fn has_metadata(&self) -> bool {
        self.has_metadata.get()
    }

    pub(crate) fn name(&self) -> Result<Option<String>> {
        if !self.has_metadata.get() {
            return Ok(None);
        }
        self.connection
            .prepare_cached("SELECT value FROM _cf_METADATA WHERE key = ?1")?
            .query_row([NAME_ROW], |row| row.get(0))
            .optional()
    }

    /// When the alarm is due. A row without a value is none.
    pub(crate) fn alarm(&self) -> Result<Option<Time>> {
        if !self.has_metadata.get() {
            return Ok(None);
        }
        let due: Option<Option<i64>> = self
            .connection
            .prepare_cached("SELECT value FROM _cf_METADATA WHERE key = ?1")?
            .query_row([ALARM_ROW], |row| row.get(0))
            .optional()?;
        Ok(due.flatten().map(Time::from_nanoseconds))
    }

    /// Where there is no alarm any more the row stays, without a value, as workerd leaves it.
    pub(crate) fn set_alarm(&self, due: Option<Time>) -> Result<()> {
        self.set_metadata(ALARM_ROW, due.map(Time::to_nanoseconds))
    }

    pub(crate) fn set_name(&self, name: &str) -> Result<()> {
        self.set_metadata(NAME_ROW, name)
    }

    /// Forgets the object's name.
    pub(crate) fn forget_name(&self) -> Result<()> {
        if self.has_metadata.get() {
            self.connection.execute("DELETE FROM _cf_METADATA WHERE key = ?1", [NAME_ROW])?;
        }
        Ok(())
    }

    fn set_metadata(&self, row: i64, value: impl rusqlite::ToSql) -> Result<()> {
        if !self.has_metadata.get() {
            self.connection.execute_batch(
                "CREATE TABLE IF NOT EXISTS _cf_METADATA (
                    key INTEGER PRIMARY KEY,
                    value BLOB
                )",
            )?;
            self.has_metadata.set(true);
        }
        self.connection
            .prepare_cached(
                "INSERT INTO _cf_METADATA VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
            )?
            .execute(params![row, value])?;
        Ok(())
    }
}
