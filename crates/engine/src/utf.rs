//! UTF-16 of the engine to UTF-8 of Rust and back, fast where the text is ASCII.
//!
//! A lone surrogate becomes U+FFFD on the way out. The loops over fixed chunks are written so that the compiler turns
//! them into vector instructions.

/// What a conversion saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Every character is below U+0080: the UTF-8 is valid without looking at it again, and as long as the string.
    Ascii,
    /// Something else is in it.
    Unicode,
}

const CHUNK: usize = 32;

/// Appends `units` to `out` as UTF-8.
pub(crate) fn append_utf8(units: &[u16], out: &mut Vec<u8>) -> Text {
    out.reserve(units.len());
    let mut rest = append_ascii_chunks(units, out);
    let ascii = rest.iter().take_while(|&&unit| unit < 0x80).count();
    if ascii == rest.len() {
        out.extend(rest.iter().map(|&unit| unit as u8));
        return Text::Ascii;
    }
    while !rest.is_empty() {
        rest = append_some(rest, out);
        rest = append_ascii_chunks(rest, out);
    }
    Text::Unicode
}

/// Appends whole chunks while they are ASCII; answers what is left.
fn append_ascii_chunks<'a>(units: &'a [u16], out: &mut Vec<u8>) -> &'a [u16] {
    let mut rest = units;
    while let Some((chunk, tail)) = rest.split_first_chunk::<CHUNK>() {
        if chunk.iter().fold(0, |all, unit| all | unit) >= 0x80 {
            break;
        }
        out.extend_from_slice(&chunk.map(|unit| unit as u8));
        rest = tail;
    }
    rest
}

/// Appends about a chunk of any text, never splitting a pair; answers what is left.
fn append_some<'a>(units: &'a [u16], out: &mut Vec<u8>) -> &'a [u16] {
    let mut at = 0;
    while at < units.len() && at < CHUNK {
        let unit = units[at];
        at += 1;
        if unit < 0x80 {
            out.push(unit as u8);
            continue;
        }
        let character = match (unit, units.get(at)) {
            (0xD800..=0xDBFF, Some(&low @ 0xDC00..=0xDFFF)) => {
                at += 1;
                let high = u32::from(unit) - 0xD800;
                char::from_u32(0x10000 + (high << 10) + (u32::from(low) - 0xDC00))
            }
            _ => char::from_u32(u32::from(unit)),
        };
        let mut buffer = [0; 4];
        let encoded = character.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut buffer);
        out.extend_from_slice(encoded.as_bytes());
    }
    &units[at..]
}

/// `units` as a string of Rust.
pub(crate) fn to_string(units: &[u16]) -> String {
    let mut out = Vec::new();
    append_utf8(units, &mut out);
    // SAFETY: append_utf8 writes bytes below 0x80 and whole encoded characters only.
    unsafe { String::from_utf8_unchecked(out) }
}

/// Appends `text` to `out` as UTF-16.
pub(crate) fn append_utf16(text: &str, out: &mut Vec<u16>) {
    if text.is_ascii() {
        out.extend(text.as_bytes().iter().map(|&byte| u16::from(byte)));
    } else {
        out.reserve(text.len());
        out.extend(text.encode_utf16());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, kind: Text) {
        let mut units = Vec::new();
        append_utf16(text, &mut units);
        assert_eq!(units, text.encode_utf16().collect::<Vec<_>>());
        let mut bytes = Vec::new();
        assert_eq!(append_utf8(&units, &mut bytes), kind, "{text}");
        assert_eq!(String::from_utf8(bytes).unwrap(), text);
    }

    #[test]
    fn round_trips() {
        check("", Text::Ascii);
        check("a", Text::Ascii);
        check("\0", Text::Ascii);
        check("é", Text::Unicode);
        for length in [1, 30, 31, 32, 33, 63, 64, 65, 100] {
            let ascii = "x".repeat(length);
            check(&ascii, Text::Ascii);
            check(&format!("{ascii}é{ascii}"), Text::Unicode);
            check(&format!("{ascii}🦀"), Text::Unicode);
            check(&format!("🦀{ascii}"), Text::Unicode);
            check(&"日本🦀".repeat(length), Text::Unicode);
        }
    }

    #[test]
    fn agrees_with_the_standard_library_on_any_units() {
        // A small generator: surrogates, ASCII and others in every neighbourhood.
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for _ in 0..2_000 {
            let mut units = Vec::new();
            for _ in 0..(state >> 57) {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                units.push(match state % 5 {
                    0 => 0xD800 + (state >> 32) as u16 % 0x400,
                    1 => 0xDC00 + (state >> 32) as u16 % 0x400,
                    2 => (state >> 32) as u16,
                    _ => (state >> 32) as u16 % 0x80,
                });
            }
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            assert_eq!(to_string(&units), String::from_utf16_lossy(&units));
        }
    }
}
