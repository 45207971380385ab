// Section 2.7: a fetch() with Upgrade whose server answers otherwise: the response as it is; redirects too.
import http from "node:http";
import { listen } from "../far.mjs";

export const worker = `
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    try {
      const answer = await fetch("http://" + searchParams.get("to") + pathname, { headers: { Upgrade: "websocket" } });
      return Response.json([answer.status, answer.webSocket, await answer.text()]);
    } catch (error) { return new Response(error.name + ": " + error.message); }
  }
};`;

export async function client(t) {
  const server = http.createServer();
  const answers = { "/ok": "200 OK", "/created": "201 Created", "/426": "426 Upgrade Required", "/500": "500 Internal Server Error" };
  server.on("upgrade", (request, socket) => {
    const status = answers[request.url] ?? "404 Not Found";
    socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody`);
  });
  const to = await listen(t, server);
  for (const path of [...Object.keys(answers), "/missing"]) {
    const { body } = await t.fetch(`${path}?to=${to}`, { quiet: true });
    t.log(path, body);
  }
}
