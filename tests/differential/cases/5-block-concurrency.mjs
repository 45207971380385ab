// Section 5: blockConcurrencyWhile: its callback runs after the caller's turn, others wait, a failure resets the object.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const order = [];
let births = 0;
export class Room {
  constructor(state) {
    this.state = state;
    births++;
    this.ready = false;
    state.blockConcurrencyWhile(async () => { order.push("init " + this.late); await pause(20); this.ready = true; });
    this.late = "set after the call";
  }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case "/ready": return Response.json([this.ready, births]);
      case "/order": return Response.json(order.splice(0));
      case "/value": return Response.json(await this.state.blockConcurrencyWhile(async () => { await pause(1); return { answer: 42 }; }));
      case "/hold": await this.state.blockConcurrencyWhile(async () => { order.push("hold begins"); await pause(50); order.push("hold ends"); }); order.push("hold returned"); return new Response("held");
      case "/quick": order.push("quick"); return new Response("quick");
      case "/fail": this.mark = true; await this.state.blockConcurrencyWhile(async () => { throw new Error("section failed"); });
      case "/sync-throw": await this.state.blockConcurrencyWhile(() => { throw new TypeError("section threw"); });
      case "/no-promise": return Response.json([await this.state.blockConcurrencyWhile(() => 7)]);
    }
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const ask = async (path) => { try { return await (await env.ROOM.getByName("one").fetch("http://object" + path)).text(); } catch (error) { return error.name + ": " + error.message + " remote=" + error.remote + " reset=" + error.durableObjectReset; } };
    if (pathname === "/together") { const stub = env.ROOM.getByName("one"); const answers = await Promise.all(["/hold", "/quick", "/quick"].map((path) => stub.fetch("http://object" + path).then((response) => response.text()))); return Response.json([answers, await ask("/order")]); }
    return new Response(await ask(pathname));
  }
};`;

export async function client(t) {
  for (const path of ["/ready", "/order", "/value", "/together", "/no-promise", "/fail", "/ready", "/sync-throw", "/ready"]) await t.fetch(path);
}
