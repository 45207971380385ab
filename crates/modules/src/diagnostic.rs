//! What is wrong with a program's files, told to the person who wrote them.

use std::fmt;

use oxc::diagnostics::OxcDiagnostic;

use crate::text;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The program cannot be loaded.
    Error,
    /// It can, but something will probably not work.
    Warning,
}

/// One problem. `Display` prints file, line, column, the line itself and a caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, lower case, one line.
    pub message: String,
    /// The file as stack traces name it; empty when no file is concerned.
    pub file: String,
    /// Line from 1; 0 when the problem is the whole file.
    pub line: u32,
    /// Column from 1, in UTF-16 units as the engine counts.
    pub column: u32,
    /// The line itself.
    pub source_line: String,
    /// What to try.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A problem of a whole file.
    pub(crate) fn of_file(file: &str, message: String) -> Self {
        Self {
            severity: Severity::Error,
            message,
            file: file.to_owned(),
            line: 0,
            column: 0,
            source_line: String::new(),
            help: None,
        }
    }

    /// A problem at a byte offset of a file's text.
    pub(crate) fn at(file: &str, source: &str, offset: u32, message: String) -> Self {
        let (line, column) = text::locate(source, offset as usize);
        Self {
            line: line as u32 + 1,
            column: column as u32 + 1,
            source_line: text::line(source, line).to_owned(),
            ..Self::of_file(file, message)
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// A parser's complaint about a text; `place` leads from its offsets to those of `source`.
    pub(crate) fn from_parser(
        file: &str,
        source: &str,
        diagnostic: &OxcDiagnostic,
        place: impl Fn(u32) -> u32,
    ) -> Self {
        let offset = diagnostic.labels.first().map(|label| label.offset());
        let message = format!("syntax error: {}", diagnostic.message);
        let mut ours = match offset {
            Some(offset) => Self::at(file, source, place(offset), message),
            None => Self::of_file(file, message),
        };
        ours.help = diagnostic.help.as_ref().map(ToString::to_string);
        ours
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file.as_str(), self.line) {
            ("", _) => {}
            (file, 0) => write!(out, "{file}: ")?,
            (file, line) => write!(out, "{file}:{line}:{}: ", self.column)?,
        }
        if self.severity == Severity::Warning {
            out.write_str("warning: ")?;
        }
        out.write_str(&self.message)?;
        if self.line > 0 {
            let number = self.line.to_string();
            // The caret stands under its column if the same tabs precede it. A minified line is shown in part.
            let before: Vec<char> = utf16_prefix(&self.source_line, self.column as usize - 1);
            let skip = before.len().saturating_sub(LINE_LENGTH_MAX / 2);
            let shown: String = self.source_line.chars().skip(skip).take(LINE_LENGTH_MAX).collect();
            let pad: String =
                before[skip..].iter().map(|character| if *character == '\t' { '\t' } else { ' ' }).collect();
            write!(out, "\n  {number} | {shown}\n  {:width$} | {pad}^", "", width = number.len())?;
        }
        if let Some(help) = &self.help {
            write!(out, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// More than this of one line is not printed.
const LINE_LENGTH_MAX: usize = 160;

fn utf16_prefix(line: &str, units: usize) -> Vec<char> {
    let mut seen = 0;
    line.chars()
        .take_while(|character| {
            seen += character.len_utf16();
            seen <= units
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_the_line_and_a_caret() {
        let source = "let a = 1;\n\tlet é = ;\n";
        let diagnostic =
            Diagnostic::at("src/a.js", source, 21, "syntax error: unexpected token".into()).help("remove it");
        assert_eq!(
            diagnostic.to_string(),
            "src/a.js:2:10: syntax error: unexpected token\n  2 | \tlet é = ;\n    | \t        ^\n  help: remove it"
        );
        assert_eq!(
            Diagnostic::of_file("a.json", "gone".into()).warning().to_string(),
            "a.json: warning: gone"
        );
    }

    #[test]
    fn shows_part_of_a_minified_line() {
        let source = "x".repeat(10_000);
        let shown = Diagnostic::at("a.js", &source, 5_000, "bad".into()).to_string();
        assert!(shown.len() < 500, "{} bytes", shown.len());
    }
}
