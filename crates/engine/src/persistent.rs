//! A value that is kept between enters, on Rust's heap or anywhere.

use crate::object::Object;
use crate::scope::Scope;
use crate::value::Value;
use crate::vm::VmInner;
use crate::{Result, sys};
use std::fmt;
use std::rc::{Rc, Weak};

/// Keeps a value from being collected until it is dropped: anywhere, any time, also after its VM. It does not keep the VM
/// alive. A closure that holds a Persistent of something that leads back to its own function is never freed.
pub struct Persistent {
    raw: sys::JSValueRef,
    vm: Weak<VmInner>,
}

impl Persistent {
    /// Keeps `value`.
    pub fn new<'s>(scope: &Scope<'s>, value: impl Into<Value<'s>>) -> Self {
        let raw = value.into().raw();
        // SAFETY: the value is live and the context entered.
        unsafe { sys::JSValueProtect(scope.raw(), raw) };
        Self { raw, vm: Rc::downgrade(scope.vm_inner()) }
    }

    /// The value.
    ///
    /// # Panics
    /// In a scope of another VM.
    #[inline]
    pub fn get<'s>(&self, scope: &Scope<'s>) -> Value<'s> {
        assert!(
            std::ptr::eq(self.vm.as_ptr(), Rc::as_ptr(scope.vm_inner())),
            "a Persistent is used in the scope of another VM"
        );
        // SAFETY: the value is protected, and the scope's VM is its VM.
        unsafe { Value::from_raw(self.raw) }
    }
}

/// A function that is kept to be called often: what it is was looked at once.
#[derive(Debug)]
pub struct Callback(Persistent);

impl Callback {
    /// Keeps `function`; `None` if it cannot be called.
    pub fn new<'s>(scope: &Scope<'s>, function: Value<'s>) -> Option<Self> {
        function.as_object().filter(|object| object.is_function())?;
        Some(Self(Persistent::new(scope, function)))
    }

    /// Calls the function, with `this` undefined.
    ///
    /// # Panics
    /// In a scope of another VM.
    pub fn call<'s>(&self, scope: &Scope<'s>, arguments: &[Value<'s>]) -> Result<'s> {
        // SAFETY: new() saw that it is an object.
        unsafe { Object::from_raw(self.0.get(scope).raw().cast_mut()) }.call_bare(scope, arguments)
    }
}

impl Drop for Persistent {
    fn drop(&mut self) {
        // With the VM, the value is gone too.
        let Some(vm) = self.vm.upgrade() else { return };
        match vm.any_context() {
            // SAFETY: the value was protected in new(); the lock is held already, so that nothing runs now.
            Some(context) if vm.can_release() => unsafe { sys::JSValueUnprotect(context, self.raw) },
            _ => vm.released.borrow_mut().push(self.raw),
        }
    }
}

impl fmt::Debug for Persistent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Persistent")
    }
}
