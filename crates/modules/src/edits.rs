//! Replacing parts of a text while keeping its lines.
//!
//! Invariant: line *n* of the result is line *n* of the text, because a replacement has as many line breaks as
//! what it replaces. So a position in the result needs no source map to find its way back.

use crate::text;

/// Replacements of disjoint parts of one text.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    list: Vec<Edit>,
}

#[derive(Debug)]
struct Edit {
    start: u32,
    end: u32,
    /// Insertions at one place keep this order, then the order they were made in.
    rank: i32,
    replacement: String,
}

/// Where a piece of the text went: both start where they say and are equally long unless replaced.
#[derive(Debug, Clone, Copy)]
struct Piece {
    output: u32,
    input: u32,
    copied: bool,
}

/// The way from a position in the result to the text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail {
    pieces: Vec<Piece>,
}

impl Edits {
    /// Replaces `start..end`, keeping its line breaks after the replacement.
    pub(crate) fn replace(&mut self, source: &str, start: u32, end: u32, replacement: impl Into<String>) {
        let mut replacement = replacement.into();
        let missing = text::line_breaks(&source[start as usize..end as usize])
            .saturating_sub(text::line_breaks(&replacement));
        replacement.extend(std::iter::repeat_n('\n', missing));
        self.list.push(Edit { start, end, rank: 0, replacement });
    }

    /// Inserts before what is at `at` (and after earlier insertions there).
    pub(crate) fn insert(&mut self, at: u32, replacement: impl Into<String>) {
        self.list.push(Edit { start: at, end: at, rank: 0, replacement: replacement.into() });
    }

    /// Closes what an insertion opened: stands before every plain insertion at `at`, inner closings first.
    pub(crate) fn close(&mut self, at: u32, replacement: impl Into<String>) {
        self.list.push(Edit { start: at, end: at, rank: -1, replacement: replacement.into() });
    }

    /// A point in the order of edits, for [`Self::insert_at_mark`].
    pub(crate) fn mark(&self) -> usize {
        self.list.len()
    }

    /// Inserts as if it had been done at `mark`: before later insertions at the same place.
    pub(crate) fn insert_at_mark(&mut self, mark: usize, at: u32, replacement: String) {
        self.list.insert(mark, Edit { start: at, end: at, rank: 0, replacement });
    }

    /// The edited text of `start..end` alone, on one line. All edits must lie within.
    pub(crate) fn within(self, source: &str, start: u32, end: u32) -> String {
        let (output, _) = self.apply(&source[..end as usize], "", "");
        output[start as usize..].split(['\n', '\r']).collect::<Vec<_>>().join(" ")
    }

    /// The edited text between `head` and `tail`, and the way back.
    pub(crate) fn apply(mut self, source: &str, head: &str, tail: &str) -> (String, Trail) {
        // At one place: closings, insertions, then the replacement that begins there.
        self.list.sort_by_key(|edit| (edit.start, edit.end > edit.start, edit.rank));
        let grown: usize = self.list.iter().map(|edit| edit.replacement.len()).sum();
        let mut output = String::with_capacity(head.len() + source.len() + grown + tail.len());
        let mut pieces = Vec::with_capacity(self.list.len() * 2 + 1);
        output.push_str(head);
        let mut at = 0;
        for edit in &self.list {
            if edit.start > at {
                pieces.push(Piece { output: output.len() as u32, input: at, copied: true });
                output.push_str(&source[at as usize..edit.start as usize]);
            }
            pieces.push(Piece { output: output.len() as u32, input: edit.start, copied: false });
            output.push_str(&edit.replacement);
            at = at.max(edit.end);
        }
        pieces.push(Piece { output: output.len() as u32, input: at, copied: true });
        output.push_str(&source[at as usize..]);
        output.push_str(tail);
        (output, Trail { pieces })
    }
}

impl Trail {
    /// The byte offset in the text of a byte offset in the result.
    pub(crate) fn back(&self, output: usize) -> usize {
        let index = self.pieces.partition_point(|piece| piece.output as usize <= output);
        match index.checked_sub(1).map(|index| self.pieces[index]) {
            None => 0,
            Some(piece) if piece.copied => piece.input as usize + (output - piece.output as usize),
            Some(piece) => piece.input as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_lines_and_finds_the_way_back() {
        let source = "import a\n from 'b'\na(1) + 2";
        let mut edits = Edits::default();
        edits.replace(source, 0, 18, ";");
        edits.replace(source, 19, 20, "(0, m.a)");
        edits.insert(19, "(");
        edits.close(23, ")");
        let (output, trail) = edits.apply(source, "HEAD ", " TAIL");
        assert_eq!(output, "HEAD ;\n\n((0, m.a)(1)) + 2 TAIL");
        let plus = output.find('+').expect("in the text");
        assert_eq!(trail.back(plus), source.find('+').expect("in the text"));
        assert_eq!(trail.back(0), 0);
        assert_eq!(trail.back(output.find("m.a").expect("in the text")), 19);
    }
}
