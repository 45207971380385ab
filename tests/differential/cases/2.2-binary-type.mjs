// Section 2.2: binary messages arrive as ArrayBuffer or Blob, Blob by default since 2026-03-17.
export const variants = { before: { date: "2026-03-16" }, after: { date: "2026-03-17" } };
export const worker = `
const show = (data) => typeof data === "string" ? "string" : data.constructor.name;
export default {
  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    const kind = new URL(request.url).pathname.slice(1);
    const first = server.binaryType;
    server.accept();
    if (kind !== "default") server.binaryType = kind;
    server.addEventListener("message", async ({ data }) => {
      const bytes = typeof data === "string" ? [] : [...new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data)];
      server.send([first, server.binaryType, show(data), bytes, data.type].join(" "));
    });
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

export async function client(t) {
  for (const kind of ["default", "blob", "arraybuffer", "nonsense"]) {
    const socket = await t.connect(`/${kind}`, { name: kind });
    await socket.ask(new Uint8Array([0, 1, 254, 255]));
    await socket.ask("text");
    await socket.ask(new Uint8Array());
  }
}
