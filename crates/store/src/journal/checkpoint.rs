//! Checkpoints: durable pages go to the files, and segments that nobody needs are free again.
//!
//! Promises that a segment is written over only after every file with something of it, and the names of those files, are
//! durable, whoever observes records has kept them, and the journal's position says so. A file whose sync failed is
//! written again from the journal: what it was given before may be lost.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use holdfast_core::id::ObjectId;

use super::{
    Journal,
    format::{self, Assembly, BLOCK, FRAGMENT_HEADER, Step},
    lock,
    position::Position,
    recover,
};
use crate::{
    disk,
    error::{Error, Result},
    image::{Image, Page, Unsynced},
};

/// Files that are synced one by one. More of them are quicker with the whole file system at once.
#[cfg(not(test))]
pub(crate) const FILES_SYNCED_EACH_MAX: usize = 32;
/// So that tests with few objects come both ways.
#[cfg(test)]
pub(crate) const FILES_SYNCED_EACH_MAX: usize = 3;

/// Pages by number.
type Pages = HashMap<u32, Page>;

impl Journal {
    /// Does what waits for the checkpointer. False when nothing does.
    pub(crate) fn checkpoint_waiting(&self) -> bool {
        let (closed, wants_all, is_much) = {
            let mut queue = lock(&self.queue);
            if !queue.has_checkpoint_work(&self.limits) {
                return false;
            }
            let is_much = queue.unwritten_bytes > self.limits.unwritten_bytes_max;
            (std::mem::take(&mut queue.closed), std::mem::take(&mut queue.wants_checkpoint), is_much)
        };
        {
            let _one_at_a_time = lock(&self.checkpointing);
            let all = if is_much && !wants_all { self.all_images() } else { Vec::new() };
            self.announce(all.iter().chain(&closed));
            for image in all.iter().chain(&closed).filter(|image| !image.is_suspect()) {
                // One that fails is tried again by the next checkpoint, which says so if it matters.
                let _tried_again = self.write_out(image);
            }
        }
        for image in closed {
            self.forget_clean(&image);
        }
        if wants_all {
            let outcome = self.checkpoint();
            let mut queue = lock(&self.queue);
            queue.checkpoint = outcome.err();
            queue.checkpoints += 1;
            drop(queue);
            self.progress.notify_all();
        }
        true
    }

    /// Writes what is durable to the files and frees the segments before the tail.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        let _one_at_a_time = lock(&self.checkpointing);
        let end = lock(&self.queue).floor;
        let images = self.all_images();
        let mut failure = None;
        self.announce(images.iter());
        if let Err(error) = self.take_back(&images) {
            failure.get_or_insert(error);
        }
        for image in images.iter().filter(|image| !image.is_suspect()) {
            if let Err(error) = self.write_out(image) {
                failure.get_or_insert(error);
            }
        }
        if let Err(error) = self.sync(&images) {
            failure.get_or_insert(error);
            // At once, while the old pages are still read from the system's memory. Until it is done, the objects need
            // their segments.
            let _tried_again = self.take_back(&images);
        }
        let needed = images.iter().filter_map(|image| image.needs_since()).min().unwrap_or(end).min(end);
        self.free(needed)?;
        for image in images {
            self.forget_clean(&image);
        }
        failure.map_or(Ok(()), Err)
    }

    /// Makes durable what was written to files. The first failure is told; the others are tried all the same.
    fn sync(&self, images: &[Arc<Image>]) -> Result<()> {
        let unsynced: Vec<(&Arc<Image>, Unsynced)> =
            images.iter().filter_map(|image| Some((image, image.unsynced()?))).collect();
        let mut failure = None;
        let mut suspect = |image: &Arc<Image>, error: Error| {
            failure.get_or_insert(error);
            image.suspect();
        };
        let mut synced = Vec::with_capacity(unsynced.len());
        match &self.file_system {
            Some(file_system) if unsynced.len() > FILES_SYNCED_EACH_MAX => match file_system.sync() {
                Ok(()) => synced = unsynced,
                Err(error) => {
                    for (image, _) in unsynced {
                        suspect(image, Error::io(&error, "sync", image.path()));
                    }
                }
            },
            _ => {
                let mut directories = BTreeSet::new();
                for (image, token) in unsynced {
                    match image.sync() {
                        Ok(()) => {
                            if token.is_name_unsynced {
                                directories.insert(disk::parent(image.path()));
                            }
                            synced.push((image, token));
                        }
                        Err(error) => suspect(image, Error::io(&error, "sync", image.path())),
                    }
                }
                for directory in directories {
                    self.disk
                        .sync_directory(directory)
                        .map_err(|error| Error::io(&error, "sync directory", directory))?;
                }
            }
        }
        for (image, token) in synced {
            image.synced(&token);
        }
        failure.map_or(Ok(()), Err)
    }

    /// Frees the segments before one.
    fn free(&self, needed: u64) -> Result<()> {
        let oldest = self.segments.begin_from(needed);
        if !self.segments.has_before(oldest.sequence) {
            return Ok(());
        }
        self.observer.before_recycling()?;
        let failed = |error| Error::io(&error, "write to the journal in", &self.directory);
        let commit = self.last_commit.load(std::sync::atomic::Ordering::Relaxed);
        Position { oldest, commit }.write(&*self.disk, &self.directory).map_err(failed)?;
        self.segments.recycle(oldest.sequence).map_err(failed)
    }

    /// Says which files are about to change, all at once: one by one it would be a sync for each.
    fn announce<'a>(&self, images: impl Iterator<Item = &'a Arc<Image>>) {
        let ids: Vec<ObjectId> =
            images.filter(|image| image.needs_since().is_some()).map(|image| image.id()).collect();
        if !ids.is_empty() {
            // A failure comes again with the files it concerns.
            let _comes_again = self.observer.before_writing(&ids);
        }
    }

    fn write_out(&self, image: &Image) -> Result<()> {
        let waiting = image
            .write_out(&|| self.observer.before_writing(&[image.id()]))
            .map_err(|error| Error::io(&error, "write", image.path()))?;
        lock(&self.queue).count(waiting);
        Ok(())
    }

    /// Reads the pages again that may be lost, of all objects at once: the journal is long.
    fn take_back(&self, images: &[Arc<Image>]) -> Result<()> {
        let suspects = images.iter().filter(|image| image.is_suspect());
        let mut pages: BTreeMap<ObjectId, Pages> =
            suspects.clone().map(|image| (image.id(), Pages::new())).collect();
        if pages.is_empty() {
            return Ok(());
        }
        self.find_pages(&mut pages)?;
        for image in suspects {
            let Some(since) = image.needs_since() else { continue };
            let pages = pages.remove(&image.id()).unwrap_or_default();
            lock(&self.queue).count(image.take_back(pages, since));
        }
        Ok(())
    }

    /// Finds the newest version of each page of some objects that the journal has.
    fn find_pages(&self, found: &mut BTreeMap<ObjectId, Pages>) -> Result<()> {
        let mut assembly = Assembly::default();
        let mut expected = None;
        // What is being written now may yet fail.
        let confirmed = lock(&self.queue).confirmed;
        let read = self.segments.read(|sequence, limit, content| {
            let mut at = BLOCK;
            while content.len().saturating_sub(at) > FRAGMENT_HEADER {
                let Some(fragment) = format::fragment(&content[at..]) else { break };
                let place = fragment.place;
                if place.sequence != sequence || place.ordinal >= limit.min(confirmed) {
                    break;
                }
                if expected.is_some_and(|expected| place.ordinal != expected) {
                    assembly.give_up();
                }
                if let Step::Record(record) = assembly.take(&fragment)
                    && let Some(pages) = found.get_mut(&record.id)
                {
                    pages.retain(|number, _| *number <= record.page_count);
                    pages.extend(record.pages);
                }
                expected = Some(place.ordinal + 1);
                at = recover::after(at, &fragment);
            }
        });
        read.map_err(|error| Error::io(&error, "read the journal in", &self.directory))
    }

    fn all_images(&self) -> Vec<Arc<Image>> {
        lock(&self.images).values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        path::Path,
        sync::{OnceLock, Weak},
    };

    use super::*;
    use crate::{
        commits::Inbox,
        disk::{Fault, SimulatedDisk},
        journal::{Limits, Observer, Record, Work},
    };

    const PAGE: usize = 4096;
    const DIRECTORY: &str = "/journal";

    /// Fails the disk at a file's sync while the writer tells of what it wrote, once.
    #[derive(Debug)]
    struct Disturbing {
        disk: SimulatedDisk,
        journal: OnceLock<Weak<Journal>>,
    }

    impl Observer for Disturbing {
        fn durable(&self, _: &Arc<Record>) {
            if let Some(journal) = self.journal.get().and_then(Weak::upgrade) {
                // It is made and written, and then synced.
                self.disk.fail_after(2, Fault::Broken);
                journal.checkpoint().unwrap_err();
                self.disk.heal();
            }
        }

        fn recovered(&self, _: &Record) {}

        fn before_recycling(&self) -> Result<()> {
            Ok(())
        }
    }

    fn open(disk: &SimulatedDisk, observer: Arc<dyn Observer>) -> Arc<Journal> {
        use crate::disk::Disk as _;
        let directory = Path::new(DIRECTORY);
        disk.create_directories(directory).unwrap();
        let limits = Limits { segment_bytes: 32 << 10, ..Limits::DEFAULT };
        let disk = Arc::new(disk.clone());
        let opened = Journal::open(disk, directory, directory, limits, Work::Steps, &|_| None, observer);
        Arc::new(opened.unwrap().0)
    }

    /// Commits a database of a few pages, each filled with the number of its object.
    fn commit(journal: &Journal, number: u8, pages: usize) -> Arc<Image> {
        let id = ObjectId::from_trusted_bytes([number; 32]);
        let path = || Path::new(DIRECTORY).join(crate::image::file_name(id));
        let image = journal.image(&"test".into(), id, path);
        assert!(!image.is_present().unwrap());
        image.begin_changes();
        (0..pages).for_each(|at| image.write(&[number; PAGE], (at * PAGE) as u64).unwrap());
        let changes = image.take_changes().unwrap();
        journal.commit(&image, changes, None, &Arc::new(Inbox::new(Arc::new(|| {}))));
        image
    }

    #[test]
    fn a_record_is_taken_back_as_soon_as_a_checkpoint_can_write_it() {
        for seed in 1..30 {
            let disk = SimulatedDisk::new(seed);
            let observer = Arc::new(Disturbing { disk: disk.clone(), journal: OnceLock::new() });
            let journal = open(&disk, Arc::<Disturbing>::clone(&observer));
            // The first of a segment makes it; the second only writes.
            commit(&journal, 1, 1);
            journal.complete().unwrap();
            observer.journal.set(Arc::downgrade(&journal)).unwrap();
            let image = commit(&journal, 2, 1);
            journal.settle();
            journal.complete().unwrap();
            let written = disk.power_cut().content(image.path());
            assert!(written.is_some_and(|bytes| bytes == [2; PAGE]), "seed {seed}");
        }
    }

    #[test]
    fn one_failed_sync_of_many_files_reads_the_journal_once() {
        let disk = SimulatedDisk::new(1);
        let observer = Arc::new(Disturbing { disk: disk.clone(), journal: OnceLock::new() });
        let journal = open(&disk, observer);
        let (objects, pages) = (8, 3);
        let images: Vec<_> = (1..=objects).map(|number| commit(&journal, number, pages)).collect();
        journal.settle();
        let segments = journal.segments.live_bytes() / journal.limits.segment_bytes;
        assert!(segments > 2, "{segments}");
        // Each is made, and its pages written; then comes the sync of all.
        disk.fail_after(u64::from(objects) * (1 + pages as u64), Fault::Broken);
        let reads = disk.reads();
        journal.checkpoint().unwrap_err();
        assert_eq!(disk.reads() - reads, segments);
        disk.heal();
        journal.complete().unwrap();
        let disk = disk.power_cut();
        for (number, image) in (1..=objects).zip(images) {
            // But for the mode that an image writes into the header.
            let mut written = disk.content(image.path()).unwrap();
            written[..100].fill(number);
            assert!(written == vec![number; pages * PAGE], "object {number}");
        }
    }
}
