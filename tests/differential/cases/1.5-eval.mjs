// Section 1.5: code from strings is refused in a handler.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "eval": () => { try { return eval("1 + 1"); } catch (error) { return error.name; } },
  "indirect eval": () => { try { return (0, eval)("1 + 1"); } catch (error) { return error.name; } },
  "new Function": () => { try { return new Function("return 2")(); } catch (error) { return error.name; } },
});
