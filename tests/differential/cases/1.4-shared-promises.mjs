// Section 1.5: a request that waits for a promise of another goes on when the other's is settled, also when the other is over.
export const config = { classes: { ECHO: "Echo" } };
export const worker = `
let inflight = null;
let tail = Promise.resolve();
export class Echo { async fetch(request) { await scheduler.wait(20); return new Response("echo of " + await request.text()); } }
const ask = async (env, text) => (await env.ECHO.getByName("one").fetch("http://echo", { method: "POST", body: text })).text();
export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    const n = searchParams.get("n");
    if (pathname === "/shared") {
      // Concurrent requests share one call; each goes on for itself.
      inflight ??= ask(env, "the shared one").finally(() => { inflight = null; });
      const shared = await inflight;
      if (n === "0") return new Response(shared);
      await scheduler.wait(20);
      return new Response(shared + " and " + await ask(env, n));
    }
    // One after the other.
    const before = tail;
    let release;
    tail = new Promise((resolve) => { release = resolve; });
    await before;
    try { await scheduler.wait(5); return new Response(await ask(env, n)); } finally { release(); }
  }
};`;

export async function client(t) {
  for (const path of ["shared", "queue"]) {
    const responses = await Promise.all([0, 1, 2, 3].map((n) => t.fetch(`/${path}?n=${n}`, { quiet: true })));
    for (const { status, body } of responses) t.log(path, status, body);
  }
}
