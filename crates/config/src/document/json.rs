//! JSON text, with comments and trailing commas as wrangler allows them, to the common tree.

use jsonc_parser::ast::{ObjectPropName, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{Key, Node, Source, Span, Table, Value};
use crate::diagnostic::Error;

pub(super) fn parse(source: &Source) -> Result<Node, Error> {
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    // A byte order mark is not JSON, but editors write it.
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    let shift = source.text.len() - text.len();
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options).map_err(|error| {
        let range = error.range();
        let message = lower_first(&error.kind().to_string());
        Error::from(
            source.at(&(range.start + shift..range.end + shift), format!("not valid JSON: {message}")).help(
                "keys and strings take double quotes, entries are separated by commas; // comments are fine",
            ),
        )
    })?;
    let empty = Node { span: 0..0, value: Value::Table(Table::default()) };
    Ok(parsed.value.map_or(empty, |ast| node(&ast, shift)))
}

fn node(ast: &Ast<'_>, shift: usize) -> Node {
    let value = match ast {
        Ast::NullKeyword(_) => Value::Null,
        Ast::BooleanLit(literal) => Value::Boolean(literal.value),
        Ast::StringLit(literal) => Value::String(literal.value.to_string()),
        Ast::NumberLit(literal) => match literal.value.parse::<i64>() {
            Ok(integer) => Value::Integer(integer),
            Err(_) => Value::Float(literal.value.parse().unwrap_or(f64::NAN)),
        },
        Ast::Array(array) => {
            Value::Array(array.elements.iter().map(|element| node(element, shift)).collect())
        }
        Ast::Object(object) => {
            let entries = object
                .properties
                .iter()
                .map(|property| {
                    let name = match &property.name {
                        ObjectPropName::String(literal) => literal.value.to_string(),
                        ObjectPropName::Word(literal) => literal.value.to_owned(),
                    };
                    (Key { name, span: span(&property.name, shift) }, node(&property.value, shift))
                })
                .collect();
            Value::Table(Table { entries })
        }
    };
    Node { span: span(ast, shift), value }
}

fn span(ranged: &impl Ranged, shift: usize) -> Span {
    ranged.start() + shift..ranged.end() + shift
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| first.to_lowercase().chain(characters).collect())
}
