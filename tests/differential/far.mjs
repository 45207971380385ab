// Promises: a server on the loopback for a case's Worker to connect to. It is there until the case is over.
import http from "node:http";
import { npm } from "../support/packages.mjs";

/** Starts an HTTP server; answers its address, `host:port`. */
export async function listen(t, server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.defer(() => server.close());
  return `127.0.0.1:${server.address().port}`;
}

/**
 * Starts a server of WebSockets, and calls `connected(ws, request)` with each; answers its address. `headers` are lines that
 * its handshakes have beside the usual ones; the other options are those of `ws`.
 */
export async function webSockets(t, connected, { headers = [], ...options } = {}) {
  const { WebSocketServer } = npm("ws");
  const server = http.createServer();
  const sockets = new WebSocketServer({ server, ...options });
  sockets.on("headers", (lines) => lines.push(...headers));
  sockets.on("connection", connected);
  t.defer(() => { for (const one of sockets.clients) one.terminate(); });
  return listen(t, server);
}

/** For `webSockets`: sends back each message, as text. */
export const echo = (ws) => ws.on("message", (data) => ws.send(String(data)));
