// Service-worker syntax: `addEventListener("fetch", event => event.respondWith(...))`.
// Source: workers-api.md 1.2.

const { dispatch, hasListeners, ExtendableEvent } = require("events");
const { newContext } = require("execution_context");
const { DOMException } = require("dom_exception");

// Ends the time for respondWith() and answers what it was given; set by the class.
let finish;

class FetchEvent extends ExtendableEvent {
  #request;
  #context;
  #response = null;
  #dispatched = false;

  constructor(type, init) {
    super(type, { cancelable: true });
    this.#request = init.request;
    this.#context = newContext();
  }

  get request() {
    return this.#request;
  }

  respondWith(response) {
    if (this.#dispatched) {
      throw new DOMException("Too late to call FetchEvent.respondWith(); the event has already been dispatched.", "InvalidStateError");
    }
    if (this.#response !== null) {
      throw new DOMException("FetchEvent.respondWith() has already been called; it can only be called once.", "InvalidStateError");
    }
    this.#response = Promise.resolve(response);
    this.stopImmediatePropagation();
  }

  waitUntil(promise) {
    this.#context.waitUntil(promise);
  }

  passThroughOnException() {}

  static {
    finish = (event) => {
      event.#dispatched = true;
      return event.#response;
    };
  }
}

exports.FetchEvent = FetchEvent;

exports.fetch = (request) => {
  if (!hasListeners(globalThis, "fetch")) {
    throw new Error("No event handlers were registered. This script does nothing.");
  }
  const event = new FetchEvent("fetch", { request });
  let thrown = null;
  dispatch(globalThis, event, (error) => {
    thrown ??= { error };
  });
  const response = finish(event);
  if (thrown !== null) throw thrown.error;
  if (response !== null) return response;
  if (event.defaultPrevented) throw new TypeError("Network connection lost.");
  // On the platform the request would go to the origin; there is none here.
  const { Response } = require("fetch/response");
  return new Response("No listener answered this request, and there is no origin server behind this Worker.\n", {
    status: 502,
    headers: { "content-type": "text/plain;charset=UTF-8" },
  });
};
