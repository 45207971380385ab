//! Durable Object ids.
//!
//! Promises that a name has the same id here as in workerd and Miniflare, and that an id made for one namespace is
//! refused by every other. An id is 32 bytes: 16 that come from the name (or from randomness), and 16 that prove
//! which namespace it belongs to.
//!
//! ```text
//!   key    = SHA-256(unique key of the namespace)
//!   first  = HMAC-SHA-256(key, name)[..16]     or 16 random bytes
//!   second = HMAC-SHA-256(key, first)[..16]
//! ```
//!
//! Knows neither where randomness comes from nor what a namespace holds.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// Bytes of an id before its proof of membership.
const BASE: usize = 16;

/// The id of one Durable Object: 32 bytes, shown as 64 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 32]);

impl ObjectId {
    /// The bytes of the id.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// An id from bytes this program wrote earlier. Unlike [`Namespace::parse`] it checks nothing: do not give it
    /// what a program or a client sent.
    pub const fn from_trusted_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the id.
    pub const fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// Eight bytes that are spread evenly over all ids: what chooses the thread of an object.
    pub fn spread(&self) -> u64 {
        // The first half is HMAC output or random bytes, so any eight of its bytes are uniform.
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.0[..8]);
        u64::from_le_bytes(bytes)
    }

    /// Which of `shares` equal shares of all ids this one belongs to: an object lives on the thread of that number.
    pub fn share(&self, shares: usize) -> usize {
        let shares = u64::try_from(shares.max(1)).expect("fewer shares than 2^64");
        usize::try_from(self.spread() % shares).expect("a share is one of them")
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.pad(std::str::from_utf8(&text).expect("hexadecimal digits are ASCII"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

/// Why a text is not an id of a namespace. Programs see it as a `TypeError` with exactly the displayed message
/// (`workers-api.md` 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// The text is not 64 hexadecimal digits.
    NotHex,
    /// The id belongs to another namespace.
    OtherNamespace,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotHex => "Invalid Durable Object ID: must be 64 hex digits",
            Self::OtherNamespace => "Durable Object ID is not valid for this namespace.",
        })
    }
}

impl std::error::Error for ParseError {}

/// Makes and checks the ids of one namespace.
#[derive(Clone)]
pub struct Namespace {
    mac: Hmac<Sha256>,
}

impl Namespace {
    /// The namespace with this unique key. Miniflare's key is `<worker name>-<class name>`.
    pub fn new(unique_key: &str) -> Self {
        let key = Sha256::digest(unique_key.as_bytes());
        Self { mac: Hmac::new_from_slice(&key).expect("HMAC takes a key of any length") }
    }

    /// The id that belongs to a name: always the same one.
    pub fn id_from_name(&self, name: &str) -> ObjectId {
        self.complete(self.half(name.as_bytes()))
    }

    /// The id of a name that no UTF-8 can hold, because it has a lone surrogate: the platform hashes the three bytes
    /// that generalised UTF-8 gives a surrogate.
    pub fn id_from_name_utf16(&self, name: &[u16]) -> ObjectId {
        let mut bytes = Vec::with_capacity(name.len());
        for unit in char::decode_utf16(name.iter().copied()) {
            match unit {
                Ok(character) => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(lone) => {
                    let [high, low] = lone.unpaired_surrogate().to_be_bytes();
                    bytes.extend([0xed, 0x80 | (high & 0x0f) << 2 | low >> 6, 0x80 | low & 0x3f]);
                }
            }
        }
        self.complete(self.half(&bytes))
    }

    /// A fresh id. `random` must come from a cryptographic source.
    pub fn new_unique_id(&self, random: [u8; BASE]) -> ObjectId {
        self.complete(random)
    }

    /// Reads 64 hexadecimal digits, of either case, and checks that they are an id of this namespace.
    pub fn parse(&self, text: &str) -> Result<ObjectId, ParseError> {
        let id = ObjectId(decode(text).ok_or(ParseError::NotHex)?);
        if self.contains(&id) { Ok(id) } else { Err(ParseError::OtherNamespace) }
    }

    /// Whether the id was made for this namespace.
    pub fn contains(&self, id: &ObjectId) -> bool {
        let mut mac = self.mac.clone();
        mac.update(&id.0[..BASE]);
        mac.verify_truncated_left(&id.0[BASE..]).is_ok()
    }

    fn complete(&self, base: [u8; BASE]) -> ObjectId {
        let mut id = [0; 32];
        id[..BASE].copy_from_slice(&base);
        id[BASE..].copy_from_slice(&self.half(&base));
        ObjectId(id)
    }

    fn half(&self, data: &[u8]) -> [u8; BASE] {
        let mut mac = self.mac.clone();
        mac.update(data);
        let mut half = [0; BASE];
        half.copy_from_slice(&mac.finalize().into_bytes()[..BASE]);
        half
    }
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Namespace").finish_non_exhaustive()
    }
}

fn decode(text: &str) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high << 4 | low).expect("two digits fit a byte");
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Miniflare 4.20260426.0 answered for a Worker named `chat-worker`.
    #[test]
    fn names_have_the_ids_of_miniflare() {
        let long = "x".repeat(300);
        for (class, name, id) in [
            ("Room", "", "9c414e465bc4ea34ede474578bec55bc3f50abaffd7ce9c7dfd51703675bb680"),
            ("Room", "room", "2d37127f828f66379cab4ec5a4a55f8bd08f5172f53e4dfbd029d0ae1a8c63f4"),
            ("Room", "null", "ae6a16272baf4a35fab1e315db5fad3fcd594b3f81841a8db65493dc18cecefd"),
            ("Room", "Grüße 🎉", "2d8621968f47881f1ce247396ad9232c68afba7ee8dec175e76aec6be62376ff"),
            ("Room", &long, "8d3c0e3831eab5b8b84ad98d3eb5be330ec804c98607edbd28158f2e24e7f6d8"),
            ("Room", "a\0b", "80091f94921bc3473b9645fb57c6a0307c590ab96f924b54767460c121b738a2"),
            ("Counter", "room", "025d904e48712459ca3b21adcc6929ebfc2b92c4e1054a2857f13389168206c7"),
            ("Counter", "", "b50076b5d423e8256a852e5fd90dd82edacdf915cbf639b900dc1a9a406c3193"),
        ] {
            let namespace = Namespace::new(&format!("chat-worker-{class}"));
            assert_eq!(namespace.id_from_name(name).to_string(), id, "{class} {name:?}");
            let units: Vec<u16> = name.encode_utf16().collect();
            assert_eq!(namespace.id_from_name_utf16(&units).to_string(), id, "{class} {name:?} in UTF-16");
        }
        let lone: Vec<u16> = [0xd800].into_iter().chain("lone".encode_utf16()).collect();
        assert_eq!(
            Namespace::new("chat-worker-Room").id_from_name_utf16(&lone).to_string(),
            "0be2b37d2ece7ffe5950bd052f14f7a7287dcc0fe5d98fd2f1f677326e27f82d",
        );
    }

    #[test]
    fn a_random_half_is_kept_and_proved() {
        let unique = "272b4ecdd5ad057e3f381b64bdbb2d6d5d26fc852e3555b390d41e780890bb8c";
        let namespace = Namespace::new("chat-worker-Room");
        let id = namespace.parse(unique).unwrap();
        let random = id.bytes()[..16].try_into().unwrap();
        assert_eq!(namespace.new_unique_id(random), id);
    }

    #[test]
    fn parsing_takes_either_case_and_only_ids_of_the_namespace() {
        let namespace = Namespace::new("chat-worker-Room");
        let own = namespace.id_from_name("room");
        let other = Namespace::new("chat-worker-Counter").id_from_name("room");
        let check = |text: &str, expected| assert_eq!(namespace.parse(text), expected, "{text}");
        check(&own.to_string(), Ok(own));
        check(&own.to_string().to_uppercase(), Ok(own));
        check(&other.to_string(), Err(ParseError::OtherNamespace));
        check(&"a".repeat(64), Err(ParseError::OtherNamespace));
        check(&"a".repeat(63), Err(ParseError::NotHex));
        check(&"a".repeat(65), Err(ParseError::NotHex));
        check(&"é".repeat(32), Err(ParseError::NotHex));
        check(&"+1".repeat(32), Err(ParseError::NotHex));
        check("", Err(ParseError::NotHex));
    }

    #[test]
    fn messages_are_the_ones_of_the_platform() {
        assert_eq!(ParseError::NotHex.to_string(), "Invalid Durable Object ID: must be 64 hex digits");
        let other = "Durable Object ID is not valid for this namespace.";
        assert_eq!(ParseError::OtherNamespace.to_string(), other);
    }
}
