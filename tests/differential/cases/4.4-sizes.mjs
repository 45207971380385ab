// Section 4.4: the limit of 32 MiB on arguments and on results.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject } from "cloudflare:workers";`,
  prelude: `export class Room extends DurableObject { size(value) { return value.byteLength ?? value.length; } make(size) { return new Uint8Array(size); } text(size) { return "x".repeat(size); } }`,
}, {
  "bytes below": ({ env }) => env.ROOM.getByName("a").size(new Uint8Array((32 << 20) - 100)),
  "bytes above": ({ env }) => env.ROOM.getByName("a").size(new Uint8Array(32 << 20)),
  "text above": ({ env }) => env.ROOM.getByName("a").size("x".repeat(33 << 20)),
  "result below": async ({ env }) => (await env.ROOM.getByName("a").make((32 << 20) - 100)).byteLength,
  "result above": async ({ env }) => (await env.ROOM.getByName("a").make(32 << 20)).byteLength,
  "text result above": async ({ env }) => (await env.ROOM.getByName("a").text(33 << 20)).length,
});
