// Section 2.6: Close frames that no client should send: what the program sees and what goes back.
import { CLOSE, closing, frame } from "../../support/raw.mjs";
import { classes, rooms } from "../programs.mjs";

export const differs = "what RFC 6455 forbids is answered with 1002; workerd passes any code on and sends nothing back";
export const config = { classes };
export const worker = rooms(`
  webSocketClose(ws, code, reason, wasClean) { this.log.push(["close", code, reason, wasClean]); try { ws.close(code, reason); } catch (error) { this.log.push(error.message); ws.close(); } }
  webSocketError(ws, error) { this.log.push(["error", error.message]); }
`);

export async function client(t) {
  const frames = { empty: frame(CLOSE, ""), small: closing(999, "low"), zero: closing(0, ""), large: closing(5000, "high"), largest: closing(65535, "") };
  for (const [name, bytes] of Object.entries(frames)) {
    const raw = await t.raw(`/${name}/ws`);
    if (Buffer.isBuffer(bytes) && name === "empty") raw.write(bytes);
    else raw.send(CLOSE, bytes);
    const { opcode, code, reason } = await raw.next();
    t.log(name, opcode, code, reason);
    raw.destroy();
    await t.settled(`/${name}/log`, (body) => body !== "[]");
  }
}
