// The checker of the crash rounds, by itself: what it must accept, and what it must not be talked into.
import assert from "node:assert/strict";
import { test } from "node:test";
import { explained } from "./model.mjs";

const put = (key, value) => ({ kind: "put", key, value });
const done = (number, operation, result = null, since = number - 1) => ({ number, operation, result, since });
const asked = (operation, since = 0) => ({ operation, since });
const check = (expected, what, { before = [], acked = [], pending = [], after = [] }) =>
  test(`${expected ? "accepts" : "refuses"} ${what}`, () => assert.equal(explained({ before, acked, pending, after }), expected));

const ab = [done(1, put("a", 1)), done(2, put("b", 2))];
check(true, "what was acknowledged", { acked: ab, after: [["a", 1], ["b", 2]] });
check(true, "what was there before", { before: [["z", 0]], acked: ab, after: [["a", 1], ["b", 2], ["z", 0]] });
check(true, "a pending write that happened", { acked: ab, pending: [asked(put("c", 3))], after: [["a", 1], ["b", 2], ["c", 3]] });
check(true, "a pending write that did not", { acked: ab, pending: [asked(put("c", 3))], after: [["a", 1], ["b", 2]] });
check(true, "a pending write before an acknowledged one", { acked: [done(2, put("a", 2), null, 0)], pending: [asked(put("a", 1))], after: [["a", 2]] });
check(true, "pending ones in either order", { pending: [asked(put("a", 1)), asked(put("a", 2))], after: [["a", 1]] });
check(true, "reads that fit", { acked: [ab[0], done(2, { kind: "list" }, [["a", 1]])], after: [["a", 1]] });

check(false, "a lost write", { acked: ab, after: [["a", 1]] });
check(false, "a lost write followed by a kept one", { acked: ab, after: [["b", 2]] });
check(false, "an unacknowledged write taken for acknowledged", { acked: [...ab, done(3, put("c", 3))], after: [["a", 1], ["b", 2]] });
check(false, "a write nobody asked for", { acked: ab, after: [["a", 1], ["b", 2], ["c", 3]] });
check(false, "half of a write", { pending: [asked({ kind: "putMany", entries: { a: 1, b: 2 } })], after: [["a", 1]] });
check(false, "half of a batch", { pending: [asked({ kind: "batch", operations: [put("a", 1), put("b", 2)] })], after: [["b", 2]] });
check(false, "half of a deleteAll", { before: [["a", 1], ["b", 2]], pending: [asked({ kind: "deleteAll" })], after: [["b", 2]] });
check(false, "a delete that came back", { before: [["a", 1]], acked: [done(1, { kind: "delete", key: "a" }, true)], after: [["a", 1]] });
check(false, "a stale read", { acked: [ab[0], done(2, { kind: "get", key: "a" })], after: [["a", 1]] });
check(false, "a place nobody took", { acked: [ab[0], done(3, put("b", 2))], after: [["a", 1], ["b", 2]] });
check(false, "one place taken twice", { acked: [ab[0], done(1, put("b", 2))], after: [["a", 1], ["b", 2]] });
check(false, "a place before what was answered already", { acked: [done(1, put("a", 1), null, 1), done(2, put("b", 2), null, 0)], after: [["a", 1], ["b", 2]] });
check(false, "a pending write placed before it was asked for", { acked: [done(2, put("a", 2), null, 0)], pending: [asked(put("a", 1), 2)], after: [["a", 2]] });

const transaction = (end, ...operations) => ({ kind: "transaction", operations, end });
const insert = (key, value) => ({ kind: "insert", key, value });
check(true, "a transaction that was committed", { acked: [done(1, transaction("commit", put("a", 1), insert("b", 2)), [null, null])], after: [["a", 1], ["sql:b", 2]] });
check(true, "a transaction that was rolled back", { acked: [done(1, transaction("rollback", put("a", 1)), "rollback")] });
check(true, "a pending transaction that happened", { pending: [asked(transaction("commit", put("a", 1), { kind: "setAlarm", value: 7 }))], after: [["a", 1], ["alarm:", 7]] });
check(true, "rows and an alarm that went with deleteAll", { before: [["alarm:", 7], ["sql:a", 1]], acked: [done(1, { kind: "deleteAll" })] });
check(false, "half of a transaction", { pending: [asked(transaction("commit", put("a", 1), insert("b", 2)))], after: [["a", 1]] });
check(false, "something of a transaction that was rolled back", { acked: [done(1, transaction("throw", put("a", 1)), "throw")], after: [["a", 1]] });
check(false, "an alarm without its write", { pending: [asked({ kind: "batch", operations: [put("a", 1), { kind: "setAlarm", value: 7 }] })], after: [["alarm:", 7]] });
check(false, "a lost row", { acked: [done(1, insert("a", 1))] });
