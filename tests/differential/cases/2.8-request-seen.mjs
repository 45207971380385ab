// Section 2.8: how the request of an upgrade looks to the program.
export const worker = `
export default {
  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    const { headers } = request;
    server.send(JSON.stringify([request.method, headers.get("upgrade") === "websocket", headers.get("UPGRADE"), request.body, request.bodyUsed, await request.text(), headers.has("sec-websocket-key"), headers.get("sec-websocket-version"), headers.get("origin"), request.redirect, new Request(request).headers.get("Upgrade"), request.clone().headers.get("Upgrade")]));
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

export async function client(t) {
  for (const [name, headers] of Object.entries({ plain: {}, browser: { Origin: "https://example.com", "User-Agent": "test" } })) {
    const socket = await t.connect("/", { name, headers });
    await socket.next();
  }
}
