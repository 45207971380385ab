// Section 2.3: MessageEvent, CloseEvent and ErrorEvent made by a program.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ prelude: `const attempt = (action) => { try { return action(); } catch (error) { return render(error); } };` }, {
  "MessageEvent": () => { const one = new MessageEvent("message", { data: { a: 1 } }); return [one.type, one.data, one.origin, one.lastEventId, one.source, one.ports, one.bubbles]; },
  "MessageEvent without init": () => attempt(() => new MessageEvent("message").data),
  "MessageEvent with an empty init": () => attempt(() => new MessageEvent("message", {}).data),
  "CloseEvent": () => { const one = new CloseEvent("close", { code: 1001, reason: "r", wasClean: true }); return [one.type, one.code, one.reason, one.wasClean]; },
  "CloseEvent without init": () => { const one = new CloseEvent("close"); return [one.code, one.reason, one.wasClean]; },
  "CloseEvent with odd values": () => attempt(() => { const one = new CloseEvent("close", { code: "1002", reason: 5, wasClean: 1 }); return [one.code, one.reason, one.wasClean]; }),
  "ErrorEvent": () => { const error = new Error("e"), one = new ErrorEvent("error", { error, message: "m", filename: "f", lineno: 1, colno: 2 }); return [one.type, one.error === error, one.message, one.filename, one.lineno, one.colno]; },
  "ErrorEvent without init": () => { const one = new ErrorEvent("error"); return [one.error, one.message, one.filename, one.lineno, one.colno]; },
  "no type": () => [MessageEvent, CloseEvent, ErrorEvent].map((type) => { try { new type(); } catch (error) { return error.name; } }),
  "parents": () => [MessageEvent, CloseEvent, ErrorEvent].map((type) => [type.name, type.length, Object.getPrototypeOf(type.prototype) === Event.prototype]),
  "read only": () => { "use strict"; const one = new CloseEvent("close"); try { one.code = 5; } catch (error) { return error.name; } return one.code; },
});
