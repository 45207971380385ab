// Section 2.9: pings and pongs never reach a program, also not with payloads that look like messages or auto-responses.
import { PING, PONG, TEXT } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.seen = []; state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong")); }
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { this.seen.push(data); ws.send(JSON.stringify([this.seen, this.state.getWebSocketAutoResponseTimestamp(ws) === null])); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const raw = await t.raw("/");
  const answer = async () => { const { opcode, payload } = await raw.next(); t.log(opcode, payload.toString()); };
  raw.send(PING, "ping");
  await answer();
  raw.send(PONG, "ping");
  raw.send(PING, "");
  await answer();
  raw.send(TEXT, "first");
  await answer();
  raw.send(TEXT, "ping");
  await answer();
  raw.send(TEXT, "second");
  await answer();
}
