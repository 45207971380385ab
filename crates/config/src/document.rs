//! A parsed configuration file: values that remember where they stand.
//!
//! TOML and JSON become the same tree, so that everything after this module is written once.

mod json;
mod toml;

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Error, Place};

/// Byte range in the file's text.
pub(crate) type Span = Range<usize>;

/// The text of one file; makes diagnostics that point into it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) language: Language,
}

/// How the file writes a key and a value; messages that suggest a line follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Toml,
    Json,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(String),
    /// A bare TOML date or time, as written.
    Date(String),
    Array(Vec<Node>),
    Table(Table),
}

/// Keys in the order of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) entries: Vec<(Key, Node)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl Source {
    /// Reads the file; its name tells the language.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Diagnostic::new(format!("cannot read the configuration: {error}")).in_file(path)
        })?;
        let json = path.extension().is_some_and(|extension| extension == "json" || extension == "jsonc");
        Ok(Self { path: path.to_owned(), text, language: if json { Language::Json } else { Language::Toml } })
    }

    /// The file's top table, and the place of the whole.
    pub(crate) fn parse(&self) -> Result<Table, Error> {
        let node = match self.language {
            Language::Toml => toml::parse(self)?,
            Language::Json => json::parse(self)?,
        };
        match node.value {
            Value::Table(table) => Ok(table),
            other => Err(self
                .at(&node.span, format!("expected an object, found {}", other.kind()))
                .help("a configuration is { \"name\": \"my-worker\", \"main\": \"src/index.js\", … }")
                .into()),
        }
    }

    /// A message about `span`.
    pub(crate) fn at(&self, span: &Span, message: impl Into<String>) -> Diagnostic {
        let place = Place::of(&self.text, span.start, span.end);
        Diagnostic { place: Some(place), ..Diagnostic::new(message) }.in_file(&self.path)
    }

    /// A message about the file as a whole.
    pub(crate) fn whole(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message).in_file(&self.path)
    }

    /// The line a person would add for `key = "value"`, in the file's language.
    pub(crate) fn line(&self, key: &str, value: &str) -> String {
        match self.language {
            Language::Toml => format!("{key} = \"{value}\""),
            Language::Json => format!("\"{key}\": \"{value}\""),
        }
    }
}

impl Value {
    /// The kind with its article, for "expected …, found …".
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::Date(_) => "a date without quotes",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
        }
    }

    /// Whether it says nothing: `null`, `[]`, `{}`, `""`.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::String(string) => string.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Table(table) => table.entries.is_empty(),
            _ => false,
        }
    }

    /// The same as plain JSON. TOML dates become strings; numbers that JSON cannot say become null.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Value::Null => Json::Null,
            Value::Boolean(boolean) => Json::Bool(*boolean),
            Value::Integer(integer) => Json::from(*integer),
            Value::Float(float) => Json::from(*float),
            Value::String(string) | Value::Date(string) => Json::String(string.clone()),
            Value::Array(items) => Json::Array(items.iter().map(|item| item.value.to_json()).collect()),
            Value::Table(table) => Json::Object(
                table.entries.iter().map(|(key, node)| (key.name.clone(), node.value.to_json())).collect(),
            ),
        }
    }
}

impl Table {
    /// The value of `name`; the last one when JSON repeats a key, none when it is null.
    pub(crate) fn entry(&self, name: &str) -> Option<(&Key, &Node)> {
        let (key, node) = self.entries.iter().rev().find(|(key, _)| key.name == name)?;
        (!matches!(node.value, Value::Null)).then_some((key, node))
    }
}
