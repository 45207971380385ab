//! Bytes between Rust and a program.
//!
//! Into the program nothing is copied: an `ArrayBuffer` takes over the `Vec`. Out of it bytes are always copied, through
//! an array of our own, by the engine's `TypedArray.prototype.set`: the engine's functions that lend a pointer pin the
//! buffer for ever, after which the program can no longer transfer it (`structuredClone`, BYOB reads).

use crate::object::Object;
use crate::scope::Scope;
use crate::sys;
use crate::value::Value;
use std::cell::Cell;
use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::ptr;

/// How many bytes are copied through memory that is kept; more goes through memory made for the occasion.
const STAGING_BYTES: usize = 64 << 10;

/// The largest buffer this crate makes; the engine's own bound is 4 GiB.
const BUFFER_BYTES_MAX: usize = i32::MAX as usize;

/// A `Uint8Array` over memory of ours, made at first use, kept for the life of the context. Programs never see it.
#[derive(Debug)]
pub(crate) struct Staging {
    array: Cell<sys::JSObjectRef>,
    bytes: Cell<*mut u8>,
    busy: Cell<bool>,
}

impl Default for Staging {
    fn default() -> Self {
        Self { array: Cell::new(ptr::null_mut()), bytes: Cell::new(ptr::null_mut()), busy: Cell::new(false) }
    }
}

impl Staging {
    /// The array, protected, over `STAGING_BYTES` of memory.
    fn array<'s>(&self, scope: &Scope<'s>) -> Object<'s> {
        if self.array.get().is_null() {
            let mut memory = ManuallyDrop::new(vec![0; STAGING_BYTES]);
            self.bytes.set(memory.as_mut_ptr());
            let array = no_copy(scope, View::Uint8Array, ManuallyDrop::into_inner(memory));
            // SAFETY: just made; released when the context ends.
            unsafe { sys::JSValueProtect(scope.raw(), array.raw()) };
            self.array.set(array.raw());
        }
        // SAFETY: protected above.
        unsafe { Object::from_raw(self.array.get()) }
    }

    /// Gives the array to the collector, and with it the memory.
    pub(crate) fn release(&self, context: sys::JSContextRef) {
        if !self.array.get().is_null() {
            // SAFETY: protected in array(), released once.
            unsafe { sys::JSValueUnprotect(context, self.array.get()) };
        }
    }
}

#[derive(Clone, Copy)]
enum View {
    ArrayBuffer,
    Uint8Array,
}

impl<'s> Scope<'s> {
    /// Makes an `ArrayBuffer` of `bytes` without copying; the collector frees them.
    pub fn array_buffer(&self, bytes: Vec<u8>) -> Object<'s> {
        no_copy(self, View::ArrayBuffer, bytes)
    }

    /// Makes a `Uint8Array` over `bytes` without copying; the collector frees them.
    pub fn uint8_array(&self, bytes: Vec<u8>) -> Object<'s> {
        no_copy(self, View::Uint8Array, bytes)
    }
}

impl<'s> Value<'s> {
    /// A copy of the bytes of an `ArrayBuffer` or of what any view shows of one; `None` for other values.
    pub fn to_bytes(self, scope: &Scope<'s>) -> Option<Vec<u8>> {
        self.with_bytes(scope, <[u8]>::to_vec)
    }

    /// Appends the bytes of an `ArrayBuffer` or view to `out`. Answers how many, `None` for other values.
    pub fn append_bytes(self, scope: &Scope<'s>, out: &mut Vec<u8>) -> Option<usize> {
        self.with_bytes(scope, |bytes| {
            out.extend_from_slice(bytes);
            bytes.len()
        })
    }

    /// Lends the bytes of an `ArrayBuffer` or view, as they are now, to `body`; `None` for other values. Up to 64 KiB
    /// nothing is allocated.
    pub fn with_bytes<R>(self, scope: &Scope<'s>, body: impl FnOnce(&[u8]) -> R) -> Option<R> {
        let source = Source::of(self, scope)?;
        if source.length == 0 {
            return Some(body(&[]));
        }
        let staging = &scope.context_inner().staging;
        if source.length > STAGING_BYTES || staging.busy.get() {
            return source.to_vec(scope).map(|bytes| body(&bytes));
        }
        copy(scope, staging.array(scope), source.array, 0)?;
        let _busy = Busy::new(&staging.busy);
        // SAFETY: the memory is STAGING_BYTES long, alive as long as its array, initialised, and written only by copies
        // through this function, which leave it alone while it is busy.
        let bytes = unsafe { std::slice::from_raw_parts(staging.bytes.get(), source.length) };
        Some(body(bytes))
    }

    /// The length in bytes of an `ArrayBuffer` or view; `None` for other values.
    pub fn byte_length(self, scope: &Scope<'s>) -> Option<usize> {
        Extent::of(self, scope).map(|extent| extent.length)
    }

    /// Writes `bytes` into an `ArrayBuffer` or view, `offset` bytes from its start. False if this is neither or there
    /// is no room.
    pub fn write_bytes(self, scope: &Scope<'s>, offset: usize, bytes: &[u8]) -> bool {
        let Some(target) = Source::of(self, scope) else { return false };
        match offset.checked_add(bytes.len()) {
            Some(end) if end <= target.length => {}
            _ => return false,
        }
        bytes.is_empty() || copy(scope, target.array, scope.uint8_array(bytes.to_vec()), offset).is_some()
    }
}

/// Marks the staging memory as lent, also when the closure panics.
struct Busy<'a>(&'a Cell<bool>);

impl<'a> Busy<'a> {
    fn new(flag: &'a Cell<bool>) -> Self {
        flag.set(true);
        Self(flag)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// Where the bytes of a value are.
struct Extent<'s> {
    object: Object<'s>,
    kind: sys::JSTypedArrayType,
    length: usize,
}

impl<'s> Extent<'s> {
    fn of(value: Value<'s>, scope: &Scope<'s>) -> Option<Self> {
        let object = value.as_object()?;
        let (context, raw) = (scope.raw(), object.raw());
        // SAFETY: the value is live and the context entered.
        let kind = unsafe { sys::JSValueGetTypedArrayType(context, raw, ptr::null_mut()) };
        let length = match kind {
            // SAFETY: the object is an ArrayBuffer.
            sys::kJSTypedArrayTypeArrayBuffer => unsafe {
                sys::JSObjectGetArrayBufferByteLength(context, raw, ptr::null_mut())
            },
            // SAFETY: a DataView is a view but no typed array; for any other object the answer is zero.
            _ => unsafe { sys::JSObjectGetTypedArrayByteLength(context, raw, ptr::null_mut()) },
        };
        let this = Self { object, kind, length };
        (kind != sys::kJSTypedArrayTypeNone || this.buffer(scope).is_some()).then_some(this)
    }

    /// The ArrayBuffer of a view.
    fn buffer(&self, scope: &Scope<'s>) -> Option<Object<'s>> {
        if self.kind == sys::kJSTypedArrayTypeArrayBuffer {
            return Some(self.object);
        }
        let mut exception = ptr::null();
        // SAFETY: the object is live and the context entered; for other objects the answer is null.
        let raw =
            unsafe { sys::JSObjectGetTypedArrayBuffer(scope.raw(), self.object.raw(), &raw mut exception) };
        // SAFETY: not null, so an object.
        (!raw.is_null()).then(|| unsafe { Object::from_raw(raw) })
    }

    fn offset(&self, scope: &Scope<'s>) -> usize {
        if self.kind == sys::kJSTypedArrayTypeArrayBuffer {
            return 0;
        }
        // SAFETY: the object is a live view and the context entered.
        unsafe { sys::JSObjectGetTypedArrayByteOffset(scope.raw(), self.object.raw(), ptr::null_mut()) }
    }
}

/// The bytes of a value as a `Uint8Array`.
struct Source<'s> {
    array: Object<'s>,
    length: usize,
}

impl<'s> Source<'s> {
    fn of(value: Value<'s>, scope: &Scope<'s>) -> Option<Self> {
        let extent = Extent::of(value, scope)?;
        let length = extent.length;
        // An empty one may be detached: nothing is made over it.
        if extent.kind == sys::kJSTypedArrayTypeUint8Array || length == 0 {
            return Some(Self { array: extent.object, length });
        }
        let (buffer, offset) = (extent.buffer(scope)?, extent.offset(scope));
        let mut exception = ptr::null();
        // SAFETY: the buffer is a live ArrayBuffer and the context entered; the engine checks the range.
        let raw = unsafe {
            sys::JSObjectMakeTypedArrayWithArrayBufferAndOffset(
                scope.raw(),
                sys::kJSTypedArrayTypeUint8Array,
                buffer.raw(),
                offset,
                length,
                &raw mut exception,
            )
        };
        // SAFETY: not null, so an object.
        (!raw.is_null()).then(|| Self { array: unsafe { Object::from_raw(raw) }, length })
    }

    /// The bytes in memory of their own.
    fn to_vec(&self, scope: &Scope<'s>) -> Option<Vec<u8>> {
        let mut bytes = vec![0_u8; self.length];
        let mut exception = ptr::null();
        // SAFETY: the memory is valid for `length` bytes. The array over it is reachable from this function only and
        // used by the one copy below; later the engine does not look at the memory, and `nothing` frees nothing.
        let raw = unsafe {
            sys::JSObjectMakeTypedArrayWithBytesNoCopy(
                scope.raw(),
                sys::kJSTypedArrayTypeUint8Array,
                bytes.as_mut_ptr().cast(),
                bytes.len(),
                nothing,
                ptr::null_mut(),
                &raw mut exception,
            )
        };
        if raw.is_null() {
            return None;
        }
        // SAFETY: not null, so an object.
        copy(scope, unsafe { Object::from_raw(raw) }, self.array, 0)?;
        Some(bytes)
    }
}

/// `target.set(source, offset)`, with the built-in `set`: no program runs.
fn copy<'s>(scope: &Scope<'s>, target: Object<'s>, source: Object<'s>, offset: usize) -> Option<()> {
    let set = scope.intrinsic(scope.intrinsics().typed_array_set);
    set.call(scope, target, &[source.value(), scope.number(offset as f64)]).ok().map(|_| ())
}

fn no_copy<'s>(scope: &Scope<'s>, view: View, bytes: Vec<u8>) -> Object<'s> {
    if bytes.is_empty() {
        return empty(scope, view);
    }
    // The engine would abort.
    assert!(
        bytes.len() <= BUFFER_BYTES_MAX,
        "a buffer of {} bytes is longer than the engine allows",
        bytes.len()
    );
    let mut bytes = ManuallyDrop::new(bytes);
    let (pointer, length) = (bytes.as_mut_ptr().cast::<c_void>(), bytes.len());
    let capacity = ptr::without_provenance_mut(bytes.capacity());
    let mut exception = ptr::null();
    let raw = match view {
        // SAFETY: the memory is a Vec's that nobody else has any more; free_vec() gives it back.
        View::ArrayBuffer => unsafe {
            sys::JSObjectMakeArrayBufferWithBytesNoCopy(
                scope.raw(),
                pointer,
                length,
                free_vec,
                capacity,
                &raw mut exception,
            )
        },
        // SAFETY: as above.
        View::Uint8Array => unsafe {
            sys::JSObjectMakeTypedArrayWithBytesNoCopy(
                scope.raw(),
                sys::kJSTypedArrayTypeUint8Array,
                pointer,
                length,
                free_vec,
                capacity,
                &raw mut exception,
            )
        },
    };
    assert!(!raw.is_null(), "the engine refuses a buffer of {length} bytes");
    // SAFETY: not null, so an object.
    unsafe { Object::from_raw(raw) }
}

fn empty<'s>(scope: &Scope<'s>, view: View) -> Object<'s> {
    let kind = sys::kJSTypedArrayTypeUint8Array;
    // SAFETY: the context is entered; an empty array can always be made.
    let raw = unsafe { sys::JSObjectMakeTypedArray(scope.raw(), kind, 0, ptr::null_mut()) };
    // SAFETY: just made, an object.
    let array = unsafe { Object::from_raw(raw) };
    match view {
        View::Uint8Array => array,
        View::ArrayBuffer => {
            Extent { object: array, kind, length: 0 }.buffer(scope).expect("every typed array has a buffer")
        }
    }
}

/// Called by the engine when an array over a Vec was collected; `capacity` is the Vec's.
unsafe extern "C" fn free_vec(bytes: *mut c_void, capacity: *mut c_void) {
    // SAFETY: no_copy() took pointer and capacity from a Vec<u8>; length zero drops no element, and bytes need none.
    drop(unsafe { Vec::<u8>::from_raw_parts(bytes.cast(), 0, capacity.addr()) });
}

unsafe extern "C" fn nothing(_bytes: *mut c_void, _user: *mut c_void) {}
