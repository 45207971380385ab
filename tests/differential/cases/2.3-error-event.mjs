// Section 2.3: the error event of a socket that could not be opened, and the close event after it.
import http from "node:http";
import { listen } from "../far.mjs";

export const worker = `
export default {
  async fetch(request) {
    const ws = new WebSocket("ws://" + new URL(request.url).searchParams.get("to")), log = [];
    ws.addEventListener("open", () => log.push("never"));
    ws.onerror = (event) => log.push(["onerror", event.constructor.name, event.error?.constructor?.name, event.error?.message, event.message, ws.readyState]);
    ws.addEventListener("error", (event) => log.push([event.type, event.target === ws, event.filename, event.lineno, event.colno]));
    await new Promise((resolve) => ws.addEventListener("close", (event) => { log.push([event.code, event.reason, event.wasClean, ws.readyState]); resolve(); }));
    const attempt = (action) => { try { return [action(), "fine"][1]; } catch (error) { return error.name + ": " + error.message; } };
    log.push(attempt(() => ws.send("x")), attempt(() => ws.close(1000)), attempt(() => ws.close(1)), ws.readyState);
    return Response.json(log);
  }
};`;

export async function client(t) {
  const server = http.createServer((request, response) => response.writeHead(503).end("no"));
  server.on("upgrade", (request, socket) => socket.end("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"));
  const to = await listen(t, server);
  t.log((await t.fetch(`/?to=${to}`, { quiet: true })).body);
}
