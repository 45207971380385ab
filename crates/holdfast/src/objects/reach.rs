//! How a request reaches the data of an object: through the server's threads, or directly where no server runs.

use std::sync::{Arc, mpsc};

use holdfast_core::id::ObjectId;
use holdfast_host::{Instance, Work};
use holdfast_store::{Commit, Connections, Namespace, Object, Store};

use super::protocol::Complaint;

/// The objects of a state folder.
pub(super) trait Reach {
    fn store(&self) -> &Store;

    /// Does some work on an object's data. What it wrote is durable when this returns.
    fn visit(
        &self,
        namespace: &Namespace,
        id: ObjectId,
        instance: Instance,
        work: Work,
    ) -> Result<(), Complaint>;
}

/// What some work on an object gives. `Err` is a refusal that leaves the object as it is.
pub(super) type Given<T> = Result<(T, Option<Commit>), Complaint>;

/// Does some work on an object's data that gives something.
pub(super) fn ask<T: Send + 'static>(
    reach: &dyn Reach,
    namespace: &Namespace,
    id: ObjectId,
    instance: Instance,
    work: impl FnOnce(&Object) -> holdfast_store::Result<Given<T>> + Send + 'static,
) -> Result<T, Complaint> {
    let (give, given) = mpsc::channel();
    let work: Work = Box::new(move |object| {
        let (value, commit, failed) = match work(object) {
            Ok(Ok((value, commit))) => (Ok(value), commit, None),
            Ok(Err(complaint)) => {
                object.rollback();
                (Err(complaint), None, None)
            }
            Err(error) => (Err(error.clone().into()), None, Some(error)),
        };
        // Whoever asked may have given up.
        let _ = give.send(value);
        failed.map_or(Ok(commit), Err)
    });
    let visited = reach.visit(namespace, id, instance, work);
    match given.try_recv() {
        Ok(Err(complaint)) => Err(complaint),
        Ok(Ok(value)) => visited.map(|()| value),
        Err(_) => Err(visited.err().unwrap_or_else(|| Complaint::new("nothing came of it"))),
    }
}

/// A state folder that no server uses: this process has its lock.
pub(super) struct Offline {
    store: Store,
    connections: Connections,
}

impl Offline {
    pub(super) fn new(store: Store) -> Self {
        let connections = store.connections(Arc::new(|| {}));
        Self { store, connections }
    }

    /// Leaves the files complete.
    pub(super) fn close(self) -> holdfast_store::Result<()> {
        self.connections.close_all()?;
        self.store.alarms().persist()
    }
}

impl Reach for Offline {
    fn store(&self) -> &Store {
        &self.store
    }

    fn visit(&self, namespace: &Namespace, id: ObjectId, _: Instance, work: Work) -> Result<(), Complaint> {
        let object = self.connections.object(namespace, id);
        work(&object)?;
        object.commit()?;
        self.connections.settle();
        let mut outcome = Ok(());
        self.connections.completed(&mut |completed| {
            if let Err(error) = completed.outcome {
                outcome = Err(error.into());
            }
        });
        outcome
    }
}
