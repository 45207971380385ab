// Section 2.6: the Worker closes first: what the client sees, and the close event its echo gives.
export const worker = `
const log = [];
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/log") return Response.json(log);
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", () => {
      server.send("last words");
      server.close(...JSON.parse(searchParams.get("how")));
    });
    server.addEventListener("close", ({ code, reason, wasClean }) => log.push([searchParams.get("how"), code, reason, wasClean, server.readyState]));
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

export async function client(t) {
  for (const how of [[], [1000], [1000, "done"], [1001, "away"], [1011, "sorry"], [4999, "\u00e9\u{1F600}"]]) {
    const text = JSON.stringify(how);
    const socket = await t.connect(`/ws?how=${encodeURIComponent(text)}`, { name: text });
    socket.send("go");
    await socket.closed();
    await t.settled("/log", (body) => body.includes(JSON.stringify(text)));
  }
}
