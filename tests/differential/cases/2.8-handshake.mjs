// Section 2.8: the headers of the handshake, inside and outside.
export const worker = `
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    const names = ["Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "X-Custom", "Cookie"];
    server.send(JSON.stringify([request.method, names.map((name) => request.headers.get(name)), request.url]));
    const headers = new Headers({ "X-From": "worker" });
    headers.append("Set-Cookie", "a=1"); headers.append("Set-Cookie", "b=2");
    if (pathname === "/protocol") headers.set("Sec-WebSocket-Protocol", "second");
    return new Response(null, { status: 101, webSocket: client, headers });
  }
};`;

export async function client(t) {
  for (const path of ["/plain", "/protocol?x=1"]) {
    const protocols = path === "/plain" ? undefined : ["first", "second"];
    const socket = await t.connect(path, { name: path, protocols, headers: { "X-Custom": "yes", Cookie: "c=3" } });
    await socket.next();
    const { upgrade, connection, "sec-websocket-accept": accept, ...headers } = socket.headers;
    t.log(path, upgrade.toLowerCase(), connection.toLowerCase(), typeof accept, headers["set-cookie"], headers["x-from"], headers["sec-websocket-protocol"] ?? "no protocol", socket.protocol);
  }
}
