//! What is not in the history's files yet: for each object one entry that grows with its commits.
//!
//! Of a page that changes several times only the oldest content is kept, so an object that commits a thousand times in a
//! second costs one entry. An entry ends with its window, where a bookmark was given out, and around a restore. Only
//! decides: the time is passed in.

use std::collections::{HashMap, HashSet, hash_map};

use holdfast_core::id::ObjectId;

use super::entry::{Span, Undo};
use crate::{image::Before, journal::Record};

/// Entries that wait, by object; those that have ended before the one that grows.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    growing: HashMap<ObjectId, Growing>,
    ended: Vec<Undo>,
    /// The next commit of these objects restores an earlier state.
    restores: HashSet<ObjectId>,
    bytes: usize,
}

/// An entry that grows.
#[derive(Debug)]
struct Growing {
    undo: Undo,
    window_ms: i64,
}

impl Growing {
    fn is_over(&self, now_ms: i64) -> bool {
        now_ms - self.undo.span.first_ms >= self.window_ms
    }
}

/// What undoes a commit could not be learnt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lost;

impl Waiting {
    /// Takes what undoes a commit. The window is that of an entry that begins with it.
    pub(super) fn take(&mut self, record: &Record, before: Result<&Before, Lost>, window_ms: i64) {
        let is_restore = self.restores.remove(&record.id);
        if is_restore {
            self.end(&record.id);
        }
        let Ok(before) = before else {
            self.end(&record.id);
            let span = Span { is_break: true, ..span(record) };
            let (page_bytes, pages) = (record.page_bytes, [].into());
            self.ended.push(Undo { span, page_count: 0, page_count_after: 0, page_bytes, pages });
            return;
        };
        if self.growing.get(&record.id).is_some_and(|growing| growing.is_over(record.time_ms)) {
            self.end(&record.id);
        }
        match self.growing.entry(record.id) {
            hash_map::Entry::Vacant(entry) => {
                let undo = Undo {
                    span: Span { is_restore, ..span(record) },
                    page_count: before.page_count,
                    page_count_after: record.page_count,
                    page_bytes: record.page_bytes,
                    pages: before.pages.iter().cloned().collect(),
                };
                self.bytes += undo.bytes();
                entry.insert(Growing { undo, window_ms });
            }
            hash_map::Entry::Occupied(entry) => {
                let undo = &mut entry.into_mut().undo;
                (undo.span.last, undo.span.last_ms) = (record.commit, record.time_ms);
                undo.page_count_after = record.page_count;
                let had = undo.bytes();
                for (number, page) in before.pages.iter().cloned() {
                    // A page that came and went within the entry was not there before it.
                    if number <= undo.page_count {
                        undo.pages.entry(number).or_insert(page);
                    }
                }
                self.bytes += undo.bytes() - had;
            }
        }
        if is_restore {
            self.end(&record.id);
        }
    }

    /// The next commit of an object restores an earlier state. Again after a restore that failed.
    pub(super) fn expect_restore(&mut self, id: ObjectId) {
        self.restores.insert(id);
    }

    /// The commit of a restore that was expected restores nothing.
    pub(super) fn mark_restore(&mut self, id: ObjectId, commit: u64, now_ms: i64) {
        self.restores.remove(&id);
        self.end(&id);
        let (first, last, first_ms, last_ms) = (commit, commit, now_ms, now_ms);
        let span = Span { id, first, last, first_ms, last_ms, is_break: false, is_restore: true };
        self.ended.push(Undo { span, page_count: 0, page_count_after: 0, page_bytes: 0, pages: [].into() });
    }

    /// The state of an object as it is now is to be found again.
    pub(super) fn end(&mut self, id: &ObjectId) {
        if let Some(growing) = self.growing.remove(id) {
            self.ended.push(growing.undo);
        }
    }

    /// Ends the entries whose windows are over.
    pub(super) fn end_windows(&mut self, now_ms: i64) {
        let over = self.growing.iter().filter(|(_, growing)| growing.is_over(now_ms));
        let over: Vec<ObjectId> = over.map(|(id, _)| *id).collect();
        over.iter().for_each(|id| self.end(id));
    }

    /// Ends all entries.
    pub(super) fn end_all(&mut self) {
        self.ended.extend(self.growing.drain().map(|(_, growing)| growing.undo));
    }

    /// Takes the entries that have ended, those of one object in their order.
    pub(super) fn take_ended(&mut self) -> Vec<Undo> {
        self.bytes = self.growing.values().map(|growing| growing.undo.bytes()).sum();
        std::mem::take(&mut self.ended)
    }

    /// Takes back what could not be written.
    pub(super) fn give_back(&mut self, mut undone: Vec<Undo>) {
        self.bytes += undone.iter().map(Undo::bytes).sum::<usize>();
        undone.append(&mut self.ended);
        self.ended = undone;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.growing.is_empty() && self.ended.is_empty()
    }

    pub(super) fn has_ended(&self) -> bool {
        !self.ended.is_empty()
    }

    /// What waits of an object, newest first.
    pub(super) fn of(&self, id: &ObjectId) -> Vec<Undo> {
        let ended = self.ended.iter().rev().filter(|undo| undo.span.id == *id);
        self.growing.get(id).map(|growing| &growing.undo).into_iter().chain(ended).cloned().collect()
    }

    /// How much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

fn span(record: &Record) -> Span {
    Span {
        id: record.id,
        first: record.commit,
        last: record.commit,
        first_ms: record.time_ms,
        last_ms: record.time_ms,
        is_break: false,
        is_restore: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(commit: u64, time_ms: i64) -> Record {
        Record {
            id: ObjectId::from_trusted_bytes([1; 32]),
            namespace: "test".into(),
            commit,
            time_ms,
            page_bytes: 512,
            page_count: 1,
            alarm: None,
            pages: Vec::new(),
        }
    }

    fn before() -> Before {
        Before { page_count: 1, pages: vec![(1, vec![0; 512].into())] }
    }

    #[test]
    fn what_could_not_be_written_takes_memory_again() {
        let mut waiting = Waiting::default();
        for commit in 1..=3 {
            waiting.take(&record(commit, 0), Ok(&before()), 0);
        }
        let bytes = waiting.bytes();
        let ended = waiting.take_ended();
        assert!(waiting.bytes() < bytes);
        waiting.give_back(ended);
        assert_eq!(waiting.bytes(), bytes);
        waiting.end_all();
        waiting.take_ended();
        assert_eq!(waiting.bytes(), 0);
    }

    #[test]
    fn only_the_next_commit_is_the_restore() {
        let mut waiting = Waiting::default();
        let id = record(0, 0).id;
        // The commit of the first attempt failed.
        waiting.expect_restore(id);
        waiting.expect_restore(id);
        (1..=2).for_each(|commit| waiting.take(&record(commit, 0), Ok(&before()), 0));
        waiting.end_all();
        let restores = waiting.take_ended().iter().map(|undo| undo.span.is_restore).collect::<Vec<_>>();
        assert_eq!(restores, [true, false]);
    }

    #[test]
    fn an_entry_keeps_the_window_it_began_with() {
        let mut waiting = Waiting::default();
        waiting.take(&record(1, 0), Ok(&before()), 10_000);
        waiting.end_windows(9_999);
        waiting.take(&record(2, 9_999), Ok(&before()), 1_000);
        assert!(!waiting.has_ended());
        waiting.end_windows(10_000);
        assert_eq!(waiting.take_ended().iter().map(|undo| undo.span.last).collect::<Vec<_>>(), [2]);
        // Also without anybody who looks.
        waiting.take(&record(3, 20_000), Ok(&before()), 1_000);
        waiting.take(&record(4, 21_000), Ok(&before()), 1_000);
        assert!(waiting.has_ended());
    }
}
