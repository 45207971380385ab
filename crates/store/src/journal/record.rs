//! A record: one commit of one object, and how it is laid out in bytes (`FORMAT.md` draws it).

use std::{ops::Range, sync::Arc};

use holdfast_core::{alarm::Time, id::ObjectId};

use crate::image::Page;

/// The only kind of record there is.
const KIND_COMMIT: u8 = 1;
/// Bytes before the name of the namespace.
const FIXED_BYTES: usize = 72;

const ALARM_UNCHANGED: u8 = 0;
const ALARM_DELETED: u8 = 1;
const ALARM_SET: u8 = 2;

/// One commit of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whose it is.
    pub id: ObjectId,
    /// The unique key of the object's namespace.
    pub namespace: Arc<str>,
    /// The number of the commit: rises from record to record, across restarts.
    pub commit: u64,
    /// When it was made, in milliseconds since 1970.
    pub time_ms: i64,
    /// How long the pages are.
    pub page_bytes: u32,
    /// How many pages the database has after it.
    pub page_count: u32,
    /// What it made of the alarm: nothing, or what is there now.
    pub alarm: Option<Option<Time>>,
    /// The pages it changed, by their numbers from 1, in that order.
    pub pages: Vec<(u32, Arc<[u8]>)>,
}

impl Record {
    /// How many bytes it takes, without the headers of its fragments.
    pub(crate) fn bytes(&self) -> usize {
        let pages: usize = self.pages.iter().map(|(_, page)| page.len() + 4).sum();
        FIXED_BYTES + self.namespace.len() + pages
    }

    /// Appends the whole of it.
    pub(crate) fn encode(&self, into: &mut Vec<u8>) {
        into.reserve(self.bytes());
        self.encode_head(into);
        self.pages.iter().for_each(|(_, page)| into.extend_from_slice(page));
    }

    /// Appends what of its pages is between two places, counted from the first byte of the first page.
    pub(crate) fn encode_pages(&self, mut range: Range<usize>, into: &mut Vec<u8>) {
        let size = self.pages.first().map_or(1, |(_, page)| page.len());
        while !range.is_empty() {
            let start = range.start % size;
            let end = size.min(start + range.len());
            into.extend_from_slice(&self.pages[range.start / size].1[start..end]);
            range.start += end - start;
        }
    }

    /// Appends what comes before the pages.
    pub(crate) fn encode_head(&self, into: &mut Vec<u8>) {
        let (alarm, due) = match self.alarm {
            None => (ALARM_UNCHANGED, 0),
            Some(None) => (ALARM_DELETED, 0),
            Some(Some(due)) => (ALARM_SET, due.to_nanoseconds()),
        };
        let namespace = u16::try_from(self.namespace.len()).expect("the key of a namespace is short");
        let changed = u32::try_from(self.pages.len()).expect("a database has fewer pages than that");
        into.extend([KIND_COMMIT, alarm]);
        into.extend(namespace.to_le_bytes());
        into.extend(self.page_bytes.to_le_bytes());
        into.extend(self.page_count.to_le_bytes());
        into.extend(changed.to_le_bytes());
        into.extend(self.commit.to_le_bytes());
        into.extend(self.time_ms.to_le_bytes());
        into.extend(due.to_le_bytes());
        into.extend(self.id.to_bytes());
        into.extend(self.namespace.as_bytes());
        for (number, _) in &self.pages {
            into.extend(number.to_le_bytes());
        }
    }

    /// The record in `bytes`, unless they are none.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let [kind, alarm] = take(&mut rest)?;
        let namespace = usize::from(u16::from_le_bytes(take(&mut rest)?));
        let page_bytes = u32::from_le_bytes(take(&mut rest)?);
        let page_count = u32::from_le_bytes(take(&mut rest)?);
        let changed = usize::try_from(u32::from_le_bytes(take(&mut rest)?)).ok()?;
        let commit = u64::from_le_bytes(take(&mut rest)?);
        let time_ms = i64::from_le_bytes(take(&mut rest)?);
        let due = i64::from_le_bytes(take(&mut rest)?);
        let id = ObjectId::from_trusted_bytes(take(&mut rest)?);
        let (name, rest) = rest.split_at_checked(namespace)?;
        let namespace: Arc<str> = str::from_utf8(name).ok()?.into();
        let (numbers, pages) = rest.split_at_checked(changed.checked_mul(4)?)?;
        let size = usize::try_from(page_bytes).ok()?;
        let is_sound = kind == KIND_COMMIT
            && (512..=65_536).contains(&size)
            && pages.len() == changed.checked_mul(size)?;
        if !is_sound {
            return None;
        }
        let alarm = match alarm {
            ALARM_UNCHANGED => None,
            ALARM_DELETED => Some(None),
            ALARM_SET => Some(Some(Time::from_nanoseconds(due))),
            _ => return None,
        };
        let number =
            |bytes: &[u8]| bytes.try_into().map(u32::from_le_bytes).ok().filter(|number| *number > 0);
        let pages = numbers
            .chunks_exact(4)
            .zip(pages.chunks_exact(size))
            .map(|(bytes, page)| Some((number(bytes)?, Page::from(page))))
            .collect::<Option<Vec<_>>>()?;
        Some(Self { id, namespace, commit, time_ms, page_bytes, page_count, alarm, pages })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, others) = rest.split_first_chunk()?;
    *rest = others;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written_and_not_when_it_is_cut() {
        let record = Record {
            id: ObjectId::from_trusted_bytes([7; 32]),
            namespace: "chat-Room".into(),
            commit: 3,
            time_ms: 1_795_372_565_732,
            page_bytes: 512,
            page_count: 9,
            alarm: Some(Some(Time::from_nanoseconds(-5))),
            pages: vec![(1, vec![1; 512].into()), (9, vec![2; 512].into())],
        };
        let mut bytes = Vec::new();
        record.encode(&mut bytes);
        assert_eq!(bytes.len(), record.bytes());
        assert_eq!(Record::decode(&bytes), Some(record.clone()));
        let mut parts = Vec::new();
        record.encode_head(&mut parts);
        for range in [0..1, 1..512, 512..700, 700..1024] {
            record.encode_pages(range, &mut parts);
        }
        assert_eq!(parts, bytes);
        for len in 0..bytes.len() {
            assert_eq!(Record::decode(&bytes[..len]), None, "{len}");
        }
    }
}
