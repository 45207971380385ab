//! The way into the table for transports its poll set cannot watch: TLS, and streams of HTTP/2.
//!
//! A task copies between the transport and one end of a pair of Unix sockets; the table has the other end. It costs a
//! task, two buffers and a copy each way, which only outgoing `wss:` and WebSockets over HTTP/2 pay.

use std::io;
use std::os::unix::net::UnixStream;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy_bidirectional};

/// Starts the copying on this thread's `LocalSet` and returns the table's end.
pub(crate) fn bridge(mut transport: impl AsyncRead + AsyncWrite + Unpin + 'static) -> io::Result<UnixStream> {
    let (ours, tables) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let mut ours = tokio::net::UnixStream::from_std(ours)?;
    tokio::task::spawn_local(async move {
        if copy_bidirectional(&mut transport, &mut ours).await.is_err() {
            // The table sees the end of the connection when `ours` is dropped; the peer should see one too.
            let _already_broken = transport.shutdown().await;
        }
    });
    Ok(tables)
}
