// Section 2.8: a Worker that keeps the other end stays alive as long as the socket: its timers and fetches go on.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room { count = 0; fetch() { return new Response(String(++this.count)); } }
export default {
  async fetch(request, env) {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", async ({ data }) => {
      await scheduler.wait(5);
      const answer = await env.ROOM.getByName("one").fetch("http://any/");
      server.send(data + " " + (await answer.text()));
    });
    let ticks = 0;
    const timer = setInterval(() => { server.send("tick"); if (++ticks === 2) clearInterval(timer); }, 5);
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

export async function client(t) {
  const socket = await t.connect("/", { name: "client" });
  await socket.next();
  await socket.next();
  for (const text of ["a", "b", "c"]) await socket.ask(text);
  await socket.close(1000, "bye");
}
