// Section 2.7: a signal that is aborted when the socket is there already.
import { echo, webSockets } from "../far.mjs";

export const worker = `
export default {
  async fetch(request) {
    const controller = new AbortController(), log = [];
    const { webSocket } = await fetch("http://" + new URL(request.url).searchParams.get("to"), { headers: { Upgrade: "websocket" }, signal: controller.signal });
    for (const type of ["message", "error", "close"]) webSocket.addEventListener(type, (event) => log.push([type, event.data ?? event.code ?? event.message]));
    webSocket.accept();
    webSocket.send("before");
    while (log.length === 0) await scheduler.wait(5);
    controller.abort(new Error("mine"));
    await scheduler.wait(50);
    try { webSocket.send("after"); log.push("sent"); } catch (error) { log.push(error.message); }
    log.push(webSocket.readyState);
    return Response.json(log);
  }
};`;

export async function client(t) {
  const to = await webSockets(t, echo);
  t.log((await t.fetch(`/?to=${to}`, { quiet: true })).body);
}
