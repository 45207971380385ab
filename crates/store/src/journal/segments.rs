//! The files of the journal: which are in use, which are free, which are used no more.
//!
//! Promises that a segment has been written to its end before it is used, so that a sync of it need not change the
//! file's size or place; and that one which failed is never written again.
//!
//! ```text
//!   created ─► free ─► tail ─► full ─► free …        abandoned when a write or sync fails: kept while it is
//!                        └───────┴───► abandoned      needed, then removed
//! ```

use std::{
    collections::VecDeque,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::format::Header;
use crate::disk::{self, Disk, DiskFile, Missing};

/// The ending of the names of segments.
pub(crate) const SEGMENT: &str = "segment";
/// How much is written at once to a new segment.
const ZEROS: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Segments {
    disk: Arc<dyn Disk>,
    directory: PathBuf,
    segment_bytes: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    live: VecDeque<Live>,
    free: Vec<Slot>,
    /// Where the next one begins.
    next: Mark,
    /// The last of `live` is still being written.
    has_tail: bool,
}

/// A place where a segment begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    /// The segment's.
    pub(crate) sequence: u64,
    /// That of its first fragment.
    pub(crate) ordinal: u64,
}

#[derive(Debug)]
struct Live {
    begin: Mark,
    slot: Slot,
    is_abandoned: bool,
}

#[derive(Clone, Debug)]
struct Slot {
    path: PathBuf,
    file: Arc<dyn DiskFile>,
}

/// A segment that can be written.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    pub(crate) sequence: u64,
    pub(crate) file: Arc<dyn DiskFile>,
}

impl Segments {
    /// The segments of a journal that begins anew. Those in `unused` can be written over.
    pub(crate) fn new(
        disk: Arc<dyn Disk>,
        directory: &Path,
        segment_bytes: u64,
        next: Mark,
        unused: Vec<PathBuf>,
    ) -> io::Result<Self> {
        let mut free = Vec::with_capacity(unused.len());
        for path in unused {
            let file = disk.open(&path, Missing::Refuse)?;
            if file.size()? == segment_bytes {
                free.push(Slot { path, file });
            } else {
                disk.remove(&path)?;
            }
        }
        let state = State { live: VecDeque::new(), free, next, has_tail: false };
        Ok(Self { disk, directory: directory.to_owned(), segment_bytes, state: Mutex::new(state) })
    }

    /// How long each is.
    pub(crate) fn segment_bytes(&self) -> u64 {
        self.segment_bytes
    }

    /// How long those in use are together.
    pub(crate) fn live_bytes(&self) -> u64 {
        self.state().live.len() as u64 * self.segment_bytes
    }

    /// The segment that is being written, or would be next.
    pub(crate) fn end(&self) -> u64 {
        self.begin_from(u64::MAX).sequence
    }

    /// Where a journal begins that keeps segments from this one on, and the tail in any case.
    pub(crate) fn begin_from(&self, sequence: u64) -> Mark {
        let state = self.state();
        let kept = state.live.iter().find(|live| live.begin.sequence >= sequence);
        let tail = state.live.back().filter(|_| state.has_tail);
        kept.or(tail).map_or(state.next, |live| live.begin)
    }

    /// Makes a segment ready before it is needed.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        if self.state().free.is_empty() {
            let slot = self.create()?;
            self.state().free.push(slot);
        }
        Ok(())
    }

    /// A new tail that begins with a fragment of this ordinal and group, its header durable.
    pub(crate) fn next(&self, first_ordinal: u64, first_group: u32) -> io::Result<Tail> {
        let free = self.state().free.pop();
        let slot = free.map_or_else(|| self.create(), Ok)?;
        let sequence = {
            let mut state = self.state();
            let sequence = state.next.sequence;
            state.next = Mark { sequence: sequence + 1, ordinal: first_ordinal };
            sequence
        };
        let header = Header { sequence, first_ordinal, first_group }.encode();
        let written = slot.file.write_at(&header, 0).and_then(|()| slot.file.sync());
        let mut state = self.state();
        let file = Arc::clone(&slot.file);
        let begin = Mark { sequence, ordinal: first_ordinal };
        state.live.push_back(Live { begin, slot, is_abandoned: written.is_err() });
        state.has_tail = written.is_ok();
        written.map(|()| Tail { sequence, file })
    }

    /// The tail is full, or written no more for another reason. The next one begins with this ordinal.
    pub(crate) fn seal(&self, ordinal: u64) {
        let mut state = self.state();
        state.has_tail = false;
        state.next.ordinal = ordinal;
    }

    /// Writing segments from this one on failed. The next one begins with this ordinal.
    pub(crate) fn abandon(&self, since: u64, ordinal: u64) {
        self.seal(ordinal);
        for live in self.state().live.iter_mut().filter(|live| live.begin.sequence >= since) {
            live.is_abandoned = true;
        }
    }

    /// Whether there are segments in use before this one.
    pub(crate) fn has_before(&self, sequence: u64) -> bool {
        self.state().live.front().is_some_and(|first| first.begin.sequence < sequence)
    }

    /// Frees the segments before this one. What is in them must be needed no more, and that must be durable.
    pub(crate) fn recycle(&self, before: u64) -> io::Result<()> {
        loop {
            let next = {
                let mut state = self.state();
                match state.live.front() {
                    Some(first) if first.begin.sequence < before => state.live.pop_front(),
                    _ => None,
                }
            };
            match next {
                None => return Ok(()),
                Some(live) if live.is_abandoned => self.disk.remove(&live.slot.path)?,
                Some(live) => self.state().free.push(live.slot),
            }
        }
    }

    /// The content of each segment in use, oldest first, with its sequence and the ordinal from which on it is void.
    pub(crate) fn read(&self, mut each: impl FnMut(u64, u64, &[u8])) -> io::Result<()> {
        let live: Vec<(u64, u64, Slot)> = {
            let state = self.state();
            let end = if state.has_tail { u64::MAX } else { state.next.ordinal };
            let mut limit = end;
            let mut live = Vec::with_capacity(state.live.len());
            for segment in state.live.iter().rev() {
                live.push((segment.begin.sequence, limit, segment.slot.clone()));
                limit = limit.min(segment.begin.ordinal);
            }
            live.reverse();
            live
        };
        let mut content = Vec::new();
        for (sequence, limit, slot) in live {
            content.resize(usize::try_from(slot.file.size()?).map_err(io::Error::other)?, 0);
            let read = slot.file.read_at(&mut content, 0)?;
            each(sequence, limit, &content[..read]);
        }
        Ok(())
    }

    /// Removes all that are free.
    pub(crate) fn remove_free(&self) -> io::Result<()> {
        let free = std::mem::take(&mut self.state().free);
        free.iter().try_for_each(|slot| self.disk.remove(&slot.path))
    }

    fn create(&self) -> io::Result<Slot> {
        let path = (1_u32..)
            .map(|number| self.directory.join(format!("{number:06}.{SEGMENT}")))
            .find_map(|path| match self.disk.exists(&path) {
                Ok(true) => None,
                Ok(false) => Some(Ok(path)),
                Err(error) => Some(Err(error)),
            })
            .expect("some number is free")?;
        let fill = || -> io::Result<Arc<dyn DiskFile>> {
            let file = self.disk.open(&path, Missing::Create)?;
            let zeros = vec![0; ZEROS];
            let mut at = 0;
            while at < self.segment_bytes {
                let len = ZEROS.min(usize::try_from(self.segment_bytes - at).unwrap_or(ZEROS));
                file.write_at(&zeros[..len], at)?;
                at += len as u64;
            }
            file.sync()?;
            self.disk.sync_directory(disk::parent(&path))?;
            Ok(file)
        };
        match fill() {
            Ok(file) => Ok(Slot { path, file }),
            Err(error) => {
                // Half a segment is of no use, and takes space that may be what is missing.
                let _may_not_exist = self.disk.remove(&path);
                Err(error)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
