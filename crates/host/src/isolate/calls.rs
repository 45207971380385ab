//! Requests on their way into a program, and answers to those it made.

use super::{Isolate, body_value, call, headers_value};
use crate::natives;
use crate::shared::Shared;
use crate::table::Handle;
use holdfast_engine::{Scope, Value};
use holdfast_link::{Entry, Failure, Request, Response};

impl Isolate {
    pub(super) fn dispatch_call<'s>(
        &self,
        scope: &Scope<'s>,
        shared: &Shared,
        owner: Value<'s>,
        section: Value<'s>,
        answer: Handle,
        (request, entry): (Request, Option<&Entry>),
    ) -> holdfast_engine::Result<'s, ()> {
        let headers = headers_value(scope, &request.headers)?;
        let (body, length, streamed) = body_value(scope, shared, self.owner(owner), request.body);
        if let Some(owed) = shared.answers.borrow_mut().get_mut(answer) {
            owed.body = streamed;
        }
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
            entry.and_then(|entry| entry.name.as_ref()).map_or(scope.undefined(), |name| scope.string(name)),
            entry
                .and_then(|entry| entry.props.as_ref())
                .map_or(scope.undefined(), |props| scope.string(props)),
        ];
        call(scope, &self.dispatch.fetch, &arguments)
    }

    pub(super) fn dispatch_answer<'s>(
        &self,
        scope: &Scope<'s>,
        shared: &Shared,
        owner: Value<'s>,
        section: Value<'s>,
        number: Handle,
        outcome: Result<Response, Failure>,
    ) -> holdfast_engine::Result<'s, ()> {
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
            Err(failure) => self.dispatch_failed(scope, owner, section, number, &failure),
        }
    }
}
