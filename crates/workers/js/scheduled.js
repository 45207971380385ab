// Scheduled events: `scheduled(controller, env, ctx)` of an entrypoint, `addEventListener("scheduled", …)` in a
// service-worker script.
//
// Promises: the event is over, and whoever waits for it hears how it went, when its handler and everything it was told to
// wait for is through. It went well if none of that failed.
// Source: workers-api.md 1.1 and 1.2.

const context = require("context");
const { begin } = require("invocation");
const { millisecondsOf } = require("dates");
const { defineInterface, illegalConstructor, isPrimitive, wrongField, wrongParameter } = require("interface");
const { program, entrypoint: entrypointOf } = require("program");
const { dispatch, hasListeners, ExtendableEvent } = require("events");
const { newContext } = require("execution_context");

const { calls, host } = native;
const { defineProperty } = Object;

// How long a scheduled event may take.
const LIMIT_MS = 15 * 60 * 1000;

const make = Symbol("make");

// One event under way.
class Run {
  isOk = true;
  noRetry = false;

  constructor(time, cron, ctx) {
    this.time = time;
    this.cron = cron;
    this.ctx = ctx;
  }
}

// What is told of a run, as own properties of either form of it.
function tell(target, run) {
  defineProperty(target, "cron", { get: () => run.cron, enumerable: true, configurable: true });
  defineProperty(target, "scheduledTime", { get: () => run.time, enumerable: true, configurable: true });
}

class ScheduledController {
  #run;

  constructor(key, run) {
    if (key !== make) throw illegalConstructor();
    this.#run = run;
    tell(this, run);
  }

  noRetry() {
    this.#run.noRetry = true;
  }
}

class ScheduledEvent extends ExtendableEvent {
  #run;

  constructor(key, run) {
    if (key !== make) throw illegalConstructor();
    super("scheduled");
    this.#run = run;
    tell(this, run);
  }

  noRetry() {
    this.#run.noRetry = true;
  }

  waitUntil(promise) {
    this.#run.ctx.waitUntil(promise);
  }
}
for (const type of [ScheduledController, ScheduledEvent]) defineInterface(type);

exports.ScheduledController = ScheduledController;
exports.ScheduledEvent = ScheduledEvent;

// The handler's result; throws where there is no handler.
function handle(run, entry) {
  const { ctx } = run;
  if (program.isServiceWorker) {
    if (!hasListeners(globalThis, "scheduled")) {
      run.noRetry = true;
      host.warn(
        "Received a ScheduledEvent but we lack an event listener for scheduled events (a.k.a. Cron Triggers). " +
          'Did you remember to call addEventListener("scheduled", ...)?',
      );
      throw new Error("No event listener registered for scheduled events.");
    }
    let thrown = null;
    dispatch(globalThis, new ScheduledEvent(make, run), (error) => {
      thrown ??= { error };
    });
    if (thrown !== null) throw thrown.error;
    return undefined;
  }
  const entrypoint = entrypointOf(entry);
  const instance = typeof entrypoint === "function" ? new entrypoint(ctx, program.env) : entrypoint;
  if (typeof instance?.scheduled !== "function") {
    run.noRetry = true;
    host.warn(
      "Received a ScheduledEvent but we lack a handler for ScheduledEvents (a.k.a. Cron Triggers). " +
        "Did you remember to export a scheduled() function?",
    );
    throw new Error("Handler does not export a scheduled() function");
  }
  const controller = new ScheduledController(make, run);
  return instance === entrypoint
    ? instance.scheduled(controller, program.env, ctx)
    : instance.scheduled(controller, undefined, undefined);
}

// Runs the handler of the entrypoint `entry`; `answer` is the number of the call that asked for it, if any.
exports.run = (answer, time, cron, entry, props) => {
  const invocation = begin();
  const run = new Run(time, cron, newContext(props));
  invocation.bound(LIMIT_MS);
  invocation.failed = () => {
    run.isOk = false;
  };
  invocation.over = () => {
    if (answer !== undefined) calls.answer(answer, run.isOk ? 200 : 500, run.noRetry ? "noRetry" : "", []);
  };
  const fail = (error) => {
    invocation.failed();
    host.logUncaught(error);
  };
  // A promise that is rejected when the handler throws.
  const result = new Promise((resolve) => resolve(handle(run, entry)));
  result.catch(fail).then(() => invocation.leave());
};

// `stub.scheduled(options)` of a service, with the flag `service_binding_extra_handlers`.
exports.schedule = async ({ script, name, props }, options = undefined) => {
  if (isPrimitive(options)) throw wrongParameter("scheduled", "Fetcher", 1, "ScheduledOptions");
  const { scheduledTime, cron } = options ?? {};
  const { owner, section } = context;
  const noTime = () => wrongField("scheduledTime", "ScheduledOptions", "date");
  const time = scheduledTime === undefined ? Date.now() : millisecondsOf(scheduledTime, noTime);
  const number = native.rpc.schedule(owner, section, script, name, props, time, cron === undefined ? "" : String(cron));
  const { status, statusText } = await require("host/outgoing").started(number);
  return { outcome: status === 200 ? "ok" : "exception", noRetry: statusText === "noRetry" };
};
