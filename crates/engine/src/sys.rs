//! The C interface of JavaScriptCore and the few functions of GLib (CoreFoundation on macOS) that its run loop needs.
//!
//! Declarations only, spelled as the C headers spell them. Nothing here is safe by itself; everything else in this
//! crate is written against this file and no other file names a C symbol.

#![allow(non_upper_case_globals, reason = "constants keep the names of the C headers")]

use std::ffi::{c_char, c_int, c_uint, c_void};

#[repr(C)]
pub(crate) struct OpaqueGroup {
    _private: [u8; 0],
}
#[repr(C)]
pub(crate) struct OpaqueContext {
    _private: [u8; 0],
}
#[repr(C)]
pub(crate) struct OpaqueValue {
    _private: [u8; 0],
}
#[repr(C)]
pub(crate) struct OpaqueString {
    _private: [u8; 0],
}
#[repr(C)]
pub(crate) struct OpaqueClass {
    _private: [u8; 0],
}

pub(crate) type JSContextGroupRef = *const OpaqueGroup;
pub(crate) type JSContextRef = *const OpaqueContext;
pub(crate) type JSGlobalContextRef = *mut OpaqueContext;
pub(crate) type JSValueRef = *const OpaqueValue;
pub(crate) type JSObjectRef = *mut OpaqueValue;
pub(crate) type JSStringRef = *mut OpaqueString;
pub(crate) type JSClassRef = *mut OpaqueClass;

pub(crate) type JSType = c_uint;
pub(crate) const kJSTypeUndefined: JSType = 0;
pub(crate) const kJSTypeNull: JSType = 1;
pub(crate) const kJSTypeBoolean: JSType = 2;
pub(crate) const kJSTypeNumber: JSType = 3;
pub(crate) const kJSTypeString: JSType = 4;
pub(crate) const kJSTypeObject: JSType = 5;
pub(crate) const kJSTypeSymbol: JSType = 6;

pub(crate) type JSTypedArrayType = c_uint;
pub(crate) const kJSTypedArrayTypeInt32Array: JSTypedArrayType = 2;
pub(crate) const kJSTypedArrayTypeUint8Array: JSTypedArrayType = 3;
pub(crate) const kJSTypedArrayTypeArrayBuffer: JSTypedArrayType = 9;
pub(crate) const kJSTypedArrayTypeNone: JSTypedArrayType = 10;

pub(crate) type JSPropertyAttributes = c_uint;
pub(crate) const kJSPropertyAttributeDontEnum: JSPropertyAttributes = 1 << 2;

pub(crate) const kJSClassAttributeNoAutomaticPrototype: c_uint = 1 << 1;

pub(crate) type CallAsFunction = unsafe extern "C" fn(
    context: JSContextRef,
    function: JSObjectRef,
    this: JSObjectRef,
    argument_count: usize,
    arguments: *const JSValueRef,
    exception: *mut JSValueRef,
) -> JSValueRef;
pub(crate) type Finalize = unsafe extern "C" fn(object: JSObjectRef);
pub(crate) type FreeBytes = unsafe extern "C" fn(bytes: *mut c_void, user: *mut c_void);
pub(crate) type ShouldTerminate = unsafe extern "C" fn(context: JSContextRef, user: *mut c_void) -> bool;
pub(crate) type HeapFinalizer = unsafe extern "C" fn(group: JSContextGroupRef, user: *mut c_void);

/// `JSClassDefinition`. The callbacks this crate never sets are kept as plain nullable pointers.
#[repr(C)]
pub(crate) struct JSClassDefinition {
    pub(crate) version: c_int,
    pub(crate) attributes: c_uint,
    pub(crate) class_name: *const c_char,
    pub(crate) parent_class: JSClassRef,
    pub(crate) static_values: *const c_void,
    pub(crate) static_functions: *const c_void,
    pub(crate) initialize: *const c_void,
    pub(crate) finalize: Option<Finalize>,
    pub(crate) has_property: *const c_void,
    pub(crate) get_property: *const c_void,
    pub(crate) set_property: *const c_void,
    pub(crate) delete_property: *const c_void,
    pub(crate) get_property_names: *const c_void,
    pub(crate) call_as_function: Option<CallAsFunction>,
    pub(crate) call_as_constructor: *const c_void,
    pub(crate) has_instance: *const c_void,
    pub(crate) convert_to_type: *const c_void,
}

#[rustfmt::skip]
unsafe extern "C" {
    // Groups, contexts, the lock.
    pub(crate) fn JSContextGroupCreate() -> JSContextGroupRef;
    pub(crate) fn JSContextGroupRelease(group: JSContextGroupRef);
    pub(crate) fn JSGlobalContextCreateInGroup(group: JSContextGroupRef, class: JSClassRef) -> JSGlobalContextRef;
    pub(crate) fn JSGlobalContextRelease(context: JSGlobalContextRef);
    pub(crate) fn JSContextGetGlobalObject(context: JSContextRef) -> JSObjectRef;
    pub(crate) fn JSLock(context: JSContextRef);
    pub(crate) fn JSUnlock(context: JSContextRef);
    pub(crate) fn JSGlobalContextSetEvalEnabled(context: JSGlobalContextRef, enabled: bool, message: JSStringRef);
    pub(crate) fn JSGlobalContextSetUnhandledRejectionCallback(context: JSGlobalContextRef, function: JSObjectRef, exception: *mut JSValueRef);

    // Collection, memory, time.
    pub(crate) fn JSSynchronousGarbageCollectForDebugging(context: JSContextRef);
    pub(crate) fn JSGetMemoryUsageStatistics(context: JSContextRef) -> JSObjectRef;
    pub(crate) fn JSContextGroupAddHeapFinalizer(group: JSContextGroupRef, finalizer: HeapFinalizer, user: *mut c_void);
    pub(crate) fn JSContextGroupRemoveHeapFinalizer(group: JSContextGroupRef, finalizer: HeapFinalizer, user: *mut c_void);
    pub(crate) fn JSContextGroupSetExecutionTimeLimit(group: JSContextGroupRef, seconds: f64, callback: ShouldTerminate, user: *mut c_void);
    pub(crate) fn JSContextGroupClearExecutionTimeLimit(group: JSContextGroupRef);

    // Evaluation.
    pub(crate) fn JSEvaluateScript(context: JSContextRef, script: JSStringRef, this: JSObjectRef, source_url: JSStringRef, first_line: c_int, exception: *mut JSValueRef) -> JSValueRef;

    // Values.
    pub(crate) fn JSValueGetType(context: JSContextRef, value: JSValueRef) -> JSType;
    pub(crate) fn JSValueIsStrictEqual(context: JSContextRef, left: JSValueRef, right: JSValueRef) -> bool;
    pub(crate) fn JSValueIsArray(context: JSContextRef, value: JSValueRef) -> bool;
    pub(crate) fn JSValueIsInstanceOfConstructor(context: JSContextRef, value: JSValueRef, constructor: JSObjectRef, exception: *mut JSValueRef) -> bool;
    pub(crate) fn JSValueMakeUndefined(context: JSContextRef) -> JSValueRef;
    pub(crate) fn JSValueMakeNull(context: JSContextRef) -> JSValueRef;
    pub(crate) fn JSValueMakeBoolean(context: JSContextRef, value: bool) -> JSValueRef;
    pub(crate) fn JSValueMakeNumber(context: JSContextRef, value: f64) -> JSValueRef;
    pub(crate) fn JSValueMakeString(context: JSContextRef, string: JSStringRef) -> JSValueRef;
    pub(crate) fn JSValueMakeFromJSONString(context: JSContextRef, string: JSStringRef) -> JSValueRef;
    pub(crate) fn JSValueCreateJSONString(context: JSContextRef, value: JSValueRef, indent: c_uint, exception: *mut JSValueRef) -> JSStringRef;
    pub(crate) fn JSValueToBoolean(context: JSContextRef, value: JSValueRef) -> bool;
    pub(crate) fn JSValueToNumber(context: JSContextRef, value: JSValueRef, exception: *mut JSValueRef) -> f64;
    pub(crate) fn JSValueToStringCopy(context: JSContextRef, value: JSValueRef, exception: *mut JSValueRef) -> JSStringRef;
    pub(crate) fn JSValueProtect(context: JSContextRef, value: JSValueRef);
    pub(crate) fn JSValueUnprotect(context: JSContextRef, value: JSValueRef);
    pub(crate) fn JSBigIntCreateWithInt64(context: JSContextRef, value: i64, exception: *mut JSValueRef) -> JSValueRef;

    // Objects.
    pub(crate) fn JSClassCreate(definition: *const JSClassDefinition) -> JSClassRef;
    pub(crate) fn JSClassRelease(class: JSClassRef);
    pub(crate) fn JSObjectMake(context: JSContextRef, class: JSClassRef, private: *mut c_void) -> JSObjectRef;
    pub(crate) fn JSObjectMakeError(context: JSContextRef, count: usize, arguments: *const JSValueRef, exception: *mut JSValueRef) -> JSObjectRef;
    pub(crate) fn JSObjectMakeArray(context: JSContextRef, count: usize, values: *const JSValueRef, exception: *mut JSValueRef) -> JSObjectRef;
    pub(crate) fn JSObjectMakeDeferredPromise(context: JSContextRef, resolve: *mut JSObjectRef, reject: *mut JSObjectRef, exception: *mut JSValueRef) -> JSObjectRef;
    pub(crate) fn JSObjectGetPrivate(object: JSObjectRef) -> *mut c_void;
    pub(crate) fn JSObjectGetPrototype(context: JSContextRef, object: JSObjectRef) -> JSValueRef;
    pub(crate) fn JSObjectSetPrototype(context: JSContextRef, object: JSObjectRef, prototype: JSValueRef);
    pub(crate) fn JSObjectGetProperty(context: JSContextRef, object: JSObjectRef, name: JSStringRef, exception: *mut JSValueRef) -> JSValueRef;
    pub(crate) fn JSObjectSetProperty(context: JSContextRef, object: JSObjectRef, name: JSStringRef, value: JSValueRef, attributes: JSPropertyAttributes, exception: *mut JSValueRef);
    pub(crate) fn JSObjectGetPropertyForKey(context: JSContextRef, object: JSObjectRef, key: JSValueRef, exception: *mut JSValueRef) -> JSValueRef;
    pub(crate) fn JSObjectSetPropertyForKey(context: JSContextRef, object: JSObjectRef, key: JSValueRef, value: JSValueRef, attributes: JSPropertyAttributes, exception: *mut JSValueRef);
    pub(crate) fn JSObjectHasPropertyForKey(context: JSContextRef, object: JSObjectRef, key: JSValueRef, exception: *mut JSValueRef) -> bool;
    pub(crate) fn JSObjectDeletePropertyForKey(context: JSContextRef, object: JSObjectRef, key: JSValueRef, exception: *mut JSValueRef) -> bool;
    pub(crate) fn JSObjectGetPropertyAtIndex(context: JSContextRef, object: JSObjectRef, index: c_uint, exception: *mut JSValueRef) -> JSValueRef;
    pub(crate) fn JSObjectSetPropertyAtIndex(context: JSContextRef, object: JSObjectRef, index: c_uint, value: JSValueRef, exception: *mut JSValueRef);
    pub(crate) fn JSObjectIsFunction(context: JSContextRef, object: JSObjectRef) -> bool;
    pub(crate) fn JSObjectIsConstructor(context: JSContextRef, object: JSObjectRef) -> bool;
    pub(crate) fn JSObjectCallAsFunction(context: JSContextRef, object: JSObjectRef, this: JSObjectRef, count: usize, arguments: *const JSValueRef, exception: *mut JSValueRef) -> JSValueRef;
    pub(crate) fn JSObjectCallAsConstructor(context: JSContextRef, object: JSObjectRef, count: usize, arguments: *const JSValueRef, exception: *mut JSValueRef) -> JSObjectRef;

    // Bytes.
    pub(crate) fn JSValueGetTypedArrayType(context: JSContextRef, value: JSValueRef, exception: *mut JSValueRef) -> JSTypedArrayType;
    pub(crate) fn JSObjectMakeTypedArray(context: JSContextRef, kind: JSTypedArrayType, length: usize, exception: *mut JSValueRef) -> JSObjectRef;
    pub(crate) fn JSObjectMakeTypedArrayWithBytesNoCopy(context: JSContextRef, kind: JSTypedArrayType, bytes: *mut c_void, byte_length: usize, free: FreeBytes, user: *mut c_void, exception: *mut JSValueRef) -> JSObjectRef;
    pub(crate) fn JSObjectMakeTypedArrayWithArrayBufferAndOffset(context: JSContextRef, kind: JSTypedArrayType, buffer: JSObjectRef, offset: usize, length: usize, exception: *mut JSValueRef) -> JSObjectRef;
    pub(crate) fn JSObjectMakeArrayBufferWithBytesNoCopy(context: JSContextRef, bytes: *mut c_void, byte_length: usize, free: FreeBytes, user: *mut c_void, exception: *mut JSValueRef) -> JSObjectRef;
    pub(crate) fn JSObjectGetArrayBufferByteLength(context: JSContextRef, object: JSObjectRef, exception: *mut JSValueRef) -> usize;
    pub(crate) fn JSObjectGetTypedArrayByteLength(context: JSContextRef, object: JSObjectRef, exception: *mut JSValueRef) -> usize;
    pub(crate) fn JSObjectGetTypedArrayByteOffset(context: JSContextRef, object: JSObjectRef, exception: *mut JSValueRef) -> usize;
    pub(crate) fn JSObjectGetTypedArrayBuffer(context: JSContextRef, object: JSObjectRef, exception: *mut JSValueRef) -> JSObjectRef;

    // Strings.
    pub(crate) fn JSStringCreateWithCharacters(characters: *const u16, length: usize) -> JSStringRef;
    pub(crate) fn JSStringRelease(string: JSStringRef);
    pub(crate) fn JSStringGetLength(string: JSStringRef) -> usize;
    pub(crate) fn JSStringGetCharactersPtr(string: JSStringRef) -> *const u16;
}

/// Options of the engine and the run loop of the GTK port.
#[cfg(not(target_os = "macos"))]
pub(crate) mod port {
    use std::ffi::{c_char, c_int, c_uint};

    #[repr(C)]
    pub(crate) struct GMainContext {
        _private: [u8; 0],
    }

    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    pub(crate) struct GPollFD {
        pub(crate) fd: c_int,
        pub(crate) events: u16,
        pub(crate) revents: u16,
    }

    unsafe extern "C" {
        pub(crate) fn jsc_options_set_boolean(option: *const c_char, value: c_int) -> c_int;
        pub(crate) fn jsc_options_set_uint(option: *const c_char, value: c_uint) -> c_int;
        pub(crate) fn jsc_options_set_double(option: *const c_char, value: f64) -> c_int;
        pub(crate) fn g_main_context_new() -> *mut GMainContext;
        pub(crate) fn g_main_context_get_thread_default() -> *mut GMainContext;
        pub(crate) fn g_main_context_push_thread_default(context: *mut GMainContext);
        pub(crate) fn g_main_context_prepare(context: *mut GMainContext, priority: *mut c_int) -> c_int;
        pub(crate) fn g_main_context_query(
            context: *mut GMainContext,
            max_priority: c_int,
            timeout_ms: *mut c_int,
            descriptors: *mut GPollFD,
            room: c_int,
        ) -> c_int;
        pub(crate) fn g_main_context_iteration(context: *mut GMainContext, may_block: c_int) -> c_int;
    }
}

/// Clocks of the C library, and how to find the function it has under a name.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub(crate) mod clock {
    use std::ffi::{c_char, c_int, c_long, c_void};

    /// `struct timespec` of 64-bit Linux.
    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    pub(crate) struct Timespec {
        pub(crate) seconds: i64,
        pub(crate) nanoseconds: c_long,
    }

    pub(crate) const CLOCK_MONOTONIC: c_int = 1;
    pub(crate) const CLOCK_THREAD_CPUTIME_ID: c_int = 3;
    pub(crate) const RTLD_DEFAULT: *mut c_void = std::ptr::null_mut();
    pub(crate) const RTLD_NEXT: *mut c_void = std::ptr::without_provenance_mut(usize::MAX);

    unsafe extern "C" {
        pub(crate) fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    }
}

/// The run loop of the system framework.
#[cfg(target_os = "macos")]
pub(crate) mod port {
    use std::ffi::c_void;

    #[allow(non_upper_case_globals, reason = "the name is CoreFoundation's")]
    unsafe extern "C" {
        pub(crate) static kCFRunLoopDefaultMode: *const c_void;
        pub(crate) fn CFRunLoopRunInMode(mode: *const c_void, seconds: f64, return_after_one: u8) -> i32;
    }
}
