//! HTTP/2 with prior knowledge, spoken by hyper's client.

mod support;

use std::convert::Infallible;
use std::io::Write;
use std::time::Duration;

use bytes::Bytes;
use holdfast_edge::codec::{Opcode, Role};
use holdfast_edge::http::{Answer, Body};
use hyper::client::conn::http2::{self, SendRequest};
use hyper::http::{Method, Request};
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::site::{Site, read_to_end};
use support::{PATIENCE, Peer, Received};

async fn connect(site: &Site) -> SendRequest<Body> {
    let stream = tokio::net::TcpStream::connect(site.address).await.expect("loopback");
    let (sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::task::spawn_local(connection);
    sender
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async { tokio::time::timeout(PATIENCE, test).await.expect("in time") })
}

fn request(method: Method, uri: &str, body: Body) -> Request<Body> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri.parse().expect("a URL");
    request
}

async fn text(body: hyper::body::Incoming) -> String {
    let mut body = std::pin::pin!(body);
    let mut all = Vec::new();
    loop {
        let frame = std::future::poll_fn(|context| http_body::Body::poll_frame(body.as_mut(), context)).await;
        match frame {
            Some(frame) => all.extend_from_slice(&frame.expect("no error").into_data().unwrap_or_default()),
            None => return String::from_utf8(all).expect("text"),
        }
    }
}

#[test]
fn requests_share_a_connection() {
    let site = Site::start(
        |_| {},
        |_, incoming| {
            Box::pin(async move {
                let host =
                    incoming.head.header("host").map(|host| String::from_utf8_lossy(host).into_owned());
                let said = format!(
                    "{} {} {} {host:?} ",
                    incoming.head.method, incoming.head.url, incoming.head.version
                );
                let body = incoming.body.collect(1 << 20).await.expect("a whole body");
                Answer::Response {
                    status: 201,
                    status_text: Some("ignored".into()),
                    headers: vec![("connection".into(), b"close".to_vec())],
                    body: Body::full(said + &String::from_utf8_lossy(&body)),
                }
            })
        },
    );
    run(async {
        let mut sender = connect(&site).await;
        let (chunks, body) = Body::channel(1);
        let streamed = sender.send_request(request(Method::POST, "http://h/slow", body));
        let mut quick = sender.clone();
        let quick = quick
            .send_request(request(Method::GET, "http://h:1/quick?x", Body::empty()))
            .await
            .expect("a reply");
        assert_eq!(quick.status(), 201);
        assert_eq!(text(quick.into_body()).await, "GET http://h:1/quick?x HTTP/2 Some(\"h:1\") ");
        for word in ["a", "b"] {
            chunks.send(Bytes::from_static(word.as_bytes())).await.expect("read");
        }
        drop(chunks);
        let streamed = streamed.await.expect("a reply");
        assert_eq!(text(streamed.into_body()).await, "POST http://h/slow HTTP/2 Some(\"h\") ab");

        let mut giant = request(Method::GET, "http://h/", Body::empty());
        giant.headers_mut().insert("x", "x".repeat(200 * 1024).parse().expect("a value"));
        match sender.send_request(giant).await {
            Ok(refused) => assert_eq!(refused.status(), 431),
            Err(error) => panic!("{error:?}"),
        }
    });
}

#[test]
fn a_websocket_over_a_stream() {
    let site = Site::start(
        |_| {},
        |sockets, incoming| {
            let sockets = sockets.clone();
            Box::pin(async move {
                assert_eq!(incoming.head.method, "GET");
                assert_eq!(incoming.head.url, "http://h/chat");
                assert_eq!(incoming.head.header("upgrade"), Some(&b"websocket"[..]));
                assert_eq!(incoming.websocket.expect("an offer").check(), Ok(()));
                let then = Box::new(move |raw: std::io::Result<_>| {
                    sockets.adopt(raw.expect("a socket"), 1).expect("adopted");
                });
                Answer::Upgrade { headers: Vec::new(), then }
            })
        },
    );
    run(async {
        let mut sender = connect(&site).await;
        // The server's settings, which allow it, come with its first answer at the latest.
        let mut response = None;
        for _ in 0..1000 {
            let mut request = request(Method::CONNECT, "http://h/chat", Body::empty());
            request.extensions_mut().insert(hyper::ext::Protocol::from_static("websocket"));
            if let Ok(answer) = sender.send_request(request).await {
                response = Some(answer);
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let response = response.expect("extended CONNECT is allowed");
        assert_eq!(response.status(), 200);
        let upgraded = hyper::upgrade::on(response).await.expect("a stream");
        // A blocking peer on a thread of its own, copied to and from the stream.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let peer = std::thread::spawn(move || {
            let mut peer = Peer::new(std::net::TcpStream::connect(address).expect("loopback"), Role::Client);
            peer.text("over a stream");
            assert_eq!(peer.receive_text(), "over a stream");
            peer.send(Opcode::Close, b"\x03\xe8");
            assert_eq!(peer.receive(), Received::Close(Some(1000), String::new()));
            assert_eq!(peer.receive(), Received::End);
        });
        let (mut local, _) = listener.accept().await.expect("the peer");
        tokio::io::copy_bidirectional(&mut local, &mut TokioIo::new(upgraded)).await.expect("copied");
        peer.join().expect("no panic");
        Ok::<_, Infallible>(())
    })
    .expect("infallible");
}

#[test]
fn a_preface_that_turns_out_wrong() {
    let site = Site::start(|_| {}, |_, _| Box::pin(async { Answer::text(200, "served") }));
    for beginning in [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense"[..], b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"] {
        let mut stream = site.connect();
        stream.write_all(beginning).expect("written");
        // A connection error of HTTP/2, or a 400 or so: an end in any case.
        let end = read_to_end(&mut stream);
        assert!(!end.contains("served"), "{end}");
    }
    assert!(site.exchange(b"PROPFIND / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").contains("served"));
}
