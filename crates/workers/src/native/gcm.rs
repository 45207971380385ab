//! AES in Galois/Counter Mode (NIST SP 800-38D) with nonces of any size and tags of 4 to 16 bytes, as programs ask for
//! them. The cipher and the authenticator come from crates; this file only joins them.

use aes::cipher::{BlockEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;
use subtle::ConstantTimeEq;

const BLOCK_BYTES: usize = 16;

/// An AES key of 16, 24 or 32 bytes.
pub(super) enum Key {
    Aes128(Box<Aes128>),
    Aes192(Box<Aes192>),
    Aes256(Box<Aes256>),
}

impl Key {
    pub(super) fn new(bytes: &[u8]) -> Key {
        let right_size = "the size of the key selects the cipher";
        match bytes.len() {
            16 => Key::Aes128(Box::new(Aes128::new_from_slice(bytes).expect(right_size))),
            24 => Key::Aes192(Box::new(Aes192::new_from_slice(bytes).expect(right_size))),
            32 => Key::Aes256(Box::new(Aes256::new_from_slice(bytes).expect(right_size))),
            other => unreachable!("js/crypto/aes_gcm.js makes no key of {other} bytes"),
        }
    }

    /// The encrypted text followed by its tag.
    pub(super) fn seal(&self, nonce: &[u8], additional: &[u8], tag_bytes: usize, plain: Vec<u8>) -> Vec<u8> {
        let counter = self.first_counter(nonce);
        let mut sealed = plain;
        self.apply_key_stream(counter, &mut sealed);
        let tag = self.tag(counter, additional, &sealed);
        sealed.extend_from_slice(&tag[..tag_bytes]);
        sealed
    }

    /// The plain text, or nothing when the tag does not fit.
    pub(super) fn open(
        &self,
        nonce: &[u8],
        additional: &[u8],
        tag_bytes: usize,
        sealed: Vec<u8>,
    ) -> Option<Vec<u8>> {
        let mut text = sealed;
        let given = text.split_off(text.len().checked_sub(tag_bytes)?);
        let counter = self.first_counter(nonce);
        let tag = self.tag(counter, additional, &text);
        if !bool::from(tag[..tag_bytes].ct_eq(&given)) {
            return None;
        }
        self.apply_key_stream(counter, &mut text);
        Some(text)
    }

    fn encrypt_block(&self, block: [u8; BLOCK_BYTES]) -> [u8; BLOCK_BYTES] {
        let mut block = Block::from(block);
        match self {
            Key::Aes128(cipher) => cipher.encrypt_block(&mut block),
            Key::Aes192(cipher) => cipher.encrypt_block(&mut block),
            Key::Aes256(cipher) => cipher.encrypt_block(&mut block),
        }
        block.into()
    }

    fn authenticator(&self) -> GHash {
        GHash::new(&self.encrypt_block([0; BLOCK_BYTES]).into())
    }

    fn first_counter(&self, nonce: &[u8]) -> [u8; BLOCK_BYTES] {
        if nonce.len() == 12 {
            let mut counter = [0; BLOCK_BYTES];
            counter[..12].copy_from_slice(nonce);
            counter[15] = 1;
            return counter;
        }
        let mut hash = self.authenticator();
        hash.update_padded(nonce);
        hash.update(&[lengths(0, nonce.len()).into()]);
        hash.finalize().into()
    }

    /// Adds the key stream to `text`. The block of the first counter itself is kept for the tag.
    fn apply_key_stream(&self, first: [u8; BLOCK_BYTES], text: &mut [u8]) {
        let (fixed, count) = first.split_at(12);
        let mut block = first;
        block[..12].copy_from_slice(fixed);
        let mut count = u32::from_be_bytes(count.try_into().expect("the counter is four bytes"));
        for chunk in text.chunks_mut(BLOCK_BYTES) {
            count = count.wrapping_add(1);
            block[12..].copy_from_slice(&count.to_be_bytes());
            for (byte, key) in chunk.iter_mut().zip(self.encrypt_block(block)) {
                *byte ^= key;
            }
        }
    }

    fn tag(&self, counter: [u8; BLOCK_BYTES], additional: &[u8], encrypted: &[u8]) -> [u8; BLOCK_BYTES] {
        let mut hash = self.authenticator();
        hash.update_padded(additional);
        hash.update_padded(encrypted);
        hash.update(&[lengths(additional.len(), encrypted.len()).into()]);
        let mut tag: [u8; BLOCK_BYTES] = hash.finalize().into();
        for (byte, key) in tag.iter_mut().zip(self.encrypt_block(counter)) {
            *byte ^= key;
        }
        tag
    }
}

/// The block of both lengths in bits that ends what is authenticated.
fn lengths(additional: usize, text: usize) -> [u8; BLOCK_BYTES] {
    let mut block = [0; BLOCK_BYTES];
    block[..8].copy_from_slice(&(additional as u64 * 8).to_be_bytes());
    block[8..].copy_from_slice(&(text as u64 * 8).to_be_bytes());
    block
}
