// The same service on Bun: echo, and a publish to everyone under /broadcast. Prints its port.
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, server) {
    const { pathname } = new URL(request.url);
    if (server.upgrade(request, { data: { broadcasts: pathname === "/broadcast" } })) return;
    return new Response("ready");
  },
  websocket: {
    perMessageDeflate: false,
    open(ws) {
      if (ws.data.broadcasts) ws.subscribe("everyone");
    },
    message(ws, message) {
      if (ws.data.broadcasts) server.publish("everyone", message);
      else ws.send(message);
    },
  },
});
console.log(`Ready on http://127.0.0.1:${server.port}`);
