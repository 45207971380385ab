// Bookmarks: points in an object's history, and going back to one.
//
// A bookmark is of what is durable, so what was written before is waited for. Going back happens when the object next
// starts, before its constructor runs; the bookmark that undoes it is that of the end of the session.
// Source: workers-api.md 6.6.

const { wrongParameter } = require("interface");
const { onForget } = require("instances");

const { bookmarks } = native;
const { isFinite } = Number;
const { trunc } = Math;
const timeOf = Function.prototype.call.bind(Date.prototype.getTime);

const TYPE = "DurableObjectStorage";

const noHistory = () => new Error("This Durable Object's storage back-end does not implement point-in-time recovery.");

// What a native gives, unless the class keeps no history.
function kept(value) {
  if (value === undefined) throw noHistory();
  return value;
}

// What an object was last told, and how often since its last commit. On the platform every call gives a later bookmark than the
// one before; between commits the third part of the text counts the calls, which says nothing to whoever reads it.
const told = new Map();

function later(owner, bookmark) {
  const last = told.get(owner);
  const calls = last?.bookmark === bookmark ? last.calls + 1 : 0;
  told.set(owner, { bookmark, calls });
  return bookmark.slice(0, 18) + calls.toString(16).padStart(8, "0") + bookmark.slice(26);
}

onForget((owner) => told.delete(owner));

exports.getCurrentBookmark = async (owner, sync) => {
  for (;;) {
    const bookmark = kept(bookmarks.current(owner));
    if (bookmark !== null) return later(owner, bookmark);
    await sync();
  }
};

exports.getBookmarkForTime = async (owner, time, sync) => {
  let ms = time;
  if (typeof ms !== "number") {
    try {
      ms = timeOf(time);
    } catch {
      throw wrongParameter("getBookmarkForTime", TYPE, 1, "date");
    }
  }
  if (!isFinite(ms)) throw new TypeError("The value cannot be converted because it is not a valid Date.");
  kept(bookmarks.current(owner));
  await sync();
  return kept(bookmarks.at(owner, trunc(ms)));
};

exports.onNextSessionRestoreBookmark = async (owner, bookmark, sync) => {
  const text = `${bookmark}`;
  kept(bookmarks.current(owner));
  await sync();
  return kept(bookmarks.restore(owner, text));
};
