// Finds requests and calls to the stateless Worker that nothing can ever answer, and ends them as the platform does.
//
// Promises: an invocation is ended only when nothing that is under way in this isolate could still settle what its handler
// waits for: for two whole intervals no turn ran, and there are no timers, no WebAssembly to compile, no calls but those of
// invocations that wait for one another, no bodies to read, no open sockets, and nothing that others may call back. The
// platform knows for each promise whose it is and is quicker; here a promise of another request is waited for as long as
// that request does anything. Objects wait as long as they like, there as here.
//
// It looks once per interval, and only while a handler has not answered. Two intervals, for WebAssembly may be compiling in
// another thread: nothing tells of that.
// Source: workers-api.md 4.4, the limits of requests.

const context = require("context");

const INTERVAL_MS = 1000;
const LOOKS = 2;

const HUNG =
  "The Workers runtime canceled this request because it detected that your Worker's code had hung and would never " +
  "generate a response. Refer to: https://developers.cloudflare.com/workers/observability/errors/";

// Handlers that have not answered: { invocation, fail }.
const open = new Set();
let isArmed = false;
// How many turns of the Worker had begun when it was last looked at.
let turns = -1;
// How many looks in a row have found nothing that goes on.
let quiet = 0;

// `fail(error)` ends the call of the current invocation. Answers what `settled` takes.
exports.watch = (fail) => {
  const handler = { invocation: context.invocation, fail };
  open.add(handler);
  if (!isArmed) {
    quiet = 0;
    arm();
  }
  return handler;
};

// The handler is through; false when it was ended before, and its answer is nobody's.
exports.settled = (handler) => open.delete(handler);

function arm() {
  isArmed = true;
  turns = context.turns;
  require("timers").after(INTERVAL_MS, look);
}

function look() {
  isArmed = false;
  if (open.size === 0) return;
  // This look is a turn too.
  quiet = context.turns === turns + 1 && !isAnythingComing() ? quiet + 1 : 0;
  if (quiet >= LOOKS) for (const handler of hung()) end(handler, new Error(HUNG));
  if (open.size !== 0) arm();
}

function isAnythingComing() {
  const { isPending, isWaitingElsewhere } = require("host/outgoing");
  return (
    require("timers").isPending(0) ||
    require("web_assembly").isPending(0) ||
    (isPending(0) && isWaitingElsewhere(0)) ||
    require("host/bodies").isReading() ||
    require("websocket").hasSockets(0) ||
    native.rpc.isHeldElsewhere()
  );
}

// Those that wait for nothing, not even for one of the others.
function hung() {
  const waiting = require("host/outgoing").invocations(0);
  return [...open].filter(({ invocation }) => !waiting.has(invocation.root));
}

// The program gave up `invocation`.
exports.abort = (root, error) => {
  for (const handler of open) if (handler.invocation.root === root) end(handler, error);
};

function end(handler, error) {
  open.delete(handler);
  context.invocation = handler.invocation;
  handler.fail(error);
}
