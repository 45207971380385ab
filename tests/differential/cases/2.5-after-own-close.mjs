// Section 2.5: what arrives after the program's own close(): messages still come until the peer's Close.
import { CLOSE, TEXT, closing } from "../../support/raw.mjs";

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
      server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data));
      server.addEventListener("close", ({ code, reason, wasClean }) => this.webSocketClose(server, code, reason, wasClean));
    }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    this.log.push([data, ws.readyState]);
    if (data === "close") ws.close(3001, "enough");
    this.log.push(ws.readyState);
  }
  webSocketClose(ws, code, reason, wasClean) { this.log.push(["close", code, reason, wasClean, ws.readyState]); }
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };`;

export async function client(t) {
  for (const path of ["/one/ordinary", "/two/hibernatable"]) {
    const raw = await t.raw(path);
    raw.send(TEXT, "close");
    const { opcode, code, reason } = await raw.next();
    t.log(path, opcode, code, reason);
    raw.send(TEXT, "still here");
    raw.send(CLOSE, closing(3001, "enough"));
    await t.settled(path.replace(/[a-z]+$/, "log"), (body) => body.includes("still here") && body.includes('"close",3001'));
  }
}
