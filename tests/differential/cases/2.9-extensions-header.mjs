// Section 2.9: what the program sees and says of Sec-WebSocket-Extensions; the talk is the same in any case.
export const variants = { before: { date: "2023-08-14" }, after: { date: "2023-08-15" } };
export const worker = `
export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => server.send(data + data));
    server.send(JSON.stringify([request.headers.get("sec-websocket-extensions") !== null, server.extensions]));
    const headers = searchParams.has("e") ? { "Sec-WebSocket-Extensions": searchParams.get("e") } : {};
    return new Response(null, { status: 101, webSocket: client, headers });
  }
};`;

export async function client(t) {
  for (const query of ["", "?e="]) {
    for (const perMessageDeflate of [false, true]) {
      const name = `${query || "none"} ${perMessageDeflate}`;
      const socket = await t.connect(`/${query}`, { name, perMessageDeflate });
      await socket.next();
      await socket.ask("compress me");
      socket.vanish();
    }
  }
}
