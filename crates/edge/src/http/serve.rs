//! The listener's loop on one thread.

use std::future::Future;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use super::accept::Door;
use super::answer::Answer;
use super::cf::Place;
use super::connection::{Service, serve_connection};
use super::connections::Connections;
use super::notice::Notice;
use super::proxies::Network;
use super::request::Incoming;
use super::stop::Stopping;
use crate::compression::Compression;

/// How requests are served.
#[derive(Clone)]
pub struct Config {
    /// A connection that has not sent a whole request head after this long is closed: at its start, and between
    /// requests.
    pub header_timeout: Duration,
    /// A longer request head is answered 431.
    pub header_bytes_max: usize,
    /// How long unfinished requests may take after the word to stop.
    pub grace: Duration,
    /// Whose word is taken for who the client is.
    pub trusted_proxies: Vec<Network>,
    /// How WebSockets are compressed.
    pub compression: Compression,
    /// Where we are.
    pub place: Place,
    /// The count of open connections, shared with the other threads.
    pub connections: Connections,
    /// Where notices go.
    pub notices: Rc<dyn Fn(Notice)>,
}

impl Default for Config {
    /// 30 s for a head of 128 KiB, 10 s of grace, nobody trusted, notices nowhere.
    fn default() -> Config {
        Config {
            header_timeout: Duration::from_secs(30),
            header_bytes_max: 128 * 1024,
            grace: Duration::from_secs(10),
            trusted_proxies: Vec::new(),
            compression: Compression::default(),
            place: Place::default(),
            connections: Connections::within_descriptor_limit(),
            notices: Rc::new(|_| {}),
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("connections", &self.connections).finish_non_exhaustive()
    }
}

/// Accepts and serves until told to stop, then finishes what was begun. Runs inside the thread's `LocalSet`; every
/// thread has its own clone of the listener and takes what it has time for.
///
/// # Errors
/// When the listener cannot be watched. What goes wrong later is a [`Notice`].
pub async fn serve<H, F>(
    listener: std::net::TcpListener,
    config: Config,
    mut stopping: Stopping,
    handler: H,
) -> io::Result<()>
where
    H: Fn(Incoming) -> F + 'static,
    F: Future<Output = Answer> + 'static,
{
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let config = Rc::new(config);
    let handler: Service = Rc::new(move |incoming| Box::pin(handler(incoming)));
    let mut door = Door::new(Rc::clone(&config))?;
    let mut tasks = JoinSet::new();
    let mut stop = stopping.clone();
    loop {
        tokio::select! {
            () = stop.wait() => break,
            Some(ended) = tasks.join_next() => report(&config, &ended),
            accepted = door.accept(&listener) => {
                let (stream, peer, permit) = accepted;
                let (config, handler, stopping) = (Rc::clone(&config), Rc::clone(&handler), stopping.clone());
                tasks.spawn_local(serve_connection(stream, peer, permit, config, handler, stopping));
            }
        }
    }
    drop(listener);
    stopping.wait().await;
    let finished = timeout(config.grace, async {
        while let Some(ended) = tasks.join_next().await {
            report(&config, &ended);
        }
    });
    if finished.await.is_err() {
        (config.notices)(Notice::CutAtShutdown { connections: tasks.len() });
        tasks.shutdown().await;
    }
    Ok(())
}

fn report(config: &Config, ended: &Result<(), JoinError>) {
    if ended.as_ref().is_err_and(JoinError::is_panic) {
        (config.notices)(Notice::HandlerPanicked);
    }
}
