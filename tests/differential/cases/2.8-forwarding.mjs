// Section 2.8: the ways in which programs pass an upgrade on to an object, and its answer back.
export const config = { date: "2024-01-01", classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (request.headers.get("Upgrade") !== "websocket") return new Response("no upgrade at " + pathname, { status: 400 });
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    server.send(JSON.stringify([pathname, searchParams.get("q"), request.headers.get("x-added"), request.headers.get("x-client"), request.method]));
    return new Response(null, { status: 101, webSocket: client, headers: { "X-Room": "yes" } });
  }
  webSocketMessage(ws, message) { ws.send("room " + message); }
  webSocketClose(ws, code) { ws.close(1000); }
}
export default {
  async fetch(request, env) {
    const stub = env.ROOM.get(env.ROOM.idFromName("one"));
    const url = new URL(request.url), kind = url.pathname.slice(1);
    url.pathname = "/inner";
    switch (kind) {
      case "as-is": return stub.fetch(request);
      case "url-and-request": return stub.fetch(url, request);
      case "text-and-request": return stub.fetch(url.toString(), request);
      case "new-request": return stub.fetch(new Request(url, request));
      case "headers-added": { const inner = new Request(url, request); inner.headers.set("x-added", "by the worker"); return stub.fetch(inner); }
      case "init": return stub.fetch("https://object/inner?q=init", { headers: request.headers });
      case "bare": return stub.fetch("https://object/inner?q=bare", { headers: { Upgrade: "websocket" } });
      case "answer-copied": { const answer = await stub.fetch(request); return new Response(null, { status: 101, webSocket: answer.webSocket, headers: { "X-Worker": "too" } }); }
      case "answer-wrapped": { const answer = await stub.fetch(request); const copy = new Response(answer.body, answer); copy.headers.set("X-Worker", "too"); return copy; }
      case "upgrade-lost": { const inner = new Request(url, request); inner.headers.delete("Upgrade"); return stub.fetch(inner); }
    }
    return new Response("nothing", { status: 404 });
  }
};`;

export async function client(t) {
  for (const kind of ["as-is", "url-and-request", "text-and-request", "new-request", "headers-added", "init", "bare", "answer-copied", "answer-wrapped"]) {
    const socket = await t.connect(`/${kind}?q=1`, { name: kind, headers: { "X-Client": "c" } });
    if (!socket) continue;
    await socket.next();
    await socket.ask("hi");
    t.log(kind, socket.headers["x-room"] ?? "-", socket.headers["x-worker"] ?? "-");
    await socket.close(1000);
  }
  await t.connect("/upgrade-lost", { name: "upgrade-lost" });
  await t.fetch("/as-is");
}
