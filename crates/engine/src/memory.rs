//! What the heap holds, and the hook after each collection.

use crate::string::JsString;
use crate::sys;
use crate::vm::{Door, VmInner};
use std::ffi::c_void;
use std::ptr;

/// Figures of a heap, after the engine's own statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Bytes in use by objects and what they own, as of the latest collection.
    pub heap_bytes: usize,
    /// Bytes the heap has reserved for them.
    pub capacity_bytes: usize,
    /// Of `heap_bytes`, what lives outside of the heap proper: strings, array buffers.
    pub extra_bytes: usize,
    /// Objects in the heap.
    pub objects: usize,
    /// Values that are kept by a Persistent or by the engine itself.
    pub protected: usize,
    /// Global objects that are not collected yet.
    pub globals: usize,
}

pub(crate) fn statistics(context: sys::JSGlobalContextRef) -> Memory {
    // SAFETY: the context is live, on the thread of its VM.
    let object = unsafe { sys::JSGetMemoryUsageStatistics(context) };
    let figure = |key: &str| {
        let name = JsString::new(key);
        // SAFETY: the object is on the stack; a plain object made by the engine, so reading it runs no program.
        let value = unsafe { sys::JSObjectGetProperty(context, object, name.raw(), ptr::null_mut()) };
        // SAFETY: the value is the number just read.
        let number = unsafe { sys::JSValueToNumber(context, value, ptr::null_mut()) };
        number as usize
    };
    Memory {
        heap_bytes: figure("heapSize"),
        capacity_bytes: figure("heapCapacity"),
        extra_bytes: figure("extraMemorySize"),
        objects: figure("objectCount"),
        protected: figure("protectedObjectCount"),
        globals: figure("globalObjectCount"),
    }
}

/// Gives memory back to the system that the engine has freed and keeps for itself, where the engine is one that can be
/// asked for that. Takes milliseconds when it is much.
pub fn release_free_memory() {
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    {
        use crate::sys::clock as system;
        // `WTF::releaseFastMallocFreeMemory()`. It is no part of the C interface, so it may be missing.
        let name = c"_ZN3WTF27releaseFastMallocFreeMemoryEv".as_ptr();
        // SAFETY: the name is NUL-terminated; the handle means "wherever the process finds it".
        let found = unsafe { system::dlsym(system::RTLD_DEFAULT, name) };
        if !found.is_null() {
            // SAFETY: the engine's function of this name takes nothing and answers nothing.
            let release = unsafe { std::mem::transmute::<*mut c_void, unsafe extern "C" fn()>(found) };
            // SAFETY: it may be called at any time, on any thread.
            unsafe { release() };
        }
    }
}

/// Called by the engine after each collection, on the thread of the VM.
pub(crate) unsafe extern "C" fn collected(_group: sys::JSContextGroupRef, user: *mut c_void) {
    // SAFETY: `user` is the VmInner that registered this and removes it in its drop.
    let vm = unsafe { &*user.cast::<VmInner>() };
    let hook = vm.on_collection.borrow().clone();
    if let Some(hook) = hook {
        vm.run_hook(Door::Closed, || hook());
    }
}
