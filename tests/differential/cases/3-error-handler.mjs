// Section 3.1: webSocketError: its arguments, the socket in it, and what is left of it.
import { TEXT, frame } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json([this.log, this.state.getWebSockets().length]);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server, ["t"]);
    server.serializeAttachment("kept");
    this.socket = server;
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.send(data); }
  webSocketClose(ws, code) { this.log.push(["never", code]); }
  webSocketError(ws, error) {
    const attempt = (action) => { try { return [action(), "fine"][1]; } catch (error) { return error.name + ": " + error.message; } };
    this.log.push([arguments.length, ws === this.socket, error instanceof Error, error.name, this.state.getTags(ws), ws.deserializeAttachment(), attempt(() => ws.send("x")), attempt(() => ws.close(1000, "x"))]);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const raw = await t.raw("/ws");
  raw.send(TEXT, "hi");
  t.log((await raw.next()).payload.toString());
  raw.write(frame(TEXT, "x", { reserved: 1 }));
  const { opcode, code } = await raw.next();
  t.log(opcode, code);
  raw.destroy();
  await t.settled("/log", (body) => body.endsWith(",0]"));
}
