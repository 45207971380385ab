//! What lasts and what does not: commits, rollbacks, names, the number of open databases.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path, sync::Arc};

use holdfast_core::{alarm::Time, id::ObjectId, key_value::Backend};
use holdfast_store::{Namespace, Options, Store};

fn open(directory: &Path) -> (Store, Namespace) {
    let store =
        Store::open(directory, Options { open_databases_per_thread_max: 4, ..Options::default() }).unwrap();
    let namespace = store.namespace("script", "Class", Backend::Sqlite).unwrap();
    (store, namespace)
}

fn id(namespace: &Namespace, name: &str) -> ObjectId {
    namespace.ids().id_from_name(name)
}

#[test]
fn a_commit_is_there_after_a_crash_and_what_came_after_it_is_not() {
    let (before, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (store, namespace) = open(before.path());
    let connections = store.connections(Arc::new(|| {}));
    let object = connections.object(&namespace, id(&namespace, "one"));
    object.put("committed", b"1").unwrap();
    object.put("overwritten", b"1").unwrap();
    object.commit().unwrap();
    object.put("overwritten", b"2").unwrap();
    object.put("lost", b"1").unwrap();
    connections.settle();
    // What a crash leaves: the files as they are, nothing closed.
    copy(before.path(), after.path());
    let (store, namespace) = open(after.path());
    let object = store.connections(Arc::new(|| {})).object(&namespace, id(&namespace, "one"));
    assert_eq!(object.get("committed").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(object.get("overwritten").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(object.get("lost").unwrap(), None);
    let recovered = store.recovered();
    assert_eq!((recovered.records, recovered.objects, &recovered.stopped_at), (1, 1, &None));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn a_file_is_made_by_the_first_write_and_complete_after_closing() {
    let directory = tempfile::tempdir().unwrap();
    let files = directory.path().join("do/script-Class");
    let names = || {
        let entries = fs::read_dir(&files).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let (store, namespace) = open(directory.path());
    let connections = store.connections(Arc::new(|| {}));
    let object = connections.object(&namespace, id(&namespace, "one"));
    object.set_name("one");
    assert_eq!(object.get("key").unwrap(), None);
    assert!(!object.delete("key").unwrap());
    object.commit().unwrap();
    assert_eq!((names(), connections.open_count()), (Vec::new(), 0));
    object.put("key", b"value").unwrap();
    object.commit().unwrap();
    assert_eq!(connections.open_count(), 1);
    connections.close_all().unwrap();
    assert_eq!((names(), connections.open_count()), (vec![format!("{}.sqlite", object.id())], 0));
    assert_eq!(store.objects(&namespace).unwrap(), [object.id()]);
    assert_eq!(object.get("key").unwrap().as_deref(), Some(&b"value"[..]));
}

#[test]
fn a_rollback_leaves_no_trace_not_even_of_tables() {
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace) = open(directory.path());
    let connections = store.connections(Arc::new(|| {}));
    let object = connections.object(&namespace, id(&namespace, "one"));
    object.put("a", b"1").unwrap();
    assert!(object.is_dirty());
    object.rollback();
    assert!(!object.is_dirty());
    assert_eq!(object.get("a").unwrap(), None);
    object.put("a", b"2").unwrap();
    object.commit().unwrap();
    object.put("a", b"3").unwrap();
    // A handle that is dropped takes its transaction with it.
    drop(object);
    let object = connections.object(&namespace, id(&namespace, "one"));
    assert!(!object.is_dirty());
    assert_eq!(object.get("a").unwrap().as_deref(), Some(&b"2"[..]));
}

#[test]
fn a_name_comes_with_the_first_commit_and_never_changes() {
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace) = open(directory.path());
    let id = id(&namespace, "one");
    let name = |store: &Store| store.connections(Arc::new(|| {})).object(&namespace, id).name().unwrap();
    let connections = store.connections(Arc::new(|| {}));
    let object = connections.object(&namespace, id);
    assert_eq!(object.name().unwrap(), None);
    object.put("a", b"1").unwrap();
    object.set_name("one");
    assert_eq!(object.name().unwrap().as_deref(), Some("one"));
    object.rollback();
    object.put("a", b"1").unwrap();
    object.set_alarm(Time::from_ms(1)).unwrap();
    object.commit().unwrap();
    connections.close_all().unwrap();
    assert_eq!(name(&store).as_deref(), Some("one"));
    let object = connections.object(&namespace, id);
    object.set_name("two");
    object.put("a", b"2").unwrap();
    object.commit().unwrap();
    connections.close_all().unwrap();
    assert_eq!(name(&store).as_deref(), Some("one"));
}

#[test]
fn open_databases_are_bounded_and_those_used_longest_ago_close() {
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace) = open(directory.path());
    let connections = store.connections(Arc::new(|| {}));
    let objects: Vec<_> =
        (0..20).map(|n| connections.object(&namespace, id(&namespace, &n.to_string()))).collect();
    for round in 0..3_u8 {
        for object in &objects {
            object.put("round", &[round]).unwrap();
            object.commit().unwrap();
            // The first stays in use, so it stays open.
            objects[0].get("round").unwrap();
            assert!(connections.open_count() <= 4);
        }
    }
    assert!(objects[0].is_open() && objects[19].is_open() && !objects[10].is_open());
    for object in &objects {
        assert_eq!(object.get("round").unwrap().as_deref(), Some(&[2][..]));
    }
}

#[test]
fn a_transaction_is_never_closed_to_make_room() {
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace) = open(directory.path());
    let connections = store.connections(Arc::new(|| {}));
    let objects: Vec<_> =
        (0..8).map(|n| connections.object(&namespace, id(&namespace, &n.to_string()))).collect();
    objects.iter().for_each(|object| object.put("a", b"1").unwrap());
    assert_eq!(connections.open_count(), 8);
    for object in &objects {
        object.commit().unwrap();
    }
    let next = connections.object(&namespace, id(&namespace, "next"));
    next.put("a", b"1").unwrap();
    assert_eq!(connections.open_count(), 4);
    assert_eq!(objects[0].get("a").unwrap().as_deref(), Some(&b"1"[..]));
}

#[test]
fn a_store_serves_several_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace) = open(directory.path());
    shared(&(store.clone(), namespace.clone()));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (store, namespace) = (&store, &namespace);
            scope.spawn(move || {
                let connections = store.connections(Arc::new(|| {}));
                for n in 0..10 {
                    let object = connections.object(namespace, id(namespace, &format!("{thread}.{n}")));
                    object.put("a", b"1").unwrap();
                    object.commit().unwrap();
                }
            });
        }
    });
    assert_eq!(store.objects(&namespace).unwrap().len(), 40);
}

#[test]
fn a_file_as_workerd_leaves_it_opens_here() {
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace) = open(directory.path());
    let id = id(&namespace, "one");
    let path = directory.path().join(format!("do/script-Class/{id}.sqlite"));
    let theirs = directory.path().join("theirs.sqlite");
    let sql = rusqlite::Connection::open(&theirs).unwrap();
    sql.execute_batch(
        "PRAGMA journal_mode = WAL;
         CREATE TABLE _cf_KV (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
         CREATE TABLE _cf_METADATA (key INTEGER PRIMARY KEY, value BLOB);
         INSERT INTO _cf_KV VALUES ('a', x'ff0f4902');
         INSERT INTO _cf_METADATA VALUES (1, 1795372565732000000);",
    )
    .unwrap();
    // It was killed: all but the first page is still in the log.
    fs::copy(&theirs, &path).unwrap();
    fs::copy(theirs.with_extension("sqlite-wal"), path.with_extension("sqlite-wal")).unwrap();
    let object = store.connections(Arc::new(|| {})).object(&namespace, id);
    assert_eq!(object.get("a").unwrap().as_deref(), Some(&[0xff, 0x0f, 0x49, 0x02][..]));
    assert_eq!(object.name().unwrap(), None);
    object.set_name("one");
    object.put("b", b"1").unwrap();
    object.commit().unwrap();
    assert_eq!(object.name().unwrap().as_deref(), Some("one"));
}
