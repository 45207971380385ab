// Section 2.2: before 2022-01-31 the attributes are own properties of the instance.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ date: "2022-01-30" }, {
  "readyState": () => { const [one] = Object.values(new WebSocketPair()); return [one.readyState, Object.hasOwn(one, "readyState"), "readyState" in one]; },
  "request": ({ request }) => [Object.hasOwn(request, "url"), Object.hasOwn(request, "method")],
});
