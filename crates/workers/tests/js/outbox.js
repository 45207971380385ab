// What `send` records for the host, in a small outbox.

const texts = new Int32Array(128);
native.sockets = { words: new Int32Array(1 + 2 * 4), texts, payloads: [], flush: () => flushed++ };
const { words, payloads } = native.sockets;
const outbox = require("outbox");
const KINDS = ["text", "binary", "close", "finish"];
let flushed = 0;

// What the host reads.
function drain() {
  const bytes = new Uint8Array(texts.buffer);
  const records = [];
  for (let at = 1; at <= 2 * words[0]; at += 2) {
    const place = words[at + 1];
    const short = bytes.slice(~place >> 8, (~place >> 8) + (~place & 255));
    const text = place < 0 && (words[at] & 3) !== 1;
    const payload = place >= 0 ? payloads[place] : text ? String.fromCharCode(...short) : [...short];
    records.push([KINDS[words[at] & 3], words[at] >> 2, payload, place]);
  }
  words[0] = 0;
  return records;
}
const shown = () => drain().map((record) => record.slice(0, 3));

test("records come in order, short ones without a payload of their own", () => {
  outbox.sendText(7, "hello");
  outbox.sendBinary(7, new Uint8Array([1, 2, 255]));
  outbox.sendClose(8, 1000, "hello");
  outbox.finish(8);
  assertEquals(payloads.length, 0);
  assertEquals(shown(), [
    ["text", 7, "hello"],
    ["binary", 7, [1, 2, 255]],
    ["close", 8, "1000 hello"],
    ["finish", 8, ""],
  ]);
});

test("what is long or not ASCII goes the long way", () => {
  const [long, many] = ["x".repeat(256), new Uint8Array(256)];
  outbox.sendText(1, long);
  outbox.sendText(1, "é");
  outbox.sendBinary(1, many);
  many[0] = 1;
  const [first, second, third] = drain();
  assertEquals([first[2], second[2], third[2].length, third[2][0]], [long, "é", 256, 0]);
  assert([first, second, third].every((record) => record[3] >= 0));
});

test("the same payload for many is recorded once", () => {
  const buffer = new Uint8Array([1, 2]);
  for (const payload of ["same", "é"]) {
    for (const socket of [1, 2]) outbox.sendText(socket, payload);
    const [one, other] = drain();
    assertEquals(one[3], other[3]);
  }
  outbox.sendBinary(1, buffer);
  outbox.sendBinary(2, buffer);
  buffer[1] = 3;
  outbox.sendBinary(3, buffer);
  const [one, two, three] = drain();
  assertEquals([one[2], two[2], three[2]], [[1, 2], [1, 2], [1, 3]]);
  assertEquals(one[3], two[3]);
});

test("an empty message is one", () => {
  outbox.sendText(1, "");
  outbox.sendBinary(1, new Uint8Array(0));
  assertEquals(shown(), [["text", 1, ""], ["binary", 1, []]]);
});

test("when the room for short ones is used up the others go the long way", () => {
  for (let at = 0; at < 3; at++) outbox.sendText(at, String(at).repeat(200));
  const records = drain();
  assertEquals(records.map((record) => record[2][199]), ["0", "1", "2"]);
  assertEquals(records.map((record) => record[3] < 0), [true, true, false]);
});

test("a full outbox is handed over", () => {
  for (let at = 0; at < 5; at++) outbox.sendText(at, "a");
  assertEquals(flushed, 1);
  assertEquals(shown(), [["text", 4, "a"]]);
});
