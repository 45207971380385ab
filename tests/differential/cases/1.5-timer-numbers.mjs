// Section 1.5: the runtime's own timers have numbers among the program's, which can clear them.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "numbers rise by one": () => { const first = setTimeout(() => {}, 1), second = setInterval(() => {}, 1000); clearInterval(second); return [typeof first, second - first]; },
  "AbortSignal.timeout()": async ({ note }) => { const before = setTimeout(() => {}, 1); const signal = AbortSignal.timeout(10); note(setTimeout(() => {}, 1) - before); clearTimeout(before + 1); await new Promise((resolve) => setTimeout(resolve, 60)); return signal.aborted; },
  "scheduler.wait()": async ({ note }) => { const before = setTimeout(() => {}, 1); let isOver = false; scheduler.wait(10).then(() => { isOver = true; }); note(setTimeout(() => {}, 1) - before); clearTimeout(before + 1); await new Promise((resolve) => setTimeout(resolve, 60)); return isOver; },
});
