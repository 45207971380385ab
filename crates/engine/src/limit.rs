//! The execution time limit: how a program that does not return is ended.
//!
//! The engine asks [`due`] on the JavaScript thread when the time is used up. It answers the owner's verdict and notes a
//! stop, because a stop inside a microtask is invisible to the call that drained it. A native function that got the
//! stop from a nested call and returned normally would let the program go on; a limit of zero stops it at its next step.

use crate::string::JsString;
use crate::sys;
use crate::vm::{Door, VmInner};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;
use std::time::Duration;

/// What to do with a program whose time is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// End it: it sees no exception, cannot catch it, and its `finally` blocks do not run.
    Stop,
    /// Let it run for this much longer, then ask again.
    Extend(Duration),
}

type Judge = Box<dyn FnMut() -> Verdict>;

#[derive(Default)]
pub(crate) struct Limit {
    judge: RefCell<Option<Judge>>,
    /// Changes with every set and clear, so that a judge that set another limit is not put back over it.
    generation: Cell<u64>,
    /// A stop happened and nobody took note yet.
    pub(crate) stopped: Cell<bool>,
    /// A stop is passing through the frames on the stack now.
    stopping: Cell<bool>,
    /// The limit as it was set; None when there is none.
    armed: Cell<Option<Duration>>,
}

pub(crate) fn set(vm: &Rc<VmInner>, limit: Duration, judge: Judge) {
    let old = vm.limit.judge.replace(Some(judge));
    vm.limit.generation.set(vm.limit.generation.get() + 1);
    drop(old);
    vm.limit.armed.set(Some(limit));
    arm(vm, limit);
}

pub(crate) fn clear(vm: &VmInner) {
    let old = vm.limit.judge.replace(None);
    vm.limit.generation.set(vm.limit.generation.get() + 1);
    drop(old);
    vm.limit.armed.set(None);
    disarm(vm);
}

/// A native function returns to the program. If a stop is under way, the program stops at its next step, whatever the
/// native made of the stop it got.
pub(crate) fn returning_to_program(vm: &VmInner) {
    if vm.limit.stopping.get() {
        arm(vm, Duration::ZERO);
    }
}

/// No JavaScript is on the stack any more: a stop that was under way has arrived. After a stop inside a microtask or
/// below a native function the engine would end the next, innocent entry too, so an empty one takes that.
pub(crate) fn settled(vm: &VmInner) {
    if !vm.limit.stopping.get() {
        return;
    }
    disarm(vm);
    if let Some(context) = vm.any_context() {
        for _ in 0..ABSORBING_ENTRIES_MAX {
            if enter_empty(context) {
                break;
            }
        }
    }
    vm.limit.stopping.set(false);
    if let Some(limit) = vm.limit.armed.get() {
        arm(vm, limit);
    }
}

/// One entry is ended by a stop that is left over; the others are for safety.
const ABSORBING_ENTRIES_MAX: usize = 4;

/// Runs an empty program; false if it was ended.
fn enter_empty(context: sys::JSGlobalContextRef) -> bool {
    let (program, file) = (JsString::new("0"), JsString::new(""));
    let mut exception = ptr::null();
    // SAFETY: the context is live, on the thread of its VM; a null `this` is the global object.
    unsafe {
        sys::JSEvaluateScript(context, program.raw(), ptr::null_mut(), file.raw(), 1, &raw mut exception);
    }
    exception.is_null()
}

/// Makes the engine build what it needs for limits, so that one can be set where nothing may be allocated: in a hook
/// after a collection.
pub(crate) fn prepare(vm: &VmInner) {
    if vm.limit.armed.get().is_none() {
        arm(vm, Duration::from_secs(1 << 30));
        disarm(vm);
    }
}

fn disarm(vm: &VmInner) {
    // SAFETY: the group is live while its VmInner is.
    unsafe { sys::JSContextGroupClearExecutionTimeLimit(vm.group) };
}

fn arm(vm: &VmInner, limit: Duration) {
    let user = ptr::from_ref(vm).cast_mut().cast();
    // SAFETY: the group is live; VmInner::drop clears the limit before the pointer dies.
    unsafe { sys::JSContextGroupSetExecutionTimeLimit(vm.group, limit.as_secs_f64(), due, user) };
}

/// Called by the engine when the time is used up; true ends the program.
unsafe extern "C" fn due(_context: sys::JSContextRef, user: *mut c_void) -> bool {
    // SAFETY: `user` is the VmInner given in arm(), alive because its VM is running JavaScript.
    let vm = unsafe { &*user.cast::<VmInner>() };
    let limit = &vm.limit;
    if limit.stopping.get() {
        return true;
    }
    let Some(mut judge) = limit.judge.take() else { return false };
    let generation = limit.generation.get();
    let verdict = vm.run_hook(Door::Paused, &mut *judge).unwrap_or(Verdict::Stop);
    if limit.generation.get() == generation {
        *limit.judge.borrow_mut() = Some(judge);
    }
    match verdict {
        Verdict::Stop => {
            limit.stopped.set(true);
            limit.stopping.set(true);
            true
        }
        Verdict::Extend(longer) => {
            if limit.generation.get() == generation {
                arm(vm, longer);
            }
            false
        }
    }
}
