//! Puts records into segments: all that wait in one go, with one sync.
//!
//! Promises that a record is durable when [`Writer::write`] returns, and that after a failure the next one begins in
//! another segment, whose header voids what may have been written.

use std::{io, sync::Arc};

#[cfg(test)]
use super::Twin;
use super::{
    Limits,
    format::{self, BLOCK, FRAGMENT_HEADER, Part, Place},
    record::Record,
    segments::{Segments, Tail},
};

/// Room that is kept for the next group.
const BUFFER_KEPT_BYTES: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Writer {
    tail: Option<(Tail, u64)>,
    ordinal: u64,
    group: u32,
    buffer: Vec<u8>,
    #[cfg(test)]
    twin: Twin,
}

/// A group of records on its way.
struct Group<'a> {
    segments: &'a Segments,
    tail: Tail,
    /// Where in the tail the buffer goes.
    start: u64,
    buffer: Vec<u8>,
    place: Place,
    /// Files with something of this group in them.
    written: Vec<Tail>,
    /// The first segment of the group.
    first: u64,
}

impl Writer {
    #[cfg_attr(not(test), expect(unused_variables, reason = "a broken twin is made for tests"))]
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            tail: None,
            ordinal: 0,
            group: 0,
            buffer: Vec::new(),
            #[cfg(test)]
            twin: limits.twin,
        }
    }

    /// Writes records, and tells for each in which segment it begins.
    pub(crate) fn write(&mut self, segments: &Segments, records: &[Arc<Record>]) -> io::Result<Vec<u64>> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let (tail, start) = match self.tail.take() {
            Some(tail) => tail,
            None => (segments.next(self.ordinal, self.group + 1)?, BLOCK as u64),
        };
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let place = Place { sequence: tail.sequence, ordinal: self.ordinal, group: self.group + 1 };
        let first = tail.sequence;
        let mut group = Group { segments, tail, start, buffer, place, written: Vec::new(), first };
        let mut begin_in = Vec::with_capacity(records.len());
        let result = records
            .iter()
            .try_for_each(|record| {
                begin_in.push(group.put(record)?);
                Ok(())
            })
            .and_then(|()| group.end(|file| self.sync(file)));
        match result {
            Ok(end) => {
                self.ordinal = group.place.ordinal;
                self.group += 1;
                self.tail = Some((group.tail, end));
                if group.buffer.capacity() <= BUFFER_KEPT_BYTES {
                    self.buffer = group.buffer;
                }
                Ok(begin_in)
            }
            Err(error) => {
                segments.abandon(group.first, self.ordinal);
                Err(error)
            }
        }
    }

    /// The ordinal of the next fragment.
    pub(crate) fn ordinal(&self) -> u64 {
        self.ordinal
    }

    /// Makes sure that what failed before cannot come back: there is a tail again.
    pub(crate) fn heal(&mut self, segments: &Segments) -> io::Result<()> {
        if self.tail.is_none() {
            self.tail = Some((segments.next(self.ordinal, self.group + 1)?, BLOCK as u64));
        }
        Ok(())
    }

    /// Goes on in another segment, when there is something to write.
    pub(crate) fn seal(&mut self, segments: &Segments) {
        if self.tail.take().is_some() {
            segments.seal(self.ordinal);
        }
    }

    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "a broken twin does not sync"))]
    fn sync(&self, tail: &Tail) -> io::Result<()> {
        #[cfg(test)]
        if self.twin == Twin::AcknowledgesBeforeSync {
            return Ok(());
        }
        tail.file.sync()
    }
}

impl Group<'_> {
    /// Appends a record. Returns the segment it begins in.
    fn put(&mut self, record: &Record) -> io::Result<u64> {
        let len = record.bytes();
        let room = self.room()?;
        let sequence = self.place.sequence;
        if len <= room {
            self.put_fragment(Part::Whole, |into| record.encode(into));
            return Ok(sequence);
        }
        // It may be as long as a transaction, so it is not copied as a whole.
        let mut head = Vec::new();
        record.encode_head(&mut head);
        let mut at = 0;
        while at < len {
            let end = len.min(at + self.room()?);
            self.put_fragment(Part::of(at == 0, end == len), |into| {
                let split = head.len();
                into.extend_from_slice(&head[at.min(split)..end.min(split)]);
                record.encode_pages(at.max(split) - split..end.max(split) - split, into);
            });
            at = end;
        }
        Ok(sequence)
    }

    fn put_fragment(&mut self, part: Part, payload: impl FnOnce(&mut Vec<u8>)) {
        format::put_fragment(&mut self.buffer, self.place, part, payload);
        self.place.ordinal += 1;
    }

    /// How many bytes of a record go into the next fragment, at most; at least one.
    fn room(&mut self) -> io::Result<usize> {
        if self.buffer.len() % BLOCK > BLOCK - FRAGMENT_HEADER {
            self.buffer.resize(self.buffer.len().next_multiple_of(BLOCK), 0);
        }
        let used = self.start + self.buffer.len() as u64;
        let left = usize::try_from(self.segments.segment_bytes().saturating_sub(used)).unwrap_or(usize::MAX);
        if left > FRAGMENT_HEADER {
            return Ok(left - FRAGMENT_HEADER);
        }
        self.write()?;
        self.segments.seal(self.place.ordinal);
        self.tail = self.segments.next(self.place.ordinal, self.place.group)?;
        self.place.sequence = self.tail.sequence;
        self.start = BLOCK as u64;
        Ok(usize::try_from(self.segments.segment_bytes()).unwrap_or(usize::MAX) - BLOCK - FRAGMENT_HEADER)
    }

    fn write(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.tail.file.write_at(&self.buffer, self.start)?;
            self.start += self.buffer.len() as u64;
            self.buffer.clear();
            self.written.push(self.tail.clone());
        }
        Ok(())
    }

    /// Makes the group durable. Returns where the next one begins.
    fn end(&mut self, sync: impl Fn(&Tail) -> io::Result<()>) -> io::Result<u64> {
        self.place.ordinal += format::pad(&mut self.buffer, self.place);
        self.write()?;
        self.written.drain(..).try_for_each(|tail| sync(&tail))?;
        Ok(self.start)
    }
}
