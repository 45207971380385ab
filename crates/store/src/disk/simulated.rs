//! A disk in memory that does what disks do to those who trust them.
//!
//! Promises the least that a real one promises, from a seed, so that a failure can be run again. What was not synced is
//! kept, lost or torn at a [`power_cut`](SimulatedDisk::power_cut), every write by itself; a name that was not synced
//! may be there or not. A sync that fails has lost what it should have kept, and another one does not bring it back.
//! For tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Disk, DiskFile, FileSystem, Held, Lock, Missing, Random};

/// Bytes that are written whole or not at all.
const SECTOR: usize = 512;

/// How the disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No space is left: what makes a file or makes one longer fails.
    Full,
    /// Writes and syncs fail.
    Broken,
    /// Reads fail too.
    Dead,
}

/// A disk in memory, as a machine has it until its power goes; clones are the same disk.
#[derive(Clone, Debug)]
pub struct SimulatedDisk {
    state: Arc<Mutex<State>>,
    life: u64,
}

#[derive(Debug)]
struct State {
    random: Random,
    /// What programs see, and what a power cut leaves.
    names: BTreeMap<PathBuf, usize>,
    synced_names: BTreeMap<PathBuf, usize>,
    directories: BTreeSet<PathBuf>,
    /// What was renamed since: at a power cut both names change or neither does.
    renamed: Vec<(PathBuf, PathBuf)>,
    files: Vec<Content>,
    /// Changed by every power cut: what belongs to an earlier one cannot do anything.
    life: u64,
    changes: u64,
    reads: u64,
    fault: Option<(u64, Fault)>,
    locked: BTreeSet<PathBuf>,
}

#[derive(Clone, Debug, Default)]
struct Content {
    seen: Vec<u8>,
    synced: Vec<u8>,
    unsynced: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Len(usize),
}

#[derive(Debug)]
struct SimulatedFile {
    disk: SimulatedDisk,
    file: usize,
}

#[derive(Debug)]
struct SimulatedLock {
    disk: SimulatedDisk,
    path: PathBuf,
}

impl Held for SimulatedLock {}

#[derive(Debug)]
struct SimulatedFileSystem(SimulatedDisk);

impl FileSystem for SimulatedFileSystem {
    fn sync(&self) -> io::Result<()> {
        let mut state = self.0.live()?;
        let result = state.change(false);
        (0..state.files.len()).for_each(|file| state.sync_content(file, result.is_ok()));
        if result.is_ok() {
            state.synced_names = state.names.clone();
            state.renamed.clear();
        }
        result
    }
}

impl Drop for SimulatedLock {
    fn drop(&mut self) {
        if let Ok(mut state) = self.disk.live() {
            state.locked.remove(&self.path);
        }
    }
}

impl SimulatedDisk {
    /// An empty disk whose accidents follow from `seed`.
    pub fn new(seed: u64) -> Self {
        let state = State {
            random: Random::new(seed),
            names: BTreeMap::new(),
            synced_names: BTreeMap::new(),
            directories: BTreeSet::from([PathBuf::from("/"), PathBuf::from(".")]),
            renamed: Vec::new(),
            files: Vec::new(),
            life: 0,
            changes: 0,
            reads: 0,
            fault: None,
            locked: BTreeSet::new(),
        };
        Self { state: Arc::new(Mutex::new(state)), life: 0 }
    }

    /// Fails from the `after`th change on, until [`SimulatedDisk::heal`].
    pub fn fail_after(&self, after: u64, fault: Fault) {
        let mut state = self.state();
        let at = state.changes + after;
        state.fault = Some((at, fault));
    }

    /// Ends a failure. What it lost stays lost.
    pub fn heal(&self) {
        self.state().fault = None;
    }

    /// How many changes there were: writes, syncs, names.
    pub fn changes(&self) -> u64 {
        self.state().changes
    }

    /// How many times a file was read from.
    pub fn reads(&self) -> u64 {
        self.state().reads
    }

    /// Takes the power away. The disk is that of the machine that starts then; this one, its open files and its locks
    /// are dead.
    #[must_use]
    pub fn power_cut(&self) -> Self {
        let mut state = self.state();
        state.life += 1;
        state.fault = None;
        state.locked.clear();
        for at in 0..state.files.len() {
            let mut content = std::mem::take(&mut state.files[at]);
            for change in std::mem::take(&mut content.unsynced) {
                state.survive(&mut content.synced, change);
            }
            content.seen = content.synced.clone();
            state.files[at] = content;
        }
        let renamed = std::mem::take(&mut state.renamed);
        for (from, to) in &renamed {
            if state.random.below(2) == 0 {
                state.sync_name(from);
                state.sync_name(to);
            }
        }
        let changed: Vec<PathBuf> = {
            let all = state.names.keys().chain(state.synced_names.keys());
            let differs = |path: &&PathBuf| state.names.get(*path) != state.synced_names.get(*path);
            let is_renamed = |path: &&PathBuf| renamed.iter().any(|(from, to)| from == *path || to == *path);
            all.filter(differs).filter(|path| !is_renamed(path)).cloned().collect()
        };
        for path in changed {
            if state.random.below(2) == 0 {
                state.sync_name(&path);
            }
        }
        state.names = state.synced_names.clone();
        Self { state: Arc::clone(&self.state), life: state.life }
    }

    /// What a file holds now.
    pub fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.state();
        Some(state.files[*state.names.get(path)?].seen.clone())
    }

    /// Changes a file behind everybody's back, durably.
    pub fn tamper(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        let Some(&file) = state.names.get(path) else { return };
        let content = &mut state.files[file];
        change(&mut content.seen);
        content.synced = content.seen.clone();
        content.unsynced.clear();
        state.sync_name(path);
    }

    /// The files there are.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.state().names.keys().cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The disk, unless the machine is dead.
    fn live(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state();
        if state.life == self.life {
            Ok(state)
        } else {
            Err(io::Error::other("this machine has no power any more"))
        }
    }
}

impl State {
    /// What becomes of an unsynced change when the power goes.
    fn survive(&mut self, synced: &mut Vec<u8>, change: Change) {
        match change {
            Change::Len(len) => {
                if self.random.below(2) == 0 {
                    synced.resize(len, 0);
                }
            }
            Change::Write(offset, bytes) => match self.random.below(3) {
                0 => {}
                1 => write(synced, offset, &bytes),
                _ => {
                    let mut at = 0;
                    while at < bytes.len() {
                        let end = bytes.len().min(at + SECTOR - (offset + at) % SECTOR);
                        if self.random.below(2) == 0 {
                            write(synced, offset + at, &bytes[at..end]);
                        }
                        at = end;
                    }
                }
            },
        }
    }

    /// What becomes of a file's unsynced changes when it is synced. A sync that fails loses what a power cut may.
    fn sync_content(&mut self, file: usize, is_done: bool) {
        let content = &mut self.files[file];
        let (unsynced, mut synced) =
            (std::mem::take(&mut content.unsynced), std::mem::take(&mut content.synced));
        for change in unsynced {
            match change {
                change if !is_done => self.survive(&mut synced, change),
                Change::Len(len) => synced.resize(len, 0),
                Change::Write(offset, bytes) => write(&mut synced, offset, &bytes),
            }
        }
        self.files[file].synced = synced;
    }

    /// Counts a change, and fails it where it is to fail.
    fn change(&mut self, grows: bool) -> io::Result<()> {
        self.changes += 1;
        match self.fault {
            Some((at, Fault::Full)) if self.changes > at && grows => Err(io::ErrorKind::StorageFull.into()),
            Some((at, Fault::Broken | Fault::Dead)) if self.changes > at => Err(broken()),
            _ => Ok(()),
        }
    }

    fn read(&self) -> io::Result<()> {
        match self.fault {
            Some((at, Fault::Dead)) if self.changes > at => Err(broken()),
            _ => Ok(()),
        }
    }

    fn sync_name(&mut self, path: &Path) {
        match self.names.get(path) {
            Some(file) => self.synced_names.insert(path.to_owned(), *file),
            None => self.synced_names.remove(path),
        };
    }

    fn in_directory(&self, path: &Path) -> io::Result<()> {
        let parent = super::parent(path);
        if self.directories.contains(parent) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

fn broken() -> io::Error {
    io::Error::other("input/output error")
}

fn write(content: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[offset..end].copy_from_slice(bytes);
}

fn size(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(io::Error::other)
}

impl Disk for SimulatedDisk {
    fn open(&self, path: &Path, missing: Missing) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.live()?;
        state.read()?;
        let file = match state.names.get(path) {
            Some(file) => *file,
            None if missing == Missing::Refuse => return Err(io::ErrorKind::NotFound.into()),
            None => {
                state.in_directory(path)?;
                state.change(true)?;
                state.files.push(Content::default());
                let file = state.files.len() - 1;
                state.names.insert(path.to_owned(), file);
                file
            }
        };
        Ok(Arc::new(SimulatedFile { disk: self.clone(), file }))
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        let state = self.live()?;
        state.read()?;
        Ok(state.names.contains_key(path) || state.directories.contains(path))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.live()?;
        state.change(false)?;
        state.names.remove(path).map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn remove_all(&self, path: &Path) -> io::Result<()> {
        let mut state = self.live()?;
        if !state.directories.contains(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.change(false)?;
        state.names.retain(|name, _| !name.starts_with(path));
        state.directories.retain(|name| !name.starts_with(path));
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.live()?;
        state.change(false)?;
        if state.directories.remove(from) {
            // Directories are not what is tested here: their names last at once, with those in them.
            let moved = |path: &Path| path.strip_prefix(from).map(|rest| to.join(rest)).ok();
            state.directories.insert(to.to_owned());
            let State { names, synced_names, .. } = &mut *state;
            for map in [names, synced_names] {
                *map = std::mem::take(map)
                    .into_iter()
                    .map(|(path, file)| (moved(&path).unwrap_or(path), file))
                    .collect();
            }
            return Ok(());
        }
        let file = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), file);
        state.renamed.push((from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        let mut state = self.live()?;
        if state.directories.contains(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.in_directory(path)?;
        state.change(true)?;
        state.directories.insert(path.to_owned());
        Ok(())
    }

    fn create_directories(&self, path: &Path) -> io::Result<()> {
        let mut state = self.live()?;
        state.change(true)?;
        for directory in path.ancestors() {
            state.directories.insert(directory.to_owned());
        }
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let state = self.live()?;
        state.read()?;
        if !state.directories.contains(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let all = state.names.keys().chain(&state.directories);
        let inside = all.filter(|name| name.parent() == Some(path));
        Ok(inside.filter_map(|name| name.file_name()).map(OsString::from).collect())
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        let mut state = self.live()?;
        state.change(false)?;
        let all = state.names.keys().chain(state.synced_names.keys());
        let inside: Vec<PathBuf> = all.filter(|name| name.parent() == Some(path)).cloned().collect();
        inside.iter().for_each(|name| state.sync_name(name));
        state.renamed.retain(|(from, _)| from.parent() != Some(path));
        Ok(())
    }

    fn file_system(&self, _: &Path) -> io::Result<Option<Box<dyn FileSystem>>> {
        Ok(Some(Box::new(SimulatedFileSystem(self.clone()))))
    }

    fn lock(&self, path: &Path, _: &str) -> io::Result<Lock> {
        let mut state = self.live()?;
        if !state.locked.insert(path.to_owned()) {
            return Ok(Lock::Taken("1\n".to_owned()));
        }
        Ok(Lock::Held(Box::new(SimulatedLock { disk: self.clone(), path: path.to_owned() })))
    }
}

impl SimulatedFile {
    fn with<R>(&self, act: impl FnOnce(&mut State) -> io::Result<R>) -> io::Result<R> {
        let mut state = self.disk.live()?;
        act(&mut state)
    }
}

impl DiskFile for SimulatedFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.with(|state| {
            state.read()?;
            state.reads += 1;
            let content = &state.files[self.file].seen;
            let start = size(offset)?.min(content.len());
            let end = content.len().min(start + buffer.len());
            buffer[..end - start].copy_from_slice(&content[start..end]);
            Ok(end - start)
        })
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.with(|state| {
            let offset = size(offset)?;
            let grows = offset + bytes.len() > state.files[self.file].seen.len();
            let result = state.change(grows);
            // A write that fails may have been done in part.
            let written = if result.is_ok() { bytes.len() } else { state.random.below(bytes.len() + 1) };
            let content = &mut state.files[self.file];
            if !grows || result.is_ok() {
                write(&mut content.seen, offset, &bytes[..written]);
                content.unsynced.push(Change::Write(offset, bytes[..written].to_vec()));
            }
            result
        })
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.with(|state| {
            let len = size(len)?;
            state.change(len > state.files[self.file].seen.len())?;
            let content = &mut state.files[self.file];
            content.seen.resize(len, 0);
            content.unsynced.push(Change::Len(len));
            Ok(())
        })
    }

    fn size(&self) -> io::Result<u64> {
        self.with(|state| {
            state.read()?;
            Ok(state.files[self.file].seen.len() as u64)
        })
    }

    fn sync(&self) -> io::Result<()> {
        self.with(|state| {
            let result = state.change(false);
            state.sync_content(self.file, result.is_ok());
            result
        })
    }
}
