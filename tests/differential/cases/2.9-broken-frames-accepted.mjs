// Section 2.9: what a program sees of a client that breaks the protocol, on a socket it accepted.
import { CONTINUATION, PING, TEXT, frame } from "../../support/raw.mjs";

export const differs = "the close event follows the error event, as in browsers, so that programs clean up; workerd sends none";
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor() { this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => { this.log.push(data); server.send(data); });
    server.addEventListener("error", ({ message, error }) => { this.log.push(["error", message, error?.name, error?.message]); });
    server.addEventListener("close", ({ code, wasClean }) => { this.log.push(["close", code, wasClean]); });
    return new Response(null, { status: 101, webSocket: client });
  }
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };`;

export async function client(t) {
  const broken = {
    reserved: frame(TEXT, "hi", { reserved: 2 }),
    continuation: frame(CONTINUATION, "x"),
    nested: Buffer.concat([frame(TEXT, "a", { fin: false }), frame(TEXT, "b")]),
    ping: frame(PING, "x", { fin: false }),
  };
  for (const [name, bytes] of Object.entries(broken)) {
    const path = `/${name}`;
    const raw = await t.raw(path);
    raw.send(TEXT, "before");
    t.log(path, (await raw.next()).payload.toString());
    raw.write(bytes);
    raw.send(TEXT, "after");
    const { opcode, code } = await raw.next();
    t.log(path, opcode, code);
    raw.destroy();
    await t.settled(`${path}/log`, (body) => body.includes("error") || body.includes("close"));
  }
}
