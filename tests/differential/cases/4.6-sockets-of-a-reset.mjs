// Section 4.6: a reset by the program drops all sockets of the object: accepted and hibernatable; others stay.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/abort")) this.state.abort("enough");
    if (pathname.endsWith("/section")) await this.state.blockConcurrencyWhile(async () => { throw new Error("failed"); });
    if (pathname.endsWith("/count")) return new Response(String(this.state.getWebSockets().length));
    const [client, server] = Object.values(new WebSocketPair());
    if (pathname.endsWith("/held")) this.state.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => server.send(data)); }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { if (data === "abort") this.state.abort("in a message"); ws.send(data); }
}
export default { async fetch(request, env) { try { return await env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request); } catch (error) { return new Response(error.message, { status: 418 }); } } };`;

export async function client(t) {
  for (const how of ["abort", "section", "message"]) {
    const all = [];
    for (const kind of ["accepted", "held"]) all.push(await t.connect(`/${how}/${kind}`, { name: `${how} ${kind}` }));
    for (const socket of all) await socket.ask("hi");
    const other = await t.connect(`/other-${how}/held`, { name: `other ${how}` });
    if (how === "message") all[1].send("abort");
    else await t.fetch(`/${how}/${how}`);
    for (const socket of all) await socket.closed();
    await t.fetch(`/${how}/count`);
    await other.ask("still here");
  }
}
