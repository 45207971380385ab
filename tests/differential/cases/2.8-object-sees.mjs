// Section 2.8: the request that an object gets when a Worker opens a socket to it itself.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.send(JSON.stringify([request.method, request.url, request.headers.get("Upgrade"), request.headers.get("Connection"), request.headers.get("x-own"), [...request.headers.keys()].filter((name) => name.startsWith("sec-") && name !== "sec-websocket-extensions"), request.body]));
    return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": "chosen", "X-Room": "yes" } });
  }
}
export default {
  async fetch(request, env) {
    const answer = await env.ROOM.getByName("one").fetch("https://object/room?q=1", { headers: { upgrade: new URL(request.url).pathname.slice(1), "X-Own": "yes" } });
    const { webSocket } = answer;
    const log = [answer.status, answer.statusText, answer.ok, [...answer.headers], webSocket?.readyState, webSocket?.url, webSocket?.protocol];
    if (webSocket) {
      const first = new Promise((resolve) => webSocket.addEventListener("message", ({ data }) => resolve(JSON.parse(data))));
      webSocket.accept();
      log.push(await first);
      webSocket.close(1000);
    }
    return Response.json(log);
  }
};`;

export async function client(t) {
  await t.fetch("/websocket");
}
