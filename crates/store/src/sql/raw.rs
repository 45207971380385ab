//! The two things about a statement that only SQLite's C interface tells: which it is, and how far it went.

#![allow(unsafe_code, reason = "rusqlite does not show the handle of a statement")]

use std::{ffi::CStr, ptr};

use rusqlite::{Connection, ffi};

use super::statement::Compiled;

/// SQLite's handle of a statement. Used only together with the statement it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handle(*mut ffi::sqlite3_stmt);

impl Handle {
    /// The handle of the statement with this text that was compiled last.
    pub(super) fn of_newest(connection: &Connection, sql: &str) -> Option<Self> {
        // SAFETY: the handle is used in this function only, while the connection is open, and closes nothing.
        let database = unsafe { connection.handle() };
        let mut statement = ptr::null_mut();
        loop {
            // SAFETY: the connection is open, and `statement` is null or one of its statements.
            statement = unsafe { ffi::sqlite3_next_stmt(database, statement) };
            if statement.is_null() {
                return None;
            }
            // SAFETY: it is a statement of this connection, just found.
            let text = unsafe { ffi::sqlite3_sql(statement) };
            if text.is_null() {
                continue;
            }
            // SAFETY: SQLite keeps the text, which ends with a NUL, for as long as the statement.
            let text = unsafe { CStr::from_ptr(text) };
            if sql.as_bytes().starts_with(text.to_bytes()) {
                return Some(Self(statement));
            }
        }
    }

    /// How often the statement went on to another row of an index or of what it had sorted.
    pub(super) fn index_steps(self, owner: &Compiled) -> i32 {
        debug_assert!(
            owner.handle().is_some_and(|handle| ptr::eq(handle.0, self.0)),
            "it is the owner's handle"
        );
        // SAFETY: the owner is there, so the statement has not been finalized. No counter has the number 0, and SQLite
        // counts there what it counts nowhere else.
        unsafe { ffi::sqlite3_stmt_status(self.0, 0, 0) }
    }

    /// What the table of instructions wants to be bound.
    pub(super) fn pointer(self) -> *const std::ffi::c_void {
        self.0.cast_const().cast()
    }
}
