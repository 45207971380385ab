// Section 4.4: streams, messages, errors and stubs between entrypoints of Workers.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  services: { SIDE: { entrypoint: "Side" } },
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcStub, RpcTarget, WorkerEntrypoint } from "cloudflare:workers";`,
  prelude: `
class Custom extends Error { constructor(message) { super(message); this.name = "Custom"; this.code = 7; } }
class Chunky extends RpcTarget { #n = 0; next() { return this.#n++; } }
const big = (size) => new ReadableStream({ type: "bytes", pull(c) { if (size <= 0) return c.close(); c.enqueue(new Uint8Array(Math.min(size, 50000)).fill(7)); size -= 50000; } });
const count = async (stream) => { let n = 0; for await (const chunk of stream) n += chunk.byteLength; return n; };
export class Room extends DurableObject { hi(name) { return "hi " + name; } async relay(stub, ...args) { return await stub(...args); } }
export class Side extends WorkerEntrypoint {
  echo(value) { return value; }
  big(size) { return big(size); }
  count(stream) { return count(stream); }
  async read(message) { return [message.constructor.name, message.headers.get("x-a"), await message.text()]; }
  streaming() { return new Response(big(120000), { headers: { "x-b": "2" } }); }
  request() { return new Request("http://a/b?c#d", { method: "DELETE", headers: { "x-c": "3" } }); }
  custom() { throw new Custom("custom"); }
  aggregate() { throw new AggregateError([new Error("one"), new TypeError("two")], "both"); }
  caused() { throw new Error("outer", { cause: new RangeError("inner") }); }
  dom() { throw new DOMException("dom", "NotFoundError"); }
  returnsError() { return new Custom("returned"); }
  chunky() { return new Chunky(); }
  room(name) { return this.env.ROOM.getByName(name); }
  async callBack(f) { return [await f(1), await f(2)]; }
  async passOn(f) { return this.env.ROOM.getByName("r").relay(f, 20); }
  async keepLong(f) { const g = f.dup(); this.ctx.waitUntil(scheduler.wait(5).then(() => g("later")).finally(() => g[Symbol.dispose]())); return "kept"; }
  async usesStubFully(stub) { using s = stub.dup(); return [await s.next(), await s.next()]; }
  headersOf(headers) { headers.append("x-new", "n"); return [...headers]; }
}`,
}, {
  "a big readable result": async ({ env }) => count(await env.SIDE.big(1000000)),
  "a big readable argument": ({ env }) => env.SIDE.count(big(1000000)),
  "a readable, cancelled": async ({ env }) => { const stream = await env.SIDE.big(1000000); const reader = stream.getReader(); const { value } = await reader.read(); await reader.cancel("enough"); return value.byteLength > 0; },
  "an empty stream": ({ env }) => env.SIDE.count(big(0)),
  "tee of a result": async ({ env }) => { const [a, b] = (await env.SIDE.big(1000)).tee(); return [await count(a), await count(b)]; },
  "a request": ({ env }) => env.SIDE.read(new Request("http://x/", { method: "POST", headers: { "x-a": "1" }, body: big(100) })),
  "a response": ({ env }) => env.SIDE.read(new Response("text", { headers: { "x-a": "1" } })),
  "a streaming response": async ({ env }) => { const r = await env.SIDE.streaming(); return [r.headers.get("x-b"), await count(r.body)]; },
  "returned as the answer": ({ env }) => env.SIDE.streaming().then(async (r) => (await r.arrayBuffer()).byteLength),
  "a request as a result": async ({ env }) => { const r = await env.SIDE.request(); return [r.method, r.url, r.headers.get("x-c"), r.body]; },
  "a clone": async ({ env }) => { const r = new Response("both"); return [await env.SIDE.read(r.clone()), await r.text()]; },
  "headers are copies": async ({ env }) => { const h = new Headers({ a: "1" }); return [await env.SIDE.headersOf(h), [...h]]; },
  "search params": ({ env }) => env.SIDE.echo(new URLSearchParams("a=1")),
  "a file": async ({ env }) => env.SIDE.echo(new File(["abc"], "name.txt", { type: "text/x" })),
  "custom error": ({ env }) => env.SIDE.custom(),
  "aggregate error": async ({ env }) => { try { await env.SIDE.aggregate(); } catch (e) { return [e.constructor.name, e.message, e.errors]; } },
  "cause": async ({ env }) => { try { await env.SIDE.caused(); } catch (e) { return [e.message, e.cause]; } },
  "DOMException": ({ env }) => env.SIDE.dom(),
  "an error as a result": ({ env }) => env.SIDE.returnsError(),
  "a target": async ({ env }) => { const c = await env.SIDE.chunky(); return [await c.next(), await c.next()]; },
  "an object's stub as a result": async ({ env }) => (await env.SIDE.room("a")).hi("you"),
  "an object's stub, pipelined": ({ env }) => env.SIDE.room("a").hi("you"),
  "a callback": ({ env }) => env.SIDE.callBack((n) => n * 10),
  "a callback through an object": ({ env }) => env.SIDE.passOn((n) => n + 1),
  "a callback in waitUntil": async ({ env }) => { const heard = Promise.withResolvers(); const kept = await env.SIDE.keepLong((text) => heard.resolve(text)); return [kept, await heard.promise]; },
  "a stub that is dup()ed": async ({ env }) => { const stub = new RpcStub(new Chunky()); const first = await env.SIDE.usesStubFully(stub); return [first, await stub.next()]; },
  "nested maps and sets": async ({ env }) => { const m = await env.SIDE.echo(new Map([["s", new Set([new Map([["f", (x) => x]])])]])); const [inner] = m.get("s"); return inner.get("f")(9); },
  "a large array": async ({ env }) => (await env.SIDE.echo(Array.from({ length: 100000 }, (_, i) => i))).length,
  "deep nesting": async ({ env }) => { let v = 1; for (let i = 0; i < 500; i++) v = [v]; let w = await env.SIDE.echo(v); let n = 0; while (Array.isArray(w)) { w = w[0]; n++; } return n; },
  "concurrent calls": ({ env }) => Promise.all(Array.from({ length: 50 }, (_, i) => env.SIDE.echo(i))).then((all) => all.every((v, i) => v === i)),
});
