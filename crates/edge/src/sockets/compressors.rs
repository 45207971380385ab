//! The thread's compressors: one for all connections that forget each message, and some for those that remember.
//!
//! A connection that only forgets has nothing here. One that remembers what it sends has a compressor from its first
//! compressed message on, as long as it is among the [`DEFLATORS_MAX`] that used theirs last: without it, it begins anew,
//! which its peer does not notice. One whose peer remembers has a decompressor until it ends.

use std::collections::HashMap;

use super::SocketId;
use crate::codec::deflate::{
    COMPRESSED_BYTES_MIN, Deflator, Inflator, Memory, WINDOW_BITS_MAX, WINDOW_BITS_MIN,
};
use crate::codec::extension::Agreement;
use crate::codec::{Item, Opcode, Violation};

/// Compressors that remember, on one thread; each takes about 300 KiB.
const DEFLATORS_MAX: usize = 64;
/// Shorter messages are sent plain by a compressor that remembers, which has no price but its memory.
const REMEMBERED_BYTES_MIN: usize = 64;

const WINDOWS: usize = (WINDOW_BITS_MAX - WINDOW_BITS_MIN + 1) as usize;

#[derive(Debug, Default)]
pub(super) struct Compressors {
    forgetful: [Option<Deflator>; WINDOWS],
    inflator: Inflator,
    deflators: HashMap<SocketId, Remembering>,
    inflators: HashMap<SocketId, Inflator>,
    uses: u64,
}

#[derive(Debug)]
struct Remembering {
    deflator: Deflator,
    window_bits: u8,
    last_used: u64,
}

/// Whether a message is worth compressing at all.
pub(super) fn is_worth_it(agreement: Agreement, length: usize) -> bool {
    length
        >= match agreement.sending {
            Memory::Forgets => COMPRESSED_BYTES_MIN,
            Memory::Keeps => REMEMBERED_BYTES_MIN,
        }
}

impl Compressors {
    /// The message compressed for one connection; `None` when it would become no shorter.
    pub(super) fn compress(&mut self, id: SocketId, agreement: Agreement, message: &[u8]) -> Option<&[u8]> {
        match agreement.sending {
            Memory::Forgets => self.compress_for_all(agreement.window_bits, message),
            // The compressor has seen the message now: a peer that has not would not follow.
            Memory::Keeps => Some(self.deflator(id, agreement.window_bits).message(message, Memory::Keeps)),
        }
    }

    /// The message compressed for every connection that forgets and has this window.
    pub(super) fn compress_for_all(&mut self, window_bits: u8, message: &[u8]) -> Option<&[u8]> {
        let deflator = &mut self.forgetful[usize::from(window_bits - WINDOW_BITS_MIN)];
        let deflator = deflator.get_or_insert_with(|| Deflator::new(window_bits));
        let compressed = deflator.message(message, Memory::Forgets);
        (compressed.len() < message.len()).then_some(compressed)
    }

    fn deflator(&mut self, id: SocketId, window_bits: u8) -> &mut Deflator {
        self.uses += 1;
        let last_used = self.uses;
        let spare = if self.deflators.len() < DEFLATORS_MAX || self.deflators.contains_key(&id) {
            None
        } else {
            let oldest = self.deflators.iter().min_by_key(|(_, kept)| kept.last_used).map(|(id, _)| *id);
            oldest.and_then(|id| self.deflators.remove(&id)).filter(|kept| kept.window_bits == window_bits)
        };
        let kept = self.deflators.entry(id).or_insert_with(|| {
            let deflator = match spare {
                Some(Remembering { mut deflator, .. }) => {
                    deflator.forget();
                    deflator
                }
                None => Deflator::new(window_bits),
            };
            Remembering { deflator, window_bits, last_used }
        });
        kept.last_used = last_used;
        &mut kept.deflator
    }

    /// The message that came compressed.
    pub(super) fn expand(
        &mut self,
        id: SocketId,
        agreement: Agreement,
        (opcode, payload): (Opcode, &[u8]),
        message_bytes_max: usize,
    ) -> Result<Item<'static>, Violation> {
        let inflator = match agreement.receiving {
            Memory::Forgets => &mut self.inflator,
            Memory::Keeps => self.inflators.entry(id).or_default(),
        };
        let message = inflator.message(payload, message_bytes_max, agreement.receiving)?;
        Ok(match opcode {
            Opcode::Text => {
                Item::Text(String::from_utf8(message).map_err(|_| Violation::INVALID_UTF8)?.into())
            }
            _ => Item::Binary(message.into()),
        })
    }

    /// The connection is gone.
    pub(super) fn forget(&mut self, id: SocketId) {
        self.deflators.remove(&id);
        self.inflators.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_that_remember_are_limited() {
        let mut compressors = Compressors::default();
        let agreement = Agreement { window_bits: 15, sending: Memory::Keeps, receiving: Memory::Keeps };
        let message = "a message that is said again and again, ".repeat(3);
        let id = |index| SocketId { index, generation: 1 };
        let mut peers: Vec<Inflator> = (0..2 * DEFLATORS_MAX).map(|_| Inflator::default()).collect();
        for round in 0..3 {
            for (index, peer) in (0..).zip(&mut peers) {
                let payload = compressors.compress(id(index), agreement, message.as_bytes());
                let payload = payload.expect("it is always compressed").to_vec();
                // The peer keeps its window, whether we began anew or not.
                let expanded = peer.message(&payload, 1000, Memory::Keeps);
                assert_eq!(expanded.as_deref(), Ok(message.as_bytes()), "socket {index}, round {round}");
                let item = compressors.expand(id(index), agreement, (Opcode::Text, &payload), 1000);
                assert_eq!(item, Ok(Item::Text(message.clone().into())));
            }
            assert_eq!(compressors.deflators.len(), DEFLATORS_MAX);
        }
        for index in 0..2 * DEFLATORS_MAX as u32 {
            compressors.forget(id(index));
        }
        assert!(compressors.deflators.is_empty() && compressors.inflators.is_empty());
    }
}
