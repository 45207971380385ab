//! The rows of one run of a statement.
//!
//! ```text
//!   Live ── the statement, and the row it stands on; reading that row steps to the next
//!    ├──── last row read ──────────────► Done ── the statement is back in the cache
//!    ├──── the store needs it closed ──► Kept ── the remaining rows, in memory ──► Done
//!    └──── an error, or too many rows ─► Failed ── said once, or every time if it was not the statement's doing
//! ```

use std::{
    any::Any,
    cell::RefCell,
    collections::VecDeque,
    rc::{Rc, Weak},
};

use super::{
    cache::Program,
    failure::Failure,
    statement::{Row, Value},
    statements::Statements,
};

/// Most rows, and most bytes of them, that a cursor keeps when it has to be closed before its end.
pub(super) const KEPT_ROWS_MAX: usize = 100_000;
pub(super) const KEPT_BYTES_MAX: usize = 16 * 1024 * 1024;

const CLOSED: &str = "SQL cursor was closed because it was left open with too many rows to keep in memory. \
                      Read it to its end in the turn that opened it, or run the query again with a LIMIT clause.";

/// The columns of a statement. Cursors of the same compiled statement share them.
#[derive(Debug)]
pub struct Columns {
    /// Their names, in order, repeated where the statement repeats them.
    pub names: Vec<String>,
    /// What the reader of the rows made of the names, to make it once.
    pub made: RefCell<Option<Box<dyn Any>>>,
}

/// The rows of one run of a statement. Dropping the last clone ends the run.
#[derive(Clone, Debug)]
pub struct Cursor {
    columns: Rc<Columns>,
    reused: bool,
    state: Rc<RefCell<State>>,
}

#[derive(Debug)]
pub(super) enum State {
    Live(Live),
    Kept(VecDeque<Row>),
    Failed(Failure),
    Done,
}

/// A statement that stands on a row.
#[derive(Debug)]
pub(super) struct Live {
    // `None` only while it is dropped.
    program: Option<Box<Program>>,
    row: Row,
    statements: Weak<Statements>,
}

impl Cursor {
    pub(super) fn new(columns: Rc<Columns>, reused: bool, state: State) -> Self {
        Self { columns, reused, state: Rc::new(RefCell::new(state)) }
    }

    /// The columns. Statements that return nothing have none.
    pub fn columns(&self) -> &Rc<Columns> {
        &self.columns
    }

    /// Whether the statement had been compiled for an earlier run.
    pub fn reused(&self) -> bool {
        self.reused
    }

    /// Whether all rows were read.
    pub fn is_done(&self) -> bool {
        matches!(&*self.state.borrow(), State::Done)
    }

    /// The next row; `None` at the end.
    pub fn next(&self) -> Result<Option<Row>, Failure> {
        self.state.borrow_mut().next()
    }

    /// Ends the run. What was not read is never computed.
    pub fn close(&self) {
        *self.state.borrow_mut() = State::Done;
    }

    pub(super) fn state(&self) -> &Rc<RefCell<State>> {
        &self.state
    }
}

impl State {
    fn next(&mut self) -> Result<Option<Row>, Failure> {
        match self {
            Self::Done => Ok(None),
            Self::Failed(failure) => Err(failure.clone()),
            Self::Kept(rows) => {
                let row = rows.pop_front();
                if rows.is_empty() {
                    *self = Self::Done;
                }
                Ok(row)
            }
            Self::Live(live) => match live.step() {
                Ok(Some(next)) => Ok(Some(std::mem::replace(&mut live.row, next))),
                Ok(None) => {
                    let row = std::mem::take(&mut live.row);
                    *self = Self::Done;
                    Ok(Some(row))
                }
                Err(failure) => {
                    *self = Self::Done;
                    Err(failure)
                }
            },
        }
    }

    /// Ends the run of the statement, with the rows not yet read kept in memory.
    pub(super) fn finish(&mut self, rows_max: usize, bytes_max: usize) {
        let Self::Live(live) = self else { return };
        let mut kept = VecDeque::from([std::mem::take(&mut live.row)]);
        let mut bytes: usize = kept.iter().flatten().map(Value::size).sum();
        let end = loop {
            match live.step() {
                Ok(Some(row)) => {
                    bytes += row.iter().map(Value::size).sum::<usize>();
                    kept.push_back(row);
                }
                Ok(None) => break Self::Kept(kept),
                Err(failure) => break Self::Failed(failure),
            }
            if kept.len() > rows_max || bytes > bytes_max {
                break Self::Failed(Failure::new(CLOSED));
            }
        };
        *self = end;
    }
}

impl Live {
    pub(super) fn new(program: Box<Program>, row: Row, statements: Weak<Statements>) -> Self {
        Self { program: Some(program), row, statements }
    }

    fn step(&mut self) -> Result<Option<Row>, Failure> {
        let program = self.program.as_mut().expect("it is there until it is dropped");
        match self.statements.upgrade() {
            Some(statements) => statements.step(&mut program.last),
            // The database is closed but for this cursor.
            None => Err(Failure::new(CLOSED)),
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let (Some(program), Some(statements)) = (self.program.take(), self.statements.upgrade()) {
            statements.put_back(program);
        }
    }
}
