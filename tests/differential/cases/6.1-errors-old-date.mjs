// Section 6.2: before 2022-10-31 a wrong argument was thrown at once; since then the promise is rejected.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, date: "2022-10-30" }, {
  "undefined": ({ ctx }) => { try { ctx.storage.put("k", undefined).catch(() => {}); return "a promise"; } catch (error) { return "thrown: " + error.message; } },
  "a long key": ({ ctx }) => { try { ctx.storage.get("x".repeat(2049)).catch(() => {}); return "a promise"; } catch (error) { return "thrown: " + error.message; } },
  "too many keys": ({ ctx }) => { try { ctx.storage.delete(Array.from({ length: 129 }, String)).catch(() => {}); return "a promise"; } catch (error) { return "thrown: " + error.message; } },
  "a limit": ({ ctx }) => { try { ctx.storage.list({ limit: 0 }).catch(() => {}); return "a promise"; } catch (error) { return "thrown: " + error.message; } },
  "a function": ({ ctx }) => { try { ctx.storage.put("k", () => 1).catch(() => {}); return "a promise"; } catch (error) { return "thrown: " + error.message; } },
  "no key": ({ ctx }) => { try { ctx.storage.get().catch(() => {}); return "a promise"; } catch (error) { return "thrown: " + error.message; } },
});
