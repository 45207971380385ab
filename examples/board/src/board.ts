// One board. Lines are kept in the storage, cursors are only passed on.
//
// Messages are bytes, numbers big-endian. The board is 1600 × 1000 points.
//
//   page → board   1 x:u16 y:u16                 my cursor
//                  2 width:u8 (x:u16 y:u16)+     a line through these points
//                  3                             clear the board
//   board → page   0 id:u16                      this is you
//                  1 2 3 id:u16 …                the same from another page (3: from any)
//                  4 id:u16                      that page left
//                  5 (length:u16 line)*          the board so far; a line is as in 2, with its id
import { DurableObject } from "cloudflare:workers";

const enum Kind {
  You = 0,
  Cursor = 1,
  Line = 2,
  Clear = 3,
  Left = 4,
  Board = 5,
}

const LINE_BYTES_MAX = 4000;
const LINES_MAX = 3000;

export class Board extends DurableObject {
  private last = 0;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => {
      for (const name of (await ctx.storage.list({ reverse: true, limit: 1 })).keys()) this.last = Number(name);
    });
  }

  async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    const id = crypto.getRandomValues(new Uint16Array(1))[0];
    server.serializeAttachment(id);
    server.send(from(Kind.You, id));
    server.send(await this.lines());
    return new Response(null, { status: 101, webSocket: client });
  }

  async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (typeof message === "string" || message.byteLength === 0) return;
    const bytes = new Uint8Array(message);
    const [kind] = bytes;
    const passed = from(kind, socket.deserializeAttachment(), bytes.subarray(1));
    if (kind === Kind.Cursor && bytes.length === 5) {
      this.pass(passed, socket);
    } else if (kind === Kind.Line && bytes.length >= 6 && bytes.length <= LINE_BYTES_MAX && bytes.length % 4 === 2) {
      this.ctx.storage.put(key(++this.last), passed);
      if (this.last > LINES_MAX) this.ctx.storage.delete(key(this.last - LINES_MAX));
      this.pass(passed, socket);
    } else if (kind === Kind.Clear) {
      await this.ctx.storage.deleteAll();
      this.last = 0;
      this.pass(passed);
    }
  }

  webSocketClose(socket: WebSocket): void {
    socket.close(1000);
    this.pass(from(Kind.Left, socket.deserializeAttachment()), socket);
  }

  webSocketError(socket: WebSocket): void {
    this.pass(from(Kind.Left, socket.deserializeAttachment()), socket);
  }

  private pass(bytes: Uint8Array, except?: WebSocket): void {
    for (const socket of this.ctx.getWebSockets()) if (socket !== except) socket.send(bytes);
  }

  private async lines(): Promise<Uint8Array> {
    const lines = [...(await this.ctx.storage.list<Uint8Array>()).values()];
    const all = new Uint8Array(lines.reduce((total, line) => total + 2 + line.length, 1));
    const view = new DataView(all.buffer);
    all[0] = Kind.Board;
    let at = 1;
    for (const line of lines) {
      view.setUint16(at, line.length);
      all.set(line, at + 2);
      at += 2 + line.length;
    }
    return all;
  }
}

/** A message about the page `id`. */
function from(kind: Kind, id: number, rest: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(3 + rest.length);
  bytes.set([kind, id >> 8, id & 255]);
  bytes.set(rest, 3);
  return bytes;
}

/** Sorts like its number. */
function key(number: number): string {
  return String(number).padStart(12, "0");
}
