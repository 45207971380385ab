//! One script on one thread: its engine, its program, and the functions through which events enter it.

mod calls;
mod load;

use self::calls::Destination;
use self::load::{evaluate, settle};
use crate::event::Event;
use crate::host::Host;
use crate::meter::{Exceeded, Heap, Meter};
use crate::natives::{self, Natives};
use crate::objects::FIRST_OBJECT;
use crate::outbox::Outbox;
use crate::shared::Shared;
use crate::table::Handle;
use crate::{PROCESSOR_TIME_MAX, Settings};
use bytes::Bytes;
use holdfast_core::gate::Section;
use holdfast_core::schedule::Trigger;
use holdfast_engine::{Callback, Context, ErrorReport, Exception, Object, Scope, Value, Vm};
use holdfast_link::{Body, Failure, Headers, ObjectAddress, Payload};
use holdfast_modules::{Code, Graph};
use holdfast_workers::{Runtime, Setup, flags::Flags};
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// A program ready to run, the same on every thread.
#[derive(Debug)]
pub struct Program {
    /// The Worker's name.
    pub name: String,
    pub graph: Graph,
    pub flags: Flags,
    pub bindings: Vec<Binding>,
    /// When its `scheduled` handler is called.
    pub triggers: Vec<Trigger>,
    /// Processor time that one event may use over all its turns.
    pub processor_time_max: Option<Duration>,
}

/// An entry of `env`.
#[derive(Clone, Debug)]
pub enum Binding {
    /// A namespace, by its number in this process.
    Namespace { name: String, number: u32 },
    /// An entrypoint of a script, by its number in this process; without a name the default export. Props are JSON text.
    Service { name: String, script: u32, entrypoint: Option<String>, props: Option<String> },
    /// A variable or secret: a string, or any JSON.
    Variable { name: String, value: serde_json::Value },
}

impl Program {
    /// What one event of this program may use.
    pub(crate) fn processor_time_max(&self, settings: &Settings) -> Duration {
        settings.processor_time_max.or(self.processor_time_max).unwrap_or(PROCESSOR_TIME_MAX)
    }
}

impl Exceeded {
    /// Why a program does not load.
    fn while_loading(self, settings: &Settings) -> String {
        match self {
            Exceeded::ProcessorTime => "the program used up its CPU time while it was loaded".to_owned(),
            Exceeded::Memory => format!(
                "the program used more than {} MB of memory while it was loaded",
                settings.memory_bytes_max >> 20
            ),
        }
    }
}

/// Why a program does not load.
#[derive(Debug)]
pub struct LoadError {
    /// What was thrown, with the author's file and line.
    pub message: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for LoadError {}

/// Finds the author's lines for what the engine reports.
#[derive(Debug)]
pub(crate) struct Origin {
    program: Arc<Program>,
}

impl Origin {
    /// Rewrites a stack, or any text with one in it, to the author's files and lines. Frames of the runtime go.
    pub(crate) fn rewrite_stack(&self, text: &str) -> String {
        let own: Vec<&str> = text.lines().filter(|line| !is_runtime_frame(line)).collect();
        self.program.graph.rewrite_stack(&own.join("\n"))
    }

    /// Whether the program's code has one of these words in it.
    pub(crate) fn mentions(&self, words: &[&str]) -> bool {
        self.program.graph.modules.iter().any(|module| match &module.code {
            Code::Script(code) => words.iter().any(|word| code.contains(word)),
            Code::Text(_) | Code::Data(_) | Code::Builtin => false,
        })
    }

    /// An error as people read it: name, message and stack.
    pub(crate) fn describe(&self, report: &ErrorReport) -> String {
        let head = match (report.name.as_str(), report.message.as_str()) {
            ("", message) => message.to_owned(),
            (name, "") => name.to_owned(),
            (name, message) => format!("{name}: {message}"),
        };
        let stack = self.rewrite_stack(&report.stack);
        if stack.is_empty() { head } else { format!("{head}\n{stack}") }
    }

    /// The frames of a stack as the engine writes it, in the author's files.
    pub(crate) fn own_frames(&self, raw: &str) -> String {
        self.rewrite_stack(&holdfast_engine::normalise(raw))
    }

    /// `file:line` of the program's code that is running now.
    pub(crate) fn caller(&self, scope: &Scope<'_>) -> String {
        let report = scope.error(holdfast_engine::ErrorKind::Error, "").describe(scope);
        let stack = self.rewrite_stack(&report.stack);
        let Some(frame) = stack.lines().find(|line| line.trim_start().starts_with("at ")) else {
            return String::new();
        };
        let place = frame.rsplit_once('(').map_or_else(
            || frame.trim_start().trim_start_matches("at "),
            |(_, place)| place.trim_end_matches(')'),
        );
        // file:line:column without the column
        place.rsplit_once(':').map_or(place, |(place, _)| place).to_owned()
    }
}

fn is_runtime_frame(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("at ")
        && (line.contains("holdfast:") || line.ends_with("(native)") || line == "at native")
}

pub(crate) struct Isolate {
    // Fields are dropped in this order: what is kept of the context goes before the engine.
    dispatch: Rc<Dispatch>,
    outbox: Rc<Outbox>,
    _runtime: Runtime,
    context: Context,
    pub(crate) vm: Vm,
    pub(crate) script: u32,
    pub(crate) meter: Rc<Meter>,
    origin: Arc<Origin>,
}

/// The entry points in `dispatch.js`.
struct Dispatch {
    fetch: Callback,
    has_class: Callback,
    construct: Callback,
    scheduled: Callback,
    section: Callback,
    is_quiet: Callback,
    youngest_task: Callback,
    forget: Callback,
    message: Callback,
    close: Callback,
    error: Callback,
    opened: Callback,
    connect_failed: Callback,
    held_message: Callback,
    held_close: Callback,
    held_error: Callback,
    timer: Callback,
    answered: Callback,
    failed: Callback,
    chunk: Callback,
    room: Callback,
    synced: Callback,
    alarm: Callback,
    invoke: Callback,
    returned: Callback,
    released: Callback,
    left: Callback,
    stopped: Callback,
    rejected: Callback,
}

impl Dispatch {
    fn new<'s>(scope: &Scope<'s>, module: Object<'s>) -> holdfast_engine::Result<'s, Dispatch> {
        let entry = |name: &str| {
            let function = module.get(scope, name)?;
            Ok(Callback::new(scope, function).expect("an entry point is a function"))
        };
        Ok(Dispatch {
            fetch: entry("fetch")?,
            has_class: entry("hasClass")?,
            construct: entry("construct")?,
            scheduled: entry("scheduled")?,
            section: entry("section")?,
            is_quiet: entry("isQuiet")?,
            youngest_task: entry("youngestTask")?,
            forget: entry("forget")?,
            message: entry("message")?,
            close: entry("close")?,
            error: entry("error")?,
            opened: entry("opened")?,
            connect_failed: entry("connectFailed")?,
            held_message: entry("heldMessage")?,
            held_close: entry("heldClose")?,
            held_error: entry("heldError")?,
            timer: entry("timer")?,
            answered: entry("answered")?,
            failed: entry("failed")?,
            chunk: entry("chunk")?,
            room: entry("room")?,
            synced: entry("synced")?,
            alarm: entry("alarm")?,
            invoke: entry("invoke")?,
            returned: entry("returned")?,
            released: entry("released")?,
            left: entry("left")?,
            stopped: entry("stopped")?,
            rejected: entry("rejected")?,
        })
    }
}

impl Isolate {
    /// Starts an engine and loads the program into it.
    pub(crate) fn start(
        host: &Host,
        shared: &Rc<Shared>,
        script: u32,
        program: &Arc<Program>,
    ) -> Result<Isolate, LoadError> {
        let vm = Vm::new();
        let context = vm.context();
        let origin = Arc::new(Origin { program: program.clone() });
        let meter = Meter::watch(
            &vm,
            context.downgrade(),
            program.processor_time_max(&shared.settings),
            Heap::new(shared.settings.memory_bytes_max, Rc::clone(&shared.effect_bytes)),
        );
        let natives = Natives {
            shared: Rc::clone(shared),
            host: host.downgrade(),
            script,
            origin: origin.clone(),
            meter: Rc::clone(&meter),
        };
        let load_error = |message| LoadError { message };
        let loaded = context.enter(|scope| {
            prepare(scope, program, &natives).map_err(|exception| origin.describe(&exception.describe(scope)))
        });
        let (runtime, outbox, dispatch) = loaded.map_err(load_error)?;
        let dispatch = Rc::new(dispatch);
        context.disable_eval("Code generation from strings disallowed for this context");
        let outcome = Rc::new(Cell::new(None));
        meter.begin(None);
        let evaluated = context
            .enter(|scope| {
                evaluate(scope, &runtime, program, &outcome)
                    .map_err(|exception| origin.describe(&exception.describe(scope)))
            })
            .and_then(|()| settle(&vm, &context, &origin, &outcome));
        meter.end(&vm);
        match meter.take_exceeded() {
            Some(exceeded) => return Err(load_error(exceeded.while_loading(&shared.settings))),
            None => evaluated.map_err(load_error)?,
        }
        let isolate = Isolate { dispatch, outbox, _runtime: runtime, context, vm, script, meter, origin };
        isolate.watch_rejections();
        Ok(isolate)
    }

    /// Passes promises that were rejected, and that nothing handles, on to the program's listeners or to the log.
    fn watch_rejections(&self) {
        let dispatch = Rc::clone(&self.dispatch);
        self.context.on_unhandled_rejection(move |scope, promise, reason| {
            // What the program's own listeners throw has been reported by then.
            let _ = call(scope, &dispatch.rejected, &[promise, reason]);
        });
    }

    /// Delivers one event. What the program sends waits in the outbox.
    pub(crate) fn run(&self, shared: &Rc<Shared>, owner: u32, section: Section, event: Event) {
        let program_owner = if owner < FIRST_OBJECT { 0 } else { owner };
        let pulse = shared.world.pulse();
        pulse.begin(
            self.script,
            self.meter.processor_time_max,
            shared.objects.borrow().get(owner).map(|object| &object.address),
        );
        self.meter.begin(event.answer());
        self.context.enter(|scope| {
            let owner = scope.number(f64::from(program_owner));
            let section = scope.number(f64::from(section.to_bits()));
            let to = Destination { scope, shared, owner, section };
            if let Err(exception) = self.dispatch_event(to, event)
                && !self.vm.was_stopped()
            {
                let text = self.origin.describe(&exception.describe(scope));
                let text = format!("internal error in the runtime: {text}");
                shared.world.log(crate::Log {
                    level: crate::Level::Error,
                    script: self.script,
                    text,
                    place: String::new(),
                });
            }
        });
        self.meter.end(&self.vm);
        pulse.end();
    }

    fn dispatch_event<'s>(
        &self,
        destination: Destination<'_, 's>,
        event: Event,
    ) -> holdfast_engine::Result<'s, ()> {
        let Destination { scope, owner, section, .. } = destination;
        let to = &self.dispatch;
        let number = |number: u32| scope.number(f64::from(number));
        match event {
            Event::Message { end, is_held, payload, .. } => {
                let entry = if is_held { &to.held_message } else { &to.message };
                call(scope, entry, &[number(end), owner, section, payload_value(scope, payload)])
            }
            Event::Close { end, is_held, code, reason } => {
                let entry = if is_held { &to.held_close } else { &to.close };
                let reason = scope.string(&reason);
                call(scope, entry, &[number(end), owner, section, number(u32::from(code)), reason])
            }
            Event::Failed { end, is_held, message } => {
                let entry = if is_held { &to.held_error } else { &to.error };
                call(scope, entry, &[number(end), owner, section, scope.string(&message)])
            }
            Event::Opened { end, protocol, extensions } => {
                let [protocol, extensions] = [protocol, extensions]
                    .map(|header| header.map_or(scope.null(), |value| scope.string(&value)));
                call(scope, &to.opened, &[number(end), owner, section, protocol, extensions])
            }
            Event::ConnectFailed { end, message } => {
                call(scope, &to.connect_failed, &[number(end), owner, section, scope.string(&message)])
            }
            Event::Timer { number: timer } => call(scope, &to.timer, &[number(timer), owner, section]),
            Event::Synced { number: sync } => call(scope, &to.synced, &[number(sync), owner, section]),
            Event::AlarmStarted { run, invocation } => {
                #[expect(clippy::cast_precision_loss, reason = "milliseconds up to the year 2262 fit")]
                let scheduled = scope.number(invocation.scheduled.to_ms() as f64);
                let retry_count = number(invocation.retry_count);
                call(scope, &to.alarm, &[owner, section, number(run), scheduled, retry_count])
            }
            Event::Scheduled { answer, entry, scheduled_ms, cron } => {
                self.dispatch_scheduled(destination, answer, &entry, scheduled_ms, &cron)
            }
            // The host starts it, or it is gone.
            Event::Alarm { .. } | Event::Visit(_) => Ok(()),
            Event::Section(opened) => call(scope, &to.section, &[owner, number(opened.to_bits())]),
            Event::Room { body, is_open } => call(
                scope,
                &to.room,
                &[scope.number(body.to_number()), owner, section, scope.boolean(is_open)],
            ),
            Event::Chunk { body, chunk } => {
                let (bytes, error) = match chunk {
                    None => (scope.null(), scope.undefined()),
                    Some(Ok(chunk)) => (bytes_value(scope, &chunk), scope.undefined()),
                    Some(Err(reason)) => (scope.null(), scope.string(&reason)),
                };
                call(scope, &to.chunk, &[scope.number(body.to_number()), owner, section, bytes, error])
            }
            Event::Call { answer, request, entry } => {
                self.dispatch_call(destination, answer, *request, entry.as_deref())
            }
            Event::Invoke { answer, target, invocation } => {
                self.dispatch_invoke(destination, answer, target, *invocation)
            }
            Event::Returned { number, returned } => self.dispatch_returned(destination, number, *returned),
            Event::Left { answer } => {
                call(scope, &to.left, &[scope.number(answer.to_number()), owner, section])
            }
            Event::Released { key } => call(scope, &to.released, &[number(key), owner, section]),
            Event::Answered { number: call_number, outcome } => {
                self.dispatch_answer(destination, call_number, *outcome)
            }
        }
    }

    /// The host's number for who the program's side calls `owner`.
    fn owner(&self, owner: Value<'_>) -> u32 {
        match owner.as_number() {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of ours")]
            Some(owner) if owner > 0.0 => owner as u32,
            _ => self.script,
        }
    }

    /// Makes an instance of a class for object `owner`.
    pub(crate) fn construct(&self, owner: u32, class: &str, address: &ObjectAddress) -> Result<(), Failure> {
        self.meter.begin(None);
        let constructed = self.context.enter(|scope| {
            let id = holdfast_core::id::ObjectId::from_trusted_bytes(address.id).to_string();
            let name = address.name.as_ref().map_or(scope.undefined(), |name| scope.string(name));
            let arguments = [
                scope.number(f64::from(owner)),
                scope.number(0.0),
                scope.string(class),
                scope.string(&id),
                name,
            ];
            call(scope, &self.dispatch.construct, &arguments)
                .map_err(|exception| self.failure(scope, exception))
        });
        self.meter.end(&self.vm);
        constructed
    }

    fn failure<'s>(&self, scope: &Scope<'s>, exception: Exception<'s>) -> Failure {
        let report = exception.describe(scope);
        let stack = self.origin.rewrite_stack(&report.stack);
        let name = if report.name.is_empty() { "Error".to_owned() } else { report.name };
        Failure { name, message: report.message, stack, ..Failure::default() }
    }

    /// Whether the program exports this class.
    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.context.enter(|scope| {
            let answer = self.dispatch.has_class.call(scope, &[scope.string(class)]);
            answer.is_ok_and(Value::to_boolean)
        })
    }

    /// Whether the object has nothing under way.
    pub(crate) fn is_quiet(&self, owner: u32) -> bool {
        self.context.enter(|scope| {
            let answer = self.dispatch.is_quiet.call(scope, &[scope.number(f64::from(owner))]);
            answer.is_ok_and(Value::to_boolean)
        })
    }

    /// For how long the youngest has gone on of what the object started itself and what holds it.
    pub(crate) fn youngest_task(&self, owner: u32) -> Duration {
        self.context.enter(|scope| {
            let answer = self.dispatch.youngest_task.call(scope, &[scope.number(f64::from(owner))]);
            let ms = answer.ok().and_then(Value::as_number).unwrap_or_default();
            Duration::try_from_secs_f64(ms / 1000.0).unwrap_or(Duration::MAX)
        })
    }

    /// Nothing of the latest turn's event of the stateless Worker goes on.
    pub(crate) fn end_event(&self, reason: &str) {
        self.context.enter(|scope| {
            // Nothing in there throws.
            let _ = call(scope, &self.dispatch.stopped, &[scope.string(reason)]);
        });
    }

    pub(crate) fn program(&self) -> &Arc<Program> {
        &self.origin.program
    }

    /// Drops what the program's side keeps for `owner`.
    pub(crate) fn forget(&self, owner: u32) {
        let program_owner = if owner < FIRST_OBJECT { 0 } else { owner };
        self.context.enter(|scope| {
            // Nothing in there throws; a stopped program is handled by the turn that was stopped.
            let _ = call(scope, &self.dispatch.forget, &[scope.number(f64::from(program_owner))]);
        });
    }

    /// Sends what the turn recorded.
    pub(crate) fn drain_outbox(&self, shared: &Shared) {
        self.outbox.drain(&self.context, shared);
    }
}

/// Installs the runtime and the host's natives.
fn prepare<'s>(
    scope: &Scope<'s>,
    program: &Program,
    natives: &Natives,
) -> holdfast_engine::Result<'s, (Runtime, Rc<Outbox>, Dispatch)> {
    let setup = Setup { flags: program.flags.clone(), ..Setup::default() };
    let runtime = holdfast_workers::install(scope, setup)?;
    let outbox = natives::install(scope, runtime.native(scope), natives)?;
    if natives.shared.settings.exposes_gc {
        let gc = scope.function("gc", |scope, _| {
            scope.collect();
            Ok(scope.undefined())
        });
        scope.global().set(scope, "gc", gc)?;
    }
    let dispatch = Dispatch::new(scope, runtime.require(scope, "dispatch")?)?;
    Ok((runtime, outbox, dispatch))
}

fn call<'s>(scope: &Scope<'s>, entry: &Callback, arguments: &[Value<'s>]) -> holdfast_engine::Result<'s, ()> {
    entry.call(scope, arguments).map(|_| ())
}

fn payload_value<'s>(scope: &Scope<'s>, payload: Payload) -> Value<'s> {
    match payload {
        Payload::Text(text) => scope.string(&text),
        Payload::Binary(bytes) => scope.array_buffer(bytes.into()).into(),
    }
}

fn bytes_value<'s>(scope: &Scope<'s>, bytes: &Bytes) -> Value<'s> {
    scope.uint8_array(bytes.to_vec()).into()
}

/// Names and values, flat.
fn headers_value<'s>(scope: &Scope<'s>, headers: &Headers) -> holdfast_engine::Result<'s> {
    let array = scope.array(&[]);
    for (at, (name, value)) in (0..).step_by(2).zip(headers) {
        array.set_index(scope, at, scope.string(name))?;
        array.set_index(scope, at + 1, scope.string(value))?;
    }
    Ok(array.into())
}

/// The body as the runtime takes it, the length that was announced for a streamed one, and its handle.
fn body_value<'s>(
    scope: &Scope<'s>,
    shared: &Shared,
    owner: u32,
    body: Body,
) -> (Value<'s>, Value<'s>, Option<Handle>) {
    match body {
        Body::Empty => (scope.undefined(), scope.undefined(), None),
        Body::Full(bytes) => (bytes_value(scope, &bytes), scope.undefined(), None),
        Body::Stream(reader) => {
            #[expect(clippy::cast_precision_loss, reason = "lengths are below 2^53")]
            let length = reader.length.map_or(scope.undefined(), |length| scope.number(length as f64));
            let body = shared.bodies.borrow_mut().arrive(owner, reader);
            (scope.number(body.to_number()), length, Some(body))
        }
    }
}
