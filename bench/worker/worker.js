// What workerd and Holdfast run under load: one object per path. /echo uses accept(); the others hibernate.
import { DurableObject } from "cloudflare:workers";

export class Room extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    this.broadcasts = ctx.id.name === "/broadcast";
  }

  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/echo")) {
      server.accept();
      server.addEventListener("message", ({ data }) => server.send(data));
    } else {
      this.ctx.acceptWebSocket(server);
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(ws, message) {
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
    if (request.headers.get("Upgrade") !== "websocket") return new Response("ready");
    return env.ROOM.getByName(pathname).fetch(request);
  },
};
