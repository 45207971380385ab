// Section 9: what the flag `pedantic_wpt` changes.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ date: "2026-04-01", flags: ["pedantic_wpt"] }, {
  "a new event": () => { const e = new Event("x"); return [e.target, e.currentTarget, e.srcElement, e.composedPath()]; },
  "event during": () => { const t = new EventTarget(); let r; const e = new Event("x"); t.addEventListener("x", (e) => { r = [e.target === t, e.currentTarget === t, e.eventPhase]; }); t.dispatchEvent(e); return [r, e.target === t, e.currentTarget, e.eventPhase]; },
  "close codes pair": () => { const p = new WebSocketPair(); p[0].accept(); p[1].accept(); const r = []; for (const c of [999, 1001, 1004, 1005, 1006, 1015, 2999, 5000]) try { p[0].close(c); r.push("ok"); } catch (e) { r.push(e); } return r; },
});
