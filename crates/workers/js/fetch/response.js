// Response, and the seams through which responses come from the host and go to it.

const {
  defineInterface, illegalInvocation, wrongConstructorParameter, wrongField, wrongParameter,
} = require("interface");
const { isObject } = require("streams/checks");
const { Body, RUNTIME, cloneBody, extractBody, headersOf, setBody, stateOf } = require("fetch/body");
const { listFrom, listHas } = require("fetch/headers");

const newState = () => ({
  kind: "response",
  content: null,
  stream: null,
  used: false,
  list: [],
  headers: null,
  immutable: false,
  status: 200,
  statusText: "",
  type: "default",
  url: "",
  redirected: false,
  webSocket: null,
  cf: undefined,
  encodeBody: "automatic",
});

const responseOf = (value) => {
  const state = stateOf(value);
  if (state === null || state.kind !== "response") throw illegalInvocation();
  return state;
};

class Response extends Body {
  constructor(body, init) {
    super(RUNTIME, body === RUNTIME ? init : construct(body, init));
  }

  static error() {
    const state = newState();
    state.type = "error";
    state.status = 0;
    return new Response(RUNTIME, state);
  }

  static redirect(url, status = 302) {
    if (arguments.length < 1) throw wrongParameter("redirect", "Response", 1, "string");
    const code = statusFrom(status);
    if (![301, 302, 303, 307, 308].includes(code)) {
      throw new RangeError(`${code} is not a redirect status code. It must be one of: 301, 302, 303, 307, or 308.`);
    }
    const state = newState();
    state.status = code;
    state.list = ["location", parseUrl(`${url}`)];
    state.immutable = true;
    return new Response(RUNTIME, state);
  }

  static json(data, init) {
    if (arguments.length < 1) throw wrongParameter("json", "Response", 1, "Value");
    const state = newState();
    if (init !== undefined && init !== null) readInit(state, init);
    if (!listHas(state.list, "content-type")) state.list.push("content-type", "application/json");
    putBody(state, `${JSON.stringify(data)}`);
    return new Response(RUNTIME, state);
  }

  clone() {
    const state = responseOf(this);
    if (state.webSocket !== null) throw new TypeError("Cannot clone a response to a WebSocket handshake.");
    const copy = { ...state, list: state.list.slice(), headers: null, content: null, stream: null, used: false };
    cloneBody(state, copy);
    return new Response(RUNTIME, copy);
  }

  get status() {
    return responseOf(this).status;
  }

  get statusText() {
    return responseOf(this).statusText;
  }

  get headers() {
    return headersOf(responseOf(this));
  }

  get ok() {
    const { status } = responseOf(this);
    return status >= 200 && status < 300;
  }

  get redirected() {
    return responseOf(this).redirected;
  }

  get url() {
    return responseOf(this).url;
  }

  get webSocket() {
    return responseOf(this).webSocket;
  }

  get cf() {
    return responseOf(this).cf;
  }

  get type() {
    return responseOf(this).type;
  }
}

const parseUrl = (text) => {
  const { URL } = require("url");
  try {
    return new URL(text).href;
  } catch {
    throw new TypeError(`Unable to parse URL: ${text}`);
  }
};

const construct = (body, init) => {
  const state = newState();
  if (init !== undefined && init !== null) readInit(state, init);
  if (body !== undefined && body !== null) putBody(state, body);
  return state;
};

const readInit = (state, init) => {
  if (!isObject(init)) throw wrongConstructorParameter("Response", 2, "InitializerDict or Response");
  const { status, statusText, headers, cf, webSocket, encodeBody } = init;
  if (status !== undefined) state.status = statusFrom(status);
  if (statusText !== undefined) state.statusText = statusTextFrom(statusText);
  if (headers !== undefined) {
    const list = listFrom(headers);
    if (list === null) throw wrongField("headers", "InitializerDict", "Headers or Sequence or object");
    state.list = list;
  }
  if (cf !== undefined && cf !== null) {
    if (!isObject(cf)) throw wrongField("cf", "InitializerDict", "Object");
    state.cf = { ...cf };
  }
  if (webSocket !== undefined && webSocket !== null) state.webSocket = webSocketFrom(webSocket);
  // Another Response says nothing about it, but passes it on.
  const encoding = encodeBody === undefined ? stateOf(init)?.encodeBody : encodeBody;
  if (encoding !== undefined) state.encodeBody = encodeBodyFrom(encoding);
  checkStatus(state);
};

const checkStatus = ({ status, webSocket }) => {
  if (webSocket !== null) {
    if (status !== 101) throw new RangeError("Responses with a WebSocket must have status code 101.");
  } else if (status < 200 || status > 599) {
    throw new RangeError("Responses may only be constructed with status codes in the range 200 to 599, inclusive.");
  }
};

const webSocketFrom = (value) => {
  const { WebSocket } = require("websocket");
  if (!isObject(value) || !(value instanceof WebSocket)) {
    throw wrongField("webSocket", "InitializerDict", "WebSocket");
  }
  return value;
};

const encodeBodyFrom = (value) => {
  const text = `${value}`;
  if (text !== "automatic" && text !== "manual") throw new TypeError(`encodeBody: unexpected value: ${text}`);
  return text;
};

const statusFrom = (value) => {
  const status = Math.trunc(+value) || 0;
  if (status < -2147483648 || status > 2147483647) {
    throw new TypeError("Value out of range. Must be between -2147483648 and 2147483647 (inclusive).");
  }
  return status;
};

const statusTextFrom = (value) => {
  const text = `${value}`;
  if (/[\0\r\n]/.test(text)) throw new TypeError("Invalid statusText");
  return text;
};

// Some statuses have no body; an empty one counts as none.
const putBody = (state, body) => {
  const { status } = state;
  if (status !== 101 && status !== 204 && status !== 205 && status !== 304) {
    setBody(state, body);
    return;
  }
  const list = state.list.slice();
  setBody(state, body);
  if (state.stream !== null || state.content.length > 0) {
    throw new TypeError("Response with null body status (101, 204, 205, or 304) cannot have a body.");
  }
  state.content = null;
  state.list = list;
};

// A Response with immutable headers from `{ status, statusText, headers, body, url, redirected, webSocket, cf }`.
// `headers` is a flat list with names in lower case; `body` is null, a string, bytes or a host body source.
exports.responseFromHost = ({ status, statusText, headers, body, url, redirected, webSocket, cf }) => {
  const state = newState();
  state.status = status;
  state.statusText = statusText ?? "";
  state.list = headers;
  state.immutable = true;
  state.content = body ?? null;
  state.url = url ?? "";
  state.redirected = redirected ?? false;
  state.webSocket = webSocket ?? null;
  state.cf = cf ?? undefined;
  return new Response(RUNTIME, state);
};

// Takes a response apart for the host; its body is used from now on. `headers` is a flat list, `body` null, a string,
// bytes, an untouched host body source or a ReadableStream.
exports.extractResponse = (response) => {
  const state = responseOf(response);
  return {
    status: state.status,
    statusText: state.statusText,
    headers: state.list,
    body: extractBody(state),
    webSocket: state.webSocket,
    cf: state.cf,
    encodeBody: state.encodeBody,
  };
};

exports.Response = defineInterface(Response);
