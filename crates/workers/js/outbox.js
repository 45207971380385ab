// What this turn sends to WebSockets, recorded so that the host reads it in one go after the turn.
//
// A record is two words: the socket's number with the kind in its low two bits, and the place of its payload. The first
// word counts the records; the host sets it back to zero when it has read them. A short ASCII string is written into
// `texts`, where the host reads it without asking the engine: its place is negative, `~(start << 8 | length)`. Any other
// payload is put into `payloads`. Sending the same string to many sockets in a row records it once, and the host encodes
// and frames it once.

const { words, texts, payloads, flush } = native.sockets;

const TEXT = 0;
const BINARY = 1;
const CLOSE = 2;
const FINISH = 3;

const RECORDS_MAX = (words.length - 1) >> 1;
const SHORT_TEXT_MAX = 255;

const textBytes = new Uint8Array(texts.buffer);

let last;
let lastPlace = 0;
let textEnd = 0;

function record(kind, index, payload) {
  let count = words[0];
  if (count === RECORDS_MAX) {
    flush();
    count = 0;
  }
  if (count === 0) {
    payloads.length = 0;
    last = undefined;
    textEnd = 0;
  }
  if (payload !== last) {
    lastPlace = typeof payload === "string" ? placeOfText(payload) : payloads.push(payload) - 1;
    last = payload;
  }
  const at = 1 + count * 2;
  words[at] = (index << 2) | kind;
  words[at + 1] = lastPlace;
  words[0] = count + 1;
}

function placeOfText(text) {
  const { length } = text;
  if (length > SHORT_TEXT_MAX || textEnd + length > textBytes.length) return payloads.push(text) - 1;
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 127) return payloads.push(text) - 1;
    textBytes[textEnd + at] = unit;
  }
  const place = ~((textEnd << 8) | length);
  // The next one starts at a whole word.
  textEnd += (length + 3) & ~3;
  return place;
}

// A text message.
exports.sendText = (index, text) => record(TEXT, index, text);

// A binary message; `bytes` must be a copy nobody else writes to.
exports.sendBinary = (index, bytes) => record(BINARY, index, bytes);

// A Close frame; code 1005 means one without a body.
exports.sendClose = (index, code, reason) => record(CLOSE, index, `${code} ${reason}`);

// The program's side of the socket is done with; its number may be used again after this turn.
exports.finish = (index) => record(FINISH, index, "");
