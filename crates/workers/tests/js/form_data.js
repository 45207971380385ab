const plain = (form) => [...form].map(([name, value]) => [name, typeof value === "string" ? value : `${value.name}:${value.type}`]);
const filled = (...pairs) => {
  const form = new FormData();
  for (const [name, value] of pairs) form.append(name, value);
  return form;
};
const parse = (text, type) => new Response(text, { headers: { "content-type": type } }).formData();
const multipart = (text) => parse(text, "multipart/form-data; boundary=x");

test("entries keep their order", () => {
  const form = filled(["a", "1"], ["b", "2"], ["a", "3"]);
  assertEquals([form.get("a"), form.getAll("a"), form.has("b"), form.get("z"), form.getAll("z")], ["1", ["1", "3"], true, null, []]);
  form.set("a", "9");
  assertEquals(plain(form), [["a", "9"], ["b", "2"]]);
  form.set("c", "4");
  form.delete("b");
  assertEquals(plain(form), [["a", "9"], ["c", "4"]]);
  assertEquals([[...form.keys()], [...form.values()]], [["a", "c"], ["9", "4"]]);
  const seen = [];
  form.forEach((value, name, object) => seen.push(name, value, object === form));
  assertEquals(seen, ["a", "9", true, "c", "4", true]);
});

test("values are strings or files", () => {
  const form = new FormData();
  form.append("number", 5);
  form.append("object", {});
  form.append("blob", new Blob(["x"], { type: "text/css" }));
  form.append("named", new Blob(["x"]), "n.txt");
  const file = new File(["x"], "q", { lastModified: 7 });
  form.append("file", file);
  form.append("renamed", file, "r");
  assertEquals(plain(form), [
    ["number", "5"],
    ["object", "[object Object]"],
    ["blob", "blob:text/css"],
    ["named", "n.txt:"],
    ["file", "q:"],
    ["renamed", "r:"],
  ]);
  assert(form.get("blob") instanceof File);
  assertEquals([form.get("file") === file, form.get("renamed").lastModified], [true, 7]);
});

test("wrong arguments", () => {
  const form = new FormData();
  assertThrows(() => form.append(), TypeError, "Failed to execute 'append' on 'FormData': parameter 1 is not of type 'string'.");
  assertThrows(
    () => form.append("a"),
    TypeError,
    "Failed to execute 'append' on 'FormData': parameter 2 is not of type 'File or Blob or string'.",
  );
  assertThrows(() => FormData.prototype.get.call({}, "a"), TypeError, /^Illegal invocation/);
});

test("encoding", async () => {
  const form = filled(["a", "b\nc"], ['x"y\n', "z"], ["f", new Blob(["q"], { type: "text/css" })], ["g", new File(["r"], 'n"m.txt')]);
  const response = new Response(form);
  const boundary = response.headers.get("content-type").split("=")[1];
  assertEquals((await response.text()).replaceAll(boundary, "BOUNDARY"), [
    "--BOUNDARY",
    'Content-Disposition: form-data; name="a"',
    "",
    "b\nc",
    "--BOUNDARY",
    'Content-Disposition: form-data; name="x%22y%0A"',
    "",
    "z",
    "--BOUNDARY",
    'Content-Disposition: form-data; name="f"; filename="f"',
    "Content-Type: text/css",
    "",
    "q",
    "--BOUNDARY",
    'Content-Disposition: form-data; name="g"; filename="n%22m.txt"',
    "Content-Type: application/octet-stream",
    "",
    "r",
    "--BOUNDARY--",
  ].join("\r\n"));
});

test("what is encoded parses", async () => {
  const binary = new Uint8Array([0, 13, 10, 45, 45, 255]);
  const form = await new Response(filled(["a", "é"], ["f", new File([binary], "ü.bin", { type: "a/b" })])).formData();
  assertEquals(plain(form), [["a", "é"], ["f", "ü.bin:a/b"]]);
  assertEquals(await form.get("f").bytes(), binary);
  assertEquals(plain(await new Response(new FormData()).formData()), []);
});

test("multipart bodies of others", async () => {
  const part = (disposition, body, line = "\r\n") => `--x${line}Content-Disposition: ${disposition}${line}${line}${body}${line}`;
  assertEquals(plain(await multipart(`${part('form-data; name="a"', "1")}--x--`)), [["a", "1"]]);
  assertEquals(plain(await multipart(`${part('form-data; name="a"', "1", "\n")}--x--`)), [["a", "1"]]);
  assertEquals(plain(await multipart(`preamble\r\n${part("form-data; name=a", "")}--x--\r\n`)), [["a", ""]]);
  assertEquals(
    plain(await parse(`${part('form-data; name="a"; filename="f.txt"\r\nContent-Type: text/css', "1")}--x--`, 'multipart/form-data; boundary="x"')),
    [["a", "f.txt:text/css"]],
  );
  assertEquals(plain(await multipart("--x--\r\n")), []);
  assertEquals(plain(await multipart(`${part('form-data; name="a"; filename=""', "1")}--x--`)), [["a", "1"]]);
});

test("multipart bodies that do not parse", async () => {
  const cases = [
    ["a=b", "No initial boundary string (or you have a truncated message)."],
    ["--x\r\n\r\nfoo\r\n--x--", "No multipart message header termination found."],
    ["--x\r\nX: y\r\n\r\nfoo\r\n--x--", "No valid Content-Disposition header found in FormData part."],
    ["--xy\r\n", "Boundary string was not succeeded by CRLF, LF, or '--'."],
    ["--x\r\nContent-Disposition: form-data\r\n\r\nfoo\r\n--x--", "Content-Disposition header in FormData part is missing a name."],
    [
      '--x\r\nContent-Disposition: attachment; name="a"\r\n\r\nfoo\r\n--x--',
      'Content-Disposition header for FormData part must have the value "form-data", possibly followed by parameters. Got: "attachment"',
    ],
    ['--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nfoo\r\n', "No subsequent boundary string after multipart message."],
    ['--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nfoo\r\n--x', "No subsequent boundary string after multipart message."],
  ];
  for (const [text, message] of cases) await assertRejects(multipart(text), TypeError, message);
});

test("URL-encoded bodies", async () => {
  assertEquals(plain(await parse("a=b&c=d+e%20f&a=2", "application/x-www-form-urlencoded;charset=UTF-8")), [
    ["a", "b"],
    ["c", "d e f"],
    ["a", "2"],
  ]);
});

test("other content types", async () => {
  const unknown =
    "Unrecognized Content-Type header value. FormData can only parse the following MIME types: " +
    "multipart/form-data, application/x-www-form-urlencoded";
  await assertRejects(parse("x", "text/plain"), TypeError, unknown);
  await assertRejects(new Response(new Uint8Array(1)).formData(), TypeError, unknown);
  await assertRejects(
    parse("x", "multipart/form-data"),
    TypeError,
    "No boundary string in Content-Type header. The multipart/form-data MIME type requires a boundary parameter, " +
      "e.g. 'Content-Type: multipart/form-data; boundary=\"abcd\"'. See RFC 7578, section 4.",
  );
});
