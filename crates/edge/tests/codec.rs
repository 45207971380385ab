//! The decoder from outside: tables of frames and what must come of them, and any split of a stream gives the same.

mod support;

use holdfast_edge::codec::{
    Close, Decoder, HEADER_BYTES_MAX, Header, Input, Item, Opcode, Role, Violation, mask,
};
use support::Random;

const LIMIT: usize = 1000;
const CONTINUATION: Opcode = Opcode::Continuation;
use Opcode::{Binary, Ping, Pong, Text};

fn header_of(fin: bool, opcode: Opcode, key: [u8; 4], length: usize) -> Header {
    Header { fin, compressed: false, opcode, mask: Some(key), length: length as u64 }
}

/// One frame from a client.
fn frame(fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let key = [0xA1, 0xB2, 0xC3, 0xD4];
    let mut header = [0; HEADER_BYTES_MAX];
    let length = header_of(fin, opcode, key, payload.len()).write(&mut header);
    let mut out = header[..length].to_vec();
    out.extend_from_slice(payload);
    mask::apply(&mut out[length..], key, 0);
    out
}

/// Everything that comes of the bytes, fed in parts of the given sizes (then the rest).
fn decode(bytes: &[u8], sizes: impl IntoIterator<Item = usize>) -> (Vec<Item<'static>>, Option<Violation>) {
    let mut decoder = Decoder::new(Role::Server, None);
    let mut bytes = bytes.to_vec();
    let mut rest = &mut bytes[..];
    let mut items = Vec::new();
    let mut sizes = sizes.into_iter();
    while !rest.is_empty() {
        let size = sizes.next().unwrap_or(usize::MAX).clamp(1, rest.len());
        let (part, after) = rest.split_at_mut(size);
        rest = after;
        let mut input = Input::new(part);
        loop {
            match decoder.decode(&mut input, LIMIT) {
                Ok(Some(item)) => items.push(item.into_owned()),
                Ok(None) => break,
                Err(violation) => return (items, Some(violation)),
            }
        }
        assert!(input.is_empty(), "everything is consumed");
    }
    (items, None)
}

fn text(text: &str) -> Item<'static> {
    Item::Text(text.to_owned().into())
}

fn binary(bytes: &[u8]) -> Item<'static> {
    Item::Binary(bytes.to_vec().into())
}

/// The frames, whole and byte by byte, give the items and then the violation's code.
#[track_caller]
fn check(frames: &[Vec<u8>], items: &[Item<'static>], violation: Option<u16>) {
    let bytes = frames.concat();
    for (how, sizes) in [("whole", vec![]), ("byte by byte", vec![1; bytes.len()])] {
        let (got, failed) = decode(&bytes, sizes);
        assert_eq!(got, items, "{how}");
        assert_eq!(failed.map(|failed| failed.code), violation, "{how}");
    }
}

#[test]
fn whole_messages() {
    for length in [0, 1, 125, 126, 127, 128, 999, 1000] {
        let letters = "x".repeat(length);
        check(&[frame(true, Text, letters.as_bytes())], &[text(&letters)], None);
        check(&[frame(true, Binary, letters.as_bytes())], &[binary(letters.as_bytes())], None);
    }
    check(&[frame(true, Text, "κόσμε 🦀".as_bytes())], &[text("κόσμε 🦀")], None);
    check(&[frame(true, Text, b"a"), frame(true, Binary, b"b")], &[text("a"), binary(b"b")], None);
}

#[test]
fn control_frames_come_between_fragments() {
    check(
        &[
            frame(false, Text, b"one "),
            frame(true, Ping, b"p"),
            frame(false, CONTINUATION, b""),
            frame(true, Pong, b""),
            frame(true, CONTINUATION, b"two"),
            frame(true, Ping, &[7; 125]),
        ],
        &[
            Item::Ping(b"p".to_vec().into()),
            Item::Pong(Vec::new().into()),
            text("one two"),
            Item::Ping(vec![7; 125].into()),
        ],
        None,
    );
    check(
        &[frame(false, Binary, b""), frame(false, CONTINUATION, b""), frame(true, CONTINUATION, b"")],
        &[binary(b"")],
        None,
    );
}

#[test]
fn characters_may_be_split_between_fragments() {
    let crab = "🦀".as_bytes();
    check(
        &[
            frame(false, Text, &crab[..1]),
            frame(false, CONTINUATION, &crab[1..3]),
            frame(true, CONTINUATION, &crab[3..]),
        ],
        &[text("🦀")],
        None,
    );
}

#[test]
fn sequences_the_protocol_forbids() {
    check(&[frame(true, CONTINUATION, b"x")], &[], Some(1002));
    check(&[frame(false, CONTINUATION, b"x")], &[], Some(1002));
    check(&[frame(true, Text, b"a"), frame(true, CONTINUATION, b"x")], &[text("a")], Some(1002));
    check(&[frame(false, Text, b"a"), frame(true, Text, b"b")], &[], Some(1002));
    check(&[frame(false, Text, b"a"), frame(false, Binary, b"b")], &[], Some(1002));
    check(&[vec![0x81, 0x01, b'x']], &[], Some(1002));
    check(&[vec![0x83, 0x80, 0, 0, 0, 0]], &[], Some(1002));
    check(&[vec![0xC1, 0x80, 0, 0, 0, 0]], &[], Some(1002));
    check(&[vec![0x09, 0x80, 0, 0, 0, 0]], &[], Some(1002));
    check(&[vec![0x89, 0xFE, 0, 126, 0, 0, 0, 0]], &[], Some(1002));
}

#[test]
fn text_that_is_not_utf8() {
    for bytes in [&b"\xff"[..], b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"ok \xe4\xbd", b"\x80"] {
        check(&[frame(true, Text, bytes)], &[], Some(1007));
        check(&[frame(false, Text, bytes), frame(true, CONTINUATION, b"")], &[], Some(1007));
        check(&[frame(true, Binary, bytes)], &[binary(bytes)], None);
    }
    check(&[frame(false, Text, b"\xe4"), frame(true, CONTINUATION, b"A")], &[], Some(1007));
}

#[test]
fn bad_text_fails_before_its_message_ends() {
    let mut decoder = Decoder::new(Role::Server, None);
    let mut bytes = frame(true, Text, &[b"good \xff bad".to_vec(), vec![b'x'; 500]].concat());
    // Header, key and eight bytes of payload: the rest never comes.
    let violation = decoder.decode(&mut Input::new(&mut bytes[..8 + 8]), LIMIT).expect_err("a bad byte");
    assert_eq!(violation.code, 1007);
}

#[test]
fn too_large_is_seen_in_the_header() {
    let mut header = [0; HEADER_BYTES_MAX];
    for (length, code) in [(1000, None), (1001, Some(1009)), (u64::MAX >> 1, Some(1009))] {
        let header_length =
            Header { fin: true, compressed: false, opcode: Binary, mask: Some([0; 4]), length }
                .write(&mut header);
        let result =
            Decoder::new(Role::Server, None).decode(&mut Input::new(&mut header[..header_length]), LIMIT);
        assert_eq!(result.err().map(|violation| violation.code), code, "{length}");
    }
    check(&[frame(false, Binary, &[1; 600]), frame(true, CONTINUATION, &[1; 401])], &[], Some(1009));
    check(
        &[frame(false, Binary, &[1; 600]), frame(true, CONTINUATION, &[1; 400])],
        &[binary(&[1; 1000])],
        None,
    );
    assert_eq!(
        decode(&frame(false, Binary, &[1; 1001]), []).1.map(|violation| violation.to_string()).as_deref(),
        Some("Message is too large: 1001 > 1000")
    );
}

#[test]
fn closes() {
    let close = |code: u16, reason: &str| Item::Close(Some(Close { code, reason: reason.to_owned() }));
    check(&[frame(true, Opcode::Close, b"")], &[Item::Close(None)], None);
    check(&[frame(true, Opcode::Close, b"\x03\xe8")], &[close(1000, "")], None);
    check(&[frame(true, Opcode::Close, b"\x0f\xa0bye \xc3\x9f")], &[close(4000, "bye ß")], None);
    check(&[frame(true, Opcode::Close, b"\x03")], &[], Some(1002));
    check(&[frame(true, Opcode::Close, b"\x03\xed")], &[], Some(1002));
    check(&[frame(true, Opcode::Close, b"\x03\xe8\xff")], &[], Some(1007));
    // Nothing after a Close is looked at, valid or not.
    check(
        &[frame(true, Opcode::Close, b""), frame(true, Text, b"x"), vec![0xFF; 40]],
        &[Item::Close(None)],
        None,
    );
    // A Close may interrupt a message.
    check(&[frame(false, Text, b"half"), frame(true, Opcode::Close, b"")], &[Item::Close(None)], None);
}

#[test]
fn a_client_refuses_masked_frames() {
    let mut bytes = frame(true, Text, b"x");
    let result = Decoder::new(Role::Client, None).decode(&mut Input::new(&mut bytes), LIMIT);
    assert_eq!(result.map_err(|violation| violation.code), Err(1002));
}

#[test]
fn a_whole_message_is_borrowed_and_leaves_nothing_behind() {
    let mut decoder = Decoder::new(Role::Server, None);
    assert!(size_of::<Decoder>() <= 16);
    let mut bytes = frame(true, Text, b"x");
    let item = decoder.decode(&mut Input::new(&mut bytes), LIMIT).expect("valid").expect("whole");
    assert!(matches!(item, Item::Text(std::borrow::Cow::Borrowed("x"))));
    assert!(format!("{decoder:?}").contains("partial: None"));
    assert_eq!(decoder.missing(), 0);
    let mut cut = frame(true, Binary, &[1; 100]);
    decoder.decode(&mut Input::new(&mut cut[..6 + 30]), LIMIT).expect("valid");
    assert_eq!(decoder.missing(), 70);
}

/// A stream of frames, mostly valid; sometimes its last frame breaks the protocol.
fn any_stream(random: &mut Random) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..random.below(6) {
        let letters: String =
            (0..random.below(40)).map(|_| ['a', 'ß', '水', '🦀'][random.below(4)]).collect();
        let parts = 1 + random.below(3);
        let mut rest = letters.as_bytes();
        let opcode = [Text, Binary][random.below(2)];
        for part in 0..parts {
            let last = part + 1 == parts;
            let length = if last { rest.len() } else { random.below(rest.len() as u64 + 1) };
            let (front, back) = rest.split_at(length);
            rest = back;
            bytes.extend(frame(last, if part == 0 { opcode } else { CONTINUATION }, front));
            if random.below(3) == 0 {
                bytes.extend(frame(true, [Ping, Pong][random.below(2)], &vec![9; random.below(126)]));
            }
        }
    }
    match random.below(6) {
        0 => bytes.extend(frame(true, Opcode::Close, b"\x03\xe8bye")),
        1 => bytes.extend(frame(true, Text, b"abc\xff")),
        2 => bytes.extend(frame(true, CONTINUATION, b"x")),
        3 => bytes.extend(frame(true, Binary, &[0; 1001])),
        _ => {}
    }
    bytes
}

#[test]
fn any_split_gives_the_same() {
    for seed in 0..3000 {
        let mut random = Random(seed);
        let bytes = any_stream(&mut random);
        let whole = decode(&bytes, []);
        let sizes: Vec<usize> = (0..bytes.len()).map(|_| 1 + random.below(30)).collect();
        assert_eq!(decode(&bytes, sizes), whole, "seed {seed}");
        assert_eq!(decode(&bytes, vec![1; bytes.len()]), whole, "seed {seed}, byte by byte");
    }
}
