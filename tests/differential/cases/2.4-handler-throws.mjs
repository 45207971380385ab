// Section 2.4: an exception in an async listener leaves the socket, the other listeners and the object alone.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor() { this.count = 0; }
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", async ({ data }) => { await null; if (data === "reject") throw new Error("later"); server.send("async " + data); });
    server.addEventListener("message", ({ data }) => { Promise.reject(new Error("not handled")); server.send(data + " " + ++this.count); });
    server.onmessage = async ({ data }) => { if (data === "reject") throw new Error("in the handler"); };
    return new Response(null, { status: 101, webSocket: client });
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const one = await t.connect("/", { name: "one" });
  const two = await t.connect("/", { name: "two" });
  for (const data of ["a", "reject", "b", "reject", "c"]) {
    await one.ask(data);
    if (data !== "reject") await one.next();
  }
  await two.ask("x");
  await two.next();
  await one.close(1000, "bye");
}
