//! A JavaScript object: properties, calls, construction.
//!
//! Everything here may run a program's code (getters, setters, Proxy traps), so everything takes the scope and may throw.

use crate::name::Name;
use crate::scope::Scope;
use crate::string::JsString;
use crate::value::Value;
use crate::{Result, current, limit, sys};
use std::fmt;
use std::ops::Deref;
use std::ptr;

/// A value that is known to be an object. Derefs to [`Value`].
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Object<'s>(Value<'s>);

/// How a property made by [`Object::define`] behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attributes {
    /// As by assignment: writable, enumerable, configurable.
    Plain,
    /// Writable and configurable, not enumerable: what methods and globals are.
    Hidden,
    /// Enumerable, neither writable nor configurable.
    Constant,
    /// Neither writable, enumerable nor configurable.
    HiddenConstant,
}

impl Attributes {
    /// The attributes of a property descriptor that are true.
    fn granted(self) -> &'static [&'static str] {
        match self {
            Self::Plain => &["writable", "enumerable", "configurable"],
            Self::Hidden => &["writable", "configurable"],
            Self::Constant => &["enumerable"],
            Self::HiddenConstant => &[],
        }
    }
}

impl<'s> Object<'s> {
    /// # Safety
    /// As for `Value::from_raw`, and `raw` is an object.
    #[inline]
    pub(crate) unsafe fn from_raw(raw: sys::JSObjectRef) -> Self {
        // SAFETY: the caller vouches for it.
        Self(unsafe { Value::from_raw(raw) })
    }

    #[inline]
    pub(crate) fn raw(self) -> sys::JSObjectRef {
        self.0.raw().cast_mut()
    }

    /// The object as a value.
    pub fn value(self) -> Value<'s> {
        self.0
    }

    /// `object[key]`.
    pub fn get(self, scope: &Scope<'s>, key: &str) -> Result<'s> {
        self.get_string(scope, &JsString::new(key))
    }

    /// `object[name]`, converting nothing.
    pub fn get_name(self, scope: &Scope<'s>, name: &Name) -> Result<'s> {
        self.get_string(scope, name.string())
    }

    fn get_string(self, scope: &Scope<'s>, name: &JsString) -> Result<'s> {
        let mut exception = ptr::null();
        // SAFETY: object and name are live and the context entered.
        let raw =
            unsafe { sys::JSObjectGetProperty(scope.raw(), self.raw(), name.raw(), &raw mut exception) };
        scope.checked(raw, exception)
    }

    /// `object[key]` for any key: symbols too.
    pub fn get_value(self, scope: &Scope<'s>, key: Value<'s>) -> Result<'s> {
        let mut exception = ptr::null();
        // SAFETY: object and key are live and the context entered.
        let raw =
            unsafe { sys::JSObjectGetPropertyForKey(scope.raw(), self.raw(), key.raw(), &raw mut exception) };
        scope.checked(raw, exception)
    }

    /// `object[index]`.
    pub fn get_index(self, scope: &Scope<'s>, index: u32) -> Result<'s> {
        let mut exception = ptr::null();
        // SAFETY: the object is live and the context entered.
        let raw =
            unsafe { sys::JSObjectGetPropertyAtIndex(scope.raw(), self.raw(), index, &raw mut exception) };
        scope.checked(raw, exception)
    }

    /// `object[key] = value`, failing silently where sloppy code does (a frozen object).
    pub fn set(self, scope: &Scope<'s>, key: &str, value: impl Into<Value<'s>>) -> Result<'s, ()> {
        self.set_string(scope, &JsString::new(key), value.into(), 0)
    }

    /// `object[name] = value`, converting nothing.
    pub fn set_name(self, scope: &Scope<'s>, name: &Name, value: impl Into<Value<'s>>) -> Result<'s, ()> {
        self.set_string(scope, name.string(), value.into(), 0)
    }

    /// `Object.defineProperty` with a value and the given attributes; setters and inherited properties do not matter.
    pub fn define(
        self,
        scope: &Scope<'s>,
        key: &str,
        value: impl Into<Value<'s>>,
        attributes: Attributes,
    ) -> Result<'s, ()> {
        let descriptor = scope.object();
        descriptor.set_prototype(scope, scope.null());
        descriptor.set(scope, "value", value)?;
        for attribute in attributes.granted() {
            descriptor.set(scope, attribute, scope.boolean(true))?;
        }
        let define = scope.intrinsic(scope.intrinsics().define_property);
        define.call(scope, scope.undefined(), &[self.0, scope.string(key), descriptor.0]).map(|_| ())
    }

    /// Makes a property that is not enumerable on an object that has none of that name, inherited ones included.
    pub(crate) fn define_fresh(self, scope: &Scope<'s>, key: &str, value: Value<'s>) {
        let fresh = self.set_string(scope, &JsString::new(key), value, sys::kJSPropertyAttributeDontEnum);
        debug_assert!(fresh.is_ok());
    }

    fn set_string(
        self,
        scope: &Scope<'s>,
        name: &JsString,
        value: Value<'s>,
        attributes: sys::JSPropertyAttributes,
    ) -> Result<'s, ()> {
        let object = self.raw();
        let mut exception = ptr::null();
        // SAFETY: object, name and value are live and the context entered.
        unsafe {
            sys::JSObjectSetProperty(
                scope.raw(),
                object,
                name.raw(),
                value.raw(),
                attributes,
                &raw mut exception,
            );
        }
        scope.check(exception)
    }

    /// `object[key] = value` for any key: symbols too.
    pub fn set_value(self, scope: &Scope<'s>, key: Value<'s>, value: impl Into<Value<'s>>) -> Result<'s, ()> {
        let value = value.into().raw();
        let mut exception = ptr::null();
        // SAFETY: object, key and value are live and the context entered.
        unsafe {
            sys::JSObjectSetPropertyForKey(scope.raw(), self.raw(), key.raw(), value, 0, &raw mut exception);
        }
        scope.check(exception)
    }

    /// `object[index] = value`.
    pub fn set_index(self, scope: &Scope<'s>, index: u32, value: impl Into<Value<'s>>) -> Result<'s, ()> {
        let value = value.into().raw();
        let mut exception = ptr::null();
        // SAFETY: object and value are live and the context entered.
        unsafe { sys::JSObjectSetPropertyAtIndex(scope.raw(), self.raw(), index, value, &raw mut exception) };
        scope.check(exception)
    }

    /// `key in object`.
    pub fn has(self, scope: &Scope<'s>, key: &str) -> Result<'s, bool> {
        let key = scope.string(key);
        let mut exception = ptr::null();
        // SAFETY: object and key are live and the context entered.
        let has =
            unsafe { sys::JSObjectHasPropertyForKey(scope.raw(), self.raw(), key.raw(), &raw mut exception) };
        scope.check(exception).map(|()| has)
    }

    /// `delete object[key]`; false when the property stays.
    pub fn delete(self, scope: &Scope<'s>, key: &str) -> Result<'s, bool> {
        let key = scope.string(key);
        let mut exception = ptr::null();
        // SAFETY: object and key are live and the context entered.
        let gone = unsafe {
            sys::JSObjectDeletePropertyForKey(scope.raw(), self.raw(), key.raw(), &raw mut exception)
        };
        scope.check(exception).map(|()| gone)
    }

    /// `Object.keys(object)`.
    pub fn keys(self, scope: &Scope<'s>) -> Result<'s, Vec<String>> {
        let keys =
            scope.intrinsic(scope.intrinsics().object_keys).call(scope, scope.undefined(), &[self.0])?;
        let Some(keys) = keys.as_object() else { return Ok(Vec::new()) };
        let length = keys.get(scope, "length")?.as_number().unwrap_or(0.0) as u32;
        (0..length).map(|index| keys.get_index(scope, index)?.to_string(scope)).collect()
    }

    /// The object's prototype: an object or null.
    pub fn prototype(self, scope: &Scope<'s>) -> Value<'s> {
        // SAFETY: the object is live and the context entered.
        let raw = unsafe { sys::JSObjectGetPrototype(scope.raw(), self.raw()) };
        scope.value_or_undefined(raw)
    }

    /// Replaces the prototype by an object or null.
    pub fn set_prototype(self, scope: &Scope<'s>, prototype: impl Into<Value<'s>>) {
        // SAFETY: both are live and the context entered.
        unsafe { sys::JSObjectSetPrototype(scope.raw(), self.raw(), prototype.into().raw()) };
    }

    /// Calls the object. `this` that is no object becomes the global object, as in sloppy code. Allocates nothing.
    ///
    /// Throws a `TypeError` if it is not a function.
    pub fn call(self, scope: &Scope<'s>, this: impl Into<Value<'s>>, arguments: &[Value<'s>]) -> Result<'s> {
        self.call_raw(scope, this.into().as_object().map_or(ptr::null_mut(), Self::raw), arguments)
    }

    /// [`Object::call`] with `this` undefined.
    pub(crate) fn call_bare(self, scope: &Scope<'s>, arguments: &[Value<'s>]) -> Result<'s> {
        self.call_raw(scope, ptr::null_mut(), arguments)
    }

    /// `this` is null or a live object.
    fn call_raw(self, scope: &Scope<'s>, this: sys::JSObjectRef, arguments: &[Value<'s>]) -> Result<'s> {
        let pointer = arguments.as_ptr().cast::<sys::JSValueRef>();
        let mut exception = ptr::null();
        // SAFETY: all values are live and the context entered; Value is one JSValueRef, so the slice is an array of them.
        let raw = unsafe {
            sys::JSObjectCallAsFunction(
                scope.raw(),
                self.raw(),
                this,
                arguments.len(),
                pointer,
                &raw mut exception,
            )
        };
        self.called(scope, raw, exception, "is not a function")
    }

    /// `new object(...arguments)`. Throws a `TypeError` if it is not a constructor.
    pub fn construct(self, scope: &Scope<'s>, arguments: &[Value<'s>]) -> Result<'s, Object<'s>> {
        let pointer = arguments.as_ptr().cast::<sys::JSValueRef>();
        let mut exception = ptr::null();
        // SAFETY: as in call().
        let raw = unsafe {
            sys::JSObjectCallAsConstructor(
                scope.raw(),
                self.raw(),
                arguments.len(),
                pointer,
                &raw mut exception,
            )
        };
        let value = self.called(scope, raw, exception, "is not a constructor")?;
        value.as_object().ok_or_else(|| scope.error(crate::ErrorKind::TypeError, "is not a constructor"))
    }

    fn called(
        self,
        scope: &Scope<'s>,
        raw: sys::JSValueRef,
        exception: sys::JSValueRef,
        not: &str,
    ) -> Result<'s> {
        let vm = scope.vm_inner();
        if vm.natives.get() == 0 {
            limit::settled(vm);
        }
        if raw.is_null() && exception.is_null() {
            return Err(scope.error(crate::ErrorKind::TypeError, &format!("the object {not}")));
        }
        scope.checked(raw, exception)
    }

    /// Calls the method `name`, with the object as `this`.
    pub fn call_method(self, scope: &Scope<'s>, name: &str, arguments: &[Value<'s>]) -> Result<'s> {
        match self.get(scope, name)?.as_object() {
            Some(function) if function.is_function() => function.call(scope, self, arguments),
            _ => Err(scope.error(crate::ErrorKind::TypeError, &format!("{name} is not a function"))),
        }
    }

    /// Whether the object can be called.
    pub fn is_function(self) -> bool {
        // SAFETY: the object's scope is entered, so there is a current context; asking runs no program.
        unsafe { sys::JSObjectIsFunction(current::context(), self.raw()) }
    }

    /// Whether the object can be constructed.
    pub fn is_constructor(self) -> bool {
        // SAFETY: as in is_function().
        unsafe { sys::JSObjectIsConstructor(current::context(), self.raw()) }
    }
}

impl<'s> Deref for Object<'s> {
    type Target = Value<'s>;

    #[inline]
    fn deref(&self) -> &Value<'s> {
        &self.0
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Object")
    }
}
