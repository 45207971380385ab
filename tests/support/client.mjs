// Promises: a real WebSocket client (npm `ws`) and a plain HTTP request, both bounded in time: every wait ends with a
// message, an event, or an error that says what was awaited and what had come before.
import http from "node:http";
import { npm } from "./packages.mjs";
import { PATIENCE_MS, within } from "./process.mjs";

const WebSocket = npm("ws");

const shown = (value) => (typeof value === "string" ? JSON.stringify(value) : `<${Buffer.from(value).toString("hex")}>`);

export class Client {
  /** Connects and resolves once open. `path` is joined to `url`. Rejects with the status when the server refuses. */
  static async open(url, path = "/", { protocols, ms = PATIENCE_MS, ...options } = {}) {
    const client = new Client(url, path, protocols, options);
    await within(ms, `${path}: the WebSocket did not open in ${ms} ms`, client.opened);
    return client;
  }

  constructor(url, path, protocols, options) {
    const target = new URL(path, url);
    target.protocol = target.protocol.replace("http", "ws");
    // The echo of a Close is waited for as long as `closed` waits, not ws's own 30 s.
    this.socket = new WebSocket(target.href, protocols, { perMessageDeflate: false, handshakeTimeout: PATIENCE_MS, closeTimeout: PATIENCE_MS, ...options });
    this.events = [];
    this.inbox = [];
    this.waiters = [];
    this.opened = new Promise((resolve, reject) => {
      this.socket.once("upgrade", (response) => (this.headers = response.headers));
      this.socket.once("open", () => {
        this.events.push("open");
        resolve(this);
      });
      this.socket.once("unexpected-response", (request, response) => {
        const refusal = new Error(`refused with ${response.statusCode}`);
        refusal.status = response.statusCode;
        refusal.headers = response.headers;
        response.resume();
        reject(refusal);
      });
      this.socket.once("error", reject);
    });
    this.opened.catch(() => {});
    this.socket.on("error", (error) => this.events.push(`error ${error.message}`));
    this.socket.on("message", (data, isBinary) => {
      const value = isBinary ? new Uint8Array(data) : data.toString();
      this.events.push(`message ${shown(value)}`);
      const waiter = this.waiters.shift();
      if (waiter) waiter.resolve(value);
      else this.inbox.push(value);
    });
    this.ended = new Promise((resolve) => {
      this.socket.once("close", (code, reason) => {
        this.close_ = { code, reason: reason.toString() };
        this.events.push(`close ${code} ${shown(reason.toString())}`);
        for (const waiter of this.waiters.splice(0)) waiter.reject(new Error(`closed with ${code} while a message was awaited`));
        resolve(this.close_);
      });
    });
  }

  get protocol() {
    return this.socket.protocol;
  }

  get isOpen() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(value) {
    this.socket.send(value);
  }

  /** The next message, in order: a string, or a Uint8Array for a binary one. */
  next(ms = PATIENCE_MS) {
    if (this.inbox.length) return Promise.resolve(this.inbox.shift());
    if (this.close_) return Promise.reject(new Error(`closed with ${this.close_.code}; events: ${this.events.join(", ")}`));
    const waiter = {};
    const message = new Promise((resolve, reject) => Object.assign(waiter, { resolve, reject }));
    this.waiters.push(waiter);
    const late = () => {
      this.waiters.splice(this.waiters.indexOf(waiter), 1);
      return `no message in ${ms} ms; events so far: ${this.events.join(", ") || "none"}`;
    };
    return within(ms, late, message);
  }

  /** The next message, parsed as JSON. */
  async json(ms) {
    return JSON.parse(await this.next(ms));
  }

  /** Messages up to and including the first that `accept` likes; returns that one. */
  async until(accept, ms = PATIENCE_MS) {
    const end = Date.now() + ms;
    for (;;) {
      const message = await this.next(Math.max(1, end - Date.now()));
      if (accept(message)) return message;
    }
  }

  /** Sends and returns the next message. */
  async ask(value, ms) {
    this.send(value);
    return this.next(ms);
  }

  /** Sends a WebSocket ping; resolves at its pong. */
  ping(data = "p", ms = PATIENCE_MS) {
    const pong = new Promise((resolve) => this.socket.once("pong", resolve));
    this.socket.ping(data);
    return within(ms, `no pong in ${ms} ms`, pong);
  }

  /** Starts the closing handshake; resolves with the code and reason that end it. */
  close(code, reason, ms) {
    this.socket.close(code, reason);
    return this.closed(ms);
  }

  closed(ms = PATIENCE_MS) {
    return within(ms, () => `not closed in ${ms} ms; events so far: ${this.events.join(", ")}`, this.ended);
  }

  /** Cuts the connection without a Close frame. */
  vanish() {
    this.socket.terminate();
  }
}

/** One HTTP exchange on a connection of its own, redirects not followed. Returns `{ status, headers, body }`, the body as text. */
export function request(url, path = "/", { method = "GET", headers = {}, body, ms = PATIENCE_MS, agent = false, localAddress } = {}) {
  const exchange = new Promise((resolve, reject) => {
    const outgoing = http.request(new URL(path, url), { method, headers, agent, localAddress }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode, headers: response.headers, body: "" });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
  return within(ms, `${method} ${path}: no answer in ${ms} ms`, exchange);
}
