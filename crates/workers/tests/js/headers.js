const { wrapList } = require("fetch/headers");

test("names are in lower case and sorted, values joined", () => {
  const headers = new Headers([["b", "2"], ["A", "1"], ["B", "3"]]);
  assertEquals([...headers], [["a", "1"], ["b", "2, 3"]]);
  assertEquals([...headers.keys()], ["a", "b"]);
  assertEquals([...headers.values()], ["1", "2, 3"]);
  assertEquals(headers.get("B"), "2, 3");
  assertEquals(headers.get("missing"), null);
});

test("values are strings without white space around them", () => {
  assertEquals([...new Headers({ a: 1, b: " x\t\n", c: undefined, d: "" })], [["a", "1"], ["b", "x"], ["c", "undefined"], ["d", ""]]);
  assertEquals(new Headers({ a: "日é" }).get("a"), "日é");
});

test("what a Headers object is made from", () => {
  const original = new Headers({ a: "1" });
  const copy = new Headers(original);
  copy.set("a", "2");
  assertEquals(original.get("a"), "1");
  assertEquals([...new Headers(new Map([["x", "y"]]))], [["x", "y"]]);
  assertEquals([...new Headers(undefined)], []);
  const wrong = "Failed to construct 'Headers': constructor parameter 1 is not of type 'Headers or Sequence or object'.";
  for (const init of [5, "x", null]) assertThrows(() => new Headers(init), TypeError, wrong);
  assertThrows(() => new Headers(["ab"]), TypeError, "Incorrect type: the provided value is not of type 'Sequence'.");
  assertThrows(
    () => new Headers([["a"]]),
    TypeError,
    "To initialize a Headers object from a sequence, each inner sequence must have exactly two elements.",
  );
});

test("set replaces all, append adds, delete removes", () => {
  const headers = new Headers([["a", "1"], ["b", "2"], ["a", "3"], ["c", "4"], ["a", "5"]]);
  headers.set("A", "9");
  assertEquals([...headers], [["a", "9"], ["b", "2"], ["c", "4"]]);
  headers.append("b", "8");
  assertEquals(headers.get("b"), "2, 8");
  headers.delete("B");
  assertEquals([headers.has("b"), headers.has("c")], [false, true]);
});

test("cookies stay apart", () => {
  const headers = new Headers([["set-cookie", "a=1"], ["Set-Cookie", "b=2"], ["a", "b"]]);
  assertEquals(headers.getSetCookie(), ["a=1", "b=2"]);
  assertEquals(headers.getAll("Set-Cookie"), ["a=1", "b=2"]);
  assertEquals([...headers], [["a", "b"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]]);
  assertThrows(() => headers.getAll("a"), TypeError, 'getAll() can only be used with the header name "Set-Cookie".');
});

test("bad names and values", () => {
  const headers = new Headers();
  for (const name of ["a b", "é", "a:b", "\n"]) {
    assertThrows(() => headers.get(name), TypeError, "Invalid header name.");
    assertThrows(() => headers.set(name, "x"), TypeError, "Invalid header name.");
  }
  for (const value of ["a\0b", "a\nb", "a\rb"]) {
    assertThrows(() => headers.append("a", value), TypeError, "Invalid header value.");
  }
  assertThrows(() => headers.get(), TypeError, "Failed to execute 'get' on 'Headers': parameter 1 is not of type 'string'.");
  assertThrows(() => headers.set("a"), TypeError, "Failed to execute 'set' on 'Headers': parameter 2 is not of type 'string'.");
});

test("iteration is over what was there", () => {
  const headers = new Headers({ a: "1", c: "3" });
  const seen = [];
  for (const [name] of headers) {
    seen.push(name);
    headers.set("b", "2");
  }
  assertEquals(seen, ["a", "c"]);
  const calls = [];
  headers.forEach(function (value, name, object) {
    calls.push([name, value, object === headers, this.mark]);
  }, { mark: 1 });
  assertEquals(calls, [["a", "1", true, 1], ["b", "2", true, 1], ["c", "3", true, 1]]);
  assertThrows(() => headers.forEach(5), TypeError, "Failed to execute 'forEach' on 'Headers': parameter 1 is not of type 'function'.");
});

test("headers of the host are immutable", () => {
  const headers = wrapList(["a", "1"], true);
  const refused = "Can't modify immutable headers.";
  assertEquals(headers.get("a"), "1");
  assertThrows(() => headers.set("a", "b"), TypeError, refused);
  assertThrows(() => headers.append("a", "b"), TypeError, refused);
  assertThrows(() => headers.delete("missing"), TypeError, refused);
  new Headers(headers).set("a", "b");
});

test("Headers methods need Headers", () => {
  assertThrows(() => Headers.prototype.get.call({}, "a"), TypeError, /^Illegal invocation/);
  assertEquals(String(new Headers()), "[object Headers]");
});
