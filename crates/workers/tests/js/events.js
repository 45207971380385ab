const ILLEGAL =
  "Illegal invocation: function called with incorrect `this` reference. " +
  "See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.";

// The order in which what `prepare(target, note)` sets up is heard when "x" is dispatched.
function heard(prepare, init) {
  const target = new EventTarget();
  const notes = [];
  prepare(target, (note) => notes.push(note) && undefined);
  const event = new Event("x", init);
  return { notes, result: target.dispatchEvent(event), event };
}

test("on<type> first, then listeners in the order they were added", () => {
  const { notes } = heard((target, note) => {
    target.addEventListener("x", () => note("first"));
    target.addEventListener("x", { handleEvent: () => note("second") });
    target.onx = () => note("handler");
  });
  assertEquals(notes, ["handler", "first", "second"]);
});

test("listeners see the target, the phase and the path", () => {
  const target = new EventTarget();
  let seen;
  target.addEventListener("x", function (event) {
    seen = [this === target, event.target === target, event.currentTarget === target, event.srcElement === target];
    seen.push(event.eventPhase, event.composedPath().length, event.type, event.isTrusted);
  });
  const event = new Event("x");
  target.dispatchEvent(event);
  assertEquals(seen, [true, true, true, true, 2, 1, "x", false]);
  // Without `pedantic_wpt` the current target stays.
  assertEquals([event.eventPhase, event.currentTarget === target, event.composedPath().length], [0, true, 0]);
  assertEquals([new Event("x").target, new Event("x").currentTarget], [undefined, undefined]);
});

test("an object's handleEvent is looked up when it is added, with the object as this", () => {
  let seen;
  const listener = {
    handleEvent() {
      seen = this === listener;
    },
  };
  const target = new EventTarget();
  target.addEventListener("x", listener);
  listener.handleEvent = () => {
    seen = "another";
  };
  target.dispatchEvent(new Event("x"));
  assertEquals(seen, true);
  assertThrows(
    () => target.addEventListener("x", {}),
    TypeError,
    "Incorrect type for the 'handleEvent' field on 'HandlerObject': the provided value is not of type 'function'.",
  );
});

test("capturing is refused", () => {
  const target = new EventTarget();
  for (const name of ["addEventListener", "removeEventListener"]) {
    assertThrows(() => target[name]("x", () => {}, true), TypeError, `${name}(): useCapture must be false.`);
    assertThrows(() => target[name]("x", () => {}, { capture: true }), TypeError, `${name}(): options.capture must be false.`);
  }
});

test("the same listener is added once", () => {
  const { notes } = heard((target, note) => {
    const listener = () => note("once");
    target.addEventListener("x", listener);
    target.addEventListener("x", listener);
  });
  assertEquals(notes, ["once"]);
});

test("once", () => {
  const target = new EventTarget();
  let count = 0;
  target.addEventListener("x", () => void count++, { once: true });
  target.dispatchEvent(new Event("x"));
  target.dispatchEvent(new Event("x"));
  assertEquals(count, 1);
});

test("a signal takes its listeners away", () => {
  const controller = new AbortController();
  const target = new EventTarget();
  let count = 0;
  target.addEventListener("x", () => void count++, { signal: controller.signal });
  target.dispatchEvent(new Event("x"));
  controller.abort();
  target.dispatchEvent(new Event("x"));
  target.addEventListener("x", () => void count++, { signal: controller.signal });
  target.dispatchEvent(new Event("x"));
  assertEquals(count, 1);
});

test("adding and removing while dispatching", () => {
  const { notes } = heard((target, note) => {
    const last = () => note("removed");
    target.addEventListener("x", () => {
      note("first");
      target.removeEventListener("x", last);
      target.addEventListener("x", () => note("too late"));
    });
    target.addEventListener("x", () => note("second"));
    target.addEventListener("x", last);
  });
  assertEquals(notes, ["first", "second"]);
});

test("stopImmediatePropagation ends it", () => {
  const { notes, event } = heard((target, note) => {
    target.addEventListener("x", (event) => {
      note("first");
      event.stopImmediatePropagation();
    });
    target.addEventListener("x", () => note("second"));
  });
  assertEquals(notes, ["first"]);
  assertEquals(event.cancelBubble, false);
});

test("preventDefault works where it may", () => {
  const prevent = (target) => target.addEventListener("x", (event) => event.preventDefault());
  const may = heard(prevent, { cancelable: true });
  assertEquals([may.result, may.event.defaultPrevented, may.event.returnValue], [false, true, false]);
  const mayNot = heard(prevent);
  assertEquals([mayNot.result, mayNot.event.defaultPrevented], [false, false]);
});

test("a handler that returns true prevents the default", () => {
  const { result } = heard((target) => (target.onx = () => true), { cancelable: true });
  assertEquals(result, false);
});

test("a listener that throws is reported, the others run", () => {
  const { notes } = heard((target, note) => {
    target.onx = () => {
      throw new Error("handler");
    };
    target.addEventListener("x", () => {
      throw "listener";
    });
    target.addEventListener("x", () => note("ran"));
  });
  assertEquals(notes, ["ran"]);
  assertEquals(takeUncaught(), [
    new Error("handler"),
    "listener",
  ]);
});

test("return values are warned of once", () => {
  for (let round = 0; round < 2; round++) {
    heard((target) => {
      target.addEventListener("x", async () => {});
      target.addEventListener("x", () => 5);
      target.addEventListener("x", () => "text");
    });
  }
  assertEquals(takeLogs(), [
    {
      level: "warn",
      text:
        "An event handler returned a promise that will be ignored. " +
        "Event handlers should not have a return value and should not be async functions.",
      place: "",
    },
    {
      level: "warn",
      text:
        'An event handler returned a value of type "number" that will be ignored. ' +
        "Event handlers should not have a return value.",
      place: "",
    },
  ]);
});

test("an event is dispatched one at a time", () => {
  const { notes } = heard((target, note) => {
    target.addEventListener("x", (event) => {
      const error = assertThrows(() => target.dispatchEvent(event), "InvalidStateError");
      note(error.message);
    });
  });
  assertEquals(notes, ["The event is already being dispatched."]);
});

test("a removed listener of an overridden class is still removed once", () => {
  class Strange extends EventTarget {
    removeEventListener() {}
  }
  const target = new Strange();
  let count = 0;
  target.addEventListener("x", () => void count++, { once: true });
  target.dispatchEvent(new Event("x"));
  target.dispatchEvent(new Event("x"));
  assertEquals(count, 1);
});

test("wrong arguments", () => {
  const target = new EventTarget();
  const parameter = (method, position, type) =>
    `Failed to execute '${method}' on 'EventTarget': parameter ${position} is not of type '${type}'.`;
  const cases = [
    [() => target.addEventListener(), parameter("addEventListener", 1, "string")],
    [() => target.addEventListener("x"), parameter("addEventListener", 2, "function or HandlerObject")],
    [() => target.addEventListener("x", 5), parameter("addEventListener", 2, "function or HandlerObject")],
    [() => target.removeEventListener("x"), parameter("removeEventListener", 2, "Object")],
    [() => target.addEventListener("x", () => {}, true), "addEventListener(): useCapture must be false."],
    [
      () => target.addEventListener("x", () => {}, { capture: true }),
      "addEventListener(): options.capture must be false.",
    ],
    [
      () => target.addEventListener("x", () => {}, { passive: true }),
      "addEventListener(): options.passive must be false.",
    ],
    [
      () => target.addEventListener("x", () => {}, { signal: {} }),
      "Incorrect type for the 'signal' field on 'AddEventListenerOptions': " +
        "the provided value is not of type 'AbortSignal'.",
    ],
    [() => target.dispatchEvent({}), parameter("dispatchEvent", 1, "Event")],
    [() => target.dispatchEvent(null), parameter("dispatchEvent", 1, "Event")],
    [() => new Event(), "Failed to construct 'Event': constructor parameter 1 is not of type 'string'."],
    [() => new Event("x", 5), "Failed to construct 'Event': constructor parameter 2 is not of type 'Init'."],
    [() => Event.prototype.type, ILLEGAL],
    [() => EventTarget.prototype.addEventListener.call({}, "x", () => {}), ILLEGAL],
    [() => new ExtendableEvent("x"), "Illegal constructor"],
    [() => new PromiseRejectionEvent("x", { promise: 1 }), "Illegal constructor"],
  ];
  for (const [body, message] of cases) assertThrows(body, TypeError, message);
  assertEquals(target.addEventListener("x", null), undefined);
});

test("kinds of events", () => {
  const close = new CloseEvent("close", { code: 4000, reason: "r", wasClean: true });
  assertEquals([close.code, close.reason, close.wasClean, close.type], [4000, "r", true, "close"]);
  const plain = new CloseEvent("close");
  assertEquals([plain.code, plain.reason, plain.wasClean], [0, "", false]);
  const message = new MessageEvent("message", { data: 5 });
  assertEquals(
    [message.data, message.origin, message.lastEventId, message.source, message.ports],
    [5, null, "", null, []],
  );
  assertThrows(() => new MessageEvent("message"), TypeError);
  const error = new ErrorEvent("error", { message: "m", error: 5, lineno: 3 });
  assertEquals([error.message, error.filename, error.lineno, error.colno, error.error], ["m", "", 3, 0, 5]);
  assertEquals(new CustomEvent("c", { detail: 5 }).detail, 5);
  assertEquals(new CustomEvent("c").detail, undefined);
});

test("classes look like interfaces", () => {
  assertEquals(Object.prototype.toString.call(new CloseEvent("x")), "[object CloseEvent]");
  const keys = [];
  for (const key in new Event("x")) keys.push(key);
  assert(keys.includes("type") && keys.includes("preventDefault") && keys.includes("AT_TARGET"), keys.join());
  assertEquals(Object.keys(Event), ["NONE", "CAPTURING_PHASE", "AT_TARGET", "BUBBLING_PHASE"]);
  class Mine extends EventTarget {
    constructor() {
      super();
      this.extra = 1;
    }
  }
  assert(new Mine() instanceof EventTarget);
});

test("the runtime's events are trusted, and do not throw", () => {
  const { dispatch, hasListeners } = require("events");
  const target = new EventTarget();
  assertEquals(hasListeners(target, "x"), false);
  let trusted;
  target.addEventListener("x", (event) => {
    trusted = event.isTrusted;
    throw new Error("seen");
  });
  assertEquals(hasListeners(target, "x"), true);
  assertEquals(hasListeners({ __proto__: target, onx() {} }, "x"), true);
  assertEquals(dispatch(target, new Event("x")), undefined);
  assertEquals([trusted, takeUncaught().length], [true, 1]);
  const told = [];
  dispatch(target, new Event("x"), (error) => told.push(error.message));
  assertEquals([told, takeUncaught().length], [["seen"], 0]);
});

test("the global object is an event target", () => {
  let seen;
  const listener = function (event) {
    seen = [this === globalThis, event.target === globalThis];
  };
  addEventListener("mine", listener);
  dispatchEvent(new Event("mine"));
  assertEquals(seen, [true, true]);
  seen = undefined;
  globalThis.removeEventListener("mine", listener);
  globalThis.dispatchEvent(new Event("mine"));
  assertEquals(seen, undefined);
});

test("uncaught exceptions are told to the program first", () => {
  const events = [];
  const listener = (event) => {
    events.push(event);
    event.preventDefault();
  };
  addEventListener("error", listener);
  reportError(new RangeError("told"));
  reportError("text");
  removeEventListener("error", listener);
  assertEquals(events.map((event) => event.message), ["Uncaught RangeError: told", "Uncaught text"]);
  assertEquals([events[0].filename, events[0].lineno > 0, events[0].error instanceof RangeError], [
    "js/events.js",
    true,
    true,
  ]);
  assertEquals(takeUncaught(), []);
  reportError("logged");
  assertEquals(takeUncaught(), ["logged"]);
  assertThrows(() => reportError(), TypeError);
});

test("an error in an error listener is logged, not told again", () => {
  const listener = () => {
    throw new Error("second");
  };
  addEventListener("error", listener);
  reportError(new Error("first"));
  removeEventListener("error", listener);
  assertEquals(takeUncaught().map(String), ["Error: second", "Error: first"]);
});

test("rejections nobody handles are told", async () => {
  const { promise: told, resolve } = Promise.withResolvers();
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    resolve(event);
  });
  const lost = Promise.reject(new Error("lost"));
  await new Promise((resolve) => setTimeout(resolve, 1));
  const event = await told;
  assertEquals([event.promise === lost, event.reason.message, event.type], [true, "lost", "unhandledrejection"]);
});
