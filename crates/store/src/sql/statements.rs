//! The SQL of one open database: its guard, its compiled statements, its open cursors.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::{Rc, Weak},
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    authorizer::{Guard, is_allowed_name},
    cache::{Cache, Found, Program},
    counts::{self, Counting, Counts},
    cursor::{Columns, Cursor, KEPT_BYTES_MAX, KEPT_ROWS_MAX, Live, Run, State},
    failure::{Failure, Trouble},
    interrupt::{self, Interrupt},
    limited, limits, split,
    statement::{Compiled, Row, Value},
};

const NO_STATEMENT: &str = "SQL code did not contain a statement.";
const PARAMETERS_BEFORE_LAST: &str =
    "When executing multiple SQL statements in a single call, only the last statement can have parameters.";
const WRONG_PARAMETERS: &str = "Wrong number of parameter bindings for SQL query.";
const NO_TRANSACTIONS: &str = "To execute a transaction, please use the state.storage.transaction() or \
    state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript \
    API is safer because it will automatically roll back on exceptions, and because it interacts correctly with Durable \
    Objects' automatic atomic write coalescing.";
const REFUSED: &str = "not authorized: SQLITE_AUTH";

/// Most cursors of an object that are open at once. Programs leave them behind, and the collector that finds them does not
/// know what they hold. Past this the oldest is read to its end, if that is near, or fails.
const OPEN_MAX: usize = 500;
const OLDEST_ROWS_MAX: usize = 1_000;

/// How long the rows of open cursors may take to be read, all together, when a database is closed: its thread waits.
const FINISH_MAX: Duration = Duration::from_millis(100);

/// What a statement is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intent {
    /// Write.
    Write,
    /// Show or change a switch of the connection. Some do nothing in a transaction, and some last until its end: so one
    /// that was asked for has to begin.
    Switch,
}

/// Begins the object's transaction, where it is needed and has not begun.
pub(super) type Begin<'a> = &'a dyn Fn(Intent) -> Result<(), Trouble>;

/// See the module.
#[derive(Debug)]
pub(crate) struct Statements {
    connection: Rc<Connection>,
    guard: Arc<Guard>,
    cache: RefCell<Cache>,
    open: RefCell<VecDeque<Weak<Run>>>,
    // Whether SQLite counts the instructions of statements.
    counts: Cell<bool>,
    // What ended the transaction without being asked to.
    fatal: RefCell<Option<Failure>>,
}

impl Statements {
    /// Puts the platform's bounds around what a connection does for programs.
    pub(crate) fn new(mut connection: Connection) -> rusqlite::Result<(Rc<Connection>, Rc<Self>)> {
        limits::apply(&connection)?;
        let guard = Guard::install(&mut connection)?;
        interrupt::install(&connection, &guard)?;
        let connection = Rc::new(connection);
        let statements = Self {
            connection: Rc::clone(&connection),
            guard,
            cache: RefCell::default(),
            open: RefCell::default(),
            counts: Cell::default(),
            fatal: RefCell::default(),
        };
        Ok((connection, Rc::new(statements)))
    }

    /// Ends the run of every open cursor: the rows it has not yielded are read into memory, or, if they are too many or
    /// take too long, its next use fails. After this no statement of a program is under way.
    pub(crate) fn finish_cursors(&self) {
        let open = std::mem::take(&mut *self.open.borrow_mut());
        let until = Instant::now() + FINISH_MAX;
        let _interrupt = Interrupt::when(Rc::new(move || Instant::now() > until));
        for run in open.iter().filter_map(Weak::upgrade) {
            run.finish(KEPT_ROWS_MAX, KEPT_BYTES_MAX);
        }
    }

    /// Ends the run of every open cursor because what it reads is gone: its next use fails.
    pub(crate) fn cancel_cursors(&self) {
        let open = std::mem::take(&mut *self.open.borrow_mut());
        for run in open.iter().filter_map(Weak::upgrade) {
            run.cancel();
        }
    }

    /// Drops every compiled statement that is not under way.
    pub(crate) fn forget_compiled(&self) {
        self.cache.borrow_mut().clear();
    }

    /// The failure that ended the transaction, if one did.
    pub(super) fn fatal(&self) -> Option<Failure> {
        self.fatal.borrow().clone()
    }

    /// Runs a text of one or more statements; the cursor is the last one's.
    pub(super) fn execute(
        self: &Rc<Self>,
        text: &str,
        bindings: &[Value],
        counting: Counting,
        begin: Begin<'_>,
    ) -> Result<Cursor, Trouble> {
        if counting == Counting::On && !self.counts.replace(true) {
            counts::begin(&self.connection)?;
        }
        let found = self.cache.borrow_mut().take(text);
        let mut program = match found {
            Found::Ready(mut program) => {
                let run = program.prelude.iter_mut().try_for_each(|one| self.run_once(one, begin));
                if let Err(trouble) = run {
                    self.put_back(program);
                    return Err(trouble);
                }
                program
            }
            Found::InUse => self.compile(text, begin)?,
            Found::Nothing => {
                let program = self.compile(text, begin)?;
                self.cache.borrow_mut().insert(&program.text);
                program
            }
        };
        let start = (counting == Counting::On).then(|| match program.total {
            Some(total) => total,
            None => self.total(&mut program),
        });
        program.total = None;
        match self.start(&mut program, bindings, begin) {
            Ok(first) => Ok(self.cursor(program, first, start)),
            Err(trouble) => {
                self.put_back(program);
                Err(trouble)
            }
        }
    }

    /// Compiles a text, running every statement but the last: the next may need what it makes.
    fn compile(&self, text: &str, begin: Begin<'_>) -> Result<Box<Program>, Trouble> {
        let mut prelude = Vec::new();
        let (mut first, mut rest) = split::first_statement(text);
        let last = loop {
            let mut statement = self.prepare(first, begin)?;
            if rest.is_empty() {
                break statement;
            }
            if statement.parameter_count() > 0 {
                return Err(Failure::new(PARAMETERS_BEFORE_LAST).into());
            }
            self.run_once(&mut statement, begin)?;
            prelude.push(statement);
            (first, rest) = split::first_statement(rest);
        };
        Ok(Box::new(Program {
            text: text.into(),
            prelude,
            last,
            columns: None,
            meter: None,
            total: None,
            was_used: false,
        }))
    }

    /// Compiles one statement of a program's.
    pub(super) fn prepare(&self, sql: &str, begin: Begin<'_>) -> Result<Compiled, Trouble> {
        let Some(first) = split::first_word(sql) else { return Err(Failure::new(NO_STATEMENT).into()) };
        if first.eq_ignore_ascii_case("PRAGMA") {
            // SQLite turns switches while it compiles.
            begin(Intent::Switch)?;
        }
        let mut compiled = self.guard.watch(|| Compiled::prepare(&self.connection, sql));
        if let Err(failure) = &compiled
            && failure.may_be_a_limit()
            && let Some(other) = limited::rewrite(sql)
        {
            let rewritten = self.guard.watch(|| Compiled::prepare(&self.connection, &other));
            // A place in the other text would mislead.
            if rewritten.as_ref().err().is_none_or(|failure| !failure.message().contains(" at offset ")) {
                compiled = rewritten;
            }
        }
        if let Ok(compiled) = &mut compiled {
            compiled.is_switch = self.guard.saw_switch();
            compiled.is_version = self.guard.saw_version();
            compiled.is_optimize = self.guard.saw_optimize();
        }
        if let Err(failure) = &compiled
            && failure.is_refusal()
            && self.guard.saw_transaction()
        {
            return Err(Failure::new(NO_TRANSACTIONS).into());
        }
        // The authorizer is not told the new name of a table.
        if self.guard.saw_alter() && split::rename_target(sql).is_some_and(|name| !is_allowed_name(&name)) {
            return Err(Failure::new(REFUSED).into());
        }
        Ok(compiled?)
    }

    /// Runs a statement whose rows nobody reads.
    pub(super) fn run_once(&self, statement: &mut Compiled, begin: Begin<'_>) -> Result<(), Trouble> {
        Self::prepare_to_run(statement, begin)?;
        let outcome = self.step(statement);
        statement.reset();
        outcome?;
        Ok(())
    }

    fn prepare_to_run(statement: &Compiled, begin: Begin<'_>) -> Result<(), Trouble> {
        if !statement.only_reads() {
            begin(Intent::Write)
        } else if statement.is_switch {
            begin(Intent::Switch)
        } else {
            Ok(())
        }
    }

    fn start(
        &self,
        program: &mut Program,
        bindings: &[Value],
        begin: Begin<'_>,
    ) -> Result<Option<Row>, Trouble> {
        let last = &mut program.last;
        if last.parameter_count() != bindings.len() {
            return Err(Failure::new(WRONG_PARAMETERS).into());
        }
        Self::prepare_to_run(last, begin)?;
        last.bind(bindings)?;
        Ok(self.step(last)?)
    }

    fn cursor(
        self: &Rc<Self>,
        mut program: Box<Program>,
        first: Option<Row>,
        start: Option<Counts>,
    ) -> Cursor {
        let reused = std::mem::replace(&mut program.was_used, true);
        let compilations = program.last.compilations();
        let known = program.columns.take().filter(|(at, _)| *at == compilations);
        let (_, columns) = program.columns.insert(known.unwrap_or_else(|| {
            let names = program.last.column_names();
            (compilations, Rc::new(Columns { names, made: RefCell::default() }))
        }));
        let columns = Rc::clone(columns);
        let writes = !program.last.only_reads();
        let Some(row) = first else {
            let counts = start.map_or_else(Counts::default, |start| self.total(&mut program).since(start));
            self.put_back(program);
            return Cursor::new(columns, reused, State::Done, counts);
        };
        let live = Live::new(program, row, Rc::downgrade(self), start);
        let cursor = Cursor::new(columns, reused, State::Live(live), Counts::default());
        if writes {
            // A writing statement under way would keep the transaction from being committed. All it writes is written
            // before its first row, and SQLite holds the rows already.
            cursor.run().finish(usize::MAX, usize::MAX);
        } else {
            self.remember(cursor.run());
        }
        cursor
    }

    /// The rows of all runs of a program's last statement.
    pub(super) fn total(&self, program: &mut Program) -> Counts {
        let total = counts::total(&self.connection, &program.last, &mut program.meter);
        program.total = Some(total);
        total
    }

    /// The rows of all runs of a statement.
    pub(super) fn counts_of(&self, statement: &Compiled) -> Counts {
        counts::total(&self.connection, statement, &mut None)
    }

    fn remember(&self, run: &Rc<Run>) {
        let oldest = {
            let mut open = self.open.borrow_mut();
            open.push_back(Rc::downgrade(run));
            if open.len() > OPEN_MAX {
                open.retain(|other| other.strong_count() > 0);
            }
            if open.len() > OPEN_MAX { open.pop_front() } else { None }
        };
        if let Some(oldest) = oldest.and_then(|oldest| oldest.upgrade()) {
            oldest.finish(OLDEST_ROWS_MAX, KEPT_BYTES_MAX);
        }
    }

    /// Runs a program's statement on to its next row.
    pub(super) fn step(&self, statement: &mut Compiled) -> Result<Option<Row>, Failure> {
        let in_transaction = !self.connection.is_autocommit();
        let mut outcome = self.guard.watch(|| statement.step());
        if statement.is_version
            && let Ok(Some(row)) = &mut outcome
            && let [Value::Integer(version)] = &mut row[..]
        {
            // Nobody else changes it. The platform's was changed once, as it was opened; ours never.
            *version += 1;
        }
        if let Err(failure) = &outcome
            && ((failure.may_roll_back() && in_transaction) || failure.is_of_the_disk())
            && self.connection.is_autocommit()
        {
            *self.fatal.borrow_mut() = Some(failure.clone());
        }
        outcome
    }

    pub(super) fn put_back(&self, mut program: Box<Program>) {
        program.last.reset();
        self.cache.borrow_mut().put_back(program);
    }
}
