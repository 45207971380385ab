//! An owned string of the engine (`JSStringRef`): immutable UTF-16, not tied to a VM.

use crate::{sys, utf};
use std::cell::RefCell;

/// An owned reference to an engine string.
pub(crate) struct JsString(sys::JSStringRef);

thread_local! {
    /// Where text is widened before the engine copies it; kept to save an allocation per string.
    static SCRATCH: RefCell<Vec<u16>> = const { RefCell::new(Vec::new()) };
}

/// A scratch buffer larger than this is given back instead of kept, in units.
const SCRATCH_UNITS_KEPT_MAX: usize = 64 << 10;

/// The longest string of the engine.
const UNITS_MAX: usize = i32::MAX as usize;

impl JsString {
    pub(crate) fn new(text: &str) -> Self {
        SCRATCH.with_borrow_mut(|scratch| {
            scratch.clear();
            utf::append_utf16(text, scratch);
            let string = Self::from_units(scratch);
            if scratch.capacity() > SCRATCH_UNITS_KEPT_MAX {
                *scratch = Vec::new();
            }
            string
        })
    }

    pub(crate) fn from_units(units: &[u16]) -> Self {
        // The engine would abort.
        assert!(
            units.len() <= UNITS_MAX,
            "a string of {} units is longer than the engine allows",
            units.len()
        );
        // SAFETY: the pointer is valid for `len` units (dangling but unread when empty); the engine copies them.
        Self(unsafe { sys::JSStringCreateWithCharacters(units.as_ptr(), units.len()) })
    }

    /// Takes over a reference the engine gave. Null (out of memory, or an exception beside it) is `None`.
    ///
    /// # Safety
    /// `raw` is null or carries one reference that now belongs to the answer.
    pub(crate) unsafe fn adopt(raw: sys::JSStringRef) -> Option<Self> {
        (!raw.is_null()).then(|| Self(raw))
    }

    pub(crate) fn raw(&self) -> sys::JSStringRef {
        self.0
    }

    /// The length in UTF-16 units.
    pub(crate) fn length(&self) -> usize {
        // SAFETY: self holds a reference to a live string.
        unsafe { sys::JSStringGetLength(self.0) }
    }

    pub(crate) fn units(&self) -> &[u16] {
        let length = self.length();
        if length == 0 {
            return &[];
        }
        // SAFETY: self holds a reference to a live string; the engine widens once and keeps the answer as long as the string.
        let characters = unsafe { sys::JSStringGetCharactersPtr(self.0) };
        if characters.is_null() {
            return &[];
        }
        // SAFETY: the pointer is not null, valid for `length` units, and the string is immutable while self lives.
        unsafe { std::slice::from_raw_parts(characters, length) }
    }
}

impl Drop for JsString {
    fn drop(&mut self) {
        // SAFETY: self holds one reference, given up here. Strings are counted atomically and belong to no VM.
        unsafe { sys::JSStringRelease(self.0) };
    }
}
