// Section 2.7: nobody listens at the address: error, then close with 1006; fetch() throws.
export const worker = `
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url), log = [];
    if (pathname === "/fetch") {
      try { await fetch("http://127.0.0.1:1/", { headers: { Upgrade: "websocket" } }); } catch (error) { return new Response(error.constructor.name + " " + (error.retryable ?? "-")); }
    }
    const ws = new WebSocket("ws://127.0.0.1:1/");
    ws.addEventListener("error", (event) => log.push([event.type, event.constructor.name, typeof event.message, event.error instanceof Error, ws.readyState]));
    await new Promise((resolve) => ws.addEventListener("close", ({ code, wasClean }) => { log.push(["close", code, wasClean, ws.readyState]); resolve(); }));
    return Response.json(log);
  }
};`;

export async function client(t) {
  await t.fetch("/constructor");
  await t.fetch("/fetch");
}
