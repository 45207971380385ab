// Section 3.1: no automatic answer goes out after the program's close(), nor for a socket that was accepted with accept().
import { CLOSE, TEXT, closing } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong")); }
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/log") return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    if (pathname === "/held") this.state.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => server.send("listener " + data)); }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { this.log.push(data); if (data === "close") ws.close(4000, "done"); }
  webSocketClose(ws, code) { this.log.push(code); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const accepted = await t.connect("/accepted", { name: "accepted" });
  await accepted.ask("ping");
  const raw = await t.raw("/held");
  raw.send(TEXT, "ping");
  t.log((await raw.next()).payload.toString());
  raw.send(TEXT, "close");
  const { opcode, code } = await raw.next();
  t.log(opcode, code);
  raw.send(TEXT, "ping");
  raw.send(TEXT, "last");
  raw.send(CLOSE, closing(4000));
  await t.settled("/log", (body) => body.includes("4000"));
  const after = await raw.next().catch(() => null);
  t.log(after === null ? "nothing more" : after.payload.toString());
}
