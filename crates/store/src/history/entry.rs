//! An entry: what undoes some commits of an object, and how it is laid out in bytes.
//!
//! ```text
//!   crc32 │ length │ flags │ id │ first commit, last │ first time, last (ms) │ pages before, after │ bytes of a page │ n
//!     4       4        4     32      8 + 8                8 + 8                    4 + 4                  4            4
//!   n × page number (4) │ their content before the first commit, compressed (lz4, its length before it)
//! ```
//!
//! Numbers are little-endian. The checksum is of all that follows it.

use std::collections::BTreeMap;

use holdfast_core::id::ObjectId;

use crate::image::Page;

/// The bytes before the numbers of pages.
pub(super) const HEAD: usize = 92;

/// What went before was lost: nothing before the entry's last commit can be rebuilt.
const BREAK: u32 = 1;
/// The first commit restored an earlier state.
const RESTORE: u32 = 2;

/// Which commits of which object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) id: ObjectId,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) first_ms: i64,
    pub(crate) last_ms: i64,
    pub(crate) is_break: bool,
    pub(crate) is_restore: bool,
}

/// What undoes the commits of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undo {
    pub(crate) span: Span,
    /// How many pages there were.
    pub(crate) page_count: u32,
    /// How many there were after the last commit.
    pub(crate) page_count_after: u32,
    pub(crate) page_bytes: u32,
    /// What was on the pages that changed or went.
    pub(crate) pages: BTreeMap<u32, Page>,
}

impl Undo {
    /// Whether it only says that there was a restore, which changed nothing.
    pub(super) fn is_mark(&self) -> bool {
        self.page_bytes == 0
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        self.pages.len() * (self.page_bytes as usize + 64)
    }

    /// An entry without pages.
    pub(super) fn of_nothing(span: Span) -> Self {
        Self { span, page_count: 0, page_count_after: 0, page_bytes: 0, pages: BTreeMap::new() }
    }

    /// Appends the entry.
    pub(super) fn encode(&self, into: &mut Vec<u8>) {
        let start = into.len();
        let span = &self.span;
        let flags = (u32::from(span.is_break) * BREAK) | (u32::from(span.is_restore) * RESTORE);
        into.extend([0; 8]);
        into.extend(flags.to_le_bytes());
        into.extend(span.id.bytes());
        for commit in [span.first, span.last] {
            into.extend(commit.to_le_bytes());
        }
        for time in [span.first_ms, span.last_ms] {
            into.extend(time.to_le_bytes());
        }
        let count = u32::try_from(self.pages.len()).expect("fewer pages than a database has");
        for number in [self.page_count, self.page_count_after, self.page_bytes, count] {
            into.extend(number.to_le_bytes());
        }
        self.pages.keys().for_each(|number| into.extend(number.to_le_bytes()));
        let content: Vec<u8> = self.pages.values().flat_map(|page| page.iter().copied()).collect();
        into.extend(lz4_flex::compress_prepend_size(&content));
        let len = u32::try_from(into.len() - start).expect("an entry is bounded");
        into[start + 4..start + 8].copy_from_slice(&len.to_le_bytes());
        let sum = crc32fast::hash(&into[start + 4..]);
        into[start..start + 4].copy_from_slice(&sum.to_le_bytes());
    }

    /// The entry at the beginning of `bytes`, unless there is none.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (span, len) = head(bytes)?;
        let bytes = bytes.get(..len)?;
        let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        if crc32fast::hash(&bytes[4..]) != word(0)? {
            return None;
        }
        let (page_count, page_count_after) = (word(76)?, word(80)?);
        let (page_bytes, count) = (word(84)?, word(88)?);
        let numbers = bytes.get(HEAD..HEAD + usize::try_from(count).ok()?.checked_mul(4)?)?;
        let content = lz4_flex::decompress_size_prepended(&bytes[HEAD + numbers.len()..]).ok()?;
        let numbers =
            numbers.chunks_exact(4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        let size = usize::try_from(page_bytes).ok()?.max(1);
        let pages = numbers.zip(content.chunks_exact(size).map(Page::from)).collect();
        Some(Self { span, page_count, page_count_after, page_bytes, pages })
    }
}

/// Which commits an entry undoes, and how long it is. Its checksum is not looked at.
pub(super) fn head(bytes: &[u8]) -> Option<(Span, usize)> {
    let bytes: &[u8; HEAD] = bytes.get(..HEAD)?.try_into().ok()?;
    let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let long = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
    let (len, flags) = (usize::try_from(word(4)).ok()?, word(8));
    let mut id = [0; 32];
    id.copy_from_slice(&bytes[12..44]);
    let span = Span {
        id: ObjectId::from_trusted_bytes(id),
        first: long(44),
        last: long(52),
        first_ms: long(60).cast_signed(),
        last_ms: long(68).cast_signed(),
        is_break: flags & BREAK != 0,
        is_restore: flags & RESTORE != 0,
    };
    (len >= HEAD && span.first <= span.last).then_some((span, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written_and_not_when_it_is_changed() {
        let span = Span {
            id: ObjectId::from_trusted_bytes([3; 32]),
            first: 7,
            last: 1 << 40,
            first_ms: -1,
            last_ms: 5,
            is_break: false,
            is_restore: true,
        };
        let pages = [(1, vec![1; 512].into()), (9, vec![2; 512].into())].into();
        let undo = Undo { span, page_count: 9, page_count_after: 8, page_bytes: 512, pages };
        let mut bytes = vec![0; 5];
        undo.encode(&mut bytes);
        let bytes = &mut bytes[5..];
        assert_eq!(Undo::decode(bytes), Some(undo));
        assert_eq!(head(bytes), Some((span, bytes.len())));
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert_eq!(Undo::decode(bytes), None, "{at}");
            bytes[at] ^= 1;
            assert_eq!(Undo::decode(&bytes[..at]), None, "{at}");
        }
    }
}
