// Section 2.3: a client that is gone without a Close: 1006, not clean, and sending to it throws nothing.
import { sockets } from "../programs.mjs";

export const worker = sockets(`
  server.accept();
  server.addEventListener("message", () => server.send("hello"));
  server.addEventListener("close", (event) => {
    const outcome = [event.code, event.reason, event.wasClean, server.readyState];
    try { server.send("too late"); outcome.push("sent"); } catch (error) { outcome.push(error.message); }
    try { server.close(1000, "too late"); outcome.push("closed"); } catch (error) { outcome.push(error.message); }
    log.push(outcome);
  });
`);

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  await socket.ask("hi");
  socket.vanish();
  await t.settled("/log", (body) => body !== "[]");
}
