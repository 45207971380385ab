//! What people do to objects: looking at them, taking their data out, and putting other data in.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path, sync::Arc};

use holdfast_core::{alarm::Time, id::ObjectId, key_value::Backend};
use holdfast_store::{
    Connections, Content, Identity, Kind, Namespace, Object, Options, Store, scheduled,
    sql::{Counting, Value},
};

struct Place {
    store: Store,
    namespace: Namespace,
    connections: Connections,
}

fn open(root: &Path) -> Place {
    let store = Store::open(root, Options::default()).unwrap();
    let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
    let connections = store.connections(Arc::new(|| {}));
    Place { store, namespace, connections }
}

impl Place {
    fn id(&self, name: &str) -> ObjectId {
        self.namespace.ids().id_from_name(name)
    }

    fn object(&self, name: &str) -> Object {
        self.connections.object(&self.namespace, self.id(name))
    }

    /// Waits until all commits are durable, and fails where one failed.
    fn settle(&self) {
        self.connections.settle();
        self.connections.completed(&mut |completed| completed.outcome.unwrap());
    }
}

fn run(object: &Object, text: &str) -> Vec<Vec<Value>> {
    let cursor = object.sql(text, &[], Counting::Off, &|| ()).unwrap();
    std::iter::from_fn(|| cursor.next().unwrap()).collect()
}

#[test]
fn an_export_leaves_what_is_beside_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    fs::create_dir(&files).unwrap();
    let own = format!("copy.sqlite.{}-0.part", std::process::id());
    let bystanders = ["copy.part", "copy.sqlite.part", &own];
    bystanders.iter().for_each(|name| fs::write(files.join(name), name).unwrap());
    let place = open(&folder.path().join("state"));
    let one = place.object("one");
    one.put("key", b"value").unwrap();
    one.commit().unwrap();
    let bytes = one.export(&files.join("copy.sqlite")).unwrap().unwrap();
    assert_eq!(fs::metadata(files.join("copy.sqlite")).unwrap().len(), bytes);
    one.export(&files.join("missing/copy.sqlite")).unwrap_err();
    assert_eq!(fs::read_dir(&files).unwrap().count(), bystanders.len() + 1);
    bystanders.iter().for_each(|name| assert_eq!(fs::read(files.join(name)).unwrap(), name.as_bytes()));
}

#[test]
fn data_moves_from_one_object_to_another_through_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.sqlite");
    let place = open(&folder.path().join("state"));
    let one = place.object("one");
    one.set_name("one");
    assert_eq!(one.export(&file).unwrap(), None);
    assert!(!file.exists());
    one.put("key", b"value").unwrap();
    one.set_alarm(Time::from_nanoseconds(5_000_000)).unwrap();
    run(&one, "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, 'y')");
    one.commit().unwrap();
    // A file that is larger than what replaces it.
    let other = place.object("other");
    other.put("large", &[7; 200_000]).unwrap();
    other.commit().unwrap();
    place.settle();

    let len = one.export(&file).unwrap().unwrap();
    assert_eq!(fs::metadata(&file).unwrap().len(), len);
    let identity = Identity { name: Some("other"), alarm: None };
    let content = Content::read(&file, folder.path(), identity).unwrap();
    other.put("lost", b"not committed").unwrap();
    other.replace(&content).unwrap();
    place.settle();
    let summary = other.summary().unwrap().unwrap();
    assert_eq!((summary.keys, summary.bytes), (1, len));
    assert_eq!(summary.tables, [("t".to_owned(), Some(2))]);
    assert_eq!(summary.name.as_deref(), Some("other"));
    assert_eq!(summary.alarm, Some(Time::from_nanoseconds(5_000_000)));
    assert_eq!(place.store.alarms().due(&place.id("other")), summary.alarm);
    drop((one, other, place));

    let place = open(&folder.path().join("state"));
    let other = place.object("other");
    assert_eq!(other.get("key").unwrap().as_deref(), Some(&b"value"[..]));
    assert_eq!(run(&other, "SELECT b FROM t WHERE a = 2"), [[Value::Text("y".into())]]);
    let mut names: Vec<_> = place.store.list(&place.namespace).unwrap();
    names.sort_by_key(|listed| listed.id != place.id("one"));
    assert_eq!(names.iter().map(|listed| listed.bytes).collect::<Vec<_>>(), [len, len]);
}

#[test]
fn a_log_beside_a_file_and_other_lengths_of_pages_are_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.sqlite");
    let writer = rusqlite::Connection::open(&file).unwrap();
    writer
        .execute_batch(
            "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
             CREATE TABLE t (a); INSERT INTO t VALUES ('in the log');
             CREATE TABLE _cf_METADATA (key INTEGER PRIMARY KEY, value BLOB);
             INSERT INTO _cf_METADATA VALUES (-1, 'somebody else');",
        )
        .unwrap();
    let before = fs::read(&file).unwrap();
    let place = open(&folder.path().join("state"));
    let identity = Identity { name: None, alarm: Some(Time::from_nanoseconds(9)) };
    let content = Content::read(&file, folder.path(), identity).unwrap();
    assert_eq!(fs::read(&file).unwrap(), before);
    drop(writer);
    let object = place.object("one");
    object.replace(&content).unwrap();
    place.settle();
    assert_eq!(run(&object, "SELECT a FROM t"), [[Value::Text("in the log".into())]]);
    let summary = object.summary().unwrap().unwrap();
    assert_eq!((summary.name, summary.alarm), (None, Some(Time::from_nanoseconds(9))));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn what_a_process_did_not_come_to_the_end_of_is_not_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let (file, left) = (folder.path().join("file.sqlite"), folder.path().join("left.sqlite"));
    let connection = rusqlite::Connection::open(&file).unwrap();
    let fill = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 2000)
                INSERT INTO t SELECT n, randomblob(200) FROM r;";
    connection
        .execute_batch(&format!(
            "PRAGMA cache_size = 1; CREATE TABLE t (n, b); {fill} BEGIN; UPDATE t SET n = 0;"
        ))
        .unwrap();
    for ending in ["", "-journal"] {
        let beside = |path: &Path| path.with_extension(format!("sqlite{ending}"));
        fs::copy(beside(&file), beside(&left)).unwrap();
    }
    let place = open(&folder.path().join("state"));
    let content = Content::read(&left, folder.path(), Identity::default()).unwrap();
    let one = place.object("one");
    one.replace(&content).unwrap();
    assert_eq!(run(&one, "SELECT sum(n) FROM t"), [[Value::Integer(2000 * 2001 / 2)]]);
}

#[test]
fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("text.sqlite");
    fs::write(&file, "this is a text, and long enough to be looked at".repeat(200)).unwrap();
    let refused = Content::read(&file, folder.path(), Identity::default()).unwrap_err();
    assert_eq!(refused.kind(), Kind::Corrupt, "{refused}");
    assert!(refused.to_string().contains("text.sqlite"), "{refused}");
    let missing = Content::read(&folder.path().join("none"), folder.path(), Identity::default()).unwrap_err();
    assert_eq!(missing.kind(), Kind::Io);
}

#[test]
fn alarms_beside_objects_are_read_with_and_without_names() {
    let folder = tempfile::tempdir().unwrap();
    for (name, columns, row) in [("old", "", ""), ("new", ", actor_name TEXT", ", 'lobby'")] {
        let file = folder.path().join(name);
        let writer = rusqlite::Connection::open(&file).unwrap();
        let sql = format!(
            "CREATE TABLE _cf_ALARM (actor_id TEXT PRIMARY KEY, scheduled_time INTEGER{columns}) WITHOUT ROWID;
             INSERT INTO _cf_ALARM VALUES ('abc', 7{row});"
        );
        writer.execute_batch(&sql).unwrap();
        let name = (name == "new").then(|| "lobby".to_owned());
        assert_eq!(
            scheduled(&file, folder.path()).unwrap(),
            [("abc".to_owned(), Time::from_nanoseconds(7), name)]
        );
    }
}
