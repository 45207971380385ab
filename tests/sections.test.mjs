// Critical sections (blockConcurrencyWhile) of several objects at once, and of one object one after the other: what is
// held back, in which order it goes on, and that objects which share an isolate do not share sections.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";

const index = `import { DurableObject } from "cloudflare:workers";
export class Slow extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => { await scheduler.wait(50); this.ready = true; });
  }
  fetch() { return new Response(String(this.ready)); }
}
export class Orderly extends DurableObject {
  log = [];
  constructor(ctx, env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(() => scheduler.wait(50));
  }
  async fetch(request) {
    const name = new URL(request.url).searchParams.get("as");
    if (name === "a") {
      await this.ctx.blockConcurrencyWhile(async () => {
        this.log.push("+a");
        await scheduler.wait(5);
        this.log.push("-a");
      });
    } else this.log.push(name);
    return new Response(this.log.join(" "));
  }
}
// Asks another object while a section holds the answer back, and lets a third ask meanwhile.
export class Asking extends DurableObject {
  async fetch(request) {
    const stub = (name) => this.env.ASKING.getByName(name);
    const ask = (stub, path) => stub.fetch("http://object/" + path).then((response) => response.text());
    const path = new URL(request.url).pathname.slice(1);
    if (path === "first") {
      const held = ask(stub("echo"), "held back");
      const meanwhile = await this.ctx.blockConcurrencyWhile(() => ask(stub("other"), "other"));
      return Response.json([await held, JSON.parse(meanwhile)]);
    }
    if (path === "other") {
      const answers = await ask(stub("echo"), "1");
      return Response.json([answers, ...await Promise.all(["2", "3", "4"].map((what) => ask(stub("echo"), what)))]);
    }
    return new Response(decodeURIComponent(path));
  }
}
export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname === "/asking") return env.ASKING.getByName("first").fetch("http://object/first");
    if (new URL(request.url).pathname === "/flood") {
      const stub = env.SLOW.getByName("flooded");
      const ends = {};
      await Promise.all(Array.from({ length: 10_100 }, () => stub.fetch("http://object/").then(
        (response) => response.text(),
        (error) => error.overloaded + " " + error.message,
      ).then((end) => { ends[end] = (ends[end] ?? 0) + 1; })));
      return Response.json(ends);
    }
    const ask = (stub, as) => stub.fetch("http://object/?as=" + as).then((response) => response.text());
    const answers = new URL(request.url).pathname === "/many"
      ? ["a", "b", "c", "d"].map((name) => ask(env.SLOW.getByName(name)))
      : ["a", "b", "c"].map((as) => ask(env.ORDERLY.getByName("one"), as));
    return Response.json(await Promise.all(answers));
  },
};
`;

async function answers(path) {
  const config = project({ "src/index.js": index }, {
    name: "sections", main: "src/index.js", compatibility_date: "2026-04-07", ...objects({ SLOW: "Slow", ORDERLY: "Orderly", ASKING: "Asking" }),
  });
  const server = await dev({ config, args: ["--threads", "1"] });
  try {
    return JSON.parse((await request(server.url, path)).body);
  } finally {
    await server.stop();
  }
}

test("objects of one isolate are in critical sections at the same time", async () => {
  assert.deepEqual(await answers("/many"), ["true", "true", "true", "true"]);
});

test("events that a section held back are held back again by the section the first of them opens", async () => {
  assert.deepEqual(await answers("/order"), ["+a -a", "+a -a b", "+a -a b c"]);
});

test("an answer that a section holds back stays its caller's", async () => {
  assert.deepEqual(await answers("/asking"), ["held back", ["1", "2", "3", "4"]]);
});

test("calls beyond what may wait for an object are refused, the others answered", async () => {
  const { true: answered, ...refused } = await answers("/flood");
  assert.deepEqual(Object.keys(refused), ["true Durable Object is overloaded. Too many requests queued."]);
  const [count] = Object.values(refused);
  assert.equal(answered + count, 10_100);
  assert.ok(answered >= 10_000, `${answered} were answered`);
});
