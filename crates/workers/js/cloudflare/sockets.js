// The virtual module `cloudflare:sockets`, and `connect()` of stubs: streams of bytes between Workers.
//
// Promises: what one side writes the other reads, as slowly as it reads. A side that closes ends the other's `readable`;
// unless `allowHalfOpen` is set that closes the socket altogether. Between Workers a connection is a call: what one side
// writes is a stream in its arguments, what the other writes is a stream in its result. TCP is not there yet.
// Source: workers-api.md 1.3 and 4.3.

const { start, handlerOf, PropertyHandler } = require("rpc/stubs");
const { CONNECT } = require("rpc/names");
const { IdentityTransformStream, WritableStream } = require("streams");

const make = Symbol("make");

// Gives a socket what the far side writes, as it is told or promised, and answers the socket.
let join;

class Socket {
  #readable;
  #writable;
  #opened = Promise.withResolvers();
  #closed = Promise.withResolvers();
  #writer;
  #allowHalfOpen;
  #isClosed = false;

  // `outgoing` takes what the program writes.
  constructor(key, outgoing, options) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#allowHalfOpen = options?.allowHalfOpen === true;
    this.#writer = outgoing.getWriter();
    this.#opened.promise.catch(() => {});
    this.#closed.promise.catch(() => {});
    const writer = this.#writer;
    this.#writable = new WritableStream({
      write: (chunk) => writer.write(chunk),
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    });
  }

  get readable() {
    return this.#readable;
  }

  get writable() {
    return this.#writable;
  }

  get opened() {
    return this.#opened.promise;
  }

  get closed() {
    return this.#closed.promise;
  }

  get upgraded() {
    return false;
  }

  get secureTransport() {
    return "off";
  }

  close() {
    this.#finish();
    return this.#closed.promise;
  }

  startTls() {
    throw new TypeError("startTls() is not supported by Holdfast yet.");
  }

  #finish(error) {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#writer.close().catch(() => {});
    if (error === undefined) this.#closed.resolve();
    else this.#closed.reject(error);
  }

  static {
    join = (socket, incoming, info) => {
      const { readable, writable } = new IdentityTransformStream();
      socket.#readable = readable;
      const ended = Promise.resolve(incoming).then((stream) => {
        socket.#opened.resolve(info);
        return stream.pipeTo(writable);
      });
      ended.then(
        () => {
          if (!socket.#allowHalfOpen) socket.#finish();
        },
        (error) => {
          socket.#opened.reject(error);
          writable.abort(error).catch(() => {});
          socket.#finish(error);
        },
      );
      return socket;
    };
  }
}
Object.defineProperty(Socket.prototype, Symbol.toStringTag, { value: "Socket", configurable: true });

// `host:port` of what a program gave as an address.
function addressText(address) {
  if (typeof address === "object" && address !== null) return `${address.hostname}:${address.port}`;
  return `${address}`;
}

// `stub.connect(address, options)`.
exports.connectThrough = (handler, address, options) => {
  const text = addressText(address);
  const outgoing = new IdentityTransformStream();
  const call = start(new PropertyHandler(handler, CONNECT), [text, outgoing.readable]);
  const socket = new Socket(make, outgoing.writable, options);
  return join(socket, call.promise, { remoteAddress: text, localAddress: null });
};

// The other side: runs `handler(socket)` and answers what it writes. `arguments` are those of the call.
exports.accept = ([address, incoming], handler) => {
  const outgoing = new IdentityTransformStream();
  const socket = new Socket(make, outgoing.writable, undefined);
  join(socket, incoming, { remoteAddress: null, localAddress: address });
  return { readable: outgoing.readable, done: Promise.resolve(handler(socket)) };
};

exports.connect = (address, options) => {
  const text = addressText(address);
  const stub = require("cloudflare/virtual_hosts").stubAt(text.slice(0, text.lastIndexOf(":")));
  if (stub !== undefined) return exports.connectThrough(handlerOf(stub), text, options);
  throw new Error("connect() is not supported by Holdfast yet: it has no outgoing TCP sockets for programs.");
};

exports.Socket = Socket;
