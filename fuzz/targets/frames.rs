//! The WebSocket codec: whatever the bytes and wherever they are cut, the same items come of them, and the same violation.
//! What came out, framed by our encoder for the other side, comes out once more. What was compressed expands to what it
//! was.
//!
//! The first byte chooses the role and whether messages may be compressed, the second how the stream is cut.
#![no_main]

use holdfast_edge::codec::deflate::{Deflator, Inflator, Memory, WINDOW_BITS_MAX};
use holdfast_edge::codec::extension::{self, Agreement, Wish};
use holdfast_edge::codec::{Decoder, Input, Item, Opcode, Role, Violation, encode, sendable};
use libfuzzer_sys::fuzz_target;

const MESSAGE_BYTES_MAX: usize = 4096;

fuzz_target!(|data: &[u8]| {
    let [choice, cut, stream @ ..] = data else { return };
    let role = if choice & 1 == 0 { Role::Server } else { Role::Client };
    let agreement = (choice & 2 != 0).then_some(Agreement {
        window_bits: WINDOW_BITS_MAX,
        sending: Memory::Forgets,
        receiving: Memory::Forgets,
    });
    let whole = decode(stream, role, agreement, usize::MAX);
    for size in [1, 2 + usize::from(*cut)] {
        assert_eq!(decode(stream, role, agreement, size), whole, "cut every {size}");
    }
    let (items, _) = whole;
    frame_again(&items, role, agreement);
    expand(stream, &items);
    if let Ok(text) = std::str::from_utf8(stream) {
        negotiate(text);
    }
});

/// What comes of `stream` when it arrives in pieces of `size` bytes.
fn decode(
    stream: &[u8],
    role: Role,
    agreement: Option<Agreement>,
    size: usize,
) -> (Vec<Item<'static>>, Option<Violation>) {
    let mut decoder = Decoder::new(role, agreement);
    let mut stream = stream.to_vec();
    let mut items = Vec::new();
    for piece in stream.chunks_mut(size.min(1 << 20)) {
        let mut input = Input::new(piece);
        loop {
            match decoder.decode(&mut input, MESSAGE_BYTES_MAX) {
                Ok(Some(item)) => items.push(item.into_owned()),
                Ok(None) => break,
                Err(violation) => return (items, Some(violation)),
            }
        }
        assert!(input.is_empty(), "everything is consumed");
    }
    (items, None)
}

/// The items as frames of their own give the items.
fn frame_again(items: &[Item<'static>], role: Role, agreement: Option<Agreement>) {
    let key = (role == Role::Server).then_some([0x37, 0xFA, 0x21, 0x3D]);
    let mut out = Vec::new();
    for item in items {
        match item {
            Item::Text(text) => encode::frame(&mut out, Opcode::Text, text.as_bytes(), key),
            Item::Binary(bytes) => encode::frame(&mut out, Opcode::Binary, bytes, key),
            Item::Compressed { opcode, payload } => {
                encode::frame(&mut out, encode::Kind::compressed(*opcode), payload, key);
            }
            Item::Ping(bytes) => encode::frame(&mut out, Opcode::Ping, bytes, key),
            Item::Pong(bytes) => encode::frame(&mut out, Opcode::Pong, bytes, key),
            Item::Close(None) => encode::frame(&mut out, Opcode::Close, &[], key),
            Item::Close(Some(close)) => {
                encode::frame(&mut out, Opcode::Close, &sendable(Some(close.code), &close.reason), key);
            }
        }
    }
    assert_eq!(decode(&out, role, agreement, usize::MAX), (items.to_vec(), None), "framed again");
}

/// Compressed messages expand within their bound or are refused, and a stream that was compressed comes back.
fn expand(stream: &[u8], items: &[Item<'static>]) {
    let mut inflator = Inflator::default();
    for item in items {
        if let Item::Compressed { payload, .. } = item
            && let Ok(message) = inflator.message(payload, MESSAGE_BYTES_MAX, Memory::Forgets)
        {
            assert!(message.len() <= MESSAGE_BYTES_MAX);
        }
    }
    let mut deflator = Deflator::new(WINDOW_BITS_MAX);
    for memory in [Memory::Keeps, Memory::Keeps, Memory::Forgets] {
        let compressed = deflator.message(stream, memory).to_vec();
        assert_eq!(inflator.message(&compressed, stream.len(), memory).as_deref(), Ok(stream));
    }
}

/// What a server answers to these offers, its client understands; and no answer is too odd for a client.
fn negotiate(offers: &str) {
    for wish in [Wish::Forget, Wish::Remember, Wish::RememberSent] {
        let agreed = extension::agree(offers, wish);
        assert!(agreed.is_ok() || !agreed.unwrap_err().is_empty());
        if let Some((agreement, answer)) = extension::accept(offers, wish) {
            assert!(extension::is_offered(offers));
            assert!(extension::is_offered(&answer), "{answer}");
            assert!(agreement.window_bits <= WINDOW_BITS_MAX);
        }
    }
}
