// Section 2.4: the order of onmessage and listeners, and the options of addEventListener.
export const worker = `
export default {
  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    const order = [];
    const push = (name) => () => { order.push(name); };
    const removed = push("removed"), controller = new AbortController();
    server.addEventListener("message", push("first"));
    server.addEventListener("message", function () { order.push("this " + (this === server)); });
    server.addEventListener("message", { handleEvent(event) { order.push("object " + event.type); } });
    server.addEventListener("message", push("once"), { once: true });
    server.addEventListener("message", removed);
    server.removeEventListener("message", removed);
    server.addEventListener("message", push("signal"), { signal: controller.signal });
    const twice = push("twice");
    server.addEventListener("message", twice);
    server.addEventListener("message", twice);
    server.onmessage = push("onmessage");
    server.addEventListener("message", ({ data }) => {
      server.send(JSON.stringify(order.splice(0)));
      if (data === "stop") server.addEventListener("message", (event) => event.stopImmediatePropagation(), { once: true });
      if (data === "abort") controller.abort();
      if (data === "drop") server.onmessage = null;
    });
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  for (const data of ["1", "2", "abort", "3", "drop", "4"]) await socket.ask(data);
}
