// Section 2.5: sending and closing after the peer closed: nothing throws but what the program itself closed.
export const config = { date: "2024-01-01", classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor() { this.log = []; this.conns = new Set(); }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.log);
    const [client, server] = new WebSocketPair();
    server.addEventListener("message", ({ data }) => { for (const conn of this.conns) { try { conn.send(data); } catch (error) { this.log.push(error.message); } } });
    server.addEventListener("close", ({ code }) => { this.log.push(["close", code]); try { server.send("half open"); this.log.push("sent"); } catch (error) { this.log.push(error.message); } });
    server.accept();
    this.conns.add(server);
    return new Response(null, { status: 101, webSocket: client });
  }
}
export default { fetch: (request, env) => env.ROOM.get(env.ROOM.idFromName("one")).fetch(request) };`;

export async function client(t) {
  const one = await t.connect("/ws", { name: "one" });
  const two = await t.connect("/ws", { name: "two" });
  await one.ask("both");
  await two.next();
  two.vanish();
  await t.settled("/log", (body) => body.includes("close"));
  await one.ask("only one");
  await t.settled("/log", () => true);
}
