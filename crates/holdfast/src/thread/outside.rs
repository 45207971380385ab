//! Requests and WebSockets of programs to the outside.

use crate::thread::switch::Switch;
use holdfast_host::World;
use holdfast_link::{CallId, EndId, Failure, Message, Request};

pub(crate) fn fetch(switch: &Switch, call: CallId, request: Request) {
    let failure = Failure::new("TypeError", format!("cannot fetch {}: not yet", request.url));
    switch.post(call.thread, Message::Answer { call, outcome: Err(failure) });
}

pub(crate) fn connect(switch: &Switch, end: EndId, url: String, _protocols: Vec<String>) {
    if let (Some(host), true) = (switch.host(), switch.is_current(end)) {
        host.connect_failed(end.index, 0, format!("cannot connect to {url}: not yet"));
    }
}
