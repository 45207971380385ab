//! A call of a Worker or an object, and its answer.

use crate::{Body, EndId};
use bytes::Bytes;

/// Header names and values in the order they came, names as they were spelled. Values are Latin-1 as in HTTP,
/// kept as the string a program sees.
pub type Headers = Vec<(String, String)>;

/// An HTTP request as a program gets it.
#[derive(Debug)]
pub struct Request {
    pub method: String,
    /// Absolute.
    pub url: String,
    pub headers: Headers,
    pub body: Body,
    /// `request.cf` as JSON text; `None` leaves it undefined.
    pub cf: Option<String>,
}

/// An HTTP response as a program gave it.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub status_text: String,
    pub headers: Headers,
    pub body: Body,
    /// With status 101: the end whose far side this response hands over.
    pub websocket: Option<EndId>,
}

/// How a scheduled event went, as the answer to its call carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Nothing failed.
    pub is_ok: bool,
    /// The program asked not to be called again for a failure.
    pub no_retry: bool,
}

impl Outcome {
    const NO_RETRY: &str = "noRetry";

    /// What it is called on the platform.
    pub fn name(&self) -> &'static str {
        if self.is_ok { "ok" } else { "exception" }
    }

    /// Reads it from an answer.
    pub fn of(response: &Response) -> Outcome {
        Outcome { is_ok: response.status == 200, no_retry: response.status_text == Self::NO_RETRY }
    }

    /// The answer that carries it.
    pub fn to_response(&self) -> Response {
        Response {
            status: if self.is_ok { 200 } else { 500 },
            status_text: if self.no_retry { Self::NO_RETRY.to_owned() } else { String::new() },
            headers: Headers::new(),
            body: Body::Empty,
            websocket: None,
        }
    }
}

/// Why a call has no answer: an exception that crosses from the called program to its caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The error's class, such as `TypeError`.
    pub name: String,
    pub message: String,
    /// The stack where the exception was thrown; empty where there is none. For logs, not for the caller.
    pub stack: String,
    pub flags: FailureFlags,
    /// The exception itself in V8's format, where it has more to say than its name and message; may be empty.
    pub thrown: Bytes,
    /// The id of the object whose method threw it.
    pub object: Option<Box<[u8; 32]>>,
}

/// The marks that `workers-api.md` 4.5 puts on errors from stubs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FailureFlags {
    /// The exception was thrown by the object's own code.
    pub remote: bool,
    /// The call may be tried again: it failed in transport, or the object went away.
    pub retryable: bool,
    pub overloaded: bool,
    pub durable_object_reset: bool,
    /// The caller is told which object it was.
    pub names_object: bool,
    /// It was thrown by a method that was called, not by what became of its object.
    pub thrown: bool,
}

impl Failure {
    /// A failure of the platform's own making.
    pub fn new(name: &str, message: impl Into<String>) -> Failure {
        Failure { name: name.to_owned(), message: message.into(), ..Failure::default() }
    }

    /// What the callers of an object are told when its instance was reset.
    pub fn reset(message: impl Into<String>) -> Failure {
        let mut failure = Failure::new("Error", message);
        failure.flags.remote = true;
        failure.flags.durable_object_reset = true;
        failure
    }

    /// The same, and the call may be tried again.
    #[must_use]
    pub fn retryable(mut self) -> Failure {
        self.flags.retryable = true;
        self
    }

    /// The same, because something takes too much.
    #[must_use]
    pub fn overloaded(mut self) -> Failure {
        self.flags.overloaded = true;
        self
    }
}
