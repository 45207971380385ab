// Section 2.3: the open event of a socket that the Worker opens, and what may be done in it.
import http from "node:http";
import { npm } from "../../support/packages.mjs";

export const worker = `
export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const ws = new WebSocket("ws://" + searchParams.get("to")), log = [];
    ws.addEventListener("open", (event) => { log.push([event.type, event.constructor === Event, event.target === ws, event.bubbles, event.cancelable, event.isTrusted, ws.readyState]); ws.send("first"); ws.send("second"); });
    ws.addEventListener("open", () => { log.push("a second listener"); ws.send("third"); });
    await new Promise((resolve) => { ws.onmessage = ({ data }) => { log.push(data); if (data === "third") resolve(); }; });
    ws.addEventListener("open", () => log.push("never"));
    ws.close(1000);
    return Response.json(log);
  }
};`;

export async function client(t) {
  const { WebSocketServer } = npm("ws");
  const server = http.createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (ws) => ws.on("message", (data) => ws.send(String(data))));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.defer(() => { for (const one of sockets.clients) one.terminate(); server.close(); });
  t.log((await t.fetch(`/?to=127.0.0.1:${server.address().port}`, { quiet: true })).body);
}
