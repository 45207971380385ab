// Promises: the programs that many cases are about, so that a case shows only what is its own. All give source text, with the
// case's own text in its place.

/** A Worker whose sockets are its own: `body` sees `server` and `client`, `request`, `pathname` and `log`, which `/log` answers. */
export const sockets = (body) => `
const log = [];
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/log") return Response.json(log);
    const [client, server] = Object.values(new WebSocketPair());
    ${body.trim()}
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

/** The classes of `rooms` and `sleeper`. */
export const classes = { ROOM: "Room" };

/**
 * Objects with sockets, one for each first name in a path. `/NAME/accepted` is taken with `accept()` and heard by the same
 * methods as the others, which are hibernatable. `members` are those methods; they see `this.state`, and `this.log`, which
 * `/NAME/log` answers.
 */
export const rooms = (members) => `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/accepted")) {
      server.accept();
      server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data));
      server.addEventListener("error", ({ message }) => this.webSocketError?.(server, { message }));
      server.addEventListener("close", ({ code, reason, wasClean }) => this.webSocketClose?.(server, code, reason, wasClean));
    } else {
      this.state.acceptWebSocket(server);
    }
    return new Response(null, { status: 101, webSocket: client });
  }
  ${members.trim()}
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };`;

/** What `sleeper` needs. */
export const sleeps = { sqlite: true, flags: ["unsafe_module"], classes };

/** One object that `/evict` sends out of memory. `members` are those of its class, `prelude` stands before that. */
export const sleeper = (members, prelude = "") => `
import unsafe from "workerd:unsafe";
import { DurableObject } from "cloudflare:workers";
${prelude.trim()}
export class Room extends DurableObject {
  ${members.trim()}
}
export default {
  async fetch(request, env) {
    const room = env.ROOM.getByName("one");
    if (!request.url.endsWith("/evict")) return room.fetch(request);
    await unsafe.evict(room);
    return new Response("evicted");
  }
};`;
