// Section 2.6: since 2026-04-07 the runtime answers a Close itself, before the close event; before that nobody does but the
// program. Seen as frames.
import { closing, CLOSE } from "../../support/raw.mjs";
import { sockets } from "../programs.mjs";

export const variants = { before: { date: "2026-04-06" }, after: { date: "2026-04-07" } };
export const worker = sockets(`
  server.accept(pathname === "/half-open" ? { allowHalfOpen: true } : pathname === "/full" ? { allowHalfOpen: false } : undefined);
  server.addEventListener("close", ({ code, reason, wasClean }) => {
    const line = [pathname, code, reason, wasClean, server.readyState];
    try { if (pathname !== "/silent") server.close(4000, "from the program"); line.push("closed"); } catch (error) { line.push(error.message); }
    line.push(server.readyState);
    log.push(line);
  });
`);

export async function client(t, { date }) {
  for (const path of ["/answers", "/silent", "/half-open", "/full"]) {
    const raw = await t.raw(path);
    raw.send(CLOSE, closing(3210, "bye"));
    // The program closes in its listener, so a frame comes unless it is silent and nobody answers for it.
    if (path !== "/silent" || date >= "2026-04-07") {
      const { opcode, code, reason } = await raw.next();
      t.log(path, opcode, code, reason);
    }
    await t.settled("/log", (body) => body.includes(path));
  }
}
