// What this turn sends to WebSockets, recorded so that the host reads it in one go after the turn.
//
// A record is two words: the socket's number with the kind in its low two bits, and the place of its payload in
// `payloads`. The first word counts the records; the host sets it back to zero when it has read them. Sending the
// same string to many sockets in a row records it once, and the host encodes and frames it once.

const { words, payloads, flush } = native.sockets;

const TEXT = 0;
const BINARY = 1;
const CLOSE = 2;
const FINISH = 3;

const RECORDS_MAX = (words.length - 1) >> 1;

let last;

function record(kind, index, payload) {
  let count = words[0];
  if (count === RECORDS_MAX) {
    flush();
    count = 0;
  }
  if (count === 0) {
    payloads.length = 0;
    last = undefined;
  }
  if (payload !== last) {
    payloads.push(payload);
    last = payload;
  }
  const at = 1 + count * 2;
  words[at] = (index << 2) | kind;
  words[at + 1] = payloads.length - 1;
  words[0] = count + 1;
}

// A text message.
exports.sendText = (index, text) => record(TEXT, index, text);

// A binary message; `bytes` must be a copy nobody else writes to.
exports.sendBinary = (index, bytes) => record(BINARY, index, bytes);

// A Close frame; code 1005 means one without a body.
exports.sendClose = (index, code, reason) => record(CLOSE, index, `${code} ${reason}`);

// The program's side of the socket is done with; its number may be used again after this turn.
exports.finish = (index) => record(FINISH, index, "");
