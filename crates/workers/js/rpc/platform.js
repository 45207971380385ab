// Objects of the platform that can be sent: services, streams, Headers, Request, Response, Blob, AbortSignal.
//
// A ReadableStream's bytes go through a channel of the host, as a body's do. A WritableStream stays where it is: the
// receiver's writes are calls, each as slow as the stream takes it, and an error of the stream is the call's.
// Source: workers-api.md 4.4.

const context = require("context");
const { utf8Encode } = require("encoding");
const { HOST } = require("structured_clone/format");
const { start, PropertyHandler, StubHandler } = require("rpc/stubs");

const STREAM = 2;

const GONE =
  "WritableStream received over RPC was disconnected because the remote execution context has ended.";
const CUT = "ReadableStream received over RPC disconnected prematurely.";

const LOST =
  "An AbortSignal received over RPC was implicitly aborted because the connection back to its trigger was lost.";

const lockedError = () => new TypeError("The ReadableStream has been locked to a reader.");

// ---- streams -------------------------------------------------------------------------------------------------

// A stream in a result is written to its end; one in arguments does not keep the caller.
function writeReadable(packing, stream, core, out) {
  if (core.locked) throw lockedError();
  const { sourceOf, drain } = require("streams/host");
  const known = sourceOf(stream);
  const number =
    typeof known?.bodyId === "number" ? drain(stream).bodyId : require("host/bodies").open(stream, utf8Encode, packing.session);
  out.host(HOST.READABLE_STREAM);
  out.varint(packing.add(STREAM, number));
}

// A host body source whose failures do not tell what happened at the far end.
function readableFrom(number) {
  const source = require("host/bodies").source(number);
  const { pull } = source;
  return require("streams/host").hostStream({
    ...source,
    pull: () =>
      pull().catch(() => {
        throw new Error(CUT);
      }),
  });
}

// What the far end of a WritableStream calls.
function sinkOf(stream) {
  const writer = stream.getWriter();
  let isOpen = true;
  return {
    write: (chunk) => writer.write(chunk),
    close() {
      isOpen = false;
      return writer.close();
    },
    [Symbol.dispose]() {
      if (isOpen) writer.abort(new Error(GONE)).catch(() => {});
    },
  };
}

function writeWritable(packing, stream, core, out) {
  if (core.locked) throw new TypeError("This WritableStream is currently locked to a writer.");
  const sink = sinkOf(stream);
  out.host(HOST.WRITABLE_STREAM);
  out.varint(packing.expose(sink, true, sink[Symbol.dispose]));
}

// Only what a view shows is sent, not the memory around it.
function alone(chunk) {
  if (ArrayBuffer.isView(chunk) && chunk.byteLength !== chunk.buffer.byteLength) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength).slice();
  }
  return chunk;
}

function writableFrom(number) {
  const stub = new StubHandler(number, null);
  const call = (name, args) => start(new PropertyHandler(stub, name), args).promise;
  const { WritableStream } = require("streams/writable");
  return new WritableStream({
    write: (chunk) => call("write", [alone(chunk)]),
    async close() {
      await call("close", []);
      stub.dispose();
    },
    abort: () => stub.dispose(),
  });
}

// ---- requests and responses ----------------------------------------------------------------------------------

// A body as a value that can be written: null, text, bytes or a stream.
function bodyValue(body) {
  if (body === null || typeof body === "string" || body instanceof Uint8Array) return body;
  return typeof body.pull === "function" && typeof body.getReader !== "function"
    ? require("streams/host").hostStream(body)
    : body;
}

function writeRequest(request, out) {
  if (request.bodyUsed) throw lockedError();
  const { method, url, headers, body, cf, redirect, signal } = require("fetch/request").extractRequest(request);
  out.host(HOST.REQUEST);
  out.value([method, url, headers, redirect, cf, signal ?? null, bodyValue(body)]);
}

function requestFrom([method, url, headers, redirect, cf, signal, body]) {
  const { Request } = require("fetch/request");
  const { wrapList } = require("fetch/headers");
  const init = { method, headers: wrapList(headers, false), redirect };
  if (cf !== undefined && cf !== null) init.cf = cf;
  if (signal !== null) init.signal = signal;
  if (body !== null) init.body = body;
  return new Request(url, init);
}

function writeResponse(response, out) {
  if (response.bodyUsed) throw lockedError();
  const parts = require("fetch/response").extractResponse(response);
  const { status, statusText, headers, body, cf, encodeBody, webSocket } = parts;
  out.host(HOST.RESPONSE);
  out.value([status, statusText, headers, cf, encodeBody, webSocket ?? null, bodyValue(body)]);
}

function responseFrom([status, statusText, headers, cf, encodeBody, webSocket, body]) {
  const { Response } = require("fetch/response");
  if (status === 0) return Response.error();
  const { wrapList } = require("fetch/headers");
  const init = { status, headers: wrapList(headers, false) };
  if (statusText !== "") init.statusText = statusText;
  if (cf !== undefined && cf !== null) init.cf = cf;
  if (encodeBody === "manual") init.encodeBody = encodeBody;
  if (webSocket !== null) init.webSocket = webSocket;
  return new Response(body, init);
}

// ---- signals -------------------------------------------------------------------------------------------------

// The far end asks once, and hears when the signal is aborted.
function writeSignal(packing, signal, out) {
  if (!require("flags").enable_abortsignal_rpc) {
    const { DOMException } = require("dom_exception");
    throw new DOMException("AbortSignal serialization is not enabled.", "DataCloneError");
  }
  out.host(HOST.ABORT_SIGNAL);
  if (signal.aborted) {
    out.value([signal.reason]);
    return;
  }
  const { promise, resolve } = Promise.withResolvers();
  const forget = require("abort").addAbortSteps(signal, (reason) => resolve([reason]));
  const told = {
    aborted: () => promise,
    [Symbol.dispose]() {
      forget();
      resolve(null);
    },
  };
  out.value(null);
  out.varint(packing.expose(told, true, told[Symbol.dispose], true));
  require("abort").sent(signal, context.invocation);
}

function signalFrom(unpacking, input) {
  const { signal, abort } = require("abort").makeSignal();
  const known = input.value();
  if (known !== null) {
    abort(known[0]);
    return signal;
  }
  const stub = new StubHandler(unpacking.take(input.varint()), null);
  start(new PropertyHandler(stub, "aborted"), []).promise.then(
    (told) => {
      if (told !== null) abort(told[0]);
      stub.dispose();
    },
    () => {
      const { DOMException } = require("dom_exception");
      abort(new DOMException(LOST, "AbortError"));
      stub.dispose();
    },
  );
  return signal;
}

// ---- which is which ------------------------------------------------------------------------------------------

// Writes an object of the platform; false when there is no way to send it.
exports.write = (packing, value, out) => {
  const readable = require("streams/readable").readableOf(value);
  if (readable !== null) return writeReadable(packing, value, readable, out), true;
  const writable = require("streams/writable").writableOf(value);
  if (writable !== null) return writeWritable(packing, value, writable, out), true;
  const kind = require("fetch/body").stateOf(value)?.kind;
  if (kind === "request") return writeRequest(value, out), true;
  if (kind === "response") return writeResponse(value, out), true;
  if (writeValue(value, out)) return true;
  if (require("abort").isSignal(value)) return writeSignal(packing, value, out), true;
  return false;
};

// Writes what is nothing but data, for a copy that stays here; false for anything else. A body would be a stream.
exports.writeData = (value, out) => {
  const state = require("fetch/body").stateOf(value);
  if (state === null) return writeValue(value, out);
  if (value.body !== null) throw require("structured_clone/describe").notSerializable(value.body);
  if (state.kind === "request") writeRequest(value, out);
  else writeResponse(value, out);
  return true;
};

function writeValue(value, out) {
  const { Headers, listFrom } = require("fetch/headers");
  if (value instanceof Headers) {
    out.host(HOST.HEADERS);
    out.value(listFrom(value));
    return true;
  }
  const { blobBytes, File } = require("blob");
  const bytes = blobBytes(value);
  // The platform sends no names of files.
  if (bytes !== null && !(value instanceof File)) {
    out.host(HOST.BLOB);
    out.value([value.type, bytes.slice()]);
    return true;
  }
  return false;
}

// Reads what was written by `write`, or by the stub of an entrypoint or an object.
exports.read = (unpacking, type, input) => {
  switch (type) {
    case HOST.SERVICE_STUB: {
      const [script, name, props] = input.value();
      return require("rpc/service").serviceStub(script, name, props);
    }
    case HOST.OBJECT_STUB: {
      const [namespace, hex, name] = input.value();
      return require("durable/namespace").stubOf(namespace, hex, name);
    }
    case HOST.READABLE_STREAM:
      return readableFrom(unpacking.take(input.varint()));
    case HOST.WRITABLE_STREAM:
      return writableFrom(unpacking.take(input.varint()));
    case HOST.ABORT_SIGNAL:
      return signalFrom(unpacking, input);
    default:
      return exports.readData(type, input);
  }
};

// Reads what was written by `writeData`.
exports.readData = (type, input) => {
  switch (type) {
    case HOST.HEADERS:
      return require("fetch/headers").wrapList(input.value(), false);
    case HOST.REQUEST:
      return requestFrom(input.value());
    case HOST.RESPONSE:
      return responseFrom(input.value());
    case HOST.BLOB: {
      const [kind, bytes] = input.value();
      return require("blob").blobFrom(bytes, kind);
    }
    default:
      return undefined;
  }
};
