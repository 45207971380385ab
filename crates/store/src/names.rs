//! Names of objects, noted when an object has its first event: a name cannot be found from an id, and an object that
//! stores nothing has no file to keep it in.
//!
//! One file per namespace, only ever appended to: a line is an id, a space, and the name as a JSON string. What is
//! appended is not waited for; after a crash the newest lines may be missing or torn, and the next event brings them again.
//! The file is read once; after that a name is found by its place, and no file is touched for an object without one.

use holdfast_core::id::ObjectId;
use std::collections::HashMap;
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
    /// Where each id's line begins, by the first bytes of the id, which are as good as random; none until the file has
    /// been read.
    known: Option<HashMap<u64, u64>>,
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
        if self.known(&mut state)?.contains_key(&id.spread()) {
            return Ok(());
        }
        let name = serde_json::to_string(name).map_err(io::Error::other)?;
        let line = format!("{id} {name}\n");
        let (file, end) = self.appending(&mut state)?;
        file.write_at(line.as_bytes(), *end)?;
        let begin = *end;
        *end += line.len() as u64;
        self.known(&mut state)?.insert(id.spread(), begin);
        Ok(())
    }

    /// The name that was noted for an id.
    pub(crate) fn find(&self, id: ObjectId) -> io::Result<Option<String>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(begin) = self.known(&mut state)?.get(&id.spread()).copied() else { return Ok(None) };
        let (file, end) = self.appending(&mut state)?;
        let mut line = Vec::new();
        let mut chunk = [0; 256];
        while !line.contains(&b'\n') && begin + (line.len() as u64) < *end {
            let read = file.read_at(&mut chunk, begin + line.len() as u64)?;
            if read == 0 {
                break;
            }
            line.extend_from_slice(&chunk[..read]);
        }
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        Ok(str::from_utf8(line).ok().and_then(named).filter(|(found, _)| *found == id).map(|(_, name)| name))
    }

    /// All names that were noted.
    pub(crate) fn all(&self) -> io::Result<HashMap<ObjectId, String>> {
        let mut names = HashMap::new();
        self.each(|_, id, name| {
            names.insert(id, name);
        })?;
        Ok(names)
    }

    fn known<'s>(&self, state: &'s mut State) -> io::Result<&'s mut HashMap<u64, u64>> {
        if state.known.is_none() {
            let mut known = HashMap::new();
            self.each(|begin, id, _| {
                known.insert(id.spread(), begin);
            })?;
            state.known = Some(known);
        }
        Ok(state.known.as_mut().expect("it was just read"))
    }

    fn appending<'s>(&self, state: &'s mut State) -> io::Result<&'s mut (Arc<dyn DiskFile>, u64)> {
        if state.appending.is_none() {
            state.appending = Some(self.open()?);
        }
        Ok(state.appending.as_mut().expect("it was just opened"))
    }

    /// Every whole line: where it begins, and what it says.
    fn each(&self, mut see: impl FnMut(u64, ObjectId, String)) -> io::Result<()> {
        let content = match disk::read(&*self.disk, &self.file) {
            Ok(content) => content,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut begin = 0;
        for line in content.split(|byte| *byte == b'\n') {
            if let Some((id, name)) = str::from_utf8(line).ok().and_then(named) {
                see(begin, id, name);
            }
            begin += line.len() as u64 + 1;
        }
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

/// What a line says; one that a crash cut short is no JSON, and says nothing.
fn named(line: &str) -> Option<(ObjectId, String)> {
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
        names.note(one, "one").unwrap();
        assert_eq!(names.find(one).unwrap().as_deref(), Some("one"), "the next event brings it again");
        assert_eq!(names_in(folder.path()).all().unwrap().len(), 2);
    }

    #[test]
    fn long_names_are_found_among_others() {
        let folder = tempfile::tempdir().unwrap();
        let names = names_in(folder.path());
        let namespace = Namespace::new("worker-Room");
        let name = |number: usize| format!("{number} {}", "é\n".repeat(number * 13));
        for number in 0..50 {
            names.note(namespace.id_from_name(&name(number)), &name(number)).unwrap();
        }
        for names in [names, names_in(folder.path())] {
            for number in 0..50 {
                let found = names.find(namespace.id_from_name(&name(number))).unwrap();
                assert_eq!(found, Some(name(number)));
            }
            assert_eq!(names.find(namespace.id_from_name("another")).unwrap(), None);
        }
    }
}
