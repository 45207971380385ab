//! The pages of one object's database, in layers.
//!
//! Promises that SQLite sees a file, while a byte of the real one changes only after the journal has it.
//!
//! ```text
//!   open        what the transaction wrote              ─ commit ─►  a record, pending
//!   committed   newest version of each committed page                (pending and durable)
//!   durable     pages that are in the journal, not yet in the file   ─ checkpoint ─►  base
//!   base        the file                                             written, then synced
//! ```
//!
//! Reads go from the top down. A record that fails takes the pending layer with it: what is left is durable, and the
//! object is rebuilt from that. Belongs to one thread's object, but the writer and the checkpointer reach it too, so it
//! is behind a lock that is never held while the disk is used.
//!
//! The file's header says that the database is in WAL mode, as the platform leaves it; SQLite is told the opposite,
//! because these layers take a log's place.

mod file;

use std::{
    collections::{HashMap, VecDeque},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use holdfast_core::id::ObjectId;

use self::file::HEADER_BYTES;
use crate::{
    disk::{Disk, DiskFile},
    journal::Record,
};

pub(crate) use file::Unsynced;

/// One page of a database. Shared by the layers, and never changed.
pub(crate) type Page = Arc<[u8]>;

/// What one transaction may write. It is in memory until it is durable; past this SQLite is told that the disk is full.
#[cfg(not(test))]
const TRANSACTION_BYTES_MAX: usize = 1 << 30;
#[cfg(test)]
const TRANSACTION_BYTES_MAX: usize = 1 << 20;

/// Where the header of a database says which journal mode it is in: two bytes, for writing and reading.
const MODE: std::ops::Range<usize> = 18..20;
const MODE_WAL: u8 = 2;
const MODE_ROLLBACK: u8 = 1;

#[derive(Debug)]
pub(crate) struct Image {
    id: ObjectId,
    namespace: Arc<str>,
    path: PathBuf,
    disk: Arc<dyn Disk>,
    /// A database is open on it.
    in_use: AtomicBool,
    failed: AtomicBool,
    layers: Mutex<Layers>,
}

#[derive(Debug, Default)]
struct Layers {
    base: Base,
    page_bytes: usize,
    open: HashMap<u32, Page>,
    open_count: u32,
    /// A transaction is under way.
    is_writable: bool,
    is_open_changed: bool,
    committed: HashMap<u32, Page>,
    committed_count: u32,
    pending: VecDeque<Arc<Record>>,
    durable: HashMap<u32, Page>,
    durable_count: u32,
    /// Changed when a record fails: what was handed over before does not count.
    generation: u64,
    /// The oldest segment with a page that is not in the file, and the oldest with one that is not synced there.
    unwritten_since: Option<u64>,
    unsynced_since: Option<u64>,
    is_name_unsynced: bool,
    /// A sync of the file failed: what was written since `unsynced_since` may be lost.
    is_suspect: bool,
}

#[derive(Debug, Default)]
enum Base {
    #[default]
    Unknown,
    Absent,
    Closed,
    Open(Arc<dyn DiskFile>),
}

/// What a transaction changed.
#[derive(Debug)]
pub(crate) struct Changes {
    pub(crate) page_bytes: u32,
    pub(crate) page_count: u32,
    pub(crate) pages: Vec<(u32, Page)>,
    pub(crate) generation: u64,
}

/// What was on the pages that a transaction changes: what undoes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// How many pages there were.
    pub page_count: u32,
    /// Those that change or go, by number.
    pub pages: Vec<(u32, Arc<[u8]>)>,
}

/// Pages of one transaction that can be remembered.
const BEFORE_PAGES_MAX: usize = 65_536;

/// What became of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Whole,
    /// The end of the database was in the way; the rest is zeros.
    Short,
}

impl Image {
    pub(crate) fn new(disk: Arc<dyn Disk>, namespace: Arc<str>, id: ObjectId, path: PathBuf) -> Self {
        Self {
            id,
            namespace,
            path,
            disk,
            in_use: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            layers: Mutex::default(),
        }
    }

    pub(crate) fn id(&self) -> ObjectId {
        self.id
    }

    pub(crate) fn namespace(&self) -> &Arc<str> {
        &self.namespace
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the object has stored anything. Learns what is in the file where that is not known.
    pub(crate) fn is_present(&self) -> io::Result<bool> {
        self.look_at_base()?;
        let layers = self.layers();
        Ok(layers.committed_count > 0 || !matches!(layers.base, Base::Absent))
    }

    /// Whether something was committed that is known without a look at the file.
    pub(crate) fn has_pages(&self) -> bool {
        self.layers().committed_count > 0
    }

    pub(crate) fn set_in_use(&self, in_use: bool) {
        self.in_use.store(in_use, Ordering::Release);
        if !in_use {
            let mut layers = self.layers();
            if let Base::Open(_) = layers.base {
                layers.base = Base::Closed;
            }
        }
    }

    pub(crate) fn is_in_use(&self) -> bool {
        self.in_use.load(Ordering::Acquire)
    }

    /// Whether a record failed and the object was not rebuilt yet.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    // What SQLite does with the file.

    pub(crate) fn read(&self, buffer: &mut [u8], offset: u64) -> io::Result<Read> {
        let mut done = 0;
        let mut whole = Read::Whole;
        while done < buffer.len() {
            let at = offset + done as u64;
            let rest = &mut buffer[done..];
            let (page, file, start, len) = {
                let layers = self.layers();
                if layers.page_bytes == 0 {
                    rest.fill(0);
                    return Ok(Read::Short);
                }
                let (number, start) = layers.place(at)?;
                if number > layers.open_count {
                    rest.fill(0);
                    return Ok(Read::Short);
                }
                let len = rest.len().min(layers.page_bytes - start);
                let page = layers.open.get(&number).or_else(|| layers.committed.get(&number)).cloned();
                let file = if page.is_some() { None } else { layers.base.file() };
                (page, file, start, len)
            };
            let part = &mut rest[..len];
            match (page, file) {
                (Some(page), _) => part.copy_from_slice(&page[start..start + len]),
                (None, Some(file)) => {
                    let read = file.read_at(part, at)?;
                    if read < len {
                        part[read..].fill(0);
                        whole = Read::Short;
                    }
                }
                // Within the database, but never written: nobody minds what is there.
                (None, None) => part.fill(0),
            }
            done += len;
        }
        if offset < MODE.end as u64 {
            let skip = usize::try_from(offset).map_err(io::Error::other)?;
            for at in MODE {
                if let Some(byte) = at.checked_sub(skip).and_then(|at| buffer.get_mut(at))
                    && *byte == MODE_WAL
                {
                    *byte = MODE_ROLLBACK;
                }
            }
        }
        Ok(whole)
    }

    /// A transaction begins: until it ends, pages may be written.
    pub(crate) fn begin_changes(&self) {
        self.layers().is_writable = true;
    }

    /// Takes a page of the open transaction. SQLite writes whole pages. Outside one nothing is written: nobody would
    /// commit it, and the next rollback would take it from under SQLite, which believes it committed.
    pub(crate) fn write(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut layers = self.layers();
        if !layers.is_writable {
            return Err(io::Error::other("a write outside a transaction"));
        }
        if layers.page_bytes == 0 {
            layers.page_bytes = bytes.len();
        }
        let (number, start) = layers.place(offset)?;
        if start != 0 || bytes.len() != layers.page_bytes {
            return Err(io::Error::other("the size of pages cannot be changed"));
        }
        let page: Page = if number == 1 && bytes.len() >= HEADER_BYTES {
            let mut bytes = bytes.to_vec();
            bytes[MODE].fill(MODE_WAL);
            bytes.into()
        } else {
            bytes.into()
        };
        if layers.open.len() * layers.page_bytes >= TRANSACTION_BYTES_MAX
            && !layers.open.contains_key(&number)
        {
            return Err(io::ErrorKind::StorageFull.into());
        }
        layers.open.insert(number, page);
        layers.open_count = layers.open_count.max(number);
        layers.is_open_changed = true;
        Ok(())
    }

    pub(crate) fn truncate(&self, len: u64) -> io::Result<()> {
        let mut layers = self.layers();
        if layers.page_bytes == 0 {
            return Ok(());
        }
        let count = u32::try_from(len / layers.page_bytes as u64).map_err(io::Error::other)?;
        if count != layers.open_count {
            if !layers.is_writable {
                return Err(io::Error::other("a write outside a transaction"));
            }
            layers.open.retain(|number, _| *number <= count);
            layers.open_count = count;
            layers.is_open_changed = true;
        }
        Ok(())
    }

    /// Cuts the database to a number of pages.
    pub(crate) fn truncate_to(&self, count: u32) -> io::Result<()> {
        let bytes = self.layers().page_bytes as u64;
        self.truncate(u64::from(count) * bytes)
    }

    pub(crate) fn len(&self) -> u64 {
        let layers = self.layers();
        u64::from(layers.open_count) * layers.page_bytes as u64
    }

    /// How many pages there are after the last commit.
    pub(crate) fn page_count(&self) -> u32 {
        self.layers().committed_count
    }

    /// A page after the last commit; `None` past the end.
    pub(crate) fn page(&self, number: u32) -> io::Result<Option<Page>> {
        let (file, bytes) = {
            let layers = self.layers();
            if number == 0 || number > layers.committed_count {
                return Ok(None);
            }
            if let Some(page) = layers.committed.get(&number) {
                return Ok(Some(Arc::clone(page)));
            }
            (layers.base.file(), layers.page_bytes)
        };
        let mut page = vec![0; bytes];
        if let Some(file) = file {
            // A page that was never written is not in the file, and zeros.
            file.read_at(&mut page, u64::from(number - 1) * bytes as u64)?;
        }
        Ok(Some(page.into()))
    }

    // What becomes of a transaction.

    /// Ends the open transaction. `None` when it changed nothing.
    pub(crate) fn take_changes(&self) -> Option<Changes> {
        let mut layers = self.layers();
        layers.is_writable = false;
        if !std::mem::take(&mut layers.is_open_changed) {
            return None;
        }
        let mut pages: Vec<(u32, Page)> = std::mem::take(&mut layers.open).into_iter().collect();
        pages.sort_unstable_by_key(|(number, _)| *number);
        Some(Changes {
            page_bytes: u32::try_from(layers.page_bytes).expect("SQLite has pages of at most 64 KiB"),
            page_count: layers.open_count,
            pages,
            // Nothing that follows a failure counts.
            generation: if self.has_failed() { u64::MAX } else { layers.generation },
        })
    }

    /// What the pages were that a transaction changes, which was not [`Image::committed`] yet.
    pub(crate) fn before(&self, changes: &Changes) -> io::Result<Before> {
        self.look_at_base()?;
        let (page_count, found, file) = {
            let layers = self.layers();
            let count = layers.committed_count;
            let changed = changes.pages.iter().map(|(number, _)| *number).filter(|number| *number <= count);
            let numbers: std::collections::BTreeSet<u32> =
                changed.chain(changes.page_count + 1..=count).collect();
            if numbers.len() > BEFORE_PAGES_MAX {
                return Err(io::Error::other("the transaction is too large to be remembered"));
            }
            let found: Vec<(u32, Option<Page>)> =
                numbers.into_iter().map(|number| (number, layers.committed.get(&number).cloned())).collect();
            (count, found, layers.base.file())
        };
        let size = changes.page_bytes as usize;
        let read = |number: u32| -> io::Result<Page> {
            let mut bytes = vec![0; size];
            if let Some(file) = &file {
                file.read_at(&mut bytes, u64::from(number - 1) * size as u64)?;
            }
            Ok(bytes.into())
        };
        let pages = found
            .into_iter()
            .map(|(number, page)| Ok((number, page.map_or_else(|| read(number), Ok)?)))
            .collect::<io::Result<_>>()?;
        Ok(Before { page_count, pages })
    }

    /// Forgets the open transaction.
    pub(crate) fn discard_changes(&self) {
        let mut layers = self.layers();
        let count = layers.committed_count;
        layers.forget_open(count);
    }

    /// A record of this object is on its way to the journal.
    pub(crate) fn committed(&self, record: &Arc<Record>) {
        let mut layers = self.layers();
        let count = record.page_count;
        if count < layers.committed_count {
            layers.committed.retain(|number, _| *number <= count);
        }
        layers.committed.extend(record.pages.iter().cloned());
        layers.committed_count = count;
        layers.open_count = count;
        layers.pending.push_back(Arc::clone(record));
    }

    /// Whether a record handed over in this generation still counts.
    pub(crate) fn is_current(&self, generation: u64) -> bool {
        self.layers().generation == generation
    }

    /// The oldest record on its way is in the journal, in `segment`.
    pub(crate) fn made_durable(&self, segment: u64) -> Waiting {
        let mut layers = self.layers();
        let before = layers.durable.len();
        let Some(record) = layers.pending.pop_front() else { return Waiting::NONE };
        let count = record.page_count;
        if count < layers.durable_count {
            layers.durable.retain(|number, _| *number <= count);
        }
        layers.durable.extend(record.pages.iter().cloned());
        layers.durable_count = count;
        layers.unwritten_since.get_or_insert(segment);
        layers.waiting(before)
    }

    /// A record on its way failed, and with it all that followed.
    pub(crate) fn fail(&self) {
        let mut layers = self.layers();
        layers.generation += 1;
        layers.pending.clear();
        self.failed.store(true, Ordering::Release);
    }

    /// Goes back to what is durable. No database may be open on it.
    pub(crate) fn rebuild(&self) {
        let mut layers = self.layers();
        let count = layers.durable_count;
        layers.forget_open(count);
        layers.pending.clear();
        layers.committed = layers.durable.clone();
        layers.committed_count = count;
        self.failed.store(false, Ordering::Release);
    }

    fn layers(&self) -> MutexGuard<'_, Layers> {
        self.layers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// By how many bytes more, or less, an object waits to be written to its file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    pub(crate) before: usize,
    pub(crate) after: usize,
}

impl Waiting {
    const NONE: Self = Self { before: 0, after: 0 };
}

impl Base {
    fn file(&self) -> Option<Arc<dyn DiskFile>> {
        match self {
            Self::Open(file) => Some(Arc::clone(file)),
            Self::Unknown | Self::Absent | Self::Closed => None,
        }
    }
}

impl Layers {
    fn forget_open(&mut self, count: u32) {
        self.open = HashMap::new();
        self.open_count = count;
        self.is_open_changed = false;
        self.is_writable = false;
    }

    fn waiting(&self, pages_before: usize) -> Waiting {
        Waiting { before: pages_before * self.page_bytes, after: self.durable.len() * self.page_bytes }
    }

    /// The number of the page a byte is in, and where in it.
    fn place(&self, offset: u64) -> io::Result<(u32, usize)> {
        let bytes = self.page_bytes as u64;
        let number = u32::try_from(offset / bytes + 1).map_err(io::Error::other)?;
        Ok((number, usize::try_from(offset % bytes).map_err(io::Error::other)?))
    }
}

/// The name of an object's file.
pub(crate) fn file_name(id: ObjectId) -> String {
    format!("{id}.sqlite")
}
