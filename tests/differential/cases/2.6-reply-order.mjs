// Section 2.6: what the program sent before the Close arrives is on the wire before the reply; nothing can follow it.
import { closing, CLOSE, TEXT } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const variants = { before: { date: "2026-04-06" }, after: { date: "2026-04-07" } };
export const worker = `
export class Room {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => { server.send("1 " + data); server.send("2 " + data); });
    server.addEventListener("close", ({ code, reason }) => {
      let text = "sent";
      try { server.send("in close"); } catch (error) { text = error.message; }
      server.close(code, text.slice(0, 100));
    });
    return new Response(null, { status: 101, webSocket: client });
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const raw = await t.raw("/ws");
  raw.send(TEXT, "a");
  raw.send(TEXT, "b");
  raw.send(CLOSE, closing(3000, "bye"));
  for (let opcode; opcode !== CLOSE; ) {
    const frame = await raw.next();
    ({ opcode } = frame);
    t.log(opcode, opcode === TEXT ? frame.payload.toString() : [frame.code, frame.reason]);
  }
}
