//! Method calls on their way into a program, and what they gave on its way back.

use super::{Isolate, bytes_value, call};
use crate::event::Invoked;
use crate::natives::{self, rpc::arrived};
use crate::shared::Shared;
use crate::table::Handle;
use holdfast_engine::{Scope, Value};
use holdfast_link::Failure;
use holdfast_link::rpc::{self, Invocation, Operation, Returned};

impl Isolate {
    pub(super) fn dispatch_invoke<'s>(
        &self,
        scope: &Scope<'s>,
        shared: &Shared,
        owner: Value<'s>,
        section: Value<'s>,
        answer: Handle,
        (target, invocation): (Invoked, Invocation),
    ) -> holdfast_engine::Result<'s, ()> {
        let (bytes, externals) = match invocation.operation {
            Operation::Get => (scope.undefined(), scope.undefined()),
            Operation::Call(None) => (scope.null(), scope.undefined()),
            Operation::Call(Some(value)) => self.value(scope, shared, owner, value)?,
        };
        let path = match invocation.path.as_slice() {
            [name] => scope.string(name),
            names => {
                let array = scope.array(&[]);
                for (at, name) in (0..).zip(names) {
                    array.set_index(scope, at, scope.string(name))?;
                }
                array.into()
            }
        };
        let text = |text: Option<&str>| text.map_or(scope.undefined(), |text| scope.string(text));
        let (key, props) = match &target {
            Invoked::Export { key, .. } => (scope.number(f64::from(*key)), scope.undefined()),
            Invoked::Entry(entry) => (text(entry.name.as_deref()), text(entry.props.as_deref())),
        };
        let answer = scope.number(answer.to_number());
        call(scope, &self.dispatch.invoke, &[answer, owner, section, key, props, path, bytes, externals])
        // The reference to an export is given back only now: the program's side knows that the call runs.
    }

    pub(super) fn dispatch_returned<'s>(
        &self,
        scope: &Scope<'s>,
        shared: &Shared,
        owner: Value<'s>,
        section: Value<'s>,
        number: Handle,
        returned: Returned,
    ) -> holdfast_engine::Result<'s, ()> {
        let (bytes, externals) = self.value(scope, shared, owner, returned.value)?;
        let disposer = returned.disposer.map_or(scope.undefined(), |capability| {
            scope.number(shared.rpc.import(self.owner(owner), capability).to_number())
        });
        let number = scope.number(number.to_number());
        call(scope, &self.dispatch.returned, &[number, owner, section, bytes, externals, disposer])
    }

    pub(super) fn dispatch_failed<'s>(
        &self,
        scope: &Scope<'s>,
        owner: Value<'s>,
        section: Value<'s>,
        number: Value<'s>,
        failure: &Failure,
    ) -> holdfast_engine::Result<'s, ()> {
        let bits = scope.number(f64::from(natives::flag_bits(failure.flags)));
        let thrown = match &failure.thrown {
            none if none.is_empty() => scope.undefined(),
            thrown => bytes_value(scope, thrown),
        };
        let object = failure.object.as_ref().map_or(scope.undefined(), |id| {
            scope.string(&holdfast_core::id::ObjectId::from_trusted_bytes(**id).to_string())
        });
        let (name, message) = (scope.string(&failure.name), scope.string(&failure.message));
        let arguments = [number, owner, section, name, message, bits, thrown, object];
        call(scope, &self.dispatch.failed, &arguments)
    }

    fn value<'s>(
        &self,
        scope: &Scope<'s>,
        shared: &Shared,
        owner: Value<'s>,
        value: rpc::Value,
    ) -> holdfast_engine::Result<'s, (Value<'s>, Value<'s>)> {
        let externals = arrived(scope, shared, self.owner(owner), value.externals)?;
        Ok((bytes_value(scope, &value.bytes), externals))
    }
}
