//! What a handler gets.

use std::net::{IpAddr, SocketAddr};

use tokio::sync::oneshot;

use super::body::Body;
use super::upgrade::UpgradeOffer;

/// A request.
#[derive(Debug)]
pub struct Incoming {
    /// Method, URL and headers, those the server sets included.
    pub head: RequestHead,
    /// The other end of the TCP connection.
    pub peer: SocketAddr,
    /// The client, which is not the peer behind a trusted proxy.
    pub client: IpAddr,
    /// What it sends.
    pub body: Body,
    /// Set when the client asks for a WebSocket.
    pub websocket: Option<UpgradeOffer>,
    /// Tells how the exchange ended.
    pub gone: Gone,
}

/// The head of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestHead {
    /// As sent; `GET` for a WebSocket over HTTP/2.
    pub method: String,
    /// Absolute.
    pub url: String,
    /// As `request.cf.httpProtocol` has it: `HTTP/1.1`, `HTTP/2`.
    pub version: &'static str,
    /// Lower-case names, in the order they came.
    pub headers: Vec<(String, Vec<u8>)>,
}

impl RequestHead {
    /// The first header of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &value[..])
    }
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The answer was handed to the connection whole.
    Answered,
    /// The client left first, or the answer broke off.
    Left,
}

/// Knows how its exchange ends.
#[derive(Debug)]
pub struct Gone(oneshot::Receiver<()>);

impl Gone {
    /// Resolves when the exchange has ended.
    pub async fn wait(self) -> Ending {
        match self.0.await {
            Ok(()) => Ending::Answered,
            Err(_) => Ending::Left,
        }
    }
}

/// The other side of [`Gone`]; being dropped means that the client left.
#[derive(Debug)]
pub(crate) struct Watch(oneshot::Sender<()>);

impl Watch {
    pub(crate) fn new() -> (Watch, Gone) {
        let (sender, receiver) = oneshot::channel();
        (Watch(sender), Gone(receiver))
    }

    pub(crate) fn answered(self) {
        // A handler that does not ask is not told.
        let _unasked = self.0.send(());
    }
}
