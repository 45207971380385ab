// Section 2.9: a client that offers compression talks as any other; programs see its offer and nothing else, before and after 2023-08-15.
export const config = { classes: { ROOM: "Room" } };
export const variants = { before: { date: "2023-08-14" }, after: { date: "2026-04-07" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/hibernatable")) this.state.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data)); server.addEventListener("close", ({ code }) => server.close(code)); }
    server.send(JSON.stringify([request.headers.get("Sec-WebSocket-Extensions"), server.extensions]));
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    if (typeof data !== "string") return ws.send(new Uint8Array(data).map((byte) => byte + 1).subarray(-9));
    ws.send(data);
    ws.send(data.length + " " + data.slice(-5));
  }
  webSocketClose(ws, code) { ws.close(code); }
}
export default { fetch: (request, env) => env.ROOM.getByName(request.url).fetch(request) };`;

export async function client(t) {
  for (const path of ["/ordinary", "/hibernatable"]) {
    const socket = await t.connect(path, { name: path, perMessageDeflate: { threshold: 0 } });
    await socket.next();
    for (const size of [0, 5, 100, 1_500]) {
      for (let round = 0; round < 2; round++) {
        const text = "abcde".repeat(size / 5);
        t.log(path, size, (await socket.ask(text)) === text);
        await socket.next();
      }
      await socket.ask(new Uint8Array(size).fill(size));
    }
    await socket.ping("between");
    await socket.close(3000, "enough");
  }
}
