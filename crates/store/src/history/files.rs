//! The files of the history: entries, one after the other, in files of a named size.
//!
//! Promises that an entry is whole or not there; that the oldest files go first, when all together are too long or all
//! that is in one is too old; and that finding an object's entries reads the index of a file, not its content. A file
//! that is full ends with its index: the spans of its entries and where they are. That of the newest file is in memory.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use holdfast_core::id::ObjectId;

use super::entry::{self, HEAD, Span, Undo};
use crate::disk::{Disk, DiskFile, Missing};

const ENDING: &str = "history";
const MAGIC: &[u8; 16] = b"holdfast history";
const VERSION: u32 = 1;
/// Magic, version, and a word that is not used.
const HEADER: u64 = 24;
/// At the end of a full file: where the index begins, its length, its checksum, and this.
const INDEX_MAGIC: u32 = 0x7864_6e69;
const TRAILER: usize = 20;
/// An index has the head of each entry, and where it is.
const INDEXED: usize = HEAD + 8;

#[derive(Debug)]
pub(super) struct Files {
    disk: Arc<dyn Disk>,
    directory: PathBuf,
    file_bytes: u64,
    /// The full files, oldest first.
    full: Vec<Full>,
    newest: Option<Newest>,
    next: u64,
}

#[derive(Debug)]
struct Full {
    path: PathBuf,
    bytes: u64,
    last: (u64, i64),
}

#[derive(Debug)]
struct Newest {
    path: PathBuf,
    file: Arc<dyn DiskFile>,
    len: u64,
    index: Vec<(Span, u64)>,
}

impl Files {
    /// Opens the files of a directory, which exists. What a crash cut short goes.
    pub(super) fn open(disk: Arc<dyn Disk>, directory: &Path, file_bytes: u64) -> io::Result<Self> {
        let mut numbers: Vec<u64> = disk
            .list(directory)?
            .iter()
            .filter_map(|name| {
                name.to_str()?
                    .strip_suffix(".history")
                    .and_then(|number| u64::from_str_radix(number, 16).ok())
            })
            .collect();
        numbers.sort_unstable();
        let next = numbers.last().map_or(0, |last| last + 1);
        let mut files =
            Self { disk, directory: directory.to_owned(), file_bytes, full: Vec::new(), newest: None, next };
        for number in numbers {
            let path = files.path(number);
            let file = files.disk.open(&path, Missing::Refuse)?;
            match read_index(&*file)? {
                Some(index) => files.note_full(path, &*file, &index)?,
                None => {
                    // Only the newest has no index, unless a crash came between two.
                    let newest = scan(path, file)?;
                    files.newest = Some(newest);
                    files.fill()?;
                }
            }
        }
        Ok(files)
    }

    fn note_full(&mut self, path: PathBuf, file: &dyn DiskFile, index: &[(Span, u64)]) -> io::Result<()> {
        let last = index.iter().map(|(span, _)| span.last).max().unwrap_or(0);
        let last_ms = index.iter().map(|(span, _)| span.last_ms).max().unwrap_or(0);
        self.full.push(Full { path, bytes: file.size()?, last: (last, last_ms) });
        Ok(())
    }

    fn path(&self, number: u64) -> PathBuf {
        self.directory.join(format!("{number:016x}.{ENDING}"))
    }

    /// Appends entries, and takes those from the list. They are durable after [`Files::sync`].
    pub(super) fn append(&mut self, entries: &mut Vec<Undo>) -> io::Result<()> {
        let mut done = 0;
        let appended = entries.iter().try_for_each(|undo| {
            self.append_one(undo)?;
            done += 1;
            Ok(())
        });
        entries.drain(..done);
        appended
    }

    fn append_one(&mut self, undo: &Undo) -> io::Result<()> {
        if self.newest.as_ref().is_some_and(|newest| newest.len >= self.file_bytes) {
            self.fill()?;
        }
        if self.newest.is_none() {
            self.newest = Some(self.create()?);
        }
        let newest = self.newest.as_mut().expect("it was just made");
        let mut bytes = Vec::new();
        undo.encode(&mut bytes);
        newest.file.write_at(&bytes, newest.len)?;
        newest.index.push((undo.span, newest.len));
        newest.len += bytes.len() as u64;
        Ok(())
    }

    fn create(&mut self) -> io::Result<Newest> {
        let path = self.path(self.next);
        self.next += 1;
        let file = self.disk.open(&path, Missing::Create)?;
        file.set_len(0)?;
        let mut header = MAGIC.to_vec();
        header.extend(VERSION.to_le_bytes());
        header.extend([0; 4]);
        file.write_at(&header, 0)?;
        self.disk.sync_directory(&self.directory)?;
        Ok(Newest { path, file, len: HEADER, index: Vec::new() })
    }

    /// Makes what was appended durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.newest.as_ref().map_or(Ok(()), |newest| newest.file.sync())
    }

    /// Ends the newest file with its index. Nothing where it is as good as empty.
    fn fill(&mut self) -> io::Result<()> {
        let Some(newest) = &self.newest else { return Ok(()) };
        let mut bytes = Vec::with_capacity(newest.index.len() * INDEXED + TRAILER);
        for (span, at) in &newest.index {
            let mut head = Vec::with_capacity(HEAD);
            let undo =
                Undo { span: *span, page_count: 0, page_count_after: 0, page_bytes: 0, pages: [].into() };
            undo.encode(&mut head);
            bytes.extend_from_slice(&head[..HEAD]);
            bytes.extend(at.to_le_bytes());
        }
        let sum = crc32fast::hash(&bytes);
        let len = bytes.len() as u64;
        bytes.extend(newest.len.to_le_bytes());
        bytes.extend(u32::try_from(len).map_err(io::Error::other)?.to_le_bytes());
        bytes.extend(sum.to_le_bytes());
        bytes.extend(INDEX_MAGIC.to_le_bytes());
        newest.file.write_at(&bytes, newest.len)?;
        // An attempt that failed may have left something behind it.
        newest.file.set_len(newest.len + bytes.len() as u64)?;
        newest.file.sync()?;
        let newest = self.newest.take().expect("it was there");
        self.note_full(newest.path, &*newest.file, &newest.index)
    }

    /// The last commit of all entries.
    pub(super) fn last_commit(&self) -> u64 {
        let newest = self.newest.iter().flat_map(|newest| newest.index.iter().map(|(span, _)| span.last));
        self.full.iter().map(|full| full.last.0).chain(newest).max().unwrap_or(0)
    }

    /// How long all files are.
    pub(super) fn bytes(&self) -> u64 {
        self.full.iter().map(|full| full.bytes).sum::<u64>()
            + self.newest.as_ref().map_or(0, |newest| newest.len)
    }

    /// The last commit, and its time, in the oldest file, if that is to go: all are longer than they may be, or all that
    /// is in it is too old.
    pub(super) fn to_retire(&self, bytes_max: u64, older_ms: i64) -> Option<(u64, i64)> {
        let oldest = self.full.first()?;
        (self.bytes() > bytes_max || oldest.last.1 < older_ms).then_some(oldest.last)
    }

    /// Removes the oldest file.
    pub(super) fn retire_oldest(&mut self) -> io::Result<()> {
        if !self.full.is_empty() {
            self.disk.remove(&self.full.remove(0).path)?;
        }
        Ok(())
    }

    /// Visits the spans of an object's entries, newest first, until `visit` has seen enough. It is handed what reads the
    /// entry.
    pub(super) fn visit(&self, id: &ObjectId, visit: Visit<'_>) -> io::Result<()> {
        if let Some(newest) = &self.newest
            && visit_file(&*newest.file, &newest.index, id, visit)? == Go::Enough
        {
            return Ok(());
        }
        for full in self.full.iter().rev() {
            let file = self.disk.open(&full.path, Missing::Refuse)?;
            let index = read_index(&*file)?
                .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "its index is damaged"))?;
            if visit_file(&*file, &index, id, visit)? == Go::Enough {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Who is shown the span of an entry, and handed what reads it.
pub(super) type Visit<'a> = &'a mut dyn FnMut(Span, Read<'_>) -> io::Result<Go>;

/// Reads an entry.
pub(super) type Read<'a> = &'a dyn Fn() -> io::Result<Undo>;

/// Whether a visit goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Go {
    On,
    Enough,
}

fn visit_file(file: &dyn DiskFile, index: &[(Span, u64)], id: &ObjectId, visit: Visit<'_>) -> io::Result<Go> {
    for (span, at) in index.iter().rev().filter(|(span, _)| span.id == *id) {
        let read = || {
            let mut head = [0; HEAD];
            file.read_at(&mut head, *at)?;
            let damaged = || io::Error::new(io::ErrorKind::InvalidData, "an entry of the history is damaged");
            let (_, len) = entry::head(&head).ok_or_else(damaged)?;
            let mut bytes = vec![0; len];
            let read = file.read_at(&mut bytes, *at)?;
            Undo::decode(&bytes[..read]).ok_or_else(damaged)
        };
        if visit(*span, &read)? == Go::Enough {
            return Ok(Go::Enough);
        }
    }
    Ok(Go::On)
}

/// The index at the end of a full file.
fn read_index(file: &dyn DiskFile) -> io::Result<Option<Vec<(Span, u64)>>> {
    let size = file.size()?;
    let mut trailer = [0; TRAILER];
    if size < HEADER + TRAILER as u64 {
        return Ok(None);
    }
    file.read_at(&mut trailer, size - TRAILER as u64)?;
    let word =
        |at: usize| u32::from_le_bytes([trailer[at], trailer[at + 1], trailer[at + 2], trailer[at + 3]]);
    let begin = u64::from(word(0)) | u64::from(word(4)) << 32;
    let len = u64::from(word(8));
    if word(16) != INDEX_MAGIC
        || begin.checked_add(len).and_then(|end| end.checked_add(TRAILER as u64)) != Some(size)
    {
        return Ok(None);
    }
    let mut bytes = vec![0; usize::try_from(len).map_err(io::Error::other)?];
    let read = file.read_at(&mut bytes, begin)?;
    if read != bytes.len() || crc32fast::hash(&bytes) != word(12) {
        return Ok(None);
    }
    let indexed = bytes.chunks_exact(INDEXED).map(|chunk| {
        let (span, _) = entry::head(chunk)?;
        let mut at = [0; 8];
        at.copy_from_slice(&chunk[HEAD..]);
        Some((span, u64::from_le_bytes(at)))
    });
    Ok(indexed.collect())
}

/// The entries of a file without an index, up to the first that is not whole.
fn scan(path: PathBuf, file: Arc<dyn DiskFile>) -> io::Result<Newest> {
    let mut bytes = vec![0; usize::try_from(file.size()?).map_err(io::Error::other)?];
    let read = file.read_at(&mut bytes, 0)?;
    bytes.truncate(read);
    let mut index = Vec::new();
    let mut at = usize::try_from(HEADER).map_err(io::Error::other)?;
    if bytes.starts_with(MAGIC) && bytes.len() > at {
        while let Some(undo) = Undo::decode(&bytes[at..]) {
            index.push((undo.span, at as u64));
            at += entry::head(&bytes[at..]).map_or(0, |(_, len)| len);
        }
    }
    file.set_len(at as u64)?;
    Ok(Newest { path, file, len: at as u64, index })
}
