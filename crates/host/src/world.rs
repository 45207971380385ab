//! What a host asks of the world around it: the thread it runs on implements these.

use crate::Waker;
use crate::pulse::Pulse;
use holdfast_link::rpc::Releaser;
use holdfast_link::{CallId, EndId, Message, ObjectAddress, Payload, Request, Thread};

/// The rest of the process, as a host sees it. None of these calls back into the host before it returns.
pub trait World {
    /// Sends a message to a thread, this one included.
    fn post(&self, to: Thread, message: Message);

    /// Sends a request to the outside. The answer comes back through `Host::answered`.
    fn fetch(&self, call: CallId, request: Request);

    /// Nobody waits for the answer to this call any more.
    fn cancel(&self, call: CallId);

    /// Connects a client WebSocket for `end`. What becomes of it comes back through `Host::opened` or
    /// `Host::connect_failed`.
    fn connect(&self, end: u32, url: String, headers: holdfast_link::Headers);

    /// How many threads there are.
    fn thread_count(&self) -> u16;

    /// The thread on which stateless Workers run.
    fn worker_thread(&self) -> Thread;

    /// What tells a thread that an export of it can be called no more, from wherever the last reference is dropped.
    fn releaser(&self) -> Releaser;

    /// The thread on which an object lives.
    fn thread_of(&self, address: &ObjectAddress) -> Thread;

    /// Something for people to read.
    fn log(&self, line: Log);

    /// The host has run turns and has nothing more to do: what they caused is to be carried out now.
    fn settled(&self);

    /// What the store calls, from a thread of its own, when `Host::storage_completed` has something to do.
    fn storage_waker(&self) -> Waker;

    /// Where this thread shows what it runs.
    fn pulse(&self) -> &Pulse;

    /// The table of WebSocket ends of this thread.
    fn sockets(&self) -> &dyn Sockets;
}

/// How loud a line is, in the console's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Debug,
    Log,
    Info,
    Warn,
    Error,
}

/// A line a program wrote to its console, or that is about a program.
#[derive(Clone, Debug)]
pub struct Log {
    pub level: Level,
    /// The number of the script.
    pub script: u32,
    pub text: String,
    /// `file:line` where the program wrote it, when known.
    pub place: String,
}

/// The WebSocket ends that programs of this thread hold. State that a program reads synchronously is read here,
/// borrowed from whoever keeps it.
pub trait Sockets {
    /// Enters an end for `owner`.
    fn enter(&self, owner: u32) -> EndId;
    /// Takes events for the end from now on; what arrived before is delivered in later turns.
    fn accept(&self, end: u32);
    /// Like [`Sockets::accept`], for an end that outlives the instance.
    fn hold(&self, end: u32, tags: Vec<String>);
    fn held_count(&self, owner: u32) -> usize;
    /// Numbers of the ends `owner` holds: with a tag in the order of acceptance, all of them latest first.
    fn held(&self, owner: u32, tag: Option<&str>) -> Vec<u32>;
    /// Bit 0: our Close was sent. Bit 1: the far side's arrived.
    fn bits(&self, end: u32) -> u32;
    fn tags(&self, end: u32) -> Vec<String>;
    fn attachment(&self, end: u32, read: &mut dyn FnMut(Option<&[u8]>));
    /// Answers what the attachment was before.
    fn set_attachment(&self, end: u32, bytes: Option<Box<[u8]>>) -> Option<Box<[u8]>>;
    fn set_auto_response(&self, owner: u32, pair: Option<(String, String)>);
    fn auto_response(&self, owner: u32) -> Option<(String, String)>;
    /// What answers a text that arrived at a held end, if it is the request of its owner's pair; notes the time.
    fn auto_answer(&self, end: u32, text: &str) -> Option<String>;
    /// `owner` has things to send before any further automatic answer, or no more: while it does, the host gets texts that
    /// could be answered.
    fn hold_answers(&self, owner: u32, waits: bool);
    /// When the end was last answered automatically, in milliseconds since 1970.
    fn auto_response_at(&self, end: u32) -> Option<f64>;
    /// The generation that makes `end` an [`EndId`].
    fn identify(&self, end: u32) -> EndId;
    /// Two ends of this thread become each other's far side.
    fn join_here(&self, one: u32, other: u32);
    /// `end` becomes the far side of an end elsewhere.
    fn join_far(&self, end: u32, far: EndId);
    /// Sends one payload to many ends.
    fn send(&self, ends: &[u32], payload: Payload);
    /// Sends a Close frame; 1005 is one without a body.
    fn close(&self, end: u32, code: u16, reason: &str);
    /// The program takes a message of this size from the end now.
    fn take(&self, end: u32, size: usize);
    /// More waits for the end's object than may, and nobody can be slowed down: a pipe is cut.
    fn overflow(&self, end: u32);
    /// Stops reading what arrives at the end, or reads on: its object has too much to do. A pipe cannot be paused.
    fn pause(&self, end: u32);
    fn resume(&self, end: u32);
    /// The program is done with the end.
    fn finish(&self, end: u32);
    /// The far side of an end leaves in an answer: somebody takes it, or says that nobody does.
    fn offered(&self, end: EndId);
    /// The last handler of a held end begins.
    fn ending(&self, end: u32);
    /// Closes what `owner` holds and the loss of its instance leaves without a way to its end.
    fn close_stranded(&self, owner: u32);
    /// Closes all ends of `owner`; 1006 cuts them.
    fn close_all(&self, owner: u32, code: u16, reason: &str);
    /// Closes the ends of `owner` that do not outlive its instance; 1006 cuts them.
    fn close_loose(&self, owner: u32, code: u16, reason: &str);
    /// The owner of an end, if the end is there.
    fn owner(&self, end: u32) -> Option<u32>;
    /// Whether `owner` has an end that would not survive the loss of its instance.
    fn has_accepted(&self, owner: u32) -> bool;
}
