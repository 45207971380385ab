// Section 2.10: objects of the platform that an attachment and structuredClone() copy, and those they refuse.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  inObject: true,
  imports: `import { DurableObject, RpcStub, RpcTarget, WorkerEntrypoint } from "cloudflare:workers";`,
  prelude: `
export class Room extends DurableObject { method() {} }
export class Entry extends WorkerEntrypoint {}
class Target extends RpcTarget {}
const copies = (value, show) => { const [, socket] = Object.values(new WebSocketPair()); socket.serializeAttachment(value); return [socket.deserializeAttachment(), structuredClone(value)].map(show); };
const both = (value) => [(value) => new WebSocketPair()[0].serializeAttachment(value), structuredClone].map((take) => { try { return take(value); } catch (error) { return error; } });`,
}, {
  "headers": () => copies(new Headers([["a", "b"], ["set-cookie", "c"], ["set-cookie", "d"]]), (value) => [value instanceof Headers, ...value]),
  "a request": () => copies(new Request("http://a/b?c", { method: "DELETE", headers: { x: "y" }, redirect: "manual", cf: { n: 1 } }), (value) => [value instanceof Request, value.method, value.url, value.redirect, [...value.headers], value.cf, value.body, value.signal.aborted]),
  "a request with a body": () => both(new Request("http://a/", { method: "POST", body: "x" })),
  "a request with a signal": () => both(new Request("http://a/", { signal: new AbortController().signal })),
  "a response": () => copies(new Response(null, { status: 204, statusText: "Nothing", headers: { x: "y" } }), (value) => [value instanceof Response, value.status, value.statusText, [...value.headers], value.body]),
  "a response with a body": () => both(new Response("x")),
  "a response with an empty body": () => both(new Response("")),
  "a blob": async () => { const [one, two] = copies(new Blob(["x", "yz"], { type: "text/plain" }), (value) => value); return [one instanceof Blob, one.type, await one.text(), await two.text()]; },
  "a file": () => copies(new File(["x"], "name"), (value) => [value instanceof File, value instanceof Blob, value.name, value.size]),
  "headers within an object": () => copies({ list: [new Headers({ a: "b" })] }, ({ list }) => [...list[0]]),
  "the same headers twice": () => { const one = new Headers(); return copies([one, one], ([first, second]) => first === second); },
  "a stub": ({ env }) => both(env.ROOM.getByName("a")),
  "a property of a stub": ({ env }) => both(env.ROOM.getByName("a").method),
  "a service": ({ ctx }) => both(ctx.exports.Entry),
  "a stub of a function": () => both(new RpcStub(() => 1)),
  "a target": () => both(new Target()),
  "a namespace": ({ env }) => both(env.ROOM),
  "an id": ({ ctx }) => both(ctx.id),
  "a state": ({ ctx }) => both(ctx),
  "a socket": () => both(new WebSocketPair()[0]),
  "a signal": () => both(new AbortController().signal),
  "a readable stream": () => both(new ReadableStream()),
  "a writable stream": () => both(new WritableStream()),
  "a URL": () => both(new URL("http://x/")),
  "an event": () => both(new Event("x")),
  "a form": () => both(new FormData()),
  "a socket within an object": () => both({ list: [new WebSocketPair()[0]] }),
});
