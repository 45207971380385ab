// Calls this isolate makes: to objects through their stubs, and to the outside through fetch().
//
// A call has a number while it waits; the host settles it in a later turn of the owner that made it.

const context = require("context");
const budgets = require("budget");
const bodies = require("host/bodies");
const { DOMException } = require("dom_exception");
const { OwnedTable } = require("owned_table");

const { calls } = native;

// Calls that wait for their answer: number -> { resolve, reject, owner }.
const waiting = new OwnedTable();

// The body as the host takes it: undefined, a string, bytes, or the number of a stream.
function bodyForHost(body) {
  if (body === null || body === undefined) return undefined;
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  if (typeof body.bodyId === "number") return body.bodyId;
  return bodies.open(body);
}

// The body as classes of `fetch/` take it: null, bytes, or a host body source.
function bodyFromHost(body, length) {
  if (body === undefined) return null;
  if (typeof body === "number") return bodies.source(body, length);
  return body;
}

// When a call starts that may hold its object; of those of stateless Workers nobody asks.
const since = (owner) => (owner === 0 ? 0 : Date.now());

function started(number, signal, isOwn = false) {
  return new Promise((resolve, reject) => {
    const { owner, invocation } = context;
    waiting.set(number, { resolve, reject, owner, invocation, isOwn, budget: budgets.own(), since: since(owner) });
    if (signal === undefined || signal === null) return;
    const abort = () => {
      if (waiting.take(number) === undefined) return;
      calls.cancel(number);
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    else require("abort").addAbortSteps(signal, abort);
  });
}

// The promise of the answer to call `number`.
exports.started = started;

// What a request says of where it comes from, as text.
const cfText = ({ cf }) => (cf === undefined || cf === null ? undefined : JSON.stringify(cf));

// Sends one request, as `extractRequest` gives it, to the outside.
exports.send = (request) => {
  const { owner, section } = context;
  const number = calls.outside(
    owner,
    section,
    request.method,
    request.url,
    request.headers,
    bodyForHost(request.body),
  );
  return started(number, request.signal);
};

// Sends one request to an object.
exports.sendToObject = (target, request) => {
  const { owner, section } = context;
  const number = calls.object(
    owner,
    section,
    target.namespace,
    target.id,
    target.name,
    request.method,
    request.url,
    request.headers,
    bodyForHost(request.body),
    cfText(request),
    target.since(),
  );
  return started(number, request.signal);
};

// Sends one request to an entrypoint.
exports.sendToService = ({ script, name, props }, request) => {
  const { owner, section } = context;
  const number = native.rpc.fetchService(
    owner,
    section,
    script,
    name,
    props,
    request.method,
    request.url,
    request.headers,
    bodyForHost(request.body),
    cfText(request),
  );
  return started(number, request.signal, script === native.rpc.script);
};

// `call` waits for what method call `number` gives: it has `returned(bytes, externals, disposer)`, `reject(error)` and
// `abandon()`.
exports.wait = (number, call) => {
  call.owner = context.owner;
  call.since = since(context.owner);
  call.invocation = context.invocation;
  call.budget = budgets.own();
  waiting.set(number, call);
};

// The host has what method call `number` gave.
exports.returned = (number, bytes, externals, disposer) => {
  const call = waiting.take(number);
  if (call === undefined || !budgets.resume(call.budget)) {
    call?.abandon();
    return require("rpc/unpack").refuse(externals, disposer);
  }
  context.invocation = call.invocation;
  call.returned(bytes, externals, disposer);
};

// `stub.fetch()`.
exports.fetchFrom = (target, input, init) =>
  require("fetch/fetch").fetchThrough((request) => exports.sendToObject(target, request), input, init, BASE);

// Before 2021-11-10 the URL of a request to an object needs no host.
const BASE = require("flags").durable_object_fetch_requires_full_url ? undefined : "https://fake-host";

// The host has the answer to call `number`.
exports.answered = (number, status, statusText, headers, body, length, far) => {
  const call = waiting.take(number);
  if (call === undefined || !budgets.resume(call.budget)) {
    // It was given up while the answer waited: nobody will read that.
    if (typeof body === "number") native.bodies.cancel(body);
    if (far !== undefined) native.sockets.refuse(far);
    return;
  }
  context.invocation = call.invocation;
  call.resolve({
    status,
    statusText,
    headers,
    body: bodyFromHost(body, length),
    webSocket: far === undefined ? null : require("websocket").farSide(far),
  });
};

const ERRORS = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

const REMOTE = 1;
const RETRYABLE = 2;
const OVERLOADED = 4;
const RESET = 8;
const WITH_ID = 16;
const THROWN = 32;

// The error that call `number` ended with.
exports.failed = (number, name, message, bits, thrown, objectId) => {
  const call = waiting.take(number);
  if (call === undefined || !budgets.resume(call.budget)) {
    call?.abandon?.();
    return;
  }
  context.invocation = call.invocation;
  // A method call to an object that was reset fails for the object's reason; nobody threw it at the caller. One to
  // something that the object had handed out does.
  const isReset = bits & RESET && !(bits & THROWN);
  const marks = isReset && call.returned !== undefined && !call.isOnStub ? bits & ~REMOTE : bits;
  call.reject(errorFrom(name, message, marks, thrown, objectId));
};

// `thrown`, if anything, is the exception itself in the format of stored values; where it was made is not told.
function errorFrom(name, message, bits, thrown, objectId) {
  let error = thrown === undefined ? undefined : thrownFrom(thrown);
  if (error !== undefined) return mark(error, bits, objectId);
  if (name.startsWith("DOMException:")) error = new DOMException(message, name.slice(13));
  else if (name === "AggregateError") delete (error = new AggregateError([], message)).errors;
  else error = new (ERRORS[name] ?? Error)(message);
  if (ERRORS[name] === undefined && name !== "Error" && name !== "AggregateError" && !name.startsWith("DOMException:")) {
    // A class the caller does not have: its name goes in front, as the platform does.
    error.message = message === "" ? name : `${name}: ${message}`;
  }
  require("stack").settle(error);
  return mark(error, bits, objectId);
}

function thrownFrom(bytes) {
  try {
    const error = require("structured_clone/reader").deserialize(bytes);
    if (!Error.isError(error)) return error;
    for (const key of ["cause", "errors"]) {
      if (Object.hasOwn(error, key)) Object.defineProperty(error, key, { enumerable: true });
    }
    return error;
  } catch {
    return undefined;
  }
}

function mark(error, bits, objectId) {
  if (objectId !== undefined && bits & WITH_ID && Error.isError(error)) error.durableObjectId = objectId;
  if (bits & REMOTE) error.remote = true;
  if (bits & RETRYABLE) error.retryable = true;
  if (bits & OVERLOADED) error.overloaded = true;
  if (bits & RESET) error.durableObjectReset = true;
  return error;
}

exports.errorFrom = errorFrom;
exports.bodyForHost = bodyForHost;
exports.bodyFromHost = bodyFromHost;

// When the latest call that `owner` waits for was made, in milliseconds since 1970.
exports.since = (owner) => waiting.since(owner);

// Whether `owner` waits for an answer.
exports.isPending = (owner) => waiting.has(owner);

// The time of `invocation` is up: nobody waits for its answers.
exports.drop = (invocation) => {
  for (const [number, call] of waiting.all()) {
    if (call.invocation?.root !== invocation) continue;
    waiting.take(number);
    calls.cancel(number);
    call.abandon?.();
  }
};

// Whether `owner` waits for something else than this Worker's own handlers.
exports.isWaitingElsewhere = (owner) => waiting.of(owner).some(([, call]) => call.isOwn !== true);

// The invocations of `owner` that wait for an answer.
exports.invocations = (owner) => {
  const found = new Set();
  for (const [, call] of waiting.of(owner)) if (call.invocation !== null) found.add(call.invocation.root);
  return found;
};

// `owner` is gone: nobody waits for its answers.
exports.forget = (owner) => {
  for (const number of waiting.takeOf(owner)) calls.cancel(number);
};
