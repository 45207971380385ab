//! `DELETE` and `UPDATE` with `LIMIT`, which the platform's SQLite knows and the one that is built in here cannot be made to.
//!
//! Promises a statement that does the same in other words, as SQLite itself would put it: the rows are chosen by a
//! subquery. Tables without row ids and `UPDATE … FROM` are left alone.

use super::split::{Piece, pieces};

/// The same statement without its `LIMIT`.
pub(super) fn rewrite(sql: &str) -> Option<String> {
    let outer = outer_words(sql);
    let find = |word: &str, from: usize| {
        outer[from..].iter().position(|(text, _)| text.eq_ignore_ascii_case(word)).map(|at| at + from)
    };
    let verb = [find("DELETE", 0), find("UPDATE", 0)].into_iter().flatten().min()?;
    let is_delete = outer[verb].0.eq_ignore_ascii_case("DELETE");
    let limit = find("LIMIT", verb)?;
    let place = |at: usize| outer[at].1;
    let order = find("ORDER", verb).filter(|order| *order < limit).unwrap_or(limit);
    let returning = find("RETURNING", verb).filter(|returning| *returning < order).unwrap_or(order);
    let condition = find("WHERE", verb).filter(|condition| *condition < returning).unwrap_or(returning);
    let table = if is_delete {
        let from = verb + 1;
        if !outer.get(from)?.0.eq_ignore_ascii_case("FROM") {
            return None;
        }
        &sql[place(from) + "FROM".len()..place(condition)]
    } else {
        let has_action = outer.get(verb + 1)?.0.eq_ignore_ascii_case("OR");
        let before = if has_action { verb + 2 } else { verb };
        let set = find("SET", before)?;
        if find("FROM", set).is_some_and(|from| from < condition) {
            return None;
        }
        &sql[place(before) + outer[before].0.len()..place(set)]
    };
    let end = sql.trim_end().trim_end_matches(';').len();
    Some(format!(
        "{}WHERE rowid IN (SELECT rowid FROM {table} {} {}) {}",
        &sql[..place(condition)],
        &sql[place(condition)..place(returning)],
        sql.get(place(order)..end)?,
        &sql[place(returning)..place(order)],
    ))
}

/// The words outside of parentheses, and where they begin.
fn outer_words(sql: &str) -> Vec<(&str, usize)> {
    let mut depth = 0_usize;
    let mut words = Vec::new();
    for (piece, text, start) in pieces(sql) {
        match piece {
            Piece::Word if depth == 0 => words.push((text, start)),
            Piece::Other if text == "(" => depth += 1,
            Piece::Other if text == ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_chosen_by_a_subquery() {
        let cases = [
            ("DELETE FROM t LIMIT 5;", "DELETE FROM t WHERE rowid IN (SELECT rowid FROM  t   LIMIT 5) "),
            (
                "delete from t AS x WHERE a = (SELECT 1 LIMIT 1) RETURNING a ORDER BY b LIMIT ? OFFSET ?",
                "delete from t AS x WHERE rowid IN (SELECT rowid FROM  t AS x  WHERE a = (SELECT 1 LIMIT 1)  \
                 ORDER BY b LIMIT ? OFFSET ?) RETURNING a ",
            ),
            (
                "UPDATE OR IGNORE t SET a = ?, b = 'LIMIT' WHERE c ORDER BY a LIMIT 1",
                "UPDATE OR IGNORE t SET a = ?, b = 'LIMIT' WHERE rowid IN (SELECT rowid FROM  t  WHERE c  ORDER BY a LIMIT 1) ",
            ),
        ];
        for (sql, expected) in cases {
            assert_eq!(rewrite(sql).as_deref(), Some(expected), "{sql}");
        }
        for sql in [
            "SELECT 1 LIMIT 1",
            "DELETE FROM t",
            "UPDATE t SET a = 1 FROM u LIMIT 1",
            "LIMIT",
            "UPDATE LIMIT",
        ] {
            assert_eq!(rewrite(sql), None, "{sql}");
        }
    }
}
