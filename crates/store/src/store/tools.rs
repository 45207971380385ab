//! What people ask about all objects: which classes there are, and what each holds.

use std::path::Path;

use holdfast_core::{alarm::Time, id::ObjectId};

use super::Store;
use crate::{
    disk::Missing,
    error::{Error, Result},
    image,
    namespaces::Namespace,
};

/// A class that has objects, or may have.
#[derive(Clone, Debug)]
pub struct Class {
    /// The Worker it belongs to.
    pub script: String,
    /// Its name there.
    pub class: String,
    /// Its objects.
    pub namespace: Namespace,
}

/// An object in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: ObjectId,
    /// The name it was called by, where one was noted.
    pub name: Option<String>,
    /// How long its database is.
    pub bytes: u64,
    /// When its alarm is due.
    pub alarm: Option<Time>,
}

impl Store {
    /// Whether there is a state directory at `root`.
    pub fn is_at(root: &Path) -> bool {
        root.join("format").is_file()
    }

    /// Where the state is.
    pub fn root(&self) -> &Path {
        self.0.directory.root()
    }

    /// All classes, in the order of their creation.
    pub fn classes(&self) -> Vec<Class> {
        let records = self.registry().namespaces.clone();
        let class = |record: super::Record| {
            let path = self.0.directory.objects().join(&record.directory);
            let disk = std::sync::Arc::clone(&self.0.disk);
            let namespace = Namespace::new(disk, &record.unique_key, record.backend, &path);
            Class { script: record.script, class: record.class, namespace }
        };
        records.into_iter().map(class).collect()
    }

    /// The objects of a namespace that have stored anything, by id. Opens none of their databases.
    pub fn list(&self, namespace: &Namespace) -> Result<Vec<Listed>> {
        let mut names = namespace.noted_names()?;
        let listed = |id: ObjectId| {
            let path = namespace.directory().join(image::file_name(id));
            let in_file = || match self.0.disk.open(&path, Missing::Refuse).and_then(|file| file.size()) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
                result => result.map_err(|error| Error::io(&error, "measure", &path)),
            };
            let bytes = match self.0.journal.len_of(&id) {
                Some(bytes) => bytes,
                None => in_file()?,
            };
            Ok(Listed { id, name: names.remove(&id), bytes, alarm: self.0.alarms.due(&id) })
        };
        self.objects(namespace)?.into_iter().map(listed).collect()
    }
}
