// Section 2.3: the fields of the message and close events.
import { sockets } from "../programs.mjs";

export const worker = sockets(`
  const about = (event) => Object.fromEntries(["type", "data", "code", "reason", "wasClean", "message", "bubbles", "cancelable", "lastEventId", "source", "defaultPrevented"].filter((name) => name in event).map((name) => [name, event[name]]));
  server.accept();
  const note = (event) => log.push([pathname, event.constructor.name, event instanceof Event, event.target === server, event.currentTarget === server, about(event)]);
  server.addEventListener("message", (event) => { note(event); server.send("noted"); });
  server.addEventListener("close", note);
  server.addEventListener("open", note);
`);

export async function client(t) {
  const closes = { "with-code": [1000, "the reason"], "own-code": [4321], "without-code": [] };
  for (const [name, how] of Object.entries(closes)) {
    const socket = await t.connect(`/${name}`, { name });
    await socket.ask("text");
    await socket.ask("\u00e9\u{1F600}");
    await socket.close(...how);
    await t.settled("/log", (body) => body.includes(`["/${name}","CloseEvent"`));
  }
}
