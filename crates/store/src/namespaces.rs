//! A namespace as the rest of the program holds it.

use std::{collections::HashMap, fmt, io, path::Path, sync::Arc};

use crate::error::{Error, Result};
use crate::{
    disk::Disk,
    image::{self, Image},
    journal::Journal,
    names::Names,
};
use holdfast_core::{id, key_value::Backend};

/// A namespace of objects. `Send` and `Sync`, cheap to clone. Stays valid when its class is renamed or transferred.
#[derive(Clone)]
pub struct Namespace(Arc<Inner>);

struct Inner {
    unique_key: Arc<str>,
    backend: Backend,
    directory: Box<Path>,
    ids: id::Namespace,
    names: Names,
}

impl Namespace {
    pub(crate) fn new(disk: Arc<dyn Disk>, unique_key: &str, backend: Backend, directory: &Path) -> Self {
        Self(Arc::new(Inner {
            unique_key: unique_key.into(),
            backend,
            directory: directory.into(),
            ids: id::Namespace::new(unique_key),
            names: Names::new(disk, directory),
        }))
    }

    /// What the ids of the namespace are derived from: `<script>-<class>` as they were at its creation.
    pub fn unique_key(&self) -> &str {
        &self.0.unique_key
    }

    /// Which limits its objects have.
    pub fn backend(&self) -> Backend {
        self.0.backend
    }

    /// Makes and checks ids.
    pub fn ids(&self) -> &id::Namespace {
        &self.0.ids
    }

    /// Notes the name of an object at its first event, so that the object knows it whoever calls it later.
    pub fn note_name(&self, id: id::ObjectId, name: &str) -> Result<()> {
        self.0.names.note(id, name).map_err(|error| self.failed(&error, "note a name in"))
    }

    /// The name noted for an object, if there is one.
    pub fn noted_name(&self, id: id::ObjectId) -> Result<Option<String>> {
        self.0.names.find(id).map_err(|error| self.failed(&error, "read names in"))
    }

    /// All names that were noted, by the ids of their objects.
    pub fn noted_names(&self) -> Result<HashMap<id::ObjectId, String>> {
        self.0.names.all().map_err(|error| self.failed(&error, "read names in"))
    }

    /// The pages of one of its objects.
    pub(crate) fn image(&self, journal: &Journal, id: id::ObjectId) -> Arc<Image> {
        journal.image(&self.0.unique_key, id, || self.0.directory.join(image::file_name(id)))
    }

    fn failed(&self, error: &io::Error, doing: &str) -> Error {
        Error::io(error, doing, &self.0.directory)
    }

    /// Where its objects' files are.
    pub(crate) fn directory(&self) -> &Path {
        &self.0.directory
    }
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Namespace({})", self.0.unique_key)
    }
}
