//! The server's side of the WebSocket handshake (RFC 6455, 4.2), and the way of a connection out of HTTP.

use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::http::{Method, Request, Response};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::answer::{self, Unsendable};
use super::body::Body;
use super::io::Io;
use crate::codec::Role;
use crate::codec::extension::is_offered;
use crate::compression::{Compression, Negotiated, Window};
use crate::handshake::{accept_for, is_key};
use crate::sockets::{Permit, RawSocket, RawStream, bridge};

/// The socket, or why there is none.
pub type UpgradeResult = io::Result<RawSocket>;

/// A client asks for a WebSocket. Whether its handshake is right matters only when the program says yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpgradeOffer {
    /// The subprotocols the client knows, in its order.
    pub protocols: Vec<String>,
    /// The extensions it knows, in its words.
    pub(super) extensions: String,
    pub(super) accept: Result<Accept, Refusal>,
}

/// How to say yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Accept {
    /// HTTP/1.1: a 101 with this `Sec-WebSocket-Accept`.
    SwitchingProtocols(String),
    /// HTTP/2 extended CONNECT (RFC 8441): a 200.
    Stream,
}

/// Why a handshake cannot be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Only GET can.
    NotGet,
    /// `Sec-WebSocket-Version` is not 13.
    Version,
    /// `Sec-WebSocket-Key` is missing or not sixteen bytes in base64.
    Key,
    /// The request did not ask for one.
    NotAsked,
}

impl Refusal {
    /// The HTTP status that says it.
    pub fn status(self) -> u16 {
        match self {
            Refusal::Version => 426,
            Refusal::NotGet | Refusal::Key | Refusal::NotAsked => 400,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::NotGet => "A WebSocket is opened with GET.",
            Refusal::Version => "This server speaks WebSocket version 13: send Sec-WebSocket-Version: 13.",
            Refusal::Key => "The Sec-WebSocket-Key header is missing or is not 16 bytes in base64.",
            Refusal::NotAsked => "This is a WebSocket: send Connection: Upgrade and Upgrade: websocket.",
        })
    }
}

impl std::error::Error for Refusal {}

impl UpgradeOffer {
    /// What the request offers, if it is about a WebSocket.
    pub(super) fn of<B>(request: &Request<B>) -> Option<UpgradeOffer> {
        let headers = request.headers();
        let accept = if is_extended_connect(request) {
            Ok(Accept::Stream)
        } else if has_token(headers, &header::UPGRADE, "websocket") {
            check(request)
        } else {
            return None;
        };
        let protocols = tokens(headers, &header::SEC_WEBSOCKET_PROTOCOL).map(str::to_owned).collect();
        let extensions = joined(headers, &header::SEC_WEBSOCKET_EXTENSIONS);
        Some(UpgradeOffer { protocols, extensions, accept })
    }

    /// Whether a yes of the program can be carried out.
    ///
    /// # Errors
    /// What is wrong with the client's handshake.
    pub fn check(&self) -> Result<(), Refusal> {
        self.accept.as_ref().map(|_| ()).map_err(|refusal| *refusal)
    }
}

/// Whether it is an HTTP/2 CONNECT with `:protocol` websocket.
pub(super) fn is_extended_connect<B>(request: &Request<B>) -> bool {
    request.method() == Method::CONNECT
        && request
            .extensions()
            .get::<hyper::ext::Protocol>()
            .is_some_and(|protocol| protocol.as_str() == "websocket")
}

fn check<B>(request: &Request<B>) -> Result<Accept, Refusal> {
    let headers = request.headers();
    if !has_token(headers, &header::CONNECTION, "upgrade") {
        return Err(Refusal::NotAsked);
    }
    if request.method() != Method::GET {
        return Err(Refusal::NotGet);
    }
    if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(Refusal::Version);
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes).unwrap_or_default();
    if !is_key(key) {
        return Err(Refusal::Key);
    }
    Ok(Accept::SwitchingProtocols(accept_for(key)))
}

fn tokens<'a>(headers: &'a hyper::HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|token| !token.is_empty())
}

/// The lines of a header as one.
pub(crate) fn joined(headers: &hyper::HeaderMap, name: &header::HeaderName) -> String {
    let lines: Vec<&str> =
        headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok()).collect();
    lines.join(", ")
}

fn has_token(headers: &hyper::HeaderMap, name: &header::HeaderName, wanted: &str) -> bool {
    tokens(headers, name).any(|token| token.eq_ignore_ascii_case(wanted))
}

/// What to compress: what the client offers and the program's own `Sec-WebSocket-Extensions` lets us (`workers-api.md`
/// 2.9). Without that header nothing is compressed.
pub(super) fn negotiate(
    compression: &Compression,
    offers: &str,
    headers: &[(String, Vec<u8>)],
) -> Option<(Negotiated, String)> {
    let wanted = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-extensions"));
    let wanted: Vec<&str> = wanted.filter_map(|(_, value)| std::str::from_utf8(value).ok()).collect();
    if is_offered(&wanted.join(", ")) { compression.accept(offers) } else { None }
}

/// The response that says yes.
pub(super) fn accepted(
    accept: &Accept,
    headers: Vec<(String, Vec<u8>)>,
    extensions: Option<&str>,
) -> Result<Response<Body>, Unsendable> {
    let mut response = Response::new(Body::empty());
    let map = response.headers_mut();
    // The handshake's own headers are ours.
    answer::append(map, headers, |name| {
        matches!(name, "sec-websocket-accept" | "sec-websocket-extensions" | "content-length")
    })?;
    if let Some(extensions) = extensions {
        let value = HeaderValue::try_from(extensions).expect("our own words can be sent");
        map.insert(header::SEC_WEBSOCKET_EXTENSIONS, value);
    }
    if let Accept::SwitchingProtocols(accept) = accept {
        map.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        map.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        map.insert(header::SEC_WEBSOCKET_ACCEPT, HeaderValue::try_from(accept).expect("base64"));
        *response.status_mut() = hyper::StatusCode::SWITCHING_PROTOCOLS;
    }
    Ok(response)
}

/// The response that says what is wrong with the handshake.
pub(super) fn refused(refusal: Refusal) -> Response<Body> {
    let mut response = Response::new(Body::full(format!("{refusal}\n")));
    *response.status_mut() = hyper::StatusCode::from_u16(refusal.status()).expect("400 or 426");
    let map = response.headers_mut();
    map.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=UTF-8"));
    if refusal == Refusal::Version {
        map.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        map.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    response
}

/// Waits until the response has left and takes the connection over. Must run on the thread of the connection.
pub(super) async fn take_over(on_upgrade: OnUpgrade, negotiated: Option<Negotiated>) -> UpgradeResult {
    let upgraded = on_upgrade.await.map_err(io::Error::other)?;
    let compression = negotiated.as_ref().map(|negotiated| negotiated.agreement);
    let window = negotiated.and_then(|negotiated| negotiated.window);
    let (stream, received, permit) = match upgraded.downcast::<Io>() {
        Ok(parts) => {
            let (stream, unread, permit) = parts.io.into_parts()?;
            // What hyper read comes first; normally it took everything we had.
            let received =
                if unread.is_empty() { parts.read_buf } else { [parts.read_buf, unread].concat().into() };
            (RawStream::Tcp(stream), received, permit)
        }
        // A stream of an HTTP/2 connection cannot leave it.
        Err(upgraded) => (RawStream::Unix(bridge(TokioIo::new(upgraded))?), Bytes::new(), None),
    };
    Ok(RawSocket { stream, received, role: Role::Server, compression, permit: held(permit, window) })
}

/// What is held until the connection ends.
pub(crate) fn held(permit: Option<Permit>, window: Option<Window>) -> Option<Permit> {
    match window {
        Some(window) => Some(Arc::new((permit, window))),
        None => permit,
    }
}
