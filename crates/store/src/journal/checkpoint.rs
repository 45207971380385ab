//! Checkpoints: durable pages go to the files, and segments that nobody needs are free again.
//!
//! Promises that a segment is written over only after every file with something of it, and the names of those files, are
//! durable, whoever observes records has kept them, and the journal's position says so. A file whose sync failed is
//! written again from the journal: what it was given before may be lost.

use std::{
    collections::{BTreeSet, HashMap},
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
        for image in &images {
            let taken_back = if image.is_suspect() { self.take_back(image) } else { Ok(()) };
            if let Err(error) = taken_back.and_then(|()| self.write_out(image)) {
                failure.get_or_insert(error);
            }
        }
        if let Err(error) = self.sync(&images) {
            failure.get_or_insert(error);
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
            // At once, while the old pages are still read from the system's memory. Until it is done, the object needs
            // its segments.
            let _tried_again = self.take_back(image);
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

    /// Reads the pages of an object again that may be lost.
    fn take_back(&self, image: &Image) -> Result<()> {
        let Some(since) = image.needs_since() else { return Ok(()) };
        let pages = self.pages_of(image.id())?;
        lock(&self.queue).count(image.take_back(pages, since));
        Ok(())
    }

    /// The newest version of each page of an object that the journal has.
    fn pages_of(&self, id: ObjectId) -> Result<HashMap<u32, Page>> {
        let mut pages = HashMap::new();
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
                    && record.id == id
                {
                    pages.retain(|number, _| *number <= record.page_count);
                    pages.extend(record.pages);
                }
                expected = Some(place.ordinal + 1);
                at = recover::after(at, &fragment);
            }
        });
        read.map_err(|error| Error::io(&error, "read the journal in", &self.directory))?;
        Ok(pages)
    }

    fn all_images(&self) -> Vec<Arc<Image>> {
        lock(&self.images).values().cloned().collect()
    }
}
