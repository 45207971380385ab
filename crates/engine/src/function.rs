//! Functions of a program backed by Rust closures.
//!
//! ```text
//!   program calls ──► call(): lock, Scope, catch_unwind ──► closure ──► Ok: value │ Err: thrown │ panic: an Error
//!   collector frees the function ──► finalize(): closure moves to the graveyard ──► dropped outside of the engine
//! ```
//!
//! Promises: a closure's `Drop` never runs inside the collector; a panic never unwinds into the engine.

use crate::context::ContextInner;
use crate::exception::ErrorKind;
use crate::object::Object;
use crate::scope::Scope;
use crate::string::JsString;
use crate::value::Value;
use crate::{Result, current, limit, sys};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::{Rc, Weak};
use std::thread::{self, ThreadId};

/// A call of a native function.
pub struct Call<'a> {
    this: Value<'a>,
    function: Object<'a>,
    arguments: &'a [Value<'a>],
    undefined: Value<'a>,
}

impl<'a> Call<'a> {
    /// What the function was called on; the global object if on nothing.
    pub fn this(&self) -> Value<'a> {
        self.this
    }

    /// The function itself.
    pub fn function(&self) -> Object<'a> {
        self.function
    }

    /// The arguments that were passed.
    pub fn args(&self) -> &'a [Value<'a>] {
        self.arguments
    }

    /// The argument at `index`, undefined past the end.
    #[inline]
    pub fn arg(&self, index: usize) -> Value<'a> {
        self.arguments.get(index).copied().unwrap_or(self.undefined)
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Call").field("arguments", &self.arguments.len()).finish_non_exhaustive()
    }
}

type Closure = dyn for<'a> Fn(&Scope<'a>, &Call<'a>) -> Result<'a>;

/// What a function object points to.
struct Native {
    closure: Box<Closure>,
    context: Weak<ContextInner>,
    graveyard: Rc<Graveyard>,
    thread: ThreadId,
}

/// Closures whose function was collected, until they can be dropped.
#[derive(Default)]
pub(crate) struct Graveyard {
    #[allow(
        clippy::vec_box,
        reason = "the boxes exist already; a finalizer must not do more than move a pointer"
    )]
    dead: RefCell<Vec<Box<Native>>>,
    /// The VM is gone: there is no later moment.
    closed: Cell<bool>,
}

impl Graveyard {
    /// Drops what is dead. Not called from within a collection.
    pub(crate) fn empty(&self) {
        loop {
            // Taken out first: dropping a closure may lead here again.
            let Some(native) = self.dead.borrow_mut().pop() else { return };
            // A panic in a Drop would otherwise unwind through whoever happened to empty the graveyard.
            drop(catch_unwind(AssertUnwindSafe(|| drop(native))));
        }
    }

    pub(crate) fn close(&self) {
        self.closed.set(true);
        self.empty();
    }
}

/// Makes the class of native functions.
pub(crate) fn class() -> sys::JSClassRef {
    let definition = sys::JSClassDefinition {
        version: 0,
        // Without a prototype of its own: each function gets Function.prototype.
        attributes: sys::kJSClassAttributeNoAutomaticPrototype,
        class_name: c"Function".as_ptr(),
        parent_class: ptr::null_mut(),
        static_values: ptr::null(),
        static_functions: ptr::null(),
        initialize: ptr::null(),
        finalize: Some(finalize),
        has_property: ptr::null(),
        get_property: ptr::null(),
        set_property: ptr::null(),
        delete_property: ptr::null(),
        get_property_names: ptr::null(),
        call_as_function: Some(call),
        call_as_constructor: ptr::null(),
        has_instance: ptr::null(),
        convert_to_type: ptr::null(),
    };
    // SAFETY: the definition is complete, and the engine copies it.
    unsafe { sys::JSClassCreate(&raw const definition) }
}

impl<'s> Scope<'s> {
    /// Makes a function. It is callable, not constructible; `name` is its `name`. The closure is dropped some time after
    /// the collector freed the function, on this thread, never during a collection.
    ///
    /// The closure must not keep values: see [`crate::Persistent`], and beware of cycles, which are never freed.
    pub fn function(
        &self,
        name: &str,
        closure: impl for<'a> Fn(&Scope<'a>, &Call<'a>) -> Result<'a> + 'static,
    ) -> Object<'s> {
        let vm = self.vm_inner();
        let native = Box::new(Native {
            closure: Box::new(closure),
            context: Rc::downgrade(self.context_inner()),
            graveyard: Rc::clone(&vm.graveyard),
            thread: thread::current().id(),
        });
        let private = Box::into_raw(native).cast();
        // SAFETY: the context is entered and the class live; the finalizer takes the box back.
        let raw = unsafe { sys::JSObjectMake(self.raw(), vm.function_class, private) };
        // SAFETY: just made, an object.
        let function = unsafe { Object::from_raw(raw) };
        // The name first: Function.prototype has one too, which cannot be assigned over.
        function.define_fresh(self, "name", self.string(name));
        function.set_prototype(self, self.intrinsic(self.intrinsics().function_prototype));
        function
    }
}

/// Called by the engine when a program calls a native function. Holds no lock at first: the engine drops it.
unsafe extern "C" fn call(
    engine_context: sys::JSContextRef,
    function: sys::JSObjectRef,
    this: sys::JSObjectRef,
    count: usize,
    arguments: *const sys::JSValueRef,
    exception: *mut sys::JSValueRef,
) -> sys::JSValueRef {
    // SAFETY: the function is live: it is being called.
    let private = unsafe { sys::JSObjectGetPrivate(function) }.cast::<Native>();
    // SAFETY: only objects of our class have this callback, and each got its box when it was made.
    let native = unsafe { &*private };
    let Some(context) = native.context.upgrade() else {
        // SAFETY: the engine is calling from this context and passes a place for what is thrown.
        return unsafe { refuse(engine_context, exception) };
    };
    let inside = Inside::new(&context);
    let scope = Scope::new(&context);
    let undefined = scope.undefined();
    let arguments: &[Value<'_>] = if count == 0 {
        &[]
    } else {
        // SAFETY: the engine passes `count` live values, valid during the call; Value is one JSValueRef.
        unsafe { std::slice::from_raw_parts(arguments.cast(), count) }
    };
    // SAFETY: the engine passes an object, or null for none.
    let this = if this.is_null() { undefined } else { unsafe { Value::from_raw(this) } };
    // SAFETY: the function is being called, so it is live.
    let function = unsafe { Object::from_raw(function) };
    let call = Call { this, function, arguments, undefined };
    let outcome = catch_unwind(AssertUnwindSafe(|| (native.closure)(&scope, &call)));
    let result = outcome.unwrap_or_else(|panic| {
        let message = context.vm.note_panic(&*panic);
        Err(scope.error(ErrorKind::Error, &message))
    });
    let raw = match result {
        Ok(value) => value.raw(),
        Err(thrown) => {
            // SAFETY: the engine passes a place for what is thrown.
            unsafe { exception.write(thrown.value().raw()) };
            undefined.raw()
        }
    };
    drop(inside);
    raw
}

/// Throws: the function's context is gone, and with it what its closure may lean on.
///
/// # Safety
/// The context is live and `exception` is writable.
unsafe fn refuse(context: sys::JSContextRef, exception: *mut sys::JSValueRef) -> sys::JSValueRef {
    let message = JsString::new("the context of this function is gone");
    // SAFETY: the context is live, the string too.
    let message = unsafe { sys::JSValueMakeString(context, message.raw()) };
    // SAFETY: the context is live and the one argument a live value.
    let error = unsafe { sys::JSObjectMakeError(context, 1, &raw const message, ptr::null_mut()) };
    // SAFETY: the caller vouches for the place.
    unsafe { exception.write(error) };
    // SAFETY: the context is live.
    unsafe { sys::JSValueMakeUndefined(context) }
}

/// A native call under way: the lock is held, so that what the closure does costs no lock each.
struct Inside<'a> {
    context: &'a ContextInner,
    outer: sys::JSContextRef,
}

impl<'a> Inside<'a> {
    #[inline]
    fn new(context: &'a ContextInner) -> Self {
        // SAFETY: the context is live, on the thread of its VM.
        unsafe { sys::JSLock(context.raw) };
        let vm = &context.vm;
        vm.depth.set(vm.depth.get() + 1);
        vm.natives.set(vm.natives.get() + 1);
        Self { context, outer: current::replace(context.raw) }
    }
}

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        current::replace(self.outer);
        let vm = &self.context.vm;
        vm.natives.set(vm.natives.get() - 1);
        vm.depth.set(vm.depth.get() - 1);
        limit::returning_to_program(vm);
        // SAFETY: pairs with new(). Inside a call from the engine, unlocking runs no microtasks.
        unsafe { sys::JSUnlock(self.context.raw) };
    }
}

/// Called by the engine when a function was collected: in the middle of a collection, where nothing may run.
unsafe extern "C" fn finalize(object: sys::JSObjectRef) {
    // SAFETY: only objects of our class have this callback; the pointer is readable in a finalizer.
    let private = unsafe { sys::JSObjectGetPrivate(object) }.cast::<Native>();
    if private.is_null() {
        return;
    }
    // SAFETY: the pointer came from Box::into_raw and the object is finalized once.
    let native = unsafe { Box::from_raw(private) };
    if native.thread != thread::current().id() {
        // The engine finalizes on the owner's thread. Should it ever not, losing memory beats a race.
        std::mem::forget(native);
        return;
    }
    let graveyard = Rc::clone(&native.graveyard);
    graveyard.dead.borrow_mut().push(native);
    if graveyard.closed.get() {
        graveyard.empty();
    }
}
