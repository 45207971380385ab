//! The server's side of the socket: one thread, one request at a time.
//!
//! Promises that it ends when it is told to, whatever it waits for, that a client that says nothing keeps others waiting
//! for no longer than [`REQUEST_MAX`], and that SQL nobody waits for any more is ended.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use holdfast_core::id::ObjectId;
use holdfast_host::{Instance, Visit, Work};
use holdfast_link::ObjectAddress;
use holdfast_store::sql::Interrupt;
use holdfast_store::{Namespace, Store};

use super::perform::perform;
use super::protocol::{Complaint, Greeting, PROTOCOL, REQUEST_BYTES_MAX, Request};
use super::reach::Reach;
use super::socket::Place;
use crate::thread::{Directory, Post};

/// How long a client may take to say what it wants.
const REQUEST_MAX: Duration = Duration::from_secs(5);

/// How long a visit may take. An object takes its time to let a visitor in: a program may block it for half as long.
const VISIT_MAX: Duration = Duration::from_secs(60);

/// How often who waits for an object looks whether the server stops.
const LOOK: Duration = Duration::from_millis(100);

/// Answers `holdfast objects` for as long as it lives.
#[derive(Debug)]
pub(crate) struct Server {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    place: Place,
    store: Store,
    directory: Directory,
    is_stopping: AtomicBool,
}

impl Server {
    /// Starts to answer for a state folder that this process has.
    pub(crate) fn start(store: &Store, directory: &Directory) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            place: Place::new(store.root())?,
            store: store.clone(),
            directory: directory.clone(),
            is_stopping: AtomicBool::new(false),
        });
        let thread = {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name("objects".to_owned()).spawn(move || shared.serve())?
        };
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_stopping.store(true, Ordering::Release);
        self.shared.place.wake();
        if let Some(thread) = self.thread.take() {
            // One that panicked has said so.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn serve(&self) {
        while !self.is_stopping() {
            let Ok((stream, _)) = self.place.listener.accept() else {
                // As when no more files may be open: it passes.
                std::thread::sleep(LOOK);
                continue;
            };
            if !self.is_stopping() {
                // A client that went away needs no answer.
                let _ = self.answer(&stream);
            }
        }
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    fn answer(&self, mut stream: &UnixStream) -> io::Result<()> {
        stream.set_read_timeout(Some(REQUEST_MAX))?;
        stream.set_write_timeout(Some(REQUEST_MAX))?;
        let greeting = Greeting {
            holdfast: env!("CARGO_PKG_VERSION").to_owned(),
            protocol: PROTOCOL,
            process: std::process::id(),
        };
        stream.write_all(format!("{}\n", serde_json::to_string(&greeting)?).as_bytes())?;
        let mut line = String::new();
        BufReader::new(stream.take(REQUEST_BYTES_MAX)).read_line(&mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        let answer = match serde_json::from_str::<Request>(&line) {
            Ok(request) => perform(self, &request),
            Err(error) => Err(Complaint::new(format!("the server does not understand the request: {error}"))),
        };
        let mut text = match answer {
            Ok(answer) => serde_json::to_string(&answer)?,
            Err(complaint) => serde_json::to_string(&complaint)?,
        };
        text.push('\n');
        stream.write_all(text.as_bytes())
    }
}

impl Reach for Shared {
    fn store(&self) -> &Store {
        &self.store
    }

    fn visit(
        &self,
        namespace: &Namespace,
        id: ObjectId,
        instance: Instance,
        work: Work,
    ) -> Result<(), Complaint> {
        let (tell, told) = mpsc::channel();
        let is_late = Arc::new(AtomicBool::new(false));
        let work: Work = {
            let is_late = Arc::clone(&is_late);
            Box::new(move |object| {
                if is_late.load(Ordering::Acquire) {
                    // Whoever wanted it was told that it would not be done.
                    return Ok(None);
                }
                let _interrupt = Interrupt::when(Rc::new(move || is_late.load(Ordering::Acquire)));
                work(object)
            })
        };
        let address = ObjectAddress { namespace: 0, id: id.to_bytes(), name: None };
        let thread = self.directory.thread_of(&address);
        let namespace = namespace.clone();
        let task = move |switch: &crate::thread::Switch| {
            let Some(host) = switch.host() else { return };
            let done = tell.clone();
            let done = Box::new(move || {
                // Whoever asked may have given up.
                let _ = done.send(true);
            });
            if !host.visit(&namespace, id, Visit { instance, work, done }) {
                // Nobody waits who is not there.
                let _ = tell.send(false);
            }
        };
        self.directory.send(thread, Post::Task(Box::new(task)));
        let until = Instant::now() + VISIT_MAX;
        loop {
            match told.recv_timeout(LOOK) {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    return Err(Complaint::new("no program that is running has that class")
                        .help("stop the server, or start it with the Worker that exports the class"));
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    return Err(Complaint::new("the object was reset before it was done")
                        .help("look at the server's log, and try again"));
                }
                Err(mpsc::RecvTimeoutError::Timeout) if self.is_stopping() || Instant::now() > until => {
                    is_late.store(true, Ordering::Release);
                    return Err(Complaint::new("the object is too busy, or the server stops")
                        .help("try again; SQL that was begun is ended, anything else may still be done"));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
        }
    }
}
