//! The files that recovered records go into.
//!
//! Promises that a file changes only after whoever observes records has kept what undoes the change, so that a recovery
//! which is cut short finds, when it begins again, what it found before. For that the pages of many records wait in
//! memory, the newest of each, and go to the files together:
//!
//! ```text
//!   record ─► what its pages are now (before) ─► waiting ─► much, or the end: Observer::before_writing ─► the files
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use holdfast_core::id::ObjectId;

use super::{
    super::{Observer, checkpoint::FILES_SYNCED_EACH_MAX, record::Record},
    Directories, Recovered,
};
use crate::{
    disk::{self, Disk, DiskFile, FileSystem, Missing},
    error::{Error, Result},
    image::{Before, Page},
};

/// Files that are open at once while records go into them.
const FILES_OPEN_MAX: usize = 256;

/// See the module.
pub(super) struct Files<'a> {
    disk: &'a dyn Disk,
    directories: Directories<'a>,
    observer: &'a dyn Observer,
    files: BTreeMap<ObjectId, File>,
    open: usize,
    waiting_bytes: usize,
    waiting_bytes_max: usize,
    pub(super) recovered: Recovered,
}

struct File {
    path: PathBuf,
    file: Option<Arc<dyn DiskFile>>,
    /// The pages that are not in it yet, and how long each is.
    waiting: BTreeMap<u32, Page>,
    page_bytes: u64,
    /// How long it is to be, once a record has said so.
    len: Option<u64>,
}

impl<'a> Files<'a> {
    pub(super) fn new(
        disk: &'a dyn Disk,
        directories: Directories<'a>,
        observer: &'a dyn Observer,
        waiting_bytes_max: usize,
    ) -> Self {
        Self {
            disk,
            directories,
            observer,
            files: BTreeMap::new(),
            open: 0,
            waiting_bytes: 0,
            waiting_bytes_max,
            recovered: Recovered::default(),
        }
    }

    /// Takes a record, the next in order. What waits goes to the files when it is much.
    pub(super) fn take(&mut self, record: &Record) -> Result<()> {
        self.observer.recovering(record, &mut || self.before(record))?;
        let waiting_bytes = match self.file(record) {
            None => {
                self.recovered.skipped += 1;
                0
            }
            Some(file) => {
                let waiting_before = file.waiting_bytes();
                file.page_bytes = u64::from(record.page_bytes);
                file.waiting.split_off(&(record.page_count + 1));
                file.waiting.extend(record.pages.iter().cloned());
                file.len = Some(u64::from(record.page_count) * file.page_bytes);
                let waiting_bytes = file.waiting_bytes();
                self.recovered.records += 1;
                self.waiting_bytes = self.waiting_bytes + waiting_bytes - waiting_before;
                self.waiting_bytes
            }
        };
        self.observer.recovered(record);
        if waiting_bytes > self.waiting_bytes_max { self.write() } else { Ok(()) }
    }

    /// The file of a record's object; `None` when its namespace is gone.
    fn file(&mut self, record: &Record) -> Option<&mut File> {
        match self.files.entry(record.id) {
            std::collections::btree_map::Entry::Occupied(entry) => Some(entry.into_mut()),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let path = (self.directories)(&record.namespace)?.join(crate::image::file_name(record.id));
                self.recovered.objects += 1;
                Some(entry.insert(File {
                    path,
                    file: None,
                    waiting: BTreeMap::new(),
                    page_bytes: u64::from(record.page_bytes),
                    len: None,
                }))
            }
        }
    }

    /// What the pages are that a record is about to change.
    fn before(&mut self, record: &Record) -> io::Result<Before> {
        self.keep_few_open();
        let (disk, mut opened) = (self.disk, 0);
        let file = self.file(record).ok_or_else(|| io::Error::other("its namespace is gone"))?;
        let stored = match file.open(disk, Missing::Refuse, &mut opened) {
            Ok(stored) => Some(stored),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let size = u64::from(record.page_bytes);
        let len = match (file.len, &stored) {
            (Some(len), _) => len,
            (None, Some(stored)) => stored.size()?,
            (None, None) => 0,
        };
        let page_count = u32::try_from(len / size).map_err(io::Error::other)?;
        let changed = record.pages.iter().map(|(number, _)| *number).filter(|number| *number <= page_count);
        let numbers: BTreeSet<u32> = changed.chain(record.page_count + 1..=page_count).collect();
        let read = |number: u32| -> io::Result<(u32, Page)> {
            if let Some(page) = file.waiting.get(&number) {
                return Ok((number, Arc::clone(page)));
            }
            let mut bytes = vec![0; record.page_bytes as usize];
            if let Some(stored) = &stored {
                stored.read_at(&mut bytes, u64::from(number - 1) * size)?;
            }
            Ok((number, bytes.into()))
        };
        let pages = numbers.into_iter().map(read).collect::<io::Result<_>>()?;
        self.open += opened;
        Ok(Before { page_count, pages })
    }

    /// Writes what waits to the files, once what undoes it is kept.
    fn write(&mut self) -> Result<()> {
        let waits = |file: &File| !file.waiting.is_empty();
        let ids: Vec<ObjectId> =
            self.files.iter().filter(|(_, file)| waits(file)).map(|(id, _)| *id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        self.observer.before_writing(&ids)?;
        for id in ids {
            self.keep_few_open();
            let file = self.files.get_mut(&id).expect("it was there a moment ago");
            let mut write = || -> io::Result<()> {
                let stored = file.open(self.disk, Missing::Create, &mut self.open)?;
                for (number, page) in std::mem::take(&mut file.waiting) {
                    stored.write_at(&page, u64::from(number - 1) * file.page_bytes)?;
                    self.recovered.bytes += page.len() as u64;
                }
                Ok(())
            };
            write().map_err(|error| Error::io(&error, "recover", &file.path))?;
        }
        self.waiting_bytes = 0;
        Ok(())
    }

    fn keep_few_open(&mut self) {
        if self.open >= FILES_OPEN_MAX {
            self.files.values_mut().for_each(|file| file.file = None);
            self.open = 0;
        }
    }

    /// Writes what still waits, and makes the files durable, names and all. Tells what was done.
    pub(super) fn finish(mut self, file_system: Option<&dyn FileSystem>) -> Result<Recovered> {
        self.write()?;
        let whole = file_system.filter(|_| self.files.len() > FILES_SYNCED_EACH_MAX);
        let mut directories = BTreeSet::new();
        for file in self.files.values() {
            let finish = || -> io::Result<()> {
                let stored = match &file.file {
                    Some(stored) => Arc::clone(stored),
                    None => self.disk.open(&file.path, Missing::Create)?,
                };
                let len = file.len.expect("a record of it was taken");
                if stored.size()? != len {
                    stored.set_len(len)?;
                }
                if whole.is_some() { Ok(()) } else { stored.sync() }
            };
            finish().map_err(|error| Error::io(&error, "recover", &file.path))?;
            directories.insert(disk::parent(&file.path).to_owned());
        }
        if let Some(whole) = whole {
            let directory = directories.first().map_or(Path::new("."), |path| path);
            whole.sync().map_err(|error| Error::io(&error, "sync the file system of", directory))?;
            return Ok(self.recovered);
        }
        directories.iter().try_for_each(|directory| {
            self.disk.sync_directory(directory).map_err(|error| Error::io(&error, "sync", directory))
        })?;
        Ok(self.recovered)
    }
}

impl File {
    fn waiting_bytes(&self) -> usize {
        // Pages of one database are all equally long.
        self.waiting.values().next().map_or(0, |page| page.len() * self.waiting.len())
    }

    /// The file, open; `opened` counts those that had to be opened.
    fn open(
        &mut self,
        disk: &dyn Disk,
        missing: Missing,
        opened: &mut usize,
    ) -> io::Result<Arc<dyn DiskFile>> {
        if let Some(file) = &self.file {
            return Ok(Arc::clone(file));
        }
        let file = disk.open(&self.path, missing)?;
        *opened += 1;
        self.file = Some(Arc::clone(&file));
        Ok(file)
    }
}
