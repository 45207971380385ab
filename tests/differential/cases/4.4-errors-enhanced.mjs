// Section 4.4: exceptions that cross with enhanced errors (2026-04-21).
import { probes } from "../probes.mjs";
import { all, options } from "./4.4-errors.mjs";

export const { config, worker, client } = probes({ ...options, date: "2026-05-01" }, {
  ...all,
  "the object's id, from fetch": async ({ env }) => { const stub = env.ROOM.getByName("a"); try { await stub.fetch("http://x/?" + encodeURIComponent("new Error('plain')")); } catch (error) { return [typeof error.durableObjectId]; } },
});
