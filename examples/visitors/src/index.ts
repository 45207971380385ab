// Live visitors. Every page is a WebSocket to one object, which tells all of them how many they are.
import page from "../public/index.html";

interface Env {
  LOBBY: DurableObjectNamespace;
}

export class Lobby {
  private visitors = new Set<WebSocket>();
  private most = 0;

  constructor(private state: DurableObjectState) {
    state.blockConcurrencyWhile(async () => {
      this.most = (await state.storage.get<number>("most")) ?? 0;
    });
  }

  async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    this.visitors.add(server);
    const leave = () => this.leave(server);
    server.addEventListener("close", leave);
    server.addEventListener("error", leave);
    this.tell();
    if (this.visitors.size > this.most) {
      this.most = this.visitors.size;
      await this.state.storage.put("most", this.most);
      this.tell();
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  private leave(visitor: WebSocket): void {
    if (this.visitors.delete(visitor)) this.tell();
  }

  private tell(): void {
    const text = JSON.stringify({ now: this.visitors.size, most: this.most });
    for (const visitor of this.visitors) visitor.send(text);
  }
}

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    if (request.headers.get("Upgrade") === "websocket") {
      return env.LOBBY.get(env.LOBBY.idFromName("lobby")).fetch(request);
    }
    if (new URL(request.url).pathname !== "/") return new Response("Not found\n", { status: 404 });
    return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  },
} satisfies ExportedHandler<Env>;
