// URL and URLSearchParams.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const parts = (url) => [url.href, url.origin, url.protocol, url.username, url.password, url.host, url.hostname, url.port, url.pathname, url.search, url.hash];`,
}, {
  "parts": () => parts(new URL("https://user:p%40ss@EXAMPLE.com:8443/a/../b%20c?q=1&r=%C3%A9#frag")),
  "default port": () => [new URL("https://a:443/").href, new URL("http://a:80/").port, new URL("ws://a:80").href],
  "relative": () => [new URL("../x?y#z", "http://h/a/b/c").href, new URL("//other/p", "https://h/").href, new URL("?q", "http://h/a").href],
  "unicode": () => [new URL("http://m\u00fcnchen.de/\u00e9?\u00e9#\u00e9").href, new URL("http://\u{1F600}.com").hostname],
  "invalid": () => ["", "nonsense", "http://", "http://a b/", "http://a:99999/"].map((text) => { try { return new URL(text).href; } catch (error) { return error.name; } }),
  "canParse": () => [URL.canParse("http://a"), URL.canParse("a"), URL.canParse("a", "http://b")],
  "setters": () => { const url = new URL("http://a/b"); url.protocol = "https"; url.host = "c:81"; url.pathname = "/x y"; url.search = "?a=1"; url.hash = "h"; url.username = "me"; return url.href; },
  "ip addresses": () => [new URL("http://0x7f.1/").host, new URL("http://[::1]:80/").host, new URL("http://[2001:DB8:0:0::1]/").hostname],
  "other schemes": () => [parts(new URL("data:text/plain,hi?a#b")), new URL("blob:https://a/b").origin],
  "searchParams": () => { const url = new URL("http://a/?x=1&y=2&x=3"); url.searchParams.append("z", "a b&c"); url.searchParams.delete("y"); return [url.href, url.searchParams.getAll("x"), [...url.searchParams]]; },
  "params from": () => [new URLSearchParams("?a=1&b=2").toString(), new URLSearchParams({ a: 1, b: "x y" }).toString(), new URLSearchParams([["a", "1"], ["a", "2"]]).toString(), new URLSearchParams("a=%zz&b=+&=c&d").toString()],
  "params methods": () => { const p = new URLSearchParams("b=2&a=1&b=1"); p.sort(); p.set("c", "3"); return [p.toString(), p.has("a"), p.has("b", "9"), p.size, p.get("nothing")]; },
  "json": () => JSON.stringify({ url: new URL("http://a/b") }),
});
