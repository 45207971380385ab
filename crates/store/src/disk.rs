//! The one door to the disk.
//!
//! Promises that every byte the store reads or writes, SQLite's own included, passes a [`Disk`]. The real one is
//! [`RealDisk`]; tests bring one that fails, forgets what was not synced, and tears ([`SimulatedDisk`]).
//!
//! A write is durable once its file was synced, and a name (of a file made, renamed or removed) once its directory was.

mod random;
mod real;
mod simulated;

use std::{ffi::OsString, fmt::Debug, io, path::Path, sync::Arc};

pub use random::Random;
pub use real::RealDisk;
pub use simulated::{Fault, SimulatedDisk};

/// Whether a missing file is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Create it.
    Create,
    /// Fail with [`io::ErrorKind::NotFound`].
    Refuse,
}

/// What a lock on a file came to.
#[derive(Debug)]
pub enum Lock {
    /// This process has it, for as long as this lives.
    Held(Box<dyn Held>),
    /// Another process has it; what it wrote into the file.
    Taken(String),
}

/// Something that lasts until it is dropped.
pub trait Held: Debug + Send + Sync {}

/// A place for files. Paths are absolute, or relative to the working directory.
pub trait Disk: Debug + Send + Sync {
    /// Opens a file for reading and writing.
    fn open(&self, path: &Path, missing: Missing) -> io::Result<Arc<dyn DiskFile>>;
    /// Whether there is a file or directory of that name.
    fn exists(&self, path: &Path) -> io::Result<bool>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes a directory with all that is in it.
    fn remove_all(&self, path: &Path) -> io::Result<()>;
    /// Gives a file or directory another name; a file that has it goes.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Creates a directory.
    fn create_directory(&self, path: &Path) -> io::Result<()>;
    /// Creates a directory and those above it.
    fn create_directories(&self, path: &Path) -> io::Result<()>;
    /// The names in a directory, in no order.
    fn list(&self, path: &Path) -> io::Result<Vec<OsString>>;
    /// Makes the names in a directory durable.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
    /// All of the file system that a path is on; `None` where it cannot be synced as a whole. To be opened before what it
    /// is to sync is written.
    fn file_system(&self, path: &Path) -> io::Result<Option<Box<dyn FileSystem>>>;
    /// Takes a file for this process, and writes `holder` into it.
    fn lock(&self, path: &Path, holder: &str) -> io::Result<Lock>;
}

/// A file system.
pub trait FileSystem: Debug + Send + Sync {
    /// Makes everything durable: files and names. Fails when something that was written is lost.
    fn sync(&self) -> io::Result<()>;
}

/// An open file.
pub trait DiskFile: Debug + Send + Sync {
    /// Reads as much as there is, and returns how much that was.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all of it.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Cuts the file off, or makes it longer with zeros.
    fn set_len(&self, len: u64) -> io::Result<()>;
    /// How long the file is.
    fn size(&self) -> io::Result<u64>;
    /// Makes what was written durable, but not the file's name.
    fn sync(&self) -> io::Result<()>;
}

/// The whole content of a file.
pub(crate) fn read(disk: &dyn Disk, path: &Path) -> io::Result<Vec<u8>> {
    let file = disk.open(path, Missing::Refuse)?;
    let len = usize::try_from(file.size()?).map_err(io::Error::other)?;
    let mut content = vec![0; len];
    let read = file.read_at(&mut content, 0)?;
    content.truncate(read);
    Ok(content)
}

/// Gives a file new content, durably and all at once: after a crash it is the old one or the new one.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    let file = disk.open(&draft, Missing::Create)?;
    file.set_len(0)?;
    file.write_at(content, 0)?;
    file.sync()?;
    disk.rename(&draft, path)?;
    disk.sync_directory(parent(path))
}

/// The directory a file is in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
