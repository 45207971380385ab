// Section 1.1: scheduled handlers of entrypoints, by way of a service binding: what they are told, how they end.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  flags: ["service_binding_extra_handlers"],
  services: { NAMED: { entrypoint: "Named", props: { a: 1 } }, OBJECT: { entrypoint: "plain" }, WITHOUT: { entrypoint: "Without" } },
  imports: `import { WorkerEntrypoint } from "cloudflare:workers";`,
  prelude: `
let last;
const act = (controller, ctx) => {
  switch (controller.cron) {
    case "throw": throw new Error("thrown");
    case "reject": return Promise.reject(new Error("rejected"));
    case "wait": ctx.waitUntil(Promise.resolve()); return;
    case "wait in vain": ctx.waitUntil(scheduler.wait(5).then(() => { throw new TypeError("later"); })); return;
    case "late": ctx.waitUntil(scheduler.wait(20).then(() => { last += " and late"; })); return;
    case "slow": return scheduler.wait(20).then(() => { last += " and slow"; });
    case "retry": controller.noRetry(); return;
    case "no retry and throw": controller.noRetry(); throw 1;
    case "value": return 7;
    case "abort": ctx.abort();
    case "getter": return { get then() { throw new Error("no promise"); } };
  }
};
export class Named extends WorkerEntrypoint {
  scheduled(controller, ...rest) {
    last = ["class", rest.length, this.ctx.props, Object.keys(this.env).length > 0, controller.cron, controller.scheduledTime].map((one) => render(one)).join(" ");
    return act(controller, this.ctx);
  }
}
export const plain = {
  scheduled(controller, env, ctx) {
    last = ["object", controller.cron, controller.scheduledTime, Object.keys(env).length > 0, typeof ctx.waitUntil].map((one) => render(one)).join(" ");
    if (controller.cron === "shape") last = [Object.keys(controller), controller.constructor.name, String(controller), controller instanceof Event, controller.type, typeof controller.waitUntil].map((one) => render(one)).join(" ");
    return act(controller, ctx);
  },
};
export class Without extends WorkerEntrypoint {}
const events = ["throw", "reject", "wait", "wait in vain", "late", "slow", "retry", "no retry and throw", "value", "abort", "getter"];`,
}, {
  "a class": async ({ env, note }) => {
    for (const cron of events) { last = ""; const { outcome, noRetry } = await env.NAMED.scheduled({ cron, scheduledTime: 1000.7 }); note([cron, outcome, noRetry, last]); }
  },
  "an object": async ({ env, note }) => {
    for (const cron of events) { last = ""; const { outcome, noRetry } = await env.OBJECT.scheduled({ cron, scheduledTime: new Date(5000) }); note([cron, outcome, noRetry, last]); }
  },
  "the controller": async ({ env }) => { await env.OBJECT.scheduled({ cron: "shape" }); return last; },
  "without options": async ({ env, note }) => {
    const result = await env.OBJECT.scheduled();
    note(result, last.startsWith('"object" "" '), Math.abs(Date.now() - Number(last.split(" ")[2])) < 5_000);
  },
  "without a handler": async ({ env }) => env.WITHOUT.scheduled(),
  "what is no time": async ({ env, note }) => {
    for (const scheduledTime of ["x", null, {}, true, 5n, new Date(NaN), NaN, Infinity, -1]) {
      try { note(scheduledTime === null, await env.OBJECT.scheduled({ cron: "", scheduledTime })); } catch (error) { note(error); }
    }
  },
  "what are no options": async ({ env, note }) => {
    for (const options of [null, "x", 5, () => 1, Symbol("s")]) {
      try { note(await env.OBJECT.scheduled(options)); } catch (error) { note(error); }
    }
  },
  "globals": () => [typeof ScheduledEvent, typeof ScheduledController],
  "made by a program": () => new ScheduledEvent("scheduled"),
});
