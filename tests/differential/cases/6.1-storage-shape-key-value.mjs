// Section 6.1, on the key-value backend.
import { probes } from "../probes.mjs";
import { options, table } from "./6.1-storage-shape.mjs";

export const { config, worker, client } = probes({ ...options, sqlite: false }, table);
