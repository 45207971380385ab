//! What both sides of the WebSocket handshake compute (RFC 6455, 1.3 and 4), and the randomness of the protocol.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

use crate::codec::Role;

const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// Random bytes taken from the system at once.
const POOL_BYTES: usize = 256;

/// The value of `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`.
pub(crate) fn accept_for(key: &[u8]) -> String {
    STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize())
}

/// Whether a `Sec-WebSocket-Key` is sixteen bytes in base64.
pub(crate) fn is_key(key: &[u8]) -> bool {
    STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16)
}

/// A fresh `Sec-WebSocket-Key`.
pub(crate) fn new_key() -> String {
    STANDARD.encode(random::<16>())
}

/// Bytes nobody can predict.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes once it has booted");
    bytes
}

/// The keys of frames we send as a client.
#[derive(Debug)]
pub(crate) struct MaskKeys {
    pool: [u8; POOL_BYTES],
    used: usize,
}

impl Default for MaskKeys {
    fn default() -> MaskKeys {
        MaskKeys { pool: [0; POOL_BYTES], used: POOL_BYTES }
    }
}

impl MaskKeys {
    /// A fresh key when `role` masks its frames.
    pub(crate) fn key(&mut self, role: Role) -> Option<[u8; 4]> {
        if role == Role::Server {
            return None;
        }
        if self.used == POOL_BYTES {
            self.pool = random();
            self.used = 0;
        }
        let mut key = [0; 4];
        key.copy_from_slice(&self.pool[self.used..self.used + 4]);
        self.used += 4;
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_is_the_example_of_the_rfc() {
        assert_eq!(accept_for(b"dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert!(is_key(b"dGhlIHNhbXBsZSBub25jZQ=="));
        assert!(is_key(new_key().as_bytes()));
        assert!(!is_key(b"dGhl"));
        assert!(!is_key(b"not base64, not sixteen"));
    }

    #[test]
    fn only_clients_mask() {
        let mut keys = MaskKeys::default();
        assert_eq!(keys.key(Role::Server), None);
        let distinct: std::collections::HashSet<_> = (0..200).map(|_| keys.key(Role::Client)).collect();
        assert!(distinct.len() > 190);
    }
}
