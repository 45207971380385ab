//! Which namespaces exist, and which migrations each script has had.
//!
//! Promises that the unique key and the directory of a namespace never change once it exists, whatever its class is
//! called later. Only decides: the store writes the result.

use std::collections::BTreeMap;

use holdfast_core::key_value::Backend;
use serde::{Deserialize, Serialize};

/// The content of `namespaces.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Registry {
    /// The namespaces, in the order of their creation.
    pub(crate) namespaces: Vec<Record>,
    /// The tag of the last migration each script has had.
    pub(crate) migration_tags: BTreeMap<String, String>,
}

/// One namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) unique_key: String,
    pub(crate) script: String,
    pub(crate) class: String,
    #[serde(with = "BackendName")]
    pub(crate) backend: Backend,
    pub(crate) directory: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Backend", rename_all = "kebab-case")]
enum BackendName {
    KeyValue,
    Sqlite,
}

impl Registry {
    pub(crate) fn find(&self, script: &str, class: &str) -> Option<&Record> {
        self.namespaces.iter().find(|record| record.script == script && record.class == class)
    }

    pub(crate) fn find_mut(&mut self, script: &str, class: &str) -> Option<&mut Record> {
        self.namespaces.iter_mut().find(|record| record.script == script && record.class == class)
    }

    /// Adds a namespace for a class that has none.
    pub(crate) fn create(&mut self, script: &str, class: &str, backend: Backend) -> &Record {
        debug_assert!(self.find(script, class).is_none(), "a class has one namespace");
        let wanted = format!("{script}-{class}");
        let unique_key = self.unused(&wanted, |record| &record.unique_key);
        let directory = self.unused(&file_name(&unique_key), |record| &record.directory);
        let (script, class) = (script.to_owned(), class.to_owned());
        self.namespaces.push(Record { unique_key, script, class, backend, directory });
        self.namespaces.last().expect("one was just added")
    }

    pub(crate) fn remove(&mut self, script: &str, class: &str) -> Option<Record> {
        let index =
            self.namespaces.iter().position(|record| record.script == script && record.class == class)?;
        Some(self.namespaces.remove(index))
    }

    /// The wanted text, with a number where a namespace that was renamed still has it. Letter case does not tell
    /// two apart, because some file systems do not either.
    fn unused(&self, wanted: &str, of: impl Fn(&Record) -> &String) -> String {
        let is_free = |text: &String| !self.namespaces.iter().any(|record| same_file(of(record), text));
        let numbered = (2_u32..).map(|number| format!("{wanted}-{number}"));
        std::iter::once(wanted.to_owned()).chain(numbered).find(is_free).expect("some number is free")
    }
}

fn same_file(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// A key as a name in a directory: bytes with a meaning to some file system are written `%xx`.
fn file_name(key: &str) -> String {
    let mut name = String::with_capacity(key.len());
    for (index, byte) in key.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'$' => name.push(char::from(byte)),
            b'.' if index > 0 => name.push('.'),
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_class_with_the_name_of_a_renamed_one_gets_a_key_of_its_own() {
        let mut registry = Registry::default();
        registry.create("chat", "Room", Backend::Sqlite);
        registry.find_mut("chat", "Room").unwrap().class = "Hall".into();
        let room = registry.create("chat", "Room", Backend::Sqlite).clone();
        assert_eq!(room.unique_key, "chat-Room-2");
        assert_eq!(registry.find("chat", "Hall").unwrap().unique_key, "chat-Room");
    }

    #[test]
    fn directories_are_safe_names_and_differ_without_letter_case() {
        let mut registry = Registry::default();
        let mut directory = |class: &str| registry.create("chat", class, Backend::Sqlite).directory.clone();
        assert_eq!(directory("Room"), "chat-Room");
        assert_eq!(directory("room"), "chat-room-2");
        assert_eq!(directory("../Räume"), "chat-..%2fR%c3%a4ume");
        assert_eq!(file_name(".."), "%2e.");
    }
}
