// Section 2.7: the handshake that a Worker's socket sends, and what of the answer it shows.
import http from "node:http";
import { npm } from "../../support/packages.mjs";

export const worker = `
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const to = searchParams.get("to");
    let socket, log = [];
    if (pathname === "/fetch") {
      const answer = await fetch("http://" + to + "/path?q=1", { headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": "a, b", "X-Own": "yes", Authorization: "Basic abc" } });
      socket = answer.webSocket;
      socket.accept();
      log.push(answer.status, answer.statusText, answer.headers.get("x-server"), answer.headers.get("sec-websocket-protocol"), answer.body, socket.protocol, socket.url);
    } else {
      socket = new WebSocket("ws://me:secret@" + to + "/path?q=1", ["a", "b"]);
    }
    const said = await new Promise((resolve) => socket.addEventListener("message", ({ data }) => resolve(JSON.parse(data))));
    log.push(said, socket.readyState, socket.protocol, socket.url);
    socket.close(1000);
    return Response.json(log);
  }
};`;

export async function client(t) {
  const { WebSocketServer } = npm("ws");
  const server = http.createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: () => "b" });
  sockets.on("headers", (headers) => headers.push("X-Server: here"));
  sockets.on("connection", (ws, { method, url, headers }) => {
    const names = ["upgrade", "connection", "sec-websocket-version", "sec-websocket-protocol", "x-own", "authorization"];
    ws.send(JSON.stringify([method, url, names.map((name) => headers[name] ?? null), typeof headers["sec-websocket-key"]]));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.defer(() => { for (const one of sockets.clients) one.terminate(); server.close(); });
  const to = `127.0.0.1:${server.address().port}`;
  for (const path of ["/constructor", "/fetch"]) {
    const { body } = await t.fetch(`${path}?to=${to}`, { quiet: true });
    t.log(path, body.replaceAll(to, "SERVER"));
  }
}
