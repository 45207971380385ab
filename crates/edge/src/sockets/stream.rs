//! The transport under a WebSocket, before and after it is in the table.

use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use mio::{Interest, Registry, Token};
use socket2::{SockRef, TcpKeepalive};

use crate::codec::Role;
use crate::codec::extension::Agreement;

/// Unanswered keep-alive probes before a peer counts as gone.
const KEEP_ALIVE_PROBES: u32 = 4;
/// Between two probes.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);

/// Held as long as a connection is open, when connections are counted; dropped with it.
pub type Permit = Arc<dyn Send + Sync>;

/// An open WebSocket that left HTTP: the connection and what was read past the handshake. May go to another thread.
pub struct RawSocket {
    /// The connection.
    pub stream: RawStream,
    /// Bytes that came after the handshake.
    pub received: Bytes,
    /// Which side we are.
    pub role: Role,
    /// How messages may be compressed; `None` when they may not.
    pub compression: Option<Agreement>,
    /// Kept until the connection ends.
    pub permit: Option<Permit>,
}

impl std::fmt::Debug for RawSocket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawSocket")
            .field("stream", &self.stream)
            .field("received", &self.received.len())
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// The kinds of connection the poll set can watch. What is encrypted or multiplexed stays with its own task, which
/// talks to the table through a pair of Unix sockets.
#[derive(Debug)]
pub enum RawStream {
    /// A client's connection, or ours to a server.
    Tcp(TcpStream),
    /// One end of a pair whose other end a task copies to and from the real transport.
    Unix(UnixStream),
}

/// A watched transport.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(mio::net::TcpStream),
    Unix(mio::net::UnixStream),
}

impl Stream {
    pub(super) fn prepare(raw: RawStream, keep_alive_after: Duration) -> io::Result<Stream> {
        Ok(match raw {
            RawStream::Tcp(stream) => {
                stream.set_nonblocking(true)?;
                stream.set_nodelay(true)?;
                let keep_alive = TcpKeepalive::new()
                    .with_time(keep_alive_after)
                    .with_interval(KEEP_ALIVE_INTERVAL)
                    .with_retries(KEEP_ALIVE_PROBES);
                SockRef::from(&stream).set_tcp_keepalive(&keep_alive)?;
                Stream::Tcp(mio::net::TcpStream::from_std(stream))
            }
            RawStream::Unix(stream) => {
                stream.set_nonblocking(true)?;
                Stream::Unix(mio::net::UnixStream::from_std(stream))
            }
        })
    }

    pub(super) fn watch(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        let interest = Interest::READABLE | Interest::WRITABLE;
        match self {
            Stream::Tcp(stream) => registry.register(stream, token, interest),
            Stream::Unix(stream) => registry.register(stream, token, interest),
        }
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.read(buffer),
            Stream::Unix(stream) => stream.read(buffer),
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Unix(stream) => stream.write(bytes),
        }
    }

    pub(super) fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.write_vectored(slices),
            Stream::Unix(stream) => stream.write_vectored(slices),
        }
    }

    /// The peer sees the end of what we send; we can still read. Fails only when the connection is gone already.
    pub(super) fn shut_write(&self) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.shutdown(Shutdown::Write),
            Stream::Unix(stream) => stream.shutdown(Shutdown::Write),
        }
    }
}
