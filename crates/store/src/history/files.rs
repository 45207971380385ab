//! The files of the history: entries, one after the other, in files of a named size.
//!
//! Promises that an entry is whole or not there; that the oldest files go first, when all together are too long or all
//! that is in one is too old; that one object's oldest entries can go by themselves; that finding an object's entries
//! reads the index of a file (`index.rs`), not its content; and that a sync which failed is never trusted again: what it
//! should have made durable counts as lost, and an entry that breaks the past of its objects takes its place.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use holdfast_core::id::ObjectId;

use super::{
    entry::{self, HEAD, Span, Undo},
    index::Index,
};
use crate::disk::{self, Disk, DiskFile, Missing};

const ENDING: &str = "history";
const MAGIC: &[u8; 16] = b"holdfast history";
const VERSION: u32 = 1;
/// Magic, version, and a word that is not used.
const HEADER: u64 = 24;
#[derive(Debug)]
pub(super) struct Files {
    disk: Arc<dyn Disk>,
    directory: PathBuf,
    file_bytes: u64,
    /// The full files, oldest first.
    full: Vec<Full>,
    newest: Option<Newest>,
    next: u64,
    /// Of each object the last span that a failed sync lost, and that no entry says yet.
    lost: BTreeMap<ObjectId, Span>,
    /// How many bytes each object has in all of them.
    held: HashMap<ObjectId, u64>,
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
    index: Index,
    /// How much of it is durable.
    durable: u64,
    /// A sync of it failed: it is to end where it is durable.
    is_failed: bool,
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
        let mut files = Self {
            disk,
            directory: directory.to_owned(),
            file_bytes,
            full: Vec::new(),
            newest: None,
            next,
            lost: BTreeMap::new(),
            held: HashMap::new(),
        };
        for number in numbers {
            let path = files.path(number);
            // What a crash left of giving a file other content.
            let draft = path.with_extension("new");
            if files.disk.exists(&draft)? {
                files.disk.remove(&draft)?;
            }
            let file = files.disk.open(&path, Missing::Refuse)?;
            match Index::read(&*file)? {
                Some(index) => {
                    files.count(&index);
                    files.full.push(Full { path, bytes: file.size()?, last: index.last() });
                }
                None => {
                    // Only the newest has no index, unless a crash came between two.
                    let newest = scan(path, file)?;
                    files.count(&newest.index);
                    files.newest = Some(newest);
                    files.fill()?;
                }
            }
        }
        Ok(files)
    }

    fn count(&mut self, index: &Index) {
        for (span, place) in index.entries() {
            *self.held.entry(span.id).or_default() += place.end - place.start;
        }
    }

    fn discount(&mut self, id: &ObjectId, bytes: u64) {
        if let Some(held) = self.held.get_mut(id) {
            *held = held.saturating_sub(bytes);
            if *held == 0 {
                self.held.remove(id);
            }
        }
    }

    /// How many bytes of the files are one object's.
    pub(super) fn held(&self, id: &ObjectId) -> u64 {
        self.held.get(id).copied().unwrap_or(0)
    }

    fn path(&self, number: u64) -> PathBuf {
        self.directory.join(format!("{number:016x}.{ENDING}"))
    }

    /// Appends entries, and takes those from the list. They are durable after [`Files::sync`].
    pub(super) fn append(&mut self, entries: &mut Vec<Undo>) -> io::Result<()> {
        self.make_good()?;
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
        if self.newest.as_ref().is_some_and(|newest| newest.index.end >= self.file_bytes) {
            self.fill()?;
        }
        if self.newest.is_none() {
            self.newest = Some(self.create()?);
        }
        let newest = self.newest.as_mut().expect("it was just made");
        let mut bytes = Vec::new();
        undo.encode(&mut bytes);
        newest.file.write_at(&bytes, newest.index.end)?;
        newest.index.push(undo.span, bytes.len() as u64);
        *self.held.entry(undo.span.id).or_default() += bytes.len() as u64;
        Ok(())
    }

    fn create(&mut self) -> io::Result<Newest> {
        let path = self.path(self.next);
        self.next += 1;
        let file = self.disk.open(&path, Missing::Create)?;
        file.set_len(0)?;
        file.write_at(&header(), 0)?;
        self.disk.sync_directory(&self.directory)?;
        Ok(Newest { path, file, index: Index::new(HEADER), durable: HEADER, is_failed: false })
    }

    /// Makes what was appended durable. What was appended since the last time is lost when this fails.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.make_good()?;
        self.sync_newest()
    }

    fn sync_newest(&mut self) -> io::Result<()> {
        let Some(newest) = &mut self.newest else { return Ok(()) };
        let synced = newest.file.sync();
        if synced.is_ok() {
            newest.durable = newest.index.end;
            return Ok(());
        }
        // Another sync would succeed, and what this one should have written would still not be there.
        newest.is_failed = true;
        for (span, len) in newest.index.cut(newest.durable) {
            self.lost.insert(span.id, span);
            self.discount(&span.id, len);
        }
        synced
    }

    /// After a failed sync: ends the file where it is durable, and says in another what is lost.
    fn make_good(&mut self) -> io::Result<()> {
        if self.newest.as_ref().is_some_and(|newest| newest.is_failed) {
            self.fill()?;
        }
        while let Some((id, span)) = self.lost.first_key_value().map(|(id, span)| (*id, *span)) {
            self.append_one(&Undo::of_nothing(Span { is_break: true, is_restore: false, ..span }))?;
            self.lost.remove(&id);
        }
        Ok(())
    }

    /// Ends the newest file with its index: where there is one, the entries are durable.
    fn fill(&mut self) -> io::Result<()> {
        self.sync_newest()?;
        let Some(newest) = &self.newest else { return Ok(()) };
        let bytes = newest.index.encode()?;
        let end = newest.index.end;
        newest.file.write_at(&bytes, end)?;
        // An attempt that failed may have left something behind it.
        newest.file.set_len(end + bytes.len() as u64)?;
        self.sync_newest()?;
        let Newest { path, index, .. } = self.newest.take().expect("it was there");
        self.full.push(Full { path, bytes: end + bytes.len() as u64, last: index.last() });
        Ok(())
    }

    /// The last commit of all entries.
    pub(super) fn last_commit(&self) -> u64 {
        let newest = self.newest.iter().map(|newest| newest.index.last().0);
        self.full.iter().map(|full| full.last.0).chain(newest).max().unwrap_or(0)
    }

    /// How long all files are.
    pub(super) fn bytes(&self) -> u64 {
        self.full.iter().map(|full| full.bytes).sum::<u64>()
            + self.newest.as_ref().map_or(0, |newest| newest.index.end)
    }

    /// The last commit, and its time, in the oldest file, if that is to go: all are longer than they may be, or all that
    /// is in it is too old.
    pub(super) fn to_retire(&self, bytes_max: u64, older_ms: i64) -> Option<(u64, i64)> {
        let oldest = self.full.first()?;
        (self.bytes() > bytes_max || oldest.last.1 < older_ms).then_some(oldest.last)
    }

    /// Removes the oldest file.
    pub(super) fn retire_oldest(&mut self) -> io::Result<()> {
        if self.full.is_empty() {
            return Ok(());
        }
        let path = &self.full[0].path;
        // One that is damaged goes all the same; its objects are then counted with what they had in it.
        let index = self.disk.open(path, Missing::Refuse).and_then(|file| Index::read(&*file)).ok().flatten();
        self.disk.remove(path)?;
        self.full.remove(0);
        for (span, place) in index.iter().flat_map(Index::entries) {
            self.discount(&span.id, place.end - place.start);
        }
        Ok(())
    }

    /// Forgets the entries of one object in the oldest full file that has any to forget. In their place stands one that
    /// says so, and that it happened is durable with it. False when there is no such file.
    pub(super) fn forget_oldest_of(&mut self, id: &ObjectId) -> io::Result<bool> {
        for at in 0..self.full.len() {
            let path = self.full[at].path.clone();
            let Some(index) = Index::read(&*self.disk.open(&path, Missing::Refuse)?)? else { continue };
            let newest = match index.of(id).next() {
                Some((newest, _)) if !newest.is_break || index.of(id).nth(1).is_some() => newest,
                _ => continue,
            };
            let content = disk::read(&*self.disk, &path)?;
            let mut kept = header();
            let mut kept_index = Index::new(HEADER);
            for (span, place) in index.entries() {
                let begin = kept.len();
                if span.id != *id {
                    let place = usize::try_from(place.start).map_err(io::Error::other)?
                        ..usize::try_from(place.end).map_err(io::Error::other)?;
                    kept.extend_from_slice(content.get(place).ok_or_else(damaged)?);
                } else if *span == newest {
                    let gone = Span { is_break: true, is_restore: false, ..newest };
                    Undo::of_nothing(gone).encode(&mut kept);
                    kept_index.push(gone, (kept.len() - begin) as u64);
                    continue;
                } else {
                    continue;
                }
                kept_index.push(*span, (kept.len() - begin) as u64);
            }
            kept.extend(kept_index.encode()?);
            disk::replace(&*self.disk, &path, &kept)?;
            let own = |index: &Index| {
                let own = index.entries().filter(|(span, _)| span.id == *id);
                own.map(|(_, place)| place.end - place.start).sum::<u64>()
            };
            self.discount(id, own(&index) - own(&kept_index));
            self.full[at].bytes = kept.len() as u64;
            return Ok(true);
        }
        Ok(false)
    }

    /// Visits the spans of an object's entries, newest first, until `visit` has seen enough. It is handed what reads the
    /// entry.
    pub(super) fn visit(&self, id: &ObjectId, visit: Visit<'_>) -> io::Result<()> {
        if let Some(lost) = self.lost.get(id) {
            let lost = Span { is_break: true, ..*lost };
            if visit(lost, &|| Ok(Undo::of_nothing(lost)))? == Go::Enough {
                return Ok(());
            }
        }
        if let Some(newest) = &self.newest
            && visit_file(&*newest.file, &newest.index, id, visit)? == Go::Enough
        {
            return Ok(());
        }
        for full in self.full.iter().rev() {
            let file = self.disk.open(&full.path, Missing::Refuse)?;
            let index = Index::read(&*file)?
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

fn visit_file(file: &dyn DiskFile, index: &Index, id: &ObjectId, visit: Visit<'_>) -> io::Result<Go> {
    for (span, at) in index.of(id) {
        let read = || {
            let mut head = [0; HEAD];
            file.read_at(&mut head, at)?;
            let (_, len) = entry::head(&head).ok_or_else(damaged)?;
            let mut bytes = vec![0; len];
            let read = file.read_at(&mut bytes, at)?;
            Undo::decode(&bytes[..read]).ok_or_else(damaged)
        };
        if visit(span, &read)? == Go::Enough {
            return Ok(Go::Enough);
        }
    }
    Ok(Go::On)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "an entry of the history is damaged")
}

/// What every file begins with.
fn header() -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.extend(VERSION.to_le_bytes());
    header.extend([0; 4]);
    header
}

/// The entries of a file without an index, up to the first that is not whole.
fn scan(path: PathBuf, file: Arc<dyn DiskFile>) -> io::Result<Newest> {
    let mut bytes = vec![0; usize::try_from(file.size()?).map_err(io::Error::other)?];
    let read = file.read_at(&mut bytes, 0)?;
    bytes.truncate(read);
    let mut index = Index::new(HEADER);
    let begin = usize::try_from(HEADER).map_err(io::Error::other)?;
    if bytes.starts_with(MAGIC) && bytes.len() > begin {
        let mut rest = &bytes[begin..];
        while let Some(undo) = Undo::decode(rest) {
            let len = entry::head(rest).map_or(0, |(_, len)| len);
            index.push(undo.span, len as u64);
            rest = &rest[len..];
        }
    }
    file.set_len(index.end)?;
    // Again, because a process whose sync failed leaves in the system's memory what is on no disk, nor on its way there.
    let end = usize::try_from(index.end).map_err(io::Error::other)?;
    let entries = bytes.get(begin..end).unwrap_or_default();
    file.write_at(&[&header(), entries].concat(), 0)?;
    Ok(Newest { path, file, index, durable: HEADER, is_failed: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{Fault, SimulatedDisk};

    fn undo(commit: u64) -> Undo {
        undo_of(7, commit)
    }

    fn undo_of(number: u8, commit: u64) -> Undo {
        let id = ObjectId::from_trusted_bytes([number; 32]);
        let (first, last, first_ms, last_ms) = (commit, commit, 0, 0);
        let span = Span { id, first, last, first_ms, last_ms, is_break: false, is_restore: false };
        let page: Vec<u8> = (0..2000_u64).map(|at| ((at * (commit + 3)) >> 3).to_le_bytes()[0]).collect();
        let pages = [(1, page.into())].into();
        Undo { span, page_count: 1, page_count_after: 1, page_bytes: 2000, pages }
    }

    /// The commits that can be undone, newest first, up to the first that cannot.
    fn kept(files: &Files) -> Vec<u64> {
        let mut kept = Vec::new();
        let visited = files.visit(&undo(0).span.id, &mut |span, read| {
            if span.is_break {
                return Ok(Go::Enough);
            }
            assert_eq!(read()?, undo(span.first));
            kept.push(span.first);
            Ok(Go::On)
        });
        visited.unwrap();
        kept
    }

    #[test]
    fn only_the_content_of_the_file_that_changes_is_read() {
        let disk = SimulatedDisk::new(1);
        // Each entry fills a file, and the last is in the newest.
        let mut files = Files::open(Arc::new(disk.clone()), Path::new("/"), HEADER + 1).unwrap();
        files.append(&mut (1..=7).map(|commit| undo_of(u8::from(commit > 5), commit)).collect()).unwrap();
        let id = undo_of(1, 0).span.id;
        let (held, reads) = (files.held(&id), disk.reads());
        assert!(files.forget_oldest_of(&id).unwrap());
        // An index takes two reads, and there are six.
        assert_eq!(disk.reads() - reads, 6 * 2 + 1);
        assert!(files.held(&id) < held);
        assert!(!files.forget_oldest_of(&id).unwrap());
    }

    /// A process whose sync failed is gone, and the next one reads what the system has in memory.
    #[test]
    fn what_another_process_is_shown_is_there_after_a_power_cut() {
        for seed in 1..60 {
            let disk = SimulatedDisk::new(seed);
            let open = |disk: &SimulatedDisk| Files::open(Arc::new(disk.clone()), Path::new("/"), HEADER + 1);
            let mut files = open(&disk).unwrap();
            files.append(&mut vec![undo(1)]).unwrap();
            files.sync().unwrap();
            // Each fills a file, so that some fail when one gets its index.
            disk.fail_after(seed % 12, Fault::Broken);
            let mut more: Vec<Undo> = (2..=4).map(undo).collect();
            let _may_fail = files.append(&mut more).and_then(|()| files.sync());
            drop(files);
            disk.heal();
            let shown = kept(&open(&disk).unwrap());
            assert_eq!(shown.last(), Some(&1));
            assert_eq!(kept(&open(&disk.power_cut()).unwrap()), shown, "seed {seed}");
        }
    }
}
