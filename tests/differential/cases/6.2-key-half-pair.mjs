// Section 6.2: a key that is no Unicode text.
import { probes } from "../probes.mjs";
import { options } from "./6.2-key-characters.mjs";

export const differs = "a half surrogate pair becomes one U+FFFD, as everywhere else on the platform; workerd makes three of it";
export const { config, worker, client } = probes({ ...options, sqlite: true }, {
  "a half pair": ({ ctx }) => roundTrip(ctx.storage, "a\ud800b"),
});
