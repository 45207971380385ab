// Section 6.2: errors whose name and message are not text.
import { probes } from "../probes.mjs";

const told = `const told = (error) => [error instanceof Error, typeof error.name, error.name, typeof error.message, error.message, Object.keys(error).sort()];`;

export const { config, worker, client } = probes({ flags: ["enhanced_error_serialization"], prelude: told }, {
  "a number as message": () => told(structuredClone(Object.assign(new Error("a"), { message: 5 }))),
  "an object as message": () => told(structuredClone(Object.assign(new Error("a"), { message: { toString: () => "odd" } }))),
  "undefined as message": () => told(structuredClone(Object.assign(new Error("a"), { message: undefined }))),
  "another name": () => told(structuredClone(Object.assign(new TypeError("a"), { name: "Other" }))),
  "a known name": () => told(structuredClone(Object.assign(new TypeError("a"), { code: 1 }))),
  "a class of its own": () => { class Own extends Error { get name() { return "Own"; } } return told(structuredClone(new Own("a", { cause: 1 }))); },
  "another name and more": () => told(structuredClone(Object.assign(new TypeError("a", { cause: 1 }), { name: "Other", code: 1 }))),
  "a number as name": () => told(structuredClone(Object.assign(new TypeError("a"), { name: 5 }))),
  "undefined as name": () => told(structuredClone(Object.assign(new TypeError("a"), { name: undefined }))),
  "null as name": () => told(structuredClone(Object.assign(new TypeError("a"), { name: null }))),
});
