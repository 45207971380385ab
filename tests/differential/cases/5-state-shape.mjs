// Section 5: the state as an object.
import { probes } from "../probes.mjs";

export const variants = { before: { date: "2025-11-16" }, after: { date: "2025-11-17" } };
export const { config, worker, client } = probes({
  inObject: true,
  prelude: `
const shape = (holder, key) => { const one = Object.getOwnPropertyDescriptor(holder, key); return one && [typeof one.value, one.get !== undefined, one.enumerable, one.configurable]; };
const attempt = (action) => { try { return action(); } catch (error) { return render(error); } };
const methods = ["waitUntil", "blockConcurrencyWhile", "abort", "acceptWebSocket", "getWebSockets", "getTags", "setWebSocketAutoResponse", "getWebSocketAutoResponse", "getWebSocketAutoResponseTimestamp", "setHibernatableWebSocketEventTimeout", "getHibernatableWebSocketEventTimeout"];`,
}, {
  "own keys": ({ ctx }) => Object.keys(ctx).filter((key) => key !== "facets" && key !== "container").sort(),
  "spread": ({ ctx }) => { const copy = { ...ctx }; return [copy.storage === ctx.storage, copy.id === ctx.id]; },
  "methods": ({ ctx }) => methods.map((name) => [name, shape(Object.getPrototypeOf(ctx), name), ctx[name].length, ctx[name].name]),
  "class": ({ ctx }) => [ctx.constructor.name, ctx.constructor.length, Object.prototype.toString.call(ctx), attempt(() => new ctx.constructor())],
  "the same each time": ({ ctx }) => [ctx.id === ctx.id, ctx.storage === ctx.storage, ctx.props === ctx.props],
  "read-only": ({ ctx }) => ["id", "storage"].map((name) => { const before = ctx[name]; try { ctx[name] = 5; } catch {} return ctx[name] === before || typeof ctx[name]; }),
  "props": ({ ctx }) => [typeof ctx.props, JSON.stringify(ctx.props)],
  "exports": ({ ctx }) => [typeof ctx.exports, "exports" in ctx],
  "not there": ({ ctx }) => ["passThroughOnException", "env", "fetch", "name", "alarm", "version", "primaryStub"].map((name) => typeof ctx[name]),
  "on something else": ({ ctx }) => methods.map((name) => attempt(() => ctx[name].call({}))),
  "without its object": ({ ctx }) => { const { getWebSockets, waitUntil } = ctx; return [attempt(() => getWebSockets()), attempt(() => waitUntil(Promise.resolve()))]; },
});
