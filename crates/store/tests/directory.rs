//! The state directory: who may use it, what is said when it cannot be used, and how namespaces last.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, sync::Arc};

use holdfast_core::key_value::Backend;
use holdfast_store::{Change, Error, Kind, Migration, Options, Store};

fn refused(path: &std::path::Path) -> Error {
    Store::open(path, Options::default()).unwrap_err()
}

#[test]
fn a_second_process_is_refused_and_told_who_has_it() {
    let directory = tempfile::tempdir().unwrap();
    let first = Store::open(directory.path(), Options::default()).unwrap();
    let error = refused(directory.path());
    let pid = std::process::id();
    assert_eq!(error.kind(), Kind::InUse(Some(pid)));
    let expected = format!(
        "cannot use state directory {}: process {pid} is using it; \
         stop that process, or choose another directory with --persist-to",
        directory.path().display()
    );
    assert_eq!(error.to_string(), expected);
    // The lock lasts as long as anything can still write.
    let connections = first.connections(Arc::new(|| {}));
    drop(first);
    assert_eq!(refused(directory.path()).kind(), Kind::InUse(Some(pid)));
    drop(connections);
    Store::open(directory.path(), Options::default()).unwrap();
}

#[test]
fn a_newer_format_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    drop(Store::open(directory.path(), Options::default()).unwrap());
    let file = directory.path().join("format");
    assert_eq!(fs::read_to_string(&file).unwrap(), "holdfast state 1\n");
    fs::write(&file, "holdfast state 7\n").unwrap();
    let error = refused(directory.path());
    assert_eq!(error.kind(), Kind::NewerFormat(7));
    assert!(error.to_string().contains("it has format 7, this version reads up to 1; upgrade holdfast"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "holdfast state 7\n");
    fs::write(&file, "something else").unwrap();
    assert_eq!(refused(directory.path()).kind(), Kind::Corrupt);
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = refused(&file.join("state"));
    assert_eq!(error.kind(), Kind::Io);
    assert!(error.to_string().starts_with(&format!("cannot use state directory {}/state: ", file.display())));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let closed = directory.path().join("closed");
        fs::create_dir(&closed).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
        // The superuser may write everywhere, so there is nothing to see then.
        if fs::write(closed.join("probe"), "").is_err() {
            let error = refused(&closed);
            assert_eq!(error.kind(), Kind::NotWritable);
            assert!(
                error
                    .to_string()
                    .ends_with("make it writable, or choose another directory with --persist-to")
            );
        }
    }
}

#[test]
fn namespaces_keep_their_keys_and_objects_through_migrations() {
    let directory = tempfile::tempdir().unwrap();
    let new = Change::New { class: "Room".into(), backend: Backend::KeyValue };
    let rename = Change::Renamed { from: "Room".into(), to: "Hall".into() };
    let delete = Change::Deleted { class: "Hall".into() };
    let migrations: Vec<_> = [("v1", new), ("v2", rename), ("v3", delete)]
        .into_iter()
        .map(|(tag, change)| Migration { tag: tag.into(), changes: vec![change] })
        .collect();
    {
        let store = Store::open(directory.path(), Options::default()).unwrap();
        assert_eq!(store.migrate("chat", &migrations[..1]).unwrap(), ["v1"]);
        let room = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
        assert_eq!(room.backend(), Backend::KeyValue);
        let connections = store.connections(Arc::new(|| {}));
        let object = connections.object(&room, room.ids().id_from_name("one"));
        object.put("a", b"1").unwrap();
        object.commit().unwrap();
    }
    {
        let store = Store::open(directory.path(), Options::default()).unwrap();
        assert_eq!(store.migrate("chat", &migrations[..2]).unwrap(), ["v2"]);
        let hall = store.namespace("chat", "Hall", Backend::Sqlite).unwrap();
        assert_eq!(hall.unique_key(), "chat-Room");
        let object = store.connections(Arc::new(|| {})).object(&hall, hall.ids().id_from_name("one"));
        assert_eq!(object.get("a").unwrap().as_deref(), Some(&b"1"[..]));
        // A class that takes the old name shares nothing with it.
        let room = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
        assert_eq!(room.unique_key(), "chat-Room-2");
        assert_eq!(store.objects(&room).unwrap(), []);
    }
    let store = Store::open(directory.path(), Options::default()).unwrap();
    assert_eq!(store.doomed("chat", &migrations[..2]).unwrap(), [""; 0]);
    assert_eq!(store.doomed("chat", &migrations).unwrap(), ["chat-Room"]);
    assert_eq!(store.migrate("chat", &migrations).unwrap(), ["v3"]);
    assert_eq!(store.doomed("chat", &migrations).unwrap(), [""; 0]);
    assert_eq!(store.migration_tag("chat").as_deref(), Some("v3"));
    assert!(!directory.path().join("do/chat-Room").exists() && !directory.path().join("deleted").exists());
    let hall = store.namespace("chat", "Hall", Backend::Sqlite).unwrap();
    assert_eq!(store.objects(&hall).unwrap(), []);
}

#[test]
fn a_broken_file_is_named() {
    let directory = tempfile::tempdir().unwrap();
    {
        let store = Store::open(directory.path(), Options::default()).unwrap();
        let namespace = store.namespace("chat", "Room", Backend::Sqlite).unwrap();
        let id = namespace.ids().id_from_name("one");
        let path = directory.path().join(format!("do/chat-Room/{id}.sqlite"));
        fs::write(&path, "this is no database, ".repeat(500)).unwrap();
        let error = store.connections(Arc::new(|| {})).object(&namespace, id).get("a").unwrap_err();
        assert_eq!(error.kind(), Kind::Corrupt);
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        assert!(error.resets_object());
    }
    fs::write(directory.path().join("namespaces.json"), "{").unwrap();
    let error = refused(directory.path());
    assert_eq!(error.kind(), Kind::Corrupt);
    assert!(error.to_string().contains("namespaces.json"), "{error}");
}
