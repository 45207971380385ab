// Section 2.7: addresses of other schemes than http: given to fetch() are refused, since 2021-11-10.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2021-11-10",
  prelude: `const asked = async (...how) => { try { return (await fetch(...how)).status; } catch (error) { return error.name + ": " + error.message; } };`,
}, {
  "ws": () => asked("ws://127.0.0.1:1/a?b"),
  "wss": () => asked("wss://127.0.0.1:1/"),
  "in a Request": () => asked(new Request("ws://127.0.0.1:1/")),
  "others": () => Promise.all(["ftp://127.0.0.1:1/", "file:///etc/hostname"].map((url) => asked(url))),
  "with an upgrade": () => asked("ws://127.0.0.1:1/", { headers: { Upgrade: "websocket" } }),
  "a Request may be made": () => new Request("ws://127.0.0.1:1/").url,
});
