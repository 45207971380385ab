//! The two tables behind method calls: what programs of this thread let others call, and what others let them call.
//!
//! ```text
//!   Message::Invoke ─► exports: whose, in which section ─► Event::Invoke ─► gate ─► turn
//!   imports: a program's stub by number ─► Effect::Invoke ─► output gate ─► Message::Invoke
//! ```
//!
//! An entry of either belongs to an owner and goes when its instance goes. A call to an export that is gone fails; an
//! import that is gone gives its reference back.

use crate::event::{Event, Invoked};
use crate::host::Host;
use crate::owned_table::{Owned, OwnedTable};
use crate::shared::{Owed, Shared};
use crate::table::Handle;
use holdfast_core::gate::Section;
use holdfast_link::rpc::{Callee, Capability, ExportId, Invocation, Releaser, Returned};
use holdfast_link::{CallId, Failure, Message, ObjectAddress, Target, Thread};
use std::cell::RefCell;
use std::collections::HashMap;

/// Something a program lets others call.
#[derive(Clone, Debug)]
struct Export {
    owner: u32,
    /// The critical section it was made in: calls that come back while it lasts pass its gate.
    section: Section,
    /// What the program's side knows it by.
    key: u32,
}

impl Owned for Export {
    fn owner(&self) -> u32 {
        self.owner
    }
}

#[derive(Debug)]
struct Import {
    owner: u32,
    capability: Capability,
}

impl Owned for Import {
    fn owner(&self) -> u32 {
        self.owner
    }
}

pub(crate) struct Rpc {
    exports: RefCell<OwnedTable<Export>>,
    imports: RefCell<OwnedTable<Import>>,
    /// Why the instances of exports are gone that somebody may still call: what was on its way to them then fails for the
    /// same reason.
    broken: RefCell<HashMap<ExportId, Failure>>,
    release: Releaser,
}

impl Rpc {
    pub(crate) fn new(release: Releaser) -> Rpc {
        Rpc { exports: RefCell::default(), imports: RefCell::default(), broken: RefCell::default(), release }
    }

    /// Whether somebody may call something of `owner`.
    pub(crate) fn is_exporting(&self, owner: u32) -> bool {
        self.exports.borrow().has(owner)
    }

    /// Whether others than `owner` itself hold references to what it exported.
    pub(crate) fn is_held_elsewhere(&self, thread: Thread, owner: u32) -> bool {
        let imports = self.imports.borrow();
        let mut own: HashMap<ExportId, (usize, usize)> = HashMap::new();
        for (_, import) in imports.of(owner) {
            let held = own.entry(import.capability.export()).or_insert((0, 0));
            *held = (held.0 + 1, import.capability.count());
        }
        self.exports
            .borrow()
            .of(owner)
            .any(|(handle, _)| own.get(&export_id(thread, handle)).is_none_or(|(here, all)| here < all))
    }

    /// Enters a reference that a program got; answers its number.
    pub(crate) fn import(&self, owner: u32, capability: Capability) -> Handle {
        self.imports.borrow_mut().insert(Import { owner, capability })
    }

    pub(crate) fn capability(&self, number: Handle) -> Option<Capability> {
        self.imports.borrow().get(number).map(|import| import.capability.clone())
    }

    /// Takes a reference away from the program.
    pub(crate) fn take(&self, number: Handle) -> Option<Capability> {
        self.imports.borrow_mut().remove(number).map(|import| import.capability)
    }

    /// The instance of `owner` is gone, and with it what it exported and imported.
    pub(crate) fn forget(&self, owner: u32) {
        self.exports.borrow_mut().take_of(owner);
        self.imports.borrow_mut().take_of(owner);
    }

    /// An export, or why it cannot be called any more.
    fn find(&self, export: ExportId) -> Result<Export, Failure> {
        match self.exports.borrow().get(handle_of(export)) {
            Some(found) => Ok(found.clone()),
            None => Err(self.broken.borrow().get(&export).cloned().unwrap_or_else(no_longer_running)),
        }
    }
}

fn export_id(thread: Thread, Handle { index, generation }: Handle) -> ExportId {
    ExportId { thread, index, generation }
}

fn handle_of(export: ExportId) -> Handle {
    Handle { index: export.index, generation: export.generation }
}

impl Shared {
    /// Answers a call through a stub that is broken. True when there is nothing more to do.
    pub(crate) fn refuse_broken(&self, number: Handle, address: &ObjectAddress, since: u64) -> bool {
        let Some(failure) = self.broken.borrow().since(since, address) else { return false };
        let call = self.call_id(number);
        self.world.post(self.thread, Message::Answer { call, outcome: Err(failure) });
        true
    }

    /// Lets others call what the program's side knows as `key`; the number is of an import of the same owner.
    pub(crate) fn export(&self, owner: u32, section: Section, key: u32) -> Handle {
        let rpc = &self.rpc;
        let handle = rpc.exports.borrow_mut().insert(Export { owner, section, key });
        rpc.import(owner, Capability::new(export_id(self.thread, handle), rpc.release.clone()))
    }

    /// The instance of `owner` was reset. Calls that are on their way to what it exported fail as those did that were
    /// under way; the entries go when these have arrived.
    pub(crate) fn break_exports(&self, owner: u32, failure: &Failure) {
        self.rpc.imports.borrow_mut().take_of(owner);
        for (handle, _) in self.rpc.exports.borrow_mut().take_of(owner) {
            let export = export_id(self.thread, handle);
            self.rpc.broken.borrow_mut().insert(export, failure.clone());
            self.world.post(self.thread, Message::Released { export });
        }
    }
}

impl Host {
    /// Somebody calls a method of a Worker, an object or an export of this thread.
    pub fn invoke(&self, call: CallId, callee: Callee, invocation: Invocation) {
        let (owner, section, target) = match callee {
            Callee::Entry(Target::Worker { script, entry }) => {
                (script, Section::NONE, Invoked::Entry(Box::new(entry)))
            }
            Callee::Entry(Target::Object(address)) => {
                match self.object_number(address).and_then(|owner| self.takes_call(owner)) {
                    Ok(owner) => (owner, Section::NONE, Invoked::Entry(Box::default())),
                    Err(failure) => return self.answer(call, Err(failure)),
                }
            }
            Callee::Export(capability) => {
                let found = self.shared().rpc.find(capability.export());
                match found.and_then(|export| self.has_room(export.owner).map(|owner| (owner, export))) {
                    Ok((owner, export)) => {
                        (owner, export.section, Invoked::Export { key: export.key, capability })
                    }
                    Err(failure) => return self.answer(call, Err(failure)),
                }
            }
        };
        let answer = self.shared().answers.borrow_mut().insert(Owed::new(call, owner));
        self.deliver(owner, section, Event::Invoke { answer, target, invocation: Box::new(invocation) });
    }

    /// What a method gave that a program here called.
    pub fn returned(&self, call: CallId, returned: Returned) {
        let number = Handle::from(call);
        let waiting = self.shared().calls.borrow_mut().remove(number);
        if let Some(waiting) = waiting {
            let event = Event::Returned { number, returned: Box::new(returned) };
            self.deliver(waiting.owner, waiting.section, event);
        }
    }

    /// Nobody can call an export of this thread any more.
    pub fn released(&self, export: ExportId) {
        let rpc = &self.shared().rpc;
        let removed = rpc.exports.borrow_mut().remove(handle_of(export));
        match removed {
            Some(Export { owner, section, key }) => self.deliver(owner, section, Event::Released { key }),
            None => drop(rpc.broken.borrow_mut().remove(&export)),
        }
    }

    /// An object was reset, here or elsewhere.
    pub fn broken(&self, namespace: u32, id: [u8; 32], failure: Failure) {
        self.shared().broken.borrow_mut().note(namespace, id, failure);
    }

    /// Tells every thread that an object was reset.
    pub(crate) fn break_stubs(&self, owner: u32, failure: &Failure) {
        let shared = self.shared();
        let objects = shared.objects.borrow();
        let Some(object) = objects.get(owner) else { return };
        let mut failure = failure.clone();
        failure.flags.remote = false;
        for thread in 0..shared.world.thread_count() {
            let (namespace, id) = (object.address.namespace, object.address.id);
            let message = Message::Broken { namespace, id, failure: failure.clone() };
            shared.world.post(Thread(thread), message);
        }
    }

    /// Why an event finds its object gone: what it is to says so, if it was exported by the instance that was reset.
    pub(crate) fn reason_gone(&self, event: &Event) -> Option<Failure> {
        let Event::Invoke { target: Invoked::Export { capability, .. }, .. } = event else { return None };
        self.shared().rpc.find(capability.export()).err()
    }

    /// Sends what a method gave to whoever called it.
    pub(crate) fn give_back(&self, answer: Handle, returned: Returned) {
        let owed = self.shared().answers.borrow_mut().remove(answer);
        if let Some(owed) = owed {
            self.shared().called(owed.owner);
            self.shared().world.post(owed.call.thread, Message::Returned { call: owed.call, returned });
        }
    }

    /// The thread that runs what is called.
    pub(crate) fn thread_of(&self, callee: &Callee) -> Thread {
        match callee {
            Callee::Entry(Target::Object(address)) => self.shared().world.thread_of(address),
            Callee::Entry(Target::Worker { .. }) => self.shared().world.worker_thread(),
            Callee::Export(capability) => capability.export().thread,
        }
    }
}

/// A call of something whose Worker or object is gone.
fn no_longer_running() -> Failure {
    Failure::new("Error", "The execution context which hosts this callback is no longer running.")
}
