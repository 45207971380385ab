// Section 3.2: a message wakes the object: its constructor runs again, memory is gone, the sockets are there with all they had.
import { sleeper, sleeps } from "../programs.mjs";

export const config = sleeps;
export const worker = sleeper(`
  heard = 0;
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    const name = new URL(request.url).searchParams.get("name");
    this.ctx.acceptWebSocket(server, [name, "all"]);
    server.serializeAttachment({ name, list: [1, 2] });
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    const list = this.ctx.getWebSockets(), tagged = this.ctx.getWebSockets("all");
    ws.send(JSON.stringify([data, ++this.heard, ws.deserializeAttachment(), this.ctx.getTags(ws), list.map((one) => one.deserializeAttachment().name), tagged.map((one) => one.deserializeAttachment().name), list.indexOf(ws), ws === tagged[list.length - 1 - list.indexOf(ws)], ws.readyState, ws.url, ws.protocol, ws.extensions]));
  }
`);

export async function client(t) {
  const sockets = [];
  for (const name of ["a", "b", "c"]) sockets.push(await t.connect(`/?name=${name}`, { name }));
  for (const socket of sockets) await socket.ask("awake");
  await t.fetch("/evict");
  await sockets[1].ask("first");
  for (const socket of sockets) await socket.ask("second");
  await t.fetch("/evict");
  await t.fetch("/evict");
  await sockets[2].ask("third");
  sockets.push(await t.connect("/?name=d", { name: "d" }));
  await t.fetch("/evict");
  await sockets[3].ask("fourth");
}
