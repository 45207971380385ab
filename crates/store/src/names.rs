//! Names of objects, noted when an object has its first event: a name cannot be found from an id, and an object that
//! stores nothing has no file to keep it in.
//!
//! One file per namespace, only ever appended to: a line is an id, a space, and the name as a JSON string. What is
//! appended is not waited for; after a crash the newest lines may be missing, and the next event brings them again.

use holdfast_core::id::ObjectId;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::disk::{self, Disk, DiskFile, Missing};

/// The names of one namespace.
#[derive(Debug)]
pub(crate) struct Names {
    disk: Arc<dyn Disk>,
    file: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The first bytes of the ids in the file, which are as good as random; none until the file has been read.
    known: Option<HashSet<u64>>,
    /// The file, and where its end is.
    appending: Option<(Arc<dyn DiskFile>, u64)>,
}

impl Names {
    pub(crate) fn new(disk: Arc<dyn Disk>, directory: &Path) -> Self {
        Self { disk, file: directory.join("names"), state: Mutex::default() }
    }

    /// Notes a name, unless it is there.
    pub(crate) fn note(&self, id: ObjectId, name: &str) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { known, appending } = &mut *state;
        let known = match known {
            Some(known) => known,
            None => known.insert(self.read_ids()?),
        };
        if known.contains(&id.spread()) {
            return Ok(());
        }
        let (file, end) = match appending {
            Some(appending) => appending,
            None => appending.insert(self.open()?),
        };
        let name = serde_json::to_string(name).map_err(io::Error::other)?;
        let line = format!("{id} {name}\n");
        file.write_at(line.as_bytes(), *end)?;
        *end += line.len() as u64;
        known.insert(id.spread());
        Ok(())
    }

    /// The name that was noted for an id.
    pub(crate) fn find(&self, id: ObjectId) -> io::Result<Option<String>> {
        let prefix = format!("{id} ");
        let mut found = None;
        self.each_line(|line| {
            if let Some(name) = line.strip_prefix(&prefix).and_then(|name| serde_json::from_str(name).ok()) {
                found = Some(name);
            }
        })?;
        Ok(found)
    }

    /// All names that were noted.
    pub(crate) fn all(&self) -> io::Result<HashMap<ObjectId, String>> {
        let mut names = HashMap::new();
        self.each_line(|line| names.extend(parse(line)))?;
        Ok(names)
    }

    fn read_ids(&self) -> io::Result<HashSet<u64>> {
        let mut known = HashSet::new();
        // A line that was cut short is not known: its name comes again.
        self.each_line(|line| known.extend(parse(line).map(|(id, _)| id.spread())))?;
        Ok(known)
    }

    /// A line that a crash cut short is no JSON, and so no name.
    fn each_line(&self, mut see: impl FnMut(&str)) -> io::Result<()> {
        let content = match disk::read(&*self.disk, &self.file) {
            Ok(content) => content,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        content.split(|byte| *byte == b'\n').filter_map(|line| str::from_utf8(line).ok()).for_each(&mut see);
        Ok(())
    }

    fn open(&self) -> io::Result<(Arc<dyn DiskFile>, u64)> {
        if let Some(directory) = self.file.parent() {
            self.disk.create_directories(directory)?;
        }
        let file = self.disk.open(&self.file, Missing::Create)?;
        let mut end = file.size()?;
        if end > 0 {
            // Ends a line that a crash cut short; an empty line means nothing.
            file.write_at(b"\n", end)?;
            end += 1;
        }
        Ok((file, end))
    }
}

/// The id and the name in a line that is whole.
fn parse(line: &str) -> Option<(ObjectId, String)> {
    let (id, name) = line.split_once(' ')?;
    Some((ObjectId::from_trusted_bytes(bytes_of(id)?), serde_json::from_str(name).ok()?))
}

/// The bytes of an id in hexadecimal.
fn bytes_of(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::RealDisk;
    use holdfast_core::id::Namespace;

    fn names_in(directory: &Path) -> Names {
        Names::new(Arc::new(RealDisk), directory)
    }

    fn ids() -> (ObjectId, ObjectId) {
        let namespace = Namespace::new("worker-Room");
        (namespace.id_from_name("one"), namespace.id_from_name("two"))
    }

    #[test]
    fn a_name_is_found_by_another_process() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("room");
        let (one, two) = ids();
        let names = names_in(&directory);
        assert_eq!(names.find(one).unwrap(), None);
        names.note(one, "one \"quoted\"\nline").unwrap();
        names.note(one, "one \"quoted\"\nline").unwrap();
        let again = names_in(&directory);
        again.note(one, "ignored: it is there").unwrap();
        again.note(two, "two").unwrap();
        assert_eq!(again.find(one).unwrap().as_deref(), Some("one \"quoted\"\nline"));
        assert_eq!(names_in(&directory).find(two).unwrap().as_deref(), Some("two"));
        let lines = fs::read_to_string(directory.join("names")).unwrap();
        assert_eq!(lines.lines().filter(|line| !line.is_empty()).count(), 2, "{lines}");
    }

    #[test]
    fn a_line_cut_short_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = ids();
        fs::write(folder.path().join("names"), format!("{one} \"on")).unwrap();
        let names = names_in(folder.path());
        assert_eq!(names.find(one).unwrap(), None);
        names.note(two, "two").unwrap();
        assert_eq!(names.find(two).unwrap().as_deref(), Some("two"));
        names_in(folder.path()).note(one, "one").unwrap();
        assert_eq!(names.find(one).unwrap().as_deref(), Some("one"));
    }
}
