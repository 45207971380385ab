// Section 2.6: client and program close at the same time: one close event, one Close frame each way.
import { closing, CLOSE, TEXT } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/held")) this.state.acceptWebSocket(server);
    else {
      server.accept();
      server.addEventListener("message", () => this.webSocketMessage(server));
      server.addEventListener("close", ({ code, reason, wasClean }) => this.webSocketClose(server, code, reason, wasClean));
    }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws) { ws.close(4001, "program"); }
  webSocketClose(ws, code, reason, wasClean) { this.log.push([code, reason, wasClean, ws.readyState]); ws.close(1000); }
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };`;

export async function client(t) {
  for (const path of ["/one/accepted", "/two/held"]) {
    const raw = await t.raw(path);
    raw.send(TEXT, "close");
    raw.send(CLOSE, closing(3001, "client"));
    const { opcode, code, reason } = await raw.next();
    t.log(path, opcode, code, reason);
    await t.settled(path.replace(/[a-z]+$/, "log"), (body) => body !== "[]");
  }
}
