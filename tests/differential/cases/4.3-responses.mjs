// Section 4.3: what of a Response reaches the caller, and what it may do with it.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  prelude: `
export class Room {
  fetch(request) {
    const status = Number(new URL(request.url).pathname.slice(1));
    const headers = new Headers({ "X-A": "1", "Content-Type": "text/x", "X-\\u0041Mixed": "Case" });
    headers.append("Set-Cookie", "a=1"); headers.append("Set-Cookie", "b=2"); headers.append("X-Many", "1"); headers.append("X-Many", "2");
    return new Response([204, 304].includes(status) ? null : "body", { status, headers, statusText: status === 250 ? "Own" : undefined });
  }
}
const get = (env, path) => env.ROOM.getByName("x").fetch("http://a" + path);`,
}, {
  "statuses": async ({ env }) => { const told = []; for (const status of [200, 201, 204, 250, 302, 304, 400, 404, 500, 599]) { const one = await get(env, "/" + status); told.push([one.status, one.ok, one.statusText, one.body === null, await one.text()]); } return told; },
  "headers": async ({ env }) => { const { headers } = await get(env, "/200"); return [[...headers], headers.get("x-many"), headers.getSetCookie()]; },
  "other properties": async ({ env }) => { const one = await get(env, "/200"); return [one.url, one.redirected, one.type, one.bodyUsed, one.webSocket, one instanceof Response, one.cf]; },
  "a clone": async ({ env }) => { const one = await get(env, "/200"), two = one.clone(); return [await one.text(), await two.text(), two.status]; },
  "headers are immutable": async ({ env }) => { const one = await get(env, "/200"); try { one.headers.set("X-A", "2"); return "changed"; } catch (error) { return render(error); } },
  "a copy is not": async ({ env }) => { const one = await get(env, "/200"), two = new Response(one.body, one); two.headers.set("X-A", "2"); return [two.headers.get("x-a"), await two.text(), two.status]; },
  "read twice": async ({ env }) => { const one = await get(env, "/200"); await one.text(); try { await one.text(); } catch (error) { return error.constructor.name; } },
  "never read": async ({ env }) => { await get(env, "/200"); return (await get(env, "/200")).status; },
});
