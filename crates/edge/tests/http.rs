//! Requests and answers over loopback connections.

mod support;

use std::io::Write;
use std::sync::mpsc;
use std::time::Duration;

use holdfast_edge::http::{Answer, Body, BodySender, Connections, Ending, Incoming};
use support::PATIENCE;
use support::site::{Handled, Site, read_response, read_to_end, read_until};

fn ok(body: impl Into<Body>) -> Answer {
    Answer::Response { status: 200, status_text: None, headers: Vec::new(), body: body.into() }
}

fn text(body: String) -> Answer {
    ok(Body::full(body))
}

/// Answers with what the request was.
fn describe(incoming: &Incoming) -> Answer {
    let head = &incoming.head;
    text(format!("{} {} {} {}", head.method, head.url, head.version, incoming.client))
}

#[test]
fn requests_of_a_connection_are_answered_in_turn() {
    let site = Site::simple(describe);
    let mut stream = site.connect();
    stream.write_all(b"GET /a?b=c HTTP/1.1\r\nHost: example.com:81\r\n\r\n").expect("written");
    let (head, body) = read_response(&mut stream);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert_eq!(body, "GET http://example.com:81/a?b=c HTTP/1.1 127.0.0.1");
    // Pipelined, byte by byte, and with an absolute target.
    let two =
        b"GET /1 HTTP/1.1\r\nhost: a\r\n\r\nPUT http://b/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    for byte in two {
        stream.write_all(&[*byte]).expect("written");
    }
    assert_eq!(read_response(&mut stream).1, "GET http://a/1 HTTP/1.1 127.0.0.1");
    assert_eq!(read_response(&mut stream).1, "PUT http://b/2 HTTP/1.1 127.0.0.1");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").expect("written");
    assert!(read_to_end(&mut stream).ends_with("GET http://a/ HTTP/1.1 127.0.0.1"));
}

#[test]
fn requests_that_make_no_sense() {
    let site = Site::simple(describe);
    for (request, status) in [
        (&b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"[..], "400"),
        (b"GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", "400"),
        (b"GET / HTTP/1.1\r\nHost: me@there\r\nConnection: close\r\n\r\n", "400"),
        (b"GET http://me@there/ HTTP/1.1\r\nHost: there\r\nConnection: close\r\n\r\n", "400"),
        (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "400"),
        (b"nonsense\r\n\r\n", "400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", "400"),
        (b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "200"),
        (b"GET / HTTP/1.0\r\n\r\n", "200"),
    ] {
        let response = site.exchange(request);
        assert!(
            response.get(9..12) == Some(status),
            "{:?} gave {response}",
            String::from_utf8_lossy(request)
        );
    }
}

#[test]
fn a_program_cannot_be_told_lies_about_the_client() {
    let site = Site::simple(|incoming| {
        let lines = incoming
            .head
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value)));
        text(lines.collect::<Vec<_>>().join("\n"))
    });
    let response = site.exchange(
        b"GET / HTTP/1.1\r\nHost: a\r\nB: 1\r\nA: 2\r\nCF-Connecting-IP: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.6\r\n\
        CF-Worker: x\r\nConnection: close\r\n\r\n",
    );
    assert!(!response.contains("6.6.6.6") && !response.contains("cf-worker"), "{response}");
    assert!(response.contains("cf-connecting-ip: 127.0.0.1\n"), "{response}");
    assert!(response.contains("b: 1\na: 2\n"), "the order is kept: {response}");
}

#[test]
fn what_an_answer_may_say() {
    let site = Site::simple(|incoming| {
        let header = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
        let (status, status_text, headers, body) = match incoming.head.url.rsplit('/').next() {
            Some("teapot") => (
                418,
                Some("Short and stout"),
                vec![header("Set-Cookie", "a"), header("set-cookie", "b")],
                "tea",
            ),
            Some("hop") => {
                (200, None, vec![header("transfer-encoding", "x"), header("connection", "x")], "hop")
            }
            Some("length") => (200, None, vec![header("content-length", "9999")], "four"),
            Some("nothing") => (204, None, vec![], "not sent"),
            Some("bad") => (200, None, vec![header("bad name", "x")], ""),
            _ => (200, None, vec![], "head"),
        };
        let status_text = status_text.map(str::to_owned);
        Answer::Response { status, status_text, headers, body: Body::full(body) }
    });
    let mut stream = site.connect();
    for (request, status_line, contains, body) in [
        ("GET /teapot", "HTTP/1.1 418 Short and stout\r\n", "set-cookie: a\r\nset-cookie: b\r\n", "tea"),
        ("GET /hop", "HTTP/1.1 200 OK\r\n", "content-length: 3\r\n", "hop"),
        ("GET /length", "HTTP/1.1 200 OK\r\n", "content-length: 4\r\n", "four"),
        ("GET /nothing", "HTTP/1.1 204 No Content\r\n", "date: ", ""),
        ("GET /bad", "HTTP/1.1 500 Internal Server Error\r\n", "text/plain", "Internal Server Error\n"),
    ] {
        stream.write_all(format!("{request} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).expect("written");
        let (head, got) = read_response(&mut stream);
        assert!(head.starts_with(status_line) && head.contains(contains), "{request}: {head}");
        assert!(!head.contains("transfer-encoding"), "{head}");
        assert_eq!(got, body, "{request}");
    }
    assert!(site.notice().contains("http://a/bad"));
    let head = site.exchange(b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert!(head.contains("content-length: 4\r\n") && head.ends_with("\r\n\r\n"), "{head}");
}

#[test]
fn bodies_stream_in() {
    let (report, chunks) = mpsc::channel();
    let site = Site::start(
        |_| {},
        move |_, mut incoming| {
            let report = report.clone();
            Box::pin(async move {
                let mut total = 0;
                while let Some(chunk) = incoming.body.next().await {
                    let chunk = chunk.expect("a whole body");
                    total += chunk.len();
                    report.send(String::from_utf8(chunk.to_vec()).expect("text")).expect("the test listens");
                }
                text(format!("{total} bytes"))
            })
        },
    );
    let mut stream = site.connect();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").expect("written");
    for word in ["first", "second", "third"] {
        stream.write_all(format!("{:x}\r\n{word}\r\n", word.len()).as_bytes()).expect("written");
        // It is there before the next is sent.
        assert_eq!(chunks.recv_timeout(PATIENCE).as_deref(), Ok(word));
    }
    stream.write_all(b"0\r\n\r\n").expect("written");
    assert_eq!(read_response(&mut stream).1, "16 bytes");
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        .expect("written");
    assert_eq!(read_until(&mut stream, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"four").expect("written");
    assert_eq!(read_response(&mut stream).1, "4 bytes");
}

#[test]
fn bodies_stream_out() {
    let (hand_over, senders) = mpsc::channel::<BodySender>();
    let site = Site::start(
        |_| {},
        move |_, incoming| {
            let (sender, body) = Body::channel(1);
            hand_over.send(sender).expect("the test listens");
            let body = if incoming.head.url.ends_with("/known") { body.with_length(11) } else { body };
            Box::pin(async move { ok(body) })
        },
    );
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let say =
        |sender: &BodySender, word: &'static str| runtime.block_on(sender.send(word.into())).expect("read");

    let mut stream = site.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("written");
    let sender = senders.recv_timeout(PATIENCE).expect("a request");
    let head = read_until(&mut stream, "\r\n\r\n");
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    for word in ["one", "two"] {
        say(&sender, word);
        assert_eq!(read_until(&mut stream, "\r\n"), "3\r\n");
        assert_eq!(read_until(&mut stream, "\r\n"), format!("{word}\r\n"));
    }
    drop(sender);
    assert_eq!(read_until(&mut stream, "\r\n\r\n"), "0\r\n\r\n");

    stream.write_all(b"GET /known HTTP/1.1\r\nHost: a\r\n\r\n").expect("written");
    let sender = senders.recv_timeout(PATIENCE).expect("a request");
    say(&sender, "hello ");
    say(&sender, "world");
    assert_eq!(read_response(&mut stream).1, "hello world");

    // A body that fails must not look like one that ended.
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("written");
    let sender = senders.recv_timeout(PATIENCE).expect("a request");
    runtime.block_on(sender.fail(std::io::Error::other("broken")));
    assert!(!read_to_end(&mut stream).ends_with("0\r\n\r\n"));

    // Nobody reads any more.
    let mut stream = site.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("written");
    let sender = senders.recv_timeout(PATIENCE).expect("a request");
    drop(stream);
    runtime.block_on(sender.closed());
}

#[test]
fn a_reader_that_stops_stops_the_writer() {
    const CHUNKS: usize = 4000;
    let (report, progress) = mpsc::channel();
    let site = Site::start(
        |_| {},
        move |_, _| {
            let (sender, body) = Body::channel(1);
            let report = report.clone();
            tokio::task::spawn_local(async move {
                let mut sent = 0;
                let chunk = vec![b'x'; 65536];
                let patience = Duration::from_millis(300);
                while sent < CHUNKS
                    && tokio::time::timeout(patience, sender.send(chunk.clone().into())).await.is_ok()
                {
                    sent += 1;
                }
                report.send(sent).expect("the test listens");
            });
            Box::pin(async move { ok(body) })
        },
    );
    let mut stream = site.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("written");
    let sent = progress.recv_timeout(PATIENCE).expect("the writer stops");
    assert!(sent < CHUNKS, "everything was taken: {sent} chunks");
}

#[test]
fn a_handler_learns_how_it_ended() {
    let (report, endings) = mpsc::channel();
    let (begun, begins) = mpsc::channel();
    let site = Site::start(
        |_| {},
        move |_, incoming| {
            // A client that leaves at once may never be heard of.
            begun.send(()).expect("the test listens");
            let report = report.clone();
            let gone = incoming.gone;
            tokio::task::spawn_local(async move {
                report.send(gone.wait().await).expect("the test listens");
            });
            let url = incoming.head.url;
            let handled: Handled = Box::pin(async move {
                if url.ends_with("/wait") {
                    std::future::pending::<()>().await;
                }
                if url.ends_with("/stream") {
                    let (sender, body) = Body::channel(1);
                    tokio::task::spawn_local(async move {
                        sender.send("first".into()).await.ok();
                        sender.closed().await;
                    });
                    return ok(body);
                }
                if url.ends_with("/abort") {
                    return Answer::Abort;
                }
                text("done".into())
            });
            handled
        },
    );
    let ending = || endings.recv_timeout(PATIENCE).expect("an ending");
    let mut stream = site.connect();
    for request in ["GET /", "HEAD /"] {
        stream.write_all(format!("{request} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).expect("written");
        read_until(&mut stream, "\r\n\r\n");
        begins.recv_timeout(PATIENCE).expect("begun");
        assert_eq!(ending(), Ending::Answered);
        if request == "GET /" {
            read_until(&mut stream, "done");
        }
    }
    for path in ["/wait", "/stream"] {
        let mut stream = site.connect();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).expect("written");
        begins.recv_timeout(PATIENCE).expect("begun");
        if path == "/stream" {
            read_until(&mut stream, "first");
        }
        drop(stream);
        assert_eq!(ending(), Ending::Left, "{path}");
    }
    assert_eq!(site.exchange(b"GET /abort HTTP/1.1\r\nHost: a\r\n\r\n"), "");
    assert_eq!(ending(), Ending::Left);
}

#[test]
fn heads_that_are_too_large() {
    let site = Site::start(|_| {}, |_, incoming| Box::pin(async move { describe(&incoming) }));
    let giant = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(300 * 1024));
    assert!(site.exchange(giant.as_bytes()).starts_with("HTTP/1.1 431 "));
    let endless = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}", "x".repeat(300 * 1024));
    assert!(site.exchange(endless.as_bytes()).starts_with("HTTP/1.1 431 "));
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: 1\r\n".repeat(3000));
    assert!(site.exchange(many.as_bytes()).starts_with("HTTP/1.1 431 "));
    let large =
        format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\nConnection: close\r\n\r\n", "x".repeat(120 * 1024));
    assert!(site.exchange(large.as_bytes()).starts_with("HTTP/1.1 200 "));
}

#[test]
fn heads_that_are_too_slow() {
    let site = Site::start(
        |config| config.header_timeout = Duration::from_millis(80),
        |_, incoming| Box::pin(async move { describe(&incoming) }),
    );
    for beginning in ["", "P", "GET", "GET / HTTP/1.1\r\nHost: a\r\n", "PRI * HTTP/2.0\r\n"] {
        assert_eq!(site.exchange(beginning.as_bytes()), "", "{beginning:?}");
    }
}

#[test]
fn a_connection_too_many_is_told_so() {
    let connections = Connections::at_most(2);
    let counted = connections.clone();
    let site = Site::start(
        |config| config.connections = counted,
        |_, incoming| Box::pin(async move { describe(&incoming) }),
    );
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut open = [site.connect(), site.connect()];
    for stream in &mut open {
        stream.write_all(request).expect("written");
        read_response(stream);
    }
    for _ in 0..3 {
        let refused = site.exchange(request);
        assert!(refused.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{refused}");
    }
    assert!(site.notice().starts_with("refusing connections, 127.0.0.1:"));
    drop(open);
    let start = std::time::Instant::now();
    while connections.open() > 0 {
        assert!(start.elapsed() < PATIENCE, "the places are not given back");
        std::thread::yield_now();
    }
    let mut stream = site.connect();
    stream.write_all(request).expect("written");
    assert!(read_response(&mut stream).0.starts_with("HTTP/1.1 200 "));
    assert_eq!(site.notice(), "accepting connections again after refusing 3");
}

#[test]
fn while_one_thread_is_busy_the_others_let_clients_in() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let (begun, begins) = mpsc::channel();
    let sites: Vec<(Site, mpsc::Sender<()>)> = (0..2)
        .map(|_| {
            let begun = begun.clone();
            let (release, released) = mpsc::channel::<()>();
            let shared = listener.try_clone().expect("a descriptor");
            let site = Site::on(
                shared,
                |_| {},
                move |_, incoming| {
                    if incoming.head.url.ends_with("/loop") {
                        begun.send(()).expect("the test listens");
                        // As a program that loops: the thread does nothing else.
                        let _until_released = released.recv();
                    }
                    Box::pin(async { text("served".into()) })
                },
            );
            (site, release)
        })
        .collect();
    let mut looping = sites[0].0.connect();
    looping.write_all(b"GET /loop HTTP/1.1\r\nHost: a\r\n\r\n").expect("written");
    begins.recv_timeout(PATIENCE).expect("begun");
    for _ in 0..50 {
        let answer = sites[0].0.exchange(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assert!(answer.ends_with("served"), "{answer}");
    }
    for (_, release) in &sites {
        release.send(()).expect("the thread lives");
    }
    assert_eq!(read_response(&mut looping).1, "served");
}

#[test]
fn a_shutdown_finishes_what_was_begun() {
    let (begun, begins) = mpsc::channel();
    let (finish, finished) = tokio::sync::watch::channel(false);
    let mut site = Site::start(
        |_| {},
        move |_, incoming| {
            let (begun, mut finished) = (begun.clone(), finished.clone());
            Box::pin(async move {
                if incoming.head.url.ends_with("/slow") {
                    begun.send(()).expect("the test listens");
                    finished.wait_for(|finished| *finished).await.expect("the test says so");
                }
                describe(&incoming)
            })
        },
    );
    let mut idle = site.connect();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("written");
    read_response(&mut idle);
    let mut busy = site.connect();
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").expect("written");
    begins.recv_timeout(PATIENCE).expect("begun");
    site.stop();
    assert_eq!(read_to_end(&mut idle), "", "an idle connection ends");
    let start = std::time::Instant::now();
    while std::net::TcpStream::connect(site.address).is_ok() {
        assert!(start.elapsed() < PATIENCE, "the door stays open");
        std::thread::yield_now();
    }
    finish.send_replace(true);
    assert!(read_to_end(&mut busy).contains("GET http://a/slow"));
    site.join();
}

#[test]
fn a_shutdown_does_not_wait_forever() {
    let (begun, begins) = mpsc::channel();
    let mut site = Site::start(
        |config| config.grace = Duration::from_millis(20),
        move |_, _| {
            begun.send(()).expect("the test listens");
            Box::pin(std::future::pending())
        },
    );
    let mut stream = site.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("written");
    begins.recv_timeout(PATIENCE).expect("begun");
    site.stop();
    assert_eq!(site.notice(), "cut 1 connections that did not finish within the shutdown grace period");
    assert_eq!(read_to_end(&mut stream), "");
    site.join();
}
