//! Loads the runtime's JavaScript into a context.
//!
//! Promises: start-up evaluates two small files. Every other module is compiled when it is first required, a global
//! when it is first touched, so a program pays for what it uses. Adding a file under `js/` makes it a module.
//!
//! A module is the body of a strict function `(exports, require, native)`. Its stack frames read `holdfast:<name>`, by
//! which they are recognised and left out of what authors see.

use crate::flags::Flags;
use crate::native;
use holdfast_engine::{ErrorKind, Exception, Object, Persistent, Result, Scope};
use std::fmt;
use std::rc::Rc;

/// Every file under `js/`: its name, and its text; in the order of names.
static SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// Fills a group of native functions: what JavaScript sees as `native.<name>`.
pub type Group = Box<dyn for<'s> FnOnce(&Scope<'s>, Object<'s>) -> Result<'s, ()>>;

/// What a context needs besides this crate's own parts.
#[derive(Default)]
pub struct Setup {
    /// The program's compatibility flags.
    pub flags: Flags,
    /// The host's groups of native functions, by name.
    pub groups: Vec<(&'static str, Group)>,
    /// Further modules, or replacements of built-in ones: name and text.
    pub modules: Vec<(String, String)>,
}

/// The runtime's side of a context.
#[derive(Debug)]
pub struct Runtime {
    require: Persistent,
    define: Persistent,
    native: Persistent,
}

/// Makes the context of `scope` a Workers global scope. Once per context.
pub fn install<'s>(scope: &Scope<'s>, setup: Setup) -> Result<'s, Runtime> {
    let native = scope.object();
    native::install(scope, native, &setup.flags)?;
    for (name, fill) in setup.groups {
        let group = scope.object();
        fill(scope, group)?;
        native.set(scope, name, group)?;
    }
    let extra: Rc<[(String, String)]> = setup.modules.into();
    let load = scope.function("load", {
        let extra = Rc::clone(&extra);
        move |scope, call| {
            let name = call.arg(0).to_string(scope)?;
            match source(&extra, &name) {
                Some(text) => compile(scope, &name, text),
                None => Err(missing(scope, &name)),
            }
        }
    });
    let has = scope.function("has", move |scope, call| {
        let name = call.arg(0).to_string(scope)?;
        Ok(scope.boolean(source(&extra, &name).is_some()))
    });
    let start = compile(scope, "bootstrap", source(&[], "bootstrap").expect("js/bootstrap.js is built in"))?;
    let start = start.as_object().expect("a compiled module is a function");
    let exports = scope.object();
    start.call(scope, scope.undefined(), &[exports.value(), load.value(), native.value()])?;
    exports.get(scope, "start")?.as_object().expect("bootstrap.js exports start").call(
        scope,
        scope.undefined(),
        &[has.value()],
    )?;
    Ok(Runtime {
        require: Persistent::new(scope, exports.get(scope, "require")?),
        define: Persistent::new(scope, exports.get(scope, "define")?),
        native: Persistent::new(scope, native),
    })
}

impl Runtime {
    /// The exports of a module, such as `"dispatch"`.
    pub fn require<'s>(&self, scope: &Scope<'s>, module: &str) -> Result<'s, Object<'s>> {
        let exports = self.require_function(scope).call(scope, scope.undefined(), &[scope.string(module)])?;
        Ok(exports.as_object().expect("the exports of a module are an object"))
    }

    /// `require` itself: module name -> exports.
    pub fn require_function<'s>(&self, scope: &Scope<'s>) -> Object<'s> {
        self.require.get(scope).as_object().expect("require is a function")
    }

    /// `define`, a function `(module name, exports)` that puts something else in a module's place, for those who require it
    /// from then on.
    pub fn define_function<'s>(&self, scope: &Scope<'s>) -> Object<'s> {
        self.define.get(scope).as_object().expect("define is a function")
    }

    /// The object with the groups of native functions.
    pub fn native<'s>(&self, scope: &Scope<'s>) -> Object<'s> {
        self.native.get(scope).as_object().expect("native is an object")
    }
}

fn source<'a>(extra: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let replaced = extra.iter().find(|(module, _)| module == name).map(|(_, text)| text.as_str());
    replaced.or_else(|| {
        let index = SOURCES.binary_search_by_key(&name, |&(module, _)| module).ok()?;
        Some(SOURCES[index].1)
    })
}

/// The function a module's text is the body of.
fn compile<'s>(scope: &Scope<'s>, name: &str, text: &str) -> Result<'s> {
    let mut wrapped = String::with_capacity(text.len() + 64);
    wrapped.push_str("(function (exports, require, native) { \"use strict\"; ");
    wrapped.push_str(text);
    wrapped.push_str("\n})");
    scope.evaluate(&wrapped, &format!("holdfast:{name}"), 1)
}

fn missing<'s>(scope: &Scope<'s>, name: &str) -> Exception<'s> {
    scope.error(ErrorKind::Error, &format!("The runtime has no module \"{name}\"."))
}

impl fmt::Debug for Setup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<_> = self.groups.iter().map(|(name, _)| *name).collect();
        let modules: Vec<_> = self.modules.iter().map(|(name, _)| name.as_str()).collect();
        formatter
            .debug_struct("Setup")
            .field("flags", &self.flags)
            .field("groups", &groups)
            .field("modules", &modules)
            .finish()
    }
}
