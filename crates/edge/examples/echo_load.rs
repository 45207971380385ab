//! How much the edge costs by itself: echo, auto-response and broadcast over loopback, without any JavaScript.
//!
//! `cargo run --release -p holdfast-edge --example echo_load -- [sockets] [seconds]` serves on one thread of this
//! process and loads it from a child process. Pin them apart with `taskset` for figures worth comparing. The figure is
//! messages per second of the serving process's CPU time; a broadcast counts every copy.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use holdfast_edge::codec::Role;
use holdfast_edge::http::{Answer, Config, Stop, serve};
use holdfast_edge::sockets::{Event, Limits, Message, Outgoing, RawSocket, RawStream, SocketId, Sockets};
use rustix::time::{ClockId, clock_gettime};

const HANDSHAKE: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const MODES: [&str; 3] = ["echo", "auto-response", "broadcast"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, child, address, mode, sockets, seconds] = &arguments[..]
        && child == "load"
    {
        let address = address.parse().expect("an address");
        return load(address, mode, sockets.parse().expect("a count"), seconds.parse().expect("seconds"));
    }
    let sockets = arguments.get(1).map_or("50", |count| count);
    let seconds = arguments.get(2).map_or("3", |seconds| seconds);
    for mode in MODES {
        measure(mode, sockets, seconds);
    }
}

/// Serves until the child has finished.
fn measure(mode: &'static str, sockets: &str, seconds: &str) {
    let sockets = sockets.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    let (stop, stopping) = Stop::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut child = Command::new(std::env::current_exe().expect("a path"));
    child.args(["load", &address.to_string(), mode, &sockets, seconds]).stdout(Stdio::piped());
    let waiter = std::thread::spawn(move || {
        let mut child = child.spawn().expect("the load starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut line = || lines.next().expect("a line").expect("text");
        assert_eq!(line(), "open");
        let started = (Instant::now(), cpu());
        let messages: f64 = line().parse().expect("a figure");
        let (wall, cpu) = (started.0.elapsed().as_secs_f64(), (cpu() - started.1).as_secs_f64());
        child.wait().expect("the load ends");
        stop.stop();
        println!(
            "{mode:>14} {sockets:>6} sockets: {:>8.0} messages per CPU second ({cpu:.2} s of {wall:.2} s, {messages} messages)",
            messages / cpu
        );
    });
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let table = Sockets::new(Limits::default()).expect("a poll set");
        let echo = table.clone();
        let mut everybody: Vec<SocketId> = Vec::new();
        tokio::task::spawn_local(async move {
            echo.run(|batch| {
                for event in batch.drain(..) {
                    match event {
                        Event::Message { message, .. } if mode == "broadcast" => {
                            everybody = echo.ids();
                            echo.broadcast(everybody.iter().copied(), &message.into());
                        }
                        Event::Message { id, message, .. } => echo.send(id, message.into()),
                        Event::Close { id, code, .. } => echo.close(id, Some(code), ""),
                        Event::Failed { .. } => {}
                    }
                }
            })
            .await
        });
        let handler = move |_| {
            let table = table.clone();
            async move {
                let then = Box::new(move |raw: std::io::Result<RawSocket>| {
                    let id = table.adopt(raw.expect("a socket"), 0).expect("adopted");
                    table.join(id, 1);
                    if mode == "auto-response" {
                        table.set_auto_response(1, &payload(), &payload());
                    }
                });
                Answer::Upgrade { headers: Vec::new(), then }
            }
        };
        serve(listener, Config::default(), stopping, handler).await.expect("served");
    });
    waiter.join().expect("no panic");
}

/// 64 bytes of text.
fn payload() -> String {
    "0123456789abcdef".repeat(4)
}

/// One message in flight on each socket (broadcast: on one of them). Prints how many came back.
fn load(address: SocketAddr, mode: &str, count: usize, seconds: f64) {
    let streams: Vec<TcpStream> = (0..count).map(|_| open(address)).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let table = Sockets::new(Limits::default()).expect("a poll set");
    let broadcast = mode == "broadcast";
    println!("open");
    let received = runtime.block_on(async {
        let mut first = None;
        for stream in streams {
            let raw = RawSocket {
                stream: RawStream::Tcp(stream),
                received: Default::default(),
                role: Role::Client,
                compression: None,
                permit: None,
            };
            let id = table.adopt(raw, 0).expect("adopted");
            if first.is_none() || !broadcast {
                table.send(id, Outgoing::Text(payload()));
            }
            first.get_or_insert(id);
        }
        table.flush();
        let mut received = 0_u64;
        let run = table.run(|batch| {
            for event in batch.drain(..) {
                let Event::Message { id, message: Message::Text(text), .. } = event else {
                    panic!("{event:?}")
                };
                received += 1;
                if !broadcast || Some(id) == first {
                    table.send(id, Outgoing::Text(text));
                }
            }
        });
        let timed_out = tokio::time::timeout(Duration::from_secs_f64(seconds), run).await;
        assert!(timed_out.is_err(), "it runs until then");
        received
    });
    println!("{received}");
}

/// A socket past its handshake.
fn open(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("loopback");
    stream.write_all(HANDSHAKE).expect("written");
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("an answer");
        head.push(byte[0]);
    }
    stream
}

/// The CPU time of this process, without its children.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
