//! The two to fourteen bytes before a frame's payload (RFC 6455, 5.2).

use super::{CONTROL_BYTES_MAX, Compression, Role, Violation};

/// Flags and opcode, length byte, eight more bytes of length, mask.
pub const HEADER_BYTES_MAX: usize = 14;

/// The bit of permessage-deflate (RFC 7692, 6), and those nobody has.
const RSV1: u8 = 0x40;
const RSV2_AND_RSV3: u8 = 0x30;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Opcode {
    /// A further part of a fragmented message.
    Continuation = 0x0,
    /// Text, or the first part of it.
    Text = 0x1,
    /// Bytes, or the first part of them.
    Binary = 0x2,
    /// The last frame a side sends.
    Close = 0x8,
    /// To be answered by a pong with the same payload.
    Ping = 0x9,
    /// The answer to a ping, or unsolicited.
    Pong = 0xA,
}

impl Opcode {
    fn parse(nibble: u8) -> Option<Opcode> {
        Some(match nibble {
            0x0 => Opcode::Continuation,
            0x1 => Opcode::Text,
            0x2 => Opcode::Binary,
            0x8 => Opcode::Close,
            0x9 => Opcode::Ping,
            0xA => Opcode::Pong,
            _ => return None,
        })
    }

    /// Close, ping and pong: short, never fragmented, allowed between the fragments of a message.
    pub fn is_control(self) -> bool {
        self as u8 & 0x8 != 0
    }
}

const NOT_NEGOTIATED: &str = "Received a WebSocket frame whose compression bit was set, but the compression extension was \
                              not negotiated for this connection.";

fn unknown(opcode: u8) -> &'static str {
    match opcode {
        3 => "Unknown opcode 3",
        4 => "Unknown opcode 4",
        5 => "Unknown opcode 5",
        6 => "Unknown opcode 6",
        7 => "Unknown opcode 7",
        11 => "Unknown opcode 11",
        12 => "Unknown opcode 12",
        13 => "Unknown opcode 13",
        14 => "Unknown opcode 14",
        _ => "Unknown opcode 15",
    }
}

/// A parsed header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The last frame of its message.
    pub fin: bool,
    /// The first frame of a compressed message (RSV1).
    pub compressed: bool,
    /// What it is.
    pub opcode: Opcode,
    /// The key its payload is masked with.
    pub mask: Option<[u8; 4]>,
    /// Payload bytes.
    pub length: u64,
}

impl Header {
    /// Reads a header from the front of `bytes`; `None` when it is not whole yet. Also says how many bytes it took.
    ///
    /// # Errors
    /// What the RFC forbids whatever came before: as soon as the byte that shows it is there.
    pub fn parse(
        bytes: &[u8],
        role: Role,
        compression: Compression,
    ) -> Result<Option<(Header, usize)>, Violation> {
        let Some(&first) = bytes.first() else { return Ok(None) };
        let compressed = first & RSV1 != 0;
        if first & RSV2_AND_RSV3 != 0 {
            return Err(Violation::protocol("Received frame had RSV bits 2 or 3 set"));
        }
        if compressed && compression == Compression::None {
            return Err(Violation::protocol(NOT_NEGOTIATED));
        }
        let opcode = first & 0x0F;
        let opcode = Opcode::parse(opcode).ok_or(Violation::protocol(unknown(opcode)))?;
        if compressed && !matches!(opcode, Opcode::Text | Opcode::Binary) {
            return Err(Violation::protocol("Only the first frame of a message says that it is compressed"));
        }
        let fin = first & 0x80 != 0;
        if opcode.is_control() && !fin {
            return Err(Violation::protocol("Received fragmented control frame"));
        }
        let Some(&second) = bytes.get(1) else { return Ok(None) };
        let masked = second & 0x80 != 0;
        match role {
            Role::Server if !masked => {
                return Err(Violation::protocol("Frames from a client must be masked"));
            }
            Role::Client if masked => {
                return Err(Violation::protocol("Frames from a server must not be masked"));
            }
            Role::Server | Role::Client => {}
        }
        let short = second & 0x7F;
        if opcode.is_control() && usize::from(short) > CONTROL_BYTES_MAX {
            return Err(Violation::protocol("Control frame is too long"));
        }
        let Some((length, at)) = parse_length(short, bytes)? else { return Ok(None) };
        if !masked {
            return Ok(Some((Header { fin, compressed, opcode, mask: None, length }, at)));
        }
        let Some(key) = bytes.get(at..at + 4) else { return Ok(None) };
        let mask = Some([key[0], key[1], key[2], key[3]]);
        Ok(Some((Header { fin, compressed, opcode, mask, length }, at + 4)))
    }

    /// Writes the header and says how many bytes of `out` it took.
    pub fn write(&self, out: &mut [u8; HEADER_BYTES_MAX]) -> usize {
        let fin = if self.fin { 0x80 } else { 0 };
        let compressed = if self.compressed { RSV1 } else { 0 };
        out[0] = self.opcode as u8 | fin | compressed;
        let mut at = match self.length {
            0..=125 => {
                out[1] = self.length as u8;
                2
            }
            126..=0xFFFF => {
                out[1] = 126;
                out[2..4].copy_from_slice(&(self.length as u16).to_be_bytes());
                4
            }
            _ => {
                out[1] = 127;
                out[2..10].copy_from_slice(&self.length.to_be_bytes());
                10
            }
        };
        if let Some(key) = self.mask {
            out[1] |= 0x80;
            out[at..at + 4].copy_from_slice(&key);
            at += 4;
        }
        at
    }
}

/// The payload length and where it ends. The RFC asks for the shortest form, so longer ones are refused.
fn parse_length(short: u8, bytes: &[u8]) -> Result<Option<(u64, usize)>, Violation> {
    const NOT_MINIMAL: Violation = Violation::protocol("Payload length is not in its shortest form");
    match short {
        126 => {
            let Some(long) = bytes.get(2..4) else { return Ok(None) };
            let length = u64::from(u16::from_be_bytes([long[0], long[1]]));
            if length < 126 { Err(NOT_MINIMAL) } else { Ok(Some((length, 4))) }
        }
        127 => {
            let Some(long) = bytes.get(2..10) else { return Ok(None) };
            let mut octets = [0; 8];
            octets.copy_from_slice(long);
            let length = u64::from_be_bytes(octets);
            if length >> 63 != 0 {
                return Err(Violation::protocol("Payload length has its highest bit set"));
            }
            if length <= 0xFFFF { Err(NOT_MINIMAL) } else { Ok(Some((length, 10))) }
        }
        _ => Ok(Some((u64::from(short), 2))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for length in [0, 1, 125, 126, 127, 0xFFFF, 0x1_0000, 1 << 40] {
            for (mask, role) in [(None, Role::Client), (Some([1, 2, 3, 4]), Role::Server)] {
                for compressed in [false, true] {
                    let header = Header { fin: true, compressed, opcode: Opcode::Binary, mask, length };
                    let mut bytes = [0; HEADER_BYTES_MAX];
                    let written = header.write(&mut bytes);
                    let parse = |bytes: &[u8]| Header::parse(bytes, role, Compression::Deflate);
                    assert_eq!(parse(&bytes), Ok(Some((header, written))));
                    for short in 0..written {
                        assert_eq!(parse(&bytes[..short]), Ok(None), "{short} bytes");
                    }
                }
            }
        }
    }

    #[test]
    fn compression_is_for_messages_that_agreed_to_it() {
        const NOT_FIRST: &str = "Only the first frame of a message says that it is compressed";
        const RESERVED: &str = "Received frame had RSV bits 2 or 3 set";
        for (byte, agreed, otherwise) in [
            (0xC1, None, Some(NOT_NEGOTIATED)),
            (0x42, None, Some(NOT_NEGOTIATED)),
            (0xC0, Some(NOT_FIRST), Some(NOT_NEGOTIATED)),
            (0xC8, Some(NOT_FIRST), Some(NOT_NEGOTIATED)),
            (0xC9, Some(NOT_FIRST), Some(NOT_NEGOTIATED)),
            (0xCA, Some(NOT_FIRST), Some(NOT_NEGOTIATED)),
            (0xE1, Some(RESERVED), Some(RESERVED)),
            (0xD1, Some(RESERVED), Some(RESERVED)),
            (0x81, None, None),
        ] {
            for (compression, expected) in [(Compression::Deflate, agreed), (Compression::None, otherwise)] {
                let violation = Header::parse(&[byte], Role::Server, compression).err();
                let reason = violation.map(|violation| violation.reason);
                assert_eq!(reason, expected, "{byte:x} with {compression:?}");
            }
        }
    }

    #[test]
    fn breaches_are_seen_at_their_byte() {
        for (bytes, role, reason) in [
            (&[0xC1][..], Role::Server, NOT_NEGOTIATED),
            (&[0xA1], Role::Server, "Received frame had RSV bits 2 or 3 set"),
            (&[0x91], Role::Server, "Received frame had RSV bits 2 or 3 set"),
            (&[0x83], Role::Server, "Unknown opcode 3"),
            (&[0x8B], Role::Server, "Unknown opcode 11"),
            (&[0x09], Role::Server, "Received fragmented control frame"),
            (&[0x81, 0x05], Role::Server, "Frames from a client must be masked"),
            (&[0x81, 0x85], Role::Client, "Frames from a server must not be masked"),
            (&[0x89, 0xFE], Role::Server, "Control frame is too long"),
            (&[0x81, 0x7E, 0, 125], Role::Client, "Payload length is not in its shortest form"),
            (
                &[0x81, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
                Role::Client,
                "Payload length is not in its shortest form",
            ),
            (
                &[0x81, 0x7F, 0x80, 0, 0, 0, 0, 1, 0, 0],
                Role::Client,
                "Payload length has its highest bit set",
            ),
        ] {
            let violation = Header::parse(bytes, role, Compression::None).expect_err(reason);
            assert_eq!(violation, Violation::protocol(reason), "{bytes:x?}");
        }
    }
}
