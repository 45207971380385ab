// Section 2.6: ends that cannot be returned in a Response fail when they are returned.
export const config = { classes: { ROOM: "Room" } };
export const differs = "the object's caller gets the TypeErrors of the contract; workerd lets a response through whose socket is unusable";
export const worker = `
const pair = () => Object.values(new WebSocketPair());
const respond = (webSocket) => new Response(null, { status: 101, webSocket });
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const [a, b] = pair();
    switch (new URL(request.url).pathname) {
      case "/accepted": a.accept(); return respond(a);
      case "/hibernatable": this.state.acceptWebSocket(a); return respond(a);
      case "/used": this.used ??= (b.accept(), a); return respond(this.used);
      case "/fine": b.accept(); return respond(a);
    }
  }
}
export default {
  async fetch(request, env) {
    const stub = env.ROOM.getByName("one");
    try {
      const response = await stub.fetch(request);
      if (request.headers.has("x-inside")) return new Response(response.status + " " + (response.webSocket !== null));
      return response;
    } catch (error) { return new Response(error.name + ": " + error.message, { status: 418 }); }
  }
};`;

export async function client(t) {
  for (const path of ["/accepted", "/hibernatable", "/used", "/used", "/fine"]) {
    await t.fetch(path, { headers: { Upgrade: "websocket", "x-inside": "1" } });
  }
}
