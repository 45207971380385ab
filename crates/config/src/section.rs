//! One table of the file, read by type: `section.string("name")` is the value, nothing, or an error that points at it.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Error, Warning};
use crate::document::{Key, Node, Source, Span, Table, Value};

/// A table, the file it is from and the path that leads to it (`env.staging.dev`; empty at the top).
#[derive(Debug, Clone)]
pub(crate) struct Section<'a> {
    pub(crate) source: &'a Source,
    pub(crate) table: &'a Table,
    pub(crate) path: String,
    /// Where the table stands; the whole file's start at the top.
    pub(crate) span: Span,
}

impl<'a> Section<'a> {
    pub(crate) fn top(source: &'a Source, table: &'a Table) -> Self {
        Self { source, table, path: String::new(), span: 0..0 }
    }

    /// The key and value, unless absent or null.
    pub(crate) fn entry(&self, key: &str) -> Option<(&'a Key, &'a Node)> {
        self.table.entry(key)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// The path of `key` as messages name it.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(crate) fn string(&self, key: &str) -> Result<Option<&'a str>, Error> {
        self.read(key, "a string", |value| match value {
            Value::String(string) => Some(string.as_str()),
            _ => None,
        })
    }

    /// A string that must be there.
    pub(crate) fn required(&self, key: &str) -> Result<&'a str, Error> {
        self.string(key)?.filter(|string| !string.is_empty()).ok_or_else(|| {
            let example = self.source.line(key, "…");
            self.source
                .at(&self.span, format!("\"{}\" is missing", self.path_of(key)))
                .help(format!("add {example}"))
                .into()
        })
    }

    pub(crate) fn boolean(&self, key: &str) -> Result<Option<bool>, Error> {
        self.read(key, "true or false", |value| match value {
            Value::Boolean(boolean) => Some(*boolean),
            _ => None,
        })
    }

    /// A whole number from 0 to `most`.
    pub(crate) fn number(&self, key: &str, most: u64) -> Result<Option<u64>, Error> {
        let expected = format!("a whole number from 0 to {most}");
        self.read(key, &expected, |value| match value {
            Value::Integer(integer) => u64::try_from(*integer).ok().filter(|number| *number <= most),
            _ => None,
        })
    }

    pub(crate) fn strings(&self, key: &str) -> Result<Vec<String>, Error> {
        let Some((_, node)) = self.entry(key) else { return Ok(Vec::new()) };
        let Value::Array(items) = &node.value else {
            return Err(self.unexpected(key, "an array of strings", node));
        };
        items
            .iter()
            .map(|item| match &item.value {
                Value::String(string) => Ok(string.clone()),
                _ => Err(self.unexpected(key, "only strings", item)),
            })
            .collect()
    }

    pub(crate) fn string_map(&self, key: &str) -> Result<BTreeMap<String, String>, Error> {
        let Some(section) = self.table(key)? else { return Ok(BTreeMap::new()) };
        let strings = section.table.entries.iter().map(|(entry, node)| match &node.value {
            Value::String(string) => Ok((entry.name.clone(), string.clone())),
            _ => Err(section.unexpected(&entry.name, "a string", node)),
        });
        strings.collect()
    }

    pub(crate) fn table(&self, key: &str) -> Result<Option<Section<'a>>, Error> {
        let Some((entry, node)) = self.entry(key) else { return Ok(None) };
        match &node.value {
            Value::Table(table) => Ok(Some(Section {
                source: self.source,
                table,
                path: self.path_of(key),
                span: entry.span.clone(),
            })),
            _ => Err(self.unexpected(key, "a table", node)),
        }
    }

    /// An array of tables (`[[key]]`).
    pub(crate) fn tables(&self, key: &str) -> Result<Vec<Section<'a>>, Error> {
        let Some((_, node)) = self.entry(key) else { return Ok(Vec::new()) };
        let Value::Array(items) = &node.value else {
            return Err(self.unexpected(key, "an array of tables", node));
        };
        let sections = items.iter().enumerate().map(|(index, item)| match &item.value {
            Value::Table(table) => Ok(Section {
                source: self.source,
                table,
                path: format!("{}[{index}]", self.path_of(key)),
                span: item.span.clone(),
            }),
            _ => Err(self.unexpected(key, "only tables", item)),
        });
        sections.collect()
    }

    /// A warning for each key that is not in `known`.
    pub(crate) fn warn_unknown(&self, known: &[&str], warnings: &mut Vec<Warning>) {
        for (key, _) in &self.table.entries {
            if !known.contains(&key.name.as_str()) {
                warnings.push(self.unknown(key, known));
            }
        }
    }

    pub(crate) fn unknown(&self, key: &Key, known: &[&str]) -> Warning {
        let warning =
            self.source.at(&key.span, format!("unknown key \"{}\" is ignored", self.path_of(&key.name)));
        match nearest(&key.name, known) {
            Some(name) => warning.help(format!("did you mean \"{name}\"?")),
            None => warning,
        }
    }

    /// A message that points at the value of `key`, or at the table when the key is absent.
    pub(crate) fn at_value(&self, key: &str, message: impl Into<String>) -> Diagnostic {
        let span = self.entry(key).map_or(&self.span, |(_, node)| &node.span);
        self.source.at(span, message)
    }

    /// A message that points at an item of the array `key`, or at the array when there is no such item.
    pub(crate) fn at_item(&self, key: &str, index: usize, message: impl Into<String>) -> Diagnostic {
        let item = match self.entry(key).map(|(_, node)| &node.value) {
            Some(Value::Array(items)) => items.get(index),
            _ => None,
        };
        match item {
            Some(item) => self.source.at(&item.span, message),
            None => self.at_value(key, message),
        }
    }

    /// A message that points at the name of `key`, or at the table when the key is absent.
    pub(crate) fn at_key(&self, key: &str, message: impl Into<String>) -> Diagnostic {
        let span = self.entry(key).map_or(&self.span, |(entry, _)| &entry.span);
        self.source.at(span, message)
    }

    fn read<T>(
        &self,
        key: &str,
        expected: &str,
        take: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some((_, node)) = self.entry(key) else { return Ok(None) };
        take(&node.value).map(Some).ok_or_else(|| self.unexpected(key, expected, node))
    }

    fn unexpected(&self, key: &str, expected: &str, node: &Node) -> Error {
        let found = match &node.value {
            Value::Integer(integer) if expected.contains("number") => integer.to_string(),
            other => other.kind().to_owned(),
        };
        let message = format!("expected {expected} for \"{}\", found {found}", self.path_of(key));
        let written = &self.source.text[node.span.clone()];
        let diagnostic = self.source.at(&node.span, message);
        let scalar =
            matches!(node.value, Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Date(_));
        if expected == "a string" && scalar {
            return diagnostic
                .help(format!("put quotes round it: {}", self.source.line(key, written)))
                .into();
        }
        if expected.starts_with("an array") && matches!(node.value, Value::Table(_)) {
            return diagnostic
                .help(format!("an entry of a list is written [[{}]]", self.path_of(key)))
                .into();
        }
        diagnostic.into()
    }
}

/// The name in `known` that `word` is probably a slip of: at most two edits away.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = word.replace('-', "_").to_lowercase();
    let scored = known.iter().map(|name| (distance(&word, &name.to_lowercase()), *name));
    scored.filter(|(edits, name)| *edits <= 2.min(name.len() / 3)).min().map(|(_, name)| name)
}

/// Edits (insert, delete, replace, swap neighbours) between two words.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![vec![0; to.len() + 1]; from.len() + 1];
    for i in 0..=from.len() {
        for j in 0..=to.len() {
            if i == 0 || j == 0 {
                rows[i][j] = i + j;
                continue;
            }
            let replaced = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
            rows[i][j] = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                rows[i][j] = rows[i][j].min(rows[i - 2][j - 2] + 1);
            }
        }
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised() {
        let known = ["compatibility_date", "main", "name", "vars"];
        for (typed, meant) in [
            ("compatability_date", Some("compatibility_date")),
            ("compatibility-date", Some("compatibility_date")),
            ("mian", Some("main")),
            ("Name", Some("name")),
            ("wars", Some("vars")),
            ("quux", None),
        ] {
            assert_eq!(nearest(typed, &known), meant, "{typed}");
        }
    }
}
