// Section 2.7: a signal given with a fetched upgrade.
import { echo, webSockets } from "../far.mjs";

export const worker = `
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url), to = "http://" + searchParams.get("to") + "/", log = [];
    const controller = new AbortController();
    const headers = { Upgrade: "websocket" };
    if (pathname === "/before") {
      controller.abort();
      try { await fetch(to, { headers, signal: controller.signal }); } catch (error) { log.push(error.name + ": " + error.message); }
      try { await fetch(to, { headers, signal: AbortSignal.abort(new Error("mine")) }); } catch (error) { log.push(error.name + ": " + error.message); }
    }
    if (pathname === "/never") {
      const { webSocket } = await fetch(to, { headers, signal: controller.signal });
      webSocket.accept();
      const got = new Promise((resolve) => webSocket.addEventListener("message", resolve));
      webSocket.send("hi");
      log.push((await got).data);
      webSocket.close();
    }
    return Response.json(log);
  }
};`;

export async function client(t) {
  const to = await webSockets(t, echo);
  for (const path of ["/before", "/never"]) t.log(path, (await t.fetch(`${path}?to=${to}`, { quiet: true })).body);
}
