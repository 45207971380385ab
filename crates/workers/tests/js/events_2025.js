// compatibility: 2025-01-01 spec_compliant_message_event_origin

test("before 2025-08-01 the global object is this in listeners", () => {
  const seen = [];
  const target = new EventTarget();
  target.onx = function () {
    "use strict";
    seen.push(this === globalThis);
  };
  target.addEventListener("x", target.onx);
  target.addEventListener("x", {
    handleEvent() {
      seen.push(this === globalThis);
    },
  });
  target.dispatchEvent(new Event("x"));
  assertEquals(seen, [true, true, false]);
});

test("a message's origin can be the web's", () => {
  assertEquals(new MessageEvent("message", { data: 1 }).origin, "");
});

test("before 2026-09-01 an exception ends the program's own dispatch", () => {
  const notes = [];
  const target = new EventTarget();
  target.addEventListener("x", () => {
    notes.push("first");
    throw new Error("boom");
  });
  target.addEventListener("x", () => {
    notes.push("second");
  });
  const event = new Event("x");
  assertThrows(() => target.dispatchEvent(event), Error, "boom");
  assertEquals([notes, event.eventPhase], [["first"], 0]);
});
