//! Requests and WebSockets to elsewhere.
//!
//! Promises, to the host: one request is one exchange. Redirects are not followed, encodings not undone, nothing is
//! repeated but a request that met a pooled connection just as it closed and was not begun. Bodies stream both ways.
//! Connections are pooled per thread. HTTP/2 is spoken where TLS negotiates it.
//!
//! All of it runs inside the thread's `LocalSet`. Dropping a future abandons its exchange.

mod connect;
mod error;
mod message;
mod trust;
mod websocket;

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

pub use error::{Error, ErrorKind};
pub use message::{Outgoing, Reply};
pub use trust::Trust;
pub use websocket::Opening;

use crate::compression::Compression;
use crate::http::Body;

/// How requests are made.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which servers are believed to be who they say.
    pub trust: Trust,
    /// How WebSockets are compressed.
    pub compression: Compression,
    /// How long a connection may take to open, TLS included for WebSockets.
    pub connect_timeout: Duration,
    /// How long an unused connection is kept.
    pub idle_timeout: Duration,
    /// Unused connections kept for one server.
    pub idle_per_host_max: usize,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            trust: Trust::Public,
            compression: Compression::default(),
            connect_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(60),
            idle_per_host_max: 32,
        }
    }
}

/// The thread's way out: a shared handle.
#[derive(Clone)]
pub struct Client {
    inner: Rc<Inner>,
}

struct Inner {
    config: Config,
    plain: legacy::Client<HttpConnector, Body>,
    /// Made when the first `https:` URL is asked for: reading certificates takes longer than starting.
    secure: OnceCell<legacy::Client<HttpsConnector<HttpConnector>, Body>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl Client {
    /// A client with an empty pool.
    pub fn new(config: Config) -> Client {
        let plain = builder(&config).build(connector(&config));
        Client { inner: Rc::new(Inner { config, plain, secure: OnceCell::new() }) }
    }

    /// One exchange over `http:` or `https:`. Resolves with the head of the response.
    ///
    /// # Errors
    /// When no response comes: an unusable URL, no connection, or one that broke.
    pub async fn send(&self, outgoing: Outgoing) -> Result<Reply, Error> {
        let request = message::request(outgoing)?;
        let secure = match request.uri().scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(Error::new(ErrorKind::InvalidUrl, "the URL is neither http: nor https:")),
        };
        let response = if secure {
            self.secure().await?.request(request).await
        } else {
            self.inner.plain.request(request).await
        };
        Ok(message::reply(response.map_err(Error::from_exchange)?))
    }

    async fn secure(&self) -> Result<&legacy::Client<HttpsConnector<HttpConnector>, Body>, Error> {
        let Inner { config, secure, .. } = &*self.inner;
        if let Some(client) = secure.get() {
            return Ok(client);
        }
        let tls = config.trust.tls().await?;
        Ok(secure.get_or_init(|| {
            let mut connector = connector(config);
            connector.enforce_http(false);
            let connector = HttpsConnectorBuilder::new()
                .with_tls_config((*tls).clone())
                .https_only()
                .enable_all_versions()
                .wrap_connector(connector);
            builder(config).build(connector)
        }))
    }
}

fn builder(config: &Config) -> legacy::Builder {
    let mut builder = legacy::Client::builder(TokioExecutor::new());
    builder.timer(TokioTimer::new());
    builder.pool_timer(TokioTimer::new());
    builder.pool_idle_timeout(config.idle_timeout);
    builder.pool_max_idle_per_host(config.idle_per_host_max);
    builder
}

fn connector(config: &Config) -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(config.connect_timeout));
    connector
}
