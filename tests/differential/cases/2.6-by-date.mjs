// Sections 2.2 to 2.6 with the dates at which something about sockets changed: what arrives, what a close looks like and who
// answers it, in a Worker and in an object, with accept() and hibernating.
export const config = { classes: { ROOM: "Room" } };
export const variants = {
  "2021-11": { date: "2021-11-10" }, "2022-01": { date: "2022-01-31" }, "2023-08": { date: "2023-08-15" }, "2025-08": { date: "2025-08-01" },
  "2026-03-03": { date: "2026-03-03" }, "2026-03-17": { date: "2026-03-17" }, "2026-04-06": { date: "2026-04-06" }, "2026-04-07": { date: "2026-04-07" },
};
export const worker = `
const log = [];
const attempt = (action) => { try { return action() ?? "done"; } catch (error) { return error.name + ": " + error.message; } };
const typeOf = (data) => typeof data === "string" ? data : data.constructor.name + (data.size ?? data.byteLength);
function serve(socket, path, note) {
  socket.addEventListener("message", (event) => {
    if (event.data === "close") socket.close(3001, "x".repeat(120));
    else if (event.data === "close plain") socket.close();
    else socket.send(JSON.stringify([typeOf(event.data), socket.binaryType, socket.readyState, Object.keys(socket).includes("url")]));
  });
  socket.addEventListener("close", ({ code, reason, wasClean }) => {
    const line = [path, code, reason.length > 20 ? reason.length : reason, wasClean, socket.readyState];
    line.push(attempt(() => socket.send("in the listener")), attempt(() => socket.close(path.endsWith("code") ? code : 4000, "answered")), socket.readyState);
    note(line);
  });
}
function upgrade(path, take) {
  const [client, server] = Object.values(new WebSocketPair());
  take(server);
  return new Response(null, { status: 101, webSocket: client });
}
const note = (line) => log.push(line);
const logOf = ({ url }) => Response.json(log.filter(([path]) => path === "/" + url.split("?")[1]));
export class Room {
  constructor(ctx) { this.ctx = ctx; }
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/object-log") return logOf(request);
    return upgrade(pathname, (server) => {
      if (pathname.startsWith("/held")) { this.ctx.acceptWebSocket(server, [pathname]); return; }
      server.accept();
      serve(server, pathname, note);
    });
  }
  webSocketMessage(ws, data) {
    if (data === "close") ws.close(3001, "x".repeat(120));
    else if (data === "close plain") ws.close();
    else ws.send(JSON.stringify([typeOf(data), ws.binaryType, ws.readyState, Object.keys(ws).includes("url")]));
  }
  webSocketClose(ws, code, reason, wasClean) {
    const [path] = this.ctx.getTags(ws);
    const line = [path, code, reason.length > 20 ? reason.length : reason, wasClean, ws.readyState];
    line.push(attempt(() => ws.send("in the handler")), attempt(() => ws.close(path.endsWith("code") ? code : 4000, "answered")), ws.readyState);
    note(line);
  }
}
export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/worker-log") return logOf(request);
    if (!pathname.startsWith("/worker-")) return env.ROOM.get(env.ROOM.idFromName("one")).fetch(request);
    return upgrade(pathname, (server) => { server.accept(); serve(server, pathname, note); });
  }
};`;

const ENDS = { code: [3000, "bye"], plain: [1000, ""], long: [4321, "y".repeat(123)], "empty-code": [] };

export async function client(t, { date }) {
  for (const place of ["worker", "object", "held"]) {
    const seen = (path) => t.settled(`/${place === "worker" ? "worker" : "object"}-log?${path.slice(1)}`, (body) => body !== "[]");
    for (const [name, args] of Object.entries(ENDS)) {
      // What becomes of a Close that nobody answers is another case.
      if (name === "empty-code" && (place === "held" || date < "2026-04-07")) continue;
      const path = `/${place}-${name}`;
      const socket = await t.connect(path, { name: path });
      await socket.ask("text");
      await socket.ask(new Uint8Array([1, 2, 3]));
      socket.close(...args).catch(() => {});
      await seen(path);
      await socket.closed();
    }
    for (const how of ["close", "close plain"]) {
      const path = `/${place}-${how.replaceAll(" ", "-")}`;
      const socket = await t.connect(path, { name: path });
      socket.send(how);
      await socket.closed();
      await seen(path);
    }
    const path = `/${place}-vanish`;
    const socket = await t.connect(path, { name: path });
    await socket.ask("text");
    socket.vanish();
    await seen(path);
  }
}
