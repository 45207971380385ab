//! The state directory: its layout, its version and who holds it.
//!
//! Promises that at most one process uses a directory, and that a file replaced through [`replace_file`] is, after
//! a crash, the old one or the new one and never half of either.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    disk::{self, Disk, Held, Lock},
    error::{Error, Kind, Result},
};

/// The version of the layout this code writes, and the newest it reads.
const FORMAT: u32 = 1;
const FORMAT_PREFIX: &str = "holdfast state ";

/// A state directory that this process holds.
#[derive(Debug)]
pub(crate) struct Directory {
    disk: Arc<dyn Disk>,
    root: PathBuf,
    _lock: Box<dyn Held>,
}

impl Directory {
    /// Creates the directory where needed and takes it for this process.
    pub(crate) fn open(disk: Arc<dyn Disk>, root: &Path) -> Result<Self> {
        disk.create_directories(root).map_err(|error| unusable(&error, root))?;
        let lock = lock(&*disk, root)?;
        check_format(&*disk, root)?;
        let directory = Self { disk, root: root.to_owned(), _lock: lock };
        create_directory(&*directory.disk, &directory.objects())?;
        create_directory(&*directory.disk, &directory.journal())?;
        directory.empty_trash()?;
        Ok(directory)
    }

    /// Where it is.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the directories of the namespaces are.
    pub(crate) fn objects(&self) -> PathBuf {
        self.root.join("do")
    }

    /// Where the journal is.
    pub(crate) fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// Where the history is.
    pub(crate) fn history(&self) -> PathBuf {
        self.root.join("history")
    }

    /// The list of namespaces.
    pub(crate) fn namespaces_file(&self) -> PathBuf {
        self.root.join("namespaces.json")
    }

    /// Moves the directory of a namespace out of the way. What is in the trash is gone: at the latest the next
    /// opening removes it.
    pub(crate) fn discard_objects(&self, name: &str) -> Result<()> {
        let trash = self.trash();
        create_directory(&*self.disk, &trash)?;
        let from = self.objects().join(name);
        let to = (0_u32..)
            .map(|number| trash.join(format!("{name}.{number}")))
            .find(|candidate| !self.disk.exists(candidate).unwrap_or(false))
            .expect("some number is free");
        match self.disk.rename(&from, &to) {
            Ok(()) => sync_directory(&*self.disk, &self.objects()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::io(&error, "remove the objects in", &from)),
        }
    }

    /// Removes for good what was discarded.
    pub(crate) fn empty_trash(&self) -> Result<()> {
        let trash = self.trash();
        match self.disk.remove_all(&trash) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::io(&error, "remove deleted objects in", &trash))
            }
            _ => Ok(()),
        }
    }

    fn trash(&self) -> PathBuf {
        self.root.join("deleted")
    }
}

/// Creates a directory that is there after a crash.
pub(crate) fn create_directory(disk: &dyn Disk, path: &Path) -> Result<()> {
    match disk.create_directory(path) {
        Ok(()) => sync_directory(disk, disk::parent(path)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::io(&error, "create directory", path)),
    }
}

/// Gives a file new content, durably and all at once.
pub(crate) fn replace_file(disk: &dyn Disk, path: &Path, content: &[u8]) -> Result<()> {
    disk::replace(disk, path, content).map_err(|error| Error::io(&error, "write", path))
}

fn sync_directory(disk: &dyn Disk, path: &Path) -> Result<()> {
    disk.sync_directory(path).map_err(|error| Error::io(&error, "sync directory", path))
}

fn lock(disk: &dyn Disk, root: &Path) -> Result<Box<dyn Held>> {
    let path = root.join("lock");
    let pid = format!("{}\n", std::process::id());
    match disk.lock(&path, &pid).map_err(|error| unusable(&error, root))? {
        Lock::Held(held) => Ok(held),
        Lock::Taken(holder) => {
            let pid: Option<u32> = holder.trim().parse().ok();
            let who = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
            let doing = format!("use state directory {}", root.display());
            Err(Error::new(Kind::InUse(pid), doing, format!("{who} is using it")))
        }
    }
}

fn check_format(disk: &dyn Disk, root: &Path) -> Result<()> {
    let path = root.join("format");
    let text = match disk::read(disk, &path) {
        Ok(text) => String::from_utf8_lossy(&text).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return replace_file(disk, &path, format!("{FORMAT_PREFIX}{FORMAT}\n").as_bytes());
        }
        Err(error) => return Err(Error::io(&error, "read", &path)),
    };
    let doing = || format!("use state directory {}", root.display());
    match text.trim().strip_prefix(FORMAT_PREFIX).and_then(|version| version.parse::<u32>().ok()) {
        Some(version) if version > FORMAT => {
            let cause = format!("it has format {version}, this version reads up to {FORMAT}");
            Err(Error::new(Kind::NewerFormat(version), doing(), cause))
        }
        Some(_) => Ok(()),
        None => Err(Error::new(Kind::Corrupt, doing(), "its file `format` names no version")),
    }
}

fn unusable(error: &io::Error, root: &Path) -> Error {
    Error::io(error, "use state directory", root)
}
