//! How WebSockets are compressed, for the server's side and the client's.
//!
//! By default no connection has a compressor: every message stands for itself, and one compressor and one decompressor a
//! thread serve all of them. Remembering what was said makes messages shorter and costs a connection up to
//! [`Windows::BYTES`] for what its peer may refer to, for as long as it lives, so the number of such connections is limited.
//! Our own compressors can be given up at any time, and are, when there are too many.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::codec::deflate::Memory;
use crate::codec::extension::{self, Agreement, Wish};

/// What to negotiate.
#[derive(Clone, Debug, Default)]
pub enum Compression {
    /// Nothing.
    Off,
    /// That every message stands for itself.
    #[default]
    Stateless,
    /// That both sides remember, for as many connections as there are windows; then that only we do.
    Takeover(Windows),
}

/// The decompressors that may remember at the same time, on all threads; clones share them.
#[derive(Clone, Debug)]
pub struct Windows {
    free: Arc<AtomicUsize>,
}

/// The right to one of the [`Windows`], given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Window {
    windows: Windows,
}

impl Windows {
    /// Memory of a decompressor that remembers: its window of 32 KiB and its tables.
    pub const BYTES: usize = 48 * 1024;

    /// As many as fit into `bytes`.
    pub fn within(bytes: usize) -> Windows {
        Windows { free: Arc::new(AtomicUsize::new(bytes / Windows::BYTES)) }
    }

    fn take(&self) -> Option<Window> {
        let fewer = |free: usize| free.checked_sub(1);
        self.free.try_update(Ordering::Relaxed, Ordering::Relaxed, fewer).ok()?;
        Some(Window { windows: self.clone() })
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.windows.free.fetch_add(1, Ordering::Relaxed);
    }
}

/// What was negotiated for a connection, and what that takes.
#[derive(Debug)]
pub(crate) struct Negotiated {
    pub(crate) agreement: Agreement,
    pub(crate) window: Option<Window>,
}

impl Compression {
    /// The wish for one connection, and the window that may be needed for it.
    fn wish(&self) -> Option<(Wish, Option<Window>)> {
        Some(match self {
            Compression::Off => return None,
            Compression::Stateless => (Wish::Forget, None),
            Compression::Takeover(windows) => match windows.take() {
                Some(window) => (Wish::Remember, Some(window)),
                None => (Wish::RememberSent, None),
            },
        })
    }

    /// A server's answer to a client's offers; `None` when the connection is not compressed.
    pub(crate) fn accept(&self, offers: &str) -> Option<(Negotiated, String)> {
        let (wish, window) = self.wish()?;
        let (agreement, answer) = extension::accept(offers, wish)?;
        Some((Negotiated::new(agreement, window), answer))
    }

    /// A client's offer, to be held against the answer.
    pub(crate) fn offer(&self) -> Option<Offer> {
        let (wish, window) = self.wish()?;
        Some(Offer { wish, window })
    }
}

impl Negotiated {
    fn new(agreement: Agreement, window: Option<Window>) -> Negotiated {
        let window = window.filter(|_| agreement.receiving == Memory::Keeps);
        Negotiated { agreement, window }
    }
}

/// What a client offers.
#[derive(Debug)]
pub(crate) struct Offer {
    wish: Wish,
    window: Option<Window>,
}

impl Offer {
    /// The value of the header.
    pub(crate) fn header(&self) -> &'static str {
        extension::offer(self.wish)
    }

    /// What the server's answer means; see [`extension::agree`].
    pub(crate) fn agree(self, answer: &str) -> Result<Option<Negotiated>, &'static str> {
        let agreed = extension::agree(answer, self.wish)?;
        Ok(agreed.map(|agreement| Negotiated::new(agreement, self.window)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_lent_and_given_back() {
        let compression = Compression::Takeover(Windows::within(2 * Windows::BYTES));
        let connect = || compression.accept("permessage-deflate").expect("accepted");
        let (first, second, third) = (connect(), connect(), connect());
        assert_eq!(first.0.agreement.receiving, Memory::Keeps);
        assert_eq!(first.1, "permessage-deflate");
        assert_eq!(second.1, first.1);
        assert_eq!(third.0.agreement.receiving, Memory::Forgets);
        assert_eq!(third.1, "permessage-deflate; client_no_context_takeover");
        drop(first);
        let forgetful =
            compression.accept("permessage-deflate; client_no_context_takeover").expect("accepted");
        assert!(forgetful.0.window.is_none(), "a window it does not need");
        assert_eq!(connect().1, second.1);
        assert!(Compression::Off.accept("permessage-deflate").is_none());
        assert!(Compression::Off.offer().is_none());
    }
}
