//! The state directory: its layout, its version and who holds it.
//!
//! Promises that at most one process uses a directory, and that a file replaced through [`replace_file`] is, after
//! a crash, the old one or the new one and never half of either.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use crate::error::{Error, Kind, Result};

/// The version of the layout this code writes, and the newest it reads.
const FORMAT: u32 = 1;
const FORMAT_PREFIX: &str = "holdfast state ";

/// A state directory that this process holds.
#[derive(Debug)]
pub(crate) struct Directory {
    root: PathBuf,
    // The lock ends when the file is closed.
    _lock: File,
}

impl Directory {
    /// Creates the directory where needed and takes it for this process.
    pub(crate) fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(|error| unusable(&error, root))?;
        let lock = lock(root)?;
        check_format(root)?;
        let directory = Self { root: root.to_owned(), _lock: lock };
        create_directory(&directory.objects())?;
        directory.empty_trash()?;
        Ok(directory)
    }

    /// Where the directories of the namespaces are.
    pub(crate) fn objects(&self) -> PathBuf {
        self.root.join("do")
    }

    /// The list of namespaces.
    pub(crate) fn namespaces_file(&self) -> PathBuf {
        self.root.join("namespaces.json")
    }

    /// Moves the directory of a namespace out of the way. What is in the trash is gone: at the latest the next
    /// opening removes it.
    pub(crate) fn discard_objects(&self, name: &str) -> Result<()> {
        let trash = self.trash();
        create_directory(&trash)?;
        let from = self.objects().join(name);
        let to = (0_u32..)
            .map(|number| trash.join(format!("{name}.{number}")))
            .find(|candidate| !candidate.exists())
            .expect("some number is free");
        match fs::rename(&from, &to) {
            Ok(()) => sync_directory(&self.objects()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::io(&error, "remove the objects in", &from)),
        }
    }

    /// Removes for good what was discarded.
    pub(crate) fn empty_trash(&self) -> Result<()> {
        let trash = self.trash();
        match fs::remove_dir_all(&trash) {
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
pub(crate) fn create_directory(path: &Path) -> Result<()> {
    match fs::create_dir(path) {
        Ok(()) => sync_directory(path.parent().unwrap_or(path)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::io(&error, "create directory", path)),
    }
}

/// Gives a file new content, durably and all at once.
pub(crate) fn replace_file(path: &Path, content: &[u8]) -> Result<()> {
    let draft = path.with_extension("new");
    let write = || -> io::Result<()> {
        let mut file = File::create(&draft)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    };
    write().map_err(|error| Error::io(&error, "write", path))?;
    sync_directory(path.parent().unwrap_or(path))
}

fn sync_directory(path: &Path) -> Result<()> {
    File::open(path)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| Error::io(&error, "sync directory", path))
}

fn lock(root: &Path) -> Result<File> {
    let path = root.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| unusable(&error, root))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // The pid only makes the message better, so one that cannot be read is left out.
            let _unread = file.read_to_string(&mut holder);
            let pid: Option<u32> = holder.trim().parse().ok();
            let who = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
            let doing = format!("use state directory {}", root.display());
            return Err(Error::new(Kind::InUse(pid), doing, format!("{who} is using it")));
        }
        Err(TryLockError::Error(error)) => return Err(Error::io(&error, "lock", &path)),
    }
    let pid = format!("{}\n", std::process::id());
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(pid.as_bytes()))
        .map_err(|error| Error::io(&error, "write", &path))?;
    Ok(file)
}

fn check_format(root: &Path) -> Result<()> {
    let path = root.join("format");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return replace_file(&path, format!("{FORMAT_PREFIX}{FORMAT}\n").as_bytes());
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
