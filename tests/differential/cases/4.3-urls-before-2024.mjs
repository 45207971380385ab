// Section 4.3: before 2024-06-03 a URL is kept as it was written, and parsed when it is sent.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2024-01-01", flags: [], classes: { ROOM: "Room" },
  prelude: `export class Room { constructor() {} async fetch(r) { return new Response(r.url) } }`,
}, {
  "urls": () => ["http://foo", "http://foo/", "http://foo?x=1", "http://foo#frag", "HTTP://FOO/A b", "http://foo:80/x", "http://foo/a/../b", "http://foo/%7e", "http://foo/ü?ü", "http://user:pw@foo", "https://foo:443", "http://foo//a", "http://foo/a?b=c d&e", "http://foo/a?", "http://foo/a?b=%20+"].map((u) => { try { return new Request(u).url } catch (e) { return e } }),
  "url": () => [new Request(new URL("http://foo")).url, new Request(new Request("http://foo")).url],
  "bad": () => ["foo", "", "http:", "http://", "/x"].map((u) => { try { return new Request(u).url } catch (e) { return e } }),
  "stub": async ({ env }) => [await (await env.ROOM.get(env.ROOM.idFromName("a")).fetch("http://foo")).text(), await (await env.ROOM.get(env.ROOM.idFromName("a")).fetch("http://foo/a/../b?c d")).text()],
});
