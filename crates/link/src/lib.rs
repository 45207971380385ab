//! The messages between the edge, which owns connections, and the hosts, which run programs.
//!
//! Everything here is plain data: bytes, numbers and enums that one side moves to the other. Nothing is shared
//! and nothing is a closure, so the same message can be moved within a thread, sent to another thread or, later,
//! written to a socket. The one exception is a streamed body, which carries the receiving end of a bounded
//! channel; a transport that leaves the process will carry it as a numbered stream.
//!
//! This crate does not know what the messages mean.

mod address;
mod body;
mod call;
mod order;
pub mod rpc;
mod socket;

pub use address::{CallId, EndId, Entry, ObjectAddress, Target, Thread};
pub use body::{Body, BodyReader, BodyWriter, CHUNKS_AHEAD_MAX, WriteRefused};
pub use call::{Failure, FailureFlags, Headers, Outcome, Request, Response};
pub use order::{Evicted, Order};
pub use socket::{Far, Payload};

/// What one isolate thread says to another.
#[derive(Debug)]
pub enum Message {
    /// Somebody calls a Worker or an object; the answer goes back to `call`.
    Call { call: CallId, target: Target, request: Request },
    /// A cron trigger of a script is to fire, or a program pretends that it does. The answer to `call` tells how it went:
    /// see [`Outcome`].
    Scheduled { call: CallId, script: u32, entry: Entry, scheduled_ms: i64, cron: String },
    /// Whoever made this call of a script left and waits for no answer.
    Left { call: CallId, script: u32 },
    /// The answer to a call that the receiver made.
    Answer { call: CallId, outcome: Result<Response, Failure> },
    /// Somebody calls a method; what it gives goes back to `call`, as [`Message::Returned`] or as a failed answer.
    Invoke { call: CallId, callee: rpc::Callee, invocation: rpc::Invocation },
    /// What a method gave that the receiver called.
    Returned { call: CallId, returned: rpc::Returned },
    /// An object was reset: stubs that were connected to it are broken.
    Broken { namespace: u32, id: [u8; 32], failure: Failure },
    /// Nobody can call this export any more.
    Released { export: rpc::ExportId },
    /// A program that tests itself asks for something; when it is done, `call` has an answer.
    Order { call: CallId, order: Order },
    /// A message for one end of a WebSocket, from the program that holds its far side.
    Frame { end: EndId, payload: Payload },
    /// The far side closed. Code 1005 stands for a Close frame without a body, 1006 for no Close frame at all.
    Close { end: EndId, code: u16, reason: String },
    /// The program at the far side of `end` took this many bytes that were sent to it, each message counted with its
    /// overhead.
    Taken { end: EndId, bytes: usize },
    /// The far side of `end` was taken by a program, which holds it as `far`.
    Join { end: EndId, far: EndId },
}
