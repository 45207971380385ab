// Section 2.7: text and bytes through a Worker's own sockets, as each binaryType gives them.
import { webSockets } from "../far.mjs";

export const config = { date: "2026-03-17" };
export const worker = `
const shown = async (data) => typeof data === "string" ? data : data instanceof Blob ? ["Blob", data.size, [...new Uint8Array(await data.arrayBuffer())]] : [data.constructor.name, [...new Uint8Array(data)]];
export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const socket = new WebSocket("ws://" + searchParams.get("to") + "/"), log = [];
    log.push(socket.binaryType);
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    const ask = (data) => new Promise((resolve) => { socket.addEventListener("message", ({ data }) => resolve(data), { once: true }); socket.send(data); });
    for (const type of ["blob", "arraybuffer", "nonsense"]) {
      socket.binaryType = type;
      log.push([socket.binaryType, await shown(await ask(new Uint8Array([1, 2, 3]))), await shown(await ask("text"))]);
    }
    log.push(await shown(await ask(new Uint8Array(0))), await shown(await ask("")), (await ask("x".repeat(70000))).length);
    socket.close();
    log.push(socket.readyState);
    return Response.json(log);
  }
};`;

export async function client(t) {
  const to = await webSockets(t, (ws) => ws.on("message", (data, isBinary) => ws.send(data, { binary: isBinary })));
  const { body } = await t.fetch(`/?to=${to}`, { quiet: true });
  t.log(body);
}
