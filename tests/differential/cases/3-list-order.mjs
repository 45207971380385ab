// Section 3: getWebSockets(): without a tag the latest first, with one the order of acceptance, also when some have left.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const names = (list) => list.map((ws) => ws.deserializeAttachment()).join("");
    if (pathname === "/list") return Response.json(["", "odd", "even", "all"].map((tag) => names(tag ? this.state.getWebSockets(tag) : this.state.getWebSockets())));
    const [client, server] = Object.values(new WebSocketPair());
    const name = Number(searchParams.get("n"));
    this.state.acceptWebSocket(server, [name % 2 ? "odd" : "even", "all"]);
    server.serializeAttachment(name);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketClose(ws) { ws.close(); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const sockets = [];
  for (let n = 1; n <= 6; n++) sockets.push(await t.connect(`/ws?n=${n}`, { name: String(n) }));
  await t.fetch("/list");
  await sockets[2].close(1000);
  await t.settled("/list", (body) => !body.includes("3"));
  sockets[5].vanish();
  await t.settled("/list", (body) => !body.includes("6"));
  sockets.push(await t.connect("/ws?n=7", { name: "7" }));
  await t.fetch("/list");
  await sockets[0].close(1000);
  await t.settled("/list", (body) => !body.includes("1"));
}
