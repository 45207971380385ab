//! What a handler gives back, and how it becomes a response of hyper's.

use hyper::ext::ReasonPhrase;
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::{Method, Response, StatusCode};

use super::body::Body;
use super::upgrade::UpgradeResult;

/// What a handler answers.
pub enum Answer {
    /// A response.
    Response {
        /// 200 to 599.
        status: u16,
        /// Sent over HTTP/1.1 when it is not the usual one.
        status_text: Option<String>,
        /// In this order. What concerns only the connection is left out.
        headers: Vec<(String, Vec<u8>)>,
        /// Left out where the protocol has none (HEAD, 204, 304).
        body: Body,
    },
    /// Yes to a WebSocket. An offer that cannot be accepted is answered with an error of ours, and `then` gets it.
    Upgrade {
        /// The program's own headers, `Sec-WebSocket-Protocol` among them.
        headers: Vec<(String, Vec<u8>)>,
        /// Called on this thread when the connection has left HTTP, or failed to.
        then: Box<dyn FnOnce(UpgradeResult)>,
    },
    /// No answer: the connection (HTTP/2: the stream) is cut.
    Abort,
}

impl Answer {
    /// A short message of ours.
    pub fn text(status: u16, text: impl Into<String>) -> Answer {
        let mut text = text.into();
        text.push('\n');
        Answer::Response {
            status,
            status_text: None,
            headers: vec![("content-type".to_owned(), b"text/plain;charset=UTF-8".to_vec())],
            body: Body::full(text),
        }
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Answer::Response { status, .. } => write!(f, "Response({status})"),
            Answer::Upgrade { .. } => f.write_str("Upgrade"),
            Answer::Abort => f.write_str("Abort"),
        }
    }
}

/// The answer cannot be put on the wire.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unsendable;

/// Builds the response to a request with `method`.
pub(super) fn response(
    method: &Method,
    status: u16,
    status_text: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
    body: Body,
) -> Result<Response<Body>, Unsendable> {
    let status = StatusCode::from_u16(status).map_err(|_| Unsendable)?;
    // The length of a body that is here is known better than any header can say.
    let measured = !is_bodiless(method, status) && body.length().is_some();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    append(response.headers_mut(), headers, |name| name == "content-length" && measured)?;
    if let Some(text) = status_text.filter(|text| Some(&**text) != status.canonical_reason()) {
        // A text HTTP cannot carry is left to the status code's own.
        if let Ok(reason) = ReasonPhrase::try_from(text) {
            response.extensions_mut().insert(reason);
        }
    }
    Ok(response)
}

/// Whether the protocol has no place for the body.
pub(super) fn is_bodiless(method: &Method, status: StatusCode) -> bool {
    method == Method::HEAD || matches!(status.as_u16(), 204 | 304)
}

/// Adds the headers that are the program's to set.
pub(super) fn append(
    map: &mut hyper::HeaderMap,
    headers: Vec<(String, Vec<u8>)>,
    leave_out: impl Fn(&str) -> bool,
) -> Result<(), Unsendable> {
    for (name, value) in headers {
        let name = HeaderName::try_from(name).map_err(|_| Unsendable)?;
        if is_hop_by_hop(name.as_str()) || leave_out(name.as_str()) {
            continue;
        }
        map.append(name, HeaderValue::try_from(value).map_err(|_| Unsendable)?);
    }
    Ok(())
}

/// Headers about one connection and not about the message (RFC 9110, 7.6.1).
pub(crate) fn is_hop_by_hop(name: &str) -> bool {
    matches!(name, "connection" | "keep-alive" | "proxy-connection" | "transfer-encoding" | "upgrade" | "te")
}
