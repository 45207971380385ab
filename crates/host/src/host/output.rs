//! The output gates of this thread's objects: what is written is committed, and what was sent meanwhile leaves when the
//! store says that it is durable.
//!
//! ```text
//!   turn ─► commit ─► store ─────► writer's thread ─► waker ─► storage_completed ─► what waited leaves
//!             └─► outputs ─► held                                     └─ failed ─► the object is reset
//! ```

use super::Host;
use crate::bodies::{self, Written};
use crate::event::Event;
use crate::held::Held;
use crate::table::Handle;
use holdfast_core::gate::Section;
use holdfast_core::hold::Loss;
use holdfast_core::output::HELD_BYTES_MAX;
use holdfast_link::{Failure, FailureFlags};
use holdfast_store::{Error, Kind};
use std::time::{Duration, Instant};

/// How long a full thread, a reload or a stop wait for the disk. After that the thread goes on; what waits still waits.
const SETTLE_MAX: Duration = Duration::from_secs(5);

/// What a failure of the store took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// What was written and not committed. Commits before it become durable, or fail, by themselves.
    Writes,
    /// Everything that is not durable.
    Commits,
}

impl Host {
    /// Commits what was written since the last commit, object by object, but for what is in a transaction.
    pub(crate) fn commit(&self) {
        loop {
            let next = self.shared().dirty.borrow_mut().pop();
            let Some(owner) = next else { return };
            if let Err(error) = self.commit_one(owner) {
                self.storage_failed(owner, &error, Lost::Writes);
            }
        }
    }

    /// Commits what one object wrote. After a failure it is to be reset.
    pub(crate) fn commit_one(&self, owner: u32) -> Result<(), Error> {
        let shared = self.shared();
        let committed = {
            let mut objects = shared.objects.borrow_mut();
            let Some(object) = objects.get_mut(owner) else { return Ok(()) };
            if !std::mem::take(&mut object.is_dirty) {
                return Ok(());
            }
            let Some(data) = &object.data else { return Ok(()) };
            let commit = data.commit()?;
            object.output.committed(commit);
            if commit.is_some() {
                shared.unconfirmed.borrow_mut().insert(data.id(), owner);
            }
            commit
        };
        if committed.is_none() {
            // What waited for it has nothing to wait for.
            self.let_out(owner);
        }
        Ok(())
    }

    /// Lets out what waited for commits that are durable now, and resets the objects whose commits failed. To be called
    /// between turns, after the waker was.
    pub fn storage_completed(&self) {
        self.take_completed();
        self.shared().condemned.borrow_mut().clear();
        self.drain();
    }

    fn take_completed(&self) {
        let shared = self.shared();
        let mut done = Vec::new();
        shared.connections.completed(&mut |completed| done.push(completed));
        for completed in done {
            let owner = shared.unconfirmed.borrow().get(&completed.id).copied();
            let Some(owner) = owner else { continue };
            match completed.outcome {
                Ok(()) => {
                    if let Some(object) = shared.objects.borrow_mut().get_mut(owner) {
                        object.output.durable(completed.commit);
                        if !object.output.is_unconfirmed() {
                            shared.unconfirmed.borrow_mut().remove(&completed.id);
                        }
                    }
                    self.let_out(owner);
                }
                Err(error) => {
                    let concerns = {
                        let objects = shared.objects.borrow();
                        objects.get(owner).is_some_and(|object| object.output.depends_on(completed.commit))
                    };
                    if concerns {
                        self.storage_failed(owner, &error, Lost::Commits);
                    }
                }
            }
        }
        shared.connections.maintain();
    }

    /// Something an object wrote is lost: so is what it sent since, and its instance, which knows of it.
    pub(super) fn storage_failed(&self, owner: u32, error: &Error, lost: Lost) {
        let shared = self.shared();
        let script = {
            let mut objects = shared.objects.borrow_mut();
            let Some(object) = objects.get_mut(owner) else { return };
            if lost == Lost::Commits {
                shared.held_bytes.set(shared.held_bytes.get() - object.output.held_bytes());
                object.output.fail();
                shared.unconfirmed.borrow_mut().retain(|_, other| *other != owner);
            }
            object.script
        };
        self.log_storage_failure(script, owner, error);
        shared.excuse_alarm(owner);
        if self.has_program(script) {
            self.reset(owner, &storage_failure(error), Loss::Storage);
        }
    }

    fn log_storage_failure(&self, script: u32, owner: u32, error: &Error) {
        let text = format!("{} was reset: {error}", self.name_of(owner));
        self.shared().world.log(crate::Log {
            level: crate::Level::Error,
            script,
            text,
            place: String::new(),
        });
    }

    /// Waits for the disk where too much waits for it.
    pub(super) fn bound_held(&self) {
        if self.shared().held_bytes.get() > HELD_BYTES_MAX {
            self.settle();
        }
    }

    /// Waits until everything that was committed is durable, and lets out what waited. Gives up after some seconds. To
    /// be called between turns.
    pub fn settle_storage(&self) {
        self.settle();
        self.shared().condemned.borrow_mut().clear();
    }

    pub(super) fn settle(&self) {
        let shared = self.shared();
        let deadline = Instant::now() + SETTLE_MAX;
        loop {
            self.take_completed();
            if shared.unconfirmed.borrow().is_empty() {
                return;
            }
            if !shared.storage_bell.wait_until(deadline) {
                let text = format!(
                    "the disk has not taken what was written for {} s: {} objects wait for it",
                    SETTLE_MAX.as_secs(),
                    shared.unconfirmed.borrow().len()
                );
                let level = crate::Level::Warn;
                return shared.world.log(crate::Log { level, script: 0, text, place: String::new() });
            }
        }
    }

    /// Lets out what `owner` sent and what waits for nothing any more.
    fn let_out(&self, owner: u32) {
        let shared = self.shared();
        loop {
            let next = {
                let mut objects = shared.objects.borrow_mut();
                let Some(object) = objects.get_mut(owner) else { return };
                let before = object.output.held_bytes();
                let next = object.output.next_free();
                shared.held_bytes.set(shared.held_bytes.get() - (before - object.output.held_bytes()));
                if next.is_none() && object.output.held_bytes() == 0 {
                    shared.release_answers(object, owner);
                }
                next
            };
            let Some(held) = next else { break };
            self.carry_out_held(owner, held);
        }
        loop {
            let settled =
                shared.objects.borrow_mut().get_mut(owner).and_then(|object| object.output.next_settled());
            let Some((number, section)) = settled else { return };
            shared.push(owner, section, Event::Synced { number });
        }
    }

    /// Does what was put off. What its number stood for may be gone meanwhile.
    fn carry_out_held(&self, owner: u32, held: Held) {
        let shared = self.shared();
        let sockets = shared.world.sockets();
        let is_there = |end: u32, generation: u32| {
            sockets.owner(end) == Some(owner) && sockets.identify(end).generation == generation
        };
        match held {
            Held::Send { ends, payload } => {
                let ends: Vec<u32> = ends
                    .into_iter()
                    .filter(|end| is_there(end.index, end.generation))
                    .map(|end| end.index)
                    .collect();
                if !ends.is_empty() {
                    sockets.send(&ends, payload);
                }
            }
            Held::Close { end, code, reason } => {
                if is_there(end.index, end.generation) {
                    sockets.close(end.index, code, &reason);
                }
            }
            Held::Finish { end } => {
                if is_there(end.index, end.generation) {
                    sockets.finish(end.index);
                }
            }
            Held::Effect(effect) => self.carry_out(effect),
            Held::Chunk { body, chunk, writer, section } => self.write_held(body, chunk, writer, section),
            Held::BodyEnd { body, failure } => bodies::end(shared, body, failure),
            Held::Visit(visitor) => (visitor.0)(),
        }
    }

    fn write_held(&self, body: Handle, chunk: bytes::Bytes, writer: u32, section: Section) {
        let shared = self.shared();
        if !shared.bodies.borrow().is_open(body) {
            return;
        }
        let is_open = match bodies::write_now(shared, self, body, chunk, writer, section) {
            // It tells the writer itself.
            Written::Wait => return,
            Written::Taken => true,
            Written::Gone => false,
        };
        shared.push(writer, section, Event::Room { body, is_open });
    }

    /// Carries out what the turn asked for, or keeps it until its owner's writes are durable.
    pub(super) fn carry_out_effects(&self) {
        let shared = self.shared();
        let effects = std::mem::take(&mut *shared.effects.borrow_mut());
        shared.effect_bytes.set(0);
        for effect in effects {
            if shared.may_hold()
                && let Some(owner) = shared.owner_of(&effect)
                && shared.holds(owner)
            {
                let passed = shared.offer(owner, Held::Effect(effect));
                if let Some(Held::Effect(effect)) = passed {
                    self.carry_out(effect);
                }
            } else {
                self.carry_out(effect);
            }
        }
    }

    /// Forgets what `owner` sent and what has not left: its instance is gone.
    pub(super) fn forget_held(&self, owner: u32) {
        let shared = self.shared();
        if let Some(object) = shared.objects.borrow_mut().get_mut(owner) {
            shared.held_bytes.set(shared.held_bytes.get() - object.output.held_bytes());
            object.output.discard();
            shared.release_answers(object, owner);
        }
    }
}

/// What callers of an object are told whose storage failed.
pub(crate) fn storage_failure(error: &Error) -> Failure {
    Failure {
        name: "Error".to_owned(),
        message: program_text(error).to_owned(),
        flags: FailureFlags {
            remote: true,
            // What the program did is no reason to try again.
            durable_object_reset: error.kind() != Kind::Constraint,
            ..FailureFlags::default()
        },
        ..Failure::default()
    }
}

/// What a program is told of a failure of the store: never where its files are.
pub(crate) fn program_text(error: &Error) -> &'static str {
    match error.kind() {
        // Nothing but foreign keys waits for the commit.
        Kind::Constraint => {
            "Durable Object was reset and rolled back to its last known good state because the application left the \
             database in a state where constraints were violated: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT \
             (extended: SQLITE_CONSTRAINT_FOREIGNKEY)"
        }
        Kind::TooBig => "string or blob too big: SQLITE_TOOBIG",
        Kind::DiskFull => "database or disk is full: SQLITE_FULL",
        Kind::Io | Kind::NotWritable => "disk I/O error: SQLITE_IOERR",
        Kind::Corrupt => "database disk image is malformed: SQLITE_CORRUPT",
        _ => "Internal error in Durable Object storage write caused object to be reset.",
    }
}
