//! What a program threw.

use crate::object::Object;
use crate::scope::Scope;
use crate::stack;
use crate::value::{Type, Value};
use std::fmt;

/// A thrown value: the error side of [`crate::Result`]. A native function that gets one passes it on with `?`.
#[derive(Clone, Copy)]
pub struct Exception<'s>(Value<'s>);

/// The classes of errors [`Scope::error`] makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the language's")]
pub enum ErrorKind {
    Error = 0,
    TypeError = 1,
    RangeError = 2,
    SyntaxError = 3,
}

/// A thrown value in plain data, for logs and for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorReport {
    /// The error's `name`; empty if what was thrown is no error.
    pub name: String,
    /// The error's `message`, or the thrown value as a string.
    pub message: String,
    /// `    at function (file:line:column)` lines, without the head; empty if there is none.
    pub stack: String,
    /// The file it was made in.
    pub file: Option<String>,
    /// The line in it, counted from 1.
    pub line: Option<u32>,
    /// The column in it, counted from 1; a `SyntaxError` of the engine has none.
    pub column: Option<u32>,
}

impl<'s> Exception<'s> {
    pub(crate) fn new(value: Value<'s>) -> Self {
        Self(value)
    }

    /// The thrown value.
    pub fn value(self) -> Value<'s> {
        self.0
    }

    /// The exception as plain data. Never fails: what a hostile value throws while it is looked at is ignored.
    pub fn describe(self, scope: &Scope<'s>) -> ErrorReport {
        match self.0.as_object() {
            Some(object) => describe_object(scope, object),
            None => ErrorReport { message: primitive(scope, self.0), ..ErrorReport::default() },
        }
    }
}

impl<'s> From<Exception<'s>> for Value<'s> {
    fn from(exception: Exception<'s>) -> Self {
        exception.0
    }
}

fn describe_object<'s>(scope: &Scope<'s>, object: Object<'s>) -> ErrorReport {
    let frames = text(scope, object, "stack").map(|raw| (stack::frames(&raw), stack::normalise(&raw)));
    let (frames, stack) = frames.unwrap_or_default();
    let first = frames.into_iter().find(|frame| frame.file.is_some());
    let file = text(scope, object, "sourceURL").filter(|file| !file.is_empty());
    let mut report = ErrorReport {
        name: text(scope, object, "name").unwrap_or_default(),
        stack,
        line: position(scope, object, "line"),
        column: position(scope, object, "column"),
        file,
        ..ErrorReport::default()
    };
    if let (None, Some(frame)) = (&report.file, first) {
        report.file = frame.file;
        report.line = Some(frame.line).filter(|&line| line > 0);
        report.column = Some(frame.column).filter(|&column| column > 0);
    }
    report.message = match text(scope, object, "message") {
        Some(message) => message,
        None => object.to_string(scope).unwrap_or_else(|_| "an object that cannot be shown".to_owned()),
    };
    report
}

/// A property that is a string; whatever goes wrong is no string.
fn text<'s>(scope: &Scope<'s>, object: Object<'s>, key: &str) -> Option<String> {
    let value = object.get(scope, key).ok().filter(|value| value.is_string())?;
    value.to_string(scope).ok()
}

fn position<'s>(scope: &Scope<'s>, object: Object<'s>, key: &str) -> Option<u32> {
    let number = object.get(scope, key).ok()?.as_number()?;
    (number >= 1.0 && number <= f64::from(u32::MAX)).then_some(number as u32)
}

/// A thrown primitive as text; a symbol has no string conversion.
fn primitive<'s>(scope: &Scope<'s>, value: Value<'s>) -> String {
    if value.type_of() == Type::Symbol {
        return "a symbol".to_owned();
    }
    value.to_string(scope).unwrap_or_default()
}

impl fmt::Display for ErrorReport {
    /// `Name: message` and the stack below it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name.as_str(), self.message.as_str()) {
            ("", message) => formatter.write_str(message)?,
            (name, "") => formatter.write_str(name)?,
            (name, message) => write!(formatter, "{name}: {message}")?,
        }
        if !self.stack.is_empty() {
            write!(formatter, "\n{}", self.stack)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Exception<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Exception({:?})", self.0)
    }
}
