// Section 2.3: every field of the events that a socket gets, as the listener sees them.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2026-02-01",
  prelude: `
const both = () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); return [a, b]; };
const next = (ws, type) => new Promise((resolve) => ws.addEventListener(type, resolve, { once: true }));
const about = (event) => ["type", "bubbles", "cancelable", "composed", "defaultPrevented", "returnValue", "isTrusted", "timeStamp", "eventPhase", "cancelBubble"].map((name) => [name, event[name]]);`,
}, {
  "message": async () => { const [a, b] = both(); const got = next(b, "message"); a.send("x"); const event = await got; return [about(event), event.data, event.origin, event.lastEventId, event.source, event.ports]; },
  "close": async () => { const [a, b] = both(); const got = next(b, "close"); a.close(3456, "why"); const event = await got; return [about(event), event.code, event.reason, event.wasClean]; },
  "classes": async () => { const [a, b] = both(); const message = next(b, "message"), close = next(b, "close"); a.send("x"); a.close(); return [(await message).constructor === MessageEvent, (await message) instanceof Event, (await close).constructor === CloseEvent, Object.prototype.toString.call(await close), Object.prototype.toString.call(await message)]; },
  "targets": async () => { const [a, b] = both(); let inside; b.addEventListener("message", (event) => { inside = [event.target === b, event.currentTarget === b, event.srcElement === b, event.eventPhase, event.composedPath().map((one) => one === b)]; }); const got = next(b, "message"); a.send("x"); const event = await got; await null; return [inside, event.target === b, event.currentTarget === b, event.eventPhase, event.composedPath()]; },
  "each message has its own event": async () => { const [a, b] = both(); const seen = new Set(); const got = new Promise((resolve) => b.addEventListener("message", (event) => { seen.add(event); if (event.data === "2") resolve(); })); a.send("1"); a.send("2"); await got; return seen.size; },
  "preventDefault does nothing": async () => { const [a, b] = both(); b.addEventListener("message", (event) => event.preventDefault()); const got = next(b, "message"); a.send("x"); return (await got).defaultPrevented; },
  "dispatched again": async () => { const [a, b] = both(); const got = next(b, "message"); a.send("x"); const event = await got; const again = next(b, "message"); await null; try { b.dispatchEvent(event); } catch (error) { return render(error); } return [(await again) === event, event.isTrusted]; },
});
