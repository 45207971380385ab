//! The word to stop, from one place to every thread.

use tokio::sync::watch;

/// Says it. Dropping it says it too.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

/// Hears it.
#[derive(Clone, Debug)]
pub struct Stopping(watch::Receiver<bool>);

impl Stop {
    /// Nothing stops yet.
    pub fn new() -> (Stop, Stopping) {
        let (sender, receiver) = watch::channel(false);
        (Stop(sender), Stopping(receiver))
    }

    /// Everybody stops.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stopping {
    /// Resolves when the word was given.
    pub async fn wait(&mut self) {
        // An error means that nobody is left who could say it.
        let _gone = self.0.wait_for(|stop| *stop).await;
    }
}
