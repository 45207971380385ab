//! HTTP/1.1 and HTTP/2 (prior knowledge) in: requests to a handler, answers from it, and the way out for WebSockets.
//!
//! Promises, to the host:
//! - A handler sees only whole, well-formed request heads; slow, giant and malformed ones are answered here.
//! - What the server says about the client (`CF-Connecting-IP` and the like) is set here and cannot be forged,
//!   unless the peer is a trusted proxy.
//! - Bodies stream both ways, and whoever reads slowly slows the writer down.
//! - [`Incoming::gone`] tells when the client left before it had its answer.
//! - After [`Answer::Upgrade`] the connection leaves HTTP whole: no byte is lost, whenever it was sent.
//! - Running out of descriptors refuses connections politely, and ends nothing.
//!
//! It does not know what a request means, and never retries.
//!
//! ```text
//!  listener ─► accept ─► connection (one task) ─► handler(Incoming) ─► Answer::Response ─► client
//!     (shared by threads)      │                                    └► Answer::Upgrade ─► 101, RawSocket
//!                              └ HTTP/2: one task per request
//! ```

mod accept;
mod answer;
mod body;
mod cf;
mod connection;
mod connections;
mod headers;
mod io;
mod notice;
mod proxies;
mod request;
mod serve;
mod stop;
mod upgrade;
mod watched;

pub use answer::Answer;
pub(crate) use answer::is_hop_by_hop;
pub use body::{Body, BodySender, Disconnected};
pub use cf::{Cf, Place};
pub use connections::{Connections, raise_descriptor_limit};
pub use headers::{Origin, stamp};
pub use notice::Notice;
pub use proxies::{InvalidNetwork, Network};
pub use request::{Ending, Gone, Incoming, RequestHead};
pub use serve::{Config, serve};
pub use stop::{Stop, Stopping};
pub use upgrade::{Refusal, UpgradeOffer, UpgradeResult};
pub(crate) use upgrade::{held, joined};
