//! Peers that say nothing. Times are short here; nothing depends on how short they turn out.

mod support;

use std::time::Duration;

use holdfast_edge::codec::{Opcode, Role};
use holdfast_edge::sockets::{Cause, Event, GONE_REASON, Limits, Message, Outgoing};
use support::{Received, Server};

const NEVER: Duration = Duration::from_secs(3600);

fn limits(ping_after: Duration, pong_max: Duration) -> Limits {
    Limits { ping_after, pong_max, ..Limits::default() }
}

#[test]
fn a_silent_peer_is_asked_and_stays_when_it_answers() {
    for role in [Role::Server, Role::Client] {
        let server = Server::echo(limits(Duration::from_millis(20), NEVER));
        let (_, mut peer) = server.connect_with(1, role, b"");
        for _ in 0..5 {
            assert_eq!(peer.receive(), Received::Ping(Vec::new()));
            peer.send(Opcode::Pong, b"");
        }
        // Neither is seen by the owner.
        peer.text("still here");
        loop {
            match peer.receive() {
                Received::Ping(_) => peer.send(Opcode::Pong, b""),
                other => break assert_eq!(other, Received::Text("still here".into())),
            }
        }
        let Event::Message { message: Message::Text(text), .. } = server.event() else {
            panic!("no message")
        };
        assert_eq!(text, "still here");
        assert!(server.events.try_recv().is_err());
    }
}

#[test]
fn a_peer_that_does_not_answer_is_gone_and_reported_once() {
    let server = Server::silent(limits(Duration::from_millis(20), Duration::from_millis(40)));
    let (id, mut peer) = server.connect(7);
    assert_eq!(peer.receive(), Received::Ping(Vec::new()));
    let event = server.event();
    let Event::Close { tag: 7, code: 1006, reason, clean: false, cause: Cause::Silent, .. } = event else {
        panic!("{event:?}")
    };
    assert_eq!(reason, GONE_REASON);
    assert_eq!(peer.receive(), Received::End);
    server.with(move |sockets| {
        sockets.send(id, Outgoing::Text("anyone?".into()));
        sockets.close(id, None, "");
        sockets.flush();
    });
    server.expect_empty();
    assert!(server.events.try_recv().is_err());
}

#[test]
fn whatever_is_said_counts_even_half_a_frame() {
    let server = Server::silent(limits(Duration::from_millis(1500), Duration::from_millis(1500)));
    let (_, mut silent) = server.connect(1);
    let (_, mut peer) = server.connect(2);
    let frame = peer.frame(Opcode::Text, &[b'x'; 60_000]);
    // Byte by byte, for as long as the other one takes to be cut.
    let mut bytes = frame.iter();
    let cut = loop {
        if let Ok(event) = server.events.try_recv() {
            break event;
        }
        peer.raw(&[*bytes.next().expect("the other one is cut long before")]);
        std::thread::sleep(Duration::from_millis(1));
    };
    assert!(matches!(cut, Event::Close { tag: 1, cause: Cause::Silent, .. }), "{cut:?}");
    assert_eq!(silent.receive(), Received::Ping(Vec::new()));
    peer.raw(bytes.as_slice());
    assert!(matches!(server.event(), Event::Message { tag: 2, .. }));
}

#[test]
fn a_peer_we_do_not_read_is_not_silent() {
    let server = Server::silent(limits(Duration::from_millis(10), Duration::from_millis(10)));
    let (paused, mut peer) = server.connect(1);
    server.with(move |sockets| sockets.pause(paused));
    let (_, mut silent) = server.connect(2);
    peer.text("unread");
    assert_eq!(silent.receive(), Received::Ping(Vec::new()));
    assert!(matches!(server.event(), Event::Close { tag: 2, .. }));
    server.with(move |sockets| sockets.resume(paused));
    assert!(matches!(server.event(), Event::Message { tag: 1, .. }));
}

#[test]
fn a_closing_connection_is_not_asked() {
    let server = Server::silent(limits(Duration::from_millis(10), Duration::from_millis(10)));
    let (closing, mut peer) = server.connect(1);
    server.with(move |sockets| {
        sockets.close(closing, Some(1000), "bye");
        sockets.flush();
    });
    let (_, _silent) = server.connect(2);
    assert!(matches!(server.event(), Event::Close { tag: 2, .. }));
    assert_eq!(peer.receive(), Received::Close(Some(1000), "bye".into()));
    peer.send(Opcode::Close, b"\x03\xe8");
    assert_eq!(peer.receive(), Received::End);
    assert!(matches!(server.event(), Event::Close { tag: 1, code: 1000, .. }));
}

#[test]
fn keep_alive_can_be_off() {
    let server = Server::silent(limits(Duration::ZERO, Duration::from_millis(1)));
    let (_, mut peer) = server.connect(1);
    let other = Server::silent(limits(Duration::from_millis(10), Duration::from_millis(10)));
    let (_, _silent) = other.connect(2);
    assert!(matches!(other.event(), Event::Close { tag: 2, .. }));
    peer.text("hello");
    assert!(matches!(server.event(), Event::Message { .. }));
}
