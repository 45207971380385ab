// Section 1.1 and 1.3: the default export as a class that extends WorkerEntrypoint, made anew for every invocation.
export const config = { vars: { GREETING: "hello" } };
export const worker = `
import { WorkerEntrypoint } from "cloudflare:workers";
let made = 0;
export default class extends WorkerEntrypoint {
  number = ++made;
  async fetch(request) {
    return Response.json({ made: this.number, greeting: this.env.GREETING, waitUntil: typeof this.ctx.waitUntil, own: Object.keys(this), count: arguments.length, path: new URL(request.url).pathname });
  }
}`;

export async function client(t) {
  await t.fetch("/first");
  await t.fetch("/second");
}
