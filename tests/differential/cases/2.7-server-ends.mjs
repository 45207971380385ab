// Section 2.7: how the far server ends a Worker's socket, and what the Worker sees of it.
import { webSockets } from "../far.mjs";

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
  const to = await webSockets(t, (ws) => ws.on("message", (data) => {
    const how = JSON.parse(data);
    if (how === "terminate") ws.terminate();
    else if (how === "message and terminate") ws.send("last", () => ws.terminate());
    else ws.close(...how);
  }));
  for (const path of ["/constructor", "/fetch"]) {
    for (const how of [[], [1000], [1001, "away"], [4000, "\u00e9"], "terminate", "message and terminate"]) {
      await t.fetch(`${path}?to=${to}&how=${encodeURIComponent(JSON.stringify(how))}`, { quiet: true }).then(({ body }) => t.log(path, how, body));
    }
  }
}
