// Section 3: where the class may have its handlers: on itself, on a parent, on the instance, as getters; and what `this` is.
export const config = { classes: { METHOD: "Method", CHILD: "Child", OWN: "Own", GETTER: "Getter", PLAIN: "Plain" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
const accept = (state) => { const [client, server] = Object.values(new WebSocketPair()); state.acceptWebSocket(server); return new Response(null, { status: 101, webSocket: client }); };
export class Method extends DurableObject { mark = "method"; fetch() { return accept(this.ctx); } webSocketMessage(ws, data) { ws.send(this.mark + " " + data + " " + arguments.length); } }
export class Child extends Method { mark = "child"; }
export class Own extends DurableObject { mark = "own"; fetch() { return accept(this.ctx); } webSocketMessage = (ws, data) => { ws.send(this.mark + " " + data); }; }
export class Getter extends DurableObject { mark = "getter"; fetch() { return accept(this.ctx); } get webSocketMessage() { return function (ws, data) { ws.send((this?.mark ?? "no this") + " " + data); }; } }
export class Plain { constructor(state) { this.state = state; } fetch() { return accept(this.state); } async webSocketMessage(ws, data) { ws.send((this instanceof Plain) + " " + data); } }
export default { fetch(request, env) { return env[new URL(request.url).pathname.slice(1)].getByName("one").fetch(request); } };`;

export async function client(t) {
  for (const name of ["METHOD", "CHILD", "OWN", "GETTER", "PLAIN"]) {
    const socket = await t.connect(`/${name}`, { name });
    await Promise.race([socket.ask("hi"), new Promise((resolve) => setTimeout(resolve, 1000))]);
  }
}
