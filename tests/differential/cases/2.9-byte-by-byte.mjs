// Section 2.9: frames that arrive in single bytes, and many frames that arrive at once.
import { TEXT, frame } from "../../support/raw.mjs";

export const worker = `
export default {
  async fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => server.send("got " + data));
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

export async function client(t) {
  const raw = await t.raw("/");
  for (const byte of frame(TEXT, "slowly")) { raw.write(Buffer.from([byte])); await new Promise(setImmediate); }
  t.log((await raw.next()).payload.toString());
  raw.write(Buffer.concat(Array.from({ length: 40 }, (_, number) => frame(TEXT, String(number)))));
  const got = [];
  for (let n = 0; n < 40; n++) got.push((await raw.next()).payload.toString());
  t.log(got.join(","));
}
