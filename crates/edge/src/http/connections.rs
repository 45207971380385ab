//! How many connections may be open, over all threads.
//!
//! Programs need descriptors too (databases, outgoing requests): if clients could take them all, the requests they send
//! would fail. So a number of them is kept back, and a connection beyond the rest is refused.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::sockets::Permit;

/// Of the descriptors the process may have, the share kept for its own use ...
const RESERVED_SHARE: usize = 8;
/// ... but no more than this many.
const RESERVED_MAX: usize = 1024;

/// The count of open connections; clones count together.
#[derive(Clone, Debug)]
pub struct Connections {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    open: AtomicUsize,
    max: usize,
}

/// Lets the process have as many descriptors as it may give itself: many systems start programs with 1024 of them and
/// allow far more. To be called before [`Connections::within_descriptor_limit`].
///
/// # Errors
/// When the system refuses; the limit is then what it was.
pub fn raise_descriptor_limit() -> io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?)
}

/// One open connection.
struct Open(Arc<Shared>);

impl Connections {
    /// At most `max`.
    pub fn at_most(max: usize) -> Connections {
        Connections { shared: Arc::new(Shared { open: AtomicUsize::new(0), max }) }
    }

    /// As many as the process's descriptor limit leaves room for.
    pub fn within_descriptor_limit() -> Connections {
        let limit = getrlimit(Resource::Nofile).current.and_then(|limit| usize::try_from(limit).ok());
        Connections::at_most(
            limit.map_or(usize::MAX, |limit| limit - (limit / RESERVED_SHARE).min(RESERVED_MAX)),
        )
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.shared.open.load(Ordering::Relaxed)
    }

    /// Counts one more, until the permit is dropped; `None` when there are too many.
    pub fn admit(&self) -> Option<Permit> {
        let Shared { open, max } = &*self.shared;
        open.try_update(Ordering::Relaxed, Ordering::Relaxed, |open| (open < *max).then_some(open + 1))
            .ok()?;
        Some(Arc::new(Open(Arc::clone(&self.shared))))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Connections;

    #[test]
    fn a_place_is_free_again_when_its_connection_ends() {
        let connections = Connections::at_most(2);
        let first = connections.admit().expect("room");
        let second = connections.admit().expect("room");
        assert!(connections.admit().is_none());
        drop(first);
        assert!(connections.admit().is_some());
        drop(second);
        assert_eq!(connections.open(), 0);
        assert!(Connections::within_descriptor_limit().admit().is_some());
    }
}
