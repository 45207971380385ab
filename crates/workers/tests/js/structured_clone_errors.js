// compatibility: 2026-04-21
// Errors as workerd 1.20260426.1 stores them with `enhanced_error_serialization`: names and own properties are kept.

const { serialize, deserialize } = require("structured_clone/v8");

const VECTORS = [
  [() => (()=>{const e=new Error('boom');e.stack='S';return e})(), "5c0a012204626f6f6d6f2205737461636b2201537b01"],
  [
    () => (()=>{const e=new TypeError('t',{cause:{a:1}});e.stack='S';return e})(),
    "5c0a022201746f2205737461636b220153220563617573656f22016149027b017b02",
  ],
  [() => (()=>{const e=new RangeError();e.stack='S';return e})(), "5c0a0322006f2205737461636b2201537b01"],
  [() => (()=>{const e=new SyntaxError('日');e.stack='S';return e})(), "5c0a05006302e5656f2205737461636b2201537b01"],
  [
    () => (()=>{const e=new ReferenceError('m');e.stack='S';e.extra=1;return e})(),
    "5c0a0422016d6f2205737461636b2201532205657874726149027b02",
  ],
  [() => (()=>{const e=new EvalError('m');e.stack='S';return e})(), "5c0a0a22016d6f2205737461636b2201537b01"],
  [() => (()=>{const e=new URIError('m');e.stack='S';return e})(), "5c0a0b22016d6f2205737461636b2201537b01"],
  [
    () => (()=>{class MyError extends Error{get name(){return 'MyError'}};const e=new MyError('m');e.stack='S';return e})(),
    "5c0a0022074d794572726f7222016d6f2205737461636b2201537b01",
  ],
  [
    () => (()=>{const e=new Error('m');e.name='Custom';e.stack='S';return e})(),
    "5c0a002206437573746f6d22016d6f2205737461636b2201537b01",
  ],
  [
    () => (()=>{const e=new AggregateError([1],'m');e.stack='S';return e})(),
    "5c0a0c22016d6f2205737461636b22015322066572726f7273410149022400017b02",
  ],
  [
    () => (()=>{const e=new Error('m');delete e.message;e.stack='S';return e})(),
    "5c0a0122006f2205737461636b2201537b01",
  ],
  [
    () => (()=>{const e=new Error('m');e.stack='S';return [e,e]})(),
    "41025c0a0122016d6f2205737461636b2201537b015e01240002",
  ],
];

for (const [make, digits] of VECTORS) {
  test(`writes and reads ${make.toString().slice(6)}`, () => {
    assertEquals(serialize(make()).toHex(), "ff0f" + digits);
    assertEquals(serialize(deserialize(Uint8Array.fromHex("ff0f" + digits))).toHex(), "ff0f" + digits);
  });
}

test("an error comes back with its class, name, cause and own properties", () => {
  const error = new TypeError("text", { cause: { a: 1 } });
  error.code = "E1";
  const clone = structuredClone(error);
  assert(clone instanceof TypeError && clone !== error);
  assertEquals([clone.message, clone.cause, clone.code], ["text", { a: 1 }, "E1"]);
  assert(clone.stack.startsWith("TypeError: text\n    at "), clone.stack);
  assertEquals(Object.keys(clone).sort(), ["cause", "code", "stack"]);
  const named = structuredClone(Object.assign(new Error("text"), { name: "Custom" }));
  assertEquals(String(named), "Custom: text");
});

test("a name may be anything, a message is text", () => {
  assertEquals(structuredClone(Object.assign(new Error("text"), { name: 1 })).name, 1);
  const message = "Deserialization failed: error message is not a string";
  assertThrows(() => structuredClone(Object.assign(new Error("text"), { message: 1 })), "DataCloneError", message);
  const digits = "5c0a012201616f22076d6573736167655f7b01";
  assertThrows(() => deserialize(Uint8Array.fromHex("ff0f" + digits)), Error, "Unable to deserialize cloned data.");
});
