//! Requests, method calls and cron triggers on their way into a program, and what became of the calls it made.

use super::{Isolate, body_value, bytes_value, call, headers_value};
use crate::event::Invoked;
use crate::natives::{self, rpc::arrived};
use crate::shared::Shared;
use crate::table::Handle;
use holdfast_engine::{Scope, Value};
use holdfast_link::rpc::{self, Invocation, Operation, Returned};
use holdfast_link::{Entry, Failure, Request, Response};

/// Where an event goes, as the program's side takes it.
#[derive(Clone, Copy)]
pub(super) struct Destination<'d, 's> {
    pub(super) scope: &'d Scope<'s>,
    pub(super) shared: &'d Shared,
    pub(super) owner: Value<'s>,
    pub(super) section: Value<'s>,
}

impl Isolate {
    pub(super) fn dispatch_call<'s>(
        &self,
        to: Destination<'_, 's>,
        answer: Handle,
        request: Request,
        entry: Option<&Entry>,
    ) -> holdfast_engine::Result<'s, ()> {
        let Destination { scope, shared, owner, section } = to;
        let headers = headers_value(scope, &request.headers)?;
        let (body, length, streamed) = body_value(scope, shared, self.owner(owner), request.body);
        if let Some(owed) = shared.answers.borrow_mut().get_mut(answer) {
            owed.body = streamed;
        }
        let [name, props] = named(scope, entry);
        let arguments = [
            scope.number(answer.to_number()),
            owner,
            section,
            scope.string(&request.method),
            scope.string(&request.url),
            headers,
            body,
            length,
            request.cf.map_or(scope.undefined(), |cf| scope.string(&cf)),
            name,
            props,
        ];
        call(scope, &self.dispatch.fetch, &arguments)
    }

    pub(super) fn dispatch_scheduled<'s>(
        &self,
        to: Destination<'_, 's>,
        answer: Option<Handle>,
        entry: &Entry,
        scheduled_ms: i64,
        cron: &str,
    ) -> holdfast_engine::Result<'s, ()> {
        let Destination { scope, owner, section, .. } = to;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds up to the year 287,396 fit")]
        let scheduled = scope.number(scheduled_ms as f64);
        let answer = answer.map_or(scope.undefined(), |answer| scope.number(answer.to_number()));
        let [name, props] = named(scope, Some(entry));
        let arguments = [answer, owner, section, scheduled, scope.string(cron), name, props];
        call(scope, &self.dispatch.scheduled, &arguments)
    }

    pub(super) fn dispatch_answer<'s>(
        &self,
        to: Destination<'_, 's>,
        number: Handle,
        outcome: Result<Response, Failure>,
    ) -> holdfast_engine::Result<'s, ()> {
        let Destination { scope, shared, owner, section } = to;
        let number = scope.number(number.to_number());
        match outcome {
            Ok(response) => {
                let headers = headers_value(scope, &response.headers)?;
                let (body, length, _) = body_value(scope, shared, self.owner(owner), response.body);
                let far = response
                    .websocket
                    .map_or(scope.undefined(), |end| natives::describe_end(scope, end).into());
                let status = scope.number(f64::from(response.status));
                let text = scope.string(&response.status_text);
                let arguments = [number, owner, section, status, text, headers, body, length, far];
                call(scope, &self.dispatch.answered, &arguments)
            }
            Err(failure) => self.dispatch_failed(to, number, &failure),
        }
    }

    pub(super) fn dispatch_invoke<'s>(
        &self,
        to: Destination<'_, 's>,
        answer: Handle,
        target: Invoked,
        invocation: Invocation,
    ) -> holdfast_engine::Result<'s, ()> {
        let Destination { scope, owner, section, .. } = to;
        let (bytes, externals) = match invocation.operation {
            Operation::Get => (scope.undefined(), scope.undefined()),
            Operation::Call(None) => (scope.null(), scope.undefined()),
            Operation::Call(Some(value)) => self.value(to, value)?,
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
        let [key, props] = match &target {
            Invoked::Export { key, .. } => [scope.number(f64::from(*key)), scope.undefined()],
            Invoked::Entry(entry) => named(scope, Some(entry)),
        };
        let answer = scope.number(answer.to_number());
        call(scope, &self.dispatch.invoke, &[answer, owner, section, key, props, path, bytes, externals])
        // The reference to an export is given back only now: the program's side knows that the call runs.
    }

    pub(super) fn dispatch_returned<'s>(
        &self,
        to: Destination<'_, 's>,
        number: Handle,
        returned: Returned,
    ) -> holdfast_engine::Result<'s, ()> {
        let Destination { scope, shared, owner, section } = to;
        let (bytes, externals) = self.value(to, returned.value)?;
        let disposer = returned.disposer.map_or(scope.undefined(), |capability| {
            scope.number(shared.rpc.import(self.owner(owner), capability).to_number())
        });
        let number = scope.number(number.to_number());
        call(scope, &self.dispatch.returned, &[number, owner, section, bytes, externals, disposer])
    }

    fn dispatch_failed<'s>(
        &self,
        to: Destination<'_, 's>,
        number: Value<'s>,
        failure: &Failure,
    ) -> holdfast_engine::Result<'s, ()> {
        let Destination { scope, owner, section, .. } = to;
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
        Destination { scope, shared, owner, .. }: Destination<'_, 's>,
        value: rpc::Value,
    ) -> holdfast_engine::Result<'s, (Value<'s>, Value<'s>)> {
        let externals = arrived(scope, shared, self.owner(owner), value.externals)?;
        Ok((bytes_value(scope, &value.bytes), externals))
    }
}

/// The name of an entrypoint and its props, as the program's side takes them.
fn named<'s>(scope: &Scope<'s>, entry: Option<&Entry>) -> [Value<'s>; 2] {
    let text = |text: Option<&str>| text.map_or(scope.undefined(), |text| scope.string(text));
    [entry.and_then(|entry| entry.name.as_deref()), entry.and_then(|entry| entry.props.as_deref())].map(text)
}
