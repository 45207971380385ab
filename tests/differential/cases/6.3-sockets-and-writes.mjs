// Section 6.3: messages leave in the order they were sent, with writes before, between and after them.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.storage = state.storage; }
  async fetch(request) {
    if (request.headers.get("upgrade") !== "websocket") return Response.json([...await this.storage.list()]);
    const [theirs, mine] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(mine);
    mine.send("hello");
    return new Response(null, { status: 101, webSocket: theirs });
  }
  async webSocketMessage(socket, message) {
    if (message === "sync") { this.storage.put("a", 1); socket.send("one"); this.storage.put("b", 2); socket.send("two"); }
    if (message === "awaited") { await this.storage.put("c", 3); socket.send("three"); await this.storage.sync(); socket.send("four"); }
    if (message === "transaction") { socket.send("five"); await this.storage.transaction(async (txn) => { await txn.put("d", 4); socket.send("six"); }); socket.send("seven"); }
    if (message === "unconfirmed") { this.storage.put("e", 5, { allowUnconfirmed: true }); socket.send("eight"); }
    if (message === "throws") { this.storage.put("f", 6); socket.send("nine"); throw new Error("mine"); }
    if (message === "close") { this.storage.put("g", 7); socket.send("ten"); socket.close(4000, "bye"); }
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/");
  await socket.until((text) => text === "hello");
  for (const [message, last] of [["sync", "two"], ["awaited", "four"], ["transaction", "seven"], ["unconfirmed", "eight"], ["throws", "nine"]]) {
    socket.send(message);
    await socket.until((text) => text === last);
    await t.fetch("/list");
  }
  socket.send("close");
  await socket.closed();
  await t.fetch("/list");
}
