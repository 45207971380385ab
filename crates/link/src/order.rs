//! What a program that tests itself asks of the objects of a thread (`workerd:unsafe`).

use crate::ObjectAddress;
use std::time::Instant;

/// What is to happen to objects that a test looks at.
#[derive(Debug)]
pub enum Order {
    /// An object is to go out of memory as soon as nothing holds it there. Refused when it was not in memory when that was
    /// asked for.
    Evict { object: ObjectAddress, websockets: Evicted, asked: Instant },
    /// Every object of the thread that is in memory is to go out of it.
    EvictAll { websockets: Evicted },
    /// Every object of the thread is reset.
    AbortAll,
    /// Every object of the thread that is in memory, or has sockets, is reset and loses what it stored.
    DeleteAll,
}

/// What becomes of the hibernatable sockets of an evicted object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evicted {
    Hibernate,
    Close,
}
