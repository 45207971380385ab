// Event, EventTarget, CustomEvent, AbortController and AbortSignal.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "dispatch": () => { const target = new EventTarget(), seen = []; target.addEventListener("x", (event) => { seen.push(event.type, event.target === target); event.preventDefault(); }); return [target.dispatchEvent(new Event("x", { cancelable: true })), seen]; },
  "fields": () => { const event = new Event("x", { bubbles: true }); return [event.type, event.bubbles, event.cancelable, event.composed, event.eventPhase, event.isTrusted, event.defaultPrevented, event.composedPath()]; },
  "custom": () => { const event = new CustomEvent("x", { detail: { a: 1 } }); return [event.detail, event instanceof Event]; },
  "subclass": () => { class Bus extends EventTarget { seen = []; } const bus = new Bus(); bus.addEventListener("a", function () { bus.seen.push(this === bus); }); bus.dispatchEvent(new Event("a")); return bus.seen; },
  "stop": () => { const target = new EventTarget(), seen = []; target.addEventListener("x", (event) => { seen.push(1); event.stopImmediatePropagation(); }); target.addEventListener("x", () => seen.push(2)); target.dispatchEvent(new Event("x")); return seen; },
  "null listener": () => { const target = new EventTarget(); target.addEventListener("x", null); return target.dispatchEvent(new Event("x")); },
  "no type": () => { try { new Event(); } catch (error) { return error.name; } },
  "not an event": () => { try { new EventTarget().dispatchEvent({ type: "x" }); } catch (error) { return error.name; } },
  "abort": () => { const c = new AbortController(), seen = []; c.signal.addEventListener("abort", (event) => seen.push(event.type)); c.signal.onabort = () => seen.push("on"); c.abort(); c.abort(); return [c.signal.aborted, c.signal.reason.name, seen]; },
  "abort with a reason": () => { const c = new AbortController(); c.abort("why"); try { c.signal.throwIfAborted(); } catch (error) { return [error, c.signal.reason]; } },
  "AbortSignal.abort": () => { const s = AbortSignal.abort(); return [s.aborted, s.reason.name, s.reason.code]; },
  "AbortSignal.any": () => { const a = new AbortController(), s = AbortSignal.any([a.signal, new AbortController().signal]); a.abort("first"); return [s.aborted, s.reason]; },
  "AbortSignal.timeout": async () => { const s = AbortSignal.timeout(1); await new Promise((resolve) => s.addEventListener("abort", resolve)); return s.reason.name; },
  "the constructor of AbortSignal": () => { try { new AbortSignal(); } catch (error) { return error.name; } },
});
