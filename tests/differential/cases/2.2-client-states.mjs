// Section 2.2: readyState, url, protocol and extensions of a socket that the Worker opens, from first to last.
import { echo, webSockets } from "../far.mjs";

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
  const to = await webSockets(t, echo, { handleProtocols: (all) => [...all][0] });
  for (const more of ["", "&p=chat", "&p=one&p=two"]) {
    const { body } = await t.fetch(`/?to=${to}${more}`, { quiet: true });
    t.log(more, body.replaceAll(to, "SERVER"));
  }
}
