// Timers of the program, and those of the runtime that share their numbers.

const timers = require("timers");

const refused = () => assertThrows(() => setTimeout(() => {}), "QuotaExceededError", /Max active timers: 10000/);

test("the limit counts the program's timers, not the runtime's", () => {
  const own = Array.from({ length: 10_000 }, () => timers.after(1, () => {}));
  const ids = Array.from({ length: 10_000 }, () => setTimeout(() => {}));
  refused();
  for (const id of own) timers.cancel(id);
  refused();
  for (const id of ids) clearTimeout(id);
  clearTimeout(setTimeout(() => {}));
});

test("the program clears its own", async () => {
  const done = [];
  const own = timers.after(1, () => done.push("own"));
  const id = setTimeout(() => done.push("cleared"), 1);
  clearTimeout(own);
  clearTimeout(id);
  await new Promise((resolve) => setTimeout(resolve, 2));
  assertEquals(done, ["own"]);
});

test("who waits for a timer", async () => {
  assertEquals(timers.isPending(0), false);
  const own = timers.after(1000, () => {});
  assertEquals(timers.isPending(0), false);
  const id = setInterval(() => {}, 1);
  assertEquals(timers.isPending(0), true);
  clearInterval(id);
  assertEquals(timers.isPending(0), false);
  timers.forget(0);
  timers.cancel(own);
});
