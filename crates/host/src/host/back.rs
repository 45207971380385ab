//! Restores that were asked for: an object that starts is first what it was at a bookmark.

use super::Host;
use super::output::storage_failure;
use crate::{Level, Log};
use holdfast_core::id::ObjectId;
use holdfast_link::Failure;
use holdfast_store::Restored;

impl Host {
    /// Carries out the restore that waits for the start of an object, if one does.
    pub(super) fn go_back(&self, owner: u32) -> Result<(), Failure> {
        let shared = self.shared();
        let (script, outcome) = {
            let objects = shared.objects.borrow();
            let Some(object) = objects.get(owner) else { return Ok(()) };
            let namespaces = shared.namespaces.borrow();
            let namespace = &namespaces[object.address.namespace as usize].store;
            let id = ObjectId::from_trusted_bytes(object.address.id);
            (object.script, shared.connections.object(namespace, id).start())
        };
        let (level, text) = match &outcome {
            Ok(Restored::Nothing) => return Ok(()),
            Ok(Restored::To(bookmark)) => (Level::Log, format!("went back to {bookmark}")),
            Ok(Restored::Impossible(why)) => (Level::Warn, format!("cannot go back as it was to: {why}")),
            Err(error) => (Level::Error, format!("does not start: {error}")),
        };
        let text = format!("{} {text}", self.name_of(owner));
        shared.world.log(Log { level, script, text, place: String::new() });
        outcome.map(|_| ()).map_err(|error| storage_failure(&error))
    }
}
