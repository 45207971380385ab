//! The scope: the token that proves a context is entered, and the maker of values.

use crate::context::{Context, ContextInner};
use crate::exception::{ErrorKind, Exception};
use crate::intrinsics::Intrinsics;
use crate::object::Object;
use crate::string::JsString;
use crate::value::{Brand, Value};
use crate::vm::{Vm, VmInner};
use crate::{Result, limit, sys};
use std::fmt;
use std::marker::PhantomData;
use std::ptr;
use std::rc::Rc;

/// Proof that a context is entered. Everything that can run JavaScript takes it.
pub struct Scope<'s> {
    context: &'s Rc<ContextInner>,
    brand: Brand<'s>,
}

impl<'s> Scope<'s> {
    pub(crate) fn new(context: &'s Rc<ContextInner>) -> Self {
        Self { context, brand: PhantomData }
    }

    /// The context for a call into the engine that may run a program or change what it sees.
    #[inline]
    pub(crate) fn raw(&self) -> sys::JSContextRef {
        self.context.raw
    }

    pub(crate) fn vm_inner(&self) -> &'s Rc<VmInner> {
        &self.context.vm
    }

    pub(crate) fn context_inner(&self) -> &'s Rc<ContextInner> {
        self.context
    }

    pub(crate) fn intrinsics(&self) -> &'s Intrinsics {
        &self.context.intrinsics
    }

    /// One of the context's intrinsics as an object.
    pub(crate) fn intrinsic(&self, raw: sys::JSObjectRef) -> Object<'s> {
        // SAFETY: intrinsics are objects, protected as long as the context, which the scope borrows.
        unsafe { Object::from_raw(raw) }
    }

    #[inline]
    pub(crate) fn check(&self, exception: sys::JSValueRef) -> Result<'s, ()> {
        if exception.is_null() {
            return Ok(());
        }
        // SAFETY: the engine just wrote the thrown value to a local variable of the caller.
        Err(Exception::new(unsafe { Value::from_raw(exception) }))
    }

    #[inline]
    pub(crate) fn checked(&self, raw: sys::JSValueRef, exception: sys::JSValueRef) -> Result<'s> {
        self.check(exception)?;
        Ok(self.value_or_undefined(raw))
    }

    #[inline]
    pub(crate) fn value_or_undefined(&self, raw: sys::JSValueRef) -> Value<'s> {
        if raw.is_null() {
            return self.undefined();
        }
        // SAFETY: the engine just answered this value; it is in a local variable.
        unsafe { Value::from_raw(raw) }
    }

    /// The context that is entered.
    pub fn context(&self) -> Context {
        Context(Rc::clone(self.context))
    }

    /// Its VM.
    pub fn vm(&self) -> Vm {
        Vm(Rc::clone(&self.context.vm))
    }

    /// `undefined`.
    #[inline]
    pub fn undefined(&self) -> Value<'s> {
        // SAFETY: the context is entered. Primitive constants are not on the heap.
        let raw = unsafe { sys::JSValueMakeUndefined(self.context.raw) };
        // SAFETY: just made, not null.
        unsafe { Value::from_raw(raw) }
    }

    /// `null`.
    #[inline]
    pub fn null(&self) -> Value<'s> {
        // SAFETY: as in undefined().
        let raw = unsafe { sys::JSValueMakeNull(self.context.raw) };
        // SAFETY: just made, not null.
        unsafe { Value::from_raw(raw) }
    }

    /// `true` or `false`.
    #[inline]
    pub fn boolean(&self, value: bool) -> Value<'s> {
        // SAFETY: as in undefined().
        let raw = unsafe { sys::JSValueMakeBoolean(self.context.raw, value) };
        // SAFETY: just made, not null.
        unsafe { Value::from_raw(raw) }
    }

    /// A number. Every NaN becomes the one NaN of the engine.
    #[inline]
    pub fn number(&self, value: impl Into<f64>) -> Value<'s> {
        // SAFETY: as in undefined().
        let raw = unsafe { sys::JSValueMakeNumber(self.context.raw, value.into()) };
        // SAFETY: just made, not null.
        unsafe { Value::from_raw(raw) }
    }

    /// A BigInt.
    pub fn big_int(&self, value: i64) -> Value<'s> {
        // SAFETY: the context is entered; making a small BigInt does not throw.
        let raw = unsafe { sys::JSBigIntCreateWithInt64(self.raw(), value, ptr::null_mut()) };
        self.value_or_undefined(raw)
    }

    /// A string. NUL and every other character are kept.
    pub fn string(&self, text: &str) -> Value<'s> {
        self.string_value(&JsString::new(text))
    }

    /// A string from UTF-16 units; lone surrogates are kept.
    pub fn string_utf16(&self, units: &[u16]) -> Value<'s> {
        self.string_value(&JsString::from_units(units))
    }

    fn string_value(&self, string: &JsString) -> Value<'s> {
        // SAFETY: the context is entered and the string live.
        let raw = unsafe { sys::JSValueMakeString(self.raw(), string.raw()) };
        self.value_or_undefined(raw)
    }

    /// `{}`.
    pub fn object(&self) -> Object<'s> {
        // SAFETY: the context is entered; a null class makes a plain object.
        let raw = unsafe { sys::JSObjectMake(self.raw(), ptr::null_mut(), ptr::null_mut()) };
        // SAFETY: just made, an object.
        unsafe { Object::from_raw(raw) }
    }

    /// `[...values]`.
    pub fn array(&self, values: &[Value<'s>]) -> Object<'s> {
        let pointer = values.as_ptr().cast::<sys::JSValueRef>();
        let mut exception = ptr::null();
        // SAFETY: the values are live and the context entered; Value is one JSValueRef, so the slice is an array of them.
        let raw = unsafe { sys::JSObjectMakeArray(self.raw(), values.len(), pointer, &raw mut exception) };
        assert!(!raw.is_null(), "an array of values that exist can be made");
        // SAFETY: just made, an object.
        unsafe { Object::from_raw(raw) }
    }

    /// Collects what nothing refers to, before it returns: milliseconds.
    pub fn collect(&self) {
        // SAFETY: the context is entered.
        unsafe { sys::JSSynchronousGarbageCollectForDebugging(self.context.raw) };
    }

    /// The global object.
    pub fn global(&self) -> Object<'s> {
        // SAFETY: the context is entered.
        let raw = unsafe { sys::JSContextGetGlobalObject(self.context.raw) };
        // SAFETY: the global object of a live context.
        unsafe { Object::from_raw(raw) }
    }

    /// Makes an error of the given kind, with the stack of this moment, ready to be returned: `Err(scope.error(…))`.
    pub fn error(&self, kind: ErrorKind, message: &str) -> Exception<'s> {
        let constructor = self.intrinsic(self.intrinsics().errors[kind as usize]);
        match constructor.construct(self, &[self.string(message)]) {
            Ok(error) => Exception::new(error.into()),
            Err(exception) => exception,
        }
    }

    /// Runs `source` as a sloppy script. `file` and `first_line` (counted from 1) are what stacks show.
    pub fn evaluate(&self, source: &str, file: &str, first_line: u32) -> Result<'s> {
        let (source, file) = (JsString::new(source), JsString::new(file));
        let line = i32::try_from(first_line).unwrap_or(i32::MAX);
        let mut exception = ptr::null();
        // SAFETY: the context is entered and the strings live; a null `this` is the global object.
        let raw = unsafe {
            sys::JSEvaluateScript(
                self.raw(),
                source.raw(),
                ptr::null_mut(),
                file.raw(),
                line,
                &raw mut exception,
            )
        };
        let vm = self.vm_inner();
        if vm.natives.get() == 0 {
            limit::settled(vm);
        }
        self.checked(raw, exception)
    }

    /// `JSON.parse(text)`.
    pub fn parse_json(&self, text: &str) -> Result<'s> {
        let text = JsString::new(text);
        // SAFETY: the context is entered and the string live.
        let raw = unsafe { sys::JSValueMakeFromJSONString(self.raw(), text.raw()) };
        if !raw.is_null() {
            return Ok(self.value_or_undefined(raw));
        }
        // The function above says only that it failed; the program's own knows why.
        let text = self.string_value(&text);
        self.intrinsic(self.intrinsics().json_parse).call(self, self.undefined(), &[text])
    }
}

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Scope({:p})", self.context.raw)
    }
}
