//! A client's request on its way to the first Worker, and the answer on its way back.

use crate::thread::Scheduled;
use crate::thread::body::{from_edge, headers_from_edge, headers_to_edge, to_edge};
use crate::thread::directory::Post;
use crate::thread::scheduled::Trigger;
use crate::thread::switch::{Switch, gone_reason};
use holdfast_edge::http::{Answer, Cf, Incoming, Place};
use holdfast_host::World;
use holdfast_link::{CallId, EndId, Entry, Failure, Message, Outcome, Request, Response, Target};
use std::time::Instant;
use tokio::sync::oneshot;

/// The script that answers clients.
const FIRST_SCRIPT: u32 = 0;

/// Forgets the call, and tells the Worker when the client leaves before the answer.
struct Pending<'a> {
    switch: &'a Switch,
    call: CallId,
    is_answered: bool,
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.switch.forget_call(self.call);
        if !self.is_answered {
            let left = Message::Left { call: self.call, script: FIRST_SCRIPT };
            self.switch.post(self.switch.0.directory.worker_thread(), left);
        }
    }
}

/// Answers one request.
pub(crate) async fn answer(switch: Switch, place: Place, scheduled: Scheduled, incoming: Incoming) -> Answer {
    let begun = Instant::now();
    let method = incoming.head.method.clone();
    let path = path_of(&incoming.head.url);
    let wants_websocket = incoming.websocket.is_some();
    let trigger = match scheduled {
        Scheduled::AlsoOnRequest => Trigger::of(&path),
        Scheduled::ByTheClock => None,
    };
    let outcome = match trigger {
        Some(trigger) => fire(&switch, trigger).await,
        None => ask(&switch, &place, incoming).await,
    };
    let log = |status| switch.0.report.request(&method, &path, status, begun.elapsed());
    match outcome {
        None => {
            log(503);
            Answer::text(503, "The server is shutting down.")
        }
        Some(Err(failure)) => {
            log_failure(&switch, &failure);
            log(500);
            internal_error()
        }
        Some(Ok(response)) => match response.websocket {
            Some(end) if wants_websocket => {
                log(101);
                upgrade(switch.clone(), end, response)
            }
            Some(end) => {
                refuse(&switch, end);
                log(500);
                internal_error()
            }
            None => {
                log(response.status);
                plain(response)
            }
        },
    }
}

/// Calls the Worker and waits. `None` when it will never answer because the process ends.
async fn ask(switch: &Switch, place: &Place, incoming: Incoming) -> Option<Result<Response, Failure>> {
    let cf = Cf::of(&incoming.head, place).to_json();
    let request = Request {
        method: incoming.head.method,
        url: incoming.head.url,
        headers: headers_from_edge(incoming.head.headers),
        body: from_edge(incoming.body),
        cf: Some(cf),
    };
    let target = Target::Worker { script: FIRST_SCRIPT, entry: Entry::default() };
    call(switch, |call| Message::Call { call, target, request }).await
}

/// Fires a cron trigger of the Worker and waits until it is over.
async fn fire(switch: &Switch, trigger: Trigger) -> Option<Result<Response, Failure>> {
    let Trigger { cron, scheduled_ms, shows } = trigger;
    let (script, entry) = (FIRST_SCRIPT, Entry::default());
    let event = |call| Message::Scheduled { call, script, entry, scheduled_ms, cron };
    let outcome = call(switch, event).await?;
    Some(outcome.map(|response| shows.response(&Outcome::of(&response))))
}

/// Sends the Worker what `message` makes of a new call, and waits for the answer.
async fn call(switch: &Switch, message: impl FnOnce(CallId) -> Message) -> Option<Result<Response, Failure>> {
    let (answer, answered) = oneshot::channel();
    let call = switch.edge_call(answer);
    let mut pending = Pending { switch, call, is_answered: false };
    switch.post(switch.0.directory.worker_thread(), message(call));
    let outcome = answered.await.ok();
    pending.is_answered = true;
    outcome
}

/// What the platform answers when a Worker fails.
fn internal_error() -> Answer {
    let body = holdfast_edge::http::Body::full("Internal Server Error");
    Answer::Response { status: 500, status_text: None, headers: Vec::new(), body }
}

fn plain(response: Response) -> Answer {
    let status_text = Some(response.status_text).filter(|text| !text.is_empty());
    Answer::Response {
        status: response.status,
        status_text,
        headers: headers_to_edge(response.headers),
        body: to_edge(response.body),
    }
}

/// Answers with a WebSocket: once the connection has left HTTP it goes to the thread that holds its far side.
fn upgrade(switch: Switch, end: EndId, response: Response) -> Answer {
    Answer::Upgrade {
        headers: headers_to_edge(response.headers),
        then: Box::new(move |upgraded| match upgraded {
            Ok(socket) if end.thread == switch.0.thread => switch.queue(Post::Adopt { end, socket }),
            Ok(socket) => switch.0.directory.send(end.thread, Post::Adopt { end, socket }),
            Err(_) => refuse(&switch, end),
        }),
    }
}

/// The far side of `end` will never be taken.
fn refuse(switch: &Switch, end: EndId) {
    switch.post(end.thread, Message::Close { end, code: 1006, reason: gone_reason() });
}

fn log_failure(switch: &Switch, failure: &Failure) {
    let mut text = format!("Uncaught {}: {}", failure.name, failure.message);
    if !failure.stack.is_empty() {
        text = format!("{text}\n{}", failure.stack);
    }
    switch.0.report.console(crate::cli::LogLevel::Error, &text, "", None);
}

/// What the request line shows: path and query.
fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned())
}
