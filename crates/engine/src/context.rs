//! A context: one global object of a VM, and the door through which JavaScript is reached.
//!
//! ```text
//!   enter ──► lock ──► the closure, with a Scope ──► unlock ──► microtasks (outermost enter only) ──► late drops
//! ```

use crate::bytes::Staging;
use crate::intrinsics::Intrinsics;
use crate::scope::Scope;
use crate::string::JsString;
use crate::value::Value;
use crate::vm::{Vm, VmInner};
use crate::{current, limit, sys};
use std::cell::Cell;
use std::fmt;
use std::ptr;
use std::rc::{Rc, Weak};

/// A handle on a global object; clones share it. It keeps its VM alive.
///
/// A native function that captures a `Context` keeps it alive as long as the function exists, which is for ever if the
/// function is reachable from the same context: capture a [`WeakContext`], or use the scope each call is given.
#[derive(Clone)]
pub struct Context(pub(crate) Rc<ContextInner>);

/// A handle that does not keep the context alive.
#[derive(Clone)]
pub struct WeakContext(pub(crate) Weak<ContextInner>);

pub(crate) struct ContextInner {
    pub(crate) raw: sys::JSGlobalContextRef,
    pub(crate) vm: Rc<VmInner>,
    pub(crate) intrinsics: Intrinsics,
    pub(crate) staging: Staging,
    has_rejection_hook: Cell<bool>,
}

impl Context {
    pub(crate) fn new(vm: &Rc<VmInner>) -> Self {
        vm.assert_open();
        // SAFETY: the group is live; a null class makes the default global object. Released in ContextInner::drop.
        let raw = unsafe { sys::JSGlobalContextCreateInGroup(vm.group, ptr::null_mut()) };
        assert!(!raw.is_null(), "the engine makes a context or aborts");
        let inner = ContextInner {
            raw,
            vm: Rc::clone(vm),
            intrinsics: Intrinsics::take(raw),
            staging: Staging::default(),
            has_rejection_hook: Cell::new(false),
        };
        vm.contexts.borrow_mut().push((raw, inner.intrinsics.function_prototype));
        Self(Rc::new(inner))
    }

    /// Runs `body` with the engine locked. Enters may nest, also inside native functions; microtasks run when the
    /// outermost one ends, also if `body` panics.
    pub fn enter<R>(&self, body: impl for<'s> FnOnce(&Scope<'s>) -> R) -> R {
        let _entered = Entered::new(&self.0);
        body(&Scope::new(&self.0))
    }

    /// Makes `eval`, `new Function` and their kin throw an `EvalError` with this message.
    pub fn disable_eval(&self, message: &str) {
        let message = JsString::new(message);
        // SAFETY: the context is live; the engine copies the message.
        unsafe { sys::JSGlobalContextSetEvalEnabled(self.0.raw, false, message.raw()) };
    }

    /// Calls `hook` with the promise and the reason of each rejection nobody handles, after the microtasks of the turn.
    /// A handler added later gives no further event. The latest hook counts.
    pub fn on_unhandled_rejection(&self, hook: impl for<'s> Fn(&Scope<'s>, Value<'s>, Value<'s>) + 'static) {
        self.enter(|scope| {
            let function = scope.function("unhandledRejection", move |scope, call| {
                hook(scope, call.arg(0), call.arg(1));
                Ok(scope.undefined())
            });
            self.0.has_rejection_hook.set(true);
            let mut exception = ptr::null();
            // SAFETY: the context is live and locked; the function is on the stack and the engine keeps it afterwards.
            unsafe {
                sys::JSGlobalContextSetUnhandledRejectionCallback(
                    self.0.raw,
                    function.raw(),
                    &raw mut exception,
                );
            }
        });
    }

    /// The VM of this context.
    pub fn vm(&self) -> Vm {
        Vm(Rc::clone(&self.0.vm))
    }

    /// A handle that does not keep this context alive.
    pub fn downgrade(&self) -> WeakContext {
        WeakContext(Rc::downgrade(&self.0))
    }
}

impl WeakContext {
    /// The context, if it still exists.
    pub fn upgrade(&self) -> Option<Context> {
        self.0.upgrade().map(Context)
    }
}

/// The lock, held: made by `enter`.
struct Entered<'a> {
    context: &'a ContextInner,
    outer: sys::JSContextRef,
}

impl<'a> Entered<'a> {
    fn new(context: &'a ContextInner) -> Self {
        context.vm.assert_open();
        // SAFETY: the context is live and its VM belongs to this thread (both are !Send).
        unsafe { sys::JSLock(context.raw) };
        let vm = &context.vm;
        vm.depth.set(vm.depth.get() + 1);
        if vm.depth.get() == 1 {
            vm.release_dropped(context.raw);
        }
        Self { context, outer: current::replace(context.raw) }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        current::replace(self.outer);
        let vm = &self.context.vm;
        // SAFETY: pairs with the JSLock of new(); the context is live. Runs microtasks if this is the last lock.
        unsafe { sys::JSUnlock(self.context.raw) };
        vm.depth.set(vm.depth.get() - 1);
        if vm.depth.get() == 0 {
            limit::settled(vm);
            vm.bury();
        }
    }
}

impl ContextInner {
    /// The engine keeps the rejection hook, the hook keeps its context and so both stay for ever: swap it for a function of
    /// another context. The last context goes with its VM anyway.
    fn drop_rejection_hook(&self) {
        let other = self.vm.contexts.borrow().last().copied();
        if let (true, Some((_, function))) = (self.has_rejection_hook.get(), other) {
            let mut exception = ptr::null();
            // SAFETY: both contexts are live; Function.prototype is callable and the engine keeps it from here on.
            unsafe {
                sys::JSGlobalContextSetUnhandledRejectionCallback(self.raw, function, &raw mut exception);
            }
        }
    }
}

impl Drop for ContextInner {
    fn drop(&mut self) {
        self.vm.contexts.borrow_mut().retain(|&(raw, _)| raw != self.raw);
        self.drop_rejection_hook();
        // SAFETY: the context is live, on its thread. One lock for all, so that microtasks run once at most.
        unsafe { sys::JSLock(self.raw) };
        self.intrinsics.release(self.raw);
        self.staging.release(self.raw);
        // SAFETY: pairs with the lock above.
        unsafe { sys::JSUnlock(self.raw) };
        // SAFETY: gives up the reference of Context::new.
        unsafe { sys::JSGlobalContextRelease(self.raw) };
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Context({:p})", self.0.raw)
    }
}

impl fmt::Debug for WeakContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WeakContext")
    }
}
