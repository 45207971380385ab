//! What becomes of writes in a savepoint.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdfast_core::key_value::Backend;
use holdfast_store::{Object, Options, Store};
use std::sync::Arc;

/// Runs `check` on an object that has `kept` committed.
fn with_object(check: impl FnOnce(&Object)) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), Options::default()).unwrap();
    let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
    let connections = store.connections(Arc::new(|| {}));
    let object = connections.object(&namespace, namespace.ids().id_from_name("one"));
    object.put("kept", b"1").unwrap();
    object.commit().unwrap();
    check(&object);
}

fn keys(object: &Object) -> Vec<String> {
    let range = holdfast_core::key_value::ListOptions::default().range().unwrap().unwrap();
    object.list(&range).unwrap().into_iter().map(|(key, _)| key).collect()
}

#[test]
fn what_is_rolled_back_is_gone_and_nothing_else() {
    with_object(|object| {
        object.put("before", b"1").unwrap();
        object.savepoint();
        object.put("inside", b"1").unwrap();
        object.delete("kept").unwrap();
        object.rollback_to().unwrap();
        object.put("after", b"1").unwrap();
        assert!(object.commit().unwrap().is_some());
        assert_eq!(keys(object), ["after", "before", "kept"]);
    });
}

#[test]
fn savepoints_nest() {
    with_object(|object| {
        object.savepoint();
        object.put("outer", b"1").unwrap();
        object.savepoint();
        object.savepoint();
        object.put("inner", b"1").unwrap();
        object.release().unwrap();
        object.rollback_to().unwrap();
        object.release().unwrap();
        object.commit().unwrap();
        assert_eq!(keys(object), ["kept", "outer"]);
    });
}

#[test]
fn a_savepoint_without_writes_is_nothing() {
    with_object(|object| {
        object.savepoint();
        assert_eq!(keys(object), ["kept"]);
        object.rollback_to().unwrap();
        assert!(!object.is_dirty());
        assert_eq!(object.commit().unwrap(), None);
    });
}

#[test]
fn a_table_made_in_a_savepoint_goes_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), Options::default()).unwrap();
    let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
    let connections = store.connections(Arc::new(|| {}));
    let object = connections.object(&namespace, namespace.ids().id_from_name("new"));
    object.savepoint();
    object.put("inside", b"1").unwrap();
    object.rollback_to().unwrap();
    assert_eq!(object.get("inside").unwrap(), None);
    object.put("after", b"1").unwrap();
    object.commit().unwrap();
    assert_eq!(keys(&object), ["after"]);
}

#[test]
fn a_rollback_of_everything_ends_all_savepoints() {
    with_object(|object| {
        object.savepoint();
        object.put("inside", b"1").unwrap();
        object.rollback();
        object.put("after", b"1").unwrap();
        object.commit().unwrap();
        assert_eq!(keys(object), ["after", "kept"]);
    });
}
