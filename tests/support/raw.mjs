// Promises: WebSocket frames as bytes, so that a test can send what no library would: no mask, wrong UTF-8, half a frame,
// a Close that is never answered. Understands frames without extensions; knows nothing of messages.
import crypto from "node:crypto";
import net from "node:net";
import { PATIENCE_MS, within } from "./process.mjs";

export const CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;

/** The bytes of one frame. `mask: false` breaks the rule for clients on purpose. */
export function frame(opcode, payload = "", { fin = true, mask = true, reserved = 0, length } = {}) {
  const body = Buffer.from(payload);
  const size = length ?? body.length;
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode];
  const bit = mask ? 0x80 : 0;
  if (size < 126) head.push(bit | size);
  else if (size < 65536) head.push(bit | 126, size >> 8, size & 255);
  else {
    const wide = Buffer.alloc(8);
    wide.writeBigUInt64BE(BigInt(size));
    head.push(bit | 127, ...wide);
  }
  if (!mask) return Buffer.concat([Buffer.from(head), body]);
  const key = crypto.randomBytes(4);
  const masked = Buffer.from(body);
  for (let at = 0; at < masked.length; at++) masked[at] ^= key[at & 3];
  return Buffer.concat([Buffer.from(head), key, masked]);
}

/** The payload of a Close frame. */
export function closing(code, reason = "") {
  const body = Buffer.alloc(2 + Buffer.byteLength(reason));
  body.writeUInt16BE(code);
  body.write(reason, 2);
  return body;
}

export class Raw {
  /** A plain TCP connection to `url`; nothing is sent yet. */
  static async connect(url, { localAddress } = {}) {
    const { hostname, port } = new URL(url);
    const socket = net.connect({ host: hostname, port: Number(port), localAddress, noDelay: true });
    await within(PATIENCE_MS, `no TCP connection in ${PATIENCE_MS} ms`, new Promise((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    }));
    return new Raw(socket);
  }

  /** A connection upgraded to a WebSocket. */
  static async open(url, path = "/", headers = {}, options) {
    const raw = await Raw.connect(url, options);
    raw.request(path, headers);
    const head = await raw.head();
    if (head.status !== 101) throw new Error(`refused with ${head.status}`);
    return raw;
  }

  constructor(socket) {
    this.socket = socket;
    this.bytes = Buffer.alloc(0);
    this.ended = false;
    this.wake = () => {};
    const end = () => {
      this.ended = true;
      this.wake();
    };
    socket.on("data", (chunk) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      this.wake();
    });
    socket.on("end", end).on("close", end).on("error", () => {});
  }

  /** Sends the request line and headers of an upgrade; a header given as null is left out. */
  request(path, headers = {}) {
    const all = {
      Host: "localhost",
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    };
    const lines = Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\r\n`);
    this.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  }

  write(bytes) {
    this.socket.write(bytes);
  }

  send(...args) {
    this.write(frame(...args));
  }

  async #until(take, what, ms) {
    const got = (async () => {
      for (;;) {
        const value = take();
        if (value !== undefined) return value;
        if (this.ended) return null;
        await new Promise((resolve) => (this.wake = resolve));
      }
    })();
    return within(ms, `${what} did not come in ${ms} ms`, got);
  }

  /** The status and headers of the next response, or null when the connection ended instead. */
  head(ms = PATIENCE_MS) {
    return this.#until(() => {
      const end = this.bytes.indexOf("\r\n\r\n");
      if (end < 0) return undefined;
      const [first, ...lines] = this.bytes.subarray(0, end).toString("latin1").split("\r\n");
      this.bytes = this.bytes.subarray(end + 4);
      const headers = Object.fromEntries(lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }));
      return { status: Number(first.split(" ")[1]), headers };
    }, "a response", ms);
  }

  /** The next frame `{ fin, opcode, payload, code?, reason? }`, or null when the connection ended. */
  next(ms = PATIENCE_MS) {
    return this.#until(() => {
      const { bytes } = this;
      if (bytes.length < 2) return undefined;
      let size = bytes[1] & 127, at = 2;
      if (size === 126) {
        if (bytes.length < 4) return undefined;
        size = bytes.readUInt16BE(2), at = 4;
      } else if (size === 127) {
        if (bytes.length < 10) return undefined;
        size = Number(bytes.readBigUInt64BE(2)), at = 10;
      }
      if (bytes.length < at + size) return undefined;
      const payload = Buffer.from(bytes.subarray(at, at + size));
      this.bytes = bytes.subarray(at + size);
      const one = { fin: (bytes[0] & 128) !== 0, opcode: bytes[0] & 15, payload };
      if (one.opcode === CLOSE && size >= 2) Object.assign(one, { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString() });
      return one;
    }, "a frame", ms);
  }

  /** Resolves once the server has ended the connection; frames that come first are dropped. */
  gone(ms = PATIENCE_MS) {
    return this.#until(() => (this.ended ? true : undefined), "the end of the connection", ms);
  }

  /** Stops reading: the kernel's buffers fill, and then the server's. */
  stopReading() {
    this.socket.pause();
  }

  destroy() {
    this.socket.destroy();
  }
}
