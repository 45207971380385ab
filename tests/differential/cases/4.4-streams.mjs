// Section 4.4: streams as arguments and results.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject } from "cloudflare:workers";`,
  prelude: `
const bytes = (text) => new TextEncoder().encode(text);
const three = () => new ReadableStream({ type: "bytes", async start(c) { for (const part of ["one ", "two ", "three"]) { c.enqueue(bytes(part)); await scheduler.wait(1); } c.close(); } });
export class Room extends DurableObject {
  read(stream) { return new Response(stream).text(); }
  make() { return three(); }
  makeInside() { return { first: three(), second: three() }; }
  async write(stream) { const writer = stream.getWriter(); await writer.write(bytes("foo, ")); await writer.write(bytes("bar")); await writer.close(); return "written"; }
  async abort(stream) { await stream.getWriter().abort(new Error("changed my mind")); return "aborted"; }
  async writeUntilError(stream) { const writer = stream.getWriter(); for (;;) await writer.write(bytes("x")); }
  echo(value) { return value; }
  failing() { return new ReadableStream({ type: "bytes", async start(c) { c.enqueue(bytes("some")); await scheduler.wait(1); c.error(new Error("broken")); } }); }
  async cancelIt(stream) { await stream.cancel("enough"); return "cancelled"; }
  text(response) { return response.text(); }
  typed(stream) { return [stream.constructor.name, stream.locked]; }
}`,
}, {
  "a readable argument": ({ env }) => env.ROOM.getByName("a").read(three()),
  "a readable result": async ({ env }) => new Response(await env.ROOM.getByName("a").make()).text(),
  "two in an object": async ({ env }) => { const { first, second } = await env.ROOM.getByName("a").makeInside(); return [await new Response(second).text(), await new Response(first).text()]; },
  "an identity stream": async ({ env }) => { const { readable, writable } = new IdentityTransformStream(); const answer = env.ROOM.getByName("a").read(readable); const writer = writable.getWriter(); await writer.write(bytes("through")); await writer.close(); return answer; },
  "a writable argument": async ({ env }) => { const { readable, writable } = new IdentityTransformStream(); const answer = env.ROOM.getByName("a").write(writable); return [await new Response(readable).text(), await answer]; },
  "a writable of one's own": async ({ env }) => { let text = ""; const closed = Promise.withResolvers(); const writable = new WritableStream({ write(chunk) { text += new TextDecoder().decode(chunk); }, close() { closed.resolve(); } }); const answer = await env.ROOM.getByName("a").write(writable); await closed.promise; return [text, answer]; },
  "a writable that fails": async ({ env }) => { let count = 0; const writable = new WritableStream({ write() { count++; throw new Error("full"); } }); const error = await env.ROOM.getByName("a").writeUntilError(writable).catch((error) => error.message); return [error, count]; },
  "a writable that is aborted": async ({ env }) => { const aborted = Promise.withResolvers(); const writable = new WritableStream({ write() {}, abort(reason) { aborted.resolve(reason.message); } }); return [await env.ROOM.getByName("a").abort(writable), await aborted.promise]; },
  "a locked readable": ({ env }) => { const stream = three(); stream.getReader(); return env.ROOM.getByName("a").read(stream); },
  "a locked writable": ({ env }) => { const { writable } = new IdentityTransformStream(); writable.getWriter(); return env.ROOM.getByName("a").write(writable); },
  "there and back": async ({ env }) => new Response(await env.ROOM.getByName("a").echo(three())).text(),
  "it is locked here": async ({ env }) => { const stream = three(); const answer = env.ROOM.getByName("a").read(stream); const locked = stream.locked; await answer; return locked; },
  "a failing one": async ({ env }) => { const stream = await env.ROOM.getByName("a").failing(); return new Response(stream).text(); },
  "cancelled": ({ env }) => env.ROOM.getByName("a").cancelIt(three()),
  "what arrives": ({ env }) => env.ROOM.getByName("a").typed(three()),
  "returned to the client": async ({ env }) => new Response(await env.ROOM.getByName("a").make()).text(),
  "a body": async ({ env }) => env.ROOM.getByName("a").read(new Response("a body").body),
  "text chunks": ({ env }) => env.ROOM.getByName("a").read(new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } })),
});
