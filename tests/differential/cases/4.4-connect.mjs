// Sections 4.3 and 4.4: connect() of stubs, and the handler it reaches.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  services: { SIDE: { entrypoint: "Side" }, PLAIN: { entrypoint: "plain" }, NONE: { entrypoint: "None" } },
  imports: `import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";`,
  prelude: `
const bytes = (text) => new TextEncoder().encode(text);
async function say(socket, text) { const writer = socket.writable.getWriter(); await writer.write(bytes(text)); await writer.close(); }
async function echo(socket) { const writer = socket.writable.getWriter(); for await (const chunk of socket.readable) await writer.write(chunk); await writer.close(); }
const text = (stream) => new Response(stream).text();
export class Side extends WorkerEntrypoint { async connect(socket) { await say(socket, "hello"); } }
export class None extends WorkerEntrypoint { other() { return "other"; } }
export const plain = { async connect(socket, env, ctx) { await say(socket, "plain " + typeof env.SIDE + " " + typeof ctx.waitUntil); } };
export class Room extends DurableObject { async connect(socket) { await echo(socket); } }`,
}, {
  "reading": ({ env }) => text(env.SIDE.connect("host:1").readable),
  "a plain object": ({ env }) => text(env.PLAIN.connect("host:1").readable),
  "writing": async ({ env }) => { const socket = env.ROOM.getByName("a").connect("host:1"); const answer = text(socket.readable); await say(socket, "to and fro"); return answer; },
  "opened": async ({ env }) => { const socket = env.SIDE.connect("host:1"); await socket.opened; return text(socket.readable); },
  "closed": async ({ env }) => { const socket = env.SIDE.connect("host:1"); await text(socket.readable); return socket.closed; },
  "close": async ({ env }) => { const socket = env.ROOM.getByName("a").connect("host:1"); await socket.opened; const closed = socket.close(); await closed; return [closed instanceof Promise, await socket.closed]; },
  "what it has": ({ env }) => { const socket = env.SIDE.connect("host:1"); return [socket.constructor.name, typeof socket.readable, typeof socket.writable, socket.opened instanceof Promise, socket.closed instanceof Promise, typeof socket.close, typeof socket.startTls]; },
  "an address as an object": ({ env }) => text(env.SIDE.connect({ hostname: "host", port: 1 }).readable),
});
