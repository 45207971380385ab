//! Alarms are part of an object's transactions, are stored as workerd stores them, and are known after a restart.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{path::Path, sync::Arc};

use holdfast_core::{alarm::Time, id::ObjectId, key_value::Backend};
use holdfast_store::{Alarm, Connections, Namespace, Object, Options, Store};

const T: Time = Time::from_ms(1_800_000_000_123);

fn open(directory: &Path) -> (Store, Namespace, Connections) {
    let store = Store::open(directory, Options { threads: 2, ..Options::default() }).unwrap();
    let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
    let connections = store.connections(Arc::new(|| {}));
    (store, namespace, connections)
}

fn object(connections: &Connections, namespace: &Namespace, name: &str) -> Object {
    connections.object(namespace, namespace.ids().id_from_name(name))
}

/// All alarms, each with when it is due, in the order of their ids.
fn due(store: &Store) -> Vec<(ObjectId, Time)> {
    // Alarms are known once the commits that made them are durable.
    store.connections(Arc::new(|| {})).settle();
    let alarms = store.alarms();
    let mut found = Vec::new();
    for share in 0..2 {
        while let Some(alarm) = alarms.take_due(share, Time::MAX) {
            assert_eq!(&*alarm.namespace, "chat-Room");
            found.push((alarm.id, alarm.due));
        }
    }
    for (id, _) in &found {
        alarms.give_back(id);
    }
    found.sort_unstable();
    found
}

fn metadata(directory: &Path, id: ObjectId, sql: &str) -> Vec<(i64, Option<i64>)> {
    let path = directory.join("do/chat-Room").join(format!("{id}.sqlite"));
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn an_alarm_belongs_to_the_transaction() {
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace, connections) = open(directory.path());
    let object = object(&connections, &namespace, "one");
    assert_eq!(object.alarm().unwrap(), None);
    object.put("k", b"v").unwrap();
    object.set_alarm(T).unwrap();
    assert_eq!(object.alarm().unwrap(), Some(T));
    assert_eq!(due(&store), [], "it is not known before the commit");
    object.rollback();
    assert_eq!((object.alarm().unwrap(), object.get("k").unwrap()), (None, None));
    object.commit().unwrap();
    assert_eq!(due(&store), []);
    object.set_alarm(T).unwrap();
    object.commit().unwrap();
    assert_eq!(due(&store), [(object.id(), T)]);
    object.delete_alarm().unwrap();
    object.rollback();
    object.put("k", b"v").unwrap();
    object.commit().unwrap();
    assert_eq!(due(&store), [(object.id(), T)]);
    object.set_alarm(Time::from_ms(5)).unwrap();
    object.delete_alarm().unwrap();
    object.commit().unwrap();
    assert_eq!((object.alarm().unwrap(), due(&store)), (None, vec![]));
}

#[test]
fn an_object_without_a_file_has_no_alarm_and_gets_none_by_deleting_it() {
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace, connections) = open(directory.path());
    let object = object(&connections, &namespace, "one");
    object.delete_alarm().unwrap();
    assert!(!object.is_dirty());
    object.commit().unwrap();
    assert_eq!(store.objects(&namespace).unwrap(), []);
}

#[test]
fn the_same_alarm_again_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (_store, namespace, connections) = open(directory.path());
    let object = object(&connections, &namespace, "one");
    object.set_alarm(T).unwrap();
    object.commit().unwrap();
    object.set_alarm(T).unwrap();
    assert!(!object.is_dirty());
}

#[test]
fn delete_all_takes_the_alarm_along_where_it_is_told_to() {
    for (choice, expected) in [(Alarm::Delete, None), (Alarm::Keep, Some(T))] {
        let directory = tempfile::tempdir().unwrap();
        let (store, namespace, connections) = open(directory.path());
        let object = object(&connections, &namespace, "one");
        object.put("k", b"v").unwrap();
        object.set_alarm(T).unwrap();
        object.commit().unwrap();
        object.delete_all(choice).unwrap();
        object.commit().unwrap();
        assert_eq!(object.alarm().unwrap(), expected);
        assert_eq!(due(&store).len(), usize::from(expected.is_some()));
    }
}

#[test]
fn it_is_stored_as_workerd_stores_it() {
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace, connections) = open(directory.path());
    let object = object(&connections, &namespace, "one");
    let id = object.id();
    let rows = "SELECT key, value FROM _cf_METADATA WHERE key = 1";
    object.set_alarm(T).unwrap();
    object.commit().unwrap();
    connections.close_all().unwrap();
    assert_eq!(metadata(directory.path(), id, rows), [(1, Some(1_800_000_000_123_000_000))]);
    // A row without a value takes the place of the alarm.
    object.delete_alarm().unwrap();
    object.commit().unwrap();
    connections.close_all().unwrap();
    assert_eq!(metadata(directory.path(), id, rows), [(1, None)]);
    assert_eq!(object.alarm().unwrap(), None);
    drop((object, connections, store));
    let (store, ..) = open(directory.path());
    assert_eq!(due(&store), []);
}

#[test]
fn alarms_are_known_after_a_restart_however_the_process_ended() {
    for clean in [true, false] {
        let directory = tempfile::tempdir().unwrap();
        let (store, namespace, connections) = open(directory.path());
        let mut expected = Vec::new();
        for number in 0..20 {
            let object = object(&connections, &namespace, &format!("object {number}"));
            let due = Time::from_ms(T.to_ms() + number);
            object.set_alarm(due).unwrap();
            object.put("k", b"v").unwrap();
            object.commit().unwrap();
            match number % 5 {
                0 => object.delete_alarm().unwrap(),
                _ => expected.push((object.id(), due)),
            }
            object.commit().unwrap();
        }
        expected.sort_unstable();
        if clean {
            connections.close_all().unwrap();
            store.alarms().persist().unwrap();
        }
        drop((namespace, connections, store));
        for _ in 0..2 {
            let (store, _, connections) = open(directory.path());
            assert_eq!(connections.open_count(), 0);
            assert_eq!(due(&store), expected, "after a clean stop: {clean}");
            assert!(store.unread_alarms().is_empty());
        }
    }
}

#[test]
fn an_object_that_cannot_be_read_does_not_keep_the_others_back() {
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace, connections) = open(directory.path());
    let [good, bad] = ["good", "bad"].map(|name| {
        let object = object(&connections, &namespace, name);
        object.set_alarm(T).unwrap();
        object.commit().unwrap();
        object.id()
    });
    connections.close_all().unwrap();
    drop((namespace, connections, store));
    let path = directory.path().join("do/chat-Room").join(format!("{bad}.sqlite"));
    std::fs::remove_file(directory.path().join("alarms")).unwrap();
    std::fs::write(path, b"this is no database, though it is long enough to be looked at as one").unwrap();
    let (store, ..) = open(directory.path());
    assert_eq!(due(&store), [(good, T)]);
    let unread: Vec<String> = store.unread_alarms().iter().map(ToString::to_string).collect();
    assert_eq!(unread.len(), 1);
    assert!(unread[0].contains(&format!("read the alarm of object chat-Room/{bad}")), "{unread:?}");
}

#[test]
fn a_deleted_class_has_no_alarms() {
    let directory = tempfile::tempdir().unwrap();
    let (store, namespace, connections) = open(directory.path());
    let object = object(&connections, &namespace, "one");
    object.set_alarm(T).unwrap();
    object.commit().unwrap();
    drop((object, connections));
    let deleted = holdfast_store::Change::Deleted { class: "Room".to_owned() };
    let migration = holdfast_store::Migration { tag: "v1".to_owned(), changes: vec![deleted] };
    store.migrate("chat", &[migration]).unwrap();
    assert_eq!(store.alarms().count(), 0);
}

#[test]
fn alarms_are_found_in_files_that_were_there_before() {
    for by_migration in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let (store, namespace, connections) = open(directory.path());
        let one = object(&connections, &namespace, "one");
        one.set_alarm(T).unwrap();
        one.commit().unwrap();
        let id = one.id();
        connections.close_all().unwrap();
        drop((one, namespace, connections, store));
        // What Miniflare leaves: databases in a directory of the class, and nothing else.
        for entry in std::fs::read_dir(directory.path()).unwrap() {
            let path = entry.unwrap().path();
            match path.file_name().unwrap().to_str() {
                Some("do") => {}
                _ if path.is_dir() => std::fs::remove_dir_all(path).unwrap(),
                _ => std::fs::remove_file(path).unwrap(),
            }
        }
        for restart in 0..2 {
            let store = Store::open(directory.path(), Options { threads: 2, ..Options::default() }).unwrap();
            assert_eq!(store.alarms().count(), restart);
            if by_migration {
                let new = holdfast_store::Change::New { class: "Room".to_owned(), backend: Backend::Sqlite };
                let migration = holdfast_store::Migration { tag: "v1".to_owned(), changes: vec![new] };
                store.migrate("chat", &[migration]).unwrap();
            }
            store.namespace("chat", "Room", Backend::Sqlite).unwrap();
            assert_eq!(due(&store), [(id, T)]);
        }
    }
}
