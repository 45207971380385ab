// Headers: combining, order, cookies, validation.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "combining": () => { const h = new Headers([["X-A", "1"], ["x-a", "2"]]); h.append("B", " padded "); return [[...h], h.get("X-a"), h.has("b"), h.get("none")]; },
  "order": () => [...new Headers({ zebra: "1", Apple: "2", mango: "3" }).keys()],
  "cookies": () => { const h = new Headers(); h.append("Set-Cookie", "a=1"); h.append("set-cookie", "b=2"); return [h.getSetCookie(), h.get("set-cookie"), [...h]]; },
  "delete and set": () => { const h = new Headers({ a: "1", b: "2" }); h.delete("A"); h.set("b", "3"); h.set("c", 4); return [...h]; },
  "bad name": () => ["a b", "a:b", "a\n"].map((name) => { try { new Headers().set(name, "x"); return "fine"; } catch (error) { return error.name; } }),
  "bad value": () => ["a\nb", "a\0b"].map((value) => { try { new Headers().set("x", value); return "fine"; } catch (error) { return error.name; } }),
  "from Headers": () => [...new Headers(new Headers({ a: "1" }))],
  "forEach": () => { const seen = []; new Headers({ a: "1", b: "2" }).forEach((value, name) => seen.push(name + "=" + value)); return seen; },
  "incoming are immutable": ({ request }) => { try { request.headers.set("a", "b"); return "mutable"; } catch (error) { return error.name; } },
  "class": () => [Object.prototype.toString.call(new Headers()), typeof Headers.prototype.entries],
});
