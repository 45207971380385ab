const text = (init) => new URLSearchParams(init).toString();

test("from text", () => {
  assertEquals([...new URLSearchParams("?a=1&b=2&a=3&&c&=d&e=f=g")], [
    ["a", "1"], ["b", "2"], ["a", "3"], ["c", ""], ["", "d"], ["e", "f=g"],
  ]);
  assertEquals(new URLSearchParams("??a").get("?a"), "");
  assertEquals([text(5), text(null), text(""), text()], ["5=", "null=", "", ""]);
});

test("decoding", () => {
  const cases = {
    "a+b": "a b",
    "%61": "a",
    "%C3%A4": "\u00e4",
    "%": "%",
    "100%": "100%",
    "%zz%41": "%zzA",
    "%FF": "\ufffd",
    "%EF%BB%BFx": "\ufeffx",
    "\ud800": "\ufffd",
    "\u20ac": "\u20ac",
  };
  for (const [input, value] of Object.entries(cases)) {
    assertEquals(new URLSearchParams(`x=${input}`).get("x"), value, input);
  }
});

test("encoding", () => {
  const all = " !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\u00e4";
  assertEquals(
    text([[all, "\ud800"]]),
    "+%21%22%23%24%25%26%27%28%29*%2B%2C-.%2F09%3A%3B%3C%3D%3E%3F%40AZ%5B%5C%5D%5E_%60az%7B%7C%7D%7E%C3%A4=%EF%BF%BD",
  );
});

test("from pairs, records and itself", () => {
  assertEquals(text([["a", 1], new Set(["b", null])]), "a=1&b=null");
  assertEquals(text({ a: 1, b: "x y" }), "a=1&b=x+y");
  assertEquals(text(new URLSearchParams("a=1&a=2")), "a=1&a=2");
  assertEquals(text(new Map([["k", "v"]])), "k=v");
  assertThrows(() => text([["a"]]), TypeError, "Invalid URL search params sequence.");
  assertThrows(() => text(["ab"]), TypeError, "Incorrect type: the provided value is not of type 'Sequence'.");
});

test("reading", () => {
  const params = new URLSearchParams("a=1&b=2&a=3");
  assertEquals([params.get("a"), params.get("x"), params.getAll("a"), params.size], ["1", null, ["1", "3"], 3]);
  assertEquals(
    [params.has("b"), params.has("x"), params.has("a", "3"), params.has("a", "2"), params.has("a", undefined)],
    [true, false, true, false, true],
  );
});

test("writing", () => {
  const params = new URLSearchParams("a=1&b=2&a=3&c=4");
  params.set("a", "9");
  assertEquals(params.toString(), "a=9&b=2&c=4");
  params.append("b", 5);
  params.delete("b", "2");
  assertEquals(params.toString(), "a=9&c=4&b=5");
  params.set("new", "");
  params.delete("a");
  assertEquals(params.toString(), "c=4&b=5&new=");
});

test("sort is stable and by code units", () => {
  const params = new URLSearchParams("z=1&\ufffd=2&\u{1f600}=3&a=4&z=0");
  params.sort();
  assertEquals([...params.keys()], ["a", "z", "z", "\u{1f600}", "\ufffd"]);
  assertEquals(params.getAll("z"), ["1", "0"]);
});

test("iteration is live", () => {
  const params = new URLSearchParams("a=1&b=2");
  const seen = [];
  for (const [name] of params) {
    seen.push(name);
    if (name === "a") params.append("c", "3");
  }
  assertEquals(seen, ["a", "b", "c"]);
  assertEquals([...params.values()], ["1", "2", "3"]);
  const each = [];
  params.forEach(function (value, name, all) {
    each.push(value + name + (all === params) + this.x);
  }, { x: 1 });
  assertEquals(each[0], "1atrue1");
  assertEquals(params[Symbol.iterator], params.entries);
  const iterator = params.keys();
  assertEquals(Object.prototype.toString.call(iterator), "[object URLSearchParams Iterator]");
  assertEquals(iterator[Symbol.iterator]() === iterator, true);
});

test("wrong arguments", () => {
  const params = new URLSearchParams();
  const parameter = (method, position, type) =>
    `Failed to execute '${method}' on 'URLSearchParams': parameter ${position} is not of type '${type}'.`;
  assertThrows(() => params.get(), TypeError, parameter("get", 1, "USVString"));
  assertThrows(() => params.append("a"), TypeError, parameter("append", 2, "USVString"));
  assertThrows(() => params.forEach(5), TypeError, parameter("forEach", 1, "function"));
  assertThrows(() => URLSearchParams.prototype.get.call({}, "a"), TypeError, /^Illegal invocation/);
});
