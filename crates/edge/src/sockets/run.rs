//! The one task of the thread's sockets.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

use super::event::Event;
use super::{Inner, Sockets};

/// When the poll set had no more to say than this, it is not asked again before sleeping: with few sockets busy that
/// would mostly be in vain, and what came meanwhile rings at once. Elsewhere than on Linux, whether it rings for every
/// piece of news is not sure enough, so it is asked until it is silent.
const FEW_NOTICES: usize = if cfg!(target_os = "linux") { 4 } else { 0 };

/// Batches handled in a row before the thread's other tasks get a chance. Asking our poll set again is cheaper than
/// going through tokio's.
const BATCHES_PER_WAKE_MAX: usize = 16;

/// No further batch is begun after this long: what a batch asks of the program, and of its disk, can take any time.
const WAKE_MAX: Duration = Duration::from_millis(2);

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
            let settled = self.serve_batches(&mut batch, &mut sink)?;
            if !settled {
                yield_now().await;
                continue;
            }
            let deadline = table.borrow().next_deadline();
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

    /// Whether it stopped because there is nothing left to do.
    fn serve_batches(
        &self,
        batch: &mut Vec<Event>,
        sink: &mut impl FnMut(&mut Vec<Event>),
    ) -> io::Result<bool> {
        let begun = Instant::now();
        self.inner.table.borrow_mut().notice_silence(begun.into_std());
        for _ in 0..BATCHES_PER_WAKE_MAX {
            let noticed = self.inner.table.borrow_mut().collect(batch)?;
            if !batch.is_empty() {
                sink(batch);
                batch.clear();
            }
            let mut table = self.inner.table.borrow_mut();
            table.flush();
            if noticed <= FEW_NOTICES && table.is_settled() {
                return Ok(true);
            }
            if begun.elapsed() > WAKE_MAX {
                break;
            }
        }
        Ok(false)
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
