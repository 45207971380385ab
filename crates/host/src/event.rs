//! What happens to a Worker or an object: each of these is delivered in a turn of its own.

use crate::table::Handle;
use crate::visit::Visit;
use bytes::Bytes;
use holdfast_core::alarm::Invocation;
use holdfast_core::ends::MESSAGE_OVERHEAD;
use holdfast_core::gate::Section;
use holdfast_core::hold::Loss;
use holdfast_core::id::ObjectId;
use holdfast_link::rpc::{Callee, Capability, Invocation as Invoking, Returned};
use holdfast_link::{Body, EndId, Entry, Failure, Order, Payload, Request, Response, Target, Thread};

/// What a method call is to.
#[derive(Debug)]
pub(crate) enum Invoked {
    /// An entrypoint of the Worker, or the object itself.
    Entry(Box<Entry>),
    /// Something the program exported, by its key; the reference keeps it while the call waits.
    Export { key: u32, capability: Capability },
}

#[derive(Debug)]
pub(crate) enum Event {
    /// A request; the answer is owed under this number.
    Call {
        answer: Handle,
        request: Box<Request>,
        /// The entrypoint of a Worker; none for an object.
        entry: Option<Box<Entry>>,
    },
    /// The client whose answer is owed left.
    Left {
        answer: Handle,
    },
    /// A method call; the answer is owed under this number.
    Invoke {
        answer: Handle,
        target: Invoked,
        invocation: Box<Invoking>,
    },
    /// What a method gave that was called.
    Returned {
        number: Handle,
        returned: Box<Returned>,
    },
    /// Nobody can call something any more that the program exported.
    Released {
        key: u32,
    },
    /// A socket message, to a held end's class or to an accepted end's listeners.
    Message {
        end: u32,
        is_held: bool,
        /// It may have to be answered automatically, in its turn.
        is_behind: bool,
        payload: Payload,
    },
    Close {
        end: u32,
        is_held: bool,
        code: u16,
        reason: String,
    },
    Failed {
        end: u32,
        is_held: bool,
        message: String,
    },
    /// A client WebSocket is connected.
    Opened {
        end: u32,
        protocol: Option<String>,
        extensions: Option<String>,
    },
    ConnectFailed {
        end: u32,
        message: String,
    },
    Timer {
        number: u32,
    },
    /// The answer to a call that was made.
    Answered {
        number: Handle,
        outcome: Box<Result<Response, Failure>>,
    },
    /// The next chunk of a body that is being read; `None` is its end.
    Chunk {
        body: Handle,
        chunk: Option<Result<Bytes, String>>,
    },
    /// A body that is being written has room again, or nobody reads it any more.
    Room {
        body: Handle,
        is_open: bool,
    },
    /// A cron expression names this minute, or somebody says that it does, and waits for the answer.
    Scheduled {
        answer: Option<Handle>,
        entry: Box<Entry>,
        scheduled_ms: i64,
        cron: String,
    },
    /// The alarm of this object is due, or is to be tried again.
    Alarm {
        id: ObjectId,
    },
    /// The handler of an alarm starts; `Alarm` becomes this when it has passed the gate.
    AlarmStarted {
        run: u32,
        invocation: Invocation,
    },
    /// A critical section starts.
    Section(Section),
    /// Somebody looks at the data, or changes it. No program hears of it.
    Visit(Box<Visit>),
    /// Everything written before a call of `sync()` is durable.
    Synced {
        number: u32,
    },
}

impl Event {
    /// What the event weighs while it waits, in bytes, and the end it came from.
    pub(crate) fn weight(&self) -> Option<(u32, usize)> {
        match self {
            Event::Message { end, payload, .. } => Some((*end, payload.len() + MESSAGE_OVERHEAD)),
            _ => None,
        }
    }

    /// The answer that is owed to a call.
    pub(crate) fn answer(&self) -> Option<Handle> {
        match self {
            Event::Call { answer, .. } | Event::Invoke { answer, .. } => Some(*answer),
            _ => None,
        }
    }

    /// What a call weighs while it waits, in bytes, roughly.
    pub(crate) fn call_bytes(&self) -> usize {
        match self {
            Event::Call { request, .. } => body_bytes(&request.body),
            Event::Invoke { invocation, .. } => invocation.weight(),
            _ => 0,
        }
    }

    /// The socket the event came from, if that outlives instances.
    pub(crate) fn held_end(&self) -> Option<u32> {
        match self {
            Event::Message { end, is_held: true, .. }
            | Event::Close { end, is_held: true, .. }
            | Event::Failed { end, is_held: true, .. } => Some(*end),
            _ => None,
        }
    }

    /// Whether the event is for the next instance when the one it waited for is lost.
    pub(crate) fn is_for_next(&self) -> bool {
        self.wakes() && !matches!(self, Event::Call { .. } | Event::Invoke { .. })
    }

    /// Whether somebody calls: a program that is not running is started for that.
    pub(crate) fn calls(&self) -> bool {
        matches!(
            self,
            Event::Call { .. }
                | Event::Invoke { target: Invoked::Entry(_), .. }
                | Event::Alarm { .. }
                | Event::Scheduled { .. }
        )
    }

    /// Whether the event brings an object into memory. The others come from what an instance started, and are
    /// dropped when it is gone.
    pub(crate) fn wakes(&self) -> bool {
        match self {
            Event::Call { .. }
            | Event::Invoke { target: Invoked::Entry(_), .. }
            | Event::Alarm { .. }
            | Event::Visit(_) => true,
            Event::Message { is_held, .. } | Event::Close { is_held, .. } | Event::Failed { is_held, .. } => {
                *is_held
            }
            _ => false,
        }
    }
}

/// Something a turn wants the world to see. It is kept until the turn's writes are durable.
#[derive(Debug)]
pub(crate) enum Effect {
    Answer {
        answer: Handle,
        outcome: Result<Response, Failure>,
    },
    CallObject {
        number: Handle,
        target: holdfast_link::ObjectAddress,
        request: Request,
    },
    CallOutside {
        number: Handle,
        request: Request,
    },
    /// A request to another entrypoint.
    CallService {
        number: Handle,
        target: Target,
        request: Request,
    },
    /// A scheduled event for an entrypoint.
    Schedule {
        number: Handle,
        script: u32,
        entry: Entry,
        scheduled_ms: i64,
        cron: String,
    },
    Invoke {
        number: Handle,
        callee: Callee,
        invocation: Invoking,
    },
    /// What a method gave.
    Return {
        answer: Handle,
        returned: Returned,
    },
    /// What a program's test asks of the objects of a thread.
    Order {
        number: Handle,
        thread: Thread,
        order: Order,
    },
    Connect {
        end: EndId,
        url: String,
        headers: holdfast_link::Headers,
    },
    /// The object is discarded, with what it wrote and sent in this turn.
    Reset {
        owner: u32,
        failure: Failure,
        loss: Loss,
    },
    /// The object's data cannot be trusted any more: it is discarded like with a reset, and people hear why.
    StorageFailed {
        owner: u32,
        error: holdfast_store::Error,
    },
}

impl Effect {
    /// Bytes of memory it takes, roughly, beside what it is itself.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Effect::Answer { outcome: Ok(response), .. } => body_bytes(&response.body),
            Effect::CallObject { request, .. }
            | Effect::CallOutside { request, .. }
            | Effect::CallService { request, .. } => body_bytes(&request.body),
            Effect::Invoke { invocation, .. } => invocation.weight(),
            Effect::Return { returned, .. } => returned.value.bytes.len(),
            _ => 0,
        }
    }
}

fn body_bytes(body: &Body) -> usize {
    match body {
        Body::Full(bytes) => bytes.len(),
        Body::Empty | Body::Stream(_) => 0,
    }
}
