// Section 2.8: a Worker that passes a socket on is over when it has answered; what it promised to wait for still runs.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
const log = [];
export class Room {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => server.send("room " + data));
    return new Response(null, { status: 101, webSocket: client });
  }
}
export default {
  async fetch(request, env, ctx) {
    if (request.url.endsWith("/log")) return Response.json(log);
    ctx.waitUntil(scheduler.wait(10).then(() => { log.push("waited"); }));
    const answer = await env.ROOM.getByName("one").fetch(request);
    log.push("answered " + answer.status);
    return answer;
  }
};`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  await t.settled("/log", (body) => body.includes("waited"));
  await socket.ask("still");
  await socket.ask("here");
}
