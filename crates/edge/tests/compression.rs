//! Compressed messages through the table of sockets.

mod support;

use holdfast_edge::codec::deflate::{COMPRESSED_BYTES_MIN, Deflator, Inflator, Memory};
use holdfast_edge::codec::encode::{self, Kind};
use holdfast_edge::codec::extension::Agreement;
use holdfast_edge::codec::{Opcode, Role};
use holdfast_edge::sockets::{Event, Limits, Message, Outgoing};
use support::{Peer, Random, Received, Server};

const FORGETFUL: Agreement =
    Agreement { window_bits: 15, sending: Memory::Forgets, receiving: Memory::Forgets };
const LIMIT: usize = 1 << 20;

/// A text long enough to be worth compressing.
fn long(word: &str) -> String {
    word.repeat(2 * COMPRESSED_BYTES_MIN / word.len() + 1)
}

fn compressed(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    encode::frame(&mut frame, Kind::compressed(opcode), payload, Some([9, 8, 7, 6]));
    frame
}

fn deflate(message: &[u8]) -> Vec<u8> {
    Deflator::new(15).message(message, Memory::Forgets).to_vec()
}

/// The text of a compressed message.
fn inflate(received: Received) -> String {
    let Received::Compressed(Opcode::Text, payload) = received else {
        panic!("not compressed: {received:?}")
    };
    let bytes = Inflator::default().message(&payload, LIMIT, Memory::Forgets).expect("compressed data");
    String::from_utf8(bytes).expect("text")
}

#[test]
fn messages_go_both_ways() {
    let server = Server::echo(Limits::default());
    let (_, mut peer) = server.connect_compressed(1, FORGETFUL);
    let text = long("to and fro, ");
    peer.raw(&compressed(Opcode::Text, &deflate(text.as_bytes())));
    assert_eq!(inflate(peer.receive()), text);
    // A plain one is as good, and what is short is answered plain.
    peer.text(&text);
    assert_eq!(inflate(peer.receive()), text);
    peer.raw(&compressed(Opcode::Binary, &deflate(b"short")));
    assert_eq!(peer.receive(), Received::Binary(b"short".to_vec()));
    // In frames, between which a ping comes.
    let payload = deflate(text.as_bytes());
    let (front, back) = payload.split_at(payload.len() / 2);
    let mut first = compressed(Opcode::Text, front);
    first[0] &= 0x7F;
    let frames = [first, peer.frame(Opcode::Ping, b"p"), peer.frame(Opcode::Continuation, back)].concat();
    for byte in frames {
        peer.raw(&[byte]);
    }
    assert_eq!(peer.receive(), Received::Pong(b"p".to_vec()));
    assert_eq!(inflate(peer.receive()), text);
    // What cannot be made shorter is sent as it is.
    let noise = noise(5000);
    peer.send(Opcode::Binary, &noise);
    assert_eq!(peer.receive(), Received::Binary(noise));
}

/// Bytes that cannot be compressed.
fn noise(length: usize) -> Vec<u8> {
    let mut random = Random(1);
    (0..length).map(|_| random.next() as u8).collect()
}

#[test]
fn a_broadcast_is_one_payload_for_all_who_agreed() {
    let server = Server::silent(Limits::default());
    let small = Agreement { window_bits: 9, ..FORGETFUL };
    let remembers = Agreement { sending: Memory::Keeps, ..FORGETFUL };
    let (plain, mut plain_peer) = server.connect(1);
    let (one, mut one_peer) = server.connect_compressed(2, FORGETFUL);
    let (two, mut two_peer) = server.connect_compressed(3, FORGETFUL);
    let (narrow, mut narrow_peer) = server.connect_compressed(4, small);
    let (own, mut own_peer) = server.connect_compressed(5, remembers);
    let (masked, mut masked_peer) = server.connect_with(6, Role::Client, b"");
    let text = long("said to everybody, ");
    let said = Outgoing::Text(text.clone());
    server.with(move |sockets| {
        sockets.broadcast([plain, one, narrow, two, own, masked], &said);
        sockets.broadcast([plain, one, narrow, two, own, masked], &said);
        sockets.broadcast([plain, one], &Outgoing::Text("short".into()));
        sockets.flush();
    });
    let mut memory = Inflator::default();
    for round in 0..2 {
        assert_eq!(plain_peer.receive_text(), text);
        assert_eq!(masked_peer.receive_text(), text);
        let received = one_peer.receive();
        assert_eq!(received, two_peer.receive());
        assert_eq!(inflate(received), text);
        assert_eq!(inflate(narrow_peer.receive()), text);
        let Received::Compressed(_, payload) = own_peer.receive() else { panic!("not compressed") };
        assert_eq!(memory.message(&payload, LIMIT, Memory::Keeps).as_deref(), Ok(text.as_bytes()));
        assert!(round == 0 || payload.len() < 30, "{} bytes for what was said before", payload.len());
    }
    assert_eq!(plain_peer.receive_text(), "short");
    assert_eq!(one_peer.receive_text(), "short");
}

#[test]
fn a_peer_may_refer_to_what_it_said_before() {
    let server = Server::silent(Limits::default());
    let both = Agreement { window_bits: 15, sending: Memory::Keeps, receiving: Memory::Keeps };
    let (id, mut peer) = server.connect_compressed(1, both);
    let (mut deflator, mut inflator) = (Deflator::new(15), Inflator::default());
    for round in 0..3 {
        let text = long("again and again, ");
        let payload = deflator.message(text.as_bytes(), Memory::Keeps).to_vec();
        assert!(round == 0 || payload.len() < 30);
        peer.raw(&compressed(Opcode::Text, &payload));
        let Event::Message { message: Message::Text(heard), .. } = server.event() else { panic!("no text") };
        assert_eq!(heard, text);
        server.with(move |sockets| {
            sockets.send(id, Outgoing::Text(heard));
            sockets.flush();
        });
        let Received::Compressed(_, payload) = peer.receive() else { panic!("not compressed") };
        assert_eq!(inflator.message(&payload, LIMIT, Memory::Keeps).as_deref(), Ok(text.as_bytes()));
    }
}

/// The server refuses `frames` with `code`, after what came before.
#[track_caller]
fn refused(limits: Limits, connect: impl FnOnce(&Server) -> Peer, frames: &[u8], code: u16) {
    let server = Server::echo(limits);
    let mut peer = connect(&server);
    peer.text("before");
    peer.raw(frames);
    peer.text("after");
    assert_eq!(peer.receive_text(), "before");
    match peer.receive() {
        Received::Close(Some(received), _) => assert_eq!(received, code),
        other => panic!("not a close: {other:?}"),
    }
    assert_eq!(peer.receive(), Received::End);
    drop(peer);
    server.expect_empty();
    let events: Vec<Event> = server.events.try_iter().collect();
    assert!(
        matches!(&events[..], [Event::Message { .. }, Event::Failed { .. }, Event::Close { code: 1006, .. }]),
        "{events:?}"
    );
}

#[test]
fn what_was_not_agreed_or_makes_no_sense_is_refused() {
    let agreed = |server: &Server| server.connect_compressed(1, FORGETFUL).1;
    let plain = |server: &Server| server.connect(1).1;
    let limits = Limits { message_bytes_max: 100_000, ..Limits::default() };
    let hello = deflate(b"Hello");
    refused(limits.clone(), plain, &compressed(Opcode::Text, &hello), 1002);
    refused(limits.clone(), agreed, &compressed(Opcode::Ping, &hello), 1002);
    refused(limits.clone(), agreed, &compressed(Opcode::Continuation, &hello), 1002);
    refused(limits.clone(), agreed, &compressed(Opcode::Text, &[0xFF; 40]), 1002);
    refused(limits.clone(), agreed, &compressed(Opcode::Text, &deflate(b"\xff\xfe")), 1007);
    let mut second = compressed(Opcode::Text, &hello);
    second[0] &= 0x7F;
    second.extend(compressed(Opcode::Continuation, &[]));
    refused(limits.clone(), agreed, &second, 1002);
    let bomb = deflate(&vec![0; 5_000_000]);
    assert!(bomb.len() < 10_000, "it passes as a frame");
    refused(limits, agreed, &compressed(Opcode::Binary, &bomb), 1009);
}

#[test]
fn a_message_as_large_as_allowed_may_be_longer_on_the_wire() {
    let limits = Limits { message_bytes_max: 100_000, ..Limits::default() };
    let server = Server::silent(limits);
    let (_, mut peer) = server.connect_compressed(1, FORGETFUL);
    let noise = noise(100_000);
    let payload = deflate(&noise);
    assert!(payload.len() > noise.len());
    peer.raw(&compressed(Opcode::Binary, &payload));
    let Event::Message { message, .. } = server.event() else { panic!("refused") };
    assert!(message == Message::Binary(noise));
}
