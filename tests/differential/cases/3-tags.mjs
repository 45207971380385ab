// Section 3: tags: kept, de-duplicated, limited, and how getWebSockets uses them.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const accept = (ctx, tags, ...more) => { const [client, server] = Object.values(new WebSocketPair()); ctx.acceptWebSocket(server, tags, ...more); server.mate = client; return server; };`,
}, {
  "none": ({ ctx }) => ctx.getTags(accept(ctx)),
  "an empty list": ({ ctx }) => ctx.getTags(accept(ctx, [])),
  "some": ({ ctx }) => ctx.getTags(accept(ctx, ["b", "a"])),
  "repeated": ({ ctx }) => ctx.getTags(accept(ctx, ["a", "b", "a", "a"])),
  "not strings": ({ ctx }) => ctx.getTags(accept(ctx, [1, null, true])),
  "ten": ({ ctx }) => ctx.getTags(accept(ctx, [..."0123456789"])).length,
  "eleven": ({ ctx }) => accept(ctx, [..."0123456789", "x"]),
  "eleven with repeats": ({ ctx }) => ctx.getTags(accept(ctx, [..."0123456789", "9", "8"])).length,
  "a long one": ({ ctx }) => ctx.getTags(accept(ctx, ["x".repeat(256)]))[0].length,
  "too long": ({ ctx }) => accept(ctx, ["x".repeat(257)]),
  "too long in bytes": ({ ctx }) => { try { accept(ctx, ["\u00e9".repeat(129)]); return "fine"; } catch (error) { return error.name + " " + error.message.length; } },
  "empty": ({ ctx }) => { const one = accept(ctx, [""]); return [ctx.getTags(one), ctx.getWebSockets("").length]; },
  "a string": ({ ctx }) => { try { return ctx.getTags(accept(ctx, "text")); } catch (error) { return error.name; } },
  "of a new socket": ({ ctx }) => ctx.getTags(new WebSocketPair()[0]),
  "of an accepted socket": ({ ctx }) => { const one = new WebSocketPair()[0]; one.accept(); return ctx.getTags(one); },
  "of something else": ({ ctx }) => { try { ctx.getTags({}); } catch (error) { return error.name; } },
  "order without a tag": ({ ctx }) => { const all = ["1", "2", "3"].map((tag) => accept(ctx, [tag])); return ctx.getWebSockets().map((one) => ctx.getTags(one)[0]); },
  "order with a tag": ({ ctx }) => { for (const tag of ["1", "2", "3"]) accept(ctx, [tag, "all"]); return ctx.getWebSockets("all").map((one) => ctx.getTags(one)[0]); },
  "unknown tag": ({ ctx }) => { accept(ctx, ["a"]); return ctx.getWebSockets("b"); },
  "undefined as tag": ({ ctx }) => { accept(ctx, ["a"]); return ctx.getWebSockets(undefined).length; },
  "null as tag": ({ ctx }) => { accept(ctx, ["null"]); accept(ctx, ["x"]); return ctx.getWebSockets(null).length; },
  "a new array each time": ({ ctx }) => { const one = accept(ctx); return [ctx.getWebSockets() !== ctx.getWebSockets(), ctx.getWebSockets()[0] === one]; },
});
