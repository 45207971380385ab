// Drawing boards. The Worker hands out the page; a WebSocket to /<board> goes to the object of that name.
import page from "../public/index.html";
import type { Board } from "./board";

export { Board } from "./board";

interface Env {
  BOARDS: DurableObjectNamespace<Board>;
}

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/") return Response.redirect(new URL("/sketch", url).href, 302);
    if (!/^\/[a-z0-9-]{1,40}$/.test(url.pathname)) return new Response("There is no such board.\n", { status: 404 });
    if (request.headers.get("Upgrade") === "websocket") {
      return env.BOARDS.get(env.BOARDS.idFromName(url.pathname.slice(1))).fetch(request);
    }
    return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  },
} satisfies ExportedHandler<Env>;
