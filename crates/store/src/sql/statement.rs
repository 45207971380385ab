//! One compiled statement, and the values that go into it and come out.

use std::rc::Rc;

use rusqlite::{
    Connection, PrepFlags, Statement, StatementStatus, ToSql,
    types::{ToSqlOutput, ValueRef},
};
use self_cell::self_cell;

use super::failure::Failure;
use crate::sqlite::Handle;

/// A value of SQL.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// A whole number. Programs bind none: their numbers are [`Value::Real`].
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text. What is not valid UTF-8 in the file is shown with replacement characters.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// The values of one row.
pub type Row = Vec<Value>;

impl Value {
    /// About how much memory it takes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Text(text) => text.len(),
                Self::Blob(bytes) => bytes.len(),
                Self::Null | Self::Integer(_) | Self::Real(_) => 0,
            }
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(text) => Self::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

self_cell!(
    /// A statement with the connection it borrows.
    struct Inner {
        owner: Rc<Connection>,
        #[not_covariant]
        dependent: Statement,
    }
);

/// A compiled statement.
pub(crate) struct Compiled {
    inner: Inner,
    handle: Option<Handle>,
    /// Whether it is a pragma that shows or changes a switch of the connection.
    pub(super) is_switch: bool,
    /// Whether it asks how often others changed the database.
    pub(super) is_version: bool,
    /// Whether it runs others, which may write.
    pub(super) is_optimize: bool,
}

impl Compiled {
    /// Compiles a text of one statement.
    pub(super) fn prepare(connection: &Rc<Connection>, sql: &str) -> Result<Self, Failure> {
        let inner = Inner::try_new(Rc::clone(connection), |connection| {
            connection.prepare_with_flags(sql, PrepFlags::SQLITE_PREPARE_PERSISTENT)
        })?;
        let handle = Handle::of_newest(connection, sql);
        Ok(Self { inner, handle, is_switch: false, is_version: false, is_optimize: false })
    }

    pub(crate) fn handle(&self) -> Option<Handle> {
        self.handle
    }

    pub(super) fn status(&self, status: StatementStatus) -> i32 {
        self.inner.with_dependent(|_, statement| statement.get_status(status))
    }

    pub(super) fn parameter_count(&self) -> usize {
        self.inner.with_dependent(|_, statement| statement.parameter_count())
    }

    /// Whether running it writes nothing.
    pub(super) fn only_reads(&self) -> bool {
        !self.is_optimize && self.inner.with_dependent(|_, statement| statement.readonly())
    }

    /// How often it was compiled again because the schema had changed. Only then its columns may be others.
    pub(super) fn compilations(&self) -> i32 {
        self.status(StatementStatus::RePrepare)
    }

    pub(super) fn column_names(&self) -> Vec<String> {
        self.inner
            .with_dependent(|_, statement| statement.column_names().into_iter().map(str::to_owned).collect())
    }

    pub(super) fn bind(&mut self, values: &[Value]) -> Result<(), Failure> {
        self.inner
            .with_dependent_mut(|_, statement| {
                (1..).zip(values).try_for_each(|(at, value)| statement.raw_bind_parameter(at, value))
            })
            .map_err(Failure::from)
    }

    /// Runs on to the next row. `None` at the end, where the statement is ready to be run again.
    pub(super) fn step(&mut self) -> Result<Option<Row>, Failure> {
        self.inner
            .with_dependent_mut(|_, statement| {
                let mut rows = statement.raw_query();
                let found = rows.next()?.map(|row| {
                    let count = row.as_ref().column_count();
                    (0..count).map(|at| row.get_ref_unwrap(at).into()).collect()
                });
                if found.is_some() {
                    // Dropped, it would start the statement over.
                    std::mem::forget(rows);
                }
                Ok(found)
            })
            .map_err(|error: rusqlite::Error| Failure::sqlite(&error))
    }

    /// Makes it ready to be run again, wherever it is, and forgets what was bound.
    pub(super) fn reset(&mut self) {
        self.inner.with_dependent_mut(|_, statement| {
            drop(statement.raw_query());
            statement.clear_bindings();
        });
    }
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compiled").finish_non_exhaustive()
    }
}
