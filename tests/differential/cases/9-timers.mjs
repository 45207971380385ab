// Timers, microtasks, performance, navigator, crypto: the small globals.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "order": async () => { const seen = []; setTimeout(() => seen.push("later"), 20); setTimeout((a, b) => seen.push(a + b), 0, "with ", "arguments"); queueMicrotask(() => seen.push("microtask")); Promise.resolve().then(() => seen.push("promise")); seen.push("now"); await new Promise((resolve) => setTimeout(resolve, 60)); return seen; },
  "cleared": async () => { let ran = false; const id = setTimeout(() => { ran = true; }, 1); clearTimeout(id); clearTimeout(undefined); clearTimeout(12345); await new Promise((resolve) => setTimeout(resolve, 20)); return ran; },
  "interval": () => new Promise((resolve) => { let count = 0; const id = setInterval(() => { if (++count === 3) { clearInterval(id); resolve(count); } }, 1); }),
  "performance": () => [typeof performance.now(), performance.now() <= performance.now(), typeof performance.timeOrigin],
  "navigator": () => [navigator.userAgent, typeof navigator],
  "randomUUID": () => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
  "getRandomValues": () => { const bytes = new Uint8Array(64); return [crypto.getRandomValues(bytes) === bytes, bytes.some((byte) => byte !== 0)]; },
  "getRandomValues of floats": () => { try { crypto.getRandomValues(new Float32Array(1)); } catch (error) { return [error.name, error.code]; } },
  "too many random bytes": () => { try { crypto.getRandomValues(new Uint8Array(65537)); } catch (error) { return [error.name, error.code]; } },
  "digest": async () => { const out = []; for (const name of ["SHA-1", "SHA-256", "sha-384", { name: "SHA-512" }, "MD5"]) out.push(Array.from(new Uint8Array(await crypto.subtle.digest(name, new TextEncoder().encode("abc"))).slice(0, 4))); return out; },
  "unknown digest": async () => { try { await crypto.subtle.digest("SHA-9", new Uint8Array()); } catch (error) { return error.name; } },
  "globals": () => [typeof globalThis, self === globalThis, typeof window, typeof process, typeof require, typeof document, typeof WebAssembly],
});
