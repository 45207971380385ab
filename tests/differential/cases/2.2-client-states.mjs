// Section 2.2: readyState, url, protocol and extensions of a socket that the Worker opens, from first to last.
import http from "node:http";
import { npm } from "../../support/packages.mjs";

export const worker = `
export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const ws = new WebSocket("ws://" + searchParams.get("to") + "/here?q=1", searchParams.getAll("p")), log = [];
    const look = (when) => log.push([when, ws.readyState, ws.url, ws.protocol, ws.extensions]);
    look("made");
    await Promise.resolve();
    look("a microtask later");
    ws.onopen = () => look("onopen");
    ws.addEventListener("open", () => { look("open"); ws.send("close me"); });
    await new Promise((resolve) => {
      ws.addEventListener("message", () => { look("message"); ws.close(3000, "mine"); look("closed by me"); });
      ws.addEventListener("close", ({ code, reason }) => { log.push([code, reason]); look("close"); resolve(); });
    });
    ws.close(1000);
    look("closed again");
    return Response.json(log);
  }
};`;

export async function client(t) {
  const { WebSocketServer } = npm("ws");
  const server = http.createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: (all) => [...all][0] });
  sockets.on("connection", (ws) => ws.on("message", (data) => ws.send(String(data))));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.defer(() => { for (const one of sockets.clients) one.terminate(); server.close(); });
  const to = `127.0.0.1:${server.address().port}`;
  for (const more of ["", "&p=chat", "&p=one&p=two"]) {
    const { body } = await t.fetch(`/?to=${to}${more}`, { quiet: true });
    t.log(more, body.replaceAll(to, "SERVER"));
  }
}
