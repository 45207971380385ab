// Section 2.7: the handshake that a Worker's socket sends, and what of the answer it shows.
import { webSockets } from "../far.mjs";

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
  const to = await webSockets(t, (ws, { method, url, headers }) => {
    const names = ["upgrade", "connection", "sec-websocket-version", "sec-websocket-protocol", "x-own", "authorization"];
    ws.send(JSON.stringify([method, url, names.map((name) => headers[name] ?? null), typeof headers["sec-websocket-key"]]));
  }, { handleProtocols: () => "b", headers: ["X-Server: here"] });
  for (const path of ["/constructor", "/fetch"]) {
    const { body } = await t.fetch(`${path}?to=${to}`, { quiet: true });
    t.log(path, body.replaceAll(to, "SERVER"));
  }
}
