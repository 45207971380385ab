//! Requests and WebSockets to elsewhere: our own server, TLS servers, and a WebSocket implementation that is not ours.

mod support;

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc;

use holdfast_edge::client::{Client, Config, ErrorKind, Opening, Outgoing, Trust};
use holdfast_edge::http::{Answer, Body};
use holdfast_edge::sockets::{Event, Limits, Message, Sockets};
use holdfast_edge::{Compression, Windows};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use support::PATIENCE;
use support::site::Site;

/// Runs a test inside a `LocalSet`, for a bounded time.
fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async { tokio::time::timeout(PATIENCE, test).await.expect("in time") })
}

fn get(url: String) -> Outgoing {
    Outgoing { method: "GET".into(), url, headers: Vec::new(), body: Body::empty() }
}

async fn text(body: Body) -> String {
    String::from_utf8(body.collect(1 << 20).await.expect("a whole body").to_vec()).expect("text")
}

/// Echoes the body, and says what the request was in headers.
fn echo() -> Site {
    Site::start(
        |_| {},
        |_, incoming| {
            Box::pin(async move {
                let head = incoming.head;
                let status =
                    head.url.rsplit('/').next().and_then(|status| status.parse().ok()).unwrap_or(200);
                let seen = head
                    .headers
                    .iter()
                    .map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value)));
                let headers = vec![
                    ("x-request".to_owned(), format!("{} {}", head.method, head.url).into_bytes()),
                    ("x-headers".to_owned(), seen.collect::<Vec<_>>().join(";").into_bytes()),
                    ("location".to_owned(), b"/elsewhere".to_vec()),
                ];
                let status_text = (status == 299).then(|| "Odd".to_owned());
                Answer::Response { status, status_text, headers, body: incoming.body }
            })
        },
    )
}

#[test]
fn an_exchange_over_http() {
    let site = echo();
    run(async {
        let client = Client::new(Config::default());
        let headers = vec![
            ("x-mine".to_owned(), b"1".to_vec()),
            ("host".to_owned(), b"forged".to_vec()),
            ("cf-connecting-ip".to_owned(), b"6.6.6.6".to_vec()),
            ("connection".to_owned(), b"x-mine".to_vec()),
        ];
        let url = format!("http://{}/a?b#c", site.address);
        let reply =
            client.send(Outgoing { method: "POST".into(), url, headers, body: Body::full("hello") }).await;
        let reply = reply.expect("a reply");
        let header = |name: &str| {
            let found = reply.headers.iter().find(|(known, _)| known == name).expect("the header").1.clone();
            String::from_utf8(found).expect("text")
        };
        assert_eq!((reply.status, &*reply.status_text), (200, "OK"));
        assert_eq!(header("x-request"), format!("POST http://{}/a?b", site.address));
        let seen = header("x-headers");
        assert!(seen.contains("x-mine=1") && seen.contains("content-length=5"), "{seen}");
        assert!(!seen.contains("forged") && !seen.contains("6.6.6.6"), "{seen}");
        assert_eq!(text(reply.body).await, "hello");

        let reply = client.send(get(format!("http://{}/302", site.address))).await.expect("a reply");
        assert_eq!(reply.status, 302, "redirects are the caller's");
        let reply = client.send(get(format!("http://{}/299", site.address))).await.expect("a reply");
        assert_eq!((reply.status, &*reply.status_text), (299, "Odd"));
    });
}

#[test]
fn bodies_stream_both_ways_at_once() {
    let site = echo();
    run(async {
        let client = Client::new(Config::default());
        let (sender, body) = Body::channel(1);
        let url = format!("http://{}/", site.address);
        let exchange = client.send(Outgoing { method: "POST".into(), url, headers: Vec::new(), body });
        let (reply, ()) = tokio::join!(exchange, async {
            sender.send("first".into()).await.expect("read");
        });
        let mut body = reply.expect("a reply").body;
        assert_eq!(body.next().await.expect("a chunk").expect("no error"), "first");
        sender.send("second".into()).await.expect("read");
        assert_eq!(body.next().await.expect("a chunk").expect("no error"), "second");
        drop(sender);
        assert!(body.next().await.is_none());
    });
}

#[test]
fn connections_are_used_again() {
    let site = Site::simple(|incoming| Answer::Response {
        status: 200,
        status_text: None,
        headers: Vec::new(),
        body: Body::full(incoming.peer.to_string()),
    });
    run(async {
        let client = Client::new(Config::default());
        let mut peers = std::collections::HashSet::new();
        for _ in 0..5 {
            let reply = client.send(get(format!("http://{}/", site.address))).await.expect("a reply");
            peers.insert(text(reply.body).await);
            // The connection goes back to the pool in its own task.
            tokio::task::yield_now().await;
        }
        assert!(peers.len() < 5, "{peers:?}");
    });
}

#[test]
fn what_goes_wrong_is_said() {
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    let cutter = TcpListener::bind("127.0.0.1:0").expect("a port");
    let cutter_address = cutter.local_addr().expect("bound");
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = cutter.accept() {
            let mut ignored = [0; 1024];
            let _cut = stream.read(&mut ignored);
        }
    });
    run(async {
        let client = Client::new(Config::default());
        for (url, kind) in [
            (format!("http://{nobody}/"), ErrorKind::Connect),
            (format!("http://{cutter_address}/"), ErrorKind::Lost),
            ("ftp://a/".to_owned(), ErrorKind::InvalidUrl),
            ("nonsense".to_owned(), ErrorKind::InvalidUrl),
        ] {
            let error = client.send(get(url.clone())).await.expect_err("no reply");
            assert_eq!(error.kind(), kind, "{url}: {error}");
            let error = client.websocket(&url, Vec::new()).await.expect_err("no reply");
            assert_eq!(error.kind(), kind, "{url}: {error}");
        }
        let bad = Outgoing { headers: vec![("bad name".into(), Vec::new())], ..get("http://a/".into()) };
        assert_eq!(client.send(bad).await.expect_err("no request").kind(), ErrorKind::InvalidRequest);
    });
}

/// A certificate for `localhost`, and what a server needs to prove it.
fn certificate() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    (made.cert.der().clone(), key)
}

/// A TLS listener whose connections `serve` gets, on a thread of its own.
fn tls_server<F: Future<Output = ()> + 'static>(
    alpn: &[&[u8]],
    serve: impl Fn(tokio_rustls::server::TlsStream<tokio::net::TcpStream>) -> F + Send + 'static,
) -> (SocketAddr, Client) {
    let (certificate, key) = certificate();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.expect("versions").with_no_client_auth();
    let mut config = builder.with_single_cert(vec![certificate.clone()], key).expect("a certificate");
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        tokio::task::LocalSet::new().block_on(&runtime, async {
            listener.set_nonblocking(true).expect("a switch");
            let listener = tokio::net::TcpListener::from_std(listener).expect("watched");
            let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(stream) = acceptor.accept(stream).await {
                    tokio::task::spawn_local(serve(stream));
                }
            }
        });
    });
    (address, Client::new(Config { trust: Trust::Only(vec![certificate]), ..Config::default() }))
}

async fn serve_hyper(stream: tokio_rustls::server::TlsStream<tokio::net::TcpStream>) {
    let service = hyper::service::service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
        let said = format!("{:?} {}", request.version(), request.uri());
        Ok::<_, Infallible>(hyper::Response::new(Body::full(said)))
    });
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let _ended = builder.serve_connection(TokioIo::new(stream), service).await;
    } else {
        let builder = hyper::server::conn::http1::Builder::new();
        let _ended = builder.serve_connection(TokioIo::new(stream), service).await;
    }
}

#[test]
fn tls_and_http2() {
    for (alpn, version) in
        [(&[&b"h2"[..], b"http/1.1"][..], "HTTP/2.0"), (&[b"http/1.1"], "HTTP/1.1"), (&[], "HTTP/1.1")]
    {
        let (address, client) = tls_server(alpn, serve_hyper);
        run(async {
            let url = format!("https://localhost:{}/x", address.port());
            let reply = client.send(get(url.clone())).await.expect("a reply");
            let said = text(reply.body).await;
            assert!(said.starts_with(version) && said.ends_with("/x"), "{said}");
            // A stranger's certificate, and a name it is not for.
            let wary = Client::new(Config { trust: Trust::Only(vec![certificate().0]), ..Config::default() });
            let error = wary.send(get(url)).await.expect_err("no trust");
            assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
            let error = client.send(get(format!("https://{address}/"))).await.expect_err("another name");
            assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        });
    }
}

/// Says a text and a close through the socket and returns what came back.
async fn converse(opening: Opening) -> Vec<Event> {
    let Opening::Open { socket, reply } = opening else { panic!("refused: {opening:?}") };
    assert_eq!(reply.status, 101);
    let sockets = Sockets::new(Limits::default()).expect("a poll set");
    let id = sockets.adopt(socket, 5).expect("adopted");
    sockets.send(id, holdfast_edge::sockets::Outgoing::Text("x".repeat(100_000)));
    sockets.send(id, holdfast_edge::sockets::Outgoing::Binary(vec![1, 2, 3].into()));
    sockets.flush();
    let (events, mut all) = tokio::sync::mpsc::unbounded_channel();
    let run = sockets.run(|batch| {
        for event in batch.drain(..) {
            if matches!(event, Event::Message { message: Message::Binary(_), .. }) {
                sockets.close(id, Some(4001), "enough");
            }
            events.send(event).expect("it is read");
        }
    });
    let mut seen = Vec::new();
    let read = async {
        while let Some(event) = all.recv().await {
            let last = matches!(event, Event::Close { .. });
            seen.push(event);
            if last {
                break;
            }
        }
    };
    tokio::select! { result = run => panic!("{result:?}"), () = read => {} }
    seen
}

fn check_conversation(events: &[Event]) {
    let [Event::Message { message: Message::Text(text), tag: 5, .. }, Event::Message { message, .. }, close] =
        events
    else {
        panic!("{events:?}")
    };
    assert_eq!(text.len(), 100_000);
    assert_eq!(*message, Message::Binary(vec![1, 2, 3]));
    assert!(matches!(close, Event::Close { code: 4001, clean: true, .. }), "{close:?}");
}

#[test]
fn a_websocket_to_our_own_server() {
    let site = Site::start(
        |_| {},
        |sockets, incoming| {
            let sockets = sockets.clone();
            Box::pin(async move {
                if incoming.head.url.ends_with("/no") {
                    return Answer::text(403, "not you");
                }
                let then = Box::new(move |raw: std::io::Result<_>| {
                    sockets.adopt(raw.expect("a socket"), 1).expect("adopted");
                });
                let protocols = incoming.head.header("sec-websocket-protocol").expect("offered").to_vec();
                let mut headers = vec![("sec-websocket-protocol".into(), protocols)];
                // As the platform does: what the client offers is what the program wants.
                let offered = incoming.head.header("sec-websocket-extensions");
                headers.extend(offered.map(|offers| ("sec-websocket-extensions".into(), offers.to_vec())));
                Answer::Upgrade { headers, then }
            })
        },
    );
    run(async {
        let client = Client::new(Config::default());
        let headers = vec![("Sec-WebSocket-Protocol".to_owned(), b"chat".to_vec())];
        let opening =
            client.websocket(&format!("ws://{}/", site.address), headers).await.expect("an opening");
        let Opening::Open { reply, .. } = &opening else { panic!("{opening:?}") };
        assert!(reply.headers.contains(&("sec-websocket-protocol".to_owned(), b"chat".to_vec())));
        check_conversation(&converse(opening).await);
        for (compression, agreed) in [
            (
                Compression::Stateless,
                Some("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
            ),
            // The server has its own wishes.
            (
                Compression::Takeover(Windows::within(Windows::BYTES)),
                Some("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
            ),
            (Compression::Off, None),
        ] {
            let client = Client::new(Config { compression, ..Config::default() });
            let headers =
                [("Sec-WebSocket-Protocol", "chat"), ("Sec-WebSocket-Extensions", "permessage-deflate")]
                    .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
            let url = format!("ws://{}/", site.address);
            let opening = client.websocket(&url, headers.to_vec()).await.expect("an opening");
            let Opening::Open { reply, socket } = &opening else { panic!("{opening:?}") };
            let said = reply.headers.iter().find(|(name, _)| name == "sec-websocket-extensions");
            assert_eq!(said.map(|(_, value)| &value[..]), agreed.map(str::as_bytes));
            assert_eq!(socket.compression.is_some(), agreed.is_some());
            check_conversation(&converse(opening).await);
        }
        let refused =
            client.websocket(&format!("http://{}/no", site.address), Vec::new()).await.expect("an answer");
        let Opening::Refused(reply) = refused else { panic!("{refused:?}") };
        assert_eq!((reply.status, &*text(reply.body).await), (403, "not you\n"));
    });
}

#[test]
fn a_websocket_over_tls_to_another_implementation() {
    use futures_util::{SinkExt, StreamExt};
    let (address, client) = tls_server(&[], |stream| async move {
        let mut socket = tokio_tungstenite::accept_async(stream).await.expect("a handshake");
        while let Some(Ok(message)) = socket.next().await {
            if message.is_text() || message.is_binary() {
                socket.send(message).await.expect("sent");
            }
        }
    });
    run(async {
        let url = format!("wss://localhost:{}/", address.port());
        check_conversation(&converse(client.websocket(&url, Vec::new()).await.expect("an opening")).await);
    });
}

#[test]
fn another_implementation_to_our_server() {
    use futures_util::{SinkExt, StreamExt};
    let site = Site::start(
        |_| {},
        |sockets, _| {
            let sockets = sockets.clone();
            Box::pin(async move {
                let then = Box::new(move |raw: std::io::Result<_>| {
                    sockets.adopt(raw.expect("a socket"), 1).expect("adopted");
                });
                Answer::Upgrade { headers: Vec::new(), then }
            })
        },
    );
    run(async {
        let (mut socket, _) =
            tokio_tungstenite::connect_async(format!("ws://{}/", site.address)).await.expect("open");
        for length in [0, 125, 126, 65_535, 65_536, 1_000_000] {
            let text = tokio_tungstenite::tungstenite::Message::text("x".repeat(length));
            socket.send(text.clone()).await.expect("sent");
            assert_eq!(socket.next().await.expect("open").expect("valid"), text);
        }
        socket.close(None).await.expect("closed");
        assert!(socket.next().await.expect("the close").expect("valid").is_close());
        assert!(socket.next().await.is_none());
    });
}

#[test]
fn a_wrong_handshake_is_not_a_socket() {
    for (answer, says) in [
        (
            "HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n",
            "Accept",
        ),
        ("HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n", "Upgrade: websocket"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let (done, finished) = mpsc::channel::<()>();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut ignored = [0; 4096];
            let _request = stream.read(&mut ignored).expect("a request");
            stream.write_all(answer.as_bytes()).expect("answered");
            let _until_the_end = finished.recv();
        });
        run(async {
            let client = Client::new(Config::default());
            let error =
                client.websocket(&format!("ws://{address}/"), Vec::new()).await.expect_err("no socket");
            assert_eq!(error.kind(), ErrorKind::Handshake);
            assert!(error.to_string().contains(says), "{error}");
        });
        drop(done);
    }
}
