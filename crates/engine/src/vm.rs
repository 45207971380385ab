//! A virtual machine: one heap, on one thread, for life.
//!
//! Promises: what is dropped at a bad moment waits for a good one. Native closures whose function the collector freed are
//! dropped after the collection, outside of the engine, and a [`crate::Persistent`] dropped outside of `enter` is released at the
//! next `enter`, so that neither can run JavaScript or the collector behind the caller's back.

use crate::context::Context;
use crate::function::{self, Graveyard};
use crate::limit::{Limit, Verdict};
use crate::memory::{self, Memory};
use crate::run_loop::Wakeup;
use crate::{limit, options, run_loop, sys};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::Rc;
use std::time::Duration;

/// A handle on a virtual machine; clones share it. It ends when the last handle and the last [`Context`] are gone.
#[derive(Clone)]
pub struct Vm(pub(crate) Rc<VmInner>);

pub(crate) struct VmInner {
    pub(crate) group: sys::JSContextGroupRef,
    /// The contexts that exist, for calls that need any one of them, each with a function of its own.
    pub(crate) contexts: RefCell<Vec<(sys::JSGlobalContextRef, sys::JSObjectRef)>>,
    /// How many enters and native calls of this VM are on the stack: with any, the lock is held.
    pub(crate) depth: Cell<u32>,
    /// How many of those are native calls: with none, what returns to Rust returns from the program.
    pub(crate) natives: Cell<u32>,
    /// Whether a hook runs in the middle of the engine's work.
    door: Cell<Door>,
    /// Values whose Persistent was dropped while the lock was not held.
    pub(crate) released: RefCell<Vec<sys::JSValueRef>>,
    pub(crate) graveyard: Rc<Graveyard>,
    pub(crate) function_class: sys::JSClassRef,
    pub(crate) limit: Limit,
    pub(crate) panic: RefCell<Option<String>>,
    pub(crate) on_collection: RefCell<Option<Rc<dyn Fn()>>>,
}

/// What may be asked of the engine now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    /// A program is paused in the middle: its heap may be looked at and collected, and nothing else.
    Paused,
    /// The collector is at work.
    Closed,
}

impl Vm {
    /// Makes a VM on this thread: about a millisecond. The thread needs [`crate::THREAD_STACK_BYTES`] of stack.
    #[allow(
        clippy::new_without_default,
        reason = "starting a virtual machine is too much for a default value"
    )]
    pub fn new() -> Self {
        options::set_once();
        run_loop::ensure();
        // SAFETY: no arguments. The reference is released in VmInner::drop.
        let group = unsafe { sys::JSContextGroupCreate() };
        assert!(
            !group.is_null(),
            "the engine cannot start: it needs about 40 GB of address space (see ulimit -v)"
        );
        let inner = Rc::new(VmInner {
            group,
            contexts: RefCell::default(),
            depth: Cell::new(0),
            natives: Cell::new(0),
            door: Cell::new(Door::Open),
            released: RefCell::default(),
            graveyard: Rc::default(),
            function_class: function::class(),
            limit: Limit::default(),
            panic: RefCell::default(),
            on_collection: RefCell::default(),
        });
        let user = Rc::as_ptr(&inner).cast_mut().cast();
        // SAFETY: the group is live; VmInner::drop removes the finalizer before the pointer dies.
        unsafe { sys::JSContextGroupAddHeapFinalizer(group, memory::collected, user) };
        Self(inner)
    }

    /// Makes a new global object in this VM.
    pub fn context(&self) -> Context {
        Context::new(&self.0)
    }

    /// How a thread that sleeps in a poll of its own learns that [`Vm::pump`] has something to do; the same for all VMs
    /// of the thread.
    pub fn wakeup(&self) -> Wakeup {
        run_loop::wakeup()
    }

    /// Runs what is ready on the thread's run loop, without blocking: asynchronous WebAssembly, `FinalizationRegistry`,
    /// the collector's timers. JavaScript may run. Call it between turns; answers whether there was anything.
    ///
    /// # Panics
    /// Inside of `enter`.
    pub fn pump(&self) -> bool {
        // A program that schedules without end cannot hold the thread.
        const EVENTS_MAX: usize = 1_000;
        (0..EVENTS_MAX).take_while(|_| self.pump_one()).count() > 0
    }

    /// [`Vm::pump`] for one event. What ran may be of any VM of the thread: [`Vm::settle`] all others afterwards.
    ///
    /// # Panics
    /// Inside of `enter`.
    pub fn pump_one(&self) -> bool {
        self.0.assert_open();
        assert!(self.0.depth.get() == 0, "Vm::pump is called inside of Context::enter");
        let was_any = run_loop::iterate_once();
        self.settle();
        was_any
    }

    /// Ends what another VM of the thread may have run of this one in [`Vm::pump_one`].
    pub fn settle(&self) {
        limit::settled(&self.0);
        self.0.bury();
    }

    /// Collects all garbage now: milliseconds. Does nothing while the VM has no context. Also for the verdict of a time
    /// limit.
    pub fn collect(&self) {
        self.0.assert_not_collecting();
        if let Some(context) = self.0.any_context() {
            // SAFETY: the context is live, on the thread of its VM.
            unsafe { sys::JSSynchronousGarbageCollectForDebugging(context) };
        }
        if self.0.depth.get() == 0 && self.0.door.get() == Door::Open {
            self.0.bury();
        }
    }

    /// What the heap holds; `heap_bytes` is as of the latest collection. Walks the whole heap (35 ms at 48 MB): not for
    /// the hot path. Also for the verdict of a time limit.
    pub fn memory(&self) -> Memory {
        self.0.assert_not_collecting();
        self.0.any_context().map(memory::statistics).unwrap_or_default()
    }

    /// Calls `hook` after each collection, on this thread, possibly while JavaScript is running. The hook must not use
    /// contexts or values; setting a time limit of zero (to stop the program) is allowed.
    pub fn on_collection(&self, hook: impl Fn() + 'static) {
        limit::prepare(&self.0);
        *self.0.on_collection.borrow_mut() = Some(Rc::new(hook));
    }

    /// Limits the processor time of each outermost entry into JavaScript and of each microtask. When it is used up
    /// `verdict` decides, on this thread, in the middle of the program; it must not enter a context. The limit stays for later entries until cleared.
    ///
    /// Not stoppable: a loop inside WebAssembly, and, without a deadline ([`crate::set_deadline`]), `for (;;) await null`
    /// (each step is a new microtask).
    pub fn set_time_limit(&self, limit: Duration, verdict: impl FnMut() -> Verdict + 'static) {
        limit::set(&self.0, limit, Box::new(verdict));
    }

    /// Removes the time limit.
    pub fn clear_time_limit(&self) {
        limit::clear(&self.0);
    }

    /// Whether a time limit ended something since the last [`Vm::take_stopped`]. After a stop inside a microtask the call
    /// that ran it returns success; this is the only way to know.
    pub fn was_stopped(&self) -> bool {
        self.0.limit.stopped.get()
    }

    /// Like [`Vm::was_stopped`], and forgets it.
    pub fn take_stopped(&self) -> bool {
        self.0.limit.stopped.replace(false)
    }

    /// The message of the latest panic in a native function or hook, once. The program saw an `Error`; the owner may want to
    /// end the process.
    pub fn take_panic(&self) -> Option<String> {
        self.0.panic.borrow_mut().take()
    }

    /// Whether the two handles are of one VM.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl VmInner {
    /// # Panics
    /// In a hook that runs in the middle of the engine's work. The panic ends at the hook's border.
    #[inline]
    pub(crate) fn assert_open(&self) {
        assert!(self.door.get() == Door::Open, "the engine is entered from a hook that must not");
    }

    /// # Panics
    /// In a hook that runs while the collector is at work.
    fn assert_not_collecting(&self) {
        assert!(self.door.get() != Door::Closed, "the heap is asked for from a hook that must not");
    }

    /// Whether values can be released now: the lock is held and the engine is not in the middle of something.
    pub(crate) fn can_release(&self) -> bool {
        self.depth.get() > 0 && self.door.get() == Door::Open
    }

    /// Runs a hook in the middle of the engine's work. `None` if it panicked, which is remembered.
    pub(crate) fn run_hook<R>(&self, door: Door, hook: impl FnOnce() -> R) -> Option<R> {
        let outer = self.door.replace(door);
        let outcome = catch_unwind(AssertUnwindSafe(hook));
        self.door.set(outer);
        match outcome {
            Ok(answer) => Some(answer),
            Err(panic) => {
                self.note_panic(&*panic);
                None
            }
        }
    }

    /// Remembers a panic for `take_panic` and answers its text.
    pub(crate) fn note_panic(&self, panic: &(dyn Any + Send)) -> String {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        let message = format!("internal error: {}", text.as_deref().unwrap_or("a panic"));
        *self.panic.borrow_mut() = Some(message.clone());
        message
    }

    pub(crate) fn any_context(&self) -> Option<sys::JSGlobalContextRef> {
        self.contexts.borrow().last().map(|&(context, _)| context)
    }

    /// Drops the closures whose functions were collected.
    pub(crate) fn bury(&self) {
        self.graveyard.empty();
    }

    /// Releases values whose Persistent was dropped outside of the lock. The lock is held now.
    pub(crate) fn release_dropped(&self, context: sys::JSContextRef) {
        while let Some(value) = self.released.borrow_mut().pop() {
            // SAFETY: the value was protected by its Persistent and is released once, under the lock of its VM.
            unsafe { sys::JSValueUnprotect(context, value) };
        }
    }
}

impl Drop for VmInner {
    fn drop(&mut self) {
        let user = ptr::from_mut(self).cast();
        // SAFETY: the group is live and the same pair was added in Vm::new.
        unsafe { sys::JSContextGroupRemoveHeapFinalizer(self.group, memory::collected, user) };
        // SAFETY: the group is live. The callback holds a pointer to self, which ends here.
        unsafe { sys::JSContextGroupClearExecutionTimeLimit(self.group) };
        // SAFETY: gives up the reference of Vm::new; every context, which holds an Rc of self, is gone. The heap goes
        // now and its finalizers hand their closures to the graveyard.
        unsafe { sys::JSContextGroupRelease(self.group) };
        // SAFETY: gives up the reference of Vm::new; functions that still exist hold their own.
        unsafe { sys::JSClassRelease(self.function_class) };
        self.graveyard.close();
    }
}

impl fmt::Debug for Vm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Vm")
            .field("contexts", &self.0.contexts.borrow().len())
            .finish_non_exhaustive()
    }
}
