// What workerd and Holdfast run under load: one object per path. /echo uses accept(); the others hibernate. Below /durable
// every message is a write that is on disk before its answer leaves; /get reads one key GETS times a message; requests below
// /resident bring an object into memory and nothing else.
import { DurableObject } from "cloudflare:workers";

const GETS = 20;

export class Room extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    this.broadcasts = ctx.id.name === "/broadcast";
    this.writes = ctx.id.name.startsWith("/durable");
    this.reads = ctx.id.name === "/get";
    this.count = 0;
  }

  fetch(request) {
    if (request.headers.get("Upgrade") !== "websocket") return new Response(new URL(request.url).pathname);
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/echo")) {
      server.accept();
      server.addEventListener("message", ({ data }) => server.send(data));
    } else {
      this.ctx.acceptWebSocket(server);
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  async webSocketMessage(ws, message) {
    if (this.writes) this.ctx.storage.put("count", ++this.count);
    if (this.reads) {
      if (this.count++ === 0) this.ctx.storage.put("key", { text: message, number: 1 });
      for (let time = 0; time < GETS; time++) await this.ctx.storage.get("key");
    }
    if (!this.broadcasts) return ws.send(message);
    for (const one of this.ctx.getWebSockets()) one.send(message);
  }

  webSocketClose(ws, code) {
    ws.close();
  }
}

export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (request.headers.get("Upgrade") !== "websocket" && !pathname.startsWith("/resident")) return new Response("ready");
    return env.ROOM.getByName(pathname).fetch(request);
  },
};
