//! The switchboard of one thread: connects the programs' WebSocket ends with connections and with each other, and
//! carries calls between the edge, the host of this thread and the other threads.
//!
//! The host calls it in the middle of a turn; nothing here calls back into the host then. What must be told to the
//! host waits in `local` until the turn is over.

mod passage;
mod pipes;
mod sockets;

use crate::dev::Watched;
use crate::report::Report;
use crate::thread::directory::{Directory, Post};
use holdfast_core::ends::{Ends, MESSAGE_OVERHEAD};
use holdfast_edge::client::Client;
use holdfast_edge::sockets::{SocketId, Sockets as Connections};
use holdfast_host::{Level, Log, Pulse, Sockets, WeakHost, World};
use holdfast_link::{CallId, Failure, Far, Message, ObjectAddress, Payload, Request, Response, Thread};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;

/// The owner of ends that only pass on what arrives.
pub(crate) const RELAY_OWNER: u32 = u32::MAX;

/// Connections with this bit in their tag are the far side of a relay.
const FAR_OF_RELAY: u64 = 1 << 63;

/// Calls with this bit in their number were made by the edge, the others by programs.
const EDGE_CALL: u32 = 1 << 31;

/// What waits at an end, or passes through a relay.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    Message(Payload),
    /// 1005 for a Close frame without a body, 1006 for none at all.
    Close(u16, String),
}

impl Frame {
    fn close_code(&self) -> Option<u16> {
        match self {
            Frame::Message(_) => None,
            Frame::Close(code, _) => Some(*code),
        }
    }

    /// What it counts against the bounds on what waits.
    fn size(&self) -> usize {
        match self {
            Frame::Message(payload) => payload.len() + MESSAGE_OVERHEAD,
            Frame::Close(_, reason) => reason.len(),
        }
    }
}

/// The switchboard; clones are the same one.
#[derive(Clone)]
pub(crate) struct Switch(pub(crate) Rc<Inner>);

pub(crate) struct Inner {
    pub(crate) thread: Thread,
    pub(crate) directory: Directory,
    pub(crate) report: Report,
    watched: Arc<Watched>,
    /// Names of the scripts, for the log.
    pub(crate) names: RefCell<Vec<String>>,
    pub(crate) connections: Connections,
    pub(crate) client: Client,
    /// Requests to the outside that have no answer yet.
    pub(crate) requests: Rc<RefCell<HashMap<CallId, AbortHandle>>>,
    pub(crate) host: OnceCell<WeakHost>,
    ends: RefCell<Ends<Far, Frame>>,
    /// Numbers of ends taken with `accept()`, by owner.
    accepted: RefCell<HashMap<u32, u32>>,
    /// Connections whose end is a relay: they were made by `fetch` and belong to whoever takes their far side.
    relays: RefCell<HashMap<u32, SocketId>>,
    auto_responses: RefCell<HashMap<u32, (String, String)>>,
    /// Owners that have things to send before any further automatic answer.
    waiting_answers: RefCell<HashSet<u32>>,
    /// When pipes were answered automatically; connections know it themselves.
    pipe_answered_at: RefCell<HashMap<u32, f64>>,
    local: RefCell<VecDeque<Post>>,
    pub(crate) bell: Notify,
    /// Rung by the store, from a thread of its own, when commits are durable.
    pub(crate) storage_bell: Arc<Notify>,
    edge_calls: RefCell<EdgeCalls>,
    is_working: Cell<bool>,
    /// Work was done since the engine's own run loop was last served.
    pub(crate) was_active: Cell<bool>,
    /// Rung when something is due earlier than the timer task believes.
    pub(crate) timer_bell: Notify,
    pub(crate) sleeping_until: Cell<Option<Instant>>,
}

#[derive(Default)]
struct EdgeCalls {
    waiting: HashMap<u32, oneshot::Sender<Result<Response, Failure>>>,
    last: u32,
}

impl Switch {
    pub(crate) fn new(
        thread: Thread,
        directory: Directory,
        report: Report,
        watched: Arc<Watched>,
        connections: Connections,
        client: Client,
    ) -> Switch {
        Switch(Rc::new(Inner {
            thread,
            directory,
            report,
            watched,
            names: RefCell::default(),
            connections,
            client,
            requests: Rc::default(),
            host: OnceCell::new(),
            ends: RefCell::default(),
            accepted: RefCell::default(),
            relays: RefCell::default(),
            auto_responses: RefCell::default(),
            waiting_answers: RefCell::default(),
            pipe_answered_at: RefCell::default(),
            local: RefCell::default(),
            bell: Notify::new(),
            storage_bell: Arc::default(),
            edge_calls: RefCell::default(),
            is_working: Cell::new(false),
            was_active: Cell::new(true),
            timer_bell: Notify::new(),
            sleeping_until: Cell::new(None),
        }))
    }

    /// Takes the names of the scripts, for the log.
    pub(crate) fn name_scripts(&self, names: Vec<String>) {
        *self.0.names.borrow_mut() = names;
    }

    // ---- calls ----------------------------------------------------------------------------------------------

    /// Enters a call of the edge; its answer arrives through `answer`.
    pub(crate) fn edge_call(&self, answer: oneshot::Sender<Result<Response, Failure>>) -> CallId {
        let mut calls = self.0.edge_calls.borrow_mut();
        calls.last = (calls.last + 1) & !EDGE_CALL;
        let number = calls.last;
        calls.waiting.insert(number, answer);
        CallId { thread: self.0.thread, index: number | EDGE_CALL, generation: 0 }
    }

    /// The client of an edge call is gone.
    pub(crate) fn forget_call(&self, call: CallId) {
        self.0.edge_calls.borrow_mut().waiting.remove(&(call.index & !EDGE_CALL));
    }

    fn answered(&self, call: CallId, outcome: Result<Response, Failure>) {
        if call.index & EDGE_CALL == 0 {
            if let Some(host) = self.host() {
                host.answered(call, outcome);
            }
            return;
        }
        let waiting = self.0.edge_calls.borrow_mut().waiting.remove(&(call.index & !EDGE_CALL));
        let unheard = match waiting {
            Some(waiting) => waiting.send(outcome).err(),
            None => Some(outcome),
        };
        if let Some(unheard) = unheard {
            self.drop_response(unheard);
        }
    }

    /// Nobody takes this response: a WebSocket it would have handed over is gone.
    fn drop_response(&self, outcome: Result<Response, Failure>) {
        if let Ok(Response { websocket: Some(end), .. }) = outcome {
            let (code, reason) = (1006, gone_reason());
            self.post(end.thread, Message::Close { end, code, reason });
        }
    }

    // ---- the thread's work ----------------------------------------------------------------------------------

    /// Does `work`, then everything that follows from it on this thread, then lets the connections write.
    pub(crate) fn work(&self, work: impl FnOnce(&Switch)) {
        if self.0.is_working.replace(true) {
            return work(self);
        }
        work(self);
        loop {
            let next = self.0.local.borrow_mut().pop_front();
            let Some(post) = next else { break };
            self.carry_out(post);
        }
        self.0.is_working.set(false);
        self.0.connections.flush();
        self.0.was_active.set(true);
        let deadline = self.host().and_then(|host| host.deadline());
        if deadline.is_some_and(|deadline| self.0.sleeping_until.get().is_none_or(|until| deadline < until)) {
            self.0.timer_bell.notify_one();
        }
    }

    /// Takes in something another thread sent, or that waited for the end of a turn.
    pub(crate) fn carry_out(&self, post: Post) {
        match post {
            Post::Link(Message::Call { call, target, request }) => {
                if let Some(host) = self.host() {
                    host.call(call, target, request);
                }
            }
            Post::Link(Message::Left { call, script }) => {
                if let Some(host) = self.host() {
                    host.client_left(call, script);
                }
            }
            Post::Link(Message::Invoke { call, callee, invocation }) => {
                if let Some(host) = self.host() {
                    host.invoke(call, callee, invocation);
                }
            }
            Post::Link(Message::Returned { call, returned }) => {
                if let Some(host) = self.host() {
                    host.returned(call, returned);
                }
            }
            Post::Link(Message::Released { export }) => {
                if let Some(host) = self.host() {
                    host.released(export);
                }
            }
            Post::Link(Message::Broken { namespace, id, failure }) => {
                if let Some(host) = self.host() {
                    host.broken(namespace, id, failure);
                }
            }
            Post::Link(Message::Scheduled { call, script, entry, scheduled_ms, cron }) => {
                if let Some(host) = self.host() {
                    host.scheduled(call, script, entry, scheduled_ms, cron);
                }
            }
            Post::Link(Message::Order { call, order }) => {
                if let Some(host) = self.host() {
                    host.obey(call, order);
                }
            }
            Post::Link(Message::Answer { call, outcome }) => self.answered(call, outcome),
            Post::Link(Message::Frame { end, payload }) => self.arrive(end, Frame::Message(payload)),
            Post::Link(Message::Close { end, code, reason }) => self.arrive(end, Frame::Close(code, reason)),
            Post::Link(Message::Taken { end, bytes }) => self.landed(end, bytes),
            Post::Link(Message::Join { end, far }) => self.join(end, Far::Program(far)),
            Post::Adopt { end, socket } => self.adopt(end, socket),
            Post::Replay { end } => self.replay(end),
            Post::Task(task) => task(self),
        }
    }

    /// Queues work for this thread, after what is being done now.
    pub(crate) fn queue(&self, post: Post) {
        self.0.local.borrow_mut().push_back(post);
        self.settled();
    }

    pub(crate) fn host(&self) -> Option<holdfast_host::Host> {
        self.0.host.get().and_then(WeakHost::upgrade)
    }
}

pub(crate) fn gone_reason() -> String {
    holdfast_edge::sockets::GONE_REASON.to_owned()
}

fn now_ms() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    since.as_secs_f64() * 1000.0
}

impl World for Switch {
    fn post(&self, to: Thread, message: Message) {
        if to == self.0.thread {
            self.queue(Post::Link(message));
        } else {
            self.0.directory.send(to, Post::Link(message));
        }
    }

    fn fetch(&self, call: CallId, request: Request) {
        crate::thread::outside::fetch(self, call, request);
    }

    fn cancel(&self, call: CallId) {
        // A call to an object goes on: its answer will find nobody waiting.
        if let Some(request) = self.0.requests.borrow_mut().remove(&call) {
            request.abort();
        }
    }

    fn connect(&self, end: u32, url: String, headers: holdfast_link::Headers) {
        crate::thread::outside::connect(self, self.identify(end), url, headers);
    }

    fn thread_count(&self) -> u16 {
        u16::try_from(self.0.directory.threads().count()).expect("fewer threads than 65,536")
    }

    fn worker_thread(&self) -> Thread {
        self.0.directory.worker_thread()
    }

    fn releaser(&self) -> holdfast_link::rpc::Releaser {
        let directory = self.0.directory.clone();
        Arc::new(move |export| directory.send(export.thread, Post::Link(Message::Released { export })))
    }

    fn thread_of(&self, address: &ObjectAddress) -> Thread {
        self.0.directory.thread_of(address)
    }

    fn log(&self, line: Log) {
        let level = match line.level {
            Level::Debug => crate::cli::LogLevel::Debug,
            Level::Info => crate::cli::LogLevel::Info,
            Level::Log => crate::cli::LogLevel::Log,
            Level::Warn => crate::cli::LogLevel::Warn,
            Level::Error => crate::cli::LogLevel::Error,
        };
        let names = self.0.names.borrow();
        let worker = names.get(line.script as usize).filter(|_| names.len() > 1);
        self.0.report.console(level, &line.text, &line.place, worker.map(String::as_str));
    }

    fn settled(&self) {
        if !self.0.is_working.get() {
            self.0.bell.notify_one();
        }
    }

    fn storage_waker(&self) -> holdfast_host::Waker {
        let bell = Arc::clone(&self.0.storage_bell);
        Arc::new(move || bell.notify_one())
    }

    fn pulse(&self) -> &Pulse {
        &self.0.watched.pulse
    }

    fn sockets(&self) -> &dyn Sockets {
        self
    }
}
