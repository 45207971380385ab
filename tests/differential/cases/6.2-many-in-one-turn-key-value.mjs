// Section 6.2, on the key-value backend.
import { probes } from "../probes.mjs";
import { options, table } from "./6.2-many-in-one-turn.mjs";

export const { config, worker, client } = probes({ ...options, sqlite: false }, table);
