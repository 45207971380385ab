//! Going back: which point a bookmark or a time means, and what differs there from what is now.

use std::collections::BTreeMap;

use holdfast_core::id::ObjectId;

use super::{
    Bookmark, History,
    files::{Go, Visit},
    lock,
};
use crate::{error::Error, image::Page};

/// How many pages there were, and those that differed.
pub(crate) type Undone = (u32, BTreeMap<u32, Page>);

/// Why an object cannot go back.
#[derive(Clone, Debug)]
pub enum NoWay {
    /// The point is further back than what is kept, which begins here.
    TooOld(Bookmark, i64),
    /// The bookmark is of a time that has not come.
    InFuture,
    /// The history cannot be read.
    Failed(Error),
}

impl std::fmt::Display for NoWay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooOld(oldest, _) => {
                write!(f, "the point is further back than what is kept; the oldest bookmark is {oldest}")
            }
            Self::InFuture => f.write_str("the point is in the future"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl History {
    /// The bookmark of an object as it is now; all its commits must be durable.
    pub(crate) fn current(&self, id: &ObjectId) -> Bookmark {
        lock(&self.waiting).end(id);
        Bookmark::after(id, self.last_commit())
    }

    /// The bookmark of an object as it was at a time, as nearly as it is known: the state is not newer.
    pub(crate) fn at(&self, id: &ObjectId, time_ms: i64, now_ms: i64) -> Result<Bookmark, NoWay> {
        if time_ms > now_ms {
            return Err(NoWay::InFuture);
        }
        let oldest_ms = now_ms - self.limits.kept_ms;
        // The state before the oldest entry that began later.
        let mut found = self.current(id);
        let (since, since_ms) = self.since();
        let mut oldest = (Bookmark::after(id, since), since_ms.max(oldest_ms));
        let mut is_reached = time_ms >= oldest.1;
        self.walk(id, &mut |span, _| {
            if span.last_ms <= time_ms {
                return Ok(Go::Enough);
            }
            if span.is_break {
                oldest = (Bookmark::after(id, span.last), span.last_ms);
                is_reached = false;
                return Ok(Go::Enough);
            }
            found = Bookmark::after(id, span.first - 1);
            Ok(Go::On)
        })?;
        if is_reached { Ok(found) } else { Err(NoWay::TooOld(oldest.0, oldest.1)) }
    }

    /// The pages that differ at a bookmark from what is now, and how many there were; `None` where nothing changed since.
    /// There are `page_count` now.
    pub(crate) fn undo(
        &self,
        id: &ObjectId,
        bookmark: &Bookmark,
        page_count: u32,
        now_ms: i64,
    ) -> Result<Option<Undone>, NoWay> {
        if bookmark.commit > self.last_commit() {
            return Err(NoWay::InFuture);
        }
        // The end of a session is before the first restore after the bookmark.
        let mut until = bookmark.commit;
        if bookmark.is_session_end() {
            let mut end = None;
            self.walk(id, &mut |span, _| {
                if span.first <= bookmark.commit {
                    return Ok(Go::Enough);
                }
                if span.is_restore {
                    end = Some(span.first - 1);
                }
                Ok(Go::On)
            })?;
            match end {
                Some(end) => until = end,
                // It has not ended.
                None => return Ok(None),
            }
        }
        let horizon_ms = now_ms - self.limits.kept_ms;
        let mut undone: Option<Undone> = None;
        let since = self.since();
        let mut broken = (until < since.0).then_some(since);
        let mut newer = (self.last_commit(), now_ms);
        self.walk(id, &mut |span, read| {
            let is_wanted = span.last > until;
            if is_wanted && (span.is_break || span.last_ms < horizon_ms) {
                broken = Some((span.last, span.last_ms));
                return Ok(Go::Enough);
            }
            if span.is_break {
                return Ok(Go::Enough);
            }
            let undo = read()?;
            if undo.is_mark() {
                return Ok(Go::On);
            }
            // A state that the next older commit did not leave came from elsewhere: the class was deleted meanwhile.
            let expected = undone.as_ref().map_or(page_count, |(count, _)| *count);
            if undo.page_count_after != expected {
                broken = Some(newer);
                return Ok(Go::Enough);
            }
            if !is_wanted {
                return Ok(Go::Enough);
            }
            newer = (span.last, span.last_ms);
            let (count, pages) = undone.get_or_insert_default();
            *count = undo.page_count;
            pages.extend(undo.pages);
            Ok(Go::On)
        })?;
        if let Some((commit, ms)) = broken {
            return Err(NoWay::TooOld(Bookmark::after(id, commit), ms.max(horizon_ms)));
        }
        if let Some((count, pages)) = &mut undone {
            pages.retain(|number, _| *number <= *count);
        }
        Ok(undone)
    }

    fn since(&self) -> (u64, i64) {
        lock(&self.files).since.unwrap_or((u64::MAX, i64::MAX))
    }

    /// Visits the spans of an object, newest first.
    fn walk(&self, id: &ObjectId, visit: Visit<'_>) -> Result<(), NoWay> {
        // Together, so that nothing moves from one to the other meanwhile.
        let written = lock(&self.files);
        let waiting = lock(&self.waiting).of(id);
        let mut walked = || {
            for undo in &waiting {
                if visit(undo.span, &|| Ok(undo.clone()))? == Go::Enough {
                    return Ok(());
                }
            }
            written.files.visit(id, visit)
        };
        walked().map_err(|error| NoWay::Failed(Error::io(&error, "read the history in", &self.directory)))
    }
}
