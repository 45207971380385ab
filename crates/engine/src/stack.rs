//! Stacks of the engine in the form people know.
//!
//! ```text
//!   handler@src/index.js:10:5           at handler (src/index.js:10:5)
//!   src/index.js:3:1              ──►       at src/index.js:3:1
//!   map@[native code]                       at map (native)
//! ```
//!
//! A stack that is in that form already, perhaps below a head of `Name: message`, is read as well.

use std::fmt::Write;

/// One line of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The function's name; empty for anonymous functions and for code outside of functions.
    pub function: String,
    /// The file; `None` for the engine's own functions.
    pub file: Option<String>,
    /// The line, counted from 1; 0 if unknown.
    pub line: u32,
    /// The column, counted from 1; 0 if unknown.
    pub column: u32,
}

/// Reads a stack as the engine writes it, or one that is in the known form. Other lines are left out.
pub fn frames(stack: &str) -> Vec<Frame> {
    let known: Vec<Frame> = stack.lines().filter_map(known_frame).collect();
    if known.is_empty() { stack.lines().filter_map(frame).collect() } else { known }
}

/// Rewrites a stack as `    at function (file:line:column)` lines, without a newline at the end.
pub fn normalise(stack: &str) -> String {
    let mut out = String::new();
    for frame in frames(stack) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str("    at ");
        write(&frame, &mut out);
    }
    out
}

fn write(frame: &Frame, out: &mut String) {
    let mut place = String::new();
    match &frame.file {
        None => place.push_str("native"),
        Some(file) => {
            place.push_str(file);
            if frame.line > 0 {
                let _ = write!(place, ":{}", frame.line);
            }
            if frame.column > 0 {
                let _ = write!(place, ":{}", frame.column);
            }
        }
    }
    if frame.function.is_empty() {
        out.push_str(&place);
    } else {
        let _ = write!(out, "{} ({place})", frame.function);
    }
}

/// A line of the known form: `    at function (place)` or `    at place`.
fn known_frame(line: &str) -> Option<Frame> {
    let text = line.strip_prefix(' ')?.trim().strip_prefix("at ")?;
    let (function, place) = match text.strip_suffix(')').and_then(|text| text.split_once(" (")) {
        Some(split) => split,
        None => ("", text),
    };
    let function = function.to_owned();
    if place == "native" {
        return Some(Frame { function, ..Frame::default() });
    }
    let (file, line, column) = position(place);
    Some(Frame { function, file: Some(file.to_owned()), line, column })
}

fn frame(line: &str) -> Option<Frame> {
    let line = line.trim();
    if line.is_empty() {
        return None;
    }
    // A file may contain `@` (npm scopes), a function's name hardly.
    let (function, place) = line.split_once('@').unwrap_or(("", line));
    let function = match function {
        "global code" | "module code" | "eval code" | "anonymous" => "",
        name => name,
    };
    if place == "[native code]" || place.is_empty() {
        return (!function.is_empty()).then(|| Frame { function: function.to_owned(), ..Frame::default() });
    }
    let (file, line, column) = position(place);
    Some(Frame { function: function.to_owned(), file: Some(file.to_owned()), line, column })
}

/// Splits `file:line:column`, where either number may be missing.
fn position(place: &str) -> (&str, u32, u32) {
    let Some((rest, last)) = number_behind(place) else { return (place, 0, 0) };
    match number_behind(rest) {
        Some((file, line)) => (file, line, last),
        None => (rest, last, 0),
    }
}

fn number_behind(text: &str) -> Option<(&str, u32)> {
    let (rest, number) = text.rsplit_once(':')?;
    Some((rest, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stack: &str, expected: &str) {
        assert_eq!(normalise(stack), expected);
    }

    #[test]
    fn lines() {
        check("", "");
        check("f@a.js:1:2", "    at f (a.js:1:2)");
        check("@a.js:1:2", "    at a.js:1:2");
        check("global code@a.js:1:2", "    at a.js:1:2");
        check("a.js:1:2", "    at a.js:1:2");
        check("a.js:7", "    at a.js:7");
        check("map@[native code]", "    at map (native)");
        check("@[native code]", "");
        check("async f@a.js:1:2", "    at async f (a.js:1:2)");
        check("f@node_modules/@scope/x.js:10:20", "    at f (node_modules/@scope/x.js:10:20)");
        check("f@http://host:80/a.js:1:2", "    at f (http://host:80/a.js:1:2)");
        check("Error: x\n    at f (a.js:1:2)\n    at b.js:3:4", "    at f (a.js:1:2)\n    at b.js:3:4");
        check(
            "    at map (native)\n    at new A (file (1).js:1:2)",
            "    at map (native)\n    at new A (file (1).js:1:2)",
        );
        check("at@a.js:1:2\nat f@a.js:1:2", "    at at (a.js:1:2)\n    at at f (a.js:1:2)");
        check("f@a.js:1:2\ng@b.js:3:4\n", "    at f (a.js:1:2)\n    at g (b.js:3:4)");
    }
}
