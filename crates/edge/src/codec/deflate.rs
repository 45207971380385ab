//! Messages compressed and expanded (RFC 7692, 7.2), each by itself or in the light of those before it.
//!
//! Promises, to [`crate::sockets`]:
//! - One [`Deflator`] and one [`Inflator`] serve any number of connections that agreed to forget after each message: they
//!   are emptied after use, so that nothing of one connection's messages shows in another's. A connection whose sides
//!   remember needs its own.
//! - What is expanded never takes more memory than a message may have; a bomb is stopped when it gets there.
//!
//! Neither knows frames: what is compressed here is the payload of a whole message.

use flate2::{Compress, Decompress, FlushCompress, FlushDecompress, Status};

use super::Violation;

/// Shorter messages are sent plain: emptying a compressor takes as long as compressing a kilobyte, and such a message
/// fits into one packet anyway.
pub const COMPRESSED_BYTES_MIN: usize = 1024;

/// The largest window, which is also what goes without saying.
pub const WINDOW_BITS_MAX: u8 = 15;
/// The smallest window a compressor can be given. RFC 7692 allows 8, zlib does not.
pub const WINDOW_BITS_MIN: u8 = 9;

/// Beyond this level the messages of a chat become a few bytes shorter and take up to three times as long.
const LEVEL: u32 = 4;

/// What a flush leaves at the end of each message, and is not sent.
const TAIL: [u8; 4] = [0, 0, 0xFF, 0xFF];

/// Memory for results that is kept for the next message.
const KEPT_BYTES_MAX: usize = 64 * 1024;
/// First reservation for an expanded message.
const EXPANDED_BYTES_FIRST: usize = 4 * 1024;

/// Whether what came before helps with the next message ("context takeover").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Every message stands for itself.
    Forgets,
    /// The window is kept from message to message.
    Keeps,
}

/// Compresses messages.
#[derive(Debug)]
pub struct Deflator {
    compress: Compress,
    out: Vec<u8>,
}

impl Deflator {
    /// With a window of 2^`window_bits` bytes, at least [`WINDOW_BITS_MIN`] and at most [`WINDOW_BITS_MAX`].
    pub fn new(window_bits: u8) -> Deflator {
        let bits = window_bits.clamp(WINDOW_BITS_MIN, WINDOW_BITS_MAX);
        let compress = Compress::new_with_window_bits(flate2::Compression::new(LEVEL), false, bits);
        Deflator { compress, out: Vec::new() }
    }

    /// Begins anew: what comes next refers to nothing that came before.
    pub fn forget(&mut self) {
        self.compress.reset();
    }

    /// The payload of the frame for `message`.
    pub fn message(&mut self, message: &[u8], memory: Memory) -> &[u8] {
        let out = &mut self.out;
        out.clear();
        out.shrink_to(KEPT_BYTES_MAX);
        if message.is_empty() {
            // Nothing to say, said in a way every peer takes (RFC 7692, 7.2.3.6); a second flush would give nothing at all.
            if memory == Memory::Forgets {
                self.compress.reset();
            }
            out.push(0);
            return out;
        }
        // Enough for what cannot be compressed, so that a flush is never cut in two.
        out.reserve(message.len() + message.len() / 8 + 64);
        let mut rest = message;
        loop {
            let before = self.compress.total_in();
            let done = self.compress.compress_vec(rest, out, FlushCompress::Sync);
            rest = &rest[(self.compress.total_in() - before) as usize..];
            done.expect("memory is all a compressor can run out of");
            if rest.is_empty() && out.len() < out.capacity() {
                break;
            }
            out.reserve(KEPT_BYTES_MAX);
        }
        if memory == Memory::Forgets {
            self.compress.reset();
        }
        debug_assert!(out.ends_with(&TAIL), "a flush ends with an empty block");
        out.truncate(out.len() - TAIL.len());
        out
    }
}

/// Expands messages.
#[derive(Debug)]
pub struct Inflator {
    decompress: Decompress,
    out: Vec<u8>,
}

impl Default for Inflator {
    fn default() -> Inflator {
        Inflator { decompress: Decompress::new(false), out: Vec::new() }
    }
}

impl Inflator {
    /// The message that was compressed to `payload`.
    ///
    /// # Errors
    /// 1009 when it is longer than `message_bytes_max`, 1002 when `payload` is not compressed data, as on the platform.
    pub fn message(
        &mut self,
        payload: &[u8],
        message_bytes_max: usize,
        memory: Memory,
    ) -> Result<Vec<u8>, Violation> {
        self.out.clear();
        let expanded =
            self.feed(payload, message_bytes_max).and_then(|()| self.feed(&TAIL, message_bytes_max));
        if memory == Memory::Forgets {
            self.decompress.reset(false);
        }
        let result = expanded.map(|()| {
            if self.out.len() <= KEPT_BYTES_MAX {
                self.out.as_slice().to_vec()
            } else {
                let mut whole = std::mem::take(&mut self.out);
                whole.shrink_to_fit();
                whole
            }
        });
        self.out.clear();
        self.out.shrink_to(KEPT_BYTES_MAX);
        result
    }

    fn feed(&mut self, mut input: &[u8], message_bytes_max: usize) -> Result<(), Violation> {
        loop {
            if self.out.len() == self.out.capacity() {
                // One byte more than allowed is enough to know.
                let growth =
                    self.out.len().max(EXPANDED_BYTES_FIRST).min(message_bytes_max + 1 - self.out.len());
                self.out.reserve_exact(growth);
            }
            let before = (self.decompress.total_in(), self.out.len());
            let status = self.decompress.decompress_vec(input, &mut self.out, FlushDecompress::Sync);
            let status = status.map_err(|_| Violation::INVALID_DEFLATE)?;
            let taken = (self.decompress.total_in() - before.0) as usize;
            input = &input[taken..];
            if self.out.len() > message_bytes_max {
                return Err(Violation::TOO_LARGE);
            }
            match status {
                // A last block: what follows it begins anew (RFC 7692, 7.2.3.5).
                Status::StreamEnd => {
                    self.decompress.reset(false);
                    if input.is_empty() {
                        return Ok(());
                    }
                }
                Status::Ok | Status::BufError if self.out.len() < self.out.capacity() => {
                    if input.is_empty() {
                        return Ok(());
                    }
                    if taken == 0 && self.out.len() == before.1 {
                        return Err(Violation::INVALID_DEFLATE);
                    }
                }
                Status::Ok | Status::BufError => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1 << 20;

    fn inflate(payload: &[u8]) -> Result<Vec<u8>, u16> {
        Inflator::default().message(payload, LIMIT, Memory::Forgets).map_err(|violation| violation.code)
    }

    #[test]
    fn the_examples_of_the_rfc() {
        for payload in [
            &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..],
            // Not compressed at all.
            &[0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00],
            // A last block.
            &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
            // Two blocks.
            &[0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00],
        ] {
            assert_eq!(inflate(payload), Ok(b"Hello".to_vec()), "{payload:x?}");
        }
        assert_eq!(inflate(&[0]), Ok(Vec::new()));
        assert_eq!(inflate(&[]), Ok(Vec::new()));
        let mut inflator = Inflator::default();
        for payload in [&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..], &[0xf2, 0x00, 0x11, 0x00, 0x00]] {
            assert_eq!(inflator.message(payload, LIMIT, Memory::Keeps), Ok(b"Hello".to_vec()));
        }
        assert_eq!(
            Deflator::new(15).message(b"Hello", Memory::Forgets),
            [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0]
        );
        assert_eq!(Deflator::new(15).message(b"", Memory::Forgets), [0]);
    }

    #[test]
    fn what_is_compressed_is_expanded_again() {
        let (mut deflators, mut inflator) = ([9, 12, 15].map(Deflator::new), Inflator::default());
        let mut noise = 1_u64;
        let mut letters = |range: u64| {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((noise >> 40) % range) as u8
        };
        for length in [0, 1, 5, 300, 1024, 16_384, 16_385, 70_000] {
            for range in [1, 4, 256] {
                let message: Vec<u8> = (0..length).map(|_| letters(range)).collect();
                for deflator in &mut deflators {
                    let payload = deflator.message(&message, Memory::Forgets).to_vec();
                    let again = deflator.message(&message, Memory::Forgets).to_vec();
                    assert_eq!(payload, again, "nothing is remembered");
                    let expanded = inflator.message(&payload, LIMIT, Memory::Forgets);
                    assert!(expanded.as_ref() == Ok(&message), "{length} bytes of {range} kinds");
                }
            }
        }
        let large = deflators[0].message(&vec![7; LIMIT], Memory::Forgets).to_vec();
        assert_eq!(inflator.message(&large, LIMIT, Memory::Forgets), Ok(vec![7; LIMIT]));
        assert!(inflator.out.capacity() <= KEPT_BYTES_MAX, "its memory is given back");
    }

    #[test]
    fn both_sides_may_remember() {
        let (mut deflator, mut inflator) = (Deflator::new(15), Inflator::default());
        let message: Vec<u8> =
            (0..2000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let lengths = [0; 5].map(|_| {
            let payload = deflator.message(&message, Memory::Keeps).to_vec();
            assert_eq!(inflator.message(&payload, LIMIT, Memory::Keeps).as_ref(), Ok(&message));
            payload.len()
        });
        assert!(lengths[1] < lengths[0] / 10, "{lengths:?}");
        for _ in 0..2 {
            assert_eq!(deflator.message(b"", Memory::Keeps), [0]);
            assert_eq!(inflator.message(&[0], LIMIT, Memory::Keeps), Ok(Vec::new()));
        }
    }

    #[test]
    fn what_is_no_compressed_data_is_refused() {
        for payload in [&[0x07][..], &[0xFF; 100], &[0x00, 0x05, 0x00, 0x00, 0x00]] {
            assert_eq!(inflate(payload), Err(1002), "{payload:x?}");
        }
        let mut inflator = Inflator::default();
        assert!(inflator.message(&[0xFF; 10], LIMIT, Memory::Forgets).is_err());
        let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        assert_eq!(inflator.message(&hello, LIMIT, Memory::Forgets), Ok(b"Hello".to_vec()), "it is as new");
    }

    #[test]
    fn a_bomb_is_stopped_where_a_message_ends() {
        let bomb = Deflator::new(15).message(&vec![0; 8 * LIMIT], Memory::Forgets).to_vec();
        let mut inflator = Inflator::default();
        assert_eq!(inflator.feed(&bomb, LIMIT).map_err(|refused| refused.code), Err(1009));
        assert!(inflator.decompress.total_out() <= 2 * LIMIT as u64, "it went on expanding");
        inflator.decompress.reset(false);
        let refused = inflator.message(&bomb, LIMIT, Memory::Forgets).expect_err("too large");
        assert_eq!(refused.code, 1009);
        let most = Deflator::new(15).message(&vec![0; LIMIT], Memory::Forgets).to_vec();
        assert_eq!(inflator.message(&most, LIMIT, Memory::Forgets).map(|message| message.len()), Ok(LIMIT));
        assert_eq!(
            inflator.message(&most, LIMIT - 1, Memory::Forgets).map_err(|refused| refused.code),
            Err(1009)
        );
    }
}
