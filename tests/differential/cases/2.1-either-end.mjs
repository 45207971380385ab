// Section 2.1: which end is returned and which is kept does not matter, nor how the pair was taken apart.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
const ways = {
  values: () => Object.values(new WebSocketPair()),
  reversed: () => Object.values(new WebSocketPair()).reverse(),
  iterated: () => { const [a, b] = new WebSocketPair(); return [a, b]; },
  indexed: () => { const pair = new WebSocketPair(); return [pair[1], pair[0]]; },
  destructured: () => { const { 0: a, 1: b } = new WebSocketPair(); return [a, b]; },
};
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const [, way, how] = new URL(request.url).pathname.split("/");
    const [returned, kept] = ways[way]();
    if (how === "held") this.state.acceptWebSocket(kept, [way]);
    else { kept.accept(); kept.addEventListener("message", ({ data }) => this.webSocketMessage(kept, data)); }
    kept.send(way);
    return new Response(null, { status: 101, webSocket: returned });
  }
  webSocketMessage(ws, data) { ws.send(data + " " + this.state.getWebSockets().length); if (data === "end") ws.close(4000, "ended"); }
  webSocketClose() {}
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname).fetch(request) };`;

export async function client(t) {
  for (const way of ["values", "reversed", "iterated", "indexed", "destructured"]) {
    for (const how of ["accepted", "held"]) {
      const socket = await t.connect(`/${way}/${how}`, { name: `${way} ${how}` });
      await socket.next();
      await socket.ask("hi");
      socket.send("end");
      await socket.closed();
    }
  }
}
