//! What went wrong, where, and what to try: one shape for errors and warnings.
//!
//! ```text
//! wrangler.toml:7:8: expected a string for "name", found a number
//!   |
//! 7 | name = 12
//!   |        ^^
//!   = help: write name = "12"
//! ```

use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// A place in a file. Lines and columns count from one; columns and `width` count characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Line number.
    pub line: usize,
    /// Column of the first marked character.
    pub column: usize,
    /// The whole line, without its end.
    pub text: String,
    /// How many characters of the line are meant; at least one.
    pub width: usize,
}

/// One message about a configuration. `Display` renders it as in the module's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// One lower-case sentence on one line, without a full stop.
    pub message: String,
    /// The file it is about, when it is about one.
    pub file: Option<PathBuf>,
    /// Where in that file.
    pub place: Option<Place>,
    /// What to try.
    pub help: Option<String>,
}

/// Something odd that does not stop the program.
pub type Warning = Diagnostic;

/// Why a configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Diagnostic>);

impl Diagnostic {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: on_one_line(message.into()), file: None, place: None, help: None }
    }

    pub(crate) fn in_file(mut self, file: &Path) -> Self {
        self.file = Some(file.to_owned());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Place {
    /// The place of the bytes `start..end` of `text`; a span over several lines marks the first one.
    pub(crate) fn of(text: &str, start: usize, end: usize) -> Self {
        let start = floor_boundary(text, start.min(text.len()));
        let end = floor_boundary(text, end.clamp(start, text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let marked = &text[start..end.min(line_end).max(start)];
        Self {
            line: text[..line_start].matches('\n').count() + 1,
            // What was trimmed is marked as the end of the line.
            column: text[line_start..start].chars().count().min(line.chars().count()) + 1,
            text: line.to_owned(),
            width: marked.trim_end().chars().count().max(1),
        }
    }
}

/// Escapes line breaks and the like: what a message quotes from a file can hold any.
fn on_one_line(message: String) -> String {
    if !message.contains(char::is_control) {
        return message;
    }
    message.chars().fold(String::new(), |mut line, character| {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
        line
    })
}

fn floor_boundary(text: &str, mut index: usize) -> usize {
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}:", file.display())?;
            if let Some(place) = &self.place {
                write!(f, "{}:{}:", place.line, place.column)?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)?;
        let mut margin = 1;
        if let Some(place) = &self.place {
            let number = place.line.to_string();
            margin = number.len();
            // Tabs are kept before the caret so that it stands under what it means at any tab width.
            let lead: String = place
                .text
                .chars()
                .take(place.column - 1)
                .map(|character| if character == '\t' { '\t' } else { ' ' })
                .collect();
            write!(f, "\n{:margin$} |\n{number} | {}", "", place.text)?;
            write!(f, "\n{:margin$} | {lead}{}", "", "^".repeat(place.width))?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n{:margin$} = help: {help}", "")?;
        }
        Ok(())
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(Box::new(diagnostic))
    }
}

impl Deref for Error {
    type Target = Diagnostic;

    fn deref(&self) -> &Diagnostic {
        &self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_and_keeps_tabs() {
        let text = "a = 1\n\té = \"x\"\nb = 2";
        let start = text.find('"').unwrap();
        let place = Place::of(text, start, start + 3);
        assert_eq!((place.line, place.column, place.width), (2, 6, 3));
        let shown = Diagnostic { place: Some(place), ..Diagnostic::new("odd") }.in_file(Path::new("w.toml"));
        assert_eq!(shown.to_string(), "w.toml:2:6: odd\n  |\n2 | \té = \"x\"\n  | \t    ^^^");
    }

    #[test]
    fn a_message_is_one_line_whatever_it_quotes() {
        assert_eq!(Diagnostic::new("\"main\" is \"a\n\tb\u{7}é\"").message, r#""main" is "a\n\tb\u{7}é""#);
    }

    #[test]
    fn a_place_past_the_end_marks_one_character() {
        let place = Place::of("[", 1, 1);
        assert_eq!((place.line, place.column, place.width, place.text.as_str()), (1, 2, 1, "["));
        let place = Place::of("a = \"\r\r\r\r\n", 9, 9);
        assert_eq!((place.line, place.column, place.width, place.text.as_str()), (1, 6, 1, "a = \""));
    }
}
