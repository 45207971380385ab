// Section 1.4: what was started and nobody waits for when the response has left.
export const differs =
  "it goes on here; what a request starts in another's turn, because it waited for the other's promise, could not be told from it";
export const config = {};
export const worker = `
const seen = new Set();
const later = (ms, name) => new Promise((resolve) => setTimeout(() => { seen.add(name); resolve(); }, ms));
export default {
  async fetch(request, env, ctx) {
    switch (new URL(request.url).pathname) {
      case "/timer": later(20, "timer"); return new Response("sent");
      case "/beside": later(60, "beside what is waited for"); ctx.waitUntil(later(30, "waited for beside others")); return new Response("sent");
      case "/seen": { await later(150, "nothing"); seen.delete("nothing"); const list = [...seen].sort(); seen.clear(); return Response.json(list); }
    }
  }
};`;

export async function client(t) {
  for (const path of ["timer", "beside"]) {
    await t.fetch(`/${path}`);
    await t.fetch("/seen");
  }
}
