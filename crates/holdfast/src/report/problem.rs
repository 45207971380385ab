//! A problem as it is told: what, where, and what to try.

use std::path::{Path, PathBuf};

/// A warning or an error, with or without a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Problem {
    /// One lower-case sentence, without a full stop.
    pub(crate) message: String,
    /// The file it is about.
    pub(crate) file: Option<PathBuf>,
    /// Where in the file.
    pub(crate) place: Option<Box<Place>>,
    /// What to try.
    pub(crate) help: Option<String>,
    /// The program's stack, as the engine reports it; empty when there is none.
    pub(crate) stack: String,
}

/// A place in a file; all counts from one, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// The line itself; empty when it is not known.
    pub(crate) text: String,
    /// How many characters to mark.
    pub(crate) width: usize,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<&holdfast_config::Diagnostic> for Problem {
    fn from(diagnostic: &holdfast_config::Diagnostic) -> Self {
        let place = diagnostic.place.as_ref().map(|place| {
            let (line, column, width) = (place.line, place.column, place.width);
            Box::new(Place { line, column, text: place.text.clone(), width })
        });
        Self {
            message: diagnostic.message.clone(),
            file: diagnostic.file.clone(),
            place,
            help: diagnostic.help.clone(),
            stack: String::new(),
        }
    }
}

/// `path` as a person in `folder` would write it.
pub(super) fn shown(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder)
        .ok()
        .filter(|rest| !rest.as_os_str().is_empty())
        .unwrap_or(path)
        .display()
        .to_string()
}
