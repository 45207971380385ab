//! The journal: one log for the commits of all objects of a process.
//!
//! Promises that a commit is durable when it is told to be, that the commits of an object become durable in their
//! order, that one sync serves all that wait, and that no byte of a database file changes before its record is
//! durable. After a record failed, its object stays unusable until nothing of the record can come back.
//!
//! ```text
//!   object's thread            writer                                checkpointer
//!   commit ─► Image.committed
//!          └► queue ─────────► all that waits: write, one sync
//!                              Image.made_durable, Inbox, waker ───► Image.write_out   (closed objects, much waiting)
//!                                                                    Image.sync, then segments are free
//! ```
//!
//! What waits is bounded by [`Limits`]. The two threads can be left out: then whoever waits does their work, step by
//! step, which is how tests follow from a seed.

mod checkpoint;
mod format;
mod position;
mod record;
mod recover;
mod segments;
mod threads;
mod writer;

use std::{
    collections::{BTreeMap, VecDeque},
    fmt, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use holdfast_core::{alarm::Time, id::ObjectId};

use self::{
    position::Position,
    segments::{Mark, Segments},
    writer::Writer,
};
use crate::{
    commits::{Commit, Completed, Inbox},
    disk::{Disk, FileSystem},
    error::{Error, Result},
    image::{Before, Changes, Image, Waiting},
};

pub use record::Record;
pub(crate) use recover::Directories;
pub use recover::Recovered;
pub(crate) use threads::Threads;

/// Bounds of a journal.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a segment is: a multiple of 4096.
    pub segment_bytes: u64,
    /// How long all segments are together, and so what recovery may have to read. Half of it lets a checkpoint begin;
    /// past it commits wait for one.
    pub journal_bytes_max: u64,
    /// Bytes of commits that may wait for the writer. Past it commits wait.
    pub waiting_bytes_max: usize,
    /// Bytes of durable pages kept in memory before they are written to files.
    pub unwritten_bytes_max: usize,
    #[cfg(test)]
    pub(crate) twin: Twin,
}

impl Limits {
    /// What is right for a machine of any size.
    pub const DEFAULT: Self = Self {
        segment_bytes: 8 << 20,
        journal_bytes_max: 256 << 20,
        waiting_bytes_max: 16 << 20,
        unwritten_bytes_max: 64 << 20,
        #[cfg(test)]
        twin: Twin::Right,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Bytes that are written in one group, but for a commit that is longer.
const GROUP_BYTES_MAX: usize = 4 << 20;

/// Who is told of records: an index, a history. Called on the journal's threads, so it must be quick or wait where it
/// says so.
pub trait Observer: fmt::Debug + Send + Sync {
    /// A record is durable. Called in the order of each object's commits, before its program hears of it.
    fn durable(&self, record: &Arc<Record>);
    /// A record was found by recovery. It may have been told of before.
    fn recovered(&self, record: &Record);
    /// Whether it is told what undoes commits.
    fn wants_undo(&self) -> bool {
        false
    }
    /// What undoes a record that is about to be told of as durable; `None` where that could not be learnt.
    fn undoes(&self, _record: &Record, _before: Option<&Before>) {}
    /// Recovery is about to make a record again; `before` tells what undoes it.
    fn recovering(&self, _record: &Record, _before: &mut dyn FnMut() -> io::Result<Before>) -> Result<()> {
        Ok(())
    }
    /// The files of objects are about to change. What fails here keeps them from that.
    fn before_writing(&self, _ids: &[ObjectId]) -> Result<()> {
        Ok(())
    }
    /// The journal will forget records that were told of. What fails here keeps it from that.
    fn before_recycling(&self) -> Result<()>;
}

/// Who does the work of the two threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Two threads of the journal's own.
    Threads,
    /// Whoever waits for it. For tests that follow from a seed.
    Steps,
}

/// A journal that is deliberately wrong, for tests that must notice.
#[cfg(test)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Twin {
    #[default]
    Right,
    AcknowledgesBeforeSync,
    SkipsAPage,
}

#[derive(Debug)]
pub(crate) struct Journal {
    disk: Arc<dyn Disk>,
    /// Opened before anything was written, so that it hears of every failure.
    file_system: Option<Box<dyn FileSystem>>,
    directory: PathBuf,
    limits: Limits,
    work: Work,
    observer: Arc<dyn Observer>,
    segments: Segments,
    queue: Mutex<Queue>,
    /// Something waits for the writer, for the checkpointer, for either to have done something.
    for_writer: Condvar,
    for_checkpointer: Condvar,
    progress: Condvar,
    writer: Mutex<Writer>,
    checkpointing: Mutex<()>,
    images: Mutex<BTreeMap<ObjectId, Arc<Image>>>,
    last_commit: AtomicU64,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Entry>,
    waiting_bytes: usize,
    /// How many commits were handed over, and of how many it is known what became of them.
    handed: u64,
    finished: u64,
    wants_healing: bool,
    /// How often healing was tried, and how it went.
    healed: u64,
    healing: Option<Error>,
    wants_checkpoint: bool,
    checkpoints: u64,
    checkpoint: Option<Error>,
    closed: Vec<Arc<Image>>,
    unwritten_bytes: usize,
    /// The segments before this one have no record but those whose images know of it.
    floor: u64,
    /// The ordinal of the first fragment that is not known to be durable.
    confirmed: u64,
    is_stopping: bool,
}

#[derive(Debug)]
struct Entry {
    image: Arc<Image>,
    record: Arc<Record>,
    before: Option<Before>,
    generation: u64,
    inbox: Arc<Inbox>,
}

impl Journal {
    /// Opens the journal in `directory`, which exists, and recovers what a crash left in it into the files below
    /// `objects`.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        directory: &Path,
        objects: &Path,
        limits: Limits,
        work: Work,
        directories: Directories<'_>,
        observer: Arc<dyn Observer>,
    ) -> Result<(Self, Recovered)> {
        let failed = |error: io::Error| Error::io(&error, "start a journal in", directory);
        let file_system = disk.file_system(objects).map_err(failed)?;
        let position = Position::read(&*disk, directory)?;
        let is_new = position.is_none();
        let position = position.unwrap_or(Position::START);
        let replayed = recover::replay(
            &*disk,
            file_system.as_deref(),
            directory,
            position.oldest,
            directories,
            &*observer,
            limits.unwritten_bytes_max,
        )?;
        let recovered = replayed.recovered;
        if recovered.records > 0 {
            observer.before_recycling()?;
        }
        let last_commit = replayed.last_commit.max(position.commit);
        let next = Mark { sequence: replayed.next_sequence, ordinal: 0 };
        let mut unused = replayed.segments;
        if recovered.stopped_at.is_some() {
            // What could not be taken is kept for whoever can make something of it.
            for path in unused.drain(..) {
                disk.rename(&path, &path.with_extension(format!("damaged-{}", next.sequence)))
                    .map_err(failed)?;
            }
        }
        let begin = Position { oldest: next, commit: last_commit };
        if is_new || begin != position {
            begin.write(&*disk, directory).map_err(failed)?;
        }
        let segments = Segments::new(Arc::clone(&disk), directory, limits.segment_bytes, next, unused)
            .map_err(failed)?;
        let journal = Self {
            disk,
            file_system,
            directory: directory.to_owned(),
            limits,
            work,
            observer,
            segments,
            queue: Mutex::new(Queue { floor: next.sequence, ..Queue::default() }),
            for_writer: Condvar::new(),
            for_checkpointer: Condvar::new(),
            progress: Condvar::new(),
            writer: Mutex::new(Writer::new(&limits)),
            checkpointing: Mutex::default(),
            images: Mutex::default(),
            last_commit: last_commit.into(),
        };
        Ok((journal, recovered))
    }

    /// The pages of an object.
    pub(crate) fn image(
        &self,
        namespace: &Arc<str>,
        id: ObjectId,
        path: impl FnOnce() -> PathBuf,
    ) -> Arc<Image> {
        let mut images = lock(&self.images);
        let image = images.entry(id).or_insert_with(|| {
            Arc::new(Image::new(Arc::clone(&self.disk), Arc::clone(namespace), id, path()))
        });
        Arc::clone(image)
    }

    /// The pages of an object are used no more for now. What is durable goes to the file soon.
    pub(crate) fn release(&self, image: Arc<Image>) {
        image.set_in_use(false);
        if image.is_clean() {
            self.forget_clean(&image);
            return;
        }
        lock(&self.queue).closed.push(image);
        self.for_checkpointer.notify_one();
    }

    /// The objects of a namespace that have something which may not be in a file yet.
    pub(crate) fn objects(&self, namespace: &str) -> Vec<ObjectId> {
        let images = lock(&self.images);
        let inside = images.values().filter(|image| &**image.namespace() == namespace && image.has_pages());
        inside.map(|image| image.id()).collect()
    }

    /// How long the database of an object is, where it may not be as long in its file.
    pub(crate) fn len_of(&self, id: &ObjectId) -> Option<u64> {
        let images = lock(&self.images);
        images.get(id).filter(|image| image.has_pages()).map(|image| image.len())
    }

    /// Hands a transaction over. Waits while too much waits.
    pub(crate) fn commit(
        &self,
        image: &Arc<Image>,
        changes: Changes,
        alarm: Option<Option<Time>>,
        inbox: &Arc<Inbox>,
    ) -> Commit {
        let max = self.limits.waiting_bytes_max;
        drop(self.wait_while(|queue| queue.waiting_bytes >= max));
        let commit = self.last_commit.fetch_add(1, Ordering::Relaxed) + 1;
        let before = if self.observer.wants_undo() { image.before(&changes).ok() } else { None };
        let Changes { page_bytes, page_count, pages, generation } = changes;
        let record = Arc::new(Record {
            id: image.id(),
            namespace: Arc::clone(image.namespace()),
            commit,
            time_ms: now_ms(),
            page_bytes,
            page_count,
            alarm,
            pages,
        });
        image.committed(&record);
        let entry = Entry { image: Arc::clone(image), record, before, generation, inbox: Arc::clone(inbox) };
        let mut queue = lock(&self.queue);
        queue.waiting_bytes += entry.record.bytes();
        queue.waiting.push_back(entry);
        queue.handed += 1;
        drop(queue);
        self.for_writer.notify_one();
        Commit(commit)
    }

    /// Makes an object usable again whose record failed: nothing of what failed can come back after this. No database
    /// may be open on it.
    pub(crate) fn rebuild(&self, image: &Image) -> Result<()> {
        let before = {
            let mut queue = lock(&self.queue);
            queue.wants_healing = true;
            queue.healed
        };
        self.for_writer.notify_one();
        let queue = self.wait_while(|queue| queue.healed == before || queue.wants_healing);
        if let Some(error) = &queue.healing {
            return Err(error.clone());
        }
        drop(queue);
        image.rebuild();
        Ok(())
    }

    /// The number of the last commit.
    pub(crate) fn last_commit(&self) -> u64 {
        self.last_commit.load(Ordering::Relaxed)
    }

    /// No commit has a number up to this one.
    pub(crate) fn begin_after(&self, commit: u64) {
        self.last_commit.fetch_max(commit, Ordering::Relaxed);
    }

    /// Takes the number of a commit that is not made.
    pub(crate) fn skip_commit(&self) -> u64 {
        self.last_commit.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Waits until all that was handed over is durable or has failed.
    pub(crate) fn settle(&self) {
        let target = lock(&self.queue).handed;
        drop(self.wait_while(|queue| queue.finished < target));
    }

    /// Waits until all that was handed over is in the files, and no record of it is needed any more.
    pub(crate) fn complete(&self) -> Result<()> {
        self.settle();
        {
            let mut writer = lock(&self.writer);
            writer.seal(&self.segments);
            lock(&self.queue).floor = self.segments.end();
        }
        self.checkpoint()
    }

    /// Writes what waits. False when nothing does.
    pub(crate) fn write_waiting(&self) -> bool {
        let mut writer = lock(&self.writer);
        let (entries, heals, bytes) = {
            let mut queue = lock(&self.queue);
            let (entries, bytes) = queue.take_group();
            (entries, std::mem::take(&mut queue.wants_healing), bytes)
        };
        if heals {
            let healing = self.room().and_then(|()| {
                writer
                    .heal(&self.segments)
                    .map_err(|error| Error::io(&error, "write to the journal in", &self.directory))
            });
            let mut queue = lock(&self.queue);
            queue.healing = healing.err();
            queue.healed += 1;
        }
        if !entries.is_empty() {
            let count = entries.len() as u64;
            self.write_group(&mut writer, entries);
            let mut queue = lock(&self.queue);
            queue.finished += count;
            queue.waiting_bytes -= bytes;
            queue.floor = self.segments.end();
        } else if !heals {
            return false;
        }
        drop(writer);
        self.progress.notify_all();
        let is_much = self.segments.live_bytes() * 2 > self.limits.journal_bytes_max;
        let mut queue = lock(&self.queue);
        queue.wants_checkpoint |= is_much;
        if queue.has_checkpoint_work(&self.limits) {
            self.for_checkpointer.notify_one();
        }
        true
    }

    fn write_group(&self, writer: &mut Writer, entries: Vec<Entry>) {
        let (entries, void): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| entry.image.is_current(entry.generation));
        for entry in void {
            entry.tell(Err(Error::new(
                crate::error::Kind::Broken,
                format!("commit object {}/{}", entry.image.namespace(), entry.image.id()),
                "an earlier commit failed",
            )));
            entry.inbox.ring();
        }
        let records: Vec<Arc<Record>> = entries.iter().map(|entry| self.to_write(&entry.record)).collect();
        let written = self.room().and_then(|()| {
            let failed = |error| Error::io(&error, "write to the journal in", &self.directory);
            writer.write(&self.segments, &records).map_err(failed)
        });
        match written {
            Ok(segments) => {
                // Before a checkpoint may write the pages: it must find them here if their file fails.
                lock(&self.queue).confirmed = writer.ordinal();
                for (entry, segment) in entries.iter().zip(segments) {
                    if self.observer.wants_undo() {
                        // This too.
                        self.observer.undoes(&entry.record, entry.before.as_ref());
                    }
                    let waiting = entry.image.made_durable(segment);
                    self.observer.durable(&entry.record);
                    let mut queue = lock(&self.queue);
                    queue.count(waiting);
                    if !entry.image.is_in_use() {
                        queue.closed.push(Arc::clone(&entry.image));
                    }
                    drop(queue);
                    entry.tell(Ok(()));
                }
            }
            Err(error) => {
                // Where space is missing, segments that are needed no more are space.
                lock(&self.queue).wants_checkpoint = true;
                entries.iter().for_each(|entry| entry.image.fail());
                entries.iter().for_each(|entry| entry.tell(Err(error.clone())));
            }
        }
        // Each thread is woken once, when all of its commits have been told.
        entries.iter().for_each(|entry| entry.inbox.ring());
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "a broken twin skips a page")]
    fn to_write(&self, record: &Arc<Record>) -> Arc<Record> {
        Arc::clone(record)
    }

    #[cfg(test)]
    fn to_write(&self, record: &Arc<Record>) -> Arc<Record> {
        let mut record = Arc::clone(record);
        if self.limits.twin == Twin::SkipsAPage && record.pages.len() > 1 {
            Arc::make_mut(&mut record).pages.pop();
        }
        record
    }

    /// Waits for a checkpoint when the journal is as long as it may be.
    fn room(&self) -> Result<()> {
        let is_full = || self.segments.live_bytes() >= self.limits.journal_bytes_max;
        if !is_full() {
            return Ok(());
        }
        if self.work == Work::Steps {
            return self.checkpoint();
        }
        let mut queue = lock(&self.queue);
        let before = queue.checkpoints;
        queue.wants_checkpoint = true;
        self.for_checkpointer.notify_one();
        while queue.checkpoints == before && !queue.is_stopping {
            queue = self.progress.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        match &queue.checkpoint {
            Some(error) if is_full() => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// Waits, or works, until the writer has got so far.
    fn wait_while(&self, is_early: impl Fn(&Queue) -> bool) -> MutexGuard<'_, Queue> {
        loop {
            let queue = lock(&self.queue);
            if !is_early(&queue) {
                return queue;
            }
            match self.work {
                Work::Threads => {
                    drop(self.progress.wait(queue).unwrap_or_else(PoisonError::into_inner));
                }
                Work::Steps => {
                    drop(queue);
                    self.write_waiting();
                }
            }
        }
    }

    fn forget_clean(&self, image: &Arc<Image>) {
        let mut images = lock(&self.images);
        // One handle is the table's, one the caller's. Others are given out under this lock only.
        if image.is_clean() && Arc::strong_count(image) <= 2 {
            images.remove(&image.id());
        }
    }
}

impl Queue {
    /// What the writer takes at once, and how many bytes that is.
    fn take_group(&mut self) -> (Vec<Entry>, usize) {
        let mut taken = Vec::new();
        let mut bytes = 0;
        while let Some(next) = self.waiting.front() {
            let more = next.record.bytes();
            if bytes + more > GROUP_BYTES_MAX && !taken.is_empty() {
                break;
            }
            bytes += more;
            taken.extend(self.waiting.pop_front());
        }
        (taken, bytes)
    }

    fn count(&mut self, waiting: Waiting) {
        self.unwritten_bytes = (self.unwritten_bytes + waiting.after).saturating_sub(waiting.before);
    }

    fn has_checkpoint_work(&self, limits: &Limits) -> bool {
        self.wants_checkpoint || !self.closed.is_empty() || self.unwritten_bytes > limits.unwritten_bytes_max
    }
}

impl Entry {
    fn tell(&self, outcome: Result<()>) {
        self.inbox.put(Completed { id: self.record.id, commit: Commit(self.record.commit), outcome });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change under these locks is done before anything can panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
