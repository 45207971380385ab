//! Frames out. A server's frames are not masked, so the same bytes serve every receiver; a client's carry a fresh key
//! each.

use bytes::Bytes;

use super::{HEADER_BYTES_MAX, Header, Opcode, mask};

/// What a frame says of its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// What it is.
    pub opcode: Opcode,
    /// Whether the payload is a compressed message.
    pub compressed: bool,
}

impl From<Opcode> for Kind {
    /// A payload that is what it is.
    fn from(opcode: Opcode) -> Kind {
        Kind { opcode, compressed: false }
    }
}

impl Kind {
    /// A compressed payload.
    pub fn compressed(opcode: Opcode) -> Kind {
        Kind { opcode, compressed: true }
    }
}

/// Appends one whole, unfragmented frame to `out`, masked when there is a key (we are a client).
pub fn frame(out: &mut Vec<u8>, kind: impl Into<Kind>, payload: &[u8], key: Option<[u8; 4]>) {
    header(out, kind, payload.len(), key);
    let start = out.len();
    out.extend_from_slice(payload);
    if let Some(key) = key {
        mask::apply(&mut out[start..], key, 0);
    }
}

/// Appends only the header, for a payload that goes to the socket without being copied. The caller masks it.
pub fn header(out: &mut Vec<u8>, kind: impl Into<Kind>, length: usize, key: Option<[u8; 4]>) {
    let Kind { opcode, compressed } = kind.into();
    let mut bytes = [0; HEADER_BYTES_MAX];
    let written =
        Header { fin: true, compressed, opcode, mask: key, length: length as u64 }.write(&mut bytes);
    out.extend_from_slice(&bytes[..written]);
}

/// A frame that can be sent, as it is, to any number of a server's sockets.
pub fn encode_once(kind: impl Into<Kind>, payload: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(HEADER_BYTES_MAX + payload.len());
    frame(&mut out, kind, payload, None);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_the_examples_of_the_rfc() {
        let mut out = Vec::new();
        frame(&mut out, Opcode::Text, b"Hello", None);
        assert_eq!(out, b"\x81\x05Hello");
        assert_eq!(encode_once(Opcode::Text, b"Hello"), out);
        out.clear();
        frame(&mut out, Opcode::Text, b"Hello", Some([0x37, 0xfa, 0x21, 0x3d]));
        assert_eq!(out, [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]);
        let long = encode_once(Opcode::Binary, &[7; 65536]);
        assert_eq!(long[..10], [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!(long.len(), 10 + 65536);
    }
}
