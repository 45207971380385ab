// Section 2.8: the subprotocol is whatever the Worker puts in its answer; what was asked for is only a header.
import { TEXT } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
const accept = (request, state) => {
  const [client, server] = Object.values(new WebSocketPair());
  if (state) state.acceptWebSocket(server);
  else { server.accept(); server.addEventListener("message", ({ data }) => server.send(data)); }
  server.send(JSON.stringify([request.headers.get("Sec-WebSocket-Protocol"), server.protocol, server.extensions]));
  const chosen = new URL(request.url).searchParams.get("p");
  return new Response(null, { status: 101, webSocket: client, headers: chosen === null ? {} : { "sec-websocket-PROTOCOL": chosen } });
};
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) { return accept(request, this.state); }
  webSocketMessage(ws, data) { ws.send(data + " " + ws.protocol); }
}
export default { fetch: (request, env) => new URL(request.url).pathname === "/room" ? env.ROOM.getByName("one").fetch(request) : accept(request) };`;

export async function client(t) {
  for (const path of ["/worker", "/room"]) {
    for (const query of ["", "?p=a", "?p=b", "?p=c"]) {
      const raw = await t.raw(`${path}${query}`, { "Sec-WebSocket-Protocol": "a, b" });
      t.log(path, query, (await raw.next()).payload.toString());
      raw.send(TEXT, "hi");
      t.log((await raw.next()).payload.toString());
      raw.destroy();
      const protocols = query === "" ? undefined : ["a", "b", "c"];
      const socket = await t.connect(`${path}${query}`, { name: path + query, protocols });
      await socket.next();
      t.log(path, query, socket.protocol);
    }
  }
}
