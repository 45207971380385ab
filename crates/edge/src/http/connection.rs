//! One connection: which protocol it speaks, its requests, its end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;

use bytes::Bytes;
use hyper::http::{Method, Request, Response, Version, request, uri};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::answer::{self, Answer};
use super::body::Body;
use super::headers::stamp;
use super::io::Io;
use super::notice::Notice;
use super::request::{Incoming, RequestHead, Watch};
use super::serve::Config;
use super::stop::Stopping;
use super::upgrade::{self, Refusal, UpgradeOffer};
use super::watched::Watched;
use crate::sockets::Permit;

/// What an HTTP/2 client that knows says first.
const HTTP2_PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Requests of one HTTP/2 connection served at the same time.
const HTTP2_STREAMS_MAX: u32 = 256;
/// hyper's buffer must hold a request head; the rest is for bodies.
const BUFFER_BYTES_BESIDE_HEAD: usize = 64 * 1024;

type Handled = Pin<Box<dyn Future<Output = Answer>>>;
pub(super) type Service = Rc<dyn Fn(Incoming) -> Handled>;

/// The handler wants the connection cut.
#[derive(Debug)]
struct Aborted;

impl std::fmt::Display for Aborted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the handler cut the connection")
    }
}

impl std::error::Error for Aborted {}

/// Runs the tasks of HTTP/2 streams on this thread.
#[derive(Clone, Copy, Debug)]
struct LocalExecutor;

impl<F: Future<Output: 'static> + 'static> hyper::rt::Executor<F> for LocalExecutor {
    fn execute(&self, future: F) {
        tokio::task::spawn_local(future);
    }
}

/// What the requests of a connection have in common.
struct Connection {
    peer: SocketAddr,
    local: Option<SocketAddr>,
    config: Rc<Config>,
    handler: Service,
}

pub(super) async fn serve_connection(
    mut stream: TcpStream,
    peer: SocketAddr,
    permit: Permit,
    config: Rc<Config>,
    handler: Service,
    mut stopping: Stopping,
) {
    // A connection that broke already says so when it is read.
    let _broken = stream.set_nodelay(true);
    let local = stream.local_addr().ok();
    let first = tokio::select! {
        first = timeout(config.header_timeout, first_bytes(&mut stream)) => first,
        () = stopping.wait() => return,
    };
    let Ok(Ok(first)) = first else { return };
    let is_http2 = first == HTTP2_PREFACE[..];
    let io = Io::new(stream, first, Some(permit));
    let connection = Rc::new(Connection { peer, local, config: Rc::clone(&config), handler });
    let service = service_fn(move |request| respond(Rc::clone(&connection), request));
    // How a connection ends is the client's business; what went wrong with an answer was noted where it was made.
    if is_http2 {
        let mut builder = http2::Builder::new(LocalExecutor);
        builder.timer(TokioTimer::new());
        builder.max_concurrent_streams(HTTP2_STREAMS_MAX);
        builder.max_header_list_size(u32::try_from(config.header_bytes_max).unwrap_or(u32::MAX));
        builder.enable_connect_protocol();
        let mut served = pin!(builder.serve_connection(io, service));
        tokio::select! {
            _ended = served.as_mut() => return,
            () = stopping.wait() => served.as_mut().graceful_shutdown(),
        }
        let _ended = served.await;
    } else {
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new());
        builder.header_read_timeout(config.header_timeout);
        builder.max_header_size(config.header_bytes_max);
        builder.max_buf_size(config.header_bytes_max + BUFFER_BYTES_BESIDE_HEAD);
        let mut served = pin!(builder.serve_connection(io, service).with_upgrades());
        tokio::select! {
            _ended = served.as_mut() => return,
            () = stopping.wait() => served.as_mut().graceful_shutdown(),
        }
        let _ended = served.await;
    }
}

/// Reads until it is clear whether the client speaks HTTP/2.
async fn first_bytes(stream: &mut TcpStream) -> io::Result<Bytes> {
    let mut bytes = [0; HTTP2_PREFACE.len()];
    let mut length = 0;
    while length < bytes.len() && HTTP2_PREFACE.starts_with(&bytes[..length]) {
        match stream.read(&mut bytes[length..]).await? {
            0 => break,
            count => length += count,
        }
    }
    Ok(Bytes::copy_from_slice(&bytes[..length]))
}

async fn respond(
    connection: Rc<Connection>,
    mut request: Request<hyper::body::Incoming>,
) -> Result<Response<Watched>, Aborted> {
    let method = request.method().clone();
    let websocket = UpgradeOffer::of(&request);
    let on_upgrade = websocket.is_some().then(|| hyper::upgrade::on(&mut request));
    let (parts, body) = request.into_parts();
    let (watch, gone) = Watch::new();
    let Some((head, client)) = connection.head(&parts, websocket.as_ref()) else {
        return Ok(watched(&method, plain(&method, 400, "The request has no valid Host or target."), watch));
    };
    let url = head.url.clone();
    let accept = websocket.as_ref().map_or(Err(Refusal::NotAsked), |offer| offer.accept.clone());
    let offers = websocket.as_ref().map(|offer| offer.extensions.clone()).unwrap_or_default();
    let body = if websocket.is_some() { Body::empty() } else { Body::from_hyper(body) };
    let incoming = Incoming { head, peer: connection.peer, client, body, websocket, gone };

    let response = match (connection.handler)(incoming).await {
        Answer::Abort => return Err(Aborted),
        Answer::Response { status, status_text, headers, body } => {
            answer::response(&method, status, status_text, headers, body)
        }
        Answer::Upgrade { headers, then } => match (accept, on_upgrade) {
            (Ok(accept), Some(on_upgrade)) => {
                let (negotiated, extensions) =
                    upgrade::negotiate(&connection.config.compression, &offers, &headers).unzip();
                let response = upgrade::accepted(&accept, headers, extensions.as_deref());
                if response.is_ok() {
                    let taking = upgrade::take_over(on_upgrade, negotiated);
                    tokio::task::spawn_local(async move { then(taking.await) });
                } else {
                    then(Err(io::Error::new(io::ErrorKind::InvalidInput, "a header HTTP cannot carry")));
                }
                response
            }
            (Err(refusal), _) => {
                then(Err(io::Error::new(io::ErrorKind::InvalidInput, refusal)));
                Ok(upgrade::refused(refusal))
            }
            (Ok(_), None) => unreachable!("an offer that can be accepted comes with the upgrade"),
        },
    };
    let response = response.unwrap_or_else(|answer::Unsendable| {
        (connection.config.notices)(Notice::Unsendable { url });
        plain(&method, 500, "Internal Server Error")
    });
    Ok(watched(&method, response, watch))
}

fn watched(method: &Method, response: Response<Body>, watch: Watch) -> Response<Watched> {
    let unsent = answer::is_bodiless(method, response.status());
    response.map(|body| Watched::new(body, watch, unsent))
}

impl Connection {
    /// The request's head with the server's own headers, and who the client is; `None` when it makes no sense.
    fn head(
        &self,
        parts: &request::Parts,
        websocket: Option<&UpgradeOffer>,
    ) -> Option<(RequestHead, std::net::IpAddr)> {
        let over_http2 = parts.version == Version::HTTP_2;
        let extended_connect = parts.method == Method::CONNECT && websocket.is_some();
        if parts.method == Method::CONNECT && !extended_connect {
            return None;
        }
        let mut headers: Vec<(String, Vec<u8>)> = Vec::with_capacity(parts.headers.len() + 8);
        for (name, value) in &parts.headers {
            headers.push((name.as_str().to_owned(), value.as_bytes().to_vec()));
        }
        let authority = self.authority(parts)?;
        if over_http2 && !parts.headers.contains_key("host") {
            headers.push(("host".to_owned(), authority.clone().into_bytes()));
        }
        if extended_connect {
            headers.push(("upgrade".to_owned(), b"websocket".to_vec()));
        } else if let Some((_, upgrade)) = headers.iter_mut().find(|(name, _)| name == "upgrade") {
            // Programs compare it with `websocket`, whatever case the client likes.
            upgrade.make_ascii_lowercase();
        }
        let method = if extended_connect { "GET" } else { parts.method.as_str() };
        let version = if over_http2 { "HTTP/2" } else { "HTTP/1.1" };
        let mut head = RequestHead { method: method.to_owned(), url: String::new(), version, headers };
        let origin = stamp(&mut head, self.peer.ip(), &self.config.trusted_proxies, &self.config.place);
        let target = parts.uri.path_and_query().map_or("/", uri::PathAndQuery::as_str);
        let target = if target.starts_with('/') { target } else { "/" };
        head.url = format!("{}://{authority}{target}", origin.scheme);
        Some((head, origin.client))
    }

    /// Whom the request is for: its target, its `Host`, or for clients from before `Host` our own address.
    fn authority(&self, parts: &request::Parts) -> Option<String> {
        let given = match (parts.uri.authority(), parts.headers.get(hyper::header::HOST)) {
            (Some(authority), _) => authority.clone(),
            (None, Some(host)) => uri::Authority::try_from(host.as_bytes()).ok()?,
            (None, None) if parts.version < Version::HTTP_11 => {
                return self.local.map(|local| local.to_string());
            }
            (None, None) => return None,
        };
        // A user and password have no place there.
        (!given.as_str().contains('@')).then(|| given.as_str().to_owned())
    }
}

fn plain(method: &Method, status: u16, text: &str) -> Response<Body> {
    match Answer::text(status, text) {
        Answer::Response { status, headers, body, .. } => {
            answer::response(method, status, None, headers, body).expect("our own words can be sent")
        }
        Answer::Upgrade { .. } | Answer::Abort => unreachable!("a text is a response"),
    }
}
