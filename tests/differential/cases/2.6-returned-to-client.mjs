// Section 2.6: a Worker that returns an end it may not return.
export const differs = "the client is refused; workerd lets it in and drops it";
export const worker = `
let kept;
const respond = (webSocket) => new Response(null, { status: 101, webSocket });
export default {
  async fetch(request) {
    const [client] = Object.values(new WebSocketPair());
    switch (new URL(request.url).pathname) {
      case "/accepted": client.accept(); return respond(client);
      case "/client": { const ws = new WebSocket("ws://127.0.0.1:1/"); ws.addEventListener("error", () => {}); return respond(ws); }
      case "/constructed": try { respond(client); respond(client); return new Response("both"); } catch (error) { return new Response(error.name + ": " + error.message); }
    }
  }
};`;

export async function client(t) {
  for (const path of ["/accepted", "/client"]) await t.connect(path, { name: path });
  await t.fetch("/constructed");
}
