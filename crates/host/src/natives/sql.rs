//! `native.sql`: a program's SQL on one object's database.
//!
//! Rows cross the engine's border several at a time where the program asked for all of them, and one by one where it may
//! write between two: the platform's cursors see such writes.

use super::storage::{lost, with_data};
use super::{Natives, define, fail, handle, number, text};
use crate::event::Effect;
use crate::shared::Shared;
use crate::table::Handle;
use crate::table::Table;
use holdfast_core::key_value::Backend;
use holdfast_engine::{Call, Exception, Object, Persistent, Result, Scope, Value};
use holdfast_store::sql::{self, Ask, Columns, Counting, Counts, Cursor, Interrupt, Trouble};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Most values that cross at once. No row has as many.
const VALUES_MAX: usize = 256;

const NOT_SQLITE: &str = "SQL is not enabled for this Durable Object class. To enable it, change `new_classes` to \
    `new_sqlite_classes` within the 'migrations' field in your wrangler.jsonc or wrangler.toml file. If using workerd \
    directly,set `enableSql = true` in your workerd config for the class. Note that this change cannot be made after the \
    class is already deployed to production.";

/// What the natives of one isolate share.
struct Sql {
    shared: Rc<Shared>,
    /// The cursors that have rows left. The runtime names them by index and generation, and says when it is done.
    cursors: RefCell<Table<Cursor>>,
    /// Whether the program may ask how many rows a statement read or wrote.
    counting: Counting,
    /// Whether the event that runs has used up its processor time. The engine cannot look while SQLite runs.
    is_over: Ask,
    /// Tells this isolate from others.
    identity: Rc<()>,
}

/// The names of a statement's columns as an array of one isolate's engine.
struct Names {
    of: Rc<()>,
    array: Persistent,
}

pub(super) fn install<'s>(scope: &Scope<'s>, group: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let shared = Rc::clone(&natives.shared);
    let counting =
        if natives.origin.mentions(&["rowsRead", "rowsWritten"]) { Counting::On } else { Counting::Off };
    let meter = Rc::clone(&natives.meter);
    let is_over = Rc::new(move || meter.is_over());
    let sql =
        Rc::new(Sql { shared, cursors: RefCell::default(), counting, is_over, identity: Rc::default() });
    let here = Rc::clone(&sql);
    define(scope, group, "exec", move |scope, call| exec(scope, call, &here))?;
    let here = Rc::clone(&sql);
    define(scope, group, "rows", move |scope, call| rows(scope, call, &here))?;
    let here = Rc::clone(&sql);
    define(scope, group, "counts", move |scope, call| {
        let cursor = here.cursor(handle(call, 0));
        if let Some(failure) = cursor.as_ref().and_then(Cursor::failure) {
            return Err(fail(scope, failure.message()));
        }
        let [read, written] = count_values(scope, cursor.map(|cursor| cursor.counts()).unwrap_or_default());
        Ok(scope.array(&[read, written]).into())
    })?;
    let here = Rc::clone(&sql);
    define(scope, group, "close", move |scope, call| {
        let cursor = here.cursors.borrow_mut().remove(handle(call, 0));
        // Outside of the borrow: a statement goes with it.
        drop(cursor);
        Ok(scope.undefined())
    })?;
    let here = Rc::clone(&sql);
    define(scope, group, "ingest", move |scope, call| ingest(scope, call, &here))?;
    let here = Rc::clone(&sql);
    define(scope, group, "size", move |scope, call| {
        let size = here.run(scope, number(call, 0), |data, _| data.database_size())?;
        #[expect(clippy::cast_precision_loss, reason = "no database has 2^53 bytes")]
        Ok(scope.number(size as f64))
    })?;
    define(scope, group, "setMaxPageCount", move |scope, call| {
        let pages = number(call, 1);
        sql.run(scope, number(call, 0), |data, _| data.set_page_count_max(pages))?;
        Ok(scope.undefined())
    })
}

impl Sql {
    fn cursor(&self, handle: Handle) -> Option<Cursor> {
        self.cursors.borrow().get(handle).cloned()
    }

    /// Runs `work` on the data of object `owner`; it is handed what to call before the first write.
    fn run<'a, R>(
        &self,
        scope: &Scope<'a>,
        owner: u32,
        work: impl FnOnce(&holdfast_store::Object, &dyn Fn()) -> std::result::Result<R, Trouble>,
    ) -> Result<'a, R> {
        let wrote = Cell::new(false);
        let _interrupt = Interrupt::when(Rc::clone(&self.is_over));
        let outcome = with_data(scope, &self.shared, owner, |data, backend| {
            Ok((backend == Backend::Sqlite).then(|| work(data, &|| wrote.set(true))))
        })?;
        let Some(outcome) = outcome else { return Err(fail(scope, NOT_SQLITE)) };
        if wrote.get() {
            self.shared.dirty(owner);
        }
        outcome.map_err(|trouble| self.failed(scope, owner, trouble))
    }

    fn failed<'a>(&self, scope: &Scope<'a>, owner: u32, trouble: Trouble) -> Exception<'a> {
        match trouble {
            Trouble::Statement(failure) => fail(scope, failure.message()),
            Trouble::Fatal(failure, error) => {
                self.shared.effect(Effect::StorageFailed { owner, error });
                fail(scope, failure.message())
            }
            Trouble::Store(error) => lost(scope, &self.shared, owner, error),
        }
    }

    /// The names of columns, made once for all runs of a statement.
    fn names<'a>(&self, scope: &Scope<'a>, columns: &Columns) -> Value<'a> {
        let mut made = columns.made.borrow_mut();
        if let Some(names) = made.as_ref().and_then(|made| made.downcast_ref::<Names>())
            && Rc::ptr_eq(&names.of, &self.identity)
        {
            return names.array.get(scope);
        }
        let array = scope.array(&[]);
        for (at, name) in (0..).zip(&columns.names) {
            // A fresh array takes any element.
            let _ = array.set_index(scope, at, scope.string(name));
        }
        *made = Some(Box::new(Names { of: Rc::clone(&self.identity), array: Persistent::new(scope, array) }));
        array.into()
    }
}

/// `exec(owner, text, ...bindings)`: the names of the columns, whether the statement had been compiled before, whether it
/// is done; and then the rows read and written, or else the cursor's number.
fn exec<'a>(scope: &Scope<'a>, call: &Call<'a>, sql: &Sql) -> Result<'a> {
    let text = text(scope, call, 1)?;
    let mut bindings = Vec::with_capacity(call.args().len().saturating_sub(2));
    for value in call.args().iter().skip(2) {
        bindings.push(binding(scope, *value)?);
    }
    let cursor =
        sql.run(scope, number(call, 0), |data, writes| data.sql(&text, &bindings, sql.counting, writes))?;
    let names = sql.names(scope, cursor.columns());
    let (reused, is_done) = (scope.boolean(cursor.reused()), scope.boolean(cursor.is_done()));
    let [first, second] = if cursor.is_done() {
        count_values(scope, cursor.counts())
    } else {
        [scope.number(sql.cursors.borrow_mut().insert(cursor).to_number()), scope.undefined()]
    };
    Ok(scope.array(&[names, reused, is_done, first, second]).into())
}

/// `rows(cursor, most)`: the values of up to `most` rows in a flat array; behind them, if these were the last,
/// the rows read and written; and at the end whether they were.
fn rows<'a>(scope: &Scope<'a>, call: &Call<'a>, sql: &Sql) -> Result<'a> {
    let handle = handle(call, 0);
    // On the stack, where the collector sees them.
    let mut values = [scope.undefined(); VALUES_MAX + 3];
    let mut count = 0;
    let mut counts = Counts::default();
    let mut is_done = true;
    if let Some(cursor) = sql.cursor(handle) {
        let width = cursor.columns().names.len();
        let mut most = call.arg(1).as_number().unwrap_or(1.0);
        is_done = false;
        let _interrupt = Interrupt::when(Rc::clone(&sql.is_over));
        while most >= 1.0 && count + width <= VALUES_MAX && !is_done {
            let row = cursor.next().map_err(|failure| {
                if cursor.failure().is_none() {
                    sql.cursors.borrow_mut().remove(handle);
                }
                fail(scope, failure.message())
            })?;
            for value in row.into_iter().flatten() {
                values[count] = to_engine(scope, value);
                count += 1;
            }
            is_done = cursor.is_done();
            most -= 1.0;
        }
        if is_done {
            counts = cursor.counts();
            sql.cursors.borrow_mut().remove(handle);
        }
    }
    if is_done {
        values[count..count + 2].copy_from_slice(&count_values(scope, counts));
        count += 2;
    }
    values[count] = scope.boolean(is_done);
    Ok(scope.array(&values[..=count]).into())
}

fn count_values<'a>(scope: &Scope<'a>, counts: Counts) -> [Value<'a>; 2] {
    #[expect(clippy::cast_precision_loss, reason = "nobody reads 2^53 rows")]
    [counts.read, counts.written].map(|count| scope.number(count as f64))
}

/// `ingest(owner, text)`: the text not run, the number of statements run, and the rows they read and wrote.
fn ingest<'a>(scope: &Scope<'a>, call: &Call<'a>, sql: &Sql) -> Result<'a> {
    let text = text(scope, call, 1)?;
    let ingested = sql.run(scope, number(call, 0), |data, writes| data.sql_ingest(&text, writes))?;
    #[expect(clippy::cast_precision_loss, reason = "no text has 2^53 statements")]
    let statements = scope.number(ingested.statements as f64);
    let [read, written] = count_values(scope, ingested.counts);
    Ok(scope.array(&[scope.string(&text[ingested.length..]), statements, read, written]).into())
}

/// The runtime passes null, numbers, strings and bytes.
fn binding<'a>(scope: &Scope<'a>, value: Value<'a>) -> Result<'a, sql::Value> {
    if value.is_nullish() {
        return Ok(sql::Value::Null);
    }
    if let Some(number) = value.as_number() {
        return Ok(sql::Value::Real(number));
    }
    if value.is_string() {
        return Ok(sql::Value::Text(value.to_string(scope)?));
    }
    Ok(value.to_bytes(scope).map_or(sql::Value::Null, sql::Value::Blob))
}

fn to_engine<'a>(scope: &Scope<'a>, value: sql::Value) -> Value<'a> {
    match value {
        sql::Value::Null => scope.null(),
        #[expect(clippy::cast_precision_loss, reason = "the platform's numbers are doubles")]
        sql::Value::Integer(number) => scope.number(number as f64),
        sql::Value::Real(number) => scope.number(number),
        sql::Value::Text(text) => scope.string(&text),
        sql::Value::Blob(bytes) => scope.array_buffer(bytes).into(),
    }
}
