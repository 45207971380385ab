//! What each request does. The same on a server and without one.

use holdfast_core::alarm::Time;
use holdfast_host::Instance;
use holdfast_store::sql::{Counting, Cursor, Trouble, Value};
use holdfast_store::{Bookmark, NoWay, Object};
use serde_json::json;

use super::find::{self, Found, find, find_or_new};
use super::import;
use super::protocol::{Answer, Complaint, Listed, Moment, Request, Table};
use super::reach::{Given, Reach, ask};
use super::shown;

/// Most rows, and about how many bytes of them, one answer has.
const ROWS_MAX: usize = 10_000;
const ROWS_BYTES_MAX: usize = 16 << 20;

/// Does what is asked for.
pub(super) fn perform(reach: &dyn Reach, request: &Request) -> Result<Answer, Complaint> {
    let store = reach.store();
    match request {
        Request::List { class } => list(reach, class.as_deref()),
        Request::Show { object, class } => show(reach, find(store, object, class.as_deref())?),
        Request::Sql { object, class, query } => sql(reach, &find(store, object, class.as_deref())?, query),
        Request::Export { object, class, file } => {
            let found = find(store, object, class.as_deref())?;
            if file.exists() {
                return Err(Complaint::new(format!("{} exists already", file.display()))
                    .help("name another file, or remove that one"));
            }
            let path = file.clone();
            let export = move |object: &Object| Ok(Ok((object.export(&path)?, None)));
            let bytes = ask(reach, &found.class.namespace, found.id, Instance::Keeps, export)?;
            let bytes = bytes.ok_or_else(|| found.unknown(store))?;
            Ok(Answer::Exported { which: found.which(), file: file.clone(), bytes })
        }
        Request::Import { object, class, file } => {
            import::file(reach, &find_or_new(store, object, class.as_deref())?, file)
        }
        Request::Restore { object, class, to } => restore(reach, &find(store, object, class.as_deref())?, to),
        Request::ImportFolder { folder, class } => import::folder(reach, folder, class.as_deref()),
    }
}

fn list(reach: &dyn Reach, class: Option<&str>) -> Result<Answer, Complaint> {
    let mut objects = Vec::new();
    for class in find::classes(reach.store(), class)? {
        let mut listed: Vec<Listed> = reach
            .store()
            .list(&class.namespace)?
            .into_iter()
            .map(|one| Listed {
                which: find::which(&class, one.id, one.name),
                bytes: one.bytes,
                alarm: one.alarm.map(Time::to_ms),
            })
            .collect();
        // Those with names first.
        listed.sort_by(|a, b| {
            let key = |one: &Listed| (one.which.name.is_none(), one.which.name.clone(), one.which.id.clone());
            key(a).cmp(&key(b))
        });
        objects.append(&mut listed);
    }
    Ok(Answer::List { objects })
}

fn show(reach: &dyn Reach, found: Found) -> Result<Answer, Complaint> {
    let look = |object: &Object| Ok(Ok(((object.summary()?, object.bookmark_now()?), None)));
    let (summary, bookmark) = ask(reach, &found.class.namespace, found.id, Instance::Keeps, look)?;
    let summary = summary.ok_or_else(|| found.unknown(reach.store()))?;
    let mut which = found.which();
    which.name = which.name.or(summary.name);
    Ok(Answer::Object {
        which,
        backend: find::backend(&found.class).to_owned(),
        bytes: summary.bytes,
        keys: summary.keys,
        tables: summary.tables.into_iter().map(|(name, rows)| Table { name, rows }).collect(),
        alarm: summary.alarm.map(Time::to_ms),
        bookmark: Some(bookmark.to_string()),
    })
}

fn restore(reach: &dyn Reach, found: &Found, to: &Moment) -> Result<Answer, Complaint> {
    let namespace = &found.class.namespace;
    let to = match to {
        Moment::Time(ms) => {
            let ms = *ms;
            let look =
                move |object: &Object| Ok(object.bookmark_at(ms)?.map_err(no_way).map(|at| (at, None)));
            ask(reach, namespace, found.id, Instance::Keeps, look)?
        }
        Moment::Bookmark(text) => Bookmark::parse(&found.id, text).map_err(|_| {
            Complaint::new(format!("that is no bookmark of {}", found.described()))
                .help("bookmarks of other objects mean nothing to it; a time does: --at 10m")
        })?,
    };
    // Nothing is reset for what cannot be done.
    let look = move |object: &Object| Ok(object.can_restore(&to)?.map_err(no_way).map(|()| ((), None)));
    ask(reach, namespace, found.id, Instance::Keeps, look)?;
    let go = move |object: &Object| {
        let undo = object.bookmark_now()?;
        Ok(object.restore(&to)?.map_err(no_way).map(|commit| (undo, commit)))
    };
    let undo = ask(reach, namespace, found.id, Instance::IsReset, go)?;
    Ok(Answer::Restored { which: found.which(), bookmark: to.to_string(), undo: undo.to_string() })
}

fn no_way(why: NoWay) -> Complaint {
    match why {
        NoWay::TooOld(oldest, ms) => Complaint::new("the history does not reach back so far")
            .help(format!("the oldest point that is left is {}, bookmark {oldest}", shown::time(ms))),
        NoWay::InFuture => Complaint::new("that point is in the future").help("times are in UTC"),
        NoWay::Failed(error) => error.into(),
    }
}

fn sql(reach: &dyn Reach, found: &Found, query: &str) -> Result<Answer, Complaint> {
    let query = query.to_owned();
    let work = move |object: &Object| {
        if !object.is_stored()? {
            return Ok(Ok((None, None)));
        }
        let ran = object.sql(&query, &[], Counting::On, &|| ());
        let refused = |message: &str| Ok(Err(Complaint::new(message)));
        match ran {
            Ok(cursor) => Ok(match rows(&cursor) {
                Ok(answer) => Ok((Some(answer), None)) as Given<_>,
                Err(message) => Err(Complaint::new(message)),
            }),
            Err(Trouble::Statement(failure)) => refused(failure.message()),
            Err(Trouble::Fatal(_, error) | Trouble::Store(error)) => Err(error),
        }
    };
    let answer = ask(reach, &found.class.namespace, found.id, Instance::Keeps, work)?;
    answer.ok_or_else(|| found.unknown(reach.store()))
}

fn rows(cursor: &Cursor) -> Result<Answer, String> {
    let mut rows = Vec::new();
    let mut bytes = 0;
    let mut is_cut = false;
    while let Some(row) = cursor.next().map_err(|failure| failure.message().to_owned())? {
        if rows.len() == ROWS_MAX || bytes > ROWS_BYTES_MAX {
            is_cut = true;
            cursor.close();
            break;
        }
        let row: Vec<serde_json::Value> = row.into_iter().map(value).collect();
        bytes += row.iter().map(|value| value.as_str().map_or(16, str::len)).sum::<usize>();
        rows.push(row);
    }
    let counts = cursor.counts();
    let columns = cursor.columns().names.clone();
    Ok(Answer::Rows { columns, rows, is_cut, rows_read: counts.read, rows_written: counts.written })
}

fn value(value: Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Integer(number) => json!(number),
        // JSON has no infinities.
        Value::Real(number) if !number.is_finite() => json!(number.to_string()),
        Value::Real(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::Blob(bytes) => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "hex": hex })
        }
    }
}
