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
use crate::shared::{Owed, Shared};
use crate::table::{Handle, Table};
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
    /// Why its instance is gone: what was on its way to it then fails for the same reason.
    broken: Option<Failure>,
}

#[derive(Debug)]
struct Import {
    owner: u32,
    capability: Capability,
}

pub(crate) struct Rpc {
    exports: RefCell<Table<Export>>,
    imports: RefCell<Table<Import>>,
    /// Entries of either table by owner, to know quickly who has none.
    exported: RefCell<HashMap<u32, u32>>,
    imported: RefCell<HashMap<u32, u32>>,
    release: Releaser,
}

impl Rpc {
    pub(crate) fn new(release: Releaser) -> Rpc {
        Rpc {
            exports: RefCell::default(),
            imports: RefCell::default(),
            exported: RefCell::default(),
            imported: RefCell::default(),
            release,
        }
    }

    /// Whether somebody may call something of `owner`.
    pub(crate) fn is_exporting(&self, owner: u32) -> bool {
        self.exported.borrow().contains_key(&owner)
    }

    /// Whether others than `owner` itself hold references to what it exported.
    pub(crate) fn is_held_elsewhere(&self, thread: Thread, owner: u32) -> bool {
        let imports = self.imports.borrow();
        let mut own: HashMap<ExportId, (usize, usize)> = HashMap::new();
        for (_, import) in imports.iter().filter(|(_, import)| import.owner == owner) {
            let held = own.entry(import.capability.export()).or_insert((0, 0));
            *held = (held.0 + 1, import.capability.count());
        }
        let exports = self.exports.borrow();
        exports.iter().filter(|(_, export)| export.owner == owner).any(|(Handle { index, generation }, _)| {
            let export = ExportId { thread, index, generation };
            own.get(&export).is_none_or(|(here, all)| here < all)
        })
    }

    /// Enters a reference that a program got; answers its number.
    pub(crate) fn import(&self, owner: u32, capability: Capability) -> Handle {
        *self.imported.borrow_mut().entry(owner).or_default() += 1;
        self.imports.borrow_mut().insert(Import { owner, capability })
    }

    pub(crate) fn capability(&self, number: Handle) -> Option<Capability> {
        self.imports.borrow().get(number).map(|import| import.capability.clone())
    }

    /// Takes a reference away from the program.
    pub(crate) fn take(&self, number: Handle) -> Option<Capability> {
        let import = self.imports.borrow_mut().remove(number)?;
        count_down(&mut self.imported.borrow_mut(), import.owner);
        Some(import.capability)
    }

    /// The instance of `owner` is gone, and with it what it exported and imported.
    pub(crate) fn forget(&self, owner: u32) {
        self.forget_exports(owner);
        self.forget_imports(owner);
    }

    fn forget_exports(&self, owner: u32) {
        if self.exported.borrow_mut().remove(&owner).is_some() {
            let mut exports = self.exports.borrow_mut();
            let own: Vec<Handle> = exports
                .iter()
                .filter(|(_, export)| export.owner == owner)
                .map(|(number, _)| number)
                .collect();
            for number in own {
                exports.remove(number);
            }
        }
    }

    fn forget_imports(&self, owner: u32) {
        if self.imported.borrow_mut().remove(&owner).is_some() {
            let mut imports = self.imports.borrow_mut();
            let own: Vec<Handle> = imports
                .iter()
                .filter(|(_, import)| import.owner == owner)
                .map(|(number, _)| number)
                .collect();
            for number in own {
                imports.remove(number);
            }
        }
    }

    fn find(&self, export: ExportId) -> Option<Export> {
        self.exports.borrow().get(handle_of(export)).cloned()
    }

    fn remove(&self, export: ExportId) -> Option<Export> {
        let found = self.exports.borrow_mut().remove(handle_of(export))?;
        // Those of an instance that was reset are not counted any more: the next instance may have some of its own.
        if found.broken.is_none() {
            count_down(&mut self.exported.borrow_mut(), found.owner);
        }
        Some(found)
    }
}

fn handle_of(export: ExportId) -> Handle {
    Handle { index: export.index, generation: export.generation }
}

fn count_down(counts: &mut HashMap<u32, u32>, owner: u32) {
    if let Some(count) = counts.get_mut(&owner) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&owner);
        }
    }
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
        let Handle { index, generation } =
            rpc.exports.borrow_mut().insert(Export { owner, section, key, broken: None });
        *rpc.exported.borrow_mut().entry(owner).or_default() += 1;
        let export = ExportId { thread: self.thread, index, generation };
        rpc.import(owner, Capability::new(export, rpc.release.clone()))
    }

    /// The instance of `owner` was reset. Calls that are on their way to what it exported fail as those did that were
    /// under way; the entries go when these have arrived.
    pub(crate) fn break_exports(&self, owner: u32, failure: &Failure) {
        self.rpc.forget_imports(owner);
        if self.rpc.exported.borrow_mut().remove(&owner).is_none() {
            return;
        }
        let mut exports = self.rpc.exports.borrow_mut();
        let own = exports.iter().filter(|(_, export)| export.owner == owner && export.broken.is_none());
        for handle in own.map(|(handle, _)| handle).collect::<Vec<Handle>>() {
            if let Some(export) = exports.get_mut(handle) {
                export.broken = Some(failure.clone());
            }
            let Handle { index, generation } = handle;
            let export = ExportId { thread: self.thread, index, generation };
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
                match self.object_number(address).and_then(|owner| self.has_room(owner)) {
                    Ok(owner) => (owner, Section::NONE, Invoked::Entry(Box::default())),
                    Err(failure) => return self.answer(call, Err(failure)),
                }
            }
            Callee::Export(capability) => match self.shared().rpc.find(capability.export()) {
                Some(Export { broken: Some(failure), .. }) => return self.answer(call, Err(failure)),
                Some(export) => match self.has_room(export.owner) {
                    Ok(owner) => (owner, export.section, Invoked::Export { key: export.key, capability }),
                    Err(failure) => return self.answer(call, Err(failure)),
                },
                None => return self.answer(call, Err(no_longer_running())),
            },
        };
        let answer = self.shared().answers.borrow_mut().insert(Owed { call, owner, body: None });
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
        if let Some(export) = self.shared().rpc.remove(export).filter(|export| export.broken.is_none()) {
            self.deliver(export.owner, export.section, Event::Released { key: export.key });
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
        self.shared()
            .rpc
            .find(capability.export())
            .map_or_else(|| Some(no_longer_running()), |export| export.broken)
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
