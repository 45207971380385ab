//! Going back: the bookmarks of an object, and restoring an earlier state.

use super::Object;
use crate::{
    commits::Commit,
    error::{Error, Kind, Result},
    history::{Bookmark, History, NoWay, Pending},
    journal,
};

/// What became of a restore that was to take place when the object starts.
#[derive(Clone, Debug)]
pub enum Restored {
    /// There was none.
    Nothing,
    /// The object is as it was at this bookmark.
    To(String),
    /// It is as it was, because the bookmark is too old by now; what it was.
    Impossible(String),
}

impl Object {
    /// Whether a history is kept.
    pub fn has_history(&self) -> bool {
        self.shared.store.history().is_some()
    }

    /// The bookmark of the object as it is. All that was written must be durable.
    pub fn bookmark(&self) -> Result<Bookmark> {
        Ok(self.history()?.current(&self.data.id))
    }

    /// The bookmark of the object as it is after its last commit, which is waited for.
    pub fn bookmark_now(&self) -> Result<Bookmark> {
        self.shared.store.journal().settle();
        self.bookmark()
    }

    /// The bookmark of the object as it was at a time in milliseconds since 1970.
    pub fn bookmark_at(&self, time_ms: i64) -> Result<std::result::Result<Bookmark, NoWay>> {
        self.shared.store.journal().settle();
        Ok(self.history()?.at(&self.data.id, time_ms, journal::now_ms()))
    }

    /// Whether the object can go back to a bookmark.
    pub fn can_restore(&self, to: &Bookmark) -> Result<std::result::Result<(), NoWay>> {
        self.shared.store.journal().settle();
        Ok(self.history()?.undo(&self.data.id, to, self.page_count()?, journal::now_ms()).map(|_| ()))
    }

    /// Makes the object what it was at a bookmark, as one commit; `None` where it is that already. What was written and
    /// not committed is undone. The object's instance knows the data as it is, so it must be gone.
    pub fn restore(&self, to: &Bookmark) -> Result<std::result::Result<Option<Commit>, NoWay>> {
        self.rollback();
        // The history hears of commits when they are durable.
        self.shared.store.journal().settle();
        let history = self.history()?;
        let undone = match history.undo(&self.data.id, to, self.page_count()?, journal::now_ms()) {
            Ok(Some(undone)) => undone,
            Ok(None) => return Ok(Ok(None)),
            Err(no_way) => return Ok(Err(no_way)),
        };
        let (count, pages) = undone;
        let commit = self.overwrite(&|image| {
            let mut size = None;
            for (number, page) in &pages {
                size = Some(page.len() as u64);
                image.write(page, u64::from(*number - 1) * page.len() as u64)?;
            }
            match size {
                Some(size) => image.truncate(u64::from(count) * size),
                None => image.truncate_to(count),
            }
        })?;
        Ok(Ok(commit))
    }

    /// Notes, durably, that the object is to go back to a bookmark when it next starts. Returns the bookmark that undoes it.
    pub fn restore_at_start(&self, to: &Bookmark) -> Result<Bookmark> {
        let history = self.history()?;
        let current = history.current(&self.data.id);
        let undo = Bookmark::session_end(&self.data.id, current.commit);
        let pending = Pending { to: to.to_string(), undo: undo.to_string(), begun_after: None };
        history.restores().set(&self.data.id, Some(pending)).map_err(|error| self.not_noted(&error))?;
        Ok(undo)
    }

    /// Carries out the restore that is to take place when the object starts. To be called before its instance is made.
    pub fn start(&self) -> Result<Restored> {
        let Some(history) = self.shared.store.history() else { return Ok(Restored::Nothing) };
        let pending = history.restores().of(&self.data.id).cloned();
        let Some(pending) = pending else { return Ok(Restored::Nothing) };
        let to = Bookmark::parse(&self.data.id, &pending.to);
        let outcome = match to {
            Ok(to) => {
                // The next commit the history hears of is then the restore.
                self.shared.store.journal().settle();
                if pending.begun_after.is_none() {
                    let begun = Pending { begun_after: Some(history.last_commit()), ..pending.clone() };
                    let noted = history.restores().set(&self.data.id, Some(begun));
                    noted.map_err(|error| self.not_noted(&error))?;
                }
                history.expect_restore(self.data.id);
                let restored = self.restore(&to);
                let is_made = matches!(restored, Ok(Ok(Some(_))));
                if !is_made {
                    // The bookmark that undoes it leads here all the same.
                    history.mark_restore(self.data.id, self.shared.store.journal().skip_commit());
                }
                match restored? {
                    Ok(_) => Restored::To(pending.to),
                    Err(no_way) => Restored::Impossible(no_way.to_string()),
                }
            }
            Err(_) => Restored::Impossible("its bookmark is damaged".to_owned()),
        };
        // What is noted as done must be: the commit, and what undoes it.
        self.shared.store.journal().settle();
        self.usable()?;
        history.flush()?;
        history.restores().set(&self.data.id, None).map_err(|error| self.not_noted(&error))?;
        Ok(outcome)
    }

    fn not_noted(&self, error: &std::io::Error) -> Error {
        Error::new(Kind::Io, format!("note the restore of {}", self.data), error.to_string())
    }

    fn history(&self) -> Result<&History> {
        let history = self.shared.store.history().map(|history| &**history);
        history.ok_or_else(|| {
            Error::new(Kind::Sqlite, format!("go back in {}", self.data), "no history is kept")
        })
    }
}
