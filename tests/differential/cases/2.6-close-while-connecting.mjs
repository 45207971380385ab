// Section 2.6: close() of a socket that is still connecting gives up the attempt.
import net from "node:net";

export const worker = `
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const ws = new WebSocket("ws://" + searchParams.get("to")), log = [ws.readyState];
    for (const type of ["open", "message", "error", "close"]) ws.addEventListener(type, (event) => log.push([type, event.code ?? null, event.wasClean ?? null, event.message, event.reason, ws.readyState]));
    if (pathname === "/later") await scheduler.wait(20);
    ws.close(...(pathname === "/code" ? [4000, "never mind"] : []));
    log.push(ws.readyState);
    try { ws.send("x"); log.push("sent"); } catch (error) { log.push(error.name + ": " + error.message); }
    ws.close();
    await scheduler.wait(100);
    log.push(ws.readyState);
    return Response.json(log);
  }
};`;

export async function client(t) {
  // A server that never answers the handshake.
  const open = new Set();
  const server = net.createServer((socket) => { open.add(socket); socket.on("error", () => {}); });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.defer(() => { for (const one of open) one.destroy(); server.close(); });
  for (const path of ["/now", "/code", "/later"]) t.log(path, (await t.fetch(`${path}?to=127.0.0.1:${server.address().port}`, { quiet: true })).body);
}
