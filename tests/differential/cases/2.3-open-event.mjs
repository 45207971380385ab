// Section 2.3: the open event of a socket that the Worker opens, and what may be done in it.
import { echo, webSockets } from "../far.mjs";

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
  const to = await webSockets(t, echo);
  t.log((await t.fetch(`/?to=${to}`, { quiet: true })).body);
}
