//! What a Close frame carries (RFC 6455, 5.5.1 and 7.4).

use super::{CONTROL_BYTES_MAX, Violation};

/// Code and reason of a Close frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// Never 1005, 1006 or 1015: those stand for the absence of a code.
    pub code: u16,
    /// At most 123 bytes.
    pub reason: String,
}

impl Close {
    /// Reads the payload of a Close frame; an empty one has no code.
    ///
    /// # Errors
    /// 1002 for half a code or one that must not be on the wire, 1007 for a reason that is not UTF-8.
    pub(crate) fn parse(payload: &[u8]) -> Result<Option<Close>, Violation> {
        let [high, low, reason @ ..] = payload else {
            return if payload.is_empty() {
                Ok(None)
            } else {
                Err(Violation::protocol("Close frame has half a code"))
            };
        };
        let code = u16::from_be_bytes([*high, *low]);
        if !receivable(code) {
            return Err(Violation::protocol("Close code is not allowed"));
        }
        let reason = std::str::from_utf8(reason)
            .map_err(|_| Violation::new(1007, "Close reason is not valid UTF-8"))?;
        Ok(Some(Close { code, reason: reason.to_owned() }))
    }
}

/// Codes a peer may put on the wire: the registered ones, and the ranges for libraries and applications.
fn receivable(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// The payload of a Close frame we send: empty without a code or with one that must not be on the wire; a reason too
/// long is cut at a character (`workers-api.md` 2.6).
pub fn sendable(code: Option<u16>, reason: &str) -> Vec<u8> {
    let Some(code) = code.filter(|code| !matches!(code, 1005 | 1006 | 1015)) else { return Vec::new() };
    let end = reason.floor_char_boundary(CONTROL_BYTES_MAX - 2);
    let mut payload = Vec::with_capacity(2 + end);
    payload.extend_from_slice(&code.to_be_bytes());
    payload.extend_from_slice(&reason.as_bytes()[..end]);
    payload
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_on_the_wire() {
        for (range, allowed) in [
            (0..=999, false),
            (1000..=1003, true),
            (1004..=1006, false),
            (1007..=1014, true),
            (1015..=2999, false),
            (3000..=4999, true),
            (5000..=65535, false),
        ] {
            for code in range {
                assert_eq!(Close::parse(&u16::to_be_bytes(code)).is_ok(), allowed, "{code}");
            }
        }
        assert_eq!(Close::parse(&[]), Ok(None));
        assert_eq!(Close::parse(&[3]).map_err(|violation| violation.code), Err(1002));
        assert_eq!(Close::parse(b"\x03\xe8\xff").map_err(|violation| violation.code), Err(1007));
    }

    #[test]
    fn what_is_sent_fits_a_control_frame() {
        assert_eq!(sendable(None, "lost"), b"");
        assert_eq!(sendable(Some(1005), "lost"), b"");
        assert_eq!(sendable(Some(1000), "bye"), b"\x03\xe8bye");
        let cut = sendable(Some(4000), &"ß".repeat(100));
        assert_eq!(cut.len(), 2 + 122);
        assert!(std::str::from_utf8(&cut[2..]).is_ok());
    }
}
