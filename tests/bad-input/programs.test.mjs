// Programs that do not load, or that throw: the words name the file and the line, and what can go on does.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Client, request } from "../support/client.mjs";
import { dev, exit, project, room, run } from "../support/holdfast.mjs";
import { temporaryFolder } from "../support/process.mjs";

const keys = { name: "x", main: "src/index.js", compatibility_date: "2026-04-07" };

async function refused(files, ...words) {
  const { code, text } = await run(["dev", "--config", project(files, keys), "--port", "0", "--persist-to", temporaryFolder()]);
  assert.equal(code, exit.program, text);
  for (const word of words) assert.match(text, word);
  assert.doesNotMatch(text, /panicked|Ready on/);
}

describe("programs", { concurrency: 2 }, () => {
  test("a syntax error shows file, line and the line itself", () => refused(
    { "src/index.js": `export default {\n  fetch() { return new Response("x") }\n};\nlet oops = = 5;\n` },
    /src\/index\.js:4:/, /let oops = = 5/,
  ));
  test("a syntax error in an imported file shows that file", () => refused(
    { "src/index.js": `import "./part.ts";\nexport default {};\n`, "src/part.ts": `export const a: number = 1;\nenum { }\n` },
    /src\/part\.ts:2:/,
  ));
  test("an import that is not there shows what and where", () => refused(
    { "src/index.js": `import { a } from "./gone.js";\nexport default {};\n` }, /\.\/gone\.js/, /src\/index\.js/,
  ));
  test("a name that the module does not export shows what and where", () => refused(
    { "src/index.js": `import { wrong } from "./part.js";\nexport default { fetch() { return new Response(wrong); } };\n`, "src/part.js": `export const right = 1;\n` },
    /wrong/, /part\.js/,
  ));
  test("a program that throws at load shows the error and its place", () => refused(
    { "src/index.js": `const config = undefined;\nfunction setUp() {\n  throw new TypeError("not today");\n}\nsetUp();\nexport default {};\n` },
    /TypeError: not today/, /src\/index\.js:3/,
  ));

  test("a handler that throws: 500, the error with its place in the log, and the next request is served", async () => {
    const config = project({
      "src/index.ts": `interface Env {}\n\nexport default {\n  async fetch(request: Request): Promise<Response> {\n    if (request.url.endsWith("/throw")) throw new RangeError("in the handler");\n    return new Response("fine");\n  },\n};\n`,
    }, { ...keys, main: "src/index.ts" });
    const server = await dev({ config });
    try {
      assert.equal((await request(server.url, "/throw")).status, 500);
      await server.printed(/RangeError: in the handler[\s\S]*src\/index\.ts:5/);
      assert.deepEqual((({ status, body }) => [status, body])(await request(server.url, "/")), [200, "fine"]);
    } finally {
      await server.stop();
    }
  });

  test("a constructor that throws: the request fails, the next one tries again", async () => {
    const server = await dev({
      config: room(`constructor(ctx, env) { super(ctx, env); if (++births < 3) throw new Error("not born " + births); }\n  fetch() { return new Response("born at " + births); }`, { head: "let births = 0;" }),
    });
    try {
      assert.equal((await request(server.url, "/one")).status, 500);
      await server.printed(/not born 1/);
      await assert.rejects(Client.open(server.url, "/one"), { status: 500 });
      assert.equal((await request(server.url, "/one")).body, "born at 3");
    } finally {
      await server.stop();
    }
  });

  test("a socket handler that throws leaves the socket open and the error in the log", async () => {
    const server = await dev({
      config: room(`fetch() { const [client, server] = Object.values(new WebSocketPair()); this.ctx.acceptWebSocket(server); return new Response(null, { status: 101, webSocket: client }); }\n  webSocketMessage(ws, message) { if (message === "throw") throw new Error("while reading"); ws.send(message); }`),
    });
    try {
      const client = await Client.open(server.url, "/one");
      client.send("throw");
      assert.equal(await client.ask("still here"), "still here");
      await server.printed(/while reading[\s\S]*src\/index\.js/);
      client.vanish();
    } finally {
      await server.stop();
    }
  });
});
