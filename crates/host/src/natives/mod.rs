//! The functions of the host that the runtime's JavaScript calls, by group. They run inside a turn and only change
//! the host's tables.

mod alarms;
mod bodies;
mod bookmarks;
mod calls;
mod console;
mod ids;
mod objects;
mod orders;
mod primitive;
pub(crate) mod rpc;
mod sockets;
mod sql;
mod storage;
mod timers;
mod turns;

pub(crate) use calls::bits as flag_bits;
pub(crate) use sockets::describe_end;

use crate::host::WeakHost;
use crate::isolate::Origin;
use crate::meter::Meter;
use crate::outbox::Outbox;
use crate::shared::Shared;
use crate::table::Handle;
use holdfast_core::gate::Section;
use holdfast_engine::{Call, ErrorKind, Object, Result, Scope, Value};
use std::rc::Rc;
use std::sync::Arc;

/// What natives of one isolate need.
#[derive(Clone)]
pub(crate) struct Natives {
    pub(crate) shared: Rc<Shared>,
    pub(crate) host: WeakHost,
    pub(crate) script: u32,
    pub(crate) origin: Arc<Origin>,
    pub(crate) meter: Rc<Meter>,
}

/// Installs all groups on `native`.
pub(crate) fn install<'s>(
    scope: &Scope<'s>,
    native: Object<'s>,
    natives: &Natives,
) -> Result<'s, Rc<Outbox>> {
    let outbox = sockets::install(scope, group(scope, native, "sockets")?, natives)?;
    turns::install(scope, group(scope, native, "turns")?, natives)?;
    timers::install(scope, group(scope, native, "timers")?, natives)?;
    calls::install(scope, group(scope, native, "calls")?, natives)?;
    bodies::install(scope, group(scope, native, "bodies")?, natives)?;
    objects::install(scope, group(scope, native, "objects")?, natives)?;
    ids::install(scope, group(scope, native, "ids")?, natives)?;
    storage::install(scope, group(scope, native, "storage")?, natives)?;
    sql::install(scope, group(scope, native, "sql")?, natives)?;
    alarms::install(scope, group(scope, native, "alarms")?, natives)?;
    bookmarks::install(scope, group(scope, native, "bookmarks")?, natives)?;
    rpc::install(scope, group(scope, native, "rpc")?, natives)?;
    orders::install(scope, group(scope, native, "orders")?, natives)?;
    console::install(scope, native, natives)?;
    Ok(outbox)
}

fn group<'s>(scope: &Scope<'s>, native: Object<'s>, name: &str) -> Result<'s, Object<'s>> {
    let group = scope.object();
    native.set(scope, name, group)?;
    Ok(group)
}

/// Adds one function to a group.
fn define<'s>(
    scope: &Scope<'s>,
    group: Object<'s>,
    name: &'static str,
    native: impl for<'a> Fn(&Scope<'a>, &Call<'a>) -> Result<'a> + 'static,
) -> Result<'s, ()> {
    group.set(scope, name, scope.function(name, native))
}

/// An argument that the runtime always passes as a whole number.
fn number(call: &Call<'_>, index: usize) -> u32 {
    let number = call.arg(index).as_number().unwrap_or(0.0);
    // The runtime passes numbers it got from the host.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
    let number = number as u32;
    number
}

/// An argument that the runtime got from a table.
fn handle(call: &Call<'_>, index: usize) -> Handle {
    Handle::from_number(call.arg(index).as_number().unwrap_or(0.0))
}

fn section(call: &Call<'_>, index: usize) -> Section {
    Section::from_bits(number(call, index))
}

fn text<'a>(scope: &Scope<'a>, call: &Call<'a>, index: usize) -> Result<'a, String> {
    call.arg(index).to_string(scope)
}

fn optional_text<'a>(scope: &Scope<'a>, call: &Call<'a>, index: usize) -> Result<'a, Option<String>> {
    let value = call.arg(index);
    if value.is_undefined() { Ok(None) } else { value.to_string(scope).map(Some) }
}

fn fail<'a>(scope: &Scope<'a>, message: &str) -> holdfast_engine::Exception<'a> {
    scope.error(ErrorKind::Error, message)
}

/// A JavaScript array of strings.
fn strings<'a>(scope: &Scope<'a>, list: impl IntoIterator<Item = String>) -> Result<'a> {
    let array = scope.array(&[]);
    for (index, item) in (0..).zip(list) {
        array.set_index(scope, index, scope.string(&item))?;
    }
    Ok(array.into())
}

/// The items of a JavaScript array as strings.
fn string_list<'a>(scope: &Scope<'a>, value: Value<'a>) -> Result<'a, Vec<String>> {
    let Some(array) = value.as_object() else { return Ok(Vec::new()) };
    let length = length(scope, array)?;
    (0..length).map(|index| array.get_index(scope, index)?.to_string(scope)).collect()
}

fn length<'a>(scope: &Scope<'a>, array: Object<'a>) -> Result<'a, u32> {
    let length = array.get(scope, "length")?.to_number(scope)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an array's length")]
    let length = length as u32;
    Ok(length)
}
