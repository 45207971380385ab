const bytes = (...list) => new Uint8Array(list);
const LONG = "x".repeat(100);

test("encode", () => {
  const encoder = new TextEncoder();
  assertEquals(encoder.encoding, "utf-8");
  assertEquals(encoder.encode("a\u00e4\u20ac\u{1f600}"), bytes(97, 195, 164, 226, 130, 172, 240, 159, 152, 128));
  assertEquals(encoder.encode("\ud800a"), bytes(239, 191, 189, 97));
  assertEquals(encoder.encode("\0").length, 1);
  assertEquals([encoder.encode().length, encoder.encode(null).length], [0, 4]);
  assertEquals(encoder.encode(LONG + "\u00e4").length, 102);
  assertEquals(encoder.encode(LONG).buffer.byteLength, 100);
});

test("encodeInto stops before what does not fit", () => {
  const encoder = new TextEncoder();
  const into = (text, size) => {
    const room = new Uint8Array(size);
    const { read, written } = encoder.encodeInto(text, room);
    return [read, written, ...room.slice(0, written)];
  };
  assertEquals(into("a\u20ac", 3), [1, 1, 97]);
  assertEquals(into("a\u20ac", 4), [2, 4, 97, 226, 130, 172]);
  assertEquals(into("\u{1f600}b", 4), [2, 4, 240, 159, 152, 128]);
  assertEquals(into("\u00e4\ud800", 9), [2, 5, 195, 164, 239, 191, 189]);
  const wrong = "Failed to execute 'encodeInto' on 'TextEncoder': parameter 2 is not of type 'Uint8Array'.";
  assertThrows(() => encoder.encodeInto("a", 5), TypeError, wrong);
  assertThrows(() => encoder.encodeInto("a", new ArrayBuffer(1)), TypeError, wrong);
});

test("decode UTF-8", () => {
  const decoder = new TextDecoder();
  assertEquals([decoder.encoding, decoder.fatal, decoder.ignoreBOM], ["utf-8", false, false]);
  assertEquals(decoder.decode(bytes(97, 195, 164, 240, 159, 152, 128)), "a\u00e4\u{1f600}");
  assertEquals(decoder.decode(bytes(97, 255, 98)), "a\ufffdb");
  assertEquals(decoder.decode(bytes(0xf0, 0x9f)), "\ufffd");
  assertEquals(decoder.decode(bytes(0xef, 0xbb, 0xbf, 97)), "a");
  assertEquals(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes(0xef, 0xbb, 0xbf, 97)), "\ufeffa");
  assertEquals([decoder.decode(), decoder.decode(new ArrayBuffer(0))], ["", ""]);
  const long = new TextEncoder().encode(LONG + "\u20ac");
  assertEquals(decoder.decode(long), LONG + "\u20ac");
  assertEquals(decoder.decode(long.buffer), LONG + "\u20ac");
  assertEquals(decoder.decode(new DataView(long.buffer, 99)), "x\u20ac");
  assertEquals(decoder.decode(long.subarray(1, 3)), "xx");
  assertEquals(decoder.decode(bytes(97, 0, 98)), "a\0b");
});

test("fatal", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  assertEquals(decoder.decode(bytes(97)), "a");
  assertThrows(() => decoder.decode(bytes(0xff)), TypeError, "Failed to decode input.");
  assertThrows(() => decoder.decode(bytes(0xe2, 0x82)), TypeError, "Failed to decode input.");
  assertEquals(decoder.decode(bytes(0xe2, 0x82), { stream: true }), "");
  assertThrows(() => decoder.decode(), TypeError, "Failed to decode input.");
  assertEquals(decoder.decode(bytes(98)), "b");
});

test("pieces", () => {
  const decoder = new TextDecoder();
  const pieces = [0xef, 0xbb, 0xbf, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 97];
  const text = pieces.map((byte) => decoder.decode(bytes(byte), { stream: true })).join("");
  assertEquals(text + decoder.decode(), "\u20ac\u{1f600}a");
  assertEquals(decoder.decode(bytes(0xe2), { stream: true }) + decoder.decode(bytes(97)), "\ufffda");
  assertEquals(decoder.decode(bytes(0xe2), { stream: true }) + decoder.decode(), "\ufffd");
});

test("other encodings", () => {
  const decode = (label, ...list) => new TextDecoder(label).decode(bytes(...list));
  assertEquals(decode("latin1", 0xe4, 0x80), "\u00e4\u20ac");
  assertEquals(decode("utf-16le", 0x61, 0, 0x3d, 0xd8, 0, 0xde), "a\u{1f600}");
  assertEquals(decode("utf-16be", 0, 0x61), "a");
  assertEquals(decode("shift_jis", 0x82, 0xa0), "\u3042");
  assertEquals(decode("gb18030", 0xc4, 0xe3), "\u4f60");
  const decoder = new TextDecoder("shift_jis");
  assertEquals(decoder.decode(bytes(0x82), { stream: true }) + decoder.decode(bytes(0xa0)), "\u3042");
  assertThrows(
    () => new TextDecoder("shift_jis", { fatal: true }).decode(bytes(0xff)),
    TypeError,
    "Failed to decode input.",
  );
});

test("labels", () => {
  const name = (label) => new TextDecoder(label).encoding;
  assertEquals(
    ["UTF8", " utf-8\n", "unicode-1-1-utf-8", "ascii", "utf-16", "sjis", "euc-kr", undefined].map(name),
    ["utf-8", "utf-8", "utf-8", "windows-1252", "utf-16le", "shift_jis", "euc-kr", "utf-8"],
  );
  for (const label of ["bogus", "replacement", "", null]) {
    assertThrows(() => new TextDecoder(label), RangeError, `"${label}" is not a valid encoding.`);
  }
});

test("wrong arguments", () => {
  const wrong = "Failed to execute 'decode' on 'TextDecoder': parameter 1 is not of type 'Array'.";
  for (const input of [5, "x", null, {}]) assertThrows(() => new TextDecoder().decode(input), TypeError, wrong);
  assertThrows(() => TextEncoder.prototype.encode.call({}), TypeError, /^Illegal invocation/);
});

test("what the runtime uses", () => {
  const { utf8Encode, utf8Decode } = require("encoding");
  for (const text of ["", "short", LONG, "\u00e4", LONG + "\u{1f600}"]) {
    assertEquals(utf8Decode(utf8Encode(text)), text);
  }
});
