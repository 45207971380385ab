//! `.dev.vars` files: `KEY=value` lines in the syntax of the `dotenv` package.
//!
//! Values may stand in single, double or back quotes and then span lines; `\n` and `\r` are line ends in double quotes
//! only. `export` before a key, blank lines and `#` comments are allowed; a line that is none of this is ignored.

/// The keys and values in the order of the file; a later value of a key counts.
pub(crate) fn parse(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut rest = text.as_str();
    let mut pairs = Vec::new();
    while !rest.is_empty() {
        match assignment(rest) {
            Some((key, value, after)) => {
                pairs.push((key, value));
                rest = after;
            }
            None => rest = next_line(rest),
        }
    }
    pairs
}

/// One assignment at the start of `line`, and what follows its line.
fn assignment(line: &str) -> Option<(String, String, &str)> {
    let line = line.trim_start();
    let line = match line.strip_prefix("export") {
        Some(after) if after.starts_with([' ', '\t']) => after.trim_start_matches([' ', '\t']),
        _ => line,
    };
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')))?;
    let (key, after) = line.split_at(end);
    if key.is_empty() {
        return None;
    }
    let after = after.trim_start_matches([' ', '\t']);
    let after = after.strip_prefix('=').or_else(|| after.strip_prefix(": "))?.trim_start_matches([' ', '\t']);
    if let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))
        && let Some((inside, after)) = quoted(after, quote)
    {
        let value =
            if quote == '"' { inside.replace("\\n", "\n").replace("\\r", "\r") } else { inside.to_owned() };
        return Some((key.to_owned(), value, next_line(after)));
    }
    let value = after.split('\n').next().unwrap_or("");
    let value = value.split('#').next().unwrap_or("").trim();
    Some((key.to_owned(), value.to_owned(), next_line(after)))
}

/// The text between `quote`s at the start of `text`, if they close and only a comment follows; and what follows.
fn quoted(text: &str, quote: char) -> Option<(&str, &str)> {
    let body = &text[1..];
    let mut escaped = false;
    let end = body.char_indices().find_map(|(index, character)| {
        let closes = character == quote && !escaped;
        escaped = character == '\\';
        closes.then_some(index)
    })?;
    let after = &body[end + 1..];
    let tail = after.split('\n').next().unwrap_or("").trim_start();
    (tail.is_empty() || tail.starts_with('#')).then_some((&body[..end], after))
}

fn next_line(text: &str) -> &str {
    text.find('\n').map_or("", |newline| &text[newline + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let pairs = parse(text);
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(pairs, expected, "{text:?}");
    }

    #[test]
    fn plain_values() {
        check("A=1\nB = two words \nC=", &[("A", "1"), ("B", "two words"), ("C", "")]);
        check("export A=1\r\nB: 2\r\n", &[("A", "1"), ("B", "2")]);
        check("A=\nB=2", &[("A", ""), ("B", "2")]);
        check("exported=1", &[("exported", "1")]);
        check("A.B-c_1=x=y", &[("A.B-c_1", "x=y")]);
    }

    #[test]
    fn comments_and_other_lines() {
        check("# A=1\n\n  # more\nB=2 # why\nC=a#b\nnonsense\n", &[("B", "2"), ("C", "a")]);
    }

    #[test]
    fn quotes() {
        check(r#"A="a # b" # why"#, &[("A", "a # b")]);
        check(r#"A="x\ny"  "#, &[("A", "x\ny")]);
        check(r"A='x\ny'", &[("A", r"x\ny")]);
        check("A=`it's \"so\"`", &[("A", "it's \"so\"")]);
        check("A=\"it\\\"s\"", &[("A", "it\\\"s")]);
        check("A=\"one\ntwo\nB=3\"\nC=4", &[("A", "one\ntwo\nB=3"), ("C", "4")]);
        check("A=\"open\nB=2", &[("A", "\"open"), ("B", "2")]);
    }
}
