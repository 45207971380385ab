//! What is known of a journal without reading it: where it begins.
//!
//! One line of text, replaced as a whole whenever segments become free, before they are written again. So recovery
//! takes no record of what was deleted or replaced meanwhile.

use std::{io, path::Path};

use super::{format::VERSION, segments::Mark};
use crate::{
    disk::{self, Disk},
    error::{Error, Kind, Result},
};

const FILE: &str = "position";

/// Where a journal begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The first segment that counts.
    pub(crate) oldest: Mark,
    /// No commit before had a greater number.
    pub(crate) commit: u64,
}

impl Position {
    pub(crate) const START: Self = Self { oldest: Mark { sequence: 1, ordinal: 0 }, commit: 0 };

    /// What was written last; `None` where nothing was.
    pub(crate) fn read(disk: &dyn Disk, directory: &Path) -> Result<Option<Self>> {
        let path = directory.join(FILE);
        let text = match disk::read(disk, &path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(&error, "read", &path)),
        };
        let doing = || format!("read {}", path.display());
        let text = String::from_utf8_lossy(&text);
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
        if let (Some(&["holdfast", "journal"]), Some(version)) =
            (words.get(..2).and_then(|words| words.first_chunk()), number(2))
            && version > u64::from(VERSION)
        {
            let cause = format!("it has format {version}, this version reads up to {VERSION}");
            return Err(Error::new(
                Kind::NewerFormat(u32::try_from(version).unwrap_or(u32::MAX)),
                doing(),
                cause,
            ));
        }
        match (number(4), number(6), number(8)) {
            (Some(sequence), Some(ordinal), Some(commit)) if words.len() == 9 => {
                Ok(Some(Self { oldest: Mark { sequence, ordinal }, commit }))
            }
            _ => Err(Error::new(Kind::Corrupt, doing(), "it does not say where the journal begins")),
        }
    }

    pub(crate) fn write(self, disk: &dyn Disk, directory: &Path) -> io::Result<()> {
        let Self { oldest: Mark { sequence, ordinal }, commit } = self;
        let text =
            format!("holdfast journal {VERSION} segment {sequence} ordinal {ordinal} commit {commit}\n");
        disk::replace(disk, &directory.join(FILE), text.as_bytes())
    }
}
