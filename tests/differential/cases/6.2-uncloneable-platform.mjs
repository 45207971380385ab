// Section 6.2: objects of the platform that workerd puts into storage, or refuses with words of its own.
import { probes } from "../probes.mjs";

export const differs = "objects of the platform are not stored: their form in workerd is its own and changes";
export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "a Response": ({ ctx }) => ctx.storage.put("k", new Response("x")),
  "a Request": ({ ctx }) => ctx.storage.put("k", new Request("http://a/")),
  "Headers": ({ ctx }) => ctx.storage.put("k", new Headers()),
  "an AbortSignal": ({ ctx }) => ctx.storage.put("k", new AbortController().signal),
  "a Blob": ({ ctx }) => ctx.storage.put("k", new Blob(["x"])),
  "a stream": ({ ctx }) => ctx.storage.put("k", new ReadableStream()),
});
