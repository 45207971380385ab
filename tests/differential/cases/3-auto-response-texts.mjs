// Section 3: only the exact text of the request is answered, byte by byte; the answer may be anything, also empty.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    const { searchParams } = new URL(request.url);
    this.state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(searchParams.get("q"), searchParams.get("a")));
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.send("handler " + (typeof data === "string" ? data.length : "bytes " + data.byteLength)); }
}
export default { fetch: (request, env) => env.ROOM.getByName(request.url).fetch(request) };`;

export async function client(t) {
  const pairs = { plain: ["ping", "pong"], same: ["x", "x"], "empty answer": ["a", ""], empty: ["", "was empty"], accents: ["\u00e9", "\u{1F600}"], zero: ["a\u0000b", "zero"], json: ['{"type":"ping"}', '{"type":"pong"}'], long: ["q".repeat(2048), "a".repeat(2048)] };
  for (const [name, [request, response]] of Object.entries(pairs)) {
    const socket = await t.connect(`/?q=${encodeURIComponent(request)}&a=${encodeURIComponent(response)}`, { name });
    for (const text of [request, `${request} `, ` ${request}`, request.toUpperCase() === request ? `${request}!` : request.toUpperCase(), new TextEncoder().encode(request), request]) await socket.ask(text);
  }
}
