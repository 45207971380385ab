//! The table of sockets over loopback connections.

mod support;

use std::io::{Read, Write};
use std::time::Duration;

use holdfast_edge::codec::{Opcode, Role};
use holdfast_edge::http::raise_descriptor_limit;
use holdfast_edge::sockets::{Cause, Event, GONE_REASON, Limits, Message, Outgoing};
use support::{Peer, Random, Received, Server};

fn text(event: Event) -> (u64, String) {
    match event {
        Event::Message { tag, message: Message::Text(text), .. } => (tag, text),
        other => panic!("not a text: {other:?}"),
    }
}

/// The close that ends a socket: code, reason, clean, cause.
fn close(event: Event) -> (u16, String, bool, Cause) {
    match event {
        Event::Close { code, reason, clean, cause, .. } => (code, reason, clean, cause),
        other => panic!("not a close: {other:?}"),
    }
}

/// Ends the connection from the peer's side and sees that the server keeps nothing.
fn say_goodbye(server: &Server, mut peer: Peer) {
    peer.send(Opcode::Close, b"\x03\xe8bye");
    assert_eq!(peer.receive(), Received::Close(Some(1000), "bye".into()));
    assert_eq!(peer.receive(), Received::End);
    drop(peer);
    server.expect_empty();
}

#[test]
fn messages_come_back() {
    let server = Server::echo(Limits::default());
    let (_, mut peer) = server.connect(7);
    for length in [0, 1, 125, 126, 70_000, 1_000_000] {
        let letters = "x".repeat(length);
        peer.text(&letters);
        assert_eq!(peer.receive(), Received::Text(letters.clone()));
        assert_eq!(text(server.event()), (7, letters));
        peer.send(Opcode::Binary, &vec![200; length]);
        assert_eq!(peer.receive(), Received::Binary(vec![200; length]));
        server.event();
    }
    peer.send(Opcode::Ping, b"are you there");
    assert_eq!(peer.receive(), Received::Pong(b"are you there".to_vec()));
    say_goodbye(&server, peer);
    assert_eq!(close(server.event()), (1000, "bye".into(), true, Cause::Closed));
}

#[test]
fn bytes_read_with_the_handshake_come_first() {
    let server = Server::echo(Limits::default());
    let (_, mut peer) = server.connect_with(1, Role::Server, b"\x81\x82\0\0\0\0hi\x81\x83\0\0\0\0h");
    peer.raw(b"o!");
    assert_eq!(text(server.event()).1, "hi");
    assert_eq!(text(server.event()).1, "ho!");
    assert_eq!(peer.receive_text(), "hi");
    assert_eq!(peer.receive_text(), "ho!");
}

#[test]
fn frames_may_arrive_byte_by_byte() {
    let server = Server::echo(Limits::default());
    let (_, mut peer) = server.connect(1);
    let mut fragment = peer.frame(Opcode::Text, "fragmented 🦀 ".as_bytes());
    fragment[0] &= 0x7F;
    let bytes =
        [fragment, peer.frame(Opcode::Ping, b"p"), peer.frame(Opcode::Continuation, b"text")].concat();
    for byte in bytes {
        peer.raw(&[byte]);
    }
    assert_eq!(peer.receive(), Received::Pong(b"p".to_vec()));
    assert_eq!(peer.receive_text(), "fragmented 🦀 text");
}

#[test]
fn a_client_role_masks_and_leaves_the_end_to_the_server() {
    let server = Server::echo(Limits::default());
    let (id, mut peer) = server.connect_with(1, Role::Client, b"");
    peer.text("to the client");
    assert_eq!(peer.receive_text(), "to the client");
    server.with(move |sockets| {
        sockets.broadcast([id], &Outgoing::Text("shared".into()));
        sockets.close(id, Some(3001), "done");
        sockets.flush();
    });
    assert_eq!(peer.receive_text(), "shared");
    assert_eq!(peer.receive(), Received::Close(Some(3001), "done".into()));
    peer.send(Opcode::Close, b"\x0b\xb9done");
    drop(peer);
    server.event();
    assert_eq!(close(server.event()), (3001, "done".into(), true, Cause::Closed));
    server.expect_empty();
}

#[test]
fn violations_are_told_to_both_sides_once() {
    let limits = Limits { message_bytes_max: 1000, ..Limits::default() };
    for (bytes, code, error) in [
        (&b"\x81\x02hi"[..], 1002, "Frames from a client must be masked"),
        (b"\x81\x82\0\0\0\0\xff\xff", 1007, "Message is not valid UTF-8"),
        (b"\x82\xfe\x03\xe9\0\0\0\0", 1009, "Message is too large: 1001 > 1000"),
        (b"\x88\x82\0\0\0\0\x03\xed", 1002, "Close code is not allowed"),
    ] {
        let server = Server::echo(limits.clone());
        let (_, mut peer) = server.connect(1);
        peer.text("before");
        peer.raw(bytes);
        peer.raw(&[0xFF; 100_000]);
        assert_eq!(peer.receive_text(), "before");
        assert_eq!(peer.receive(), Received::Close(Some(code), error.into()));
        assert_eq!(peer.receive(), Received::End);
        drop(peer);
        assert_eq!(text(server.event()).1, "before");
        let Event::Failed { error: reported, .. } = server.event() else { panic!("no error") };
        assert_eq!(
            reported,
            format!(
                "WebSocket protocol error; protocolError.statusCode = {code}; protocolError.description = {error}"
            )
        );
        let (code, reason, clean, _) = close(server.event());
        assert_eq!((code, &*reason, clean), (1006, GONE_REASON, false));
        server.expect_empty();
        assert!(server.events.try_recv().is_err(), "nothing follows a close");
    }
}

#[test]
fn a_vanished_peer_is_reported_once() {
    for reset in [false, true] {
        let server = Server::silent(Limits::default());
        let (id, mut peer) = server.connect(1);
        peer.text("last words");
        if reset {
            socket_reset(&peer);
        }
        drop(peer);
        assert_eq!(text(server.event()).1, "last words");
        let (code, reason, clean, _) = close(server.event());
        assert_eq!((code, &*reason, clean), (1006, GONE_REASON, false));
        // What the owner still says to it is not an error.
        server.with(move |sockets| {
            sockets.send(id, Outgoing::Text("anyone?".into()));
            sockets.close(id, None, "");
            sockets.flush();
        });
        server.expect_empty();
        assert!(server.events.try_recv().is_err());
    }
}

/// Closing the peer's stream now sends a reset in place of a proper end.
fn socket_reset(peer: &Peer) {
    // A receive buffer with unread bytes does it, with nothing but the standard library: the server sends some.
    let mut byte = [0];
    peer.stream.set_nonblocking(true).expect("a switch");
    assert!((&peer.stream).read(&mut byte).is_err());
}

#[test]
fn a_half_closed_peer_still_gets_our_close() {
    let server = Server::silent(Limits::default());
    let (id, mut peer) = server.connect(1);
    peer.send(Opcode::Close, b"\x03\xe8bye");
    peer.stream.shutdown(std::net::Shutdown::Write).expect("open");
    assert_eq!(close(server.event()), (1000, "bye".into(), true, Cause::Closed));
    server.with(move |sockets| {
        sockets.send(id, Outgoing::Text("one more thing".into()));
        sockets.close(id, Some(1000), "bye");
        sockets.flush();
    });
    assert_eq!(peer.receive_text(), "one more thing");
    assert_eq!(peer.receive(), Received::Close(Some(1000), "bye".into()));
    assert_eq!(peer.receive(), Received::End);
    server.expect_empty();
    assert!(server.events.try_recv().is_err(), "a close was reported already");
}

#[test]
fn an_unanswered_close_is_cut() {
    let server = Server::silent(Limits { close_answer_max: Duration::from_millis(20), ..Limits::default() });
    let (id, mut peer) = server.connect(1);
    server.with(move |sockets| {
        sockets.close(id, Some(1001), &"long ".repeat(40));
        sockets.close(id, Some(1002), "twice");
        sockets.send(id, Outgoing::Text("too late".into()));
        sockets.flush();
    });
    let Received::Close(Some(1001), reason) = peer.receive() else { panic!("not the close") };
    assert_eq!(reason, "long ".repeat(40)[..123]);
    let (code, _, clean, cause) = close(server.event());
    assert_eq!((code, clean, cause), (1006, false, Cause::Unanswered));
    assert_eq!(peer.receive(), Received::End);
}

#[test]
fn an_abort_cuts_the_connection_and_is_not_reported() {
    let server = Server::silent(Limits::default());
    let (id, mut peer) = server.connect(1);
    server.with(move |sockets| sockets.abort(id));
    assert_eq!(peer.receive(), Received::End);
    server.expect_empty();
    assert!(server.events.try_recv().is_err());
}

#[test]
fn a_slow_reader_is_cut_and_the_others_are_not() {
    let server = Server::silent(Limits { queued_bytes_max: 1 << 20, ..Limits::default() });
    let (slow, _slow_peer) = server.connect(1);
    let (quick, mut quick_peer) = server.connect(2);
    let reader = std::thread::spawn(move || {
        let mut count = 0;
        while quick_peer.receive_text() != "end" {
            count += 1;
        }
        count
    });
    // The kernel takes a few megabytes, the queue one more and one message.
    let mut sent = 0;
    while server.events.try_recv().is_err() {
        let queued = server.with(move |sockets| {
            sockets.broadcast([slow, quick], &Outgoing::Text("x".repeat(60_000)));
            sockets.flush();
            sockets.queued_bytes(slow)
        });
        assert!(queued <= (1 << 20) + 60_010, "{queued} bytes wait");
        sent += 1;
        assert!(sent < 5000, "the slow reader is never cut");
        // The quick reader must be quicker than this loop, whatever the machine does meanwhile.
        while server.with(move |sockets| sockets.queued_bytes(quick)) > 1 << 19 {
            std::thread::yield_now();
        }
    }
    server.with(move |sockets| {
        assert_eq!(sockets.len(), 1);
        sockets.send(quick, Outgoing::Text("end".into()));
        sockets.flush();
    });
    assert_eq!(reader.join().expect("no panic"), sent);
}

#[test]
fn the_log_can_name_the_slow_reader() {
    let server = Server::silent(Limits { queued_bytes_max: 10, ..Limits::default() });
    let (id, _peer) = server.connect(1);
    server.with(move |sockets| {
        for _ in 0..3 {
            sockets.send(id, Outgoing::Text("x".repeat(8 << 20)));
        }
        sockets.flush();
    });
    let (code, reason, clean, cause) = close(server.event());
    assert_eq!((code, &*reason, clean), (1006, GONE_REASON, false));
    assert!(matches!(cause, Cause::SlowReader { queued_bytes } if queued_bytes > 10), "{cause}");
}

#[test]
fn a_paused_socket_is_not_read() {
    let server = Server::silent(Limits::default());
    let (id, mut peer) = server.connect(1);
    peer.text("first");
    assert_eq!(text(server.event()).1, "first");
    server.with(move |sockets| sockets.pause(id));
    peer.text("second");
    let (_, mut other) = server.connect(2);
    other.text("from the other");
    assert_eq!(text(server.event()), (2, "from the other".into()));
    server.with(move |sockets| sockets.resume(id));
    assert_eq!(text(server.event()).1, "second");
    server.with(move |sockets| sockets.pause(id));
    drop(peer);
    server.with(move |sockets| sockets.resume(id));
    assert_eq!(close(server.event()).0, 1006);
}

#[test]
fn a_flooded_socket_does_not_starve_its_neighbour() {
    let server = Server::silent(Limits::default());
    let (flooded, mut flood) = server.connect(1);
    let (calm, mut neighbour) = server.connect(2);
    server.with(move |sockets| {
        sockets.pause(flooded);
        sockets.pause(calm);
    });
    let frames = flood.frame(Opcode::Text, b"x").repeat(20_000);
    flood.raw(&frames);
    neighbour.text("me too");
    server.with(move |sockets| {
        sockets.resume(flooded);
        sockets.resume(calm);
    });
    let before = std::iter::repeat_with(|| server.event()).position(|event| text(event).0 == 2);
    assert!(before.expect("it comes") < 1000, "{before:?} messages came first");
    let after = 20_000 - before.expect("it comes");
    assert!((0..after).all(|_| text(server.event()) == (1, "x".into())));
}

#[test]
fn a_broadcast_reaches_all_in_order_with_what_is_sent_alone() {
    let server = Server::silent(Limits::default());
    let (ids, peers): (Vec<_>, Vec<_>) = (0..50).map(|tag| server.connect(tag)).unzip();
    server.with(move |sockets| {
        for (length, round) in [(1, 'a'), (20_000, 'b'), (1, 'c'), (300_000, 'd')] {
            let all = round.to_string().repeat(length);
            sockets.broadcast(ids.iter().copied(), &Outgoing::Text(all));
            for (index, id) in ids.iter().enumerate().step_by(2) {
                sockets.send(*id, Outgoing::Text(format!("{round} for {index}")));
                sockets.send(*id, Outgoing::Binary(vec![index as u8; length].into()));
            }
        }
        sockets.flush();
    });
    for (index, mut peer) in peers.into_iter().enumerate() {
        for (length, round) in [(1, 'a'), (20_000, 'b'), (1, 'c'), (300_000, 'd')] {
            assert_eq!(peer.receive_text(), round.to_string().repeat(length));
            if index % 2 == 0 {
                assert_eq!(peer.receive_text(), format!("{round} for {index}"));
                assert_eq!(peer.receive(), Received::Binary(vec![index as u8; length]));
            }
        }
    }
}

#[test]
fn auto_responses_wake_nobody() {
    let server = Server::echo(Limits::default());
    let (first, mut peer) = server.connect(1);
    let (second, mut outsider) = server.connect(2);
    server.with(move |sockets| {
        sockets.join(first, 42);
        sockets.set_auto_response(42, "ping", "pong");
        assert_eq!(sockets.auto_response_at(first), None);
    });
    peer.text("ping");
    peer.send(Opcode::Binary, b"ping");
    assert_eq!(peer.receive_text(), "pong");
    assert_eq!(peer.receive(), Received::Binary(b"ping".to_vec()));
    outsider.text("ping");
    assert_eq!(outsider.receive_text(), "ping");
    server.with(move |sockets| {
        assert!(sockets.auto_response_at(first).expect("answered") > 1_600_000_000_000);
        assert_eq!(sockets.auto_response_at(second), None);
        sockets.clear_auto_response(42);
        assert!(sockets.auto_response_at(first).is_some(), "timestamps stay");
    });
    peer.text("ping");
    assert_eq!(peer.receive_text(), "ping");
    assert!(matches!(server.event(), Event::Message { message: Message::Binary(_), .. }));
    assert_eq!(text(server.event()), (2, "ping".into()));
    assert_eq!(text(server.event()), (1, "ping".into()));
    server.with(move |sockets| {
        sockets.set_auto_response(42, "ping", "pong again");
    });
    peer.text("ping");
    assert_eq!(peer.receive_text(), "pong again");
}

#[test]
fn everything_closes_at_shutdown() {
    let server = Server::silent(Limits::default());
    let peers: Vec<_> = (0..20).map(|tag| server.connect(tag).1).collect();
    server.with(|sockets| sockets.close_all(1001, "going away"));
    for mut peer in peers {
        assert_eq!(peer.receive(), Received::Close(Some(1001), "going away".into()));
        peer.send(Opcode::Close, b"\x03\xe9going away");
        assert_eq!(peer.receive(), Received::End);
    }
    for _ in 0..20 {
        assert_eq!(close(server.event()).0, 1001);
    }
    server.expect_empty();
}

#[test]
fn whatever_the_timing_messages_come_back_whole_and_in_order() {
    for seed in 0..6 {
        let server = Server::echo(Limits::default());
        let connections: Vec<_> = (0..8).map(|tag| server.connect(tag)).collect();
        let ids: Vec<_> = connections.iter().map(|(id, _)| *id).collect();
        let peers: Vec<_> = connections
            .into_iter()
            .enumerate()
            .map(|(index, (_, peer))| std::thread::spawn(move || one_peer(peer, seed * 100 + index as u64)))
            .collect();
        let mut random = Random(seed);
        while !peers.iter().all(std::thread::JoinHandle::is_finished) {
            let id = ids[random.below(ids.len() as u64)];
            server.with(move |sockets| sockets.pause(id));
            server.with(move |sockets| sockets.resume(id));
        }
        for peer in peers {
            peer.join().unwrap_or_else(|_| panic!("seed {seed}"));
        }
        server.expect_empty();
    }
}

/// Sends messages in frames and writes of any size while reading them back, and says goodbye.
fn one_peer(mut peer: Peer, seed: u64) {
    let mut random = Random(seed);
    let messages: Vec<Vec<u8>> = (0..60)
        .map(|_| {
            let length = [0, 5, 130, 3000, 70_000, 200_000][random.below(6)] + random.below(100);
            (0..length).map(|_| random.next() as u8).collect()
        })
        .collect();
    let mut bytes = Vec::new();
    for message in &messages {
        let cut = random.below(message.len() as u64 + 1);
        let mut front = peer.frame(Opcode::Binary, &message[..cut]);
        front[0] &= 0x7F;
        bytes.extend(front);
        bytes.extend(peer.frame(Opcode::Ping, b""));
        bytes.extend(peer.frame(Opcode::Continuation, &message[cut..]));
    }
    bytes.extend(peer.frame(Opcode::Close, b"\x03\xe8"));
    let mut writing = peer.stream.try_clone().expect("a descriptor");
    let writer = std::thread::spawn(move || {
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (part, after) = rest.split_at((1 + random.below(90_000)).min(rest.len()));
            writing.write_all(part).expect("written");
            rest = after;
        }
    });
    let mut pongs = 0;
    let mut next = || loop {
        match peer.receive() {
            Received::Pong(_) => pongs += 1,
            other => break other,
        }
    };
    for message in &messages {
        assert!(next() == Received::Binary(message.clone()), "seed {seed}");
    }
    assert_eq!(next(), Received::Close(Some(1000), String::new()), "seed {seed}");
    assert_eq!(next(), Received::End, "seed {seed}");
    assert_eq!(pongs, messages.len());
    writer.join().expect("no panic");
}

#[test]
fn more_sockets_than_one_poll_returns() {
    const COUNT: usize = 3000;
    raise_descriptor_limit().expect("the limit can be raised to its maximum");
    let server = Server::silent(Limits::default());
    let (ids, mut peers): (Vec<_>, Vec<_>) = (0..COUNT).map(|tag| server.connect(tag as u64)).unzip();
    server.with(move |sockets| {
        sockets.set_auto_response(1, "ping", "pong");
        for id in ids {
            sockets.join(id, 1);
            sockets.pause(id);
            sockets.resume(id);
        }
    });
    for _ in 0..3 {
        for peer in &mut peers {
            peer.text("ping");
        }
        for peer in &mut peers {
            assert_eq!(peer.receive_text(), "pong");
        }
    }
    assert!(server.events.recv_timeout(Duration::ZERO).is_err());
}
