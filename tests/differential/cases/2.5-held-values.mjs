// Section 2.5: what send() of a hibernatable socket makes of each value, as the client gets it.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
const values = {
  number: () => 5, negative: () => -0, float: () => 0.1, big: () => 12345678901234567890n, null: () => null, true: () => true, undefined: () => undefined,
  object: () => ({ a: 1 }), array: () => [1, [2, 3]], text: () => ({ toString: () => "own" }), boxed: () => new String("boxed"),
  bytes: () => new Uint8Array([0, 255]), buffer: () => new Uint8Array([1]).buffer, view: () => new DataView(new Uint8Array([9, 8, 7]).buffer, 1), pair: () => "\\u{1F600}", empty: () => "", nothing: () => new ArrayBuffer(0),
  symbol: () => Symbol("s"), throws: () => ({ toString() { throw new Error("no text"); } }),
};
export class Room {
  constructor(state) { this.state = state; }
  fetch() { const [client, server] = Object.values(new WebSocketPair()); this.state.acceptWebSocket(server); return new Response(null, { status: 101, webSocket: client }); }
  webSocketMessage(ws, name) {
    let outcome = "sent";
    try { const returned = ws.send(values[name]()); if (returned !== undefined) outcome = "returned"; } catch (error) { outcome = error.name; }
    ws.send(name + " " + outcome);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/", { name: "client" });
  for (const name of ["number", "negative", "float", "big", "null", "true", "undefined", "object", "array", "text", "boxed", "bytes", "buffer", "view", "pair", "empty", "nothing", "symbol", "throws"]) {
    socket.send(name);
    await socket.until((message) => typeof message === "string" && message.startsWith(`${name} `));
  }
}
