// Section 2.5: after the peer's Close the program may still send, unless the runtime has answered for it.
import { CLOSE, TEXT, closing } from "../../support/raw.mjs";
import { sockets } from "../programs.mjs";

export const worker = sockets(`
  server.accept({ allowHalfOpen: pathname === "/half-open" });
  server.addEventListener("close", async () => {
    const line = [pathname, server.readyState];
    for (const part of ["at once", "later"]) {
      try { server.send(part); line.push("sent"); } catch (error) { line.push(error.name + ": " + error.message); }
      await Promise.resolve();
    }
    try { server.close(1000, "done"); line.push("closed"); } catch (error) { line.push(error.message); }
    try { server.send("too late"); line.push("sent"); } catch (error) { line.push(error.name + ": " + error.message); }
    log.push([...line, server.readyState]);
  });
`);

export async function client(t) {
  for (const path of ["/half-open", "/full"]) {
    const raw = await t.raw(path);
    raw.send(CLOSE, closing(1000, "bye"));
    for (let opcode; opcode !== CLOSE; ) {
      const frame = await raw.next();
      ({ opcode } = frame);
      t.log(path, opcode, opcode === TEXT ? frame.payload.toString() : [frame.code, frame.reason]);
    }
    await t.settled("/log", (body) => body.includes(path));
  }
}
