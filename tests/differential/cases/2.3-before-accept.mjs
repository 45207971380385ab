// Section 2.3: what comes before accept() waits; what one end sends before the other is returned arrives in order.
export const worker = `
export default {
  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    const { pathname } = new URL(request.url);
    const echo = ({ data }) => server.send("echo " + data);
    if (pathname === "/listen-first") { server.addEventListener("message", echo); server.accept(); }
    if (pathname === "/accept-first") { server.accept(); server.addEventListener("message", echo); }
    if (pathname === "/accept-later") { server.addEventListener("message", echo); setTimeout(() => server.accept(), 50); }
    if (pathname === "/send-first") { server.accept(); server.send("one"); server.send("two"); server.addEventListener("message", echo); }
    if (pathname === "/second-end") { client.accept(); client.addEventListener("message", ({ data }) => client.send("other end " + data)); return new Response(null, { status: 101, webSocket: server }); }
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

export async function client(t) {
  for (const name of ["listen-first", "accept-first", "accept-later", "second-end"]) {
    const socket = await t.connect(`/${name}`, { name });
    socket.send("a");
    socket.send("b");
    await socket.next();
    await socket.next();
  }
  const socket = await t.connect("/send-first", { name: "send-first" });
  await socket.next();
  await socket.next();
  await socket.ask("three");
}
