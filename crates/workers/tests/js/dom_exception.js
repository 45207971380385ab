test("has a name, a message and a code", () => {
  const error = new DOMException("text", "AbortError");
  assertEquals([error.name, error.message, error.code], ["AbortError", "text", 20]);
  assertEquals(String(error), "AbortError: text");
  assertEquals(Object.prototype.toString.call(error), "[object DOMException]");
  assert(error instanceof DOMException && error instanceof Error);
});

test("defaults", () => {
  const error = new DOMException();
  assertEquals([error.name, error.message, error.code], ["Error", "", 0]);
});

test("names that came after the codes have code 0", () => {
  for (const name of ["DataError", "OperationError", "NotReadableError", "constructor", "__proto__"]) {
    assertEquals(new DOMException("", name).code, 0, name);
  }
});

test("takes a cause", () => {
  const error = new DOMException("text", { name: "DataError", cause: 5 });
  assertEquals([error.name, error.cause], ["DataError", 5]);
  assert(!("cause" in new DOMException("text")));
});

test("constants stand on the class and on instances", () => {
  assertEquals([DOMException.ABORT_ERR, new DOMException().DATA_CLONE_ERR], [20, 25]);
  assertEquals(Object.keys(DOMException).length, 25);
});

test("can be extended", () => {
  class Mine extends DOMException {}
  const error = new Mine("text", "SyntaxError");
  assert(error instanceof Mine);
  assertEquals(error.code, 12);
});

test("members refuse another this", () => {
  const { get } = Object.getOwnPropertyDescriptor(DOMException.prototype, "name");
  assertThrows(() => get.call({}), TypeError, /^Illegal invocation/);
});
