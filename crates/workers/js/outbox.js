// What this turn sends to WebSockets, recorded so that the host reads it in one go after the turn.
//
// A record is two words: the socket's number with the kind in its low two bits, and the place of its payload. The first
// word counts the records; the host sets it back to zero when it has read them. Short bytes and short ASCII
// strings are written into `texts`, where the host reads them without asking the engine: their place is negative,
// `~(start << 8 | length)`. Any other payload is put into `payloads`. Sending the same string, or the same short bytes, to
// many sockets in a row records it once, and the host encodes and frames it once.

const { words, texts, payloads, flush } = native.sockets;

const TEXT = 0;
const BINARY = 1;
const CLOSE = 2;
const FINISH = 3;

const RECORDS_MAX = (words.length - 1) >> 1;
const SHORT_MAX = 255;

const shared = new Uint8Array(texts.buffer);

// The string recorded last, and where it is.
let lastText;
let lastPlace = 0;
// Where the short bytes recorded last are; 0 when there are none.
let lastBytes = 0;
let end = 0;

function record(kind, index, payload) {
  let count = words[0];
  if (count === RECORDS_MAX) {
    flush();
    count = 0;
  }
  if (count === 0) {
    payloads.length = 0;
    lastText = undefined;
    lastBytes = 0;
    end = 0;
  }
  let place;
  if (typeof payload !== "string") {
    place = placeOfBytes(payload);
  } else if (payload === lastText) {
    place = lastPlace;
  } else {
    place = lastPlace = placeOfText(payload);
    lastText = payload;
  }
  const at = 1 + count * 2;
  words[at] = (index << 2) | kind;
  words[at + 1] = place;
  words[0] = count + 1;
}

// What `length` bytes at the end of `texts` become, when they are written.
function take(length) {
  const place = ~((end << 8) | length);
  // The next one starts at a whole word.
  end += (length + 3) & ~3;
  return place;
}

function placeOfText(text) {
  const { length } = text;
  if (length > SHORT_MAX || end + length > shared.length) return payloads.push(text) - 1;
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 127) return payloads.push(text) - 1;
    shared[end + at] = unit;
  }
  return take(length);
}

// The program may write to `bytes` after this, so they are the same as before only if they are equal.
function placeOfBytes(bytes) {
  const { length } = bytes;
  if (length > SHORT_MAX || end + length > shared.length) return payloads.push(bytes.slice()) - 1;
  if (lastBytes < 0 && (~lastBytes & SHORT_MAX) === length) {
    const start = ~lastBytes >> 8;
    let at = 0;
    while (at < length && shared[start + at] === bytes[at]) at++;
    if (at === length) return lastBytes;
  }
  for (let at = 0; at < length; at++) shared[end + at] = bytes[at];
  lastBytes = take(length);
  return lastBytes;
}

// A text message.
exports.sendText = (index, text) => record(TEXT, index, text);

// A binary message: a `Uint8Array`, of which a copy is taken.
exports.sendBinary = (index, bytes) => record(BINARY, index, bytes);

// A Close frame; code 1005 means one without a body.
exports.sendClose = (index, code, reason) => record(CLOSE, index, `${code} ${reason}`);

// The program's side of the socket is done with; its number may be used again after this turn.
exports.finish = (index) => record(FINISH, index, "");
