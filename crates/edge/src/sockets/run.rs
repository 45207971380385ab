//! The one task of the thread's sockets.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

use super::event::Event;
use super::read::Left;
use super::{Inner, Sockets};

/// Batches handled in a row before the thread's other tasks get a chance. Asking our poll set again is cheaper than
/// going through tokio's.
const BATCHES_PER_WAKE_MAX: usize = 16;

impl Sockets {
    /// Serves the sockets for as long as it is polled. `sink` gets each batch of events in order and drains it; what
    /// it sends is flushed when it returns. It may call everything of `Sockets` but `run`.
    ///
    /// # Errors
    /// When the poll set itself fails, which has no cure.
    pub async fn run(&self, mut sink: impl FnMut(&mut Vec<Event>)) -> io::Result<Infallible> {
        let Inner { table, bell } = &*self.inner;
        let watched = watch(table.borrow().poll.registry().as_fd())?;
        let mut batch = Vec::new();
        loop {
            if self.serve_batches(&mut batch, &mut sink)? == Left::More {
                yield_now().await;
                continue;
            }
            let deadline = table.borrow().deadlines.next();
            let expiry = async move {
                match deadline {
                    Some(at) => sleep_until(Instant::from_std(at)).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                biased;
                // Cleared before the poll set is asked, so that what comes later rings again.
                ready = watched.readable() => ready?.clear_ready(),
                () = bell.notified() => {}
                () = expiry => {}
            }
        }
    }

    /// Whether it stopped with work left.
    fn serve_batches(
        &self,
        batch: &mut Vec<Event>,
        sink: &mut impl FnMut(&mut Vec<Event>),
    ) -> io::Result<Left> {
        for _ in 0..BATCHES_PER_WAKE_MAX {
            let left = self.inner.table.borrow_mut().collect(batch)?;
            let delivered = !batch.is_empty();
            if delivered {
                sink(batch);
                batch.clear();
            }
            let mut table = self.inner.table.borrow_mut();
            table.flush();
            if !delivered && left == Left::Nothing && table.unreported.is_empty() {
                return Ok(Left::Nothing);
            }
        }
        Ok(Left::More)
    }
}

/// Registers a descriptor of its own for the poll set with tokio.
fn watch(poll: BorrowedFd<'_>) -> io::Result<AsyncFd<OwnedFd>> {
    #[expect(
        deprecated,
        reason = "its successor is unsafe, for descriptors closed too early; an OwnedFd is not"
    )]
    AsyncFd::with_interest(poll.try_clone_to_owned()?, Interest::READABLE)
}
