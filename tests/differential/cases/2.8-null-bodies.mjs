// Section 2.8: the statuses without a body: what they refuse and what they take.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const made = (body, status) => { try { const one = new Response(body, { status }); return [one.status, one.body === null]; } catch (error) { return error.name + ": " + error.message; } };`,
}, {
  "text": () => [101, 204, 205, 304].map((status) => made("x", status)),
  "empty text": () => [204, 205, 304].map((status) => made("", status)),
  "null": () => [204, 205, 304].map((status) => made(null, status)),
  "undefined": () => [204, 205, 304].map((status) => made(undefined, status)),
  "an empty buffer": () => [204, 205, 304].map((status) => made(new ArrayBuffer(0), status)),
  "bytes": () => made(new Uint8Array([1]), 204),
  "a stream": () => made(new ReadableStream(), 204),
  "a blob": () => made(new Blob([]), 204),
  "a form": () => made(new FormData(), 204),
  "reading them": async () => [await new Response(null, { status: 204 }).text(), (await new Response(null, { status: 304 }).arrayBuffer()).byteLength],
});
