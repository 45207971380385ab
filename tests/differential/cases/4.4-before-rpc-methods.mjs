// Section 4.3: before 2024-03-26 stubs had get(), put() and delete().
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2024-03-01",
  classes: { ROOM: "Room" },
  prelude: `export class Room { async fetch(request) { const { pathname } = new URL(request.url); if (pathname === "/missing") return new Response("no", { status: 404 }); if (pathname === "/bad") return new Response("no", { status: 500 }); return new Response(JSON.stringify([request.method, pathname, await request.text()])); } }`,
}, {
  "get": ({ env }) => env.ROOM.get(env.ROOM.idFromName("a")).get("http://x/a"),
  "get text": ({ env }) => env.ROOM.get(env.ROOM.idFromName("a")).get("http://x/a", "text"),
  "get json": ({ env }) => env.ROOM.get(env.ROOM.idFromName("a")).get("http://x/a", "json"),
  "get missing": ({ env }) => env.ROOM.get(env.ROOM.idFromName("a")).get("http://x/missing"),
  "get bad": ({ env }) => env.ROOM.get(env.ROOM.idFromName("a")).get("http://x/bad"),
  "put": ({ env }) => env.ROOM.get(env.ROOM.idFromName("a")).put("http://x/a", "body"),
  "put bad": ({ env }) => env.ROOM.get(env.ROOM.idFromName("a")).put("http://x/bad", "body"),
  "delete": ({ env }) => env.ROOM.get(env.ROOM.idFromName("a")).delete("http://x/a"),
  "delete missing": ({ env }) => env.ROOM.get(env.ROOM.idFromName("a")).delete("http://x/missing"),
});
