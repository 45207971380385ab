// Section 2.9: messages in pieces reach the program whole, with pings in between, in text and bytes, on either kind of socket.
import { BINARY, CONTINUATION, PING, TEXT } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    server.binaryType = "arraybuffer";
    if (request.url.endsWith("/held")) this.state.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data)); }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.send(typeof data === "string" ? "text " + data : "bytes " + [...new Uint8Array(data)]); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  for (const path of ["/accepted", "/held"]) {
    const raw = await t.raw(path);
    const answers = async (count) => { for (let n = 0; n < count; n++) { const { opcode, payload } = await raw.next(); t.log(path, opcode, payload.toString()); } };
    for (const part of ["a", "b", "c"]) raw.send(part === "a" ? TEXT : CONTINUATION, part, { fin: part === "c" });
    await answers(1);
    // A character cut in two is whole again when the message is.
    const bytes = Buffer.from("\u00e9\u{1F600}");
    raw.send(TEXT, bytes.subarray(0, 1), { fin: false });
    raw.send(PING, "p");
    raw.send(CONTINUATION, bytes.subarray(1, 4), { fin: false });
    raw.send(CONTINUATION, bytes.subarray(4), { fin: true });
    await answers(2);
    raw.send(BINARY, Buffer.from([1]), { fin: false });
    raw.send(CONTINUATION, Buffer.alloc(0), { fin: false });
    raw.send(CONTINUATION, Buffer.from([2, 3]), { fin: true });
    await answers(1);
    raw.send(TEXT, "", { fin: false });
    raw.send(CONTINUATION, "", { fin: true });
    await answers(1);
    raw.destroy();
  }
}
