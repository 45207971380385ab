//! Visits to the data of objects.

use super::Host;
use super::output::Lost;
use crate::event::Event;
use crate::held::Held;
use crate::visit::{Instance, Visit, Visitor};
use holdfast_core::gate::Section;
use holdfast_core::hold::Loss;
use holdfast_core::id::ObjectId;
use holdfast_core::output::Confirm;
use holdfast_link::{Failure, ObjectAddress};

impl Host {
    /// Somebody visits an object of this thread. False when no program here has its class.
    pub fn visit(&self, namespace: &holdfast_store::Namespace, id: ObjectId, visit: Visit) -> bool {
        let shared = self.shared();
        let number = shared
            .namespaces
            .borrow()
            .iter()
            .position(|known| known.store.unique_key() == namespace.unique_key());
        let Some(number) = number else { return false };
        let address = ObjectAddress {
            namespace: u32::try_from(number).expect("fewer namespaces than 2^32"),
            id: id.to_bytes(),
            name: None,
        };
        let Ok(owner) = self.object_number(address) else { return false };
        match visit.instance {
            Instance::Keeps => self.deliver(owner, Section::NONE, Event::Visit(Box::new(visit))),
            Instance::IsReset => {
                self.make_way(owner);
                self.receive(owner, visit);
                self.drain();
            }
        }
        true
    }

    /// Ends the instance of an object whose data is about to be another.
    fn make_way(&self, owner: u32) {
        let shared = self.shared();
        let script = shared.objects.borrow().get(owner).map(|object| object.script);
        if script.is_some_and(|script| self.has_program(script)) {
            let failure =
                Failure::reset("Durable Object reset because its storage was replaced.").retryable();
            shared.excuse_alarm(owner);
            self.reset(owner, &failure, Loss::Replaced);
            self.end_reset();
        }
    }

    /// Lets a visit at the data.
    pub(super) fn receive(&self, owner: u32, visit: Visit) {
        let shared = self.shared();
        let Visit { work, done, .. } = visit;
        let worked = {
            let mut objects = shared.objects.borrow_mut();
            let Some(object) = objects.get_mut(owner) else { return };
            let namespaces = shared.namespaces.borrow();
            let namespace = &namespaces[object.address.namespace as usize].store;
            let id = ObjectId::from_trusted_bytes(object.address.id);
            let data = object.data.get_or_insert_with(|| shared.connections.object(namespace, id));
            let worked = work(data);
            // What was brought in may have a name.
            object.is_nameless = false;
            if let Ok(Some(commit)) = worked {
                object.output.wrote(Confirm::Needed);
                object.output.committed(Some(commit));
                shared.unconfirmed.borrow_mut().insert(id, owner);
            } else if worked.is_ok() && data.is_dirty() {
                object.output.wrote(Confirm::Needed);
                shared.see_written(owner, object);
            }
            worked
        };
        match worked.map(|_| ()).and_then(|()| self.commit_one(owner)) {
            Ok(()) => {
                if let Some(Held::Visit(Visitor(done))) = shared.offer(owner, Held::Visit(Visitor(done))) {
                    done();
                }
            }
            Err(error) if error.resets_object() => self.storage_failed(owner, &error, Lost::Writes),
            Err(_) => {}
        }
        self.end_reset();
        self.touch(owner);
    }
}
