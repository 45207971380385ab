// Response, and the seams through which responses come from the host and go to it.

const {
  defineInterface, illegalInvocation, ownAccessors, wrongConstructorParameter, wrongField, wrongParameter,
} = require("interface");
const { isObject } = require("streams/checks");
const { Body, RUNTIME, cloneBody, extractBody, headersOf, setBody, stateOf } = require("fetch/body");
const { listFrom, listHas } = require("fetch/headers");

const OWN_ACCESSORS = !require("flags").workers_api_getters_setters_on_prototype;

const newState = () => ({
  kind: "response",
  content: null,
  stream: null,
  used: false,
  list: [],
  headers: null,
  immutable: false,
  status: 200,
  // Null: the usual one.
  statusText: null,
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
    if (OWN_ACCESSORS) ownAccessors(this, Response.prototype);
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
    const { status, statusText } = responseOf(this);
    return statusText ?? STATUS_TEXTS[status] ?? CLASS_TEXTS[Math.floor(status / 100)] ?? "";
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

// What a status is called when the program does not say (RFC 9110 and its kin).
const STATUS_TEXTS = {
  101: "Switching Protocols",
  200: "OK",
  201: "Created",
  202: "Accepted",
  203: "Non-Authoritative Information",
  204: "No Content",
  205: "Reset Content",
  206: "Partial Content",
  207: "Multi-Status",
  208: "Already Reported",
  226: "IM Used",
  300: "Multiple Choices",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  305: "Use Proxy",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Payload Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  418: "I'm a teapot",
  421: "Misdirected Request",
  422: "Unprocessable Entity",
  423: "Locked",
  424: "Failed Dependency",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  506: "Variant Also Negotiates",
  507: "Insufficient Storage",
  508: "Loop Detected",
  510: "Not Extended",
  511: "Network Authentication Required",
};

// And a status nobody named, by its class.
const CLASS_TEXTS = { 2: "Successful", 3: "Redirection", 4: "Client Error", 5: "Server Error" };

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
  state.statusText = statusText ?? null;
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
    statusText: response.statusText,
    headers: state.list,
    body: extractBody(state),
    webSocket: state.webSocket,
    cf: state.cf,
    encodeBody: state.encodeBody,
  };
};

exports.Response = defineInterface(Response);
