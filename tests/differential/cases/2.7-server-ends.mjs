// Section 2.7: how the far server ends a Worker's socket, and what the Worker sees of it.
import http from "node:http";
import { npm } from "../../support/packages.mjs";

export const worker = `
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const to = searchParams.get("to"), log = [];
    let socket;
    if (pathname === "/fetch") {
      ({ webSocket: socket } = await fetch("http://" + to + "/", { headers: { Upgrade: "websocket" } }));
      socket.accept();
    } else socket = new WebSocket("ws://" + to + "/");
    await new Promise((resolve) => {
      socket.addEventListener("open", () => socket.send(searchParams.get("how")));
      socket.addEventListener("message", ({ data }) => log.push(["message", data]));
      socket.addEventListener("error", ({ message }) => log.push(["error", message]));
      socket.addEventListener("close", ({ code, reason, wasClean }) => { log.push(["close", code, reason, wasClean, socket.readyState]); resolve(); });
      if (pathname === "/fetch") socket.send(searchParams.get("how"));
    });
    return Response.json(log);
  }
};`;

export async function client(t) {
  const { WebSocketServer } = npm("ws");
  const server = http.createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (ws) => ws.on("message", (data) => {
    const how = JSON.parse(data);
    if (how === "terminate") ws.terminate();
    else if (how === "message and terminate") ws.send("last", () => ws.terminate());
    else ws.close(...how);
  }));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.defer(() => { for (const one of sockets.clients) one.terminate(); server.close(); });
  const to = `127.0.0.1:${server.address().port}`;
  for (const path of ["/constructor", "/fetch"]) {
    for (const how of [[], [1000], [1001, "away"], [4000, "\u00e9"], "terminate", "message and terminate"]) {
      await t.fetch(`${path}?to=${to}&how=${encodeURIComponent(JSON.stringify(how))}`, { quiet: true }).then(({ body }) => t.log(path, how, body));
    }
  }
}
