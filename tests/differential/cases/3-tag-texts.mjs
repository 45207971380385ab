// Section 3: tags are compared as they are: no case, no trimming, any character.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const accept = (ctx, ...tags) => { const ws = Object.values(new WebSocketPair())[1]; ctx.acceptWebSocket(ws, tags); return ws; };`,
}, {
  "case": ({ ctx }) => { accept(ctx, "Room"); return ["Room", "room", "ROOM"].map((tag) => ctx.getWebSockets(tag).length); },
  "spaces": ({ ctx }) => { accept(ctx, " a "); return ["a", " a ", " a"].map((tag) => ctx.getWebSockets(tag).length); },
  "empty": ({ ctx }) => { accept(ctx, ""); accept(ctx); return [ctx.getWebSockets("").length, ctx.getWebSockets().length]; },
  "zeros": ({ ctx }) => { const ws = accept(ctx, "a\u0000b", "a"); return [ctx.getTags(ws), ctx.getWebSockets("a\u0000b").length, ctx.getWebSockets("a").length, ctx.getWebSockets("a\u0000").length]; },
  "other letters": ({ ctx }) => { const ws = accept(ctx, "\u00e9", "e\u0301", "\u{1F600}"); return [ctx.getTags(ws), ctx.getWebSockets("\u00e9").length, ctx.getWebSockets("e\u0301").length]; },
  "numbers": ({ ctx }) => { accept(ctx, 5); return [ctx.getWebSockets(5).length, ctx.getWebSockets("5").length, ctx.getWebSockets(5.0).length]; },
  "names of Object's members": ({ ctx }) => { accept(ctx, "constructor", "__proto__", "toString"); return ["constructor", "__proto__", "toString", "valueOf"].map((tag) => ctx.getWebSockets(tag).length); },
  "the order given": ({ ctx }) => ctx.getTags(accept(ctx, "c", "a", "b", "a", "c")),
  "changed afterwards": ({ ctx }) => { const tags = ["a"], ws = Object.values(new WebSocketPair())[1]; ctx.acceptWebSocket(ws, tags); tags.push("b"); const got = ctx.getTags(ws); got.push("c"); return [ctx.getTags(ws), ctx.getWebSockets("b").length]; },
});
