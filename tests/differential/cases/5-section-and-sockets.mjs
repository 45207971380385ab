// Section 5: messages and closes that arrive during a section wait for its end, in their order.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  log = [];
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/log") return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    if (pathname === "/held") this.ctx.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data)); server.addEventListener("close", ({ code }) => this.webSocketClose(server, code)); }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    this.log.push(data);
    if (data === "hold") this.ctx.blockConcurrencyWhile(async () => { this.log.push("<section"); ws.send("in the section"); await scheduler.wait(40); this.log.push("section>"); });
    ws.send("got " + data);
  }
  webSocketClose(ws, code) { this.log.push(code); ws.close(code); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  for (const path of ["/accepted", "/held"]) {
    const socket = await t.connect(path, { name: path });
    for (const text of ["hold", "a", "b"]) socket.send(text);
    for (let n = 0; n < 4; n++) await socket.next();
    await socket.close(3000);
    await t.settled("/log", (body) => body.split("3000").length === (path === "/held" ? 3 : 2));
  }
}
