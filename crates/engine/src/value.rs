//! A JavaScript value, borrowed from the scope that made it.
//!
//! A `Value` is one word. Its lifetime is the scope's and belongs to that scope alone: it can neither leave `enter`, nor
//! go to another thread, nor be mixed with the values of another VM. See the crate's page for the rule about the heap.
//!
//! ```compile_fail
//! let context = holdfast_engine::Vm::new().context();
//! let leaked = context.enter(|scope| scope.object());
//! ```
//! ```compile_fail
//! let (a, b) = (holdfast_engine::Vm::new().context(), holdfast_engine::Vm::new().context());
//! a.enter(|in_a| b.enter(|in_b| in_b.global().set(in_b, "x", in_a.number(1.0)).is_ok()));
//! ```
//! ```compile_fail
//! holdfast_engine::Vm::new().context().enter(|scope| {
//!     let value = scope.null();
//!     scope.function("f", move |_, _| Ok(value));
//! });
//! ```
//! ```compile_fail,E0277
//! holdfast_engine::Vm::new().context().enter(|scope| {
//!     let value = scope.null();
//!     std::thread::scope(|threads| { threads.spawn(|| value.is_null()); });
//! });
//! ```

use crate::exception::Exception;
use crate::object::Object;
use crate::scope::Scope;
use crate::string::JsString;
use crate::utf::{self, Text};
use crate::{Result, current, sys};
use std::fmt;
use std::marker::PhantomData;
use std::ptr;

/// Ties a value to one scope (invariant) and one thread (!Send, !Sync).
pub(crate) type Brand<'s> = PhantomData<(fn(&'s ()) -> &'s (), *const ())>;

/// A JavaScript value.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Value<'s> {
    raw: sys::JSValueRef,
    brand: Brand<'s>,
}

/// The types of the language, as `typeof` knows them but for `Null` and functions, which are objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Type {
    Undefined,
    Null,
    Boolean,
    Number,
    String,
    Object,
    Symbol,
    BigInt,
}

impl<'s> Value<'s> {
    /// # Safety
    /// `raw` is a value of the scope's VM, not null, reachable from the stack or from live objects.
    #[inline]
    pub(crate) unsafe fn from_raw(raw: sys::JSValueRef) -> Self {
        debug_assert!(!raw.is_null());
        Self { raw, brand: PhantomData }
    }

    #[inline]
    pub(crate) fn raw(self) -> sys::JSValueRef {
        self.raw
    }

    /// What kind of value this is.
    pub fn type_of(self) -> Type {
        match self.kind() {
            sys::kJSTypeUndefined => Type::Undefined,
            sys::kJSTypeNull => Type::Null,
            sys::kJSTypeBoolean => Type::Boolean,
            sys::kJSTypeNumber => Type::Number,
            sys::kJSTypeString => Type::String,
            sys::kJSTypeObject => Type::Object,
            sys::kJSTypeSymbol => Type::Symbol,
            _ => Type::BigInt,
        }
    }

    #[inline]
    fn kind(self) -> sys::JSType {
        // SAFETY: the value's scope is entered, so the thread has a current context and the lock; asking runs no program.
        unsafe { sys::JSValueGetType(current::context(), self.raw) }
    }

    /// `value === undefined`.
    pub fn is_undefined(self) -> bool {
        self.kind() == sys::kJSTypeUndefined
    }

    /// `value === null`.
    pub fn is_null(self) -> bool {
        self.kind() == sys::kJSTypeNull
    }

    /// `value == null`: null or undefined.
    pub fn is_nullish(self) -> bool {
        matches!(self.kind(), sys::kJSTypeUndefined | sys::kJSTypeNull)
    }

    /// Whether this is `true` or `false`.
    pub fn is_boolean(self) -> bool {
        self.kind() == sys::kJSTypeBoolean
    }

    /// Whether this is a number.
    pub fn is_number(self) -> bool {
        self.kind() == sys::kJSTypeNumber
    }

    /// Whether this is a primitive string.
    pub fn is_string(self) -> bool {
        self.kind() == sys::kJSTypeString
    }

    /// Whether this is an object; functions are.
    pub fn is_object(self) -> bool {
        self.kind() == sys::kJSTypeObject
    }

    /// Whether this is a symbol.
    pub fn is_symbol(self) -> bool {
        self.kind() == sys::kJSTypeSymbol
    }

    /// Whether this is an array (a Proxy of one is not).
    pub fn is_array(self) -> bool {
        // SAFETY: as in kind().
        unsafe { sys::JSValueIsArray(current::context(), self.raw) }
    }

    /// Whether this can be called.
    pub fn is_function(self) -> bool {
        self.as_object().is_some_and(Object::is_function)
    }

    /// The value as an object, if it is one.
    #[inline]
    pub fn as_object(self) -> Option<Object<'s>> {
        // SAFETY: the type is checked.
        self.is_object().then(|| unsafe { Object::from_raw(self.raw.cast_mut()) })
    }

    /// The number, if this is one; nothing is converted.
    pub fn as_number(self) -> Option<f64> {
        // SAFETY: as in kind(); a number converts to itself.
        self.is_number()
            .then(|| unsafe { sys::JSValueToNumber(current::context(), self.raw, ptr::null_mut()) })
    }

    /// The boolean, if this is one; nothing is converted.
    pub fn as_boolean(self) -> Option<bool> {
        self.is_boolean().then(|| self.to_boolean())
    }

    /// Whether the value is truthy.
    pub fn to_boolean(self) -> bool {
        // SAFETY: as in kind(); truth of a value runs no program.
        unsafe { sys::JSValueToBoolean(current::context(), self.raw) }
    }

    /// The value converted by `Number(value)`; a program's `valueOf` may run and throw.
    pub fn to_number(self, scope: &Scope<'s>) -> Result<'s, f64> {
        let mut exception = ptr::null();
        // SAFETY: the value is live and the context entered.
        let number = unsafe { sys::JSValueToNumber(scope.raw(), self.raw, &raw mut exception) };
        scope.check(exception).map(|()| number)
    }

    /// The value converted by `String(value)`; a program's `toString` may run and throw. Lone surrogates become U+FFFD.
    pub fn to_string(self, scope: &Scope<'s>) -> Result<'s, String> {
        self.to_js_string(scope).map(|string| utf::to_string(string.units()))
    }

    /// Like [`Value::to_string`], exactly, in UTF-16.
    pub fn to_utf16(self, scope: &Scope<'s>) -> Result<'s, Vec<u16>> {
        self.to_js_string(scope).map(|string| string.units().to_vec())
    }

    /// Appends `String(value)` to `out` as UTF-8 and says what was in it: no allocation but the engine's own.
    pub fn append_utf8(self, scope: &Scope<'s>, out: &mut Vec<u8>) -> Result<'s, Text> {
        self.to_js_string(scope).map(|string| utf::append_utf8(string.units(), out))
    }

    /// The length of the string in UTF-16 units, after conversion by `String(value)`.
    pub fn utf16_length(self, scope: &Scope<'s>) -> Result<'s, usize> {
        self.to_js_string(scope).map(|string| string.length())
    }

    pub(crate) fn to_js_string(self, scope: &Scope<'s>) -> Result<'s, JsString> {
        let mut exception = ptr::null();
        // SAFETY: the value is live and the context entered.
        let raw = unsafe { sys::JSValueToStringCopy(scope.raw(), self.raw, &raw mut exception) };
        // SAFETY: a copy carries a reference for the caller; null comes with an exception.
        let string = unsafe { JsString::adopt(raw) };
        scope.check(exception)?;
        Ok(string.unwrap_or_else(|| JsString::from_units(&[])))
    }

    /// `JSON.stringify(value)`; `None` for what JSON leaves out (undefined, functions, symbols).
    pub fn to_json(self, scope: &Scope<'s>) -> Result<'s, Option<String>> {
        let mut exception = ptr::null();
        // SAFETY: the value is live and the context entered.
        let raw = unsafe { sys::JSValueCreateJSONString(scope.raw(), self.raw, 0, &raw mut exception) };
        // SAFETY: the string carries a reference for the caller, or is null.
        let string = unsafe { JsString::adopt(raw) };
        scope.check(exception)?;
        Ok(string.map(|string| utf::to_string(string.units())))
    }

    /// `value === other`.
    pub fn is_same(self, scope: &Scope<'s>, other: impl Into<Self>) -> bool {
        // SAFETY: both are live and the context entered; strict equality runs no program.
        unsafe { sys::JSValueIsStrictEqual(scope.raw(), self.raw, other.into().raw) }
    }

    /// `value instanceof constructor`; a program's `Symbol.hasInstance` may run and throw.
    pub fn is_instance_of(self, scope: &Scope<'s>, constructor: Object<'s>) -> Result<'s, bool> {
        let mut exception = ptr::null();
        // SAFETY: both are live and the context entered.
        let is = unsafe {
            sys::JSValueIsInstanceOfConstructor(scope.raw(), self.raw, constructor.raw(), &raw mut exception)
        };
        scope.check(exception).map(|()| is)
    }

    /// The value as something thrown: `Err(value.throw())`.
    pub fn throw(self) -> Exception<'s> {
        Exception::new(self)
    }
}

impl<'s> From<Object<'s>> for Value<'s> {
    #[inline]
    fn from(object: Object<'s>) -> Self {
        *object
    }
}

/// A value that was expected to be an object is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnObject;

impl fmt::Display for NotAnObject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the value is not an object")
    }
}

impl std::error::Error for NotAnObject {}

impl<'s> TryFrom<Value<'s>> for Object<'s> {
    type Error = NotAnObject;

    fn try_from(value: Value<'s>) -> std::result::Result<Self, NotAnObject> {
        value.as_object().ok_or(NotAnObject)
    }
}

impl fmt::Debug for Value<'_> {
    /// Only the type: printing a value could run a program.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Value({:?})", self.type_of())
    }
}
