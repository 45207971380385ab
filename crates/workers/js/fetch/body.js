// What Request and Response share: a state with headers and a body, and the methods that read it.
//
// A body is `content` until somebody needs it as a stream: null (none), a string, a Uint8Array that nobody else holds,
// or a host body source (see streams/host). Once `stream` is set, it is the body and `content` is not looked at.

const { defineInterface, illegalConstructor, illegalInvocation } = require("interface");
const { bytesView, isObject } = require("streams/checks");
const { getFromList, listHas, wrapList } = require("fetch/headers");

const BODY_USED =
  "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.";
const usedError = () => new TypeError(BODY_USED);

const TEXT_TYPE = "text/plain;charset=UTF-8";
const FORM_TYPE = "application/x-www-form-urlencoded;charset=UTF-8";

// The state of a Request or Response; null when `value` is neither.
let stateOf;
const RUNTIME = Symbol();

class Body {
  #state;

  static {
    stateOf = (value) => (isObject(value) && #state in value ? value.#state : null);
  }

  constructor(key, state) {
    if (key !== RUNTIME) throw illegalConstructor();
    this.#state = state;
  }

  get body() {
    if (!(#state in this)) throw illegalInvocation();
    return streamOf(this.#state);
  }

  get bodyUsed() {
    if (!(#state in this)) throw illegalInvocation();
    return isUsed(this.#state);
  }

  async arrayBuffer() {
    if (!(#state in this)) throw illegalInvocation();
    const bytes = await takeBytes(this.#state);
    const { buffer } = bytes;
    return bytes.byteLength === buffer.byteLength ? buffer : bytes.slice().buffer;
  }

  async bytes() {
    if (!(#state in this)) throw illegalInvocation();
    return takeBytes(this.#state);
  }

  async text() {
    if (!(#state in this)) throw illegalInvocation();
    return takeText(this.#state);
  }

  async json() {
    if (!(#state in this)) throw illegalInvocation();
    const text = await takeText(this.#state);
    // The engine's wording differs from the platform's; this one is met (and compared) most.
    if (text === "") throw new SyntaxError("Unexpected end of JSON input");
    return JSON.parse(text);
  }

  async formData() {
    if (!(#state in this)) throw illegalInvocation();
    const type = getFromList(this.#state.list, "content-type");
    return require("fetch/multipart").parseForm(type, await takeBytes(this.#state));
  }

  async blob() {
    if (!(#state in this)) throw illegalInvocation();
    const type = getFromList(this.#state.list, "content-type");
    const bytes = await takeBytes(this.#state);
    return require("blob").blobFrom(bytes, type === null ? "" : require("fetch/mime").normalizeType(type));
  }
}

// Puts what a program gave as a body into `state`, with the content type that follows from it.
const setBody = (state, body) => {
  const type = setContent(state, body);
  if (type !== null && !listHas(state.list, "content-type")) state.list.push("content-type", type);
};

const setContent = (state, body) => {
  if (typeof body === "string") {
    state.content = body;
    return TEXT_TYPE;
  }
  if (isObject(body)) {
    const view = bytesView(body);
    if (view !== null) {
      state.content = view.slice();
      return null;
    }
    return setObject(state, body);
  }
  state.content = `${body}`;
  return TEXT_TYPE;
};

const setObject = (state, body) => {
  const core = require("streams/readable").readableOf(body);
  if (core !== null) {
    state.stream = checkStream(core, body);
    return null;
  }
  const bytes = require("blob").blobBytes(body);
  if (bytes !== null) {
    state.content = bytes.slice();
    return body.type === "" ? null : body.type;
  }
  const entries = require("form_data").formEntries(body);
  if (entries !== null) {
    const form = require("fetch/multipart").encodeForm(entries);
    state.content = form.bytes;
    return form.type;
  }
  if (body instanceof require("url_search_params").URLSearchParams) {
    state.content = body.toString();
    return FORM_TYPE;
  }
  if (isByteIterable(body)) {
    const { wrapReadable } = require("streams/readable");
    state.stream = wrapReadable(require("streams/iteration").readableFrom(body));
    return null;
  }
  state.content = `${body}`;
  return TEXT_TYPE;
};

const checkStream = (core, stream) => {
  if (core.disturbed) {
    throw new TypeError("This ReadableStream is disturbed (has already been read from), and cannot be used as a body.");
  }
  if (core.locked) throw new TypeError("This ReadableStream is locked to a reader, and cannot be used as a body.");
  return stream;
};

// Objects that iterate are bodies of several chunks, unless they say themselves how they look as a string.
const isByteIterable = (body) =>
  require("flags").fetch_iterable_type_support &&
  (typeof body[Symbol.asyncIterator] === "function" || typeof body[Symbol.iterator] === "function") &&
  !(body instanceof String) &&
  !Object.hasOwn(body, "toString") &&
  body[Symbol.toPrimitive] === undefined;

const coreOf = (stream) => require("streams/readable").readableOf(stream);

const isUsed = (state) => state.used || (state.stream !== null && coreOf(state.stream).disturbed);

// The body as a stream, made on first use; null when there is none.
const streamOf = (state) => {
  if (state.stream === null && state.content !== null) state.stream = makeStream(state);
  return state.stream;
};

const makeStream = ({ used, content }) => {
  const { bytesStream, hostStream } = require("streams/host");
  if (used) {
    const stream = bytesStream(new Uint8Array(0));
    coreOf(stream).surrender();
    return stream;
  }
  if (typeof content === "string") return bytesStream(require("encoding").utf8Encode(content));
  return content instanceof Uint8Array ? bytesStream(content) : hostStream(content);
};

// Takes the body: what it is as `content`, or its stream where it can only be read chunk by chunk.
const take = (state) => {
  if (isUsed(state)) throw usedError();
  const { stream } = state;
  if (stream === null) {
    if (state.content !== null) state.used = true;
    return state.content;
  }
  const core = coreOf(stream);
  if (core.locked) throw require("streams/readable_core").lockedError();
  state.used = true;
  return core.untouched === null ? stream : core.surrender();
};

const isSource = (content) => typeof content.pull === "function" && typeof content.getReader !== "function";

// The whole body as bytes that the caller owns, or a promise of them.
const takeBytes = (state) => {
  const content = take(state);
  if (content === null) return new Uint8Array(0);
  if (typeof content === "string") return require("encoding").utf8Encode(content);
  if (content instanceof Uint8Array) return content;
  if (isSource(content)) return collectSource(content);
  return require("streams/readable_core").collectBytes(coreOf(content));
};

const collectSource = async (source) => {
  const chunks = [];
  let length = 0;
  for (let chunk; (chunk = await source.pull()) !== null; ) {
    chunks.push(chunk);
    length += chunk.byteLength;
  }
  if (chunks.length === 1) return chunks[0];
  return require("streams/readable_core").joinBytes(chunks, length);
};

// The whole body as text, or a promise of it. A byte order mark at the start is dropped.
const takeText = (state) => {
  const content = take(state);
  if (content === null) return "";
  if (typeof content === "string") return textOf(content);
  if (content instanceof Uint8Array) return decode(content);
  if (isSource(content)) return collectSource(content).then(decode);
  return require("streams/readable_core").collectBytes(coreOf(content)).then(decode);
};

// `utf8Decode` drops a byte order mark as TextDecoder does; a string that never was bytes must lose it too.
const decode = (bytes) => require("encoding").utf8Decode(bytes);
const textOf = (text) => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).toWellFormed();

// For the host: null, a string, bytes, an untouched host body source or a ReadableStream. The body is used from now on.
const extractBody = (state) => {
  const content = take(state);
  if (content === null || typeof content === "string" || content instanceof Uint8Array) return content;
  // A source that the host does not know by number has to be read here.
  const foreign = isSource(content) && typeof content.bodyId !== "number";
  return foreign ? require("streams/host").hostStream(content) : content;
};

// Gives `target` the same body as `state`, which keeps its own.
const cloneBody = (state, target) => {
  const { stream, content } = state;
  if (stream === null && !state.used && (content === null || typeof content === "string")) {
    target.content = content;
    return;
  }
  if (stream === null && !state.used && content instanceof Uint8Array) {
    target.content = content.slice();
    return;
  }
  const core = coreOf(streamOf(state));
  if (core.disturbed && !core.locked) throw usedError();
  const { wrapReadable } = require("streams/readable");
  const [one, other] = require("streams/tee").tee(core);
  state.stream = wrapReadable(one);
  target.stream = wrapReadable(other);
};

// Moves the body of `state` to `target`; the old owner's counts as used.
const moveBody = (state, target) => {
  target.content = state.content;
  target.stream = state.stream;
  if (state.stream !== null || state.content !== null) state.used = true;
  if (state.stream === null && state.content !== null) state.content = "";
};

// The Headers object over the state's list, made on first use.
const headersOf = (state) => (state.headers ??= wrapList(state.list, state.immutable));

exports.Body = defineInterface(Body);
exports.RUNTIME = RUNTIME;
exports.stateOf = stateOf;
exports.setBody = setBody;
exports.isUsed = isUsed;
exports.extractBody = extractBody;
exports.cloneBody = cloneBody;
exports.moveBody = moveBody;
exports.headersOf = headersOf;
exports.streamOf = streamOf;
