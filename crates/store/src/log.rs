//! The write-ahead log that another program left beside a database: workerd, Miniflare or SQLite itself, when it was
//! killed.
//!
//! Promises that what was committed there is in the file, durably, before the log is removed, and that running it again
//! does no harm. Ours never leaves one, so what is found is not in our journal.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::disk::{self, Disk, Missing};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const MAGIC_LITTLE: u32 = 0x377f_0682;
const MAGIC_BIG: u32 = 0x377f_0683;

/// Takes what is in the log of a database file into it.
pub(crate) fn absorb(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let log = beside(path, "-wal");
    if !disk.exists(&log)? {
        return Ok(());
    }
    // It counts only once nothing can take it back.
    disk.open(&log, Missing::Refuse)?.sync()?;
    let content = disk::read(disk, &log)?;
    if let Some(committed) = committed(&content) {
        let file = disk.open(path, Missing::Create)?;
        let bytes = committed.page_bytes as u64;
        for (number, page) in &committed.pages {
            file.write_at(page, u64::from(*number - 1) * bytes)?;
        }
        file.set_len(u64::from(committed.count) * bytes)?;
        file.sync()?;
    }
    disk.remove(&log)?;
    let shared = beside(path, "-shm");
    if disk.exists(&shared)? {
        disk.remove(&shared)?;
    }
    // Were it to come back, it would take back what is written from now on.
    disk.sync_directory(disk::parent(path))
}

struct Committed<'a> {
    page_bytes: usize,
    count: u32,
    pages: Vec<(u32, &'a [u8])>,
}

/// The frames up to the last commit; none where there is no sound one.
fn committed(log: &[u8]) -> Option<Committed<'_>> {
    let header = log.get(..HEADER)?;
    let is_big = match word(header, 0, true) {
        MAGIC_LITTLE => false,
        MAGIC_BIG => true,
        _ => return None,
    };
    let mut sum = checksum((0, 0), &header[..24], is_big);
    if sum != (word(header, 24, true), word(header, 28, true)) {
        return None;
    }
    let page_bytes = usize::try_from(word(header, 8, true)).ok()?;
    if !(512..=65_536).contains(&page_bytes) {
        return None;
    }
    let mut result = None;
    let mut pages = Vec::new();
    for frame in log[HEADER..].chunks_exact(FRAME_HEADER + page_bytes) {
        let (head, page) = frame.split_at(FRAME_HEADER);
        sum = checksum(checksum(sum, &head[..8], is_big), page, is_big);
        let is_sound = head[8..16] == header[16..24] && sum == (word(head, 16, true), word(head, 20, true));
        let number = word(head, 0, true);
        if !is_sound || number == 0 {
            break;
        }
        pages.push((number, page));
        let count = word(head, 4, true);
        if count != 0 {
            result = Some((pages.len(), count));
        }
    }
    let (len, count) = result?;
    pages.truncate(len);
    pages.retain(|(number, _)| *number <= count);
    Some(Committed { page_bytes, count, pages })
}

fn checksum((mut first, mut second): (u32, u32), bytes: &[u8], is_big: bool) -> (u32, u32) {
    for pair in bytes.chunks_exact(8) {
        first = first.wrapping_add(word(pair, 0, is_big)).wrapping_add(second);
        second = second.wrapping_add(word(pair, 4, is_big)).wrapping_add(first);
    }
    (first, second)
}

fn word(bytes: &[u8], at: usize, is_big: bool) -> u32 {
    let bytes = bytes[at..at + 4].try_into().expect("four bytes");
    if is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
}

/// A path with something after the name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
