// Section 2.7: the addresses that the WebSocket constructor takes, and what its url says.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const made = (...how) => { try { const one = new WebSocket(...how); one.addEventListener("error", () => {}); const { url } = one; one.close(); return url; } catch (error) { return error.name + ": " + error.message + " " + error.code; } };`,
}, {
  "plain": () => made("ws://127.0.0.1:1/a/b?c=d"),
  "no path": () => made("ws://127.0.0.1:1"),
  "spaces": () => made("ws://127.0.0.1:1/a b"),
  "other schemes": () => ["http://a/", "https://a/", "ftp://a/", "file:///a"].map((url) => made(url)),
  "no address": () => ["", "a", "/a", "//a/b", "?x", "ws:", "ws://a b/"].map((url) => made(url)),
  "fragments": () => ["ws://a/#", "ws://a/#b", "ws://a/?b#c"].map((url) => made(url)),
  "other values": () => [undefined, null, 5, {}, new URL("ws://127.0.0.1:1/u"), { toString: () => "ws://127.0.0.1:1/own" }].map((url) => made(url)),
  "user and password": () => made("ws://me:secret@127.0.0.1:1/"),
  "upper case": () => made("WS://127.0.0.1:1/A"),
  "escapes": () => made("ws://127.0.0.1:1/%41/\u00e9?\u00e9"),
  "the class of the error": () => { try { new WebSocket("x"); } catch (error) { return [error instanceof DOMException, error.constructor === DOMException, error instanceof Error, error.code]; } },
});
