//! What ends a statement that runs too long: SQLite does not return before it is done, so it asks on the way.
//!
//! Promises that a program's statement that is under way fails with `SQLITE_INTERRUPT` soon after its thread's
//! [`Interrupt`] says so, and that the store's own statements do not.

use std::{cell::RefCell, ffi::c_int, marker::PhantomData, rc::Rc, sync::Arc};

use rusqlite::{Connection, Result};

use super::authorizer::Guard;

/// How many of SQLite's instructions are run from one question to the next: a fraction of a millisecond's.
const INSTRUCTIONS: c_int = 10_000;

/// Who is asked whether a statement is to end.
pub type Ask = Rc<dyn Fn() -> bool>;

thread_local! {
    static ASKED: RefCell<Option<Ask>> = const { RefCell::new(None) };
}

/// Ends statements on the thread that made it, for as long as it lives. Where there are several, the newest is asked; they
/// end in the opposite order.
pub struct Interrupt {
    before: Option<Ask>,
    // It belongs to its thread.
    _not_send: PhantomData<*const ()>,
}

impl Interrupt {
    /// Ends a statement that runs when `is_due` says so. It is asked often, and must not run SQL.
    pub fn when(is_due: Ask) -> Self {
        Self { before: ASKED.replace(Some(is_due)), _not_send: PhantomData }
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        ASKED.set(self.before.take());
    }
}

impl std::fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interrupt").finish_non_exhaustive()
    }
}

/// Makes SQLite ask while a program's statement runs on a connection.
pub(super) fn install(connection: &Connection, guard: &Arc<Guard>) -> Result<()> {
    let guard = Arc::clone(guard);
    let is_due = || ASKED.with_borrow(|asked| asked.as_ref().is_some_and(|is_due| is_due()));
    connection.progress_handler(INSTRUCTIONS, Some(move || guard.is_watching() && is_due()))
}
