// `Sec-WebSocket-Extensions`: whether messages may be compressed (flag `web_socket_compression`, `workers-api.md` 2.9).
//
// The edge compresses what a Response names and the client offers. Without a word of the program's, the client's offer is
// what the Response names; an empty header says no.

const flags = require("flags");
const { deleteFromList, getFromList, setInList } = require("fetch/headers");

const NAME = "sec-websocket-extensions";

// The headers of a Response with a WebSocket, on their way to whoever sent `request`.
exports.headersOfAnswer = (list, request) => {
  const given = getFromList(list, NAME);
  const offered = request.headers.get(NAME);
  if (flags.web_socket_compression ? given !== null || offered === null : given === null) return list;
  const own = list.slice();
  if (flags.web_socket_compression) setInList(own, NAME, offered);
  else deleteFromList(own, NAME);
  return own;
};

// Changes the headers of a request that asks for a WebSocket.
exports.limitOffer = (list) => {
  if (flags.web_socket_compression || getFromList(list, NAME) === null) return;
  if (getFromList(list, "upgrade")?.toLowerCase() === "websocket") deleteFromList(list, NAME);
};

// What `new WebSocket(url, protocols)` sends.
exports.headersOfClient = (protocols) => {
  const list = [];
  if (protocols.length > 0) list.push("sec-websocket-protocol", protocols.join(", "));
  if (flags.web_socket_compression) list.push(NAME, "permessage-deflate");
  return list;
};
