const bytes = (...values) => new Uint8Array(values);

test("a blob is the concatenation of its parts", async () => {
  const blob = new Blob([1, {}, null, "é", bytes(65), bytes(66).buffer, new Blob(["z"])]);
  assertEquals(await blob.text(), "1[object Object]nulléABz");
  assertEquals(blob.size, 25);
  assertEquals(new Blob().size, 0);
});

test("types are ASCII in lower case", () => {
  const type = (value) => new Blob([], { type: value }).type;
  assertEquals(["TEXT/Plain", "é", "a/b\0", "invalid", "a/b;c=d", null].map(type), ["text/plain", "", "", "invalid", "a/b;c=d", "null"]);
});

test("slices", async () => {
  const blob = new Blob(["hello"], { type: "a/b" });
  assertEquals(await blob.slice(1, 3).text(), "el");
  assertEquals(await blob.slice(-2).text(), "lo");
  assertEquals(await blob.slice(3, 1).text(), "");
  assertEquals(await blob.slice(1).slice(1, 2).text(), "l");
  assertEquals([blob.slice().type, blob.slice(0, 1, "X/Y").type], ["", "x/y"]);
});

test("every way to read a blob gives memory of its own", async () => {
  const blob = new Blob(["hello"]).slice(1, 3);
  const buffer = await blob.arrayBuffer();
  assertEquals(buffer.byteLength, 2);
  new Uint8Array(buffer)[0] = 0;
  (await blob.bytes())[0] = 0;
  const { value } = await blob.stream().getReader({ mode: "byob" }).read(new Uint8Array(10));
  assertEquals(value, bytes(101, 108));
  assertEquals(await blob.text(), "el");
  assertEquals(await new Blob(["\ufeffa"]).text(), "\ufeffa");
});

test("files", () => {
  const file = new File(["a"], "n/m", { type: "a/b", lastModified: 5 });
  assertEquals([file.name, file.type, file.size, file.lastModified, file instanceof Blob], ["n/m", "a/b", 1, 5, true]);
  assertEquals(new File([], 5).name, "5");
  assert(new File([], "x").lastModified > 1e12);
  assertEquals([String(file), String(new Blob())], ["[object File]", "[object Blob]"]);
  assertEquals(Object.getPrototypeOf(File.prototype), Blob.prototype);
});

test("wrong arguments", () => {
  for (const bits of [5, "x", null, {}, new Set()]) {
    assertThrows(() => new Blob(bits), TypeError, "Failed to construct 'Blob': constructor parameter 1 is not of type 'Array'.");
  }
  assertThrows(() => new Blob([], 5), TypeError, "Failed to construct 'Blob': constructor parameter 2 is not of type 'Options'.");
  assertThrows(() => new Blob([], { endings: "native" }), Error, "The 'endings' field on 'Options' is not implemented.");
  assertThrows(() => new File(["a"]), TypeError, "Failed to construct 'File': constructor parameter 2 is not of type 'string'.");
  assertThrows(() => Blob.prototype.slice.call({}), TypeError, /^Illegal invocation/);
});
