test("performance", () => {
  const first = performance.now();
  const second = performance.now();
  assert(second >= first);
  assertEquals(performance.timeOrigin, 0);
  assert(Math.abs(first - Date.now()) < 60_000, "now() is the time of day");
  const { now } = performance;
  assertThrows(() => now(), TypeError, /^Illegal invocation/);
});

test("navigator", () => {
  assertEquals(
    [navigator.userAgent, navigator.hardwareConcurrency, navigator.language, navigator.languages, navigator.platform],
    ["Cloudflare-Workers", 1, "en", ["en"], ""],
  );
  assertThrows(() => new Navigator(), TypeError, "Illegal constructor");
});

test("queueMicrotask runs before timers, after the turn", async () => {
  const order = [];
  setTimeout(() => order.push("timer"), 0);
  queueMicrotask(() => order.push("microtask"));
  order.push("turn");
  await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(order, ["turn", "microtask", "timer"]);
});

test("queueMicrotask refuses and reports", async () => {
  const wrong =
    "Failed to execute 'queueMicrotask' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'.";
  assertThrows(() => queueMicrotask(), TypeError, wrong);
  assertThrows(() => queueMicrotask(5), TypeError, wrong);
  queueMicrotask(() => {
    throw new Error("in a microtask");
  });
  await null;
  await null;
  assertEquals(takeUncaught(), [new Error("in a microtask")]);
});

test("queueMicrotask survives a program that breaks Promise", async () => {
  const { then } = Promise.prototype;
  Promise.prototype.then = () => {};
  let ran = false;
  queueMicrotask(() => (ran = true));
  Promise.prototype.then = then;
  await null;
  await null;
  assertEquals(ran, true);
});
