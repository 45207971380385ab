//! Migrations: how a script's classes come, change their names and go.
//!
//! Promises that a migration is applied once: those up to the script's stored tag are skipped. A tag that is no
//! longer in the list means that all are applied, as wrangler does. Applying one twice changes nothing, so that an
//! interrupted start can be repeated.

use holdfast_core::key_value::Backend;

use crate::registry::{Record, Registry};

/// One entry of `migrations` in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its name, unique in the list.
    pub tag: String,
    /// What it changes, in order.
    pub changes: Vec<Change>,
}

/// One change to a script's classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `new_classes` and `new_sqlite_classes`.
    New {
        /// The class.
        class: String,
        /// Which of the two it was.
        backend: Backend,
    },
    /// `renamed_classes`: the objects keep their ids and data.
    Renamed {
        /// The class as it was called.
        from: String,
        /// The class as it is called now.
        to: String,
    },
    /// `deleted_classes`: the objects are destroyed.
    Deleted {
        /// The class.
        class: String,
    },
    /// `transferred_classes`: the objects of another script become this script's.
    Transferred {
        /// The script that had the class.
        from_script: String,
        /// The class as that script called it.
        from: String,
        /// The class as this script calls it.
        to: String,
    },
}

/// What migrations did.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) applied: Vec<String>,
    pub(crate) removed: Vec<Record>,
}

/// Applies what a script has not had yet. `has_objects` tells whether a namespace holds any data. Fails with a
/// sentence for the operator, having changed `registry` in part: the caller gives a copy.
pub(crate) fn apply(
    registry: &mut Registry,
    script: &str,
    migrations: &[Migration],
    has_objects: impl Fn(&Record) -> bool,
) -> Result<Outcome, String> {
    let had = registry.migration_tags.get(script);
    let skip = had
        .and_then(|tag| migrations.iter().position(|migration| migration.tag == *tag))
        .map_or(0, |last| last + 1);
    let mut outcome = Outcome::default();
    for migration in &migrations[skip..] {
        for change in &migration.changes {
            if let Some(record) = apply_change(registry, script, change, &has_objects)
                .map_err(|cause| format!("migration {}: {cause}", migration.tag))?
            {
                outcome.removed.push(record);
            }
        }
        registry.migration_tags.insert(script.to_owned(), migration.tag.clone());
        outcome.applied.push(migration.tag.clone());
    }
    // Both backends are SQLite here, so a class may change its limits by an edit of a migration it has had.
    for change in migrations.iter().flat_map(|migration| &migration.changes) {
        if let Change::New { class, backend } = change
            && let Some(record) = registry.find_mut(script, class)
        {
            record.backend = *backend;
        }
    }
    Ok(outcome)
}

fn apply_change(
    registry: &mut Registry,
    script: &str,
    change: &Change,
    has_objects: &impl Fn(&Record) -> bool,
) -> Result<Option<Record>, String> {
    let (from_script, from, to) = match change {
        Change::New { class, backend } => {
            if registry.find(script, class).is_none() {
                registry.create(script, class, *backend);
            }
            return Ok(None);
        }
        Change::Deleted { class } => return Ok(registry.remove(script, class)),
        Change::Renamed { from, to } => (script, from, to),
        Change::Transferred { from_script, from, to } => (from_script.as_str(), from, to),
    };
    if registry.find(from_script, from).is_none() {
        // It was never used here, or this migration was applied before: the new name starts out empty or has it all.
        return Ok(None);
    }
    let replaced = match registry.find(script, to) {
        Some(target) if has_objects(target) => {
            return Err(format!("class {to} of {script} has objects, so {from} cannot take its name"));
        }
        Some(_) => registry.remove(script, to),
        None => None,
    };
    let record = registry.find_mut(from_script, from).expect("it was found above");
    script.clone_into(&mut record.script);
    to.clone_into(&mut record.class);
    Ok(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(class: &str) -> Change {
        Change::New { class: class.into(), backend: Backend::KeyValue }
    }

    fn migration(tag: &str, changes: &[Change]) -> Migration {
        Migration { tag: tag.into(), changes: changes.to_vec() }
    }

    /// Applies migrations and shows what exists: `script/class=key`.
    fn check(registry: &mut Registry, script: &str, migrations: &[Migration], expected: &[&str]) {
        apply(registry, script, migrations, |_| false).unwrap();
        let found: Vec<String> = registry
            .namespaces
            .iter()
            .map(|record| format!("{}/{}={}", record.script, record.class, record.unique_key))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn classes_keep_their_keys_through_all_kinds_of_migration() {
        let mut registry = Registry::default();
        let first = migration("v1", &[new("Room"), new("User")]);
        check(
            &mut registry,
            "chat",
            std::slice::from_ref(&first),
            &["chat/Room=chat-Room", "chat/User=chat-User"],
        );
        let rename = Change::Renamed { from: "Room".into(), to: "Hall".into() };
        let second = migration("v2", &[rename, Change::Deleted { class: "User".into() }]);
        check(&mut registry, "chat", &[first.clone(), second.clone()], &["chat/Hall=chat-Room"]);
        // What was applied is not applied again.
        check(&mut registry, "chat", &[first, second], &["chat/Hall=chat-Room"]);
        let transfer =
            Change::Transferred { from_script: "chat".into(), from: "Hall".into(), to: "Lounge".into() };
        check(&mut registry, "talk", &[migration("t1", &[transfer])], &["talk/Lounge=chat-Room"]);
    }

    #[test]
    fn a_rename_does_not_hide_objects_of_the_new_name() {
        let mut registry = Registry::default();
        registry.create("chat", "Room", Backend::Sqlite);
        registry.create("chat", "Hall", Backend::Sqlite);
        let rename = Change::Renamed { from: "Room".into(), to: "Hall".into() };
        let migrations = [migration("v1", &[rename])];
        let refused = apply(&mut registry.clone(), "chat", &migrations, |_| true).unwrap_err();
        assert_eq!(refused, "migration v1: class Hall of chat has objects, so Room cannot take its name");
        let outcome = apply(&mut registry, "chat", &migrations, |_| false).unwrap();
        assert_eq!(outcome.removed.len(), 1);
        assert_eq!(registry.find("chat", "Hall").unwrap().unique_key, "chat-Room");
    }

    #[test]
    fn a_backend_follows_the_configuration() {
        let mut registry = Registry::default();
        check(&mut registry, "chat", &[migration("v1", &[new("Room")])], &["chat/Room=chat-Room"]);
        let sqlite = Change::New { class: "Room".into(), backend: Backend::Sqlite };
        check(&mut registry, "chat", &[migration("v1", &[sqlite])], &["chat/Room=chat-Room"]);
        assert_eq!(registry.find("chat", "Room").unwrap().backend, Backend::Sqlite);
    }
}
