//! The context this thread is inside right now.
//!
//! Values are one machine word and carry no context, so questions about a value (`type_of`, `is_string`) find the context
//! here. A value exists only while its scope does, so while one can be asked there is a context.

use crate::sys::JSContextRef;
use std::cell::Cell;
use std::ptr;

thread_local! {
    static CONTEXT: Cell<JSContextRef> = const { Cell::new(ptr::null()) };
}

/// The context entered last on this thread.
#[inline]
pub(crate) fn context() -> JSContextRef {
    let context = CONTEXT.get();
    assert!(!context.is_null(), "a value is used outside of Context::enter");
    context
}

/// Makes `context` the current one and answers the one before.
#[inline]
pub(crate) fn replace(context: JSContextRef) -> JSContextRef {
    CONTEXT.replace(context)
}
