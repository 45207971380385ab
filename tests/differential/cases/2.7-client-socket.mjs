// Section 2.7: sockets a Worker opens itself, with the constructor and with fetch(), to a server the script runs.
import http from "node:http";
import { npm } from "../../support/packages.mjs";
import { listen } from "../far.mjs";

export const worker = `
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const to = searchParams.get("to"), log = [];
    if (pathname === "/constructor") {
      const socket = new WebSocket("ws://" + to + "/echo", searchParams.getAll("protocol"));
      log.push(["made", socket.readyState]);
      await new Promise((resolve) => {
        socket.addEventListener("open", (event) => { log.push([event.type, event.constructor.name, socket.readyState, socket.protocol, socket.extensions]); socket.send("hello"); });
        socket.addEventListener("message", ({ data, origin }) => { log.push(["message", data]); socket.close(1000, "enough"); });
        socket.addEventListener("close", ({ code, reason, wasClean }) => { log.push(["close", code, reason, wasClean, socket.readyState]); resolve(); });
      });
    }
    if (pathname === "/refused") {
      const socket = new WebSocket("ws://" + to + "/plain");
      await new Promise((resolve) => {
        socket.addEventListener("error", (event) => log.push(["error", event.message]));
        socket.addEventListener("close", ({ code, reason, wasClean }) => { log.push(["close", code, reason, wasClean]); resolve(); });
      });
    }
    if (pathname === "/fetch") {
      const response = await fetch("http://" + to + "/echo", { headers: { Upgrade: "websocket" } });
      const socket = response.webSocket;
      log.push([response.status, socket instanceof WebSocket, socket.readyState, socket.url]);
      try { socket.send("early"); } catch (error) { log.push(error.message); }
      socket.accept();
      await new Promise((resolve) => {
        socket.addEventListener("message", ({ data }) => { log.push(["message", data]); socket.close(); });
        socket.addEventListener("close", ({ code, reason, wasClean }) => { log.push(["close", code, reason, wasClean]); resolve(); });
        socket.send("hello");
      });
    }
    if (pathname === "/fetch-plain") {
      const response = await fetch("http://" + to + "/plain", { headers: { Upgrade: "websocket" } });
      log.push([response.status, response.webSocket, await response.text()]);
    }
    if (pathname === "/proxy") return fetch("http://" + to + "/echo", request);
    return new Response(log.map((line) => JSON.stringify(line)).join(" "));
  }
};`;

export async function client(t) {
  const { WebSocketServer } = npm("ws");
  const server = http.createServer((request, response) => response.writeHead(403).end("no sockets here"));
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (protocols) => [...protocols].at(-1) ?? false });
  server.on("upgrade", (request, socket, head) => {
    if (request.url === "/plain") return socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    sockets.handleUpgrade(request, socket, head, (ws) => ws.on("message", (data, isBinary) => ws.send(`echo ${data}`)));
  });
  t.defer(() => { for (const one of sockets.clients) one.terminate(); });
  const to = await listen(t, server);
  const ask = async (path) => t.log(path, (await t.fetch(`${path}${path.includes("?") ? "&" : "?"}to=${to}`, { quiet: true })).body.replaceAll(to, "SERVER"));
  await ask("/constructor");
  await ask("/constructor?protocol=a&protocol=b");
  await ask("/refused");
  await ask("/fetch");
  await ask("/fetch-plain");
  const through = await t.connect(`/proxy?to=${to}`, { name: "through the Worker" });
  await through.ask("hi");
  await through.close(1000, "bye");
}
