// Section 2.4: an exception in a listener. Holdfast follows the rules of 2026-09-01 for every date: it is reported, the other
// listeners run, the socket survives. The pinned workerd is older than those rules: it drops the socket.
export const differs = "the pinned workerd ends the socket at the first exception";
export const worker = `
export default {
  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => { if (data === "throw") throw new Error("in a listener"); });
    server.addEventListener("message", async ({ data }) => { if (data === "reject") throw new Error("in an async listener"); });
    server.addEventListener("message", ({ data }) => server.send("still here: " + data));
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  for (const data of ["a", "reject", "b", "throw", "c"]) {
    const answered = await socket.ask(data).catch(() => null);
    if (answered === null) return;
  }
  await socket.close(1000, "bye");
}
