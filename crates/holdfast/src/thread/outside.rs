//! Requests and WebSockets of programs to the outside.

use crate::thread::body::{from_edge, headers_from_edge, headers_to_edge, to_edge};
use crate::thread::switch::Switch;
use holdfast_edge::client::{Error, ErrorKind, Opening, Outgoing, Reply};
use holdfast_host::World;
use holdfast_link::{Body, CallId, EndId, Failure, Headers, Message, Request, Response};

/// Makes a request. One with `Upgrade: websocket` may be answered with a WebSocket, which belongs to whoever takes the
/// far side of the end that stands for it.
pub(crate) fn fetch(switch: &Switch, call: CallId, request: Request) {
    let requests = switch.0.requests.clone();
    let switch = switch.clone();
    let task = tokio::task::spawn_local(async move {
        let url = request.url.clone();
        let outcome = if asks_for_websocket(&request) {
            open(&switch, request).await
        } else {
            exchange(&switch, request).await
        };
        let outcome = outcome.map_err(|error| {
            switch.0.report.note(&format!("fetch of {url} failed: {error}"));
            failure(&error)
        });
        switch.0.requests.borrow_mut().remove(&call);
        switch.post(call.thread, Message::Answer { call, outcome });
    });
    requests.borrow_mut().insert(call, task.abort_handle());
}

fn asks_for_websocket(request: &Request) -> bool {
    request
        .headers
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("upgrade") && value.eq_ignore_ascii_case("websocket"))
}

async fn exchange(switch: &Switch, request: Request) -> Result<Response, Error> {
    let outgoing = Outgoing {
        method: request.method,
        url: request.url,
        headers: headers_to_edge(request.headers),
        body: to_edge(request.body),
    };
    switch.0.client.send(outgoing).await.map(response)
}

async fn open(switch: &Switch, request: Request) -> Result<Response, Error> {
    match switch.0.client.websocket(&request.url, headers_to_edge(request.headers)).await? {
        Opening::Refused(reply) => Ok(response(reply)),
        Opening::Open { socket, reply } => {
            let mut response = response(reply);
            match switch.relay(socket) {
                Ok(end) => response.websocket = Some(end),
                Err(error) => {
                    switch.0.report.note(&format!("cannot watch a new connection: {error}"));
                    response.status = 503;
                }
            }
            Ok(response)
        }
    }
}

fn response(reply: Reply) -> Response {
    Response {
        status: reply.status,
        status_text: reply.status_text,
        headers: headers_from_edge(reply.headers),
        body: if reply.status == 101 { Body::Empty } else { from_edge(reply.body) },
        websocket: None,
    }
}

/// What the program sees of a failure: the platform does not tell it why the network failed.
fn failure(error: &Error) -> Failure {
    match error.kind() {
        ErrorKind::InvalidUrl | ErrorKind::InvalidRequest => Failure::new("TypeError", error.to_string()),
        ErrorKind::Connect | ErrorKind::Lost | ErrorKind::Handshake => {
            Failure::new("Error", "Network connection lost.").retryable()
        }
    }
}

/// Connects a client WebSocket (`new WebSocket(url)`) whose near end is `end`.
pub(crate) fn connect(switch: &Switch, end: EndId, url: String, headers: Headers) {
    let switch = switch.clone();
    tokio::task::spawn_local(async move {
        let opened = switch.0.client.websocket(&url, headers_to_edge(headers)).await;
        switch.work(|switch| match opened {
            Ok(Opening::Open { socket, reply }) => {
                let said = |name: &str| {
                    let header = reply.headers.iter().find(|(known, _)| known == name);
                    header.map(|(_, value)| value.iter().copied().map(char::from).collect())
                };
                let (protocol, extensions) =
                    (said("sec-websocket-protocol"), said("sec-websocket-extensions"));
                switch.connected(end, socket, protocol, extensions);
            }
            Ok(Opening::Refused(reply)) => {
                let status = reply.status;
                switch.not_connected(end, format!(
                    "Failed to establish the WebSocket connection: expected server to reply with HTTP status \
                     code 101 (switching protocols), but received {status} instead."
                ));
            }
            Err(error) => {
                switch.0.report.note(&format!("the WebSocket to {url} failed: {error}"));
                switch.not_connected(end, "Network connection lost.".to_owned());
            }
        });
    });
}
