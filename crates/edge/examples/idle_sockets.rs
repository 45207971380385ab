//! What an idle WebSocket costs in user memory.
//!
//! `cargo run --release -p holdfast-edge --example idle_sockets -- [sockets]` opens that many from child processes,
//! each with one message echoed first, and prints how much this process grew.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use holdfast_edge::http::{Answer, Config, Stop, raise_descriptor_limit, serve};
use holdfast_edge::sockets::{Event, Limits, RawSocket, Sockets};

const HANDSHAKE: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x82\0\0\0\0hi";
/// Sockets of one child.
const PER_CHILD: usize = 5000;

fn main() {
    raise_descriptor_limit().expect("the limit can be raised to its maximum");
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, child, address, count] = &arguments[..]
        && child == "hold"
    {
        return hold(address.parse().expect("an address"), count.parse().expect("a count"));
    }
    let count: usize = arguments.get(1).map_or(10_000, |count| count.parse().expect("a count"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    let (stop, stopping) = Stop::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, async move {
        let table = Sockets::new(Limits::default()).expect("a poll set");
        let echo = table.clone();
        tokio::task::spawn_local(async move {
            echo.run(|batch| {
                for event in batch.drain(..) {
                    if let Event::Message { id, message, .. } = event {
                        echo.send(id, message.into());
                    }
                }
            })
            .await
        });
        let adopting = table.clone();
        let handler = move |_| {
            let table = adopting.clone();
            async move {
                let then = Box::new(move |raw: std::io::Result<RawSocket>| {
                    table.adopt(raw.expect("a socket"), 0).expect("adopted");
                });
                Answer::Upgrade { headers: Vec::new(), then }
            }
        };
        let server =
            tokio::task::spawn_local(
                async move { serve(listener, Config::default(), stopping, handler).await },
            );
        // Warm: what the first connections allocate for good is not the price of the next ones.
        let warm_up = settle(&table, address, 200).await;
        let before = anonymous_kilobytes();
        let children = settle(&table, address, count).await;
        let after = anonymous_kilobytes();
        println!(
            "{count} idle sockets: {:.0} bytes of user memory each ({before} kB before, {after} kB after)",
            (after as f64 - before as f64) * 1024.0 / count as f64
        );
        for mut child in warm_up.into_iter().chain(children) {
            drop(child.stdin.take());
            child.wait().expect("it ends");
        }
        stop.stop();
        server.await.expect("no panic").expect("served");
    });
}

/// Opens `count` more sockets from children and waits until each has had its message back.
async fn settle(table: &Sockets, address: SocketAddr, count: usize) -> Vec<Child> {
    let before = table.len();
    let mut children = Vec::new();
    for first in (0..count).step_by(PER_CHILD) {
        let mut child = Command::new(std::env::current_exe().expect("a path"));
        child.args(["hold", &address.to_string(), &PER_CHILD.min(count - first).to_string()]);
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a child");
        let mut said = child.stdout.take().expect("piped");
        tokio::task::spawn_blocking(move || said.read_exact(&mut [0; 2]).expect("it holds them"))
            .await
            .expect("no panic");
        children.push(child);
    }
    assert_eq!(table.len(), before + count);
    children
}

/// Holds sockets until its standard input ends.
fn hold(address: SocketAddr, count: usize) {
    let sockets: Vec<TcpStream> = (0..count).map(|_| open(address)).collect();
    println!("ok");
    std::io::stdin().read_to_end(&mut Vec::new()).expect("an end");
    drop(sockets);
}

fn open(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("loopback");
    stream.write_all(HANDSHAKE).expect("written");
    let mut all = Vec::new();
    let mut buffer = [0; 1024];
    while !all.ends_with(b"\x81\x02hi") {
        let count = stream.read(&mut buffer).expect("an answer");
        assert!(count > 0, "the server ended the connection: {}", String::from_utf8_lossy(&all));
        all.extend_from_slice(&buffer[..count]);
    }
    stream
}

fn anonymous_kilobytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).expect("a figure");
    line.split_whitespace().nth(1).and_then(|figure| figure.parse().ok()).expect("a figure")
}
