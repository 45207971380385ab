//! The stored values that most programs read most often, without a detour through their bytes: numbers, booleans, null and
//! ASCII strings. Everything else is for `structured_clone/reader.js`, which also explains the format.

use holdfast_engine::{Scope, Value};

/// The value that some bytes stand for, where it is such a one.
pub(super) fn primitive<'s>(scope: &Scope<'s>, bytes: &[u8]) -> Option<Value<'s>> {
    let [0xff, 13..=15, tag, rest @ ..] = bytes else { return None };
    match (tag, rest) {
        (b'0', []) => Some(scope.null()),
        (b'T', []) => Some(scope.boolean(true)),
        (b'F', []) => Some(scope.boolean(false)),
        (b'I', _) => match varint(rest)? {
            (zigzag, []) => {
                let magnitude = i64::from(zigzag >> 1);
                #[expect(clippy::cast_precision_loss, reason = "at most 32 bits")]
                let number = if zigzag & 1 == 0 { magnitude } else { -magnitude - 1 } as f64;
                Some(scope.number(number))
            }
            _ => None,
        },
        (b'N', _) => Some(scope.number(f64::from_le_bytes(rest.try_into().ok()?))),
        (b'"', _) => {
            let (length, text) = varint(rest)?;
            let is_plain = text.len() == length as usize && text.is_ascii();
            is_plain.then(|| scope.string(str::from_utf8(text).expect("ASCII is UTF-8")))
        }
        _ => None,
    }
}

/// A number in groups of seven bits, lowest first, and what follows it.
fn varint(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut number = 0;
    for (at, byte) in bytes.iter().take(5).enumerate() {
        number |= u32::from(byte & 0x7f).checked_shl(u32::try_from(7 * at).ok()?)?;
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}
