//! A namespace as the rest of the program holds it.

use std::{fmt, path::Path, sync::Arc};

use holdfast_core::{id, key_value::Backend};

/// A namespace of objects. `Send` and `Sync`, cheap to clone. Stays valid when its class is renamed or transferred.
#[derive(Clone)]
pub struct Namespace(Arc<Inner>);

struct Inner {
    unique_key: String,
    backend: Backend,
    directory: Box<Path>,
    ids: id::Namespace,
}

impl Namespace {
    pub(crate) fn new(unique_key: &str, backend: Backend, directory: &Path) -> Self {
        Self(Arc::new(Inner {
            unique_key: unique_key.to_owned(),
            backend,
            directory: directory.into(),
            ids: id::Namespace::new(unique_key),
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
