//! Lines and columns of a text, as people and as engines count them.

/// Where lines begin. A line ends at LF, CR, CRLF, U+2028 or U+2029, as in JavaScript.
fn line_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter_map(move |(at, byte)| match byte {
        b'\n' => Some(at + 1),
        b'\r' if bytes.get(at + 1) != Some(&b'\n') => Some(at + 1),
        0xE2 if matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xA8 | 0xA9])) => Some(at + 3),
        _ => None,
    });
    std::iter::once(0).chain(ends)
}

/// How many lines `text` ends.
pub(crate) fn line_breaks(text: &str) -> usize {
    line_starts(text).count() - 1
}

/// The line (from 0) and the UTF-16 column (from 0) of a byte offset.
pub(crate) fn locate(text: &str, offset: usize) -> (usize, usize) {
    let (mut line, mut start) = (0, 0);
    for (number, at) in line_starts(text).enumerate().take_while(|(_, at)| *at <= offset) {
        (line, start) = (number, at);
    }
    let column = text.get(start..offset).map_or(0, |part| part.encode_utf16().count());
    (line, column)
}

/// The byte offset of a line and UTF-16 column (both from 0); a column past the end is the line's end.
pub(crate) fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let start = line_starts(text).nth(line)?;
    let mut units = 0;
    for (at, character) in text[start..].char_indices() {
        if units >= column || matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}') {
            return Some(start + at);
        }
        units += character.len_utf16();
    }
    Some(text.len())
}

/// A line (from 0) without its end.
pub(crate) fn line(text: &str, number: usize) -> &str {
    let start = line_starts(text).nth(number).unwrap_or(text.len());
    let rest = &text[start..];
    &rest[..rest.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(rest.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_positions_are_inverse() {
        let text = "a\r\nbé𝒳c\n\u{2028}x";
        for (offset_expected, line_number, column) in
            [(0, 0, 0), (3, 1, 0), (6, 1, 2), (10, 1, 4), (15, 3, 0)]
        {
            assert_eq!(locate(text, offset_expected), (line_number, column));
            assert_eq!(offset(text, line_number, column), Some(offset_expected));
        }
        assert_eq!(line(text, 1), "bé𝒳c");
        assert_eq!(line_breaks(text), 3);
        assert_eq!(offset(text, 0, 99), Some(1));
        assert_eq!(offset(text, 9, 0), None);
    }
}
