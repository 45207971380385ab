// Sections 1.2 and 2.8: a Worker without objects keeps its socket, its timers and its globals after the answer.
export const config = { format: "service-worker" };
export const worker = `
let count = 0;
addEventListener("fetch", (event) => event.respondWith(handle(event.request)));
async function handle(request) {
  if (request.headers.get("Upgrade") !== "websocket") return new Response("Expected websocket", { status: 400 });
  const [client, server] = Object.values(new WebSocketPair());
  server.accept();
  server.addEventListener("message", async ({ data }) => {
    if (data === "CLICK") { count += 1; server.send(JSON.stringify({ count, rest: "x" })); }
    else if (data === "LATER") setTimeout(() => server.send("later"), 30);
    else server.send(JSON.stringify({ error: "Unknown message received", data }));
  });
  server.addEventListener("close", () => { count += 100; });
  return new Response(null, { status: 101, webSocket: client });
}`;

export async function client(t) {
  await t.fetch("/");
  const one = await t.connect("/ws", { name: "one" });
  await one.ask("CLICK");
  await one.ask("CLICK");
  await one.ask("LATER");
  await one.ask("nonsense");
  await one.close(1000, "bye");
}
