// Section 2.7: what the WebSocket constructor and fetch() refuse.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "no url": () => { try { new WebSocket(); } catch (error) { return error.name; } },
  "invalid url": () => new WebSocket("not a url"),
  "http": () => new WebSocket("http://127.0.0.1:1/"),
  "https": () => new WebSocket("https://127.0.0.1:1/"),
  "fragment": () => new WebSocket("ws://127.0.0.1:1/#here"),
  "protocol with a space": () => new WebSocket("ws://127.0.0.1:1/", "a b"),
  "empty protocol": () => new WebSocket("ws://127.0.0.1:1/", ""),
  "one wrong protocol": () => new WebSocket("ws://127.0.0.1:1/", ["a", "b/c"]),
  "repeated protocol": () => new WebSocket("ws://127.0.0.1:1/", ["a", "a"]),
  "fetch of ws": () => fetch("ws://127.0.0.1:1/"),
  "accept": () => { const one = new WebSocket("ws://127.0.0.1:1/"); one.addEventListener("error", () => {}); one.accept(); },
  "state while connecting": () => { const one = new WebSocket("ws://127.0.0.1:1/path?q"); return [one.readyState, one.url, one.protocol, one.extensions]; },
  "url as it is given": () => ["WS://127.0.0.1:1/a/../b", "ws://me:secret@127.0.0.1:1", "wss://EXAMPLE.com:443/"].map((url) => { try { return new WebSocket(url).url; } catch (error) { return error.message; } }),
  "url of another type": () => new WebSocket(new URL("ws://127.0.0.1:1/b")).url,
  "send while connecting": () => { const one = new WebSocket("ws://127.0.0.1:1/"); one.send("x"); },
  "in a Response": () => { new Response(null, { status: 101, webSocket: new WebSocket("ws://127.0.0.1:1/") }); return "constructed"; },
});
