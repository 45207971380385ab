//! What is in a file of the history, and where: the heads of its entries, in their order.
//!
//! A full file ends with its index, and is found through it; that of the newest file is in memory.

use std::io;

use super::entry::{self, HEAD, Span, Undo};
use crate::disk::DiskFile;

/// At the end of a full file: where the index begins, its length, its checksum, and this.
const MAGIC: u32 = 0x7864_6e69;
const TRAILER: usize = 20;
/// The head of an entry, and where it is.
const INDEXED: usize = HEAD + 8;

#[derive(Debug)]
pub(super) struct Index {
    /// The entries and where each begins. They follow one another directly.
    entries: Vec<(Span, u64)>,
    /// Where the last one ends.
    pub(super) end: u64,
}

impl Index {
    /// Of a file that has nothing yet but its first `end` bytes.
    pub(super) fn new(end: u64) -> Self {
        Self { entries: Vec::new(), end }
    }

    /// Notes an entry that was put at the end.
    pub(super) fn push(&mut self, span: Span, len: u64) {
        self.entries.push((span, self.end));
        self.end += len;
    }

    /// Forgets the entries from `end` on, and returns their spans and lengths, oldest first.
    pub(super) fn cut(&mut self, end: u64) -> Vec<(Span, u64)> {
        let kept = self.entries.partition_point(|(_, at)| *at < end);
        let cut = self.entries().skip(kept).map(|(span, place)| (*span, place.end - place.start)).collect();
        self.entries.truncate(kept);
        self.end = end;
        cut
    }

    /// The spans, and where each entry is.
    pub(super) fn entries(&self) -> impl DoubleEndedIterator<Item = (&Span, std::ops::Range<u64>)> {
        let ends = self.entries.iter().skip(1).map(|(_, at)| *at).chain([self.end]).collect::<Vec<_>>();
        self.entries.iter().zip(ends).map(|((span, at), end)| (span, *at..end))
    }

    /// The entries of one object, newest first, and where each begins.
    pub(super) fn of(&self, id: &holdfast_core::id::ObjectId) -> impl Iterator<Item = (Span, u64)> {
        self.entries.iter().rev().filter(|(span, _)| span.id == *id).copied()
    }

    /// The last commit and the last time.
    pub(super) fn last(&self) -> (u64, i64) {
        let spans = || self.entries.iter().map(|(span, _)| span);
        (
            spans().map(|span| span.last).max().unwrap_or(0),
            spans().map(|span| span.last_ms).max().unwrap_or(0),
        )
    }

    /// As it stands at the end of a full file.
    pub(super) fn encode(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.entries.len() * INDEXED + TRAILER);
        for (span, at) in &self.entries {
            let start = bytes.len();
            Undo::of_nothing(*span).encode(&mut bytes);
            bytes.truncate(start + HEAD);
            bytes.extend(at.to_le_bytes());
        }
        let sum = crc32fast::hash(&bytes);
        let len = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        bytes.extend(self.end.to_le_bytes());
        bytes.extend(len.to_le_bytes());
        bytes.extend(sum.to_le_bytes());
        bytes.extend(MAGIC.to_le_bytes());
        Ok(bytes)
    }

    /// The index at the end of a full file.
    pub(super) fn read(file: &dyn DiskFile) -> io::Result<Option<Self>> {
        let size = file.size()?;
        let mut trailer = [0; TRAILER];
        if size < TRAILER as u64 {
            return Ok(None);
        }
        file.read_at(&mut trailer, size - TRAILER as u64)?;
        let word =
            |at: usize| u32::from_le_bytes([trailer[at], trailer[at + 1], trailer[at + 2], trailer[at + 3]]);
        let end = u64::from(word(0)) | u64::from(word(4)) << 32;
        let len = u64::from(word(8));
        if word(16) != MAGIC
            || end.checked_add(len).and_then(|end| end.checked_add(TRAILER as u64)) != Some(size)
        {
            return Ok(None);
        }
        let mut bytes = vec![0; usize::try_from(len).map_err(io::Error::other)?];
        let read = file.read_at(&mut bytes, end)?;
        if read != bytes.len() || crc32fast::hash(&bytes) != word(12) {
            return Ok(None);
        }
        let entries = bytes.chunks_exact(INDEXED).map(|chunk| {
            let (span, _) = entry::head(chunk)?;
            let mut at = [0; 8];
            at.copy_from_slice(&chunk[HEAD..]);
            Some((span, u64::from_le_bytes(at)))
        });
        Ok(entries.collect::<Option<_>>().map(|entries| Self { entries, end }))
    }
}
