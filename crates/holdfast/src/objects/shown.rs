//! Answers as people and programs read them: aligned tables, or JSON.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::protocol::{Answer, Listed, Which};
use crate::report::timestamp;

/// One line of JSON, without the word that says which answer it is: who asked knows.
pub(super) fn json(answer: &Answer) -> String {
    let mut value = serde_json::to_value(answer).expect("an answer is plain data");
    if let Some(fields) = value.as_object_mut() {
        // What follows keeps its order.
        fields.shift_remove("answer");
    }
    if let Answer::List { .. } = answer {
        value = value["objects"].take();
    }
    format!("{value}\n")
}

/// Text for people, which aligns in a terminal and in a pipe.
pub(super) fn text(answer: &Answer) -> String {
    match answer {
        Answer::List { objects } if objects.is_empty() => "no object has stored anything\n".to_owned(),
        Answer::List { objects } => list(objects),
        Answer::Object { which, backend, bytes, keys, tables, alarm, bookmark } => {
            let mut lines = vec![
                vec!["class".to_owned(), which.class.clone()],
                vec!["worker".to_owned(), which.worker.clone()],
                vec!["id".to_owned(), which.id.clone()],
                vec!["name".to_owned(), which.name.clone().unwrap_or_else(|| "unknown".to_owned())],
                vec!["backend".to_owned(), backend.clone()],
                vec!["size".to_owned(), size(*bytes)],
                vec!["alarm".to_owned(), alarm.map_or_else(|| "none".to_owned(), time)],
                vec!["keys".to_owned(), keys.to_string()],
            ];
            if let Some(bookmark) = bookmark {
                lines.push(vec!["bookmark".to_owned(), bookmark.clone()]);
            }
            for one in tables {
                let rows = one.rows.map_or_else(String::new, |rows| format!(", {}", counted(rows, "row")));
                lines.push(vec!["table".to_owned(), format!("{}{rows}", one.name)]);
            }
            aligned(&lines)
        }
        Answer::Rows { columns, rows, is_cut, rows_written, .. } => {
            let mut text = String::new();
            if !columns.is_empty() {
                let cells = rows.iter().map(|row| row.iter().map(cell).collect());
                text = aligned(&std::iter::once(columns.clone()).chain(cells).collect::<Vec<Vec<String>>>());
                let more = if *is_cut { "; there are more, which LIMIT and OFFSET can reach" } else { "" };
                let _ = writeln!(text, "({}{more})", counted(rows.len() as u64, "row"));
            }
            if *rows_written > 0 {
                let _ = writeln!(text, "({} written)", counted(*rows_written, "row"));
            }
            if text.is_empty() { "done\n".to_owned() } else { text }
        }
        Answer::Restored { which, bookmark, undo } => {
            format!("{} is what it was at {bookmark}\nto undo this: --at {undo}\n", described(which))
        }
        Answer::Exported { which, file, bytes } => {
            format!("{} is in {} ({})\n", described(which), file.display(), size(*bytes))
        }
        Answer::Imported { objects, skipped } => {
            let mut text = String::new();
            for one in objects {
                let alarm = one.alarm.map_or_else(String::new, |due| format!(", alarm at {}", time(due)));
                let _ = writeln!(text, "imported {} ({}{alarm})", described(&one.which), size(one.bytes));
            }
            for one in skipped {
                let _ = writeln!(text, "left out {}: {}", one.file.display(), one.reason);
            }
            text
        }
    }
}

fn list(objects: &[Listed]) -> String {
    let several = objects.iter().any(|one| one.which.worker != objects[0].which.worker);
    let head = ["WORKER", "CLASS", "ID", "SIZE", "ALARM", "NAME"];
    let row = |one: &Listed| {
        [
            one.which.worker.clone(),
            one.which.class.clone(),
            one.which.id.clone(),
            size(one.bytes),
            one.alarm.map_or_else(|| "-".to_owned(), time),
            // Last, because it may be of any length.
            one.which.name.as_deref().map_or_else(|| "-".to_owned(), printable),
        ]
    };
    let rows = std::iter::once(head.map(str::to_owned)).chain(objects.iter().map(row));
    let skip = usize::from(!several);
    aligned(&rows.map(|row| row.into_iter().skip(skip).collect()).collect::<Vec<Vec<String>>>())
}

fn described(which: &Which) -> String {
    match &which.name {
        Some(name) => format!("{} {name:?}", which.class),
        None => format!("{} {}", which.class, which.id),
    }
}

pub(super) fn time(ms: i64) -> String {
    timestamp(SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(ms).unwrap_or(0)))
}

/// Columns as wide as their widest cell; the last one has no end.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |text: &String| text.chars().count();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(width).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:<wide$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) => printable(text),
        Value::Object(bytes) => {
            format!("x'{}'", bytes.get("hex").and_then(Value::as_str).unwrap_or_default())
        }
        other => other.to_string(),
    }
}

/// Text on one line, without what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn size(bytes: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        1_048_576..1_073_741_824 => format!("{} MiB", tenths(1 << 20)),
        _ => format!("{} GiB", tenths(1 << 30)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_are_aligned_and_harmless() {
        let answer = Answer::Rows {
            columns: vec!["id".into(), "text".into()],
            rows: vec![
                vec![json!(1), json!("one\n\u{1b}[31mline")],
                vec![json!(1000), json!(null)],
                vec![json!(2.5), json!({ "hex": "00ff" })],
            ],
            is_cut: false,
            rows_read: 3,
            rows_written: 0,
        };
        let expected = "id    text\n1     one\\n\\u{1b}[31mline\n1000  NULL\n2.5   x'00ff'\n(3 rows)\n";
        assert_eq!(text(&answer), expected);
        assert!(json(&answer).starts_with("{\"columns\":[\"id\",\"text\"],\"rows\":[[1,\"one"));
    }

    #[test]
    fn a_list_names_workers_only_where_there_are_several() {
        let listed = |worker: &str, name: Option<&str>| Listed {
            which: Which {
                worker: worker.into(),
                class: "Room".into(),
                id: "ab".into(),
                name: name.map(str::to_owned),
            },
            bytes: 8192,
            alarm: Some(0),
        };
        let one = Answer::List { objects: vec![listed("chat", Some("lobby")), listed("chat", None)] };
        let expected = "CLASS  ID  SIZE   ALARM                     NAME\n\
                        Room   ab  8 KiB  1970-01-01T00:00:00.000Z  lobby\n\
                        Room   ab  8 KiB  1970-01-01T00:00:00.000Z  -\n";
        assert_eq!(text(&one), expected);
        let two = Answer::List { objects: vec![listed("chat", None), listed("game", None)] };
        assert!(text(&two).starts_with("WORKER  CLASS"), "{}", text(&two));
    }
}
