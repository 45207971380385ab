//! The client's side of the WebSocket handshake (RFC 6455, 4.1).

use bytes::Bytes;
use hyper::client::conn::http1;
use hyper::header::{self, HeaderValue};
use hyper::http::uri::{PathAndQuery, Uri};
use hyper::http::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::error::{Error, ErrorKind};
use super::message::{self, Outgoing, Reply};
use super::{Client, connect};
use crate::codec::Role;
use crate::codec::extension::is_offered;
use crate::compression::{Negotiated, Offer};
use crate::handshake::{accept_for, new_key};
use crate::http::{Body, held, joined};
use crate::sockets::{RawSocket, RawStream, bridge};

/// The server's answer to a handshake.
#[derive(Debug)]
pub enum Opening {
    /// A 101.
    Open {
        /// The connection, for [`crate::sockets::Sockets::adopt`].
        socket: RawSocket,
        /// The status and headers; no body.
        reply: Reply,
    },
    /// Any other status: an ordinary response.
    Refused(Reply),
}

impl Client {
    /// Asks for a WebSocket at a `ws:`, `wss:`, `http:` or `https:` URL; `headers` may have `Sec-WebSocket-Protocol`,
    /// and `Sec-WebSocket-Extensions`, which asks for compression if it names it. The request is a GET, without a body.
    ///
    /// # Errors
    /// When there is no response, or a 101 that is not an answer to our handshake.
    pub async fn websocket(&self, url: &str, headers: Vec<(String, Vec<u8>)>) -> Result<Opening, Error> {
        let uri = message::uri(url)?;
        let config = &self.inner.config;
        let offer = if asks_to_compress(&headers) { config.compression.offer() } else { None };
        let too_slow =
            |_| Error::new(ErrorKind::Connect, format!("cannot connect to {url}: it takes too long"));
        match uri.scheme_str() {
            Some("ws" | "http") => {
                let stream =
                    timeout(config.connect_timeout, connect::tcp(&uri, 80)).await.map_err(too_slow)??;
                handshake(&uri, headers, offer, stream).await
            }
            Some("wss" | "https") => {
                let tls = config.trust.tls().await?;
                let connected = timeout(config.connect_timeout, async {
                    connect::tls(&uri, connect::tcp(&uri, 443).await?, tls).await
                });
                handshake(&uri, headers, offer, connected.await.map_err(too_slow)??).await
            }
            _ => Err(Error::new(ErrorKind::InvalidUrl, "the URL is not one of ws:, wss:, http: and https:")),
        }
    }
}

/// Whether the program's headers name the extension. With which parameters is not its business.
fn asks_to_compress(headers: &[(String, Vec<u8>)]) -> bool {
    let mut values = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-extensions"));
    values.any(|(_, value)| std::str::from_utf8(value).is_ok_and(is_offered))
}

async fn handshake<T>(
    uri: &Uri,
    headers: Vec<(String, Vec<u8>)>,
    offer: Option<Offer>,
    stream: T,
) -> Result<Opening, Error>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let lost = |error: hyper::Error| Error::with_cause(ErrorKind::Lost, "the connection was lost", &error);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(lost)?;
    tokio::task::spawn_local(async move {
        // The exchange sees the error; the connection's task has nobody to tell.
        let _ended = connection.with_upgrades().await;
    });
    let key = new_key();
    let mut request = request(uri, headers, &key)?;
    if let Some(offer) = &offer {
        let value = HeaderValue::from_static(offer.header());
        request.headers_mut().insert(header::SEC_WEBSOCKET_EXTENSIONS, value);
    }
    let response = sender.send_request(request).await.map_err(lost)?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Ok(Opening::Refused(message::reply(response)));
    }
    check(&response, &key)?;
    let negotiated = agreed(response.headers(), offer)?;
    let reply = Reply {
        status: 101,
        status_text: "Switching Protocols".to_owned(),
        headers: message::plain(response.headers()),
        body: Body::empty(),
    };
    let upgraded = hyper::upgrade::on(response).await.map_err(lost)?;
    let broken = |error| Error::with_cause(ErrorKind::Lost, "the connection was lost", &error);
    let (stream, received) = match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => (RawStream::Tcp(parts.io.into_inner().into_std().map_err(broken)?), parts.read_buf),
        Err(encrypted) => (RawStream::Unix(bridge(TokioIo::new(encrypted)).map_err(broken)?), Bytes::new()),
    };
    let compression = negotiated.as_ref().map(|negotiated| negotiated.agreement);
    let permit = held(None, negotiated.and_then(|negotiated| negotiated.window));
    Ok(Opening::Open {
        socket: RawSocket { stream, received, role: Role::Client, compression, permit },
        reply,
    })
}

fn request(uri: &Uri, headers: Vec<(String, Vec<u8>)>, key: &str) -> Result<Request<Body>, Error> {
    let outgoing =
        Outgoing { method: "GET".to_owned(), url: uri.to_string(), headers: Vec::new(), body: Body::empty() };
    let mut request = message::request(outgoing)?;
    let map = request.headers_mut();
    message::append(map, headers, |name| {
        name.starts_with("sec-websocket-") && name != "sec-websocket-protocol" || name == "content-length"
    })?;
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let host =
        HeaderValue::try_from(host).map_err(|_| Error::new(ErrorKind::InvalidUrl, "the URL has no host"))?;
    map.insert(header::HOST, host);
    map.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    map.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    map.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    map.insert(header::SEC_WEBSOCKET_KEY, HeaderValue::try_from(key).expect("base64"));
    // A connection that is not shared is asked for a path, not for a URL.
    *request.uri_mut() = uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/")).into();
    Ok(request)
}

/// Whether the 101 answers our handshake.
fn check<B>(response: &Response<B>, key: &str) -> Result<(), Error> {
    let headers = response.headers();
    let is = |name, wanted: &str| says(headers, &name, |value| value.eq_ignore_ascii_case(wanted));
    let wrong = |what| Err(wrong(what));
    if !is(header::UPGRADE, "websocket") || !is(header::CONNECTION, "upgrade") {
        return wrong("does not say Connection: Upgrade and Upgrade: websocket");
    }
    let accept = accept_for(key.as_bytes());
    if !says(headers, &header::SEC_WEBSOCKET_ACCEPT, |value| value == accept) {
        return wrong("has the wrong Sec-WebSocket-Accept");
    }
    Ok(())
}

/// What the server says to our offer.
fn agreed(headers: &HeaderMap, offer: Option<Offer>) -> Result<Option<Negotiated>, Error> {
    let answer = joined(headers, &header::SEC_WEBSOCKET_EXTENSIONS);
    match offer {
        Some(offer) => offer.agree(&answer).map_err(wrong),
        None if headers.contains_key(header::SEC_WEBSOCKET_EXTENSIONS) => {
            Err(wrong("names extensions that were not offered"))
        }
        None => Ok(None),
    }
}

fn wrong(what: &str) -> Error {
    Error::new(ErrorKind::Handshake, format!("the server's WebSocket handshake {what}"))
}

fn says(headers: &HeaderMap, name: &header::HeaderName, test: impl Fn(&str) -> bool) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).any(test)
}
