// A click counter. The Worker hands out the page and passes WebSockets on; one object counts.
import { DurableObject } from "cloudflare:workers";
import page from "../public/index.html";

interface Env {
  COUNTER: DurableObjectNamespace<Counter>;
}

export class Counter extends DurableObject<Env> {
  async fetch(): Promise<Response> {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    server.send(String(await this.count()));
    return new Response(null, { status: 101, webSocket: client });
  }

  async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (message !== "click") return;
    const count = (await this.count()) + 1;
    await this.ctx.storage.put("count", count);
    for (const other of this.ctx.getWebSockets()) other.send(String(count));
  }

  webSocketClose(socket: WebSocket): void {
    socket.close(1000);
  }

  private async count(): Promise<number> {
    return (await this.ctx.storage.get<number>("count")) ?? 0;
  }
}

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    if (request.headers.get("Upgrade") === "websocket") {
      return env.COUNTER.get(env.COUNTER.idFromName("the counter")).fetch(request);
    }
    if (new URL(request.url).pathname !== "/") return new Response("Not found\n", { status: 404 });
    return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  },
} satisfies ExportedHandler<Env>;
