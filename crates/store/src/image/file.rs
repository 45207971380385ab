//! What becomes of an image's durable pages: they go to the file, and the file becomes durable.
//!
//! Promises that a page stays in the layers until it is in the file, and its segment in the journal until it is durable
//! there. After a sync that failed the file is not trusted before its pages were taken back and written again.

use std::{collections::HashMap, io, sync::Arc};

use super::{Base, Image, Page, Waiting};
use crate::{
    disk::{DiskFile, Missing},
    error::Error,
    log,
};

/// Where the header of a database says how long a page is, and how long a header is.
const PAGE_BYTES: std::ops::Range<usize> = 16..18;
pub(super) const HEADER_BYTES: usize = 100;

/// What a sync is to reach.
#[derive(Debug)]
pub(crate) struct Unsynced {
    since: u64,
    pub(crate) is_name_unsynced: bool,
}

impl Image {
    /// The oldest segment this object still needs.
    pub(crate) fn needs_since(&self) -> Option<u64> {
        let layers = self.layers();
        [layers.unwritten_since, layers.unsynced_since].into_iter().flatten().min()
    }

    /// Whether nothing is lost when this is forgotten.
    pub(crate) fn is_clean(&self) -> bool {
        let layers = self.layers();
        !self.is_in_use()
            && !self.has_failed()
            && layers.pending.is_empty()
            && layers.unwritten_since.is_none()
            && layers.unsynced_since.is_none()
    }

    /// Writes the durable pages to the file.
    pub(crate) fn write_out(&self, secure: &dyn Fn() -> Result<(), Error>) -> io::Result<Waiting> {
        let (pages, count, page_bytes, since) = {
            let mut layers = self.layers();
            let Some(since) = layers.unwritten_since.take() else { return Ok(Waiting::NONE) };
            let mut pages: Vec<(u32, Page)> =
                layers.durable.iter().map(|(number, page)| (*number, Arc::clone(page))).collect();
            pages.sort_unstable_by_key(|(number, _)| *number);
            layers.unsynced_since = Some(layers.unsynced_since.map_or(since, |other| other.min(since)));
            (pages, layers.durable_count, layers.page_bytes as u64, since)
        };
        let write = || -> io::Result<()> {
            secure().map_err(io::Error::other)?;
            let file = self.base_to_write()?;
            for (number, page) in &pages {
                file.write_at(page, u64::from(*number - 1) * page_bytes)?;
            }
            let len = u64::from(count) * page_bytes;
            if file.size()? != len {
                file.set_len(len)?;
            }
            Ok(())
        };
        let result = write();
        let mut layers = self.layers();
        if let Err(error) = result {
            layers.unwritten_since = Some(layers.unwritten_since.map_or(since, |other| other.min(since)));
            return Err(error);
        }
        let before = layers.durable.len();
        for (number, page) in pages {
            let is_same = |other: Option<&Page>| other.is_some_and(|other| Arc::ptr_eq(other, &page));
            if is_same(layers.durable.get(&number)) {
                layers.durable.remove(&number);
            }
            if is_same(layers.committed.get(&number)) {
                layers.committed.remove(&number);
            }
        }
        let layers = &mut *layers;
        for map in [&mut layers.durable, &mut layers.committed] {
            if map.is_empty() {
                *map = HashMap::new();
            }
        }
        Ok(layers.waiting(before))
    }

    /// Whether what was written to the file may be lost, so that it must be taken back before another sync counts.
    pub(crate) fn is_suspect(&self) -> bool {
        self.layers().is_suspect
    }

    /// What of the file is to be made durable.
    pub(crate) fn unsynced(&self) -> Option<Unsynced> {
        let layers = self.layers();
        let since = layers.unsynced_since.filter(|_| !layers.is_suspect)?;
        Some(Unsynced { since, is_name_unsynced: layers.is_name_unsynced })
    }

    /// Makes what was written to the file durable, but not its name.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let file = match self.layers().base.file() {
            Some(file) => file,
            None => self.disk.open(&self.path, Missing::Refuse)?,
        };
        file.sync()
    }

    /// A sync failed that would have made what was written to the file durable.
    pub(crate) fn suspect(&self) {
        self.layers().is_suspect = true;
    }

    /// The file is durable, name and all. Only the checkpointer writes files, so nothing was written since the sync.
    pub(crate) fn synced(&self, synced: &Unsynced) {
        let mut layers = self.layers();
        if layers.unsynced_since == Some(synced.since) {
            layers.unsynced_since = None;
        }
        layers.is_name_unsynced = false;
    }

    /// A sync of the file failed, so that what was written may be lost: takes it back, from the journal's records of
    /// this object since `segment`.
    pub(crate) fn take_back(&self, pages: HashMap<u32, Page>, segment: u64) -> Waiting {
        let mut layers = self.layers();
        let before = layers.durable.len();
        layers.is_suspect = false;
        for (number, page) in pages {
            if number <= layers.durable_count {
                // What is in the layers is newer.
                layers.durable.entry(number).or_insert_with(|| Arc::clone(&page));
                if number <= layers.committed_count {
                    layers.committed.entry(number).or_insert(page);
                }
            }
        }
        layers.unwritten_since = Some(layers.unwritten_since.map_or(segment, |other| other.min(segment)));
        layers.waiting(before)
    }

    /// Opens the file where that was not tried yet, or where it was closed.
    pub(super) fn look_at_base(&self) -> io::Result<()> {
        let is_known = matches!(self.layers().base, Base::Absent | Base::Open(_));
        if is_known {
            return Ok(());
        }
        if matches!(self.layers().base, Base::Unknown) {
            log::absorb(&*self.disk, &self.path)?;
        }
        let opened = match self.disk.open(&self.path, Missing::Refuse) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let Some(file) = opened else {
            self.layers().base = Base::Absent;
            return Ok(());
        };
        let (page_bytes, count) = shape(&*file)?;
        let mut layers = self.layers();
        if matches!(layers.base, Base::Unknown) {
            layers.page_bytes = page_bytes;
            layers.durable_count = count;
            layers.committed_count = count;
            layers.open_count = count;
        }
        layers.base = Base::Open(file);
        Ok(())
    }

    fn base_to_write(&self) -> io::Result<Arc<dyn DiskFile>> {
        if let Some(file) = self.layers().base.file() {
            return Ok(file);
        }
        let is_new = !self.disk.exists(&self.path)?;
        let file = self.disk.open(&self.path, Missing::Create)?;
        let mut layers = self.layers();
        layers.is_name_unsynced |= is_new;
        layers.base = if self.is_in_use() { Base::Open(Arc::clone(&file)) } else { Base::Closed };
        Ok(file)
    }
}

/// How long the pages of a database file are, and how many there are.
fn shape(file: &dyn DiskFile) -> io::Result<(usize, u32)> {
    let mut header = [0; HEADER_BYTES];
    let read = file.read_at(&mut header, 0)?;
    let len = file.size()?;
    if len == 0 {
        return Ok((0, 0));
    }
    let stored = usize::from(u16::from_be_bytes([header[PAGE_BYTES.start], header[PAGE_BYTES.start + 1]]));
    let bytes = match stored {
        1 => 65_536,
        512..=32_768 if stored.is_power_of_two() => stored,
        // SQLite says what is wrong with it.
        _ => 4096,
    };
    let pages = if read < HEADER_BYTES { 1 } else { len.div_ceil(bytes as u64) };
    Ok((bytes, u32::try_from(pages).map_err(io::Error::other)?))
}
