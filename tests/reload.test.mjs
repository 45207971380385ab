// A change of any loaded file: new code for new events, hibernatable sockets stay, others close with 1012; a program that
// does not load leaves the old one running and says why.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

const index = `import { DurableObject } from "cloudflare:workers";
import { version } from "./version";
export class Room extends DurableObject {
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/hibernatable")) { this.ctx.acceptWebSocket(server, ["kept"]); server.serializeAttachment({ since: version }); }
    else { server.accept(); server.addEventListener("message", () => server.send("ordinary " + version)); }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) { ws.send([version, ws.deserializeAttachment().since, this.ctx.getTags(ws), this.ctx.getWebSockets().length, message].join(" ")); }
}
export default {
  fetch(request, env) {
    if (request.headers.get("Upgrade") !== "websocket") return new Response(version + " " + env.WHO);
    return env.ROOM.getByName("one").fetch(request);
  },
};
`;

async function started() {
  const config = project({ "src/index.ts": index, "src/version.ts": `export const version: string = "first";\n` }, {
    name: "reloading", main: "src/index.ts", compatibility_date: "2026-04-07", vars: { WHO: "me" }, ...objects({ ROOM: "Room" }),
  });
  const server = await dev({ config });
  const write = (file, text) => fs.writeFileSync(path.join(path.dirname(config), file), text);
  const answers = (text) => eventually(`the answer ${text}`, async () => (await request(server.url, "/")).body === text);
  return { server, config, write, answers };
}

describe("reload", { concurrency: 2 }, () => {
  test("new code for new events; hibernatable sockets stay, others close with 1012", async () => {
    const { server, write, answers } = await started();
    try {
      await answers("first me");
      const kept = await Client.open(server.url, "/hibernatable");
      const ordinary = await Client.open(server.url, "/ordinary");
      assert.equal(await kept.ask("a"), "first first kept 1 a");
      assert.equal(await ordinary.ask("a"), "ordinary first");
      write("src/version.ts", `export const version: string = "second";\n`);
      assert.equal((await ordinary.closed()).code, 1012);
      await answers("second me");
      assert.equal(await kept.ask("b"), "second first kept 1 b");
      const late = await Client.open(server.url, "/hibernatable");
      assert.equal(await late.ask("c"), "second second kept 2 c");
      assert.ok(kept.isOpen);
      for (const one of [kept, late]) one.vanish();
    } finally {
      await server.stop();
    }
  });

  test("a broken program leaves the old one running and shows why; mending it goes on", async () => {
    const { server, write, answers } = await started();
    try {
      const kept = await Client.open(server.url, "/hibernatable");
      const ordinary = await Client.open(server.url, "/ordinary");
      await ordinary.ask("a");
      const from = server.text.length;
      write("src/version.ts", `export const version: string = = "broken";\n`);
      await server.printed(/src\/version\.ts:1:/, undefined, from);
      await answers("first me");
      assert.equal(await kept.ask("b"), "first first kept 1 b");
      assert.equal(await ordinary.ask("b"), "ordinary first");
      write("src/version.ts", `throw new Error("at load");\nexport const version = "never";\n`);
      await server.printed(/at load/, undefined, from);
      await answers("first me");
      assert.equal(await ordinary.ask("c"), "ordinary first");
      write("src/version.ts", `export const version = "mended";\n`);
      await answers("mended me");
      assert.equal(await kept.ask("d"), "mended first kept 1 d");
      kept.vanish();
      ordinary.vanish();
    } finally {
      await server.stop();
    }
  });

  test("a change of the configuration counts too", async () => {
    const { server, config, answers } = await started();
    try {
      await answers("first me");
      fs.writeFileSync(config, fs.readFileSync(config, "utf8").replace('"me"', '"you"'));
      await answers("first you");
    } finally {
      await server.stop();
    }
  });
});
