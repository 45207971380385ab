//! The switchboard of one thread: connects the programs' WebSocket ends with connections and with each other, and
//! carries calls between the edge, the host of this thread and the other threads.
//!
//! The host calls it in the middle of a turn; nothing here calls back into the host then. What must be told to the
//! host waits in `local` until the turn is over.

use crate::report::Report;
use crate::thread::directory::{Directory, Post};
use holdfast_core::ends::{Ends, FarSide, Mode};
use holdfast_edge::client::Client;
use holdfast_edge::sockets::{SocketId, Sockets as Connections};
use holdfast_host::{Level, Log, Sockets, WeakHost, World};
use holdfast_link::{
    CallId, EndId, Failure, Far, Message, ObjectAddress, Payload, Request, Response, Thread,
};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::Instant;
use tokio::sync::{Notify, oneshot};

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

    fn len(&self) -> usize {
        match self {
            Frame::Message(payload) => payload.len(),
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
    /// Names of the scripts, for the log.
    pub(crate) names: RefCell<Vec<String>>,
    pub(crate) connections: Connections,
    pub(crate) client: Client,
    pub(crate) host: OnceCell<WeakHost>,
    ends: RefCell<Ends<Far, Frame>>,
    /// Numbers of ends taken with `accept()`, by owner.
    accepted: RefCell<HashMap<u32, u32>>,
    /// Connections whose end is a relay: they were made by `fetch` and belong to whoever takes their far side.
    relays: RefCell<HashMap<u32, SocketId>>,
    auto_responses: RefCell<HashMap<u32, (String, String)>>,
    /// When pipes were answered automatically; connections know it themselves.
    pipe_answered_at: RefCell<HashMap<u32, f64>>,
    local: RefCell<VecDeque<Post>>,
    pub(crate) bell: Notify,
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
        connections: Connections,
        client: Client,
    ) -> Switch {
        Switch(Rc::new(Inner {
            thread,
            directory,
            report,
            names: RefCell::default(),
            connections,
            client,
            host: OnceCell::new(),
            ends: RefCell::default(),
            accepted: RefCell::default(),
            relays: RefCell::default(),
            auto_responses: RefCell::default(),
            pipe_answered_at: RefCell::default(),
            local: RefCell::default(),
            bell: Notify::new(),
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
            Post::Link(Message::Answer { call, outcome }) => self.answered(call, outcome),
            Post::Link(Message::Frame { end, payload }) => self.arrive(end, Frame::Message(payload)),
            Post::Link(Message::Close { end, code, reason }) => self.arrive(end, Frame::Close(code, reason)),
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

    // ---- ends -----------------------------------------------------------------------------------------------

    /// A client's connection becomes the far side of `end`.
    fn adopt(&self, end: EndId, socket: holdfast_edge::sockets::RawSocket) {
        if !self.is_current(end) {
            // The program is done with it already: closing the connection says so.
            return;
        }
        // A relay has a connection already: this one is on its other side.
        let side = if self.0.relays.borrow().contains_key(&end.index) { FAR_OF_RELAY } else { 0 };
        match self.0.connections.adopt(socket, side | tag_of(end.index, end.generation)) {
            Ok(id) => self.join(end, Far::Connection(id.to_bits())),
            Err(error) => {
                self.0.report.note(&format!("cannot watch a new connection: {error}"));
                self.arrive(end, Frame::Close(1006, gone_reason()));
            }
        }
    }

    /// The far side of `end` is known now; what waited for it leaves.
    fn join(&self, end: EndId, far: Far) {
        if !self.is_current(end) {
            if let Far::Program(far) = far {
                let (code, reason) = (1006, gone_reason());
                self.post(far.thread, Message::Close { end: far, code, reason });
            }
            return;
        }
        let (waiting, group) = {
            let mut ends = self.0.ends.borrow_mut();
            let Some(entry) = ends.get_mut(end.index) else { return };
            if entry.far == FarSide::Gone {
                // Too much was sent to wait for it: without that, nothing of the rest makes sense.
                drop(ends);
                return self.forward(end.index, far, Frame::Close(1006, gone_reason()));
            }
            let group = (entry.mode == Mode::Held).then_some(entry.owner);
            (entry.join(far), group)
        };
        if let (Far::Connection(id), Some(group)) = (far, group) {
            self.0.connections.join(SocketId::from_bits(id), u64::from(group));
        }
        let is_over = waiting.last().is_some_and(|frame| frame.close_code() == Some(1006));
        for frame in waiting {
            self.forward(end.index, far, frame);
        }
        if is_over && self.owner(end.index) == Some(RELAY_OWNER) {
            self.relay_closed(end.index, |entry| entry.received_close = true);
        }
    }

    /// Sends a frame to a far side that is known.
    fn forward(&self, from: u32, far: Far, frame: Frame) {
        match (far, frame) {
            (Far::Connection(id), Frame::Message(payload)) => {
                self.0.connections.send(SocketId::from_bits(id), outgoing(payload));
            }
            (Far::Connection(id), Frame::Close(1006, _)) => {
                self.0.connections.abort(SocketId::from_bits(id));
                self.set_gone(from);
            }
            (Far::Connection(id), Frame::Close(code, reason)) => {
                self.0.connections.close(SocketId::from_bits(id), sendable(code), &reason);
            }
            (Far::Program(far), Frame::Message(payload)) => {
                self.post(far.thread, Message::Frame { end: far, payload });
            }
            (Far::Program(far), Frame::Close(code, reason)) => {
                self.post(far.thread, Message::Close { end: far, code, reason });
            }
            (Far::Nobody | Far::Gone, _) => {}
        }
    }

    /// Something arrived for an end from the program at its far side.
    fn arrive(&self, end: EndId, frame: Frame) {
        if !self.is_current(end) {
            return;
        }
        let relay = self.0.relays.borrow().get(&end.index).copied();
        if let Some(connection) = relay {
            let is_close = matches!(frame, Frame::Close(..));
            self.forward(end.index, Far::Connection(connection.to_bits()), frame);
            if is_close {
                self.relay_closed(end.index, |entry| entry.received_close = true);
            }
            return;
        }
        if let Frame::Message(Payload::Text(text)) = &frame
            && self.answer_pipe(end.index, text)
        {
            return;
        }
        self.take(end.index, frame);
    }

    /// Something arrived for an end of this thread: it is delivered, or waits until the end is accepted.
    fn take(&self, index: u32, frame: Frame) {
        let (owner, mode) = {
            let mut ends = self.0.ends.borrow_mut();
            let Some(entry) = ends.get_mut(index) else { return };
            if entry.holds_back() {
                if entry.far == FarSide::Gone {
                    return;
                }
                let size = frame.len();
                if entry.wait_for_accept(frame, size).is_err() {
                    drop(ends);
                    self.overflowed(index);
                }
                return;
            }
            if let Frame::Close(code, _) = &frame {
                if entry.received_close {
                    return;
                }
                entry.received_close = true;
                if *code == 1006 {
                    entry.far = FarSide::Gone;
                }
            }
            (entry.owner, entry.mode)
        };
        let Some(host) = self.host() else { return };
        let is_held = mode == Mode::Held;
        match frame {
            Frame::Message(payload) => host.message(index, owner, is_held, payload),
            Frame::Close(code, reason) => host.closed(index, owner, is_held, code, reason),
        }
    }

    /// More waits at an end than may: the connection or pipe is cut, which the program sees after what waits.
    fn overflowed(&self, index: u32) {
        self.0.report.note("a WebSocket was dropped: too many bytes waited for the program to accept it");
        let mut ends = self.0.ends.borrow_mut();
        let Some(entry) = ends.get_mut(index) else { return };
        // A Close is never too much to keep.
        let _ = entry.wait_for_accept(Frame::Close(1006, gone_reason()), 0);
        let far = std::mem::replace(&mut entry.far, FarSide::Gone);
        drop(ends);
        self.cut(&far);
    }

    /// Answers a pipe's text that matches its object's auto-response.
    fn answer_pipe(&self, index: u32, text: &str) -> bool {
        let owner = match self.0.ends.borrow().get(index) {
            Some(entry) if entry.mode == Mode::Held && !entry.sent_close => entry.owner,
            _ => return false,
        };
        let response = match self.0.auto_responses.borrow().get(&owner) {
            Some((request, response)) if request == text => response.clone(),
            _ => return false,
        };
        self.0.pipe_answered_at.borrow_mut().insert(index, now_ms());
        Sockets::send(self, &[index], Payload::Text(response));
        true
    }

    /// Delivers what arrived before the end was accepted.
    fn replay(&self, end: EndId) {
        if !self.is_current(end) {
            return;
        }
        let waiting = {
            let mut ends = self.0.ends.borrow_mut();
            ends.get_mut(end.index).map(holdfast_core::ends::End::take_incoming)
        };
        for frame in waiting.into_iter().flatten() {
            if self.is_current(end) {
                self.take(end.index, frame);
            }
        }
    }

    /// What the connections of this thread report.
    pub(crate) fn connection_event(&self, event: holdfast_edge::sockets::Event) {
        use holdfast_edge::sockets::{Cause, Event};
        match event {
            Event::Message { tag, message, .. } => {
                let payload = match message {
                    holdfast_edge::sockets::Message::Text(text) => Payload::Text(text),
                    holdfast_edge::sockets::Message::Binary(bytes) => Payload::Binary(bytes.into()),
                };
                self.arrived(tag, Frame::Message(payload));
            }
            Event::Failed { tag, error, .. } => self.broken(tag, error),
            Event::Close { tag, code, reason, cause, .. } => {
                if matches!(cause, Cause::SlowReader { .. } | Cause::Unanswered) {
                    let owner = self.end_of(tag).and_then(|end| self.owner(end)).unwrap_or(RELAY_OWNER);
                    let of = self.host().map(|host| host.name_of(owner)).unwrap_or_default();
                    self.0.report.note(&format!("a WebSocket of {of} was dropped: {cause}"));
                }
                self.arrived(tag, Frame::Close(code, reason));
            }
        }
    }

    /// The peer of a connection broke the protocol; that the connection is closed is reported next.
    fn broken(&self, tag: u64, error: &str) {
        let Some(index) = self.end_of(tag) else { return };
        let (owner, mode) = {
            let mut ends = self.0.ends.borrow_mut();
            let Some(entry) = ends.get_mut(index).filter(|entry| entry.owner != RELAY_OWNER) else { return };
            // The connection ends by itself, after the Close frame that says why.
            entry.far = FarSide::Gone;
            // The class of a held end hears of the error, and not of a Close as well.
            entry.received_close |= entry.mode == Mode::Held;
            (entry.owner, entry.mode)
        };
        if let (true, Some(host)) = (mode != Mode::Waiting, self.host()) {
            host.failed(index, owner, mode == Mode::Held, error.to_owned());
        }
    }

    fn arrived(&self, tag: u64, frame: Frame) {
        let Some(index) = self.end_of(tag) else { return };
        if tag & FAR_OF_RELAY != 0 {
            return self.arrive(self.identify(index), frame);
        }
        if self.0.relays.borrow().contains_key(&index) {
            return self.pass_on(index, frame);
        }
        self.take(index, frame);
    }

    /// Something arrived on the connection of a relay.
    fn pass_on(&self, index: u32, frame: Frame) {
        let closed = frame.close_code();
        let far = match self.0.ends.borrow_mut().get_mut(index) {
            None => return,
            Some(entry) => match &entry.far {
                FarSide::At(far) => Some(*far),
                FarSide::Gone => None,
                FarSide::Nobody => {
                    let size = frame.len();
                    if entry.wait_for_far(frame.clone(), size).is_err() {
                        // Whoever takes the far side finds it gone.
                        let _ = entry.wait_for_far(Frame::Close(1006, gone_reason()), 0);
                        entry.sent_close = true;
                        let relayed = self.0.relays.borrow().get(&index).copied();
                        if let Some(connection) = relayed {
                            self.0.connections.abort(connection);
                        }
                    }
                    None
                }
            },
        };
        if let Some(far) = far {
            self.forward(index, far, frame);
        }
        if let Some(code) = closed {
            // Nobody answers a connection that broke; but whoever takes the far side later must hear of it.
            let is_over = code == 1006 && far.is_some();
            self.relay_closed(index, |entry| {
                entry.sent_close = true;
                entry.received_close |= is_over;
            });
        }
    }

    /// One direction of a relay is closed; with both it is done.
    fn relay_closed(&self, index: u32, note: impl FnOnce(&mut holdfast_core::ends::End<Far, Frame>)) {
        let mut ends = self.0.ends.borrow_mut();
        let Some(entry) = ends.get_mut(index) else { return };
        note(entry);
        if entry.is_finished() {
            ends.remove(index);
            self.0.relays.borrow_mut().remove(&index);
        }
    }

    /// Enters a connection made by `fetch`: the answer is the end whose far side somebody may take.
    pub(crate) fn relay(&self, socket: holdfast_edge::sockets::RawSocket) -> std::io::Result<EndId> {
        let (index, generation) = self.0.ends.borrow_mut().enter(RELAY_OWNER);
        match self.0.connections.adopt(socket, tag_of(index, generation)) {
            Ok(id) => {
                self.0.relays.borrow_mut().insert(index, id);
                Ok(EndId { thread: self.0.thread, index, generation })
            }
            Err(error) => {
                self.0.ends.borrow_mut().remove(index);
                Err(error)
            }
        }
    }

    /// A client WebSocket of `end` is connected.
    pub(crate) fn connected(
        &self,
        end: EndId,
        socket: holdfast_edge::sockets::RawSocket,
        protocol: Option<String>,
    ) {
        let owner = self.owner(end.index);
        if !self.is_current(end) {
            return;
        }
        if let (Some(owner), Some(host)) = (owner, self.host()) {
            host.opened(end.index, owner, protocol);
        }
        self.adopt(end, socket);
    }

    /// A client WebSocket of `end` could not be connected.
    pub(crate) fn not_connected(&self, end: EndId, message: String) {
        if let (true, Some(owner), Some(host)) = (self.is_current(end), self.owner(end.index), self.host()) {
            host.connect_failed(end.index, owner, message);
        }
    }

    /// The end a connection is for, unless it is gone.
    fn end_of(&self, tag: u64) -> Option<u32> {
        let index = u32::try_from(tag & u64::from(u32::MAX)).expect("the low half was taken");
        let ends = self.0.ends.borrow();
        let is_current = tag & !FAR_OF_RELAY == tag_of(index, ends.generation(index));
        (is_current && ends.get(index).is_some()).then_some(index)
    }

    pub(crate) fn is_current(&self, end: EndId) -> bool {
        self.0.ends.borrow().is_current(end.index, end.generation)
    }

    fn set_gone(&self, index: u32) {
        if let Some(entry) = self.0.ends.borrow_mut().get_mut(index) {
            entry.far = FarSide::Gone;
        }
    }

    fn count_accepted(&self, owner: u32, change: i32) {
        let mut accepted = self.0.accepted.borrow_mut();
        let count = accepted.entry(owner).or_default();
        *count = count.saturating_add_signed(change);
        if *count == 0 {
            accepted.remove(&owner);
        }
    }

    /// Takes an end out of the table.
    fn remove(&self, index: u32) -> Option<holdfast_core::ends::End<Far, Frame>> {
        let entry = self.0.ends.borrow_mut().remove(index)?;
        if entry.mode == Mode::Accepted {
            self.count_accepted(entry.owner, -1);
        }
        self.0.pipe_answered_at.borrow_mut().remove(&index);
        Some(entry)
    }

    /// Ends the connection, or the pipe, of an end without a Close frame.
    fn cut(&self, far: &FarSide<Far>) {
        match *far {
            FarSide::At(Far::Connection(id)) => self.0.connections.abort(SocketId::from_bits(id)),
            FarSide::At(Far::Program(far)) => {
                let (code, reason) = (1006, gone_reason());
                self.post(far.thread, Message::Close { end: far, code, reason });
            }
            _ => {}
        }
    }
}

/// The connection's name for an end: its number, and of its generation what fits beside [`FAR_OF_RELAY`].
fn tag_of(index: u32, generation: u32) -> u64 {
    u64::from(generation) << 32 & !FAR_OF_RELAY | u64::from(index)
}

/// The code to put into a Close frame: none for the codes that stand for its absence.
fn sendable(code: u16) -> Option<u16> {
    (!matches!(code, 1005 | 1006 | 1015)).then_some(code)
}

fn outgoing(payload: Payload) -> holdfast_edge::sockets::Outgoing {
    match payload {
        Payload::Text(text) => holdfast_edge::sockets::Outgoing::Text(text),
        Payload::Binary(bytes) => holdfast_edge::sockets::Outgoing::Binary(bytes),
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

    fn cancel(&self, _call: CallId) {
        // The answer will find nobody waiting.
    }

    fn connect(&self, end: u32, url: String, protocols: Vec<String>) {
        crate::thread::outside::connect(self, self.identify(end), url, protocols);
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

    fn sockets(&self) -> &dyn Sockets {
        self
    }
}

impl Sockets for Switch {
    fn enter(&self, owner: u32) -> EndId {
        let (index, generation) = self.0.ends.borrow_mut().enter(owner);
        EndId { thread: self.0.thread, index, generation }
    }

    fn accept(&self, end: u32) {
        let mut ends = self.0.ends.borrow_mut();
        let Some(entry) = ends.get_mut(end) else { return };
        if entry.mode == Mode::Accepted {
            return;
        }
        entry.mode = Mode::Accepted;
        let owner = entry.owner;
        drop(ends);
        self.count_accepted(owner, 1);
        self.queue(Post::Replay { end: self.identify(end) });
    }

    fn hold(&self, end: u32, tags: Vec<String>) {
        let tags = tags.into_iter().map(String::into_boxed_str).collect();
        let connection = {
            let mut ends = self.0.ends.borrow_mut();
            ends.hold(end, tags);
            match ends.get(end) {
                Some(entry) => match entry.far {
                    FarSide::At(Far::Connection(id)) => Some((id, entry.owner)),
                    _ => None,
                },
                None => None,
            }
        };
        if let Some((id, owner)) = connection {
            self.0.connections.join(SocketId::from_bits(id), u64::from(owner));
        }
        self.queue(Post::Replay { end: self.identify(end) });
    }

    fn held_count(&self, owner: u32) -> usize {
        self.0.ends.borrow().held_count(owner)
    }

    fn held(&self, owner: u32, tag: Option<&str>) -> Vec<u32> {
        self.0.ends.borrow().held(owner, tag)
    }

    fn bits(&self, end: u32) -> u32 {
        self.0
            .ends
            .borrow()
            .get(end)
            .map_or(3, |entry| u32::from(entry.sent_close) | u32::from(entry.received_close) << 1)
    }

    fn tags(&self, end: u32) -> Vec<String> {
        let ends = self.0.ends.borrow();
        ends.get(end).map(|entry| entry.tags.iter().map(ToString::to_string).collect()).unwrap_or_default()
    }

    fn attachment(&self, end: u32, read: &mut dyn FnMut(Option<&[u8]>)) {
        let ends = self.0.ends.borrow();
        read(ends.get(end).and_then(|entry| entry.attachment.as_deref()));
    }

    fn set_attachment(&self, end: u32, bytes: Vec<u8>) {
        if let Some(entry) = self.0.ends.borrow_mut().get_mut(end) {
            entry.attachment = Some(bytes.into_boxed_slice());
        }
    }

    fn set_auto_response(&self, owner: u32, pair: Option<(String, String)>) {
        match &pair {
            Some((request, response)) => {
                self.0.connections.set_auto_response(u64::from(owner), request, response);
            }
            None => self.0.connections.clear_auto_response(u64::from(owner)),
        }
        let mut pairs = self.0.auto_responses.borrow_mut();
        match pair {
            Some(pair) => pairs.insert(owner, pair),
            None => pairs.remove(&owner),
        };
    }

    fn auto_response(&self, owner: u32) -> Option<(String, String)> {
        self.0.auto_responses.borrow().get(&owner).cloned()
    }

    fn auto_response_at(&self, end: u32) -> Option<f64> {
        let far = self.0.ends.borrow().get(end).map(|entry| entry.far.clone());
        match far {
            Some(FarSide::At(Far::Connection(id))) =>
            {
                #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are below 2^53")]
                self.0.connections.auto_response_at(SocketId::from_bits(id)).map(|at| at as f64)
            }
            _ => self.0.pipe_answered_at.borrow().get(&end).copied(),
        }
    }

    fn identify(&self, end: u32) -> EndId {
        let generation = self.0.ends.borrow().generation(end);
        EndId { thread: self.0.thread, index: end, generation }
    }

    fn join_here(&self, one: u32, other: u32) {
        let (one, other) = (self.identify(one), self.identify(other));
        self.join(one, Far::Program(other));
        self.join(other, Far::Program(one));
    }

    fn join_far(&self, end: u32, far: EndId) {
        let end = self.identify(end);
        self.join(end, Far::Program(far));
        self.post(far.thread, Message::Join { end: far, far: end });
    }

    fn send(&self, ends: &[u32], payload: Payload) {
        let mut connections = Vec::new();
        let mut programs = Vec::new();
        {
            let mut table = self.0.ends.borrow_mut();
            for end in ends {
                let Some(entry) = table.get_mut(*end) else { continue };
                match &entry.far {
                    FarSide::At(Far::Connection(id)) if ends.len() == 1 => {
                        return self.0.connections.send(SocketId::from_bits(*id), outgoing(payload));
                    }
                    FarSide::At(Far::Connection(id)) => connections.push(SocketId::from_bits(*id)),
                    FarSide::At(Far::Program(far)) => programs.push(*far),
                    FarSide::Nobody => {
                        let size = payload.len();
                        if entry.wait_for_far(Frame::Message(payload.clone()), size).is_err() {
                            entry.far = FarSide::Gone;
                        }
                    }
                    _ => {}
                }
            }
        }
        for far in programs {
            self.post(far.thread, Message::Frame { end: far, payload: payload.clone() });
        }
        if !connections.is_empty() {
            self.0.connections.broadcast(connections, &outgoing(payload));
        }
    }

    fn close(&self, end: u32, code: u16, reason: &str) {
        let far = {
            let mut ends = self.0.ends.borrow_mut();
            let Some(entry) = ends.get_mut(end) else { return };
            entry.sent_close = true;
            match &entry.far {
                FarSide::At(far) => *far,
                FarSide::Gone => return,
                FarSide::Nobody => {
                    // A Close is never too much to keep.
                    let _ = entry.wait_for_far(Frame::Close(code, reason.to_owned()), 0);
                    return;
                }
            }
        };
        self.forward(end, far, Frame::Close(code, reason.to_owned()));
    }

    fn pause(&self, end: u32) {
        if let Some(FarSide::At(Far::Connection(id))) = self.0.ends.borrow().get(end).map(|entry| &entry.far)
        {
            self.0.connections.pause(SocketId::from_bits(*id));
        }
    }

    fn resume(&self, end: u32) {
        if let Some(FarSide::At(Far::Connection(id))) = self.0.ends.borrow().get(end).map(|entry| &entry.far)
        {
            self.0.connections.resume(SocketId::from_bits(*id));
        }
    }

    fn finish(&self, end: u32) {
        if let Some(entry) = self.remove(end)
            && !entry.is_finished()
        {
            self.cut(&entry.far);
        }
    }

    fn abort_all(&self, owner: u32) {
        let ends = self.0.ends.borrow().of_owner(owner);
        for end in ends {
            if let Some(entry) = self.remove(end) {
                self.cut(&entry.far);
            }
        }
    }

    fn close_loose(&self, owner: u32, code: u16, reason: &str) {
        if self.0.ends.borrow().loose_count(owner) == 0 {
            return;
        }
        let ends = self.0.ends.borrow().of_owner(owner);
        for end in ends {
            let mode = self.0.ends.borrow().get(end).map(|entry| entry.mode);
            if mode == Some(Mode::Held) {
                continue;
            }
            Sockets::close(self, end, code, reason);
            self.remove(end);
        }
    }

    fn owner(&self, end: u32) -> Option<u32> {
        self.0.ends.borrow().get(end).map(|entry| entry.owner)
    }

    fn has_accepted(&self, owner: u32) -> bool {
        self.0.accepted.borrow().contains_key(&owner)
    }
}
