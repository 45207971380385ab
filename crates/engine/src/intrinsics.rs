//! The few built-in functions this crate calls, taken from a context before any program can replace them.

use crate::string::JsString;
use crate::sys;
use std::ptr;

/// Protected references, released with the context.
#[derive(Clone, Copy)]
pub(crate) struct Intrinsics {
    pub(crate) function_prototype: sys::JSObjectRef,
    pub(crate) errors: [sys::JSObjectRef; 4],
    pub(crate) json_parse: sys::JSObjectRef,
    pub(crate) object_keys: sys::JSObjectRef,
    pub(crate) define_property: sys::JSObjectRef,
    /// `TypedArray.prototype.set`.
    pub(crate) typed_array_set: sys::JSObjectRef,
}

/// The order of `Intrinsics::errors`; `ErrorKind` indexes it.
const ERRORS: [&str; 4] = ["Error", "TypeError", "RangeError", "SyntaxError"];

impl Intrinsics {
    /// Takes them from a context that has run nothing yet.
    pub(crate) fn take(context: sys::JSGlobalContextRef) -> Self {
        // SAFETY: the context is live.
        let global = unsafe { sys::JSContextGetGlobalObject(context) };
        let path = |names: &[&str]| names.iter().fold(global, |object, name| property(context, object, name));
        let typed_array_prototype = {
            let prototype = path(&["Uint8Array", "prototype"]);
            // SAFETY: the object is live: reachable from the global object.
            unsafe { sys::JSObjectGetPrototype(context, prototype) }.cast_mut()
        };
        let this = Self {
            function_prototype: path(&["Function", "prototype"]),
            errors: ERRORS.map(|name| path(&[name])),
            json_parse: path(&["JSON", "parse"]),
            object_keys: path(&["Object", "keys"]),
            define_property: path(&["Object", "defineProperty"]),
            typed_array_set: property(context, typed_array_prototype, "set"),
        };
        for value in this.all() {
            // SAFETY: the value is reachable from the global object of this live context.
            unsafe { sys::JSValueProtect(context, value) };
        }
        this
    }

    pub(crate) fn release(&self, context: sys::JSGlobalContextRef) {
        for value in self.all() {
            // SAFETY: protected once in take(), released once, when the context ends.
            unsafe { sys::JSValueUnprotect(context, value) };
        }
    }

    fn all(&self) -> [sys::JSObjectRef; 9] {
        let [error, type_error, range_error, syntax_error] = self.errors;
        [
            self.function_prototype,
            error,
            type_error,
            range_error,
            syntax_error,
            self.json_parse,
            self.object_keys,
            self.define_property,
            self.typed_array_set,
        ]
    }
}

/// A property of a built-in that is known to be an object.
fn property(context: sys::JSGlobalContextRef, object: sys::JSObjectRef, name: &str) -> sys::JSObjectRef {
    let name = JsString::new(name);
    // SAFETY: the object is live: reachable from the global object. Built-ins run no program.
    let value = unsafe { sys::JSObjectGetProperty(context, object, name.raw(), ptr::null_mut()) };
    // SAFETY: the value was just read and the context is live.
    let kind = unsafe { sys::JSValueGetType(context, value) };
    assert_eq!(kind, sys::kJSTypeObject, "a fresh context has its built-ins");
    value.cast_mut()
}
