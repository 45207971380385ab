// Section 2.7: the subprotocols that the WebSocket constructor takes.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const made = (protocols) => { try { const one = new WebSocket("ws://127.0.0.1:1/", protocols); one.addEventListener("error", () => {}); one.close(); return [one.protocol]; } catch (error) { return error.name + ": " + error.message + " " + error.code; } };`,
}, {
  "one": () => made("chat"),
  "some": () => made(["a", "b.c", "d-e", "!#$%&'*+.^_\`|~"]),
  "none": () => [made([]), made(undefined)],
  "empty": () => [made(""), made([""]), made(["a", ""])],
  "wrong characters": () => ["a b", "a,b", "a/b", "(a)", "a;b", "a=b", "\u00e9", "a\tb", "[a]", "{a}", "a:b", "a@b", "a?b"].map((one) => made(one)),
  "wrong characters in a list": () => made(["fine", "a b"]),
  "repeated": () => [made(["a", "a"]), made(["a", "A"]), made(["a", "b", "a"])],
  "repeated and wrong": () => made(["a b", "a b"]),
  "a null": () => made(null),
  "a number": () => made(5),
  "a list of numbers": () => made([1, 2]),
  "a set": () => made(new Set(["a"])),
  "an object": () => made({}),
});
