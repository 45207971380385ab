// Section 3: ten distinct tags of at most 256 bytes each, and the words for more.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const taken = (ctx, tags) => { const ws = Object.values(new WebSocketPair())[1]; try { ctx.acceptWebSocket(ws, tags); return ctx.getTags(ws).map((tag) => tag.length); } catch (error) { return error.constructor.name + " " + error.message; } };
const some = (count) => Array.from({ length: count }, (_, n) => "t" + n);`,
}, {
  "counts": ({ ctx }) => [0, 1, 9, 10, 11, 12, 100].map((count) => taken(ctx, some(count))),
  "ten and repeats": ({ ctx }) => taken(ctx, [...some(10), ...some(10)]),
  "eleven, one repeated": ({ ctx }) => taken(ctx, [...some(10), "t0"]),
  "lengths": ({ ctx }) => [0, 1, 255, 256, 257, 1000].map((length) => taken(ctx, ["x".repeat(length)])),
  "lengths in UTF-8": ({ ctx }) => [128, 129].map((length) => taken(ctx, ["\u00e9".repeat(length)])),
  "four bytes each": ({ ctx }) => [64, 65].map((length) => taken(ctx, ["\u{1F600}".repeat(length)])),
  "one of several": ({ ctx }) => taken(ctx, ["fine", "y".repeat(257), "also"]),
  "too many and too long": ({ ctx }) => taken(ctx, [...some(10), "z".repeat(257)]),
});
