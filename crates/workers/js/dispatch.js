// The entry points of the host into this isolate: one call is one turn (or the first part of one).
//
// Every function sets whose turn it is, then runs the program's handler. What the handler sends is in the outbox
// when the turn ends; answers to calls go through `native.calls`.

const context = require("context");
const budgets = require("budget");
const timers = require("timers");
const outgoing = require("host/outgoing");
const bodies = require("host/bodies");
const hanging = require("hanging");
const { program, entrypoint: entrypointOf } = require("program");
const { begin, certainly } = require("invocation");
const websocket = require("websocket");
const { internals, table } = websocket;
const { reportRejection } = require("events");

const { calls, host, objects, sockets } = native;

// Instances by owner: { instance, state, active, alarm }, where `active` counts events that are still running, and `alarm`
// is the handler of alarms.
const instances = [];

function enter(owner, section) {
  budgets.enter();
  context.owner = owner;
  context.section = section;
  context.invocation = owner === 0 ? null : (instances[owner]?.invocation ?? null);
  if (owner === 0) context.turns++;
}

// The same, for what does not come back to an event but is one.
function arrive(owner, section) {
  enter(owner, section);
  if (owner !== 0) budgets.arrive(owner);
}

// Requests whose client may leave, by what they are owed.
const open = new Map();
const tellsWhoLeft = require("flags").enable_request_signal === true;

// ---- requests ------------------------------------------------------------------------------------------------

exports.fetch = (call, owner, section, method, url, headers, body, length, cf, entry, props) => {
  arrive(owner, section);
  const invocation = owner === 0 ? begin(call) : null;
  const object = owner === 0 ? null : instances[owner];
  let request;
  let result;
  try {
    const { requestFromHost } = require("fetch/request");
    request = requestFromHost({
      method,
      url,
      headers,
      body: outgoing.bodyFromHost(body, length) ?? emptyBody(headers),
      cf: cf === undefined ? undefined : JSON.parse(cf),
    });
    if (tellsWhoLeft && owner === 0) open.set(call, request);
    result = owner === 0 ? certainly(() => fetchWorker(request, entry, props)) : fetchObject(object, request);
  } catch (error) {
    fail(call, error);
    invocation?.leave();
    return;
  }
  const give = (response) => {
    // An object answers when its critical sections have ended, but for the event of such a section.
    if (owner === 0 || section !== 0) answer(call, response, request, invocation);
    else require("durable/sections").afterSections(owner, () => answer(call, response, request, null));
  };
  if (result instanceof require("fetch/response").Response) {
    give(result);
    return;
  }
  if (object !== null) {
    const leave = stay(object);
    Promise.resolve(result).then(
      (response) => {
        leave();
        give(response);
      },
      (error) => {
        leave();
        fail(call, error);
      },
    );
    return;
  }
  const failed = (error) => {
    fail(call, error);
    invocation.leave();
  };
  const handler = hanging.watch(failed);
  Promise.resolve(result).then(
    (response) => {
      if (hanging.settled(handler)) answer(call, response, request, invocation);
    },
    (error) => {
      if (hanging.settled(handler)) failed(error);
    },
  );
};

// Keeps an object awake, and its event open, until what this answers is called.
function stay(object) {
  const budget = budgets.open();
  object.active++;
  object.activeSince = Date.now();
  return () => {
    object.active--;
    budgets.close(budget);
  };
}

exports.stay = stay;

// A request that says how long its body is has one, if an empty one.
function emptyBody(headers) {
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at].toLowerCase() === "content-length") return new Uint8Array(0);
  }
  return null;
}

function fetchWorker(request, entry, props) {
  const { newContext } = require("execution_context");
  if (program.isServiceWorker) return require("service_worker").fetch(request);
  const entrypoint = entrypointOf(entry);
  if (typeof entrypoint === "function") {
    const instance = new entrypoint(newContext(props), program.env);
    if (typeof instance.fetch !== "function") throw noHandler();
    return instance.fetch(request, undefined, undefined);
  }
  if (typeof entrypoint?.fetch !== "function") throw noHandler();
  return entrypoint.fetch(request, program.env, newContext(props));
}

function noHandler() {
  host.warn(
    "Received a FetchEvent but we lack a handler for FetchEvents. Did you remember to export a fetch() function?",
  );
  return new Error("Handler does not export a fetch() function.");
}

function fetchObject({ instance, state }, request) {
  if (typeof instance.fetch !== "function") throw noHandler();
  return instance.fetch(request, program.env, state);
}

function answer(call, response, request, invocation) {
  try {
    const { Response, extractResponse } = require("fetch/response");
    if (!(response instanceof Response)) {
      throw new TypeError(
        "Incorrect type for Promise: the Promise did not resolve to 'Response'.",
      );
    }
    if (response.type === "error") {
      throw new TypeError("Return value from serve handler must not be an error response (like Response.error())");
    }
    const parts = extractResponse(response);
    let far;
    if (parts.webSocket !== null && parts.webSocket !== undefined) {
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
        throw new TypeError(
          'Worker tried to return a WebSocket in a response to a request which did not contain the header "Upgrade: websocket".',
        );
      }
      far = internals.handOut(parts.webSocket);
      parts.headers = require("fetch/extensions").headersOfAnswer(parts.headers, request);
    }
    const body = outgoing.bodyForHost(parts.body);
    calls.answer(call, parts.status, response.statusText, parts.headers, body, far);
    if (open.delete(call) && typeof body === "number") {
      bodies.whenRefused(body, () => require("fetch/request").clientLeft(request));
    }
    // As long as its socket is open, what the program's listeners use stays theirs.
    if (far !== undefined) return;
  } catch (error) {
    fail(call, error);
  }
  invocation?.leave();
}

const REMOTE = 1;

// Tells the caller that the call ended with `error`, which is no error of its own.
function fail(call, error) {
  open.delete(call);
  const [name, message, stack, marks, thrown] = describe(error);
  calls.fail(call, name, message, stack, marks | REMOTE, thrown);
}

exports.fail = fail;

exports.describe = describe;

const OVERLOADED = 4;
const RESET = 8;
const MARKS = [["remote", REMOTE], ["retryable", 2], ["overloaded", 4], ["durableObjectReset", 8]];

// Name, message, stack and marks of anything that can be thrown.
function describe(error) {
  try {
    if (typeof error !== "object" || error === null) return ["Error", String(error), "", 0];
    const { DOMException } = require("dom_exception");
    if (!Error.isError(error) && !require("flags").enhanced_error_serialization) {
      return ["Error", require("structured_clone/describe").describe(error), "", 0];
    }
    let name = String(error.name ?? "") || "Error";
    if (error instanceof DOMException) name = `DOMException:${name}`;
    let bits = 0;
    for (const [mark, bit] of MARKS) if (error[mark] === true) bits |= bit;
    // Before enhanced errors there was room for one of them.
    if (!require("flags").enhanced_error_serialization) bits = bits & OVERLOADED ? OVERLOADED : bits & ~RESET;
    const stack = typeof error.stack === "string" ? error.stack : "";
    return [name, String(error.message ?? error), stack, bits, require("rpc/thrown").thrownBytes(error)];
  } catch {
    return ["Error", "an exception that cannot be described", "", 0];
  }
}

// ---- cron triggers -------------------------------------------------------------------------------------------

exports.scheduled = (answer, owner, section, time, cron, entry, props) => {
  enter(owner, section);
  require("scheduled").run(answer, time, cron, entry, props);
};

// ---- objects -------------------------------------------------------------------------------------------------

// Whether the program has this class.
exports.hasClass = (className) => program.classes.has(className);

exports.construct = (owner, section, className, hex, name) => {
  enter(owner, section);
  const type = program.classes.get(className);
  if (type === undefined) throw new TypeError(`The class ${className} is not exported by the Worker.`);
  const invocation = begin();
  const state = require("durable/state").stateFor(owner, require("durable/namespace").idOf(hex, name));
  const instance = new type(state, program.env);
  const alarm = typeof instance.alarm === "function" ? instance.alarm : null;
  instances[owner] = { type, instance, state, active: 0, alarm, invocation };
};

// The handler of an object's alarms: null when it has none, undefined while its constructor runs.
exports.alarmOf = (owner) => instances[owner]?.alarm;

exports.section = (owner, section) => {
  enter(owner, section);
  require("durable/sections").runSection(owner, section);
};

exports.alarm = (owner, section, run, scheduledTime, retryCount) => {
  arrive(owner, section);
  const object = instances[owner];
  require("durable/alarms").run(owner, object, run, scheduledTime, retryCount, stay(object));
};

// Whether the object has nothing under way that forgetting it would break.
exports.isQuiet = (owner) => {
  const object = instances[owner];
  if (object === undefined) return true;
  return (
    object.active === 0 &&
    require("durable/state").pendingOf(object.state) === 0 &&
    !timers.isPending(owner) &&
    !require("web_assembly").isPending(owner) &&
    !outgoing.isPending(owner)
  );
};

// For how many milliseconds the youngest has gone on of what the object started and what holds it: handlers, and where the
// date says so also timers, calls and what it was told to wait for.
exports.youngestTask = (owner) => {
  const object = instances[owner];
  if (object === undefined) return Infinity;
  let latest = object.active > 0 ? object.activeSince : -Infinity;
  if (require("flags").durable_object_io_tasks_prevent_eviction) {
    latest = Math.max(latest, require("durable/state").pendingSince(object.state), timers.since(owner), outgoing.since(owner));
  }
  return Date.now() - latest;
};

exports.forget = (owner) => {
  const invocation = instances[owner]?.invocation;
  instances[owner] = undefined;
  require("rpc/exported").forget(owner);
  invocation?.end();
  timers.forget(owner);
  outgoing.forget(owner);
  websocket.forget(owner);
  budgets.forget(owner);
  require("instances").forget(owner);
};

// ---- sockets -------------------------------------------------------------------------------------------------

// What a socket hears is an event; but where the program holds both sides it comes back to the event that took them. The
// socket, if there is anybody to hear.
function hear(index, owner, section) {
  const ws = table[index];
  const inner = ws ? internals.innerOf(ws) : null;
  if (inner === null) {
    arrive(owner, section);
    return ws;
  }
  enter(owner, section);
  if (inner.invocation?.isCut || !budgets.resume(inner.budget)) return null;
  context.invocation = inner.invocation;
  return ws;
}

exports.message = (index, owner, section, data) => {
  const ws = hear(index, owner, section);
  if (!ws) return;
  if (owner === 0) budgets.from(ws);
  internals.message(ws, data);
};

exports.close = (index, owner, section, code, reason) => {
  const ws = hear(index, owner, section);
  if (ws) internals.closed(ws, code, reason);
};

exports.error = (index, owner, section, message) => {
  const ws = hear(index, owner, section);
  if (ws) internals.failed(ws, new Error(message));
};

exports.opened = (index, owner, section, protocol, extensions) => {
  enter(owner, section);
  const ws = table[index];
  if (ws) internals.opened(ws, protocol, extensions);
};

exports.connectFailed = (index, owner, section, message) => {
  enter(owner, section);
  const ws = table[index];
  if (!ws) return;
  internals.failed(ws, new TypeError(message));
  internals.closed(ws, 1006, websocket.NOT_CONNECTED);
};

// ---- held sockets --------------------------------------------------------------------------------------------

function heldSocket(index, owner) {
  return table[index] ?? internals.revive(index, owner, sockets.bits(index));
}

exports.heldMessage = (index, owner, section, data) => {
  hear(index, owner, section);
  const object = instances[owner];
  const { instance } = object;
  if (typeof instance.webSocketMessage !== "function") return;
  try {
    const result = instance.webSocketMessage(heldSocket(index, owner), data);
    if (typeof result?.then === "function") track(object, result);
  } catch (error) {
    host.logUncaught(error);
  }
};

exports.heldClose = (index, owner, section, code, reason) => {
  hear(index, owner, section);
  const ws = heldSocket(index, owner);
  internals.heldClosed(ws, code);
  runLast(instances[owner], "webSocketClose", [ws, code, reason, code !== 1006], () =>
    internals.heldDone(ws, code, reason),
  );
};

exports.heldError = (index, owner, section, message) => {
  arrive(owner, section);
  const ws = heldSocket(index, owner);
  internals.heldFailed(ws);
  runLast(instances[owner], "webSocketError", [ws, new Error(message)], () => internals.release(ws));
};

// Runs the last handler of a socket, where the class has it, and `done` when it and its promise are through. The socket is
// the first of `args`.
function runLast(object, name, args, done) {
  const { instance } = object;
  try {
    const result = typeof instance[name] === "function" ? instance[name](...args) : undefined;
    if (typeof result?.then === "function") {
      internals.leave(args[0]);
      track(object, result, done);
      return;
    }
  } catch (error) {
    host.logUncaught(error);
  }
  done();
}

// Keeps the object awake until a handler's promise is settled; a rejection is logged, nothing else happens.
function track(object, promise, done) {
  const { owner } = context;
  const number = require("durable/state").isTimed(object.state) ? objects.startHandler(owner) : 0;
  const leave = stay(object);
  const end = () => {
    leave();
    if (number !== 0) objects.endHandler(owner, number);
    done?.();
  };
  promise.then(end, (error) => {
    host.logUncaught(error);
    end();
  });
}

// ---- what comes back -----------------------------------------------------------------------------------------

exports.timer = (id, owner, section) => {
  enter(owner, section);
  timers.fire(id);
};

exports.answered = (number, owner, section, status, statusText, headers, body, length, far) => {
  enter(owner, section);
  outgoing.answered(number, status, statusText, headers, body, length, far);
};

exports.failed = (number, owner, section, name, message, bits, thrown, objectId) => {
  enter(owner, section);
  outgoing.failed(number, name, message, bits, thrown, objectId);
};

exports.chunk = (number, owner, section, bytes, error) => {
  enter(owner, section);
  bodies.chunk(number, bytes, error);
};

exports.room = (number, owner, section, open) => {
  enter(owner, section);
  bodies.room(number, open);
};

// Everything that was written before call `number` of sync() is durable.
exports.synced = (number, owner, section) => {
  enter(owner, section);
  require("durable/storage").synced(number);
};

// ---- method calls --------------------------------------------------------------------------------------------

// A call of an export, if `key` is a number, else of an entrypoint or an object.
exports.invoke = (answer, owner, section, key, props, path, bytes, externals) => {
  arrive(owner, section);
  require("rpc/serve").invoke(instances, answer, owner, key, props, path, bytes, externals);
};

exports.returned = (number, owner, section, bytes, externals, disposer) => {
  enter(owner, section);
  outgoing.returned(number, bytes, externals, disposer);
};

// The client that is owed this answer left.
exports.left = (call, owner, section) => {
  enter(owner, section);
  const request = open.get(call);
  open.delete(call);
  if (request !== undefined) require("fetch/request").clientLeft(request);
};

exports.released = (key, owner, section) => {
  enter(owner, section);
  require("rpc/exported").released(key);
};

// The latest turn's event, of the stateless Worker, was ended for `reason`.
exports.stopped = budgets.stopped;

// A promise was rejected and nothing handled it while the turn ran.
exports.rejected = (promise, reason) => {
  reportRejection(promise, reason);
};
