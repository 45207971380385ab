// Section 2.6: a socket from fetch() may be half open; one of `new WebSocket` may not choose.
import { webSockets } from "../far.mjs";

export const variants = { before: { date: "2026-04-06" }, after: { date: "2026-04-07" } };
export const worker = `
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url), to = searchParams.get("to"), log = [];
    let ws;
    if (pathname === "/constructor") ws = new WebSocket("ws://" + to);
    else {
      ws = (await fetch("http://" + to, { headers: { Upgrade: "websocket" } })).webSocket;
      ws.accept(pathname === "/half-open" ? { allowHalfOpen: true } : pathname === "/full" ? { allowHalfOpen: false } : undefined);
    }
    const closed = new Promise((resolve) => ws.addEventListener("close", ({ code, reason, wasClean }) => {
      log.push([code, reason, wasClean, ws.readyState]);
      try { ws.send("after"); log.push("sent"); } catch (error) { log.push(error.message); }
      ws.close(1000, "the program's");
      log.push(ws.readyState);
      resolve();
    }));
    if (pathname === "/constructor") await new Promise((resolve) => ws.addEventListener("open", resolve));
    ws.send("close");
    await closed;
    return Response.json(log);
  }
};`;

export async function client(t) {
  const to = await webSockets(t, (ws) => ws.on("message", () => ws.close(4567, "the server's")));
  for (const path of ["/constructor", "/default", "/half-open", "/full"]) {
    const { body } = await t.fetch(`${path}?to=${to}`, { quiet: true });
    t.log(path, body);
  }
}
