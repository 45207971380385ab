//! The file that keeps the alarms between two runs.
//!
//! ```text
//!   "holdfast alarms 1\n"
//!   u16 number of namespaces   { u16 length, the unique key } each
//!   u32 number of alarms       { u16 number of its namespace, 32 bytes id, i64 nanoseconds since 1970 } each
//!   u64 checksum (FNV-1a) of all that precedes it
//! ```
//!
//! Numbers are little-endian. A file that does not hold to this is as good as none: what it says can be read from the
//! objects again.

use holdfast_core::{alarm::Time, id::ObjectId};

use super::index::Entry;

const HEAD: &[u8] = b"holdfast alarms 1\n";
const ENTRY_BYTES: usize = 2 + 32 + 8;

/// The content of the file.
pub(super) fn encode<'a>(
    namespaces: impl ExactSizeIterator<Item = &'a str>,
    alarms_max: usize,
    alarms: impl Iterator<Item = Entry>,
) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1024 + alarms_max * ENTRY_BYTES);
    bytes.extend_from_slice(HEAD);
    bytes.extend(u16::try_from(namespaces.len()).expect("fewer namespaces than 65,536").to_le_bytes());
    for key in namespaces {
        bytes.extend(u16::try_from(key.len()).expect("a key is shorter than 64 KiB").to_le_bytes());
        bytes.extend_from_slice(key.as_bytes());
    }
    let count_at = bytes.len();
    bytes.extend([0; 4]);
    let mut count = 0_u32;
    for Entry { namespace, id, due } in alarms {
        bytes.extend(namespace.to_le_bytes());
        bytes.extend(id.to_bytes());
        bytes.extend(due.to_nanoseconds().to_le_bytes());
        count += 1;
    }
    bytes[count_at..count_at + 4].copy_from_slice(&count.to_le_bytes());
    let sum = checksum(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

/// What [`encode`] was given, or `None` when these are not whole bytes of its making.
pub(super) fn decode(bytes: &[u8]) -> Option<(Vec<String>, Vec<Entry>)> {
    let (content, sum) = bytes.split_last_chunk::<8>()?;
    if checksum(content) != u64::from_le_bytes(*sum) {
        return None;
    }
    let mut rest = content.strip_prefix(HEAD)?;
    let mut namespaces = Vec::new();
    for _ in 0..u16::from_le_bytes(take(&mut rest)?) {
        let length = usize::from(u16::from_le_bytes(take(&mut rest)?));
        let (key, after) = rest.split_at_checked(length)?;
        namespaces.push(String::from_utf8(key.to_vec()).ok()?);
        rest = after;
    }
    let count = u32::from_le_bytes(take(&mut rest)?) as usize;
    if rest.len() != count.checked_mul(ENTRY_BYTES)? {
        return None;
    }
    let mut alarms = Vec::with_capacity(count);
    for _ in 0..count {
        let namespace = u16::from_le_bytes(take(&mut rest)?);
        namespaces.get(usize::from(namespace))?;
        let id = ObjectId::from_trusted_bytes(take(&mut rest)?);
        let due = Time::from_nanoseconds(i64::from_le_bytes(take(&mut rest)?));
        alarms.push(Entry { namespace, id, due });
    }
    Some((namespaces, alarms))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}

fn checksum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (Vec<&'static str>, Vec<Entry>) {
        let entry = |namespace, first, ms| Entry {
            namespace,
            id: ObjectId::from_trusted_bytes([first; 32]),
            due: Time::from_ms(ms),
        };
        (vec!["chat-Room", "chat-Räume"], vec![entry(0, 1, 5), entry(1, 2, -7), entry(0, 3, 1 << 41)])
    }

    fn encoded() -> Vec<u8> {
        let (namespaces, alarms) = example();
        encode(namespaces.into_iter(), alarms.len(), alarms.into_iter())
    }

    #[test]
    fn what_is_written_is_read() {
        let (namespaces, alarms) = example();
        let read = decode(&encoded()).unwrap();
        assert_eq!(read, (namespaces.iter().map(|key| (*key).to_owned()).collect(), alarms));
        let empty = encode([].into_iter(), 0, [].into_iter());
        assert_eq!(decode(&empty), Some((Vec::new(), Vec::new())));
    }

    #[test]
    fn a_file_that_is_not_whole_is_none() {
        let whole = encoded();
        for length in 0..whole.len() {
            assert_eq!(decode(&whole[..length]), None, "cut to {length} bytes");
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert_eq!(decode(&changed), None, "byte {at} changed");
        }
    }

    #[test]
    fn numbers_that_lead_nowhere_are_refused_though_the_sum_is_right() {
        let sealed = |mut content: Vec<u8>| {
            let sum = checksum(&content);
            content.extend(sum.to_le_bytes());
            decode(&content)
        };
        let content = encoded()[..encoded().len() - 8].to_vec();
        assert!(sealed(content.clone()).is_some());
        let mut more = content.clone();
        more.push(0);
        assert_eq!(sealed(more), None);
        // The first alarm's namespace is a third one.
        let first = content.len() - 3 * ENTRY_BYTES;
        let mut changed = content.clone();
        changed[first] = 2;
        assert_eq!(sealed(changed), None);
        let mut newer = content;
        newer[HEAD.len() - 2] = b'2';
        assert_eq!(sealed(newer), None);
    }
}
