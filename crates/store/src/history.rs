//! The history: what undoes each object's commits of the last day, so that it can go back.
//!
//! Promises that a point which a bookmark names can be rebuilt for as long as its object's entries are kept: 24 hours,
//! under a cap for all and a share for one; that an object which cannot go back so far says how far it can; and that a
//! crash loses nothing of it. It never makes a commit wait.
//!
//! ```text
//!   commit ─► what the changed pages were (Image::before) ─► waiting, an entry an object, it grows for a second
//!                                                              │ history's thread: compressed, appended
//!   recovery ─► a record, and what it is about to overwrite ───┤
//!                                                              ▼
//!   a file of an object, a segment of the journal ◄── only after its entries are in the history's files and synced
//! ```
//!
//! Entries undo, so the state before one is the state after it with the entry's pages put back: going back starts at what
//! is now, reads entries newest first, and needs no snapshot. The oldest may be forgotten at any time. A crash loses what
//! waited, but the files of its objects have not changed since, nor has the journal forgotten its records, so recovery
//! finds it again.

mod back;
mod bookmark;
mod entry;
mod files;
mod index;
mod restores;
mod trouble;
mod waiting;

use std::{
    collections::{HashMap, HashSet},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{Builder, JoinHandle},
    time::Duration,
};

use holdfast_core::id::ObjectId;

use self::{
    entry::Undo,
    files::{Files, Go},
    restores::Restores,
    trouble::Trouble,
    waiting::{Lost, Waiting},
};
use crate::{
    directory,
    disk::Disk,
    error::{Error, Kind, Result},
    image::Before,
    journal::{self, Record, Work},
};

pub use back::NoWay;
pub use bookmark::{Bookmark, NoBookmark};
pub use restores::Pending;
pub use trouble::Tell;

/// Bounds of a history.
#[derive(Clone, Copy, Debug)]
pub struct HistoryLimits {
    /// How far back objects can go.
    pub kept_ms: i64,
    /// How long all files are together.
    pub bytes_max: u64,
    /// How long one file is.
    pub file_bytes: u64,
    /// How many bytes of all files may be one object's: past it its oldest entries go, and nobody else's.
    pub object_bytes_max: u64,
    /// Commits of an object within this time become one entry. It is ten times as long for objects that have used half of
    /// their share.
    pub window_ms: i64,
}

impl Default for HistoryLimits {
    fn default() -> Self {
        Self {
            kept_ms: 24 * 60 * 60 * 1000,
            bytes_max: 2 << 30,
            file_bytes: 16 << 20,
            object_bytes_max: 256 << 20,
            window_ms: 1000,
        }
    }
}

/// Memory that entries may take before they are written early, and before they are given up.
const WAITING_BYTES_MAX: usize = 32 << 20;
const WAITING_BYTES_LOST: usize = 256 << 20;

/// The file that says since when there is a history.
const SINCE: &str = "since";

/// How often entries are looked through whose time is over.
const LOOK: Duration = Duration::from_millis(250);

/// The history of a state directory.
#[derive(Debug)]
pub(crate) struct History {
    directory: PathBuf,
    limits: HistoryLimits,
    disk: Arc<dyn Disk>,
    waiting: Mutex<Waiting>,
    files: Mutex<Written>,
    restores: Mutex<Restores>,
    is_stopping: AtomicBool,
    for_thread: Condvar,
    trouble: Trouble,
    last_commit: AtomicU64,
}

#[derive(Debug)]
struct Written {
    files: Files,
    /// The last commit that cannot be undone, and its time. None while there is no history yet.
    since: Option<(u64, i64)>,
    /// Objects with entries that are not synced.
    unsynced: HashSet<ObjectId>,
    /// The last commit each object that was recovered had in the files.
    known: HashMap<ObjectId, u64>,
}

impl History {
    /// Opens the history in a directory, which is made where it is missing.
    pub(crate) fn open(disk: Arc<dyn Disk>, directory: &Path, limits: HistoryLimits) -> Result<Self> {
        let failed = |error: io::Error| Error::io(&error, "open the history in", directory);
        directory::create_directory(&*disk, directory)?;
        let since = restores::read_since(&*disk, &directory.join(SINCE)).map_err(failed)?;
        let restores = Restores::open(Arc::clone(&disk), &directory.join("restores")).map_err(failed)?;
        let files = Files::open(Arc::clone(&disk), directory, limits.file_bytes).map_err(failed)?;
        Ok(Self {
            directory: directory.to_owned(),
            limits,
            disk,
            waiting: Mutex::default(),
            files: Mutex::new(Written { files, since, unsynced: HashSet::new(), known: HashMap::new() }),
            restores: Mutex::new(restores),
            is_stopping: AtomicBool::new(false),
            for_thread: Condvar::new(),
            trouble: Trouble::default(),
            last_commit: AtomicU64::new(0),
        })
    }

    /// Recovery is over: this was the last commit the journal knows. A new history begins here. Returns the last that the
    /// history knows, whose number must not be given again.
    pub(crate) fn begin(&self, last_commit: u64) -> Result<u64> {
        let mut written = lock(&self.files);
        let last_commit = last_commit.max(written.files.last_commit());
        self.last_commit.store(last_commit, Ordering::Relaxed);
        written.known.clear();
        match written.since {
            Some(_) => {}
            None => self.set_since(&mut written, (last_commit, journal::now_ms()))?,
        }
        Ok(last_commit)
    }

    fn set_since(&self, written: &mut Written, since: (u64, i64)) -> Result<()> {
        let path = self.directory.join(SINCE);
        restores::write_since(&*self.disk, &path, since).map_err(|error| self.failed(&error))?;
        written.since = Some(since);
        Ok(())
    }

    // What happens to objects.

    /// Takes what undoes a commit.
    pub(crate) fn take(&self, record: &Record, before: Option<&Before>) {
        self.take_in(record, before, self.window_of(&record.id));
    }

    fn take_in(&self, record: &Record, before: Option<&Before>, window: i64) {
        let is_news = {
            let mut waiting = lock(&self.waiting);
            let is_lost = waiting.bytes() > WAITING_BYTES_LOST;
            let before = before.filter(|_| !is_lost).ok_or(Lost);
            let was_empty = waiting.is_empty();
            waiting.take(record, before, window);
            was_empty || waiting.bytes() > WAITING_BYTES_MAX
        };
        self.last_commit.fetch_max(record.commit, Ordering::Relaxed);
        if is_news {
            self.for_thread.notify_one();
        }
    }

    /// Takes what undoes a commit that recovery is about to make again, unless that is known.
    pub(crate) fn take_recovered(
        &self,
        record: &Record,
        before: &mut dyn FnMut() -> io::Result<Before>,
    ) -> Result<()> {
        let mut written = lock(&self.files);
        // Before there was a history, files were written without it, and what they hold tells nothing.
        let Some((since, _)) = written.since else { return Ok(()) };
        let known = match written.known.get(&record.id) {
            Some(known) => *known,
            None => {
                let mut known = since;
                let found = written.files.visit(&record.id, &mut |span, _| {
                    known = known.max(span.last);
                    Ok(Go::Enough)
                });
                written.known.insert(record.id, known);
                if let Err(error) = found {
                    // Objects are recovered without their past rather than not at all.
                    self.failed(&error);
                    drop(written);
                    self.take_in(record, None, 0);
                    return Ok(());
                }
                known
            }
        };
        drop(written);
        if record.commit > known {
            if lock(&self.restores).is_restore(&record.id, record.commit) {
                self.expect_restore(record.id);
            }
            // Each by itself: which of them a bookmark was given out for is not known any more.
            self.take_in(record, before().ok().as_ref(), 0);
            if lock(&self.waiting).bytes() > WAITING_BYTES_MAX {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn window_of(&self, id: &ObjectId) -> i64 {
        // Objects that add much are few; who holds the lock is the history's own thread, so nobody waits for the disk.
        let held = self.files.try_lock().map_or(0, |written| written.files.held(id));
        if held > self.limits.object_bytes_max / 2 {
            self.limits.window_ms * 10
        } else {
            self.limits.window_ms
        }
    }

    /// Writes all that waits, durably.
    pub(crate) fn flush(&self) -> Result<()> {
        let mut written = lock(&self.files);
        let ended = {
            let mut waiting = lock(&self.waiting);
            waiting.end_all();
            waiting.take_ended()
        };
        self.write(&mut written, ended)?;
        self.sync(&mut written)
    }

    /// Sees to it that all entries of some objects are durable: their files are about to change.
    pub(crate) fn secure(&self, ids: &[ObjectId]) -> Result<()> {
        let mut written = lock(&self.files);
        let ended = {
            let mut waiting = lock(&self.waiting);
            ids.iter().for_each(|id| waiting.end(id));
            waiting.take_ended()
        };
        self.write(&mut written, ended)?;
        if ids.iter().any(|id| written.unsynced.contains(id)) { self.sync(&mut written) } else { Ok(()) }
    }

    fn write(&self, written: &mut Written, mut ended: Vec<Undo>) -> Result<()> {
        if ended.is_empty() {
            return Ok(());
        }
        let spans: Vec<ObjectId> = ended.iter().map(|undo| undo.span.id).collect();
        let appended = written.files.append(&mut ended);
        let done = spans.len() - ended.len();
        // What is left is tried again.
        lock(&self.waiting).give_back(ended);
        written.unsynced.extend(&spans[..done]);
        appended.map_err(|error| self.failed(&error))?;
        for id in &spans {
            // What is in the newest file stays: it is bounded by the length of a file.
            while written.files.held(id) > self.limits.object_bytes_max
                && written.files.forget_oldest_of(id).map_err(|error| self.failed(&error))?
            {}
        }
        self.retire(written)
    }

    /// Forgets what is too old, or too much.
    fn retire(&self, written: &mut Written) -> Result<()> {
        let older = journal::now_ms() - self.limits.kept_ms;
        while let Some(last) = written.files.to_retire(self.limits.bytes_max, older) {
            // Said before it is done: what is promised is there.
            let since = written.since.map_or(last, |since| (since.0.max(last.0), since.1.max(last.1)));
            self.set_since(written, since)?;
            written.files.retire_oldest().map_err(|error| self.failed(&error))?;
        }
        Ok(())
    }

    fn sync(&self, written: &mut Written) -> Result<()> {
        written.files.sync().map_err(|error| self.failed(&error))?;
        written.unsynced.clear();
        self.trouble.is_over();
        Ok(())
    }

    /// Tells that something failed.
    fn failed(&self, error: &io::Error) -> Error {
        let error = Error::io(error, "write to the history in", &self.directory);
        self.trouble.begins(&error);
        error
    }

    /// Says who is told when the history cannot be written.
    pub(crate) fn tell_failures(&self, tell: Tell) {
        self.trouble.tell(tell);
    }

    // Going back: in `back.rs`, but for what is noted.

    /// The next commit of an object restores an earlier state.
    pub(crate) fn expect_restore(&self, id: ObjectId) {
        lock(&self.waiting).expect_restore(id);
    }

    /// It restored nothing, because the state was that already. The commit is nobody's.
    pub(crate) fn mark_restore(&self, id: ObjectId, commit: u64) {
        self.last_commit.fetch_max(commit, Ordering::Relaxed);
        lock(&self.waiting).mark_restore(id, commit, journal::now_ms());
    }

    /// The last commit that is durable, whoever's.
    pub(crate) fn last_commit(&self) -> u64 {
        self.last_commit.load(Ordering::Relaxed)
    }

    /// The restores that are to take place when their objects next start.
    pub(crate) fn restores(&self) -> MutexGuard<'_, Restores> {
        lock(&self.restores)
    }

    fn run(&self) {
        loop {
            let (is_stopping, ended) = {
                let waiting = lock(&self.waiting);
                let (mut waiting, _) =
                    self.for_thread.wait_timeout(waiting, LOOK).unwrap_or_else(PoisonError::into_inner);
                let is_stopping = self.is_stopping.load(Ordering::Acquire);
                waiting.end_windows(journal::now_ms());
                if is_stopping || waiting.bytes() > WAITING_BYTES_MAX {
                    waiting.end_all();
                }
                (is_stopping, waiting.has_ended())
            };
            if ended {
                // In this order everywhere: files, then what waits.
                let mut written = lock(&self.files);
                let ended = lock(&self.waiting).take_ended();
                // Who cares has been told, and what is left is tried again.
                let _tried_again = self.write(&mut written, ended);
            }
            if is_stopping {
                return;
            }
        }
    }
}

/// The thread of a history. Dropping it ends it, with all that waited written.
#[derive(Debug)]
pub(crate) struct HistoryThread {
    history: Arc<History>,
    thread: Option<JoinHandle<()>>,
}

impl HistoryThread {
    pub(crate) fn start(history: &Arc<History>, work: Work) -> Result<Self> {
        let thread =
            match work {
                Work::Steps => None,
                Work::Threads => {
                    let history = Arc::clone(history);
                    let spawned = Builder::new().name("history".to_owned()).spawn(move || history.run());
                    Some(spawned.map_err(|error| {
                        Error::new(Kind::Io, "start the thread `history`", error.to_string())
                    })?)
                }
            };
        Ok(Self { history: Arc::clone(history), thread })
    }
}

impl Drop for HistoryThread {
    fn drop(&mut self) {
        {
            let _waiting = lock(&self.history.waiting);
            self.history.is_stopping.store(true, Ordering::Release);
        }
        self.history.for_thread.notify_all();
        if let Some(thread) = self.thread.take() {
            // One that panicked has said so.
            let _ = thread.join();
        }
        // What cannot be written now is found again by recovery, or lost with the disk.
        let _ = self.history.flush();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change under these locks is done before anything can panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
