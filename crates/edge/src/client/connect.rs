//! Connections outside the pool, for WebSockets: TCP, and TLS over it.

use std::sync::Arc;

use hyper::http::Uri;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::{Error, ErrorKind};

/// Opens a TCP connection to the URL's host.
pub(super) async fn tcp(uri: &Uri, default_port: u16) -> Result<TcpStream, Error> {
    let host = host(uri)?;
    let port = uri.port_u16().unwrap_or(default_port);
    let failed =
        |error| Error::with_cause(ErrorKind::Connect, &format!("cannot connect to {host}:{port}"), &error);
    let stream = TcpStream::connect((host, port)).await.map_err(failed)?;
    stream.set_nodelay(true).map_err(failed)?;
    Ok(stream)
}

/// Speaks TLS on it.
pub(super) async fn tls(
    uri: &Uri,
    stream: TcpStream,
    config: Arc<ClientConfig>,
) -> Result<TlsStream<TcpStream>, Error> {
    let host = host(uri)?;
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| Error::new(ErrorKind::InvalidUrl, format!("`{host}` cannot have a certificate")))?;
    TlsConnector::from(config).connect(name, stream).await.map_err(|error| {
        Error::with_cause(ErrorKind::Connect, &format!("cannot agree with {host} on encryption"), &error)
    })
}

/// The host as an address or a name; IPv6 addresses lose their brackets.
fn host(uri: &Uri) -> Result<&str, Error> {
    let host = uri.host().filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| Error::new(ErrorKind::InvalidUrl, "the URL has no host"))?;
    Ok(host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host))
}
