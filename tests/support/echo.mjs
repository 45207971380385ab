// Promises: a Worker whose WebSockets send back what they get, every connection at its root: an `accept()`ed one, or one of an
// object, hibernatable.
import { dev, objects, project } from "./holdfast.mjs";

const source = `import { DurableObject } from "cloudflare:workers";
export class Echo extends DurableObject {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) { ws.send(message); }
}
export default {
  fetch(request, env) {
    if (request.headers.get("Upgrade") !== "websocket") return new Response("fine");
    if (env.KIND === "hibernatable") return env.ECHO.getByName("echo").fetch(request);
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.binaryType = "arraybuffer";
    server.addEventListener("message", ({ data }) => server.send(data));
    return new Response(null, { status: 101, webSocket: client });
  },
};
`;

export const kinds = ["accepted", "hibernatable"];

/** Starts the Worker with sockets of a kind. */
export const echo = (kind, args = []) =>
  dev({
    config: project(
      { "src/index.js": source },
      { name: "echo", main: "src/index.js", compatibility_date: "2026-08-01", vars: { KIND: kind }, ...objects({ ECHO: "Echo" }) },
    ),
    args,
  });
