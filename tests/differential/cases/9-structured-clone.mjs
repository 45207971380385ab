// structuredClone(): values, identity, transfer, and what it refuses.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "values": () => structuredClone([1, "a", null, undefined, true, -0, NaN, 10n, new Date(5), /x/g, new Map([[{ a: 1 }, new Set([1])]])]),
  "boxed": () => [typeof structuredClone(Object(1)), structuredClone(Object("s")).length, structuredClone(Object(true)).valueOf()],
  "buffers": () => { const buffer = new Uint8Array([1, 2, 3, 4]).buffer; const [a, b] = structuredClone([new Uint8Array(buffer, 1, 2), new DataView(buffer)]); return [a, a.byteOffset, a.buffer === b.buffer, a.buffer.byteLength]; },
  "errors": () => { const error = structuredClone(new TypeError("t", { cause: "c" })); return [error, error.cause, error instanceof TypeError]; },
  "identity": () => { const value = { list: [] }; value.list.push(value); const copy = structuredClone(value); return copy.list[0] === copy && copy !== value; },
  "transfer": () => { const buffer = new ArrayBuffer(8); const copy = structuredClone(buffer, { transfer: [buffer] }); return [buffer.byteLength, copy.byteLength, buffer.detached]; },
  "class instances": () => { class Point { x = 1; } const copy = structuredClone(new Point()); return [copy, copy instanceof Point]; },
  "holes and extra properties": () => { const list = [1, , 3]; list.extra = "x"; const copy = structuredClone(list); return [1 in copy, copy.extra, copy.length]; },
  "a function": () => { try { structuredClone(() => 1); } catch (error) { return [error.name, error instanceof DOMException, error.code]; } },
  "a symbol": () => { try { structuredClone({ s: Symbol("x") }); } catch (error) { return [error.name, error.code]; } },
  "symbol keys": () => Object.getOwnPropertySymbols(structuredClone({ [Symbol("x")]: 1 })).length,
  "a throwing getter": () => structuredClone({ get a() { throw new RangeError("from the getter"); } }),
  "no argument": () => { try { structuredClone(); } catch (error) { return error.name; } },
  "promise": () => { try { structuredClone(Promise.resolve()); } catch (error) { return error.name; } },
});
