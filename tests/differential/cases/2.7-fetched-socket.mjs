// Section 2.7: the socket of a fetched upgrade: nothing comes before accept(), everything after it, in order.
import { webSockets } from "../far.mjs";

export const worker = `
const attempt = (action) => { try { return [action(), "fine"][1]; } catch (error) { return error.name + ": " + error.message; } };
export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url), log = [];
    const answer = await fetch("http://" + searchParams.get("to") + "/", { headers: { Upgrade: "websocket" } });
    const ws = answer.webSocket;
    log.push(answer.status, answer.ok, answer.body, answer.webSocket === ws, ws.readyState, ws.url, ws.protocol, ws.extensions);
    log.push(attempt(() => ws.send("x")), attempt(() => ws.close(1000)));
    const got = [];
    ws.addEventListener("message", ({ data }) => got.push(data));
    await scheduler.wait(50);
    log.push(got.length);
    ws.accept();
    log.push(attempt(() => ws.accept()), attempt(() => answer.clone()), attempt(() => new Response(null, answer)));
    while (got.length < 3) await scheduler.wait(5);
    log.push(got);
    ws.close(1000, "enough");
    log.push(ws.readyState);
    return Response.json(log);
  }
};`;

export async function client(t) {
  const to = await webSockets(t, (ws) => { for (const text of ["1", "2", "3"]) ws.send(text); });
  t.log((await t.fetch(`/?to=${to}`, { quiet: true })).body);
}
