//! The whole content of a database, read from a file that another program made, to become an object's.
//!
//! Promises that the file is only read, with the log or the journal beside it; that what it yields is a sound database whose
//! pages are as long as all objects' are; and that the rows of the platform say whose it is from now on: its name, and
//! its alarm.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use holdfast_core::alarm::Time;
use rusqlite::Connection;

use crate::{
    database::Database,
    error::{Error, Kind, Result},
};

/// How long the pages of every object's database are, as the platform makes them.
const PAGE_BYTES: usize = 4096;

/// The largest database that is taken in: its pages are in memory, and in one record of the journal.
const CONTENT_BYTES_MAX: u64 = 1 << 30;

/// Every page of a database.
#[derive(Clone, Debug)]
pub struct Content {
    pub(crate) page_bytes: usize,
    pub(crate) pages: Vec<Arc<[u8]>>,
    pub(crate) alarm: Option<Time>,
}

/// What becomes of the rows that belong to the object rather than to its program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Identity<'a> {
    /// The object's name, where it is known. A name of another object is removed.
    pub name: Option<&'a str>,
    /// When an alarm is due that another file knows of. One in the database comes first.
    pub alarm: Option<Time>,
}

impl Content {
    /// Reads a database file and the log beside it. `scratch` is a directory for a copy, which is removed again.
    pub fn read(file: &Path, scratch: &Path, identity: Identity<'_>) -> Result<Self> {
        let failed = |error: io::Error| Error::io(&error, "read", file);
        let len = fs::metadata(file).map_err(failed)?.len();
        let corrupt = |cause: &str| Error::new(Kind::Corrupt, format!("import {}", file.display()), cause);
        if len == 0 {
            return Err(corrupt("it is empty"));
        }
        if len > CONTENT_BYTES_MAX {
            let cause = format!("it has {len} bytes, and at most {CONTENT_BYTES_MAX} can be taken in");
            return Err(Error::new(Kind::TooBig, format!("import {}", file.display()), cause));
        }
        let copy = Copy::of(file, scratch).map_err(failed)?;
        let refused = |error: rusqlite::Error| Error::sqlite(&error, format!("import {}", file.display()));
        let connection = normalised(&copy.0).map_err(refused)?;
        let sound: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(refused)?;
        if sound != "ok" {
            return Err(corrupt(&sound));
        }
        let alarm = identify(connection, identity).map_err(refused)?;
        let bytes = fs::read(&copy.0).map_err(failed)?;
        let pages = bytes.chunks_exact(PAGE_BYTES).map(Arc::from).collect();
        Ok(Self { page_bytes: PAGE_BYTES, pages, alarm })
    }

    /// When its alarm is due.
    pub fn alarm(&self) -> Option<Time> {
        self.alarm
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> u64 {
        (self.pages.len() * self.page_bytes) as u64
    }
}

/// Opens the copy with all that is in its log in it, and with pages of the right length.
fn normalised(copy: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(copy)?;
    // Leaving the mode of a write-ahead log takes what is in it into the file.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = OFF;")?;
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    if pragma("page_size")? != PAGE_BYTES as i64 || pragma("auto_vacuum")? != 0 {
        connection
            .execute_batch(&format!("PRAGMA auto_vacuum = 0; PRAGMA page_size = {PAGE_BYTES}; VACUUM;"))?;
    }
    Ok(connection)
}

/// Makes the rows of the object say whose they are, and returns its alarm.
fn identify(connection: Connection, identity: Identity<'_>) -> rusqlite::Result<Option<Time>> {
    let database = Database::new(connection)?;
    match identity.name {
        Some(name) => database.set_name(name)?,
        None => database.forget_name()?,
    }
    if let (None, Some(due)) = (database.alarm()?, identity.alarm) {
        database.set_alarm(Some(due))?;
    }
    database.alarm()
}

/// A copy of a database and of what is beside it, for as long as this lives: its log, or the journal that undoes what a
/// process did not come to the end of.
struct Copy(PathBuf);

impl Copy {
    fn of(file: &Path, scratch: &Path) -> io::Result<Self> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let copy = Self(scratch.join(format!("import-{}-{number}.sqlite", std::process::id())));
        copy_content(file, &copy.0)?;
        for ending in ["-wal", "-journal"] {
            match copy_content(&beside(file, ending), &beside(&copy.0, ending)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                copied => copied?,
            }
        }
        Ok(copy)
    }
}

/// Copies a file into a new one that is ours to write, though the other may be nobody's.
fn copy_content(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = File::open(from)?;
    let mut to = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    io::copy(&mut from, &mut to)?;
    Ok(())
}

impl Drop for Copy {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            // What is not there need not go; what stays is in nobody's way.
            let _ = fs::remove_file(beside(&self.0, ending));
        }
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The alarms, and the names as far as they are there, in the file that workerd keeps beside the objects of a namespace:
/// by the ids of the objects, as text.
pub fn scheduled(file: &Path, scratch: &Path) -> Result<Vec<(String, Time, Option<String>)>> {
    let failed =
        |error: rusqlite::Error| Error::sqlite(&error, format!("read the alarms in {}", file.display()));
    let copy = Copy::of(file, scratch).map_err(|error| Error::io(&error, "read", file))?;
    let connection = Connection::open(&copy.0).map_err(failed)?;
    let has = |sql: &str| connection.prepare(sql).and_then(|mut statement| statement.exists([]));
    if !has("SELECT 1 FROM sqlite_master WHERE name = '_cf_ALARM'").map_err(failed)? {
        return Ok(Vec::new());
    }
    // Older versions keep no names.
    let is_named =
        has("SELECT 1 FROM pragma_table_info('_cf_ALARM') WHERE name = 'actor_name'").map_err(failed)?;
    let name = if is_named { "actor_name" } else { "NULL" };
    let read = || {
        let sql = format!("SELECT actor_id, scheduled_time, {name} FROM _cf_ALARM");
        let mut statement = connection.prepare(&sql)?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, Time::from_nanoseconds(row.get(1)?), row.get(2)?)))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_copy_of_a_file_that_cannot_be_written_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file.sqlite");
        fs::write(&file, "content").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
        let copy = Copy::of(&file, folder.path()).unwrap();
        assert_eq!(fs::read(&copy.0).unwrap(), b"content");
        assert_eq!(fs::metadata(&copy.0).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
