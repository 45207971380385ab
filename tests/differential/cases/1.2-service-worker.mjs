// Section 1.2: the service-worker format: respondWith, bindings as globals, listeners in order.
export const config = { format: "service-worker", vars: { GREETING: "hello", SETTINGS: { deep: [1, 2] } } };
export const worker = `
let count = 0;
addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname === "/second") return;
  if (pathname === "/throw") throw new Error("in the listener");
  event.respondWith(handle(event, pathname));
  if (pathname === "/twice") try { event.respondWith(new Response("again")); } catch (error) { twice = error.name + ": " + error.message; }
});
addEventListener("fetch", (event) => {
  if (event.request.url.endsWith("/second")) event.respondWith(new Response("from the second listener"));
});
let twice;
async function handle(event, pathname) {
  count++;
  switch (pathname) {
    case "/globals": return new Response(JSON.stringify([GREETING, SETTINGS, typeof env, typeof ctx]));
    case "/event": return new Response(JSON.stringify([event.type, event instanceof FetchEvent, event instanceof ExtendableEvent, typeof event.waitUntil, typeof event.passThroughOnException]));
    case "/this": return new Response(String(self === globalThis) + " " + typeof self.addEventListener);
    case "/count": return new Response("count " + count);
    case "/twice": return new Response("first").text().then((text) => new Response(text));
    case "/twice-error": return new Response(String(twice));
    case "/reject": throw new Error("rejected");
    case "/number": return 5;
  }
  return new Response("not here", { status: 404 });
}`;

export async function client(t) {
  for (const path of ["/globals", "/event", "/this", "/second", "/twice", "/twice-error", "/throw", "/reject", "/number", "/count"]) await t.fetch(path);
}
