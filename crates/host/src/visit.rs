//! Somebody looks at an object's data, or changes it, between the object's own events: `holdfast objects`.
//!
//! Promises that it has the data to itself: it waits at the object's gate like any event, so no transaction is open; and
//! that it hears of its success only when what it wrote is durable. An object that is not in memory stays out of it. When
//! a visit cannot be paid, or what it wrote is lost, it is dropped unheard.

use holdfast_store::{Commit, Error, Object};
use std::fmt;

/// What is done to the data. A commit is returned by what makes one itself; other writes are committed afterwards.
pub type Work = Box<dyn FnOnce(&Object) -> Result<Option<Commit>, Error> + Send>;

/// Whether the object's instance may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instance {
    /// The data changes as by an event.
    Keeps,
    /// All of the data is replaced: the object is reset first, at once, whatever it is doing.
    IsReset,
}

/// A visit.
pub struct Visit {
    pub instance: Instance,
    pub work: Work,
    /// Called when it is done and durable.
    pub done: Box<dyn FnOnce() + Send>,
}

impl fmt::Debug for Visit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Visit({:?})", self.instance)
    }
}

/// Who hears of the success of a visit.
pub(crate) struct Visitor(pub(crate) Box<dyn FnOnce() + Send>);

impl fmt::Debug for Visitor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Visitor")
    }
}
