// Sections 2.7 and 3: a Worker that opens a socket to an object and talks to it itself: no client at the far end.
export const config = { classes: { ROOM: "Room", CLASSIC: "Classic" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server, ["piped"]);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) { ws.send("room: " + (typeof message === "string" ? message : message.byteLength) + " " + this.state.getWebSockets("piped").length); }
  webSocketClose(ws, code, reason) { ws.close(code, "room " + reason); }
}
export class Classic {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => server.send("classic: " + data));
    return new Response(null, { status: 101, webSocket: client });
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const space = pathname.startsWith("/room") ? env.ROOM : env.CLASSIC;
    const { webSocket, status } = await space.getByName("one").fetch("https://object/", { headers: { Upgrade: "websocket" } });
    if (pathname.endsWith("/relay")) {
      const [client, server] = Object.values(new WebSocketPair());
      server.accept(); webSocket.accept();
      server.addEventListener("message", ({ data }) => webSocket.send(data));
      webSocket.addEventListener("message", ({ data }) => server.send("relayed " + data));
      server.addEventListener("close", ({ code, reason }) => webSocket.close(code, reason));
      return new Response(null, { status: 101, webSocket: client });
    }
    const log = [status, webSocket.readyState];
    webSocket.accept();
    await new Promise((resolve) => {
      webSocket.addEventListener("message", ({ data }) => { log.push(data); if (log.length === 4) webSocket.close(3000, "enough"); });
      webSocket.addEventListener("close", ({ code, reason, wasClean }) => { log.push([code, reason, wasClean]); resolve(); });
      webSocket.send("hello"); webSocket.send(new Uint8Array([1, 2, 3]));
    });
    return Response.json(log);
  }
};`;

export async function client(t) {
  await t.fetch("/room");
  await t.fetch("/classic");
  for (const path of ["/room/relay", "/classic/relay"]) {
    const socket = await t.connect(path, { name: path });
    await socket.ask("one");
    await socket.ask("two");
    await socket.close(1000, "bye");
  }
}
