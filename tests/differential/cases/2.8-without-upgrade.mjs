// Section 2.8: a 101 for a request that asked for no upgrade fails; so does no socket for one that did not get it.
export const worker = `
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const [client, server] = Object.values(new WebSocketPair());
    if (pathname === "/refuse") return new Response("Expected Upgrade: websocket", { status: 426, headers: { "X-Why": "because" } });
    if (pathname === "/throw") throw new Error("no");
    server.accept();
    server.addEventListener("message", ({ data }) => server.send(request.method + " " + request.headers.get("Upgrade") + " " + data));
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

export async function client(t) {
  await t.fetch("/ws");
  await t.fetch("/ws", { headers: { Upgrade: "h2c", Connection: "Upgrade" } });
  await t.fetch("/refuse", { show: ["x-why"] });
  for (const name of ["/refuse", "/throw"]) await t.connect(name, { name });
  const socket = await t.connect("/ws", { name: "accepted" });
  await socket.ask("hi");
}
