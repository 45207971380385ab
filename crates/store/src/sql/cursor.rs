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
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::{Rc, Weak},
};

use super::{
    cache::Program,
    counts::Counts,
    failure::Failure,
    statement::{Row, Value},
    statements::Statements,
};

/// Most rows, and most bytes of them, that a cursor keeps when it has to be closed before its end.
pub(super) const KEPT_ROWS_MAX: usize = 100_000;
pub(super) const KEPT_BYTES_MAX: usize = 16 * 1024 * 1024;

const CLOSED: &str = "SQL cursor was closed because it was left open with too many rows to keep in memory. \
                      Read it to its end in the turn that opened it, or run the query again with a LIMIT clause.";

const DELETED: &str = "SQLite query was canceled because the database was deleted.";

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
    run: Rc<Run>,
}

/// One run of a statement.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) state: RefCell<State>,
    /// The rows read and written, once it has ended.
    counts: Cell<Counts>,
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
    /// The rows of all runs before this, if they are counted.
    start: Option<Counts>,
}

impl Cursor {
    pub(super) fn new(columns: Rc<Columns>, reused: bool, state: State, counts: Counts) -> Self {
        let run = Run { state: RefCell::new(state), counts: Cell::new(counts) };
        Self { columns, reused, run: Rc::new(run) }
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
        matches!(&*self.run.state.borrow(), State::Done)
    }

    /// The next row; `None` at the end.
    pub fn next(&self) -> Result<Option<Row>, Failure> {
        self.run.state.borrow_mut().next(&self.run.counts)
    }

    /// With what every further use fails, if it does.
    pub fn failure(&self) -> Option<Failure> {
        match &*self.run.state.borrow() {
            State::Failed(failure) => Some(failure.clone()),
            State::Live(_) | State::Kept(_) | State::Done => None,
        }
    }

    /// The rows read and written so far, if they are counted.
    pub fn counts(&self) -> Counts {
        match &mut *self.run.state.borrow_mut() {
            State::Live(live) => live.counts(),
            State::Kept(_) | State::Failed(_) | State::Done => self.run.counts.get(),
        }
    }

    /// Ends the run. What was not read is never computed.
    pub fn close(&self) {
        self.run.counts.set(self.counts());
        *self.run.state.borrow_mut() = State::Done;
    }

    pub(super) fn run(&self) -> &Rc<Run> {
        &self.run
    }
}

impl Run {
    /// Ends it because what it reads is gone.
    pub(super) fn cancel(&self) {
        let mut state = self.state.borrow_mut();
        if matches!(&*state, State::Live(_)) {
            *state = State::Failed(Failure::new(DELETED));
        }
    }

    /// Ends it, with the rows not yet read kept in memory.
    pub(super) fn finish(&self, rows_max: usize, bytes_max: usize) {
        self.state.borrow_mut().finish(rows_max, bytes_max, &self.counts);
    }
}

impl State {
    fn next(&mut self, counts: &Cell<Counts>) -> Result<Option<Row>, Failure> {
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
                    counts.set(live.counts());
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

    fn finish(&mut self, rows_max: usize, bytes_max: usize, counts: &Cell<Counts>) {
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
                Err(failure) if failure.is_interrupt() => break Self::Failed(Failure::new(CLOSED)),
                Err(failure) => break Self::Failed(failure),
            }
            if kept.len() > rows_max || bytes > bytes_max {
                break Self::Failed(Failure::new(CLOSED));
            }
        };
        counts.set(live.counts());
        *self = end;
    }
}

impl Live {
    pub(super) fn new(
        program: Box<Program>,
        row: Row,
        statements: Weak<Statements>,
        start: Option<Counts>,
    ) -> Self {
        Self { program: Some(program), row, statements, start }
    }

    fn counts(&mut self) -> Counts {
        let (Some(start), Some(program), Some(statements)) =
            (self.start, &mut self.program, self.statements.upgrade())
        else {
            return Counts::default();
        };
        statements.total(program).since(start)
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
