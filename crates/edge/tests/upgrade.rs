//! The way of a connection from HTTP to a WebSocket.

mod support;

use std::io::Write;
use std::sync::mpsc;

use holdfast_edge::codec::{Opcode, Role};
use holdfast_edge::http::Answer;
use holdfast_edge::{Compression, Windows};
use support::site::{Handled, Site, read_response, read_until};
use support::{PATIENCE, Peer, Received};

const HANDSHAKE: &str = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\
Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
Sec-WebSocket-Protocol: chat, other\r\nSec-WebSocket-Extensions: x-other, permessage-deflate\r\n\r\n";

/// Says yes to every WebSocket, as soon as `gate` opens; the sockets echo. What came of it is reported.
fn site(gate: Option<tokio::sync::watch::Receiver<bool>>) -> (Site, mpsc::Receiver<Result<(), String>>) {
    let (report, outcomes) = mpsc::channel();
    let site = Site::start(
        |_| {},
        move |sockets, incoming| {
            let (sockets, report, gate) = (sockets.clone(), report.clone(), gate.clone());
            let handled: Handled = Box::pin(async move {
                if let Some(mut gate) = gate {
                    gate.wait_for(|open| *open).await.expect("the test opens it");
                }
                if incoming.head.url.ends_with("/refuses") {
                    let offered =
                        incoming.websocket.map(|offer| offer.check().map_err(|refusal| refusal.status()));
                    return Answer::text(426, format!("{offered:?}"));
                }
                let protocols = incoming.websocket.map(|offer| offer.protocols).unwrap_or_default();
                let chosen = protocols.into_iter().next_back();
                let mut headers = vec![
                    ("x-mine".to_owned(), b"yes".to_vec()),
                    ("sec-websocket-accept".to_owned(), b"forged".to_vec()),
                    ("sec-websocket-extensions".to_owned(), b"x-forged".to_vec()),
                ];
                headers.extend(
                    chosen.map(|protocol| ("sec-websocket-protocol".to_owned(), protocol.into_bytes())),
                );
                let then = Box::new(move |result: std::io::Result<_>| {
                    let result = result.and_then(|raw| sockets.adopt(raw, 1));
                    report
                        .send(result.map(|_| ()).map_err(|error| error.to_string()))
                        .expect("the test listens");
                });
                Answer::Upgrade { headers, then }
            });
            handled
        },
    );
    (site, outcomes)
}

#[test]
fn the_handshake_is_the_protocols_and_the_rest_the_programs() {
    let (site, outcomes) = site(None);
    let mut stream = site.connect();
    stream.write_all(HANDSHAKE.as_bytes()).expect("written");
    let head = read_until(&mut stream, "\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"), "{head}");
    for line in [
        "connection: Upgrade\r\n",
        "upgrade: websocket\r\n",
        "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
        "sec-websocket-protocol: other\r\n",
        "x-mine: yes\r\n",
    ] {
        assert!(head.contains(line), "{line} is missing in {head}");
    }
    assert!(!head.contains("extensions") && !head.contains("forged"), "{head}");
    assert_eq!(outcomes.recv_timeout(PATIENCE).expect("an outcome"), Ok(()));
    let mut peer = Peer::new(stream, Role::Client);
    peer.text("hello");
    assert_eq!(peer.receive_text(), "hello");
    peer.send(Opcode::Close, b"\x03\xe8");
    assert_eq!(peer.receive(), Received::Close(Some(1000), String::new()));
    assert_eq!(peer.receive(), Received::End);
}

#[test]
fn compression_is_what_client_program_and_setting_agree_on() {
    const STATELESS: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    const NARROW: &str = "permessage-deflate; server_max_window_bits=10";
    let takeover = || Compression::Takeover(Windows::within(Windows::BYTES));
    for (setting, offer, program, agreed) in [
        (
            Compression::Stateless,
            "permessage-deflate; client_max_window_bits",
            Some("permessage-deflate"),
            Some(STATELESS),
        ),
        (
            Compression::Stateless,
            "permessage-deflate",
            Some("permessage-deflate; client_max_window_bits=9"),
            Some(STATELESS),
        ),
        (
            Compression::Stateless,
            NARROW,
            Some("x-first, permessage-deflate"),
            Some(
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10",
            ),
        ),
        (Compression::Stateless, "permessage-deflate", None, None),
        (Compression::Stateless, "permessage-deflate", Some(""), None),
        (Compression::Stateless, "permessage-deflate", Some("permessage-deflate; nonsense"), None),
        (Compression::Stateless, "x-other", Some("permessage-deflate"), None),
        (
            Compression::Stateless,
            "permessage-deflate; server_max_window_bits=7",
            Some("permessage-deflate"),
            None,
        ),
        (Compression::Off, "permessage-deflate", Some("permessage-deflate"), None),
        (takeover(), "permessage-deflate", Some("permessage-deflate"), Some("permessage-deflate")),
    ] {
        let site = Site::start(
            move |config| config.compression = setting,
            move |sockets, _| {
                let sockets = sockets.clone();
                let header = |value: &str| ("Sec-WebSocket-Extensions".to_owned(), value.as_bytes().to_vec());
                let headers = program.map(header).into_iter().collect();
                let then = Box::new(move |raw: std::io::Result<_>| {
                    sockets.adopt(raw.expect("a socket"), 1).expect("adopted");
                });
                Box::pin(async move { Answer::Upgrade { headers, then } })
            },
        );
        let mut stream = site.connect();
        let handshake = HANDSHAKE.replace("x-other, permessage-deflate", offer);
        stream.write_all(handshake.as_bytes()).expect("written");
        let head = read_until(&mut stream, "\r\n\r\n");
        let line = head.lines().find_map(|line| line.strip_prefix("sec-websocket-extensions: "));
        assert_eq!(line, agreed, "{offer}, {program:?}");
        let mut peer = Peer::new(stream, Role::Client);
        let text = "what is long enough to be compressed ".repeat(100);
        peer.text(&text);
        let received = peer.receive();
        assert_eq!(matches!(received, Received::Compressed(..)), agreed.is_some(), "{offer}, {program:?}");
    }
}

#[test]
fn what_is_sent_before_the_answer_is_not_lost() {
    let (open, gate) = tokio::sync::watch::channel(false);
    let (site, outcomes) = site(Some(gate));
    let mut peers: Vec<Peer> = (0..3).map(|_| Peer::new(site.connect(), Role::Client)).collect();
    for (index, peer) in peers.iter_mut().enumerate() {
        // With the handshake in one piece, in a second one, and cut within a frame.
        let frames =
            [peer.frame(Opcode::Text, b"first"), peer.frame(Opcode::Text, &[b'x'; 100_000])].concat();
        let bytes = [HANDSHAKE.as_bytes(), &frames].concat();
        let cut = [bytes.len(), HANDSHAKE.len(), HANDSHAKE.len() + 3][index];
        peer.raw(&bytes[..cut]);
        peer.raw(&bytes[cut..]);
    }
    open.send_replace(true);
    for mut peer in peers {
        read_until(&mut peer.stream, "\r\n\r\n");
        assert_eq!(outcomes.recv_timeout(PATIENCE).expect("an outcome"), Ok(()));
        assert_eq!(peer.receive_text(), "first");
        assert_eq!(peer.receive_text().len(), 100_000);
    }
}

#[test]
fn a_handshake_that_is_wrong_is_refused_when_the_program_says_yes() {
    let (site, outcomes) = site(None);
    for (wrong, right, status, says) in [
        ("Sec-WebSocket-Version: 8\r\n", "Sec-WebSocket-Version: 13\r\n", "426", "version 13"),
        ("", "Sec-WebSocket-Version: 13\r\n", "426", "version 13"),
        ("", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "400", "Sec-WebSocket-Key"),
        (
            "Sec-WebSocket-Key: short\r\n",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            "400",
            "Sec-WebSocket-Key",
        ),
        ("POST", "GET", "400", "GET"),
        ("Connection: keep-alive\r\n", "Connection: keep-alive, Upgrade\r\n", "400", "Connection: Upgrade"),
        ("", "Upgrade: WebSocket\r\n", "400", "Upgrade: websocket"),
    ] {
        let mut stream = site.connect();
        stream.write_all(HANDSHAKE.replace(right, wrong).as_bytes()).expect("written");
        let (head, body) = read_response(&mut stream);
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{wrong:?}: {head}");
        assert_eq!(head.contains("sec-websocket-version: 13\r\n"), status == "426", "{head}");
        assert!(body.contains(says), "{body}");
        outcomes.recv_timeout(PATIENCE).expect("an outcome").expect_err("no socket");
    }
}

#[test]
fn the_program_may_refuse_by_itself() {
    let (site, _outcomes) = site(None);
    let mut stream = site.connect();
    for (handshake, offer) in [
        (HANDSHAKE.to_owned(), "Some(Ok(()))\n"),
        (HANDSHAKE.replace("13\r\n", "12\r\n"), "Some(Err(426))\n"),
        (HANDSHAKE.replace("Upgrade: WebSocket\r\n", ""), "None\n"),
    ] {
        stream.write_all(handshake.replace("/ws", "/refuses").as_bytes()).expect("written");
        let (head, body) = read_response(&mut stream);
        assert!(head.starts_with("HTTP/1.1 426 "), "{head}");
        assert_eq!(body, offer, "and the connection goes on");
    }
}

#[test]
fn a_client_that_leaves_before_the_answer_is_no_socket() {
    let (open, gate) = tokio::sync::watch::channel(false);
    let (site, outcomes) = site(Some(gate));
    let mut stream = site.connect();
    stream.write_all(HANDSHAKE.as_bytes()).expect("written");
    drop(stream);
    open.send_replace(true);
    // Either HTTP noticed first and the handler was dropped, or there is a socket, which then ends. In both cases the
    // server goes on, and nothing is left hanging when it stops.
    let mut next = site.connect();
    next.write_all(HANDSHAKE.as_bytes()).expect("written");
    read_until(&mut next, "\r\n\r\n");
    drop(site);
    assert!(outcomes.iter().count() <= 2);
}
