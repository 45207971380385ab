test("abort() aborts once, with a reason", () => {
  const controller = new AbortController();
  const { signal } = controller;
  assertEquals([signal.aborted, signal.reason, signal.onabort], [false, undefined, null]);
  const heard = [];
  signal.onabort = (event) => void heard.push("handler", event.isTrusted, event.target === signal);
  signal.addEventListener("abort", () => void heard.push("listener", signal.aborted));
  controller.abort();
  controller.abort("again");
  assertEquals(heard, ["handler", true, true, "listener", true]);
  const { reason } = signal;
  assertEquals([reason.name, reason.message, reason.code], ["AbortError", "The operation was aborted", 20]);
});

test("any reason", () => {
  const controller = new AbortController();
  controller.abort(null);
  assertEquals(controller.signal.reason, null);
  assertEquals(AbortSignal.abort(5).reason, 5);
  assertEquals(AbortSignal.abort().reason.name, "AbortError");
  try {
    AbortSignal.abort("thrown").throwIfAborted();
    assert(false);
  } catch (reason) {
    assertEquals(reason, "thrown");
  }
  new AbortController().signal.throwIfAborted();
});

test("timeout", async () => {
  const signal = AbortSignal.timeout(1000);
  await new Promise((resolve) => (signal.onabort = () => resolve()));
  const { reason } = signal;
  assertEquals(
    [reason.name, reason.message, reason.code],
    ["TimeoutError", "The operation was aborted due to timeout", 23],
  );
});

test("any follows its sources", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const any = AbortSignal.any([first.signal, second.signal]);
  const both = AbortSignal.any([any, first.signal]);
  const heard = [];
  both.onabort = () => void heard.push("both", any.aborted);
  any.onabort = () => void heard.push("any", both.aborted);
  second.abort("why");
  assertEquals([any.aborted, any.reason, both.reason], [true, "why", "why"]);
  assertEquals(heard, ["any", true, "both", true]);
  first.abort("late");
  assertEquals(any.reason, "why");
  assertEquals(AbortSignal.any([]).aborted, false);
  assertEquals(AbortSignal.any([new AbortController().signal, AbortSignal.abort(5)]).reason, 5);
});

test("signals made by any live as long as somebody listens, and no longer", () => {
  const controller = new AbortController();
  let heard = 0;
  for (let index = 0; index < 500; index++) AbortSignal.any([controller.signal]);
  AbortSignal.any([controller.signal]).addEventListener("abort", () => void heard++);
  controller.abort();
  assertEquals(heard, 1);
});

test("the runtime's steps run before the program's listeners", () => {
  const { addAbortSteps, makeSignal } = require("abort");
  const { signal, abort } = makeSignal();
  const heard = [];
  signal.onabort = () => void heard.push("program");
  addAbortSteps(signal, (reason) => heard.push(reason));
  addAbortSteps(signal, () => heard.push("never"))();
  abort("runtime");
  addAbortSteps(signal, (reason) => heard.push(reason));
  assertEquals(heard, ["runtime", "program", "runtime"]);
});

test("wrong arguments", () => {
  const parameter = (method, type) =>
    `Failed to execute '${method}' on 'AbortSignal': parameter 1 is not of type '${type}'.`;
  assertThrows(() => new AbortSignal(), TypeError, "Illegal constructor");
  assertThrows(() => AbortSignal.timeout(), TypeError, parameter("timeout", "number"));
  assertThrows(() => AbortSignal.any(), TypeError, parameter("any", "Array"));
  assertThrows(
    () => AbortSignal.any([5]),
    TypeError,
    "Incorrect type for array element 0: the provided value is not of type 'AbortSignal'.",
  );
  assertThrows(() => AbortSignal.prototype.aborted, TypeError, /^Illegal invocation/);
  const { signal } = new AbortController();
  signal.onabort = 5;
  assertEquals(signal.onabort, null);
});
