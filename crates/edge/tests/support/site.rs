//! An HTTP server on a thread of its own, and plain blocking exchanges with it.
#![allow(dead_code, reason = "each test binary uses its own part of this")]

use std::future::Future;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::mpsc;

use holdfast_edge::http::{Answer, Config, Incoming, Stop, serve};
use holdfast_edge::sockets::{Event, Limits, Sockets};

use super::PATIENCE;

pub(crate) type Handled = Pin<Box<dyn Future<Output = Answer>>>;

/// A running server; stops when dropped.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) notices: mpsc::Receiver<String>,
    stop: Option<Stop>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Site {
    /// `configure` and `handler` run on the server's thread, whose WebSockets `handler` may use; they echo.
    pub(crate) fn start(
        configure: impl FnOnce(&mut Config) + Send + 'static,
        handler: impl Fn(&Sockets, Incoming) -> Handled + Send + 'static,
    ) -> Site {
        Site::on(TcpListener::bind("127.0.0.1:0").expect("a port"), configure, handler)
    }

    /// The same on a listener that may be shared.
    pub(crate) fn on(
        listener: TcpListener,
        configure: impl FnOnce(&mut Config) + Send + 'static,
        handler: impl Fn(&Sockets, Incoming) -> Handled + Send + 'static,
    ) -> Site {
        let address = listener.local_addr().expect("bound");
        let (stop, stopping) = Stop::new();
        let (notice, notices) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            let local = tokio::task::LocalSet::new();
            local.block_on(&runtime, async {
                let notices: Rc<dyn Fn(holdfast_edge::http::Notice)> = Rc::new(move |said| {
                    notice.send(said.to_string()).ok();
                });
                let mut config = Config { notices, ..Config::default() };
                configure(&mut config);
                let sockets = Sockets::new(Limits::default()).expect("a poll set");
                let echo = sockets.clone();
                let run = tokio::task::spawn_local(async move {
                    echo.run(|batch| {
                        for event in batch.drain(..) {
                            match event {
                                Event::Message { id, message, .. } => echo.send(id, message.into()),
                                Event::Close { id, code, reason, .. } => echo.close(id, Some(code), &reason),
                                Event::Failed { .. } => {}
                            }
                        }
                    })
                    .await
                });
                let handler = move |incoming| handler(&sockets, incoming);
                serve(listener, config, stopping, handler).await.expect("it serves");
                run.abort();
            });
        });
        Site { address, notices, stop: Some(stop), thread: Some(thread) }
    }

    /// A server that answers with what `handler` makes of a request at once.
    pub(crate) fn simple(handler: impl Fn(&Incoming) -> Answer + Send + 'static) -> Site {
        Site::start(
            |_| {},
            move |_, incoming| {
                let answer = handler(&incoming);
                Box::pin(async move {
                    drop(incoming);
                    answer
                })
            },
        )
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("loopback");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream
    }

    /// Sends `request` on a connection of its own and reads until the server closes it.
    pub(crate) fn exchange(&self, request: &[u8]) -> String {
        let mut stream = self.connect();
        // A server that refuses may close before it has read everything.
        let _cut = stream.write_all(request);
        read_to_end(&mut stream)
    }

    /// Begins the shutdown.
    pub(crate) fn stop(&self) {
        self.stop.as_ref().expect("running").stop();
    }

    /// Ends the server and waits for it.
    pub(crate) fn join(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server did not panic");
        }
    }

    pub(crate) fn notice(&self) -> String {
        self.notices.recv_timeout(PATIENCE).expect("a notice")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.join();
        }
    }
}

/// Everything until the end; a reset counts as one.
pub(crate) fn read_to_end(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    match stream.read_to_end(&mut all) {
        Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => panic!("no end: {error}"),
        _ => String::from_utf8_lossy(&all).into_owned(),
    }
}

/// Reads one response with a Content-Length, or without a body: its head and its body.
pub(crate) fn read_response(stream: &mut TcpStream) -> (String, String) {
    let head = read_until(stream, "\r\n\r\n");
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).expect("a body");
    (head, String::from_utf8_lossy(&body).into_owned())
}

/// Reads up to and including `end`, and no further.
pub(crate) fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut all = Vec::new();
    let mut byte = [0];
    while !all.ends_with(end.as_bytes()) {
        let count = stream.read(&mut byte).expect("readable");
        assert!(count > 0, "the connection ended after {:?}", String::from_utf8_lossy(&all));
        all.push(byte[0]);
    }
    String::from_utf8_lossy(&all).into_owned()
}
