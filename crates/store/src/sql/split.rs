//! Where one statement ends and the next begins.
//!
//! Knows SQL only as far as that takes: quotes, comments, and that a trigger's body has semicolons of its own.

/// A piece of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Semicolon,
    Word(&'a str),
    Quoted(&'a str),
    Other,
}

/// How far the reader is in a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Explain,
    Create,
    Inside,
    Trigger,
    TriggerStatementEnd,
    TriggerEnd,
}

impl At {
    fn after(self, token: Token<'_>) -> Self {
        let is = |word: &str| matches!(token, Token::Word(text) if text.eq_ignore_ascii_case(word));
        let semicolon = token == Token::Semicolon;
        match self {
            Self::TriggerEnd if semicolon => Self::Start,
            Self::Trigger | Self::TriggerStatementEnd if semicolon => Self::TriggerStatementEnd,
            Self::TriggerStatementEnd if is("END") => Self::TriggerEnd,
            Self::Trigger | Self::TriggerStatementEnd | Self::TriggerEnd => Self::Trigger,
            _ if semicolon => Self::Start,
            Self::Start if is("EXPLAIN") => Self::Explain,
            Self::Start | Self::Explain if is("CREATE") => Self::Create,
            Self::Explain if is("QUERY") || is("PLAN") => Self::Explain,
            Self::Create if is("TEMP") || is("TEMPORARY") => Self::Create,
            Self::Create if is("TRIGGER") => Self::Trigger,
            _ => Self::Inside,
        }
    }
}

/// The first statement with its semicolon, and what follows it and the white space behind it. Semicolons in front
/// belong to the statement.
pub(super) fn first_statement(sql: &str) -> (&str, &str) {
    let mut at = At::Start;
    for (token, end) in tokens(sql) {
        let next = at.after(token);
        if at != At::Start && next == At::Start {
            let rest = sql[end..].trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
            return (&sql[..end], rest);
        }
        at = next;
    }
    match sql.find('\0') {
        // SQLite reads no further, so what follows is another statement, and an empty one.
        Some(end) => (&sql[..end], &sql[end..]),
        None => (sql, ""),
    }
}

/// The length of the first statement that is complete, its semicolon included.
pub(super) fn complete_length(sql: &str) -> Option<usize> {
    let mut at = At::Start;
    tokens(sql).find_map(|(token, end)| {
        at = at.after(token);
        (at == At::Start).then_some(end)
    })
}

/// The first word of a statement, empty if it begins with none. `None` where there is no more than white space, comments
/// and semicolons.
pub(super) fn first_word(sql: &str) -> Option<&str> {
    tokens(sql).find_map(|(token, _)| match token {
        Token::Semicolon => None,
        Token::Word(word) => Some(word),
        Token::Quoted(_) | Token::Other => Some(""),
    })
}

/// The new name in `ALTER TABLE … RENAME TO name`.
pub(super) fn rename_target(sql: &str) -> Option<String> {
    let tokens: Vec<Token<'_>> = tokens(sql).map(|(token, _)| token).collect();
    tokens.windows(3).find_map(|window| match *window {
        [Token::Word(rename), Token::Word(to), Token::Word(name)]
            if rename.eq_ignore_ascii_case("RENAME") && to.eq_ignore_ascii_case("TO") =>
        {
            Some(name.to_owned())
        }
        [Token::Word(rename), Token::Word(to), Token::Quoted(name)]
            if rename.eq_ignore_ascii_case("RENAME") && to.eq_ignore_ascii_case("TO") =>
        {
            Some(name[1..].to_owned())
        }
        _ => None,
    })
}

/// What a piece of a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Word,
    Quoted,
    Other,
}

/// The pieces of a statement, each with its text and the place where it begins. Comments are none.
pub(super) fn pieces(sql: &str) -> impl Iterator<Item = (Piece, &str, usize)> {
    tokens(sql).map(|(token, end)| match token {
        Token::Word(text) => (Piece::Word, text, end - text.len()),
        Token::Quoted(text) => (Piece::Quoted, text, end - text.len()),
        Token::Semicolon | Token::Other => {
            let start = sql[..end].char_indices().next_back().map_or(0, |(start, _)| start);
            (Piece::Other, &sql[start..end], start)
        }
    })
}

/// The tokens, each with the place where it ends.
fn tokens(sql: &str) -> impl Iterator<Item = (Token<'_>, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &sql[at..];
            let first = rest.chars().next().filter(|first| *first != '\0')?;
            let (token, length) = match first {
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => {
                    at += 1;
                    continue;
                }
                '-' if rest.starts_with("--") => {
                    at += rest.find('\n').map_or(rest.len(), |end| end + 1);
                    continue;
                }
                '/' if rest.starts_with("/*") => {
                    at += rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
                    continue;
                }
                ';' => (Token::Semicolon, 1),
                '\'' | '"' | '`' => quoted(rest, first),
                '[' => quoted(rest, ']'),
                _ if is_word(first) => {
                    let length = rest.find(|next| !is_word(next)).unwrap_or(rest.len());
                    (Token::Word(&rest[..length]), length)
                }
                _ => (Token::Other, first.len_utf8()),
            };
            at += length;
            return Some((token, at));
        }
    })
}

fn quoted(rest: &str, close: char) -> (Token<'_>, usize) {
    let length = rest[1..].find(close).map_or(rest.len(), |end| end + 2);
    (Token::Quoted(&rest[..length]), length)
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '$') || !character.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_at_their_own_semicolons() {
        let cases = [
            ("SELECT 1", "SELECT 1", ""),
            ("SELECT 1;  \n SELECT 2", "SELECT 1;", "SELECT 2"),
            ("SELECT ';' ; x", "SELECT ';' ;", "x"),
            ("SELECT \"a;b\", [c;d], `e;f`; x", "SELECT \"a;b\", [c;d], `e;f`;", "x"),
            ("-- a; b\nSELECT 1 /* ; */; x", "-- a; b\nSELECT 1 /* ; */;", "x"),
            ("; ;SELECT 1;", "; ;SELECT 1;", ""),
            (
                "CREATE TEMP TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; SELECT 2; END; y",
                "CREATE TEMP TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; SELECT 2; END;",
                "y",
            ),
            ("CREATE TABLE trigger_end (x); y", "CREATE TABLE trigger_end (x);", "y"),
            ("SELECT 1; -- end", "SELECT 1;", "-- end"),
            ("SELECT 1\0; SELECT 2", "SELECT 1", "\0; SELECT 2"),
        ];
        for (sql, first, rest) in cases {
            assert_eq!(first_statement(sql), (first, rest), "{sql}");
        }
    }

    #[test]
    fn what_says_nothing_is_no_statement() {
        for sql in ["", ";", " -- c", "/* open", ";; \n"] {
            assert_eq!(first_word(sql), None, "{sql}");
        }
        assert_eq!(first_word(";x y"), Some("x"));
        assert_eq!(first_word("'x'"), Some(""));
    }

    #[test]
    fn only_complete_statements_have_a_length() {
        assert_eq!(complete_length("SELECT 1; SELECT"), Some(9));
        assert_eq!(complete_length(" SELECT"), None);
        assert_eq!(complete_length("SELECT ';"), None);
        assert_eq!(complete_length("    "), None);
    }

    #[test]
    fn a_new_name_of_a_table_is_found() {
        assert_eq!(rename_target("ALTER TABLE a RENAME TO \"_cf_b\"").as_deref(), Some("_cf_b\""));
        assert_eq!(rename_target("alter table a rename /**/ to b;").as_deref(), Some("b"));
        assert_eq!(rename_target("ALTER TABLE a RENAME COLUMN x TO _cf_b"), None);
        assert_eq!(rename_target("ALTER TABLE a RENAME x TO _cf_b"), None);
    }
}
