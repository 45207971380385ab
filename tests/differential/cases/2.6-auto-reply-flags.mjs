// Section 2.6: the flags choose the automatic reply whatever the date.
import { closing, CLOSE } from "../../support/raw.mjs";
import { sockets } from "../programs.mjs";

export const variants = {
  "asked-for": { date: "2024-01-01", flags: ["web_socket_auto_reply_to_close"] },
  "refused": { date: "2026-08-01", flags: ["web_socket_manual_reply_to_close"] },
};
export const worker = sockets(`
  server.accept();
  server.addEventListener("close", ({ code, reason }) => { log.push([code, reason, server.readyState]); server.close(4321, "program"); log.push(server.readyState); });
`);

export async function client(t) {
  const raw = await t.raw("/ws");
  raw.send(CLOSE, closing(3000, "bye"));
  const { code, reason } = await raw.next();
  t.log(code, reason);
  await t.settled("/log", (body) => body !== "[]");
}
