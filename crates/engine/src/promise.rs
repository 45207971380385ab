//! Promises that Rust settles.

use crate::object::Object;
use crate::persistent::Persistent;
use crate::scope::Scope;
use crate::value::Value;
use crate::{Result, sys};
use std::ptr;

/// The right to settle one promise; the first use counts. Dropped unused, the promise stays pending for ever.
#[derive(Debug)]
pub struct Resolver {
    resolve: Persistent,
    reject: Persistent,
}

impl<'s> Scope<'s> {
    /// Makes a pending promise and the right to settle it.
    pub fn promise(&self) -> (Object<'s>, Resolver) {
        let (mut resolve, mut reject) = (ptr::null_mut(), ptr::null_mut());
        let mut exception = ptr::null();
        // SAFETY: the context is entered and the places are locals.
        let raw = unsafe {
            sys::JSObjectMakeDeferredPromise(
                self.raw(),
                &raw mut resolve,
                &raw mut reject,
                &raw mut exception,
            )
        };
        assert!(!raw.is_null(), "a promise of the built-in class can be made");
        // SAFETY: just made, objects.
        let promise = unsafe { Object::from_raw(raw) };
        // SAFETY: just made, objects.
        let resolve = unsafe { Object::from_raw(resolve) };
        // SAFETY: just made, objects.
        let reject = unsafe { Object::from_raw(reject) };
        let resolver =
            Resolver { resolve: Persistent::new(self, resolve), reject: Persistent::new(self, reject) };
        (promise, resolver)
    }
}

impl Resolver {
    /// Resolves the promise; with a thenable it follows it. Reactions run as microtasks.
    pub fn resolve<'s>(&self, scope: &Scope<'s>, value: impl Into<Value<'s>>) {
        settle(&self.resolve, scope, value.into());
    }

    /// Rejects the promise. Reactions run as microtasks.
    pub fn reject<'s>(&self, scope: &Scope<'s>, reason: impl Into<Value<'s>>) {
        settle(&self.reject, scope, reason.into());
    }

    /// Resolves with what is Ok, rejects with what was thrown.
    pub fn settle<'s>(&self, scope: &Scope<'s>, result: Result<'s>) {
        match result {
            Ok(value) => self.resolve(scope, value),
            Err(thrown) => self.reject(scope, thrown.value()),
        }
    }
}

fn settle<'s>(function: &Persistent, scope: &Scope<'s>, value: Value<'s>) {
    if let Some(function) = function.get(scope).as_object() {
        // The engine's own resolving functions throw nothing; a stop by the time limit is noted by the VM.
        let _ = function.call(scope, scope.undefined(), &[value]);
    }
}
