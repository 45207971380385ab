// Section 6.6: a class of the key-value backend has no history.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true }, {
  "getCurrentBookmark": ({ ctx }) => ctx.storage.getCurrentBookmark(),
  "getBookmarkForTime": ({ ctx }) => ctx.storage.getBookmarkForTime(Date.now()),
  "onNextSessionRestoreBookmark": ({ ctx }) => ctx.storage.onNextSessionRestoreBookmark("x"),
});
