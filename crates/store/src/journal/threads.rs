//! The two threads of a journal.
//!
//! Promises that they end, and the files are complete, when this is dropped.

use std::{
    sync::{Arc, PoisonError},
    thread::{Builder, JoinHandle},
};

use super::{Journal, Work, lock};
use crate::error::{Error, Kind, Result};

#[derive(Debug)]
pub(crate) struct Threads {
    journal: Arc<Journal>,
    threads: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Starts the threads a journal is to have.
    pub(crate) fn start(journal: &Arc<Journal>) -> Result<Self> {
        let mut this = Self { journal: Arc::clone(journal), threads: Vec::new() };
        if journal.work == Work::Threads {
            this.spawn("journal", Journal::run_writer)?;
            this.spawn("checkpoints", Journal::run_checkpointer)?;
        }
        Ok(this)
    }

    fn spawn(&mut self, name: &str, run: fn(&Journal)) -> Result<()> {
        let journal = Arc::clone(&self.journal);
        let thread = Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&journal))
            .map_err(|error| Error::new(Kind::Io, format!("start the thread `{name}`"), error.to_string()))?;
        self.threads.push(thread);
        Ok(())
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if self.threads.is_empty() {
            return;
        }
        // What cannot be written now is in the journal, and the next start takes it from there.
        let is_complete = self.journal.complete().is_ok();
        lock(&self.journal.queue).is_stopping = true;
        self.journal.for_writer.notify_all();
        self.journal.for_checkpointer.notify_all();
        self.journal.progress.notify_all();
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so.
            let _panicked = thread.join();
        }
        if is_complete {
            // What stays is in the way of nobody.
            let _used_again = self.journal.segments.remove_free();
        }
    }
}

impl Journal {
    fn run_writer(&self) {
        loop {
            if self.write_waiting() {
                continue;
            }
            let mut queue = lock(&self.queue);
            while queue.waiting.is_empty() && !queue.wants_healing {
                if queue.is_stopping {
                    return;
                }
                queue = self.for_writer.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn run_checkpointer(&self) {
        loop {
            // So that the writer need not wait for a segment to be made. It makes one itself if this fails.
            let _tried_again = self.segments.prepare();
            if self.checkpoint_waiting() {
                continue;
            }
            let mut queue = lock(&self.queue);
            while !queue.has_checkpoint_work(&self.limits) {
                if queue.is_stopping {
                    return;
                }
                queue = self.for_checkpointer.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}
