//! The host of one thread: what it is told, by the world around it. What it does with an event is in `host/`.

mod alarm;
mod back;
mod hold;
mod life;
mod limits;
mod order;
pub(crate) mod output;
mod overload;
mod reset;
mod restart;
mod schedule;
mod turn;
mod visit;

pub(crate) use self::order::Evictions;
use self::reset::{gone, updated};
use self::restart::Down;
use crate::bell::Bell;
use crate::event::Event;
use crate::isolate::{Isolate, LoadError, Program};
use crate::objects::{Objects, Phase};
use crate::rpc::Rpc;
use crate::shared::{Owed, Shared};
use crate::table::Handle;
use crate::timers::Due;
use crate::world::{Level, Log, World};
use crate::{Namespace, Settings};
use holdfast_core::gate::Section;
use holdfast_core::hold::Loss;
use holdfast_link::{CallId, Failure, Payload, Request, Response, Target, Thread};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Instant;

/// The reason programs see when a socket ends without a Close frame.
pub(crate) const GONE_REASON: &str = "WebSocket disconnected without sending Close frame.";

/// Objects whose hibernation is considered before others have their turn again: thousands may have fallen silent at once.
const HIBERNATIONS_MAX: usize = 128;

/// A handle to the host; clones are the same host.
#[derive(Clone)]
pub struct Host(Rc<Inner>);

/// A handle that does not keep the host.
#[derive(Clone)]
pub struct WeakHost(Weak<Inner>);

struct Inner {
    shared: Rc<Shared>,
    isolates: RefCell<Vec<Option<Rc<Isolate>>>>,
    /// Scripts whose isolate was discarded and that did not start again.
    down: RefCell<HashMap<u32, Down>>,
    /// An isolate was discarded that held much: its memory is to go back to the system.
    is_to_release: Cell<bool>,
}

impl fmt::Debug for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Host").field("thread", &self.0.shared.thread).finish_non_exhaustive()
    }
}

impl fmt::Debug for WeakHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WeakHost")
    }
}

impl WeakHost {
    pub fn upgrade(&self) -> Option<Host> {
        self.0.upgrade().map(Host)
    }
}

impl Host {
    pub fn new(
        thread: Thread,
        settings: Settings,
        store: &holdfast_store::Store,
        namespaces: Vec<Namespace>,
        world: Rc<dyn World>,
    ) -> Host {
        let storage_bell = Arc::new(Bell::default());
        let waker: holdfast_store::Waker = {
            let (bell, waker) = (Arc::clone(&storage_bell), world.storage_waker());
            Arc::new(move || {
                bell.ring();
                waker();
            })
        };
        let rpc = Rpc::new(world.releaser());
        let shared = Shared {
            thread,
            settings,
            world,
            store: store.clone(),
            connections: store.connections(waker),
            namespaces: RefCell::new(namespaces),
            objects: RefCell::new(Objects::default()),
            timers: RefCell::default(),
            schedule: RefCell::default(),
            schedule_deadline: Cell::default(),
            evictions: RefCell::default(),
            alarms: RefCell::default(),
            alarm_deadline: Cell::default(),
            calls: RefCell::default(),
            answers: RefCell::default(),
            bodies: RefCell::default(),
            rpc,
            broken: RefCell::default(),
            effects: RefCell::default(),
            effect_bytes: Rc::default(),
            ready: RefCell::default(),
            dirty: RefCell::default(),
            unconfirmed: RefCell::default(),
            held_bytes: 0.into(),
            storage_bell,
            attachments: RefCell::default(),
            condemned: RefCell::default(),
            is_running: false.into(),
        };
        Host(Rc::new(Inner {
            shared: Rc::new(shared),
            isolates: RefCell::default(),
            down: RefCell::default(),
            is_to_release: Cell::default(),
        }))
    }

    pub fn downgrade(&self) -> WeakHost {
        WeakHost(Rc::downgrade(&self.0))
    }

    /// Replaces the table of namespaces. Numbers in use must keep their meaning.
    /// Objects that are another script's now are reset; what waits for them is delivered after the next
    /// [`Host::load`].
    pub fn set_namespaces(&self, namespaces: Vec<Namespace>) {
        self.reset_moved(&namespaces);
        self.shared().objects.borrow_mut().rename(&namespaces);
        *self.shared().namespaces.borrow_mut() = namespaces;
        self.rehome_alarms();
    }

    // ---- programs -------------------------------------------------------------------------------------------

    /// Loads a program as script `number`. On failure what ran before goes on. On success the old instances are gone
    /// before the first new one is made: their calls in flight fail, sockets that hibernation would break are closed with
    /// 1012, hibernatable ones are held but for those of a class the program does not have.
    pub fn load(&self, number: u32, program: &Arc<Program>) -> Result<(), LoadError> {
        let pulse = self.shared().world.pulse();
        pulse.begin(number, program.processor_time_max(&self.shared().settings), None);
        let started = Isolate::start(self, self.shared(), number, program);
        pulse.end();
        let loaded = started.map(|isolate| {
            self.unload(number, &updated(), Loss::Update, |class| isolate.has_class(class));
            self.run_from_now_on(number, isolate);
            self.set_triggers(number, &program.triggers);
        });
        // What waited for the old instances is for the new ones.
        self.drain();
        loaded
    }

    /// Discards all instances of a script, which are lost to `loss`. `has_class` tells what its next isolate has. What
    /// waits for them is in the queue then, and not delivered yet.
    fn unload(&self, script: u32, failure: &Failure, loss: Loss, has_class: impl Fn(&str) -> bool) {
        if !self.has_program(script) {
            return;
        }
        let shared = self.shared();
        self.settle_storage();
        let objects = shared.objects.borrow().of_script(script);
        let mut left = Vec::new();
        for owner in objects {
            let known = shared.objects.borrow().get(owner).map(|object| (object.class.clone(), object.phase));
            let Some((class, phase)) = known else { continue };
            let loss = if has_class(&class) { loss } else { Loss::ClassGone };
            if phase == Phase::Absent && loss == Loss::Limit {
                // It sleeps, and lost nothing.
                continue;
            }
            if loss != Loss::Limit {
                shared.excuse_alarm(owner);
            }
            left.push(self.take_down(owner, failure, loss));
        }
        left.push(self.take_down(script, failure, loss));
        self.pass_on(left, failure);
    }

    // ---- what comes from outside ----------------------------------------------------------------------------

    /// Somebody calls a Worker or an object of this thread.
    pub fn call(&self, call: CallId, target: Target, request: Request) {
        let (owner, entry) = match target {
            Target::Worker { script, entry } => (script, Some(Box::new(entry))),
            Target::Object(address) => {
                match self.object_number(address).and_then(|owner| self.takes_call(owner)) {
                    Ok(owner) => (owner, None),
                    Err(failure) => return self.answer(call, Err(failure)),
                }
            }
        };
        let answer = self.shared().answers.borrow_mut().insert(Owed::new(call, owner));
        self.deliver(owner, Section::NONE, Event::Call { answer, request: Box::new(request), entry });
    }

    /// The client that made this call of a Worker left. Programs that want to know hear of it.
    pub fn client_left(&self, call: CallId, script: u32) {
        let tells = |isolate: Rc<Isolate>| isolate.program().flags.is_on("enable_request_signal");
        if !self.isolate(script).is_some_and(tells) {
            return;
        }
        let shared = self.shared();
        let answer = shared.answers.borrow().of(script).find(|(_, owed)| owed.call == call).map(|(at, _)| at);
        if let Some(answer) = answer {
            self.deliver(script, Section::NONE, Event::Left { answer });
        }
    }

    /// A call that a program here made has its answer.
    pub fn answered(&self, call: CallId, outcome: Result<Response, Failure>) {
        let number = Handle::from(call);
        let waiting = self.shared().calls.borrow_mut().remove(number);
        let event = Event::Answered { number, outcome: Box::new(outcome) };
        match waiting {
            Some(waiting) => self.deliver(waiting.owner, waiting.section, event),
            None => self.refuse(event, &gone()),
        }
    }

    /// A message arrived at an end. If it is behind others of a held end, nobody has looked whether it is to be answered
    /// automatically.
    pub fn message(&self, end: u32, owner: u32, is_held: bool, is_behind: bool, payload: Payload) {
        self.deliver(owner, Section::NONE, Event::Message { end, is_held, is_behind, payload });
    }

    /// The far side of an end closed; 1005 without a code, 1006 without a Close frame.
    pub fn closed(&self, end: u32, owner: u32, is_held: bool, code: u16, reason: String) {
        self.deliver(owner, Section::NONE, Event::Close { end, is_held, code, reason });
    }

    /// What arrived at an end broke the protocol, or a limit.
    pub fn failed(&self, end: u32, owner: u32, is_held: bool, message: String) {
        self.deliver(owner, Section::NONE, Event::Failed { end, is_held, message });
    }

    /// A client WebSocket is connected.
    pub fn opened(&self, end: u32, owner: u32, protocol: Option<String>, extensions: Option<String>) {
        self.deliver(owner, Section::NONE, Event::Opened { end, protocol, extensions });
    }

    /// A client WebSocket could not be connected.
    pub fn connect_failed(&self, end: u32, owner: u32, message: String) {
        self.deliver(owner, Section::NONE, Event::ConnectFailed { end, message });
    }

    /// Delivers what is due, and says when something is due next: at once when many objects may hibernate, of which only
    /// some do in one call.
    pub fn tick(&self, now: Instant) -> Option<Instant> {
        let mut hibernations = 0;
        while hibernations < HIBERNATIONS_MAX {
            let due = self.shared().timers.borrow_mut().next_due(now);
            match due {
                Some(Due::Timer(number)) => {
                    let timer = self.shared().timers.borrow_mut().take(number);
                    if let Some(timer) = timer {
                        self.deliver(timer.owner, timer.section, Event::Timer { number });
                    }
                }
                Some(Due::Hibernate(owner)) => {
                    hibernations += 1;
                    self.consider_hibernation(owner, now);
                }
                Some(Due::Retry(owner)) => self.retry_construction(owner, now),
                Some(Due::Restart(script)) => self.retry_start(script, now),
                Some(Due::Section(owner, section)) => {
                    self.section_expired(owner, Section::from_bits(section))
                }
                Some(Due::Alarm(owner, run)) => self.alarm_expired(owner, run),
                Some(Due::Waiting(owner)) => self.look_at_waiting(owner, now),
                Some(Due::Handlers(owner)) => self.look_at_handlers(owner, now),
                Some(Due::Evictions) => self.carry_on_evicting(now),
                None => break,
            }
        }
        let alarms = self.fire_alarms();
        let schedule = self.fire_triggers(now);
        self.shared().timers.borrow().deadline().into_iter().chain(alarms).chain(schedule).min()
    }

    /// When something is due next.
    pub fn deadline(&self) -> Option<Instant> {
        let shared = self.shared();
        let others = self.alarm_deadline().into_iter().chain(shared.schedule_deadline.get());
        shared.timers.borrow().deadline().into_iter().chain(others).min()
    }

    /// Lets the engine do what it put off: asynchronous WebAssembly, finalization callbacks.
    pub fn pump(&self) -> bool {
        // A program that schedules without end cannot hold the thread.
        const EVENTS_MAX: usize = 1_000;
        let did_anything = (0..EVENTS_MAX).take_while(|_| self.pump_one()).count() > 0;
        if did_anything {
            self.drain();
        }
        did_anything
    }

    /// The same for one event. The engine does it for all isolates of the thread.
    fn pump_one(&self) -> bool {
        let isolates: Vec<Rc<Isolate>> = self.0.isolates.borrow().iter().flatten().cloned().collect();
        let Some(first) = isolates.first() else { return false };
        let pulse = self.shared().world.pulse();
        pulse.begin_again();
        for isolate in &isolates {
            isolate.meter.go_on();
        }
        let did_anything = first.vm.pump_one();
        for isolate in &isolates {
            isolate.vm.settle();
            isolate.meter.end(&isolate.vm);
        }
        pulse.end();
        if did_anything {
            for isolate in &isolates {
                self.after_pump(isolate);
            }
        }
        did_anything
    }

    /// Collects garbage: for when nothing else is to be done.
    pub fn collect(&self) {
        let isolates: Vec<Rc<Isolate>> = self.0.isolates.borrow().iter().flatten().cloned().collect();
        for isolate in isolates {
            isolate.vm.collect();
        }
    }

    /// Makes durable what is written, and closes every database.
    pub fn shut_down(&self) {
        self.commit();
        self.settle_storage();
        if let Err(error) = self.shared().connections.close_all() {
            // What is not in the files is in the journal, and the next start takes it from there.
            let text = error.to_string();
            self.shared().world.log(Log { level: Level::Error, script: 0, text, place: String::new() });
        }
    }

    /// Delivers one event, now or when the object's gate lets it pass, and everything that follows from it.
    pub(crate) fn deliver(&self, owner: u32, section: Section, event: Event) {
        self.shared().push(owner, section, event);
        self.drain();
    }

    pub(crate) fn shared(&self) -> &Rc<Shared> {
        &self.0.shared
    }

    fn isolate(&self, script: u32) -> Option<Rc<Isolate>> {
        self.0.isolates.borrow().get(script as usize)?.clone()
    }

    fn run_from_now_on(&self, script: u32, isolate: Isolate) {
        let mut isolates = self.0.isolates.borrow_mut();
        if isolates.len() <= script as usize {
            isolates.resize_with(script as usize + 1, || None);
        }
        isolates[script as usize] = Some(Rc::new(isolate));
        self.0.down.borrow_mut().remove(&script);
    }

    fn log_failure(&self, script: u32, failure: &Failure) {
        let mut text = format!("Uncaught {}: {}", failure.name, failure.message);
        if !failure.stack.is_empty() {
            text = format!("{text}\n{}", failure.stack);
        }
        self.shared().world.log(Log { level: Level::Error, script, text, place: String::new() });
    }
}
