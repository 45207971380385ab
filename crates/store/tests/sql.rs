//! SQL as a program writes it, at the store's own interface.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{cell::Cell, rc::Rc, sync::Arc};

use holdfast_core::key_value::Backend;
use holdfast_store::{
    Alarm, Connections, Object, Options, Store,
    sql::{Counting, Cursor, Interrupt, Row, Trouble, Value},
};
use tempfile::TempDir;

struct Fixture {
    object: Object,
    connections: Connections,
    _directory: TempDir,
}

fn fixture() -> Fixture {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), Options::default()).unwrap();
    let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
    let connections = store.connections(Arc::new(|| {}));
    let object = connections.object(&namespace, namespace.ids().id_from_name("one"));
    Fixture { object, connections, _directory: directory }
}

/// Runs a text, and asks for one that does not fail.
fn start(object: &Object, text: &str, bindings: &[Value]) -> Cursor {
    object.sql(text, bindings, Counting::On, &|| ()).unwrap()
}

fn rows(cursor: &Cursor) -> Vec<Row> {
    std::iter::from_fn(|| cursor.next().unwrap()).collect()
}

fn run(object: &Object, text: &str) -> Vec<Row> {
    rows(&start(object, text, &[]))
}

fn numbers(object: &Object, text: &str) -> Vec<i64> {
    let number = |row: Row| match row[0] {
        Value::Integer(number) => number,
        ref other => panic!("{other:?} is no number"),
    };
    run(object, text).into_iter().map(number).collect()
}

fn failure(object: &Object, text: &str) -> String {
    failure_with(object, text, &[])
}

fn failure_with(object: &Object, text: &str, bindings: &[Value]) -> String {
    match object.sql(text, bindings, Counting::On, &|| ()).unwrap_err() {
        Trouble::Statement(failure) | Trouble::Fatal(failure, _) => failure.message().to_owned(),
        Trouble::Store(error) => panic!("{error}"),
    }
}

#[test]
fn values_go_in_and_come_out() {
    let Fixture { object, .. } = &fixture();
    let values = [Value::Null, Value::Real(1.5), Value::Text("tëxt\0".into()), Value::Blob(vec![0, 255])];
    let cursor = start(object, "SELECT ?, ?, ? AS t, ? AS t, 9007199254740993", &values);
    assert_eq!(cursor.columns().names, ["?", "?", "t", "t", "9007199254740993"]);
    let mut expected = values.to_vec();
    expected.push(Value::Integer(9_007_199_254_740_993));
    assert_eq!(rows(&cursor), [expected]);
    assert!(cursor.is_done());
}

#[test]
fn statements_before_the_last_run_and_have_no_parameters() {
    let Fixture { object, .. } = &fixture();
    assert_eq!(numbers(object, "CREATE TABLE t (n); INSERT INTO t VALUES (1); SELECT n FROM t;\n"), [1]);
    let failed = failure_with(object, "INSERT INTO t VALUES (?); SELECT 1", &[Value::Real(2.0)]);
    assert!(failed.starts_with("When executing multiple SQL statements"), "{failed:?}");
    assert_eq!(
        failure(object, "INSERT INTO t VALUES (3); -- nothing"),
        "SQL code did not contain a statement."
    );
    assert_eq!(numbers(object, "SELECT n FROM t"), [1, 3]);
    let failed = failure_with(object, "SELECT ?", &[]);
    assert_eq!(failed, "Wrong number of parameter bindings for SQL query.");
}

#[test]
fn failures_say_where_and_what() {
    let Fixture { object, .. } = &fixture();
    run(
        object,
        "CREATE TABLE t (n INTEGER PRIMARY KEY, u UNIQUE CHECK (u <> 5)); INSERT INTO t VALUES (1, 1)",
    );
    for (text, message) in [
        ("SELECT -;", "near \";\": syntax error at offset 8: SQLITE_ERROR"),
        ("SELECT 1;  SELECT ;", "near \";\": syntax error at offset 7: SQLITE_ERROR"),
        ("SELECT * FROM x", "no such table: x: SQLITE_ERROR"),
        (
            "INSERT INTO t VALUES (2, 1)",
            "UNIQUE constraint failed: t.u: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",
        ),
        (
            "INSERT INTO t VALUES (2, 5)",
            "CHECK constraint failed: u <> 5: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)",
        ),
        ("INSERT INTO t VALUES ('x', 5)", "datatype mismatch: SQLITE_MISMATCH"),
        (
            "SELECT sqlite_version()",
            "not authorized to use function: sqlite_version at offset 7: SQLITE_ERROR",
        ),
    ] {
        assert_eq!(failure(object, text), message, "{text}");
    }
}

#[test]
fn what_is_the_platforms_is_out_of_reach() {
    let Fixture { object, .. } = &fixture();
    object.put("key", b"value").unwrap();
    run(object, "CREATE TABLE t (n)");
    for text in [
        "CREATE TABLE _CF_x (n)",
        "CREATE VIRTUAL TABLE _cf_x USING fts5(n)",
        "CREATE VIRTUAL TABLE x USING dbstat",
        "ALTER TABLE t RENAME TO _cf_x",
        "DROP TABLE _cf_KV",
        "ATTACH 'x' AS y",
        "PRAGMA journal_mode",
        "PRAGMA table_info(_cf_KV)",
        "CREATE TEMP TABLE x (n)",
    ] {
        assert!(failure(object, text).contains("not authorized: SQLITE_AUTH"), "{text}");
    }
    assert!(failure(object, "SELECT * FROM _cf_KV").starts_with("access to _cf_KV.key is prohibited"));
    assert_eq!(failure(object, "VACUUM"), "cannot VACUUM from within a transaction: SQLITE_ERROR");
    for text in ["BEGIN", "COMMIT", "SAVEPOINT x", "RELEASE x", "ROLLBACK"] {
        assert!(failure(object, text).starts_with("To execute a transaction, please use"), "{text}");
    }
    assert_eq!(object.get("key").unwrap().as_deref(), Some(&b"value"[..]));
}

#[test]
fn writes_are_of_the_transaction_and_reads_begin_none() {
    let Fixture { object, .. } = &fixture();
    run(object, "CREATE TABLE t (n)");
    object.put("key", b"value").unwrap();
    object.commit().unwrap();
    assert_eq!(numbers(object, "SELECT count(*) FROM t"), [0]);
    assert!(!object.is_dirty());
    run(object, "INSERT INTO t VALUES (1)");
    object.put("key", b"other").unwrap();
    assert!(object.is_dirty());
    object.rollback();
    assert_eq!(numbers(object, "SELECT count(*) FROM t"), [0]);
    assert_eq!(object.get("key").unwrap().as_deref(), Some(&b"value"[..]));
}

#[test]
fn a_cursor_outlives_commits_and_sees_later_writes() {
    let Fixture { object, .. } = &fixture();
    run(object, "CREATE TABLE t (n INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)");
    let cursor = start(object, "SELECT n FROM t", &[]);
    assert_eq!(cursor.next().unwrap(), Some(vec![Value::Integer(1)]));
    object.commit().unwrap();
    run(object, "INSERT INTO t VALUES (4)");
    object.commit().unwrap();
    assert_eq!(rows(&cursor).len(), 3);
}

#[test]
fn an_unread_cursor_of_a_write_does_not_keep_it_from_being_committed() {
    let Fixture { object, .. } = &fixture();
    run(object, "CREATE TABLE t (n)");
    let cursor = start(object, "INSERT INTO t VALUES (1), (2), (3) RETURNING n", &[]);
    object.commit().unwrap();
    assert_eq!(rows(&cursor).len(), 3);
}

#[test]
fn a_cursor_is_read_to_its_end_when_its_database_is_closed() {
    let Fixture { object, connections, .. } = &fixture();
    run(object, "CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3)");
    object.commit().unwrap();
    let cursor = start(object, "SELECT n FROM t", &[]);
    let large =
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 200000) SELECT n FROM r";
    let too_large = start(object, large, &[]);
    connections.close_all().unwrap();
    assert_eq!(connections.open_count(), 0);
    assert_eq!(rows(&cursor).len(), 3);
    assert!(cursor.is_done());
    let failed = too_large.next().unwrap_err();
    assert!(failed.message().starts_with("SQL cursor was closed"), "{failed:?}");
}

#[test]
fn a_statement_under_way_is_compiled_a_second_time() {
    let Fixture { object, .. } = &fixture();
    let text = "SELECT 1 UNION ALL SELECT 2";
    let first = start(object, text, &[]);
    let second = start(object, text, &[]);
    assert!(!first.reused() && !second.reused());
    assert_eq!((rows(&second).len(), rows(&first).len()), (2, 2));
    let third = start(object, text, &[]);
    assert!(third.reused());
    drop(third);
    assert!(start(object, text, &[]).reused());
}

#[test]
fn a_changed_table_changes_a_cached_statement() {
    let Fixture { object, .. } = &fixture();
    run(object, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    assert_eq!(start(object, "SELECT * FROM t", &[]).columns().names, ["a"]);
    run(object, "ALTER TABLE t ADD COLUMN b");
    let cursor = start(object, "SELECT * FROM t", &[]);
    assert_eq!(cursor.columns().names, ["a", "b"]);
    assert_eq!(rows(&cursor)[0].len(), 2);
}

#[test]
fn a_full_disk_ends_the_transaction_and_every_later_use_says_so() {
    let Fixture { object, .. } = &fixture();
    run(object, "CREATE TABLE t (n)");
    object.commit().unwrap();
    object.set_page_count_max(10).unwrap();
    run(object, "INSERT INTO t VALUES (1)");
    let large = [Value::Text("x".repeat(1_000_000))];
    let full = "database or disk is full: SQLITE_FULL";
    assert_eq!(failure_with(object, "INSERT INTO t VALUES (?)", &large), full);
    assert_eq!(failure(object, "SELECT 1"), full);
    object.commit().unwrap_err();
    object.rollback();
    assert_eq!(numbers(object, "SELECT count(*) FROM t"), [0]);
}

#[test]
fn what_is_complete_is_ingested() {
    let Fixture { object, .. } = &fixture();
    let text = "CREATE TABLE t (n); INSERT INTO t VALUES (';'), (2);  INSERT";
    let ingested = object.sql_ingest(text, &|| ()).unwrap();
    assert_eq!((&text[ingested.length..], ingested.statements), ("  INSERT", 2));
    assert_eq!(numbers(object, "SELECT count(*) FROM t"), [2]);
}

#[test]
fn extensions_of_the_platform_are_there() {
    let Fixture { object, .. } = &fixture();
    run(object, "CREATE VIRTUAL TABLE f USING FTS5(a); INSERT INTO f VALUES ('some words'), ('others')");
    assert_eq!(numbers(object, "SELECT rowid FROM f WHERE f MATCH 'words' ORDER BY rank"), [1]);
    run(object, "CREATE VIRTUAL TABLE v USING fts5vocab(f, row)");
    run(object, "CREATE VIRTUAL TABLE r USING rtree(id, a, b); INSERT INTO r VALUES (7, 1, 2)");
    assert_eq!(numbers(object, "SELECT id FROM r WHERE a > 0"), [7]);
    assert_eq!(numbers(object, "SELECT json_extract('{\"a\":[4,5]}', '$.a[1]')"), [5]);
    assert_eq!(run(object, "SELECT cos(0), sqrt(4)"), [[Value::Real(1.0), Value::Real(2.0)]]);
    assert!(failure(object, "SELECT soundex('x')").starts_with("no such function: soundex"));
    assert!(failure(object, "SELECT * FROM dbstat").starts_with("no such table: dbstat"));
}

#[test]
fn the_size_is_that_of_the_pages_in_use() {
    let Fixture { object, .. } = &fixture();
    run(object, "CREATE TABLE t (n)");
    let size = object.database_size().unwrap();
    run(object, "CREATE TABLE u (n)");
    assert_eq!(object.database_size().unwrap(), size + 4096);
    run(object, "DROP TABLE u");
    assert_eq!(object.database_size().unwrap(), size);
}

#[test]
fn rows_are_counted_as_the_platform_does() {
    let Fixture { object, .. } = &fixture();
    let counts = |text: &str| {
        let cursor = start(object, text, &[]);
        rows(&cursor);
        let counts = cursor.counts();
        (counts.read, counts.written)
    };
    assert_eq!(counts("CREATE TABLE t (id INTEGER PRIMARY KEY, a)"), (1, 2));
    assert_eq!(counts("CREATE INDEX i ON t (a)"), (2, 1));
    assert_eq!(counts("INSERT INTO t (a) VALUES (1), (1), (2), (3)"), (0, 8));
    assert_eq!(counts("SELECT * FROM t"), (4, 0));
    assert_eq!(counts("SELECT * FROM t"), (4, 0));
    assert_eq!(counts("SELECT * FROM t WHERE id = 3"), (1, 0));
    assert_eq!(counts("SELECT * FROM t WHERE a = 1"), (3, 0));
    assert_eq!(counts("SELECT count(*) FROM t"), (4, 0));
    assert_eq!(counts("UPDATE t SET a = 7 WHERE id = 4"), (1, 2));
    assert_eq!(counts("DELETE FROM t"), (0, 4));
    let cursor = start(object, "SELECT * FROM json_each('[1,2,3]')", &[]);
    assert_eq!(cursor.next().unwrap().unwrap().len(), 8);
    assert_eq!(cursor.counts().read, 1);
}

#[test]
fn deleting_everything_cancels_open_cursors() {
    let Fixture { object, .. } = &fixture();
    run(object, "CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3)");
    object.put("key", b"value").unwrap();
    let cursor = start(object, "SELECT n FROM t", &[]);
    object.delete_all(Alarm::Delete).unwrap();
    for _ in 0..2 {
        let failed = cursor.next().unwrap_err();
        assert_eq!(failed.message(), "SQLite query was canceled because the database was deleted.");
    }
    assert_eq!(run(object, "SELECT name FROM sqlite_master"), [[]; 0]);
    object.put("key", b"value").unwrap();
}

#[test]
fn cursors_left_behind_are_bounded() {
    let Fixture { object, .. } = &fixture();
    let few = start(object, "SELECT 1 UNION ALL SELECT 2", &[]);
    let many = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 5000) SELECT n FROM r";
    let many = start(object, many, &[]);
    let left: Vec<Cursor> = (0..600).map(|_| start(object, "SELECT 3 UNION ALL SELECT 4", &[])).collect();
    assert_eq!(rows(&few).len(), 2);
    assert!(many.next().unwrap_err().message().starts_with("SQL cursor was closed"));
    assert!(left.iter().all(|cursor| rows(cursor).len() == 2));
}

#[test]
fn what_optimize_learns_is_part_of_the_transaction() {
    for optimize in ["PRAGMA optimize", "PRAGMA optimize(-2)", "SELECT * FROM Pragma_Optimize"] {
        let Fixture { object, connections, .. } = &fixture();
        run(object, "CREATE TABLE t (a); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1), (2), (2)");
        object.commit().unwrap();
        run(object, optimize);
        run(object, "INSERT INTO t VALUES (3)");
        object.rollback();
        run(object, "INSERT INTO t VALUES (4)");
        object.commit().unwrap();
        connections.close_all().unwrap();
        assert_eq!(run(object, "PRAGMA quick_check"), [[Value::Text("ok".into())]], "{optimize}");
        run(object, optimize);
        object.commit().unwrap();
        connections.close_all().unwrap();
        assert_eq!(numbers(object, "SELECT count(*) FROM sqlite_stat1"), [1], "{optimize}");
    }
}

#[test]
fn nothing_is_written_outside_the_transaction() {
    let Fixture { object, connections, .. } = &fixture();
    run(object, "CREATE TABLE t (a); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1), (2), (2)");
    run(object, "CREATE VIEW v AS SELECT * FROM t");
    run(object, "SELECT * FROM v");
    run(object, "DROP VIEW v; CREATE VIEW v AS SELECT * FROM pragma_optimize");
    object.commit().unwrap();
    // The statement is the one that was compiled when the view was another.
    assert!(failure(object, "SELECT * FROM v").contains("SQLITE_IOERR"));
    assert!(object.get("key").is_err());
    object.rollback();
    run(object, "INSERT INTO t VALUES (4)");
    object.commit().unwrap();
    connections.close_all().unwrap();
    assert_eq!(run(object, "PRAGMA quick_check"), [[Value::Text("ok".into())]]);
}

/// Counts for ever.
const ENDLESS: &str = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";

#[test]
fn an_endless_statement_is_ended_when_its_thread_says_so() {
    let Fixture { object, .. } = &fixture();
    run(object, "CREATE TABLE t (n); INSERT INTO t VALUES (1)");
    object.commit().unwrap();
    let asked = Rc::new(Cell::new(0));
    let _never = Interrupt::when(Rc::new(|| panic!("a newer one is asked")));
    let counted = Rc::clone(&asked);
    let interrupt = Interrupt::when(Rc::new(move || {
        counted.set(counted.get() + 1);
        counted.get() > 3
    }));
    let failed = failure(object, &format!("{ENDLESS} SELECT count(*) FROM c"));
    assert_eq!((failed.as_str(), asked.get()), ("interrupted: SQLITE_INTERRUPT", 4));
    // What the store does itself is not ended.
    (0..2000).for_each(|number: u32| object.put(&number.to_string(), b"value").unwrap());
    object.get_many(&["1", "2"]).unwrap();
    assert_eq!(asked.get(), 4);
    // One that writes takes the transaction with it.
    let insert = format!("{ENDLESS} INSERT INTO t SELECT x FROM c");
    let failed = object.sql(&insert, &[], Counting::On, &|| ());
    assert!(matches!(failed, Err(Trouble::Fatal(..))), "{failed:?}");
    object.rollback();
    drop(interrupt);
    let _kept = Interrupt::when(Rc::new(|| false));
    assert_eq!(numbers(object, "SELECT n FROM t"), [1]);
    assert_eq!(object.get("1").unwrap(), None);
}

#[test]
fn a_cursor_that_would_never_end_does_not_keep_its_database_open() {
    let Fixture { object, connections, .. } = &fixture();
    run(object, "CREATE TABLE t (n)");
    object.commit().unwrap();
    let cursor = start(object, &format!("{ENDLESS} SELECT x FROM c WHERE x <= 2"), &[]);
    connections.close_all().unwrap();
    assert!(!object.is_open());
    assert!(cursor.next().unwrap_err().message().starts_with("SQL cursor was closed"));
}
