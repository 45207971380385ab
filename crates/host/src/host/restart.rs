//! Programs that do not start again when their isolate was discarded. What comes for one has it tried anew
//! ([`holdfast_core::restart`] decides when): a call at once, what held sockets bring after a pause, during which it
//! waits in its object's gate, within the gate's bound.
//!
//! Promises that a program which can start does so, and gets what waited, in order; that one which cannot is not tried in
//! a loop; and that whoever is refused meanwhile hears why.

use super::{GONE_REASON, Host};
use crate::isolate::{Isolate, LoadError, Program};
use crate::objects::FIRST_OBJECT;
use crate::shared::{Came, Ready};
use crate::timers::Due;
use crate::{Level, Log};
use holdfast_core::hold::{CONSTRUCTIONS_MAX, Fate, Loss, Next, UNMADE};
use holdfast_core::restart::{Answer, Cause, Restart};
use holdfast_link::Failure;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// A program that is not running.
pub(super) struct Down {
    program: Arc<Program>,
    restart: Restart,
    /// Why it did not start; None before the first attempt.
    reason: Option<String>,
}

impl Host {
    /// Whether `script` is a program of this thread, running or to be started again.
    pub(super) fn has_program(&self, script: u32) -> bool {
        self.isolate(script).is_some() || self.0.down.borrow().contains_key(&script)
    }

    /// Starts the program of an isolate that was discarded in another one.
    pub(super) fn replace(&self, isolate: &Rc<Isolate>) {
        let program = Arc::clone(isolate.program());
        let down = Down { program, restart: Restart::default(), reason: None };
        self.0.down.borrow_mut().insert(isolate.script, down);
        self.0.isolates.borrow_mut()[isolate.script as usize] = None;
        self.0.is_to_release.set(true);
        self.start_again(isolate.script);
    }

    /// An event came for a script that has no isolate.
    pub(super) fn start_for(&self, script: u32, ready: Ready) {
        let Ready { owner, section, event, came } = ready;
        let cause = match &event {
            event if event.held_end().is_some() => Some(Cause::HeldSocket),
            event if event.calls() => Some(Cause::Call),
            _ => None,
        };
        let asked = || cause.map_or(Answer::Refuse, |cause| self.ask(script, cause, Instant::now()));
        let mut answer = asked();
        if answer == Answer::Start {
            if self.start_again(script) {
                // What waited goes first.
                self.shared().push_first(owner, section, event, came);
                return self.deliver_kept(script);
            }
            answer = if cause == Some(Cause::Call) { Answer::Refuse } else { asked() };
        }
        match answer {
            Answer::Wait => self.keep(owner, event),
            Answer::Start | Answer::Refuse => {
                self.refuse(event, &self.why_down(script, owner));
            }
        }
    }

    /// The pause after an attempt is over.
    pub(super) fn retry_start(&self, script: u32, now: Instant) {
        if self.ask(script, Cause::HeldSocket, now) != Answer::Start {
            return;
        }
        let owners = self.shared().objects.borrow().of_script(script);
        if owners.into_iter().any(|owner| self.has_kept(owner)) {
            if self.start_again(script) {
                self.deliver_kept(script);
            }
            self.drain();
        }
    }

    fn ask(&self, script: u32, cause: Cause, now: Instant) -> Answer {
        let down = self.0.down.borrow();
        down.get(&script).map_or(Answer::Refuse, |down| down.restart.answer(cause, now))
    }

    /// What whoever calls `owner` hears.
    fn why_down(&self, script: u32, owner: u32) -> Failure {
        let down = self.0.down.borrow();
        let Some(reason) = down.get(&script).and_then(|down| down.reason.as_ref()) else {
            return not_running();
        };
        let text = format!("The Worker does not start: {reason}");
        // An object's callers hear of it as of a constructor that fails.
        if owner >= FIRST_OBJECT { Failure::reset(text) } else { Failure::new("Error", text) }
    }

    fn has_kept(&self, owner: u32) -> bool {
        self.shared().objects.borrow().get(owner).is_some_and(|object| object.gate.waiting() > 0)
    }

    /// Tries to start a program that is not running. False when it does not start.
    fn start_again(&self, script: u32) -> bool {
        let shared = self.shared();
        let known = {
            let down = self.0.down.borrow();
            down.get(&script).map(|down| (Arc::clone(&down.program), down.reason.is_some()))
        };
        let Some((program, has_failed)) = known else { return false };
        shared.world.pulse().begin(script, program.processor_time_max(&shared.settings), None);
        let started = Isolate::start(self, shared, script, &program);
        shared.world.pulse().end();
        match started {
            Ok(isolate) => {
                self.run_from_now_on(script, isolate);
                if has_failed {
                    let text = "the program runs again".to_owned();
                    shared.world.log(Log { level: Level::Log, script, text, place: String::new() });
                }
                true
            }
            Err(error) => {
                self.not_started_again(script, &error);
                false
            }
        }
    }

    /// Sees to the next attempt, or gives up the sockets that wait for one.
    fn not_started_again(&self, script: u32, error: &LoadError) {
        let shared = self.shared();
        self.report(script, format!("the program does not start again: {error}"));
        let now = Instant::now();
        let mut fate = Loss::Constructor.fate(shared.settings.hold);
        if let Some(down) = self.0.down.borrow_mut().get_mut(&script) {
            down.reason = Some(error.message.lines().next().unwrap_or_default().to_owned());
            match down.restart.failed(now) {
                Next::After(pause) => shared.timers.borrow_mut().at(now + pause, Due::Restart(script)),
                Next::GiveUp if fate == Fate::Held => fate = Fate::Closed(UNMADE),
                Next::GiveUp => {}
            }
        }
        if let Fate::Closed(code) = fate {
            self.give_up_sockets(script, code);
        }
    }

    /// Closes the sockets that the objects of a script hold, and refuses what they brought.
    fn give_up_sockets(&self, script: u32, code: u16) {
        let shared = self.shared();
        let sockets = shared.world.sockets();
        let reason = if code == UNMADE { "The object cannot be started." } else { GONE_REASON };
        let mut closed = 0;
        let owners = shared.objects.borrow().of_script(script);
        for owner in owners {
            closed += sockets.held_count(owner);
            sockets.close_all(owner, code, reason);
            for event in self.take_kept(owner) {
                self.refuse(event, &not_running());
            }
            // Nothing keeps it in the table any more.
            self.touch(owner);
        }
        if closed > 0 && code == UNMADE {
            self.report(
                script,
                format!("{closed} WebSockets of its objects were closed: it did not start {CONSTRUCTIONS_MAX} times in a row"),
            );
        }
    }

    /// Delivers what held sockets brought while the program was not running.
    fn deliver_kept(&self, script: u32) {
        let owners = self.shared().objects.borrow().of_script(script);
        for owner in owners {
            let rests =
                self.shared().objects.borrow().get(owner).is_some_and(|object| object.retry_at.is_some());
            // One whose constructor failed before waits for the end of its own pause.
            if !rests {
                let kept = self.take_kept(owner);
                self.shared().put_back(owner, kept, Came::FromGate);
            }
        }
    }
}

fn not_running() -> Failure {
    Failure::new("Error", "This Worker is not running.")
}
