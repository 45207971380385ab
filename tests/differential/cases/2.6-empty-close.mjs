// Section 2.6: a Close without a body is 1005 to the listener; the answer to it carries no body either.
import { CLOSE } from "../../support/raw.mjs";

export const worker = `
const log = [];
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/log") return Response.json(log);
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("close", (event) => {
      const line = [event.code, event.reason, event.wasClean];
      try { server.close(event.code, "again"); } catch (error) { line.push(error.name, error.message); }
      log.push(line);
    });
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

export async function client(t) {
  const raw = await t.raw("/ws");
  raw.send(CLOSE);
  const { opcode, payload } = await raw.next();
  t.log(opcode, payload.length);
  await t.settled("/log", (body) => body !== "[]");
}
