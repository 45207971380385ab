// structuredClone() and what cannot be cloned. The messages are those of workerd 1.20260426.1.

const { deserialize, serialize } = require("structured_clone/v8");

const REFUSED = [
  [() => ()=>{}, "()=>{} could not be cloned."],
  [() => function named(a){return a}, "function named(a){return a} could not be cloned."],
  [() => class A{}, "class A{} could not be cloned."],
  [() => Symbol('s'), "Symbol(s) could not be cloned."],
  [() => Symbol(), "Symbol() could not be cloned."],
  [() => ({f(){}}), "f(){} could not be cloned."],
  [() => [()=>1], "()=>1 could not be cloned."],
  [() => Promise.resolve(1), "#<Promise> could not be cloned."],
  [() => new WeakMap(), "#<WeakMap> could not be cloned."],
  [() => new WeakSet(), "#<WeakSet> could not be cloned."],
  [() => new WeakRef({}), "#<WeakRef> could not be cloned."],
  [() => (function*(){})(), "[object Generator] could not be cloned."],
  [() => new Map().entries(), "[object Map Iterator] could not be cloned."],
  [() => [].values(), "[object Array Iterator] could not be cloned."],
  [() => (function(){return arguments})(1), "#<Object> could not be cloned."],
  [() => new Proxy({},{}), "#<Object> could not be cloned."],
  [() => new Proxy([],{}), "[object Array] could not be cloned."],
  [
    () => new AbortController(),
    "Could not serialize object of type \"AbortController\". This type does not support serialization.",
  ],
  [() => Object(Symbol('q')), "[object Symbol] could not be cloned."],
  [
    () => new URL('http://x/'),
    "Could not serialize object of type \"URL\". This type does not support serialization.",
  ],
  [
    () => new TextEncoder(),
    "Could not serialize object of type \"TextEncoder\". This type does not support serialization.",
  ],
  [() => new Intl.Collator(), "#<Collator> could not be cloned."],
  [() => crypto, "Could not serialize object of type \"Crypto\". This type does not support serialization."],
  [
    () => (()=>{const b=new ArrayBuffer(8);structuredClone(b,{transfer:[b]});return b})(),
    "An ArrayBuffer is detached and could not be cloned.",
  ],
  [
    () => (()=>{const b=new ArrayBuffer(8);const u=new Uint8Array(b);structuredClone(b,{transfer:[b]});return u})(),
    "An ArrayBuffer is detached and could not be cloned.",
  ],
  [() => new FinalizationRegistry(()=>{}), "#<FinalizationRegistry> could not be cloned."],
  [() => new Event('x'), "Could not serialize object of type \"Event\". This type does not support serialization."],
  [() => async()=>{}, "async()=>{} could not be cloned."],
  [() => WebAssembly, "function compile() { [native code] } could not be cloned."],
  [() => new (class Foo{ m=()=>1 }), "()=>1 could not be cloned."],
  [() => ({toString(){return 'hi'}, f:class{}}), "toString(){return 'hi'} could not be cloned."],
  [() => (function(){}).bind(), "function () { [native code] } could not be cloned."],
  [() => Math.max, "function max() { [native code] } could not be cloned."],
];

for (const [make, message] of REFUSED) {
  test(`refuses ${make.toString().slice(6)}`, () => {
    assertThrows(() => structuredClone(make()), "DataCloneError", message);
  });
}

test("a getter's own error passes, and the next call works", () => {
  const broken = {
    get a() {
      throw new RangeError("mine");
    },
  };
  assertThrows(() => structuredClone([1, { broken }]), RangeError, "mine");
  assertEquals(structuredClone([1, { a: "b" }]), [1, { a: "b" }]);
});

test("a getter may clone something itself", () => {
  const value = {
    before: { a: 1 },
    get inner() {
      return structuredClone({ deep: [value.before, "x".repeat(5000)] }).deep;
    },
  };
  const clone = structuredClone(value);
  assertEquals(clone.inner, [{ a: 1 }, "x".repeat(5000)]);
  assertEquals(clone.before, { a: 1 });
});

test("cycles and shared references stay", () => {
  const shared = { n: 1 };
  const value = { shared, list: [shared], map: new Map([[shared, new Set([shared])]]) };
  value.self = value;
  const clone = structuredClone(value);
  assert(clone !== value && clone.self === clone);
  assert(clone.list[0] === clone.shared && clone.map.get(clone.shared).has(clone.shared));
});

test("many objects keep their identity", () => {
  const objects = Array.from({ length: 500 }, (_, n) => ({ n }));
  const clone = structuredClone([objects, objects.toReversed()]);
  assertEquals(clone[0].length, 500);
  assert(clone[0].every((object, index) => object.n === index && clone[1][499 - index] === object));
});

test("views share their buffer", () => {
  const buffer = new ArrayBuffer(8);
  const clone = structuredClone([new Uint8Array(buffer, 2), new DataView(buffer)]);
  clone[1].setUint8(2, 7);
  assertEquals([clone[0][0], clone[0].length, new Uint8Array(buffer)[2]], [7, 6, 0]);
});

test("transferred buffers move, the others are copied", () => {
  const [moved, copied] = [new Uint8Array([1, 2]).buffer, new Uint8Array([3]).buffer];
  const view = new Uint8Array(moved, 1);
  const clone = structuredClone({ moved, copied, view }, { transfer: [moved, moved] });
  assert(moved.detached && !copied.detached);
  assertEquals([view.length, clone.view[0], clone.moved.byteLength], [0, 2, 2]);
  assert(clone.view.buffer === clone.moved);
  assertEquals(structuredClone(1, { transfer: [copied] }), 1);
  assert(copied.detached);
});

test("a failed call leaves its buffers whole", () => {
  const buffer = new ArrayBuffer(8);
  assertThrows(() => structuredClone([buffer, () => {}], { transfer: [buffer] }), "DataCloneError");
  assert(!buffer.detached);
});

test("what cannot be transferred is refused", () => {
  assertThrows(() => structuredClone(1, { transfer: [{}] }), TypeError, "Object is not transferable");
  assertThrows(() => structuredClone(1, { transfer: [1] }), TypeError, "Object is not transferable");
  const type = 'Could not serialize object of type "EventTarget". This type does not support serialization.';
  assertThrows(() => structuredClone(1, { transfer: [new EventTarget()] }), "DataCloneError", type);
  assertThrows(() => structuredClone(), TypeError);
});

test("views that follow their buffer's length still do, and the buffer is as it was", () => {
  for (const size of [0, 1, 3, 4, 8, 12, 16]) {
    const buffer = new ArrayBuffer(size, { maxByteLength: 16 });
    new Uint8Array(buffer).fill(9);
    const following = structuredClone(new Uint8Array(buffer));
    const fixed = structuredClone(new Uint8Array(buffer, 0, size));
    assertEquals([...new Uint8Array(buffer)], new Array(size).fill(9));
    following.buffer.resize(2);
    following.buffer.resize(5);
    assertEquals(following.length, 5, `following ${size}`);
    fixed.buffer.resize(16);
    assertEquals(fixed.length, size, `fixed ${size}`);
  }
});

test("tags, constructors and prototypes do not deceive", () => {
  const date = Object.setPrototypeOf(new Date(5), Object.prototype);
  assert(structuredClone(date) instanceof Date);
  assertEquals(structuredClone({ [Symbol.toStringTag]: "Map", a: 1 }), { a: 1 });
  assertEquals(Object.keys(structuredClone(Object.create(Map.prototype))), []);
  class Mine extends Map {}
  const clone = structuredClone(new Mine([[1, 2]]));
  assertEquals([clone.constructor === Map, clone.get(1)], [true, 2]);
  const { get } = Map.prototype;
  Map.prototype.get = () => "patched";
  try {
    assertEquals(get.call(structuredClone(new Map([[1, 2]])), 1), 2);
  } finally {
    Map.prototype.get = get;
  }
});

test("keys of the prototype become own properties", () => {
  const value = JSON.parse('{"__proto__": {"a": 1}, "toString": 2, "constructor": 3}');
  const clone = structuredClone(value);
  assertEquals(Object.keys(clone), ["__proto__", "toString", "constructor"]);
  assert(Object.getPrototypeOf(clone) === Object.prototype);
});

test("proxies are known as such even when made by revocable", () => {
  assertEquals([Proxy.name, Proxy.length, "prototype" in Proxy], ["Proxy", 2, false]);
  assertThrows(() => Proxy({}, {}), TypeError);
  const { proxy, revoke } = Proxy.revocable({ a: 1 }, {});
  assertEquals(proxy.a, 1);
  revoke();
  assertThrows(() => structuredClone(proxy), "DataCloneError", "#<Object> could not be cloned.");
});

test("a DOMException comes back as one", () => {
  const clone = structuredClone(new DOMException("tëxt", "AbortError"));
  assert(clone instanceof DOMException);
  assertEquals([clone.name, clone.message, clone.code], ["AbortError", "tëxt", 20]);
  assertEquals(deserialize(Uint8Array.fromHex("ff0f5c0801410000")).stack, "", "not the stack of whoever reads it");
});

test("an error keeps its class, cause and stack, all to be seen among its keys", () => {
  const error = new RangeError("text", { cause: 5 });
  const clone = structuredClone(error);
  assert(clone instanceof RangeError);
  assertEquals([clone.message, clone.cause, Object.keys(clone).sort()], ["text", 5, ["cause", "stack"]]);
});

test("long text of every kind is read as it was", () => {
  for (const text of ["x".repeat(9000), "é".repeat(9000), "日".repeat(9000), "a\u0000\ud800".repeat(3000)]) {
    assert(structuredClone(text) === text);
    assertEquals(Object.keys(structuredClone({ [text]: 1 })), [text]);
  }
});

test("bytes that are no value are refused", () => {
  const whole = serialize({ a: [1, "two", { b: new Uint8Array(3) }], m: new Map([[1, 2]]), e: new Error("x") });
  const message = "Unable to deserialize cloned data.";
  for (let length = 0; length < whole.length; length++) {
    assertThrows(() => deserialize(whole.slice(0, length)), Error, message);
  }
  for (const digits of ["", "ff", "ff0f", "ff105f", "000f5f", "ff0f5e00", "ff0f41ffffffff0f", "ff0f22ffffffffffffff0f"]) {
    assertThrows(() => deserialize(Uint8Array.fromHex(digits)), Error, message);
  }
  // What the engine refuses to make: a buffer that may grow too far, an array with another length, an integer too large.
  const large = `ff0f5a${"80808001"}${"ff".repeat(1 << 20)}`;
  for (const digits of ["ff0f7e0080808080808001", "ff0f410022066c656e6774684901240100", large]) {
    assertThrows(() => deserialize(Uint8Array.fromHex(digits)), Error, message);
  }
  // Whatever a damaged byte does, it ends in a value or in an error, not in a loop.
  for (let at = 2; at < whole.length; at++) {
    for (const byte of [0, 0x22, 0x41, 0x5e, 0x6f, 0x7b, 0x80, 0xff]) {
      const damaged = whole.slice();
      damaged[at] = byte;
      try {
        deserialize(damaged);
      } catch (error) {
        assert(error instanceof Error, String(error));
      }
    }
  }
});

test("data of older versions is read", () => {
  assertEquals(deserialize(Uint8Array.fromHex("ff0e4203010203564200 0300".replace(" ", ""))), new Uint8Array([1, 2, 3]));
  assertEquals(deserialize(Uint8Array.fromHex("ff0d4203010203564200" + "03")), new Uint8Array([1, 2, 3]));
  assertEquals(deserialize(Uint8Array.fromHex("ff0f5304c3a96162")), "éab");
});
