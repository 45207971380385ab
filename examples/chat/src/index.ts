// Chat rooms. The Worker hands out the page; a WebSocket to /<room> goes to the object of that name.
import page from "../public/index.html";
import type { Room } from "./room";

export { Room } from "./room";

interface Env {
  ROOMS: DurableObjectNamespace<Room>;
}

/** The room of a path: lower-case letters, digits and dashes. */
function roomOf(pathname: string): string | null {
  const name = pathname.slice(1);
  return /^[a-z0-9-]{1,40}$/.test(name) ? name : null;
}

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/") return Response.redirect(new URL("/lobby", url).href, 302);
    const room = roomOf(url.pathname);
    if (room === null) return new Response("There is no such room.\n", { status: 404 });
    if (request.headers.get("Upgrade") === "websocket") {
      return env.ROOMS.get(env.ROOMS.idFromName(room)).fetch(request);
    }
    return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  },
} satisfies ExportedHandler<Env>;
