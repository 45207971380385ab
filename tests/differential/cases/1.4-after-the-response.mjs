// Section 1.4: what goes on after the response: what the context was told to wait for.
export const config = { classes: { ECHO: "Echo" } };
export const worker = `
const seen = new Set();
export class Echo { async fetch(request) { await scheduler.wait(Number(await request.text())); return new Response("late"); } }
const later = (ms, name) => new Promise((resolve) => setTimeout(() => { seen.add(name); resolve(); }, ms));
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    const call = (name) => env.ECHO.getByName("one").fetch("http://echo", { method: "POST", body: "20" }).then((response) => response.text()).then(() => seen.add(name));
    switch (pathname) {
      case "/timer": later(20, "timer"); return new Response("sent");
      case "/waited": ctx.waitUntil(later(20, "waited timer")); return new Response("sent");
      case "/chain": ctx.waitUntil(later(20, "first of two").then(() => later(20, "second of two"))); return new Response("sent");
      case "/inner": ctx.waitUntil(later(20, "outer").then(() => { ctx.waitUntil(later(20, "added meanwhile")); })); return new Response("sent");
      case "/beside": later(60, "beside what is waited for"); later(10, "before what is waited for"); ctx.waitUntil(later(30, "waited for beside others")); return new Response("sent");
      case "/call": call("call"); return new Response("sent");
      case "/waited-call": ctx.waitUntil(call("waited call")); return new Response("sent");
      case "/rejected": ctx.waitUntil(Promise.reject(new Error("no"))); ctx.waitUntil(later(20, "beside a rejection")); return new Response("sent");
      case "/failed": ctx.waitUntil(later(20, "after a failure")); throw new Error("on purpose");
      case "/stream": {
        const { readable, writable } = new TransformStream();
        (async () => { const writer = writable.getWriter(); await later(20, "while the body is written"); await writer.write(new TextEncoder().encode("body")); await writer.close(); await later(20, "after the body"); })();
        return new Response(readable);
      }
      case "/interval": { let n = 0; const id = setInterval(() => { seen.add("interval " + n); if (++n === 3) clearInterval(id); }, 5); return new Response("sent"); }
      case "/seen": { await later(150, "nothing"); seen.delete("nothing"); const list = [...seen].sort(); seen.clear(); return Response.json(list); }
    }
  }
};`;

export async function client(t) {
  for (const path of ["waited", "chain", "inner", "waited-call", "rejected", "failed"]) {
    await t.fetch(`/${path}`);
    await t.fetch("/seen");
  }
}
