//! Keys and values against a model: every listing a program can ask for, in the order of UTF-8 bytes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, sync::Arc};

use holdfast_core::{
    alarm::Time,
    key_value::{Backend, ListOptions, Order},
};
use holdfast_store::{Alarm, Object, Options, Random, Store};

type Model = BTreeMap<String, Vec<u8>>;

fn key(random: &mut Random) -> String {
    // Characters whose order differs between UTF-8 and UTF-16, and those at the edges of prefixes.
    let letters =
        ['a', 'b', '\0', 'z', '\u{7f}', 'é', '\u{d7ff}', '\u{e000}', '\u{ffff}', '😀', '\u{10ffff}'];
    (0..random.below(4)).map(|_| random.one(&letters)).collect()
}

fn maybe_key(random: &mut Random) -> Option<String> {
    (random.below(2) == 0).then(|| key(random))
}

/// What `list()` must return, said as plainly as possible.
fn expected(model: &Model, options: &ListOptions) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = model
        .iter()
        .filter(|(key, _)| options.start.as_ref().is_none_or(|start| *key >= start))
        .filter(|(key, _)| options.start_after.as_ref().is_none_or(|start| *key > start))
        .filter(|(key, _)| options.end.as_ref().is_none_or(|end| *key < end))
        .filter(|(key, _)| options.prefix.as_ref().is_none_or(|prefix| key.starts_with(prefix)))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if options.order == Order::Reverse {
        found.reverse();
    }
    if let Some(limit) = options.limit {
        found.truncate(usize::try_from(limit).unwrap());
    }
    found
}

fn list(object: &Object, options: &ListOptions) -> Vec<(String, Vec<u8>)> {
    let range = options.clone().range().unwrap();
    range.map_or_else(Vec::new, |range| object.list(&range).unwrap())
}

fn check_listing(random: &mut Random, object: &Object, model: &Model) {
    let start = maybe_key(random);
    let start_after = if start.is_none() { maybe_key(random) } else { None };
    let options = ListOptions {
        start,
        start_after,
        end: maybe_key(random),
        prefix: maybe_key(random),
        order: random.one(&[Order::Forward, Order::Reverse]),
        limit: random.one(&[None, Some(1), Some(3), Some(1000)]),
    };
    assert_eq!(list(object, &options), expected(model, &options), "{options:?}");
}

#[test]
fn random_operations_agree_with_a_map() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), Options::default()).unwrap();
    let namespace = store.namespace("script", "Class", Backend::Sqlite).unwrap();
    for seed in 1..=20 {
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let connections = store.connections(Arc::new(|| {}));
        let object = connections.object(&namespace, namespace.ids().id_from_name(&seed.to_string()));
        let mut model = Model::new();
        let mut committed = Model::new();
        for step in 0..400_u32 {
            match random.below(12) {
                0..=3 => {
                    let key = key(&mut random);
                    object.put(&key, &step.to_le_bytes()).unwrap();
                    model.insert(key, step.to_le_bytes().to_vec());
                }
                4 => {
                    let key = key(&mut random);
                    assert_eq!(object.delete(&key).unwrap(), model.remove(&key).is_some());
                }
                5 => {
                    let key = key(&mut random);
                    assert_eq!(object.get(&key).unwrap(), model.get(&key).cloned());
                }
                6 => {
                    object.commit().unwrap();
                    committed = model.clone();
                }
                7 if random.below(4) == 0 => {
                    object.rollback();
                    model = committed.clone();
                }
                8 if random.below(20) == 0 => {
                    assert_eq!(object.delete_all(Alarm::Delete).unwrap(), model.len());
                    model.clear();
                }
                9 => object.close(),
                _ => check_listing(&mut random, &object, &model),
            }
        }
    }
}

#[test]
fn many_keys_are_found_once_and_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), Options::default()).unwrap();
    let namespace = store.namespace("script", "Class", Backend::Sqlite).unwrap();
    let object = store.connections(Arc::new(|| {})).object(&namespace, namespace.ids().id_from_name("one"));
    assert_eq!(object.get_many(&["a"]).unwrap(), []);
    for key in ["b", "😀", "\u{ffff}", ""] {
        object.put(key, key.as_bytes()).unwrap();
    }
    let found = object.get_many(&["😀", "missing", "b", "\u{ffff}", "", "b"]).unwrap();
    let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["", "b", "\u{ffff}", "😀"]);
}

#[test]
fn everything_a_program_made_is_deleted_and_the_name_stays() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), Options::default()).unwrap();
    let namespace = store.namespace("script", "Class", Backend::Sqlite).unwrap();
    let id = namespace.ids().id_from_name("one");
    let connections = store.connections(Arc::new(|| {}));
    let object = connections.object(&namespace, id);
    object.set_name("one");
    object.put("a", b"1").unwrap();
    object.set_alarm(Time::from_ms(1)).unwrap();
    object.commit().unwrap();
    connections.close_all().unwrap();
    // What SQL leaves behind: tables that refer to each other, an index of words, triggers and views.
    let path = directory.path().join(format!("do/script-Class/{id}.sqlite"));
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.execute_batch(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT);
         CREATE TABLE child (parent INTEGER REFERENCES parent (id));
         INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1);
         CREATE TRIGGER undo AFTER DELETE ON child BEGIN INSERT INTO child VALUES (1); END;
         CREATE VIEW \"a \"\" view\" AS SELECT * FROM child;
         CREATE VIRTUAL TABLE words USING fts5(text); INSERT INTO words VALUES ('hello');
         INSERT OR REPLACE INTO _cf_METADATA VALUES (1, 1000);",
    )
    .unwrap();
    sql.close().unwrap();
    assert_eq!(object.delete_all(Alarm::Delete).unwrap(), 1);
    object.commit().unwrap();
    connections.close_all().unwrap();
    let sql = rusqlite::Connection::open(&path).unwrap();
    let rest = |query: &str| {
        let mut statement = sql.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<Vec<String>, _>>().unwrap()
    };
    let tables = rest("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name");
    assert_eq!(tables, ["_cf_METADATA"]);
    assert_eq!(rest("SELECT key || ':' || value FROM _cf_METADATA"), ["-1:one"]);
}
