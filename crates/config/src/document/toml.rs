//! TOML text to the common tree.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Key, Node, Source, Table, Value};
use crate::diagnostic::Error;

pub(super) fn parse(source: &Source) -> Result<Node, Error> {
    let document = DeTable::parse(&source.text).map_err(|error| {
        let span = error.span().unwrap_or(source.text.len()..source.text.len());
        let message = error.message().replace('\n', "; ");
        source.at(&span, format!("not valid TOML: {message}")).help(advice(source, &message, span.start))
    })?;
    Ok(Node { span: document.span(), value: table(document.get_ref()) })
}

/// What usually helps at a syntax error with this message on the line of `offset`.
fn advice(source: &Source, message: &str, offset: usize) -> &'static str {
    let text = &source.text;
    let offset = (0..=offset.min(text.len())).rev().find(|&index| text.is_char_boundary(index)).unwrap_or(0);
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next().unwrap_or("").trim();
    if message.contains("duplicate") {
        "a key and a [section] can be there once; an entry of a list is [[name]]"
    } else if line == "{" || line.starts_with(['{', '"']) && line.contains(':') {
        "this looks like JSON; rename the file to wrangler.jsonc"
    } else if line.starts_with("//") {
        "comments in TOML begin with #"
    } else if line.starts_with('[') {
        "a section is [name], an entry of a list [[name]]"
    } else {
        "a line is key = value; strings need quotes, as in name = \"my-worker\""
    }
}

fn table(entries: &DeTable<'_>) -> Value {
    let entries = entries
        .iter()
        .map(|(key, value)| (Key { name: key.get_ref().to_string(), span: key.span() }, node(value)))
        .collect();
    Value::Table(Table { entries })
}

fn node(spanned: &Spanned<DeValue<'_>>) -> Node {
    let value = match spanned.get_ref() {
        DeValue::String(string) => Value::String(string.to_string()),
        DeValue::Boolean(boolean) => Value::Boolean(*boolean),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(node).collect()),
        DeValue::Table(entries) => table(entries),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(integer) => Value::Integer(integer),
            Err(_) => Value::Float(integer.as_str().parse().unwrap_or(f64::NAN)),
        },
        DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
    };
    Node { span: spanned.span(), value }
}
