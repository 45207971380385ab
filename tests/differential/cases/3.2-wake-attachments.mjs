// Section 3.2: attachments outlive sleep as they were last set: on accepting, in a handler, cleared, of any type.
import { sleeper, sleeps } from "../programs.mjs";

export const config = sleeps;
const prelude = `
const values = { text: () => "text", map: () => new Map([["a", new Set([1])]]), bytes: () => new Uint8Array([1, 2]), date: () => new Date(5), error: () => new RangeError("kept"), null: () => null, undefined: () => undefined, big: () => 10n ** 20n, large: () => "x".repeat(16_000) };
const shown = (value) => value instanceof Map ? ["map", ...value.keys(), ...value.get("a")] : value instanceof Error ? [value.name, value.message] : ArrayBuffer.isView(value) ? ["bytes", ...value] : typeof value === "bigint" ? String(value) : typeof value === "string" ? [value.length, value.slice(0, 4)] : value === undefined ? "undefined" : value;
`;
export const worker = sleeper(`
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    server.serializeAttachment({ first: "value" });
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    const before = ws.deserializeAttachment();
    if (data in values) ws.serializeAttachment(values[data]());
    ws.send(JSON.stringify(shown(before)));
  }
`, prelude);

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  for (const name of ["text", "map", "bytes", "date", "error", "null", "undefined", "big", "large", "look"]) {
    await t.fetch("/evict", { quiet: true });
    await socket.ask(name);
  }
}
