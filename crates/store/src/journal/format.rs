//! The bytes of a segment (`FORMAT.md` draws them): its header, and the fragments that records are cut into.
//!
//! Promises that what a crash tore, what the disk changed, and what an earlier use of the segment left behind is told
//! from what was written. Knows no file.

use super::record::Record;

/// The version of the format this code writes, and the newest it reads.
pub(crate) const VERSION: u32 = 1;
/// A segment begins with its header and each group of records at a block of its own, so that no block is written
/// twice.
pub(crate) const BLOCK: usize = 4096;
/// The bytes before each fragment.
pub(crate) const FRAGMENT_HEADER: usize = 32;

const MAGIC: &[u8; 16] = b"holdfast journal";
const HEADER: usize = 48;

/// The first block of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Rises from segment to segment. Never used again.
    pub(crate) sequence: u64,
    /// The ordinal of its first fragment. Fragments of earlier segments with this ordinal or a greater one were given
    /// up.
    pub(crate) first_ordinal: u64,
    /// The group of its first fragment.
    pub(crate) first_group: u32,
}

/// What the first block of a file in the journal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    Header(Header),
    /// A version that this code does not know wrote it.
    Newer(u32),
    /// It was never written, or not to its end.
    Nothing,
}

impl Header {
    pub(crate) fn encode(self) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        block[..16].copy_from_slice(MAGIC);
        block[16..20].copy_from_slice(&VERSION.to_le_bytes());
        block[24..32].copy_from_slice(&self.sequence.to_le_bytes());
        block[32..40].copy_from_slice(&self.first_ordinal.to_le_bytes());
        block[40..44].copy_from_slice(&self.first_group.to_le_bytes());
        let crc = crc32fast::hash(&block[..44]);
        block[44..48].copy_from_slice(&crc.to_le_bytes());
        block
    }

    pub(crate) fn decode(block: &[u8]) -> Opening {
        let Some(header) = block.first_chunk::<HEADER>().filter(|header| header.starts_with(MAGIC)) else {
            return Opening::Nothing;
        };
        let version = u32_at(header, 16);
        if crc32fast::hash(&header[..44]) != u32_at(header, 44) {
            return Opening::Nothing;
        }
        if version > VERSION {
            return Opening::Newer(version);
        }
        Opening::Header(Self {
            sequence: u64_at(header, 24),
            first_ordinal: u64_at(header, 32),
            first_group: u32_at(header, 40),
        })
    }
}

/// Which part of a record a fragment has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    First,
    Middle,
    Last,
    /// No part of any: the rest of a group's last block.
    Padding,
}

impl Part {
    const ALL: [Self; 5] = [Self::Whole, Self::First, Self::Middle, Self::Last, Self::Padding];

    pub(crate) fn of(is_first: bool, is_last: bool) -> Self {
        match (is_first, is_last) {
            (true, true) => Self::Whole,
            (true, false) => Self::First,
            (false, false) => Self::Middle,
            (false, true) => Self::Last,
        }
    }
}

/// Where in the journal a fragment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The segment's.
    pub(crate) sequence: u64,
    /// Rises by one from fragment to fragment, through all segments.
    pub(crate) ordinal: u64,
    /// Rises by one with every sync.
    pub(crate) group: u32,
}

/// A fragment that is sound.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fragment<'a> {
    pub(crate) place: Place,
    pub(crate) part: Part,
    pub(crate) payload: &'a [u8],
}

/// Puts a fragment at the end of `into`; `payload` appends what is in it.
pub(crate) fn put_fragment(into: &mut Vec<u8>, place: Place, part: Part, payload: impl FnOnce(&mut Vec<u8>)) {
    let start = into.len();
    into.resize(start + FRAGMENT_HEADER, 0);
    payload(into);
    let len = u32::try_from(into.len() - start - FRAGMENT_HEADER).expect("a segment is shorter than that");
    let header = &mut into[start..start + FRAGMENT_HEADER];
    header[4..8].copy_from_slice(&len.to_le_bytes());
    header[8..16].copy_from_slice(&place.sequence.to_le_bytes());
    header[16..24].copy_from_slice(&place.ordinal.to_le_bytes());
    header[24..28].copy_from_slice(&place.group.to_le_bytes());
    header[28] = part as u8;
    let crc = crc32fast::hash(&into[start + 4..]);
    into[start..start + 4].copy_from_slice(&crc.to_le_bytes());
}

/// The fragment at the start of `bytes`, which are what follows in its segment.
pub(crate) fn fragment(bytes: &[u8]) -> Option<Fragment<'_>> {
    let header = bytes.first_chunk::<FRAGMENT_HEADER>()?;
    let len = usize::try_from(u32_at(header, 4)).ok()?;
    let payload = bytes[FRAGMENT_HEADER..].get(..len)?;
    let part = *Part::ALL.get(usize::from(header[28]))?;
    // All zeros is what a new segment holds.
    if header[4..].iter().all(|byte| *byte == 0) {
        return None;
    }
    if crc32fast::hash(&bytes[4..FRAGMENT_HEADER + len]) != u32_at(header, 0) {
        return None;
    }
    let place = Place { sequence: u64_at(header, 8), ordinal: u64_at(header, 16), group: u32_at(header, 24) };
    Some(Fragment { place, part, payload })
}

/// Fills the rest of the last block. Returns the number of fragments that took, at most one.
pub(crate) fn pad(into: &mut Vec<u8>, place: Place) -> u64 {
    let rest = into.len().next_multiple_of(BLOCK) - into.len();
    match rest.checked_sub(FRAGMENT_HEADER) {
        Some(zeros) => {
            put_fragment(into, place, Part::Padding, |into| into.resize(into.len() + zeros, 0));
            1
        }
        // Too short for a fragment, which a reader knows too.
        None => {
            into.resize(into.len() + rest, 0);
            0
        }
    }
}

/// Puts records together from fragments.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    begun: Option<Vec<u8>>,
    /// The first ones may belong to a record that is needed no more: it began in a segment that is free.
    is_past_first: bool,
}

/// What a fragment led to.
#[derive(Debug)]
pub(crate) enum Step {
    /// The record goes on, or there is none.
    Nothing,
    /// A record.
    Record(Box<Record>),
    /// The fragments do not make a record, although each is sound.
    Nonsense,
}

impl Assembly {
    pub(crate) fn take(&mut self, fragment: &Fragment<'_>) -> Step {
        let is_rest = matches!(fragment.part, Part::Middle | Part::Last | Part::Padding);
        if is_rest && !self.is_past_first {
            return Step::Nothing;
        }
        self.is_past_first = true;
        match (fragment.part, self.begun.take()) {
            (Part::Padding, begun) => {
                self.begun = begun;
                Step::Nothing
            }
            (Part::Whole, None) => decoded(fragment.payload),
            (Part::First, None) => {
                self.begun = Some(fragment.payload.to_vec());
                Step::Nothing
            }
            (Part::Middle, Some(mut begun)) => {
                begun.extend_from_slice(fragment.payload);
                self.begun = Some(begun);
                Step::Nothing
            }
            (Part::Last, Some(mut begun)) => {
                begun.extend_from_slice(fragment.payload);
                decoded(&begun)
            }
            _ => Step::Nonsense,
        }
    }

    /// Forgets the record that was begun.
    pub(crate) fn give_up(&mut self) {
        self.begun = None;
        self.is_past_first = false;
    }
}

fn decoded(bytes: &[u8]) -> Step {
    Record::decode(bytes).map_or(Step::Nonsense, |record| Step::Record(Box::new(record)))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place { sequence: 3, ordinal: 70, group: 9 };

    #[test]
    fn a_changed_bit_is_noticed_wherever_it_is() {
        let mut bytes = Vec::new();
        put_fragment(&mut bytes, PLACE, Part::Whole, |into| into.extend_from_slice(b"payload"));
        let read = fragment(&bytes).unwrap();
        assert_eq!((read.place, read.part, read.payload), (PLACE, Part::Whole, &b"payload"[..]));
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            // Three bytes of the header mean nothing, and are in the checksum all the same.
            assert!(fragment(&changed).is_none(), "bit {bit}");
        }
        let header = Header { sequence: 3, first_ordinal: 70, first_group: 9 };
        assert_eq!(Header::decode(&header.encode()), Opening::Header(header));
        for bit in 0..48 * 8 {
            let mut changed = header.encode();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Header::decode(&changed), Opening::Nothing, "bit {bit}");
        }
    }

    #[test]
    fn padding_ends_at_a_block_and_is_skipped() {
        for len in [0, 1, BLOCK - FRAGMENT_HEADER - 1, BLOCK - 2 * FRAGMENT_HEADER, BLOCK] {
            let mut bytes = Vec::new();
            put_fragment(&mut bytes, PLACE, Part::First, |into| into.resize(into.len() + len, 1));
            let end = bytes.len();
            let padded = pad(&mut bytes, PLACE);
            assert_eq!(bytes.len() % BLOCK, 0, "{len}");
            assert_eq!(
                fragment(&bytes[end..]).map(|fragment| fragment.part),
                (padded == 1).then_some(Part::Padding)
            );
        }
    }
}
