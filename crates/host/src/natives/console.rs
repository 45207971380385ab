//! `native.console` and `native.host`: what programs say to people, and exceptions nobody caught.

use super::{Natives, define, text};
use crate::world::{Level, Log};
use holdfast_engine::{Object, Result, Scope};
use std::rc::Rc;

pub(super) fn install<'s>(scope: &Scope<'s>, native: Object<'s>, natives: &Natives) -> Result<'s, ()> {
    let console = scope.object();
    native.set(scope, "console", console)?;
    let (shared, script, origin) = (Rc::clone(&natives.shared), natives.script, natives.origin.clone());
    define(scope, console, "log", move |scope, call| {
        let level = match text(scope, call, 0)?.as_str() {
            "debug" => Level::Debug,
            "info" => Level::Info,
            "warn" => Level::Warn,
            "error" => Level::Error,
            _ => Level::Log,
        };
        let text = origin.rewrite_stack(&text(scope, call, 1)?);
        shared.world.log(Log { level, script, text, place: origin.caller(scope) });
        Ok(scope.undefined())
    })?;

    let host = scope.object();
    native.set(scope, "host", host)?;
    let (shared, script) = (Rc::clone(&natives.shared), natives.script);
    let origin = natives.origin.clone();
    define(scope, host, "logUncaught", move |scope, call| {
        let report = call.arg(0).throw().describe(scope);
        let text = format!("Uncaught {}", origin.describe(&report));
        shared.world.log(Log { level: Level::Error, script, text, place: String::new() });
        Ok(scope.undefined())
    })?;
    let (shared, script) = (Rc::clone(&natives.shared), natives.script);
    define(scope, host, "warn", move |scope, call| {
        let text = text(scope, call, 0)?;
        shared.world.log(Log { level: Level::Warn, script, text, place: String::new() });
        Ok(scope.undefined())
    })
}
