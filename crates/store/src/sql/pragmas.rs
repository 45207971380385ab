//! The pragmas a program may use, and with which arguments.

use super::authorizer::is_allowed_name;

/// What argument a pragma takes.
#[derive(Clone, Copy, Debug)]
enum Takes {
    Nothing,
    Switch,
    Name,
    NameOrNothing,
    NumberOrNothing,
    NumberNameOrNothing,
}

/// Whether a pragma is a switch of the connection.
pub(super) fn is_switch(name: &str) -> bool {
    SWITCHES.contains(&name)
}

const SWITCHES: &[&str] = &[
    "case_sensitive_like",
    "foreign_keys",
    "defer_foreign_keys",
    "ignore_check_constraints",
    "legacy_alter_table",
    "recursive_triggers",
    "reverse_unordered_selects",
];

/// Whether a pragma may be used with this argument. `name` as SQLite spells it.
pub(super) fn is_allowed(name: &str, argument: Option<&str>) -> bool {
    let takes = match name {
        // It names the platform's tables, which is no secret; it shows nothing of what is in them.
        "table_list" => return true,
        "data_version" | "page_size" => Takes::Nothing,
        _ if is_switch(name) => Takes::Switch,
        "table_info" | "table_xinfo" | "foreign_key_list" | "index_info" | "index_list" | "index_xinfo" => {
            Takes::Name
        }
        "foreign_key_check" => Takes::NameOrNothing,
        "quick_check" => Takes::NumberNameOrNothing,
        "optimize" => Takes::NumberOrNothing,
        _ => return false,
    };
    let Some(argument) = argument else { return !matches!(takes, Takes::Name) };
    match takes {
        Takes::Nothing => false,
        Takes::Switch => is_on_or_off(argument),
        Takes::Name | Takes::NameOrNothing => is_allowed_name(argument),
        Takes::NumberOrNothing => number(argument).is_some_and(|number| i32::try_from(number).is_ok()),
        Takes::NumberNameOrNothing => {
            number(argument).is_some_and(|number| u32::try_from(number).is_ok()) || is_allowed_name(argument)
        }
    }
}

/// One of SQLite's many words for on and off, quoted or not. What follows the word does not matter, as on the platform.
fn is_on_or_off(argument: &str) -> bool {
    let quoted = |quote: char| argument.strip_prefix(quote)?.strip_suffix(quote);
    let word = quoted('\'').or_else(|| quoted('"')).unwrap_or(argument);
    ["true", "false", "yes", "no", "on", "off", "1", "0"]
        .iter()
        .any(|known| word.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known)))
}

/// A whole number in C's notation: decimal, `0x` hexadecimal or `0` octal.
fn number(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let magnitude = if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        i64::from_str_radix(hex, 16)
    } else if digits.len() > 1 && digits.starts_with('0') {
        i64::from_str_radix(digits, 8)
    } else {
        digits.parse()
    };
    magnitude
        .ok()
        .filter(|_| !digits.starts_with(['+', '-']))
        .map(|value| if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pragmas_take_the_arguments_of_the_platform() {
        let allowed: &[(&str, Option<&str>)] = &[
            ("data_version", None),
            ("foreign_keys", None),
            ("foreign_keys", Some("tRuE")),
            ("foreign_keys", Some("'no'")),
            ("table_info", Some("users")),
            ("foreign_key_check", None),
            ("quick_check", Some("100")),
            ("quick_check", Some("users")),
            ("optimize", Some("0x10002")),
            ("optimize", Some("-1")),
            ("table_list", None),
        ];
        for (name, argument) in allowed {
            assert!(is_allowed(name, *argument), "{name} {argument:?}");
        }
        let refused: &[(&str, Option<&str>)] = &[
            ("data_version", Some("5")),
            ("page_size", Some("8192")),
            ("foreign_keys", Some("abcd")),
            ("foreign_keys", Some("\"foo\"")),
            ("table_info", None),
            ("table_info", Some("_cf_KV")),
            ("index_list", Some("_CF_kv")),
            ("quick_check", Some("_cf_KV")),
            ("optimize", Some("users")),
            ("optimize", Some("0xffffffff")),
            ("journal_mode", None),
            ("writable_schema", Some("1")),
        ];
        for (name, argument) in refused {
            assert!(!is_allowed(name, *argument), "{name} {argument:?}");
        }
    }
}
