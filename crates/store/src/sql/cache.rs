//! The compiled statements of one database, by their text.
//!
//! Promises that they take no more than a named number and size, those used longest ago going first. What is in use is
//! not here: SQLite runs a statement once at a time, so a second run of the same text compiles it again.

use std::rc::Rc;

use hashlink::LinkedHashMap;

use super::{
    counts::{Counts, Meter},
    cursor::Columns,
    statement::Compiled,
};

/// Most texts kept, and the most bytes they may have in all.
const TEXTS_MAX: usize = 1_000;
const TEXT_BYTES_MAX: usize = 1024 * 1024;

/// A text of one or more statements, compiled.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) text: Rc<str>,
    /// All statements but the last.
    pub(super) prelude: Vec<Compiled>,
    pub(super) last: Compiled,
    /// The columns of the last statement, and how often it had been compiled again when they were looked at.
    pub(super) columns: Option<(i32, Rc<Columns>)>,
    /// Counts the rows of the last statement, and the rows of all its runs, where they are known.
    pub(super) meter: Option<Meter>,
    pub(super) total: Option<Counts>,
    /// Whether it ran before.
    pub(super) was_used: bool,
}

/// What the cache has of a text.
#[derive(Debug)]
pub(super) enum Found {
    Ready(Box<Program>),
    InUse,
    Nothing,
}

#[derive(Debug, Default)]
pub(super) struct Cache {
    // `None` while the program is in use.
    programs: LinkedHashMap<Rc<str>, Option<Box<Program>>>,
    bytes: usize,
}

impl Cache {
    /// Takes the program of a text out, to be run.
    pub(super) fn take(&mut self, text: &str) -> Found {
        let Some(entry) = self.programs.get_mut(text) else { return Found::Nothing };
        let found = entry.take().map_or(Found::InUse, Found::Ready);
        self.programs.to_back(text);
        found
    }

    /// Notes that a text was compiled and is in use.
    pub(super) fn insert(&mut self, text: &Rc<str>) {
        self.bytes += text.len();
        self.programs.insert(Rc::clone(text), None);
        while self.bytes > TEXT_BYTES_MAX || self.programs.len() > TEXTS_MAX {
            let Some((oldest, _)) = self.programs.pop_front() else { break };
            self.bytes -= oldest.len();
        }
    }

    /// Takes a program back that is ready to be run again. One that was compiled for a single run, or whose place was
    /// given away, is dropped.
    pub(super) fn put_back(&mut self, program: Box<Program>) {
        if let Some(place) = self.programs.get_mut(&*program.text)
            && place.is_none()
        {
            *place = Some(program);
        }
    }

    /// Drops everything.
    pub(super) fn clear(&mut self) {
        self.programs.clear();
        self.bytes = 0;
    }
}
