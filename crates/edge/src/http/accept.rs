//! The door: lets connections in, turns away those there is no room for, and survives running out of descriptors.
//!
//! When `accept` fails for want of a descriptor the connection stays in the kernel's queue and `accept` would fail
//! again at once, forever. So one descriptor is kept in reserve: it is given up, the connection taken, told 503 and
//! dropped, and the descriptor taken back.

use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use rustix::io::Errno;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use super::notice::Notice;
use super::serve::Config;
use crate::sockets::Permit;

/// Pause after a failed `accept`, so that one that keeps failing does not take the processor.
const BACK_OFF: Duration = Duration::from_millis(50);
/// How long a refused client has to read why.
const FAREWELL_MAX: Duration = Duration::from_millis(500);
/// The same when it holds the last descriptor.
const HASTY_FAREWELL_MAX: Duration = Duration::from_millis(20);
/// Refused clients that are being told at the same time; further ones are just dropped.
const FAREWELLS_MAX: usize = 16;

const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 46\r\n\
Retry-After: 1\r\nConnection: close\r\n\r\nToo many connections are open. Try again soon.";

pub(super) struct Door {
    config: Rc<Config>,
    reserve: Option<File>,
    refused: u64,
    /// Counts the farewells under way.
    farewells: Rc<()>,
}

impl Door {
    pub(super) fn new(config: Rc<Config>) -> io::Result<Door> {
        Ok(Door { config, reserve: Some(reserve()?), refused: 0, farewells: Rc::new(()) })
    }

    /// The next connection there is room for. Dropping the future loses no connection but one that is being refused.
    pub(super) async fn accept(&mut self, listener: &TcpListener) -> (TcpStream, SocketAddr, Permit) {
        loop {
            if self.reserve.is_none() {
                self.reserve = reserve().ok();
            }
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let Some(permit) = self.config.connections.admit() else {
                        self.refuse(stream, peer);
                        continue;
                    };
                    if self.refused > 0 {
                        (self.config.notices)(Notice::Accepting {
                            refused: std::mem::take(&mut self.refused),
                        });
                    }
                    return (stream, peer, permit);
                }
                Err(error) if is_for_want_of_descriptors(&error) => {
                    self.note_refusal(None, "no file descriptors are left; raise the limit (ulimit -n)");
                    self.refuse_with_reserve(listener).await;
                }
                // The client gave up before we came to it.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    (self.config.notices)(Notice::AcceptFailed(error));
                    sleep(BACK_OFF).await;
                }
            }
        }
    }

    fn note_refusal(&mut self, peer: Option<SocketAddr>, reason: &'static str) {
        if self.refused == 0 {
            (self.config.notices)(Notice::Refusing { peer, reason });
        }
        self.refused += 1;
    }

    fn refuse(&mut self, stream: TcpStream, peer: SocketAddr) {
        self.note_refusal(Some(peer), "too many are open; raise the limit (ulimit -n)");
        if Rc::strong_count(&self.farewells) <= FAREWELLS_MAX {
            let under_way = Rc::clone(&self.farewells);
            tokio::task::spawn_local(async move {
                farewell(stream, FAREWELL_MAX).await;
                drop(under_way);
            });
        }
    }

    async fn refuse_with_reserve(&mut self, listener: &TcpListener) {
        drop(self.reserve.take());
        // Another thread may have taken the descriptor, or the client may have left.
        match timeout(BACK_OFF, listener.accept()).await {
            Ok(Ok((stream, _))) => farewell(stream, HASTY_FAREWELL_MAX).await,
            Ok(Err(_)) => sleep(BACK_OFF).await,
            Err(_) => {}
        }
    }
}

/// Says 503 and gives the client a moment to read it: closing with its request unread would reset the connection.
async fn farewell(mut stream: TcpStream, patience: Duration) {
    let exchange = async {
        stream.write_all(REFUSAL).await?;
        stream.shutdown().await?;
        let mut ignored = [0; 1024];
        while stream.read(&mut ignored).await? > 0 {}
        io::Result::Ok(())
    };
    // A client that does not listen is not owed more.
    let _told = timeout(patience, exchange).await;
}

fn reserve() -> io::Result<File> {
    File::open("/dev/null")
}

fn is_for_want_of_descriptors(error: &io::Error) -> bool {
    let errno = error.raw_os_error().map(Errno::from_raw_os_error);
    matches!(errno, Some(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM))
}

#[cfg(test)]
mod tests {
    use super::REFUSAL;

    #[test]
    fn the_refusal_says_its_length() {
        let text = std::str::from_utf8(REFUSAL).expect("ASCII");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    }
}
