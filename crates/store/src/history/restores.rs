//! Restores that are to take place when their objects next start, and since when there is a history.
//!
//! One small file of JSON, replaced durably: restores are few, and asked for by people or rarely by programs.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use holdfast_core::id::ObjectId;
use serde::{Deserialize, Serialize};

use crate::disk::{self, Disk};

/// A restore that was asked for: bookmarks as texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Where the object is to go back to.
    pub to: String,
    /// What leads back again.
    pub undo: String,
    /// Set when it begins: the object's commits after this one are the restore, should a crash leave its end unknown.
    #[serde(default)]
    pub begun_after: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Restores {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    pending: BTreeMap<String, Pending>,
}

impl Restores {
    pub(super) fn open(disk: Arc<dyn Disk>, path: &Path) -> io::Result<Self> {
        let pending = match disk::read(&*disk, path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::other)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error),
        };
        Ok(Self { disk, path: path.to_owned(), pending })
    }

    pub(crate) fn of(&self, id: &ObjectId) -> Option<&Pending> {
        // Most of the time there is none at all.
        if self.pending.is_empty() { None } else { self.pending.get(&id.to_string()) }
    }

    /// Whether a commit is the restore of its object, which has begun and not ended.
    pub(super) fn is_restore(&self, id: &ObjectId, commit: u64) -> bool {
        self.of(id).and_then(|pending| pending.begun_after).is_some_and(|after| commit > after)
    }

    /// Notes a restore, how far it has come, or that it took place; durable on return.
    pub(crate) fn set(&mut self, id: &ObjectId, pending: Option<Pending>) -> io::Result<()> {
        let mut changed = self.pending.clone();
        match pending {
            Some(pending) => drop(changed.insert(id.to_string(), pending)),
            None => drop(changed.remove(&id.to_string())),
        }
        if changed == self.pending {
            return Ok(());
        }
        let bytes = serde_json::to_vec_pretty(&changed).map_err(io::Error::other)?;
        disk::replace(&*self.disk, &self.path, &bytes)?;
        self.pending = changed;
        Ok(())
    }
}

/// Since which commit and time there is a history, where there is one.
pub(super) fn read_since(disk: &dyn Disk, path: &Path) -> io::Result<Option<(u64, i64)>> {
    match disk::read(disk, path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Notes since when there is a history, durably.
pub(super) fn write_since(disk: &dyn Disk, path: &Path, since: (u64, i64)) -> io::Result<()> {
    disk::replace(disk, path, &serde_json::to_vec(&since).map_err(io::Error::other)?)
}
