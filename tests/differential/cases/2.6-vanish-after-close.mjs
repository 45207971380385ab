// Section 2.6: the program closed, and the client went without a Close of its own.
import { CLOSE, TEXT } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/hibernatable")) this.state.acceptWebSocket(server);
    else {
      server.accept();
      server.addEventListener("message", () => this.webSocketMessage(server));
      server.addEventListener("error", ({ message }) => this.log.push(["error", message]));
      server.addEventListener("close", ({ code, reason, wasClean }) => this.webSocketClose(server, code, reason, wasClean));
    }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws) { ws.close(3001, "enough"); }
  webSocketError(ws, error) { this.log.push(["error", error.message]); }
  webSocketClose(ws, code, reason, wasClean) { this.log.push(["close", code, reason, wasClean, ws.readyState]); }
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };`;

export async function client(t) {
  for (const path of ["/one/ordinary", "/two/hibernatable"]) {
    const raw = await t.raw(path);
    raw.send(TEXT, "close");
    t.log(path, (await raw.next()).opcode === CLOSE);
    raw.destroy();
    await t.settled(path.replace(/[a-z]+$/, "log"), (body) => body.includes("close"));
  }
}
