// One room. It sleeps while nobody writes: what must survive that is in the storage (the history) or attached to a
// socket (who it is). After waking, the constructor runs again and finds both.
//
//   page → room   { join: name, since }   { say: text }   { rename: name }
//   room → page   { history: [message], you }   { message }   { online: [name] }   { refused: why }
import { DurableObject } from "cloudflare:workers";

interface Message {
  /** Counts the room's messages; a page that comes back asks for what came after the last one it has. */
  number: number;
  name: string;
  text: string;
  /** Milliseconds since 1970. */
  time: number;
}

interface Visitor {
  name: string | null;
}

const HISTORY_MAX = 100;
const TEXT_LENGTH_MAX = 1000;
const NAME_LENGTH_MAX = 24;

export class Room extends DurableObject {
  private last = 0;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    ctx.blockConcurrencyWhile(async () => {
      const newest = await ctx.storage.list<Message>({ prefix: "message:", reverse: true, limit: 1 });
      for (const message of newest.values()) this.last = message.number;
    });
  }

  async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment({ name: null } satisfies Visitor);
    return new Response(null, { status: 101, webSocket: client });
  }

  async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const request = read(data);
    const visitor: Visitor = socket.deserializeAttachment();
    if (typeof request.join === "string") {
      this.name(socket, request.join);
      const since = typeof request.since === "number" ? request.since : 0;
      const history = await this.ctx.storage.list<Message>({ prefix: "message:", startAfter: key(since) });
      send(socket, { history: [...history.values()], you: socket.deserializeAttachment().name });
      this.tellWhoIsHere();
    } else if (typeof request.rename === "string" && visitor.name !== null) {
      this.name(socket, request.rename);
      this.tellWhoIsHere();
    } else if (typeof request.say === "string" && visitor.name !== null) {
      await this.say(socket, visitor.name, request.say.trim());
    } else {
      send(socket, { refused: "that is not a message of this chat" });
    }
  }

  webSocketClose(socket: WebSocket): void {
    socket.close(1000);
    this.tellWhoIsHere(socket);
  }

  webSocketError(socket: WebSocket): void {
    this.tellWhoIsHere(socket);
  }

  private name(socket: WebSocket, wanted: string): void {
    const name = wanted.replace(/\s+/g, " ").trim().slice(0, NAME_LENGTH_MAX) || "Somebody";
    socket.serializeAttachment({ name } satisfies Visitor);
  }

  private async say(socket: WebSocket, name: string, text: string): Promise<void> {
    if (text === "") return;
    if (text.length > TEXT_LENGTH_MAX) {
      send(socket, { refused: `a message has at most ${TEXT_LENGTH_MAX} characters` });
      return;
    }
    const message: Message = { number: ++this.last, name, text, time: Date.now() };
    // Not awaited one by one: nothing below leaves this object before both are stored.
    this.ctx.storage.put(key(message.number), message);
    if (message.number > HISTORY_MAX) this.ctx.storage.delete(key(message.number - HISTORY_MAX));
    this.broadcast({ message });
  }

  private tellWhoIsHere(leaving?: WebSocket): void {
    const here = this.ctx.getWebSockets().filter((socket) => socket !== leaving);
    const names = here.map((socket) => (socket.deserializeAttachment() as Visitor).name);
    this.broadcast({ online: names.filter((name) => name !== null).sort() }, leaving);
  }

  private broadcast(data: object, except?: WebSocket): void {
    const text = JSON.stringify(data);
    for (const socket of this.ctx.getWebSockets()) if (socket !== except) socket.send(text);
  }
}

/** Sorts like its number. */
function key(number: number): string {
  return `message:${String(number).padStart(12, "0")}`;
}

function send(socket: WebSocket, data: object): void {
  socket.send(JSON.stringify(data));
}

/** The request in a message; an empty one when it is no JSON object. */
function read(data: string | ArrayBuffer): Record<string, unknown> {
  try {
    return (typeof data === "string" && JSON.parse(data)) || {};
  } catch {
    return {};
  }
}
