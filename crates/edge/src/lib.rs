//! The edge owns every connection: TCP, HTTP, WebSocket framing, ping and pong, auto-responses, outgoing requests.
//!
//! It knows no JavaScript and no storage. Everything here belongs to one thread (`Rc`, not `Arc`); threads share the
//! listener and the count of open connections, nothing else.
//!
//! ```text
//!            ┌────────────── one thread ──────────────┐
//!  client ──►│ http::serve ──Incoming──► the host     │
//!            │      │  101: the raw socket leaves HTTP │
//!            │      ▼                                  │
//!  client ◄─►│ sockets::Sockets ──Event──► the host    │
//!            │                  ◄─send, close──        │
//!  server ◄──│ client::Client ◄──Outgoing── the host   │
//!            └─────────────────────────────────────────┘
//! ```
//!
//! - [`codec`]: the WebSocket protocol, without I/O.
//! - [`sockets`]: the thread's table of open WebSockets and its poll set.
//! - [`Compression`]: how WebSockets are compressed.
//! - [`http`]: requests in, answers out, upgrades.
//! - [`client`]: requests and WebSockets to elsewhere.

pub mod client;
pub mod codec;
mod compression;
mod handshake;
pub mod http;
pub mod sockets;

pub use compression::{Compression, Windows};
