//! The whole of an object's data at once: taken out to a file, or replaced as one commit.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use holdfast_core::alarm::Time;

use super::{FileKnown, Name, Object};
use crate::{
    commits::Commit,
    content::Content,
    database::Database,
    disk::{Disk as _, Missing, RealDisk},
    durability::{self, InUse},
    error::{Error, Result},
    image::Image,
};

/// Bytes that are copied at once.
const CHUNK: usize = 1 << 20;

impl Object {
    /// Whether the object has stored anything.
    pub fn is_stored(&self) -> Result<bool> {
        self.usable()?;
        self.open(Missing::Refuse)
    }

    /// Writes the object's database, as of the last commit, to a new file, durably. Returns its length; `None` when the
    /// object has stored nothing. To be called in no transaction.
    pub fn export(&self, file: &Path) -> Result<Option<u64>> {
        if !self.is_stored()? {
            return Ok(None);
        }
        let image = self.data.image.borrow();
        let image = &image.as_ref().expect("an open database is on an image").image;
        let failed = |error: io::Error| Error::io(&error, "write", file);
        let (draft, mut out) = draft_beside(file).map_err(failed)?;
        let mut copy = || {
            let len = image.len();
            let mut buffer = vec![0; CHUNK];
            let mut at = 0;
            while at < len {
                let count = usize::try_from(len - at).map_or(CHUNK, |left| left.min(CHUNK));
                image.read(&mut buffer[..count], at)?;
                out.write_all(&buffer[..count])?;
                at += count as u64;
            }
            out.sync_all()?;
            fs::rename(&draft, file)?;
            RealDisk.sync_directory(crate::disk::parent(file))?;
            Ok(len)
        };
        copy().map(Some).map_err(|error| {
            // Nobody asked for half of it.
            let _ = fs::remove_file(&draft);
            failed(error)
        })
    }

    /// Replaces all that the object has stored, as one commit. What was written and not committed is undone. The object's
    /// instance knows the old data, so it must be gone.
    pub fn replace(&self, content: &Content) -> Result<Commit> {
        let commit = self.overwrite(&|image| {
            let len = image.len();
            let mut before = vec![0; content.page_bytes];
            for (at, page) in (0..).step_by(content.page_bytes).zip(&content.pages) {
                // The first page always, so that there is a commit; others where they differ.
                let is_same = at > 0 && at < len && {
                    image.read(&mut before, at)?;
                    before[..] == page[..]
                };
                if !is_same {
                    image.write(page, at)?;
                }
            }
            image.truncate(content.bytes())
        })?;
        Ok(commit.expect("the first page was written"))
    }

    /// Writes pages to an object's image, past SQLite, and commits them.
    pub(super) fn overwrite(&self, fill: &dyn Fn(&Image) -> io::Result<()>) -> Result<Option<Commit>> {
        self.rollback();
        self.shared.close(&self.data);
        let journal = self.shared.store.journal();
        let image = self.data.namespace.image(journal, self.data.id);
        if image.has_failed() {
            journal.rebuild(&image)?;
        }
        let in_use = InUse::new(journal, image);
        let image = &in_use.image;
        let overwritten = || -> Result<Option<Time>> {
            let failed = |error| Error::io(&error, "replace", image.path());
            image.is_present().map_err(failed)?;
            image.begin_changes();
            fill(image).map_err(failed)?;
            let read = durability::open(image).and_then(Database::new).and_then(|database| database.alarm());
            read.map_err(|error| Error::sqlite(&error, format!("read the alarm of {}", self.data)))
        };
        let alarm = match overwritten() {
            Ok(alarm) => alarm,
            Err(error) => {
                image.discard_changes();
                return Err(error);
            }
        };
        let Some(changes) = image.take_changes() else { return Ok(None) };
        let commit = journal.commit(image, changes, Some(alarm), &self.shared.inbox);
        *self.data.name.borrow_mut() = Name::Unknown;
        self.data.file.set(FileKnown::Unknown);
        Ok(Some(commit))
    }
}

/// A new file beside one, which was not there before.
fn draft_beside(file: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 0;
    loop {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".{}-{number}.part", std::process::id()));
        let draft = PathBuf::from(name);
        match File::create_new(&draft) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            created => return created.map(|out| (draft, out)),
        }
    }
}
