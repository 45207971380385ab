// Section 2.2: readyState through the life of a socket, seen from inside, with either side closing first.
import { sockets } from "../programs.mjs";

export const worker = sockets(`
  log.push(["new", client.readyState, server.readyState]);
  server.accept();
  log.push(["accepted", client.readyState, server.readyState]);
  server.addEventListener("message", ({ data }) => {
    log.push(["message", server.readyState]);
    if (data === "close") { server.close(1000, "on request"); log.push(["closing", server.readyState]); }
    else server.send("state " + server.readyState);
  });
  server.addEventListener("close", (event) => log.push(["close", server.readyState, event.code, event.reason, event.wasClean]));
`);

export async function client(t) {
  const one = await t.connect("/ws", { name: "client closes" });
  await one.ask("x");
  await one.close(3001, "done");
  await t.settled("/log", (body) => body.includes('["close"'));
  const two = await t.connect("/ws", { name: "server closes" });
  two.send("close");
  await two.closed();
  await t.settled("/log", (body) => body.split('["close"').length === 3);
}
