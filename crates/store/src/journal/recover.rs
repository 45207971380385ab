//! Recovery: what a journal still holds goes into the files.
//!
//! Promises that records are taken in the order they were written, that the first that is missing, torn or corrupt is
//! where it ends, that the files are durable when it returns, and that running it again does no harm, wherever it was
//! cut short (`recover/files.rs`). The segments are left as they are: they are forgotten by what the caller writes down
//! after this.

mod files;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use self::files::Files;
use super::{
    Observer,
    format::{self, Assembly, BLOCK, FRAGMENT_HEADER, Fragment, Header, Opening, Step},
    record::Record,
    segments::{Mark, SEGMENT},
};
use crate::{
    disk::{Disk, DiskFile, FileSystem, Missing},
    error::{Error, Kind, Result},
};

/// What recovery did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Records that went into files.
    pub records: u64,
    /// Objects they belong to.
    pub objects: u64,
    /// Bytes of pages that were written.
    pub bytes: u64,
    /// Records of namespaces that are no more.
    pub skipped: u64,
    /// Why what follows was not taken, where something was acknowledged there that is lost.
    pub stopped_at: Option<String>,
}

impl Recovered {
    /// One line for people; `None` when there was nothing to do.
    pub fn to_text(&self) -> Option<String> {
        if self.records == 0 && self.skipped == 0 && self.stopped_at.is_none() {
            return None;
        }
        let kibibytes = self.bytes.div_ceil(1024);
        let mut text = format!(
            "recovered {} commits of {} objects ({kibibytes} KiB) from the journal",
            self.records, self.objects
        );
        if let Some(place) = &self.stopped_at {
            text.push_str(&format!("; stopped in {place}; the journal's files are kept beside it"));
        }
        Some(text)
    }
}

/// A journal that was read.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub(crate) recovered: Recovered,
    pub(crate) next_sequence: u64,
    pub(crate) last_commit: u64,
    /// The files of the journal, all of them without use now.
    pub(crate) segments: Vec<PathBuf>,
}

/// Finds the directory of a namespace, if it still exists.
pub(crate) type Directories<'a> = &'a dyn Fn(&str) -> Option<PathBuf>;

struct Segment {
    header: Header,
    path: PathBuf,
    content: Arc<dyn DiskFile>,
}

/// Takes what the journal in `directory` holds from `oldest` on. Up to `waiting_bytes_max` bytes of pages wait in memory for
/// their files.
pub(crate) fn replay(
    disk: &dyn Disk,
    file_system: Option<&dyn FileSystem>,
    directory: &Path,
    oldest: Mark,
    directories: Directories<'_>,
    observer: &dyn Observer,
    waiting_bytes_max: usize,
) -> Result<Replayed> {
    let (paths, segments) = open_all(disk, directory)?;
    let next_sequence =
        segments.iter().map(|segment| segment.header.sequence + 1).max().unwrap_or(0).max(oldest.sequence);
    let mut segments: Vec<Segment> =
        segments.into_iter().filter(|segment| segment.header.sequence >= oldest.sequence).collect();
    segments.sort_unstable_by_key(|segment| segment.header.sequence);

    let mut files = Files::new(disk, directories, observer, waiting_bytes_max);
    let mut scan = Scan { expected: oldest.ordinal, group: 0, assembly: Assembly::default(), last_commit: 0 };
    let mut content = Vec::new();
    let mut end = None;
    for (index, segment) in segments.iter().enumerate() {
        if end.is_some() {
            break;
        }
        // A later segment that begins with the same ordinal, or an earlier one, voids this one's from there on.
        let limit = limit(&segments, index);
        if segment.header.first_ordinal >= limit {
            continue;
        }
        if segment.header.first_ordinal != scan.expected {
            end = Some(End { segment: index, at: 0, why: "segments before it are missing".to_owned() });
            break;
        }
        read(segment, &mut content)?;
        let mut take = |record: Record| files.take(&record);
        if let Some(at) = scan.segment(segment, &content, limit, &mut take)? {
            let is_last = index + 1 == segments.len();
            // A segment that was given up ends where the next one goes on.
            if is_last || segments[index + 1..].iter().all(|next| next.header.first_ordinal != scan.expected)
            {
                end = Some(End { segment: index, at, why: "a record is damaged".to_owned() });
            } else {
                scan.assembly.give_up();
            }
        }
    }
    if let Some(end) = end
        && acknowledged_after(&segments, &end, &scan, &mut content)?
    {
        let segment = &segments[end.segment];
        files.recovered.stopped_at = Some(format!(
            "{} at byte {}: {}, and acknowledged commits follow that are lost",
            segment.path.display(),
            end.at,
            end.why
        ));
    }
    let recovered = files.finish(file_system)?;
    Ok(Replayed { recovered, next_sequence, last_commit: scan.last_commit, segments: paths })
}

struct End {
    segment: usize,
    at: usize,
    why: String,
}

/// The state of going through the fragments.
struct Scan {
    /// The ordinal of the fragment that must come next.
    expected: u64,
    /// The group it is of, at most.
    group: u32,
    assembly: Assembly,
    last_commit: u64,
}

impl Scan {
    /// Takes the records that end in a segment. Returns where it ended, unless at the segment's end.
    fn segment(
        &mut self,
        segment: &Segment,
        content: &[u8],
        limit: u64,
        take: &mut dyn FnMut(Record) -> Result<()>,
    ) -> Result<Option<usize>> {
        let mut at = BLOCK;
        self.group = self.group.max(segment.header.first_group);
        while content.len().saturating_sub(at) > FRAGMENT_HEADER {
            let fragment = format::fragment(&content[at..]).filter(|fragment| {
                fragment.place.sequence == segment.header.sequence
                    && fragment.place.ordinal == self.expected
                    && fragment.place.ordinal < limit
            });
            let Some(fragment) = fragment else { return Ok(Some(at)) };
            match self.assembly.take(&fragment) {
                Step::Nothing => {}
                Step::Record(record) => {
                    self.last_commit = self.last_commit.max(record.commit);
                    take(*record)?;
                }
                Step::Nonsense => return Ok(Some(at)),
            }
            self.expected += 1;
            at = after(at, &fragment);
            // A group ends at a block.
            self.group = fragment.place.group + u32::from(at.is_multiple_of(BLOCK));
        }
        Ok(None)
    }
}

/// Where the fragment after one at `at` begins.
pub(crate) fn after(at: usize, fragment: &Fragment<'_>) -> usize {
    let end = at + FRAGMENT_HEADER + fragment.payload.len();
    if end % BLOCK > BLOCK - FRAGMENT_HEADER { end.next_multiple_of(BLOCK) } else { end }
}

/// The ordinals of a segment from this one on are void.
fn limit(segments: &[Segment], index: usize) -> u64 {
    segments[index + 1..].iter().map(|later| later.header.first_ordinal).min().unwrap_or(u64::MAX)
}

/// Whether something at the end or after it was acknowledged. One group is written at a time, so that a sound fragment
/// of a later one than what is missing proves that it was durable once.
fn acknowledged_after(segments: &[Segment], end: &End, scan: &Scan, content: &mut Vec<u8>) -> Result<bool> {
    for (index, segment) in segments.iter().enumerate().skip(end.segment) {
        read(segment, content)?;
        let limit = limit(segments, index);
        let first = if index == end.segment { end.at.max(BLOCK).next_multiple_of(BLOCK) } else { BLOCK };
        let is_acknowledged = (first..content.len()).step_by(BLOCK).any(|at| {
            format::fragment(&content[at..]).is_some_and(|fragment| {
                let place = fragment.place;
                place.sequence == segment.header.sequence
                    && (scan.expected..limit).contains(&place.ordinal)
                    && place.group > scan.group
            })
        });
        if is_acknowledged {
            return Ok(true);
        }
    }
    Ok(false)
}

fn read(segment: &Segment, content: &mut Vec<u8>) -> Result<()> {
    let mut fill = || -> io::Result<()> {
        content.resize(usize::try_from(segment.content.size()?).map_err(io::Error::other)?, 0);
        let read = segment.content.read_at(content, 0)?;
        content.truncate(read);
        Ok(())
    };
    fill().map_err(|error| Error::io(&error, "read the journal's", &segment.path))
}

fn open_all(disk: &dyn Disk, directory: &Path) -> Result<(Vec<PathBuf>, Vec<Segment>)> {
    let failed = |error: io::Error, path: &Path| Error::io(&error, "read the journal's", path);
    let names = disk.list(directory).map_err(|error| failed(error, directory))?;
    let mut paths: Vec<PathBuf> = names
        .iter()
        .map(|name| directory.join(name))
        .filter(|path| path.extension().is_some_and(|ending| ending == SEGMENT))
        .collect();
    paths.sort_unstable();
    let mut segments = Vec::with_capacity(paths.len());
    for path in &paths {
        let content = disk.open(path, Missing::Refuse).map_err(|error| failed(error, path))?;
        let mut block = [0; BLOCK];
        let read = content.read_at(&mut block, 0).map_err(|error| failed(error, path))?;
        match Header::decode(&block[..read]) {
            Opening::Header(header) => segments.push(Segment { header, path: path.clone(), content }),
            Opening::Nothing => {}
            Opening::Newer(version) => {
                let cause = format!("it has format {version}, this version reads up to {}", format::VERSION);
                let doing = format!("read the journal's {}", path.display());
                return Err(Error::new(Kind::NewerFormat(version), doing, cause));
            }
        }
    }
    Ok((paths, segments))
}
