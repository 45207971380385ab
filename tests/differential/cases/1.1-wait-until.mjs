// Section 1.4: work given to waitUntil goes on after the answer; a rejection there hurts nobody.
export const worker = `
const log = [];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/log") return Response.json(log);
    if (pathname === "/start") {
      log.push("answering");
      ctx.waitUntil(pause(10).then(() => log.push("first")));
      ctx.waitUntil(pause(20).then(() => { throw new Error("ignored"); }));
      ctx.waitUntil(pause(30).then(() => log.push("second")));
      ctx.waitUntil("not a promise");
      return Response.json([ctx.waitUntil(Promise.resolve()) === undefined, ctx.passThroughOnException() === undefined]);
    }
  }
};`;

export async function client(t) {
  await t.fetch("/start");
  await t.settled("/log", (body) => body.includes("second"));
}
