//! A thread that serves WebSockets through the table, and a blocking peer on the other end of a loopback connection.
//! The peer writes bytes as the test says; waits are bounded by its read timeout.
#![allow(dead_code, reason = "each test binary uses its own part of this")]

pub(crate) mod site;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use holdfast_edge::codec::deflate::Memory;
use holdfast_edge::codec::extension::Agreement;
use holdfast_edge::codec::{Decoder, Input, Item, Opcode, Role, encode};
use holdfast_edge::sockets::{Event, Limits, RawSocket, RawStream, SocketId, Sockets};

/// No wait of a test is longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

type Task = Box<dyn FnOnce(&Sockets) + Send>;

/// The serving thread.
pub(crate) struct Server {
    pub(crate) events: mpsc::Receiver<Event>,
    tasks: Option<tokio::sync::mpsc::UnboundedSender<Task>>,
    listener: TcpListener,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// `react` sees each event before the test does.
    pub(crate) fn start(limits: Limits, mut react: impl FnMut(&Sockets, &Event) + Send + 'static) -> Server {
        let (report, events) = mpsc::channel();
        let (tasks, mut inbox) = tokio::sync::mpsc::unbounded_channel::<Task>();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let sockets = Sockets::new(limits).expect("a poll set");
                let run = sockets.run(|batch| {
                    for event in batch.drain(..) {
                        react(&sockets, &event);
                        report.send(event).ok();
                    }
                });
                let serve = async {
                    while let Some(task) = inbox.recv().await {
                        task(&sockets);
                    }
                };
                tokio::select! { result = run => panic!("{result:?}"), () = serve => {} }
            });
        });
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        Server { events, tasks: Some(tasks), listener, thread: Some(thread) }
    }

    /// Sends every message back and answers every Close.
    pub(crate) fn echo(limits: Limits) -> Server {
        Server::start(limits, |sockets, event| match event {
            Event::Message { id, message, .. } => {
                sockets.taken(*id);
                sockets.send(*id, message.clone().into());
            }
            Event::Close { id, code, reason, .. } => sockets.close(*id, Some(*code), reason),
            Event::Failed { .. } => {}
        })
    }

    /// Does nothing of its own.
    pub(crate) fn silent(limits: Limits) -> Server {
        Server::start(limits, |_, _| {})
    }

    /// Runs `task` on the serving thread.
    pub(crate) fn with<R: Send + 'static>(&self, task: impl FnOnce(&Sockets) -> R + Send + 'static) -> R {
        let (result, done) = mpsc::sync_channel(1);
        let task: Task = Box::new(move |sockets| {
            result.send(task(sockets)).expect("the test waits");
        });
        self.tasks.as_ref().expect("running").send(task).unwrap_or_else(|_| panic!("the thread is gone"));
        done.recv_timeout(PATIENCE).expect("the thread answers")
    }

    /// A connection whose other end is in the table, as if `received` had come with the handshake.
    pub(crate) fn connect_with(&self, tag: u64, role: Role, received: &'static [u8]) -> (SocketId, Peer) {
        self.connect_as(tag, role, received, None)
    }

    /// A client's connection with compressed messages.
    pub(crate) fn connect_compressed(&self, tag: u64, agreement: Agreement) -> (SocketId, Peer) {
        self.connect_as(tag, Role::Server, b"", Some(agreement))
    }

    fn connect_as(
        &self,
        tag: u64,
        role: Role,
        received: &'static [u8],
        compression: Option<Agreement>,
    ) -> (SocketId, Peer) {
        let stream = TcpStream::connect(self.listener.local_addr().expect("bound")).expect("loopback");
        let (accepted, _) = self.listener.accept().expect("loopback");
        let raw = RawSocket {
            stream: RawStream::Tcp(accepted),
            received: received.into(),
            role,
            compression,
            permit: None,
        };
        let id = self.with(move |sockets| sockets.adopt(raw, tag).expect("adopted"));
        let role = if role == Role::Server { Role::Client } else { Role::Server };
        (id, Peer::new(stream, role))
    }

    /// A client's connection.
    pub(crate) fn connect(&self, tag: u64) -> (SocketId, Peer) {
        self.connect_with(tag, Role::Server, b"")
    }

    /// The next event.
    pub(crate) fn event(&self) -> Event {
        self.events.recv_timeout(PATIENCE).expect("an event")
    }

    /// The table is empty, or becomes so.
    pub(crate) fn expect_empty(&self) {
        let start = std::time::Instant::now();
        while self.with(|sockets| sockets.len()) > 0 {
            assert!(start.elapsed() < PATIENCE, "sockets stay in the table");
            std::thread::yield_now();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.tasks.take());
        let ended = self.thread.take().expect("dropped once").join();
        if !std::thread::panicking() {
            ended.expect("the serving thread did not panic");
        }
    }
}

/// What a peer received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    Text(String),
    Binary(Vec<u8>),
    /// A message whose frame says that it is compressed, as it came.
    Compressed(Opcode, Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<u16>, String),
    End,
    Reset,
}

/// The far end of a connection, blocking.
pub(crate) struct Peer {
    pub(crate) stream: TcpStream,
    role: Role,
    decoder: Decoder,
    bytes: Vec<u8>,
}

impl Peer {
    pub(crate) fn new(stream: TcpStream, role: Role) -> Peer {
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_nodelay(true).expect("no delay");
        let agreement = Agreement { window_bits: 15, sending: Memory::Forgets, receiving: Memory::Forgets };
        Peer { stream, role, decoder: Decoder::new(role, Some(agreement)), bytes: Vec::new() }
    }

    /// One frame, masked if we are the client.
    pub(crate) fn frame(&self, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        encode::frame(&mut out, opcode, payload, (self.role == Role::Client).then_some([1, 2, 3, 4]));
        out
    }

    pub(crate) fn send(&mut self, opcode: Opcode, payload: &[u8]) {
        let frame = self.frame(opcode, payload);
        self.stream.write_all(&frame).expect("written");
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.send(Opcode::Text, text.as_bytes());
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("written");
    }

    pub(crate) fn receive(&mut self) -> Received {
        loop {
            let mut input = Input::new(&mut self.bytes);
            let item =
                self.decoder.decode(&mut input, usize::MAX >> 1).expect("the server keeps to the protocol");
            let received = item.map(|item| match item {
                Item::Text(text) => Received::Text(text.into_owned()),
                Item::Binary(bytes) => Received::Binary(bytes.into_owned()),
                Item::Compressed { opcode, payload } => Received::Compressed(opcode, payload.into_owned()),
                Item::Ping(bytes) => Received::Ping(bytes.into_owned()),
                Item::Pong(bytes) => Received::Pong(bytes.into_owned()),
                Item::Close(None) => Received::Close(None, String::new()),
                Item::Close(Some(close)) => Received::Close(Some(close.code), close.reason),
            });
            let left = input.len();
            self.bytes.drain(..self.bytes.len() - left);
            if let Some(received) = received {
                return received;
            }
            let mut buffer = [0; 65536];
            match self.stream.read(&mut buffer) {
                Ok(0) => return Received::End,
                Ok(count) => self.bytes.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return Received::Reset,
                Err(error) => panic!("nothing came: {error}"),
            }
        }
    }

    pub(crate) fn receive_text(&mut self) -> String {
        match self.receive() {
            Received::Text(text) => text,
            other => panic!("not a text: {other:?}"),
        }
    }
}

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> usize {
        (self.next() % bound) as usize
    }
}
