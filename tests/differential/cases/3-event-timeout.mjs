// Section 3: the event timeout as a number: what is kept, what unsets it, what is refused.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const set = (ctx, ...how) => { try { const returned = ctx.setHibernatableWebSocketEventTimeout(...how); return [returned, ctx.getHibernatableWebSocketEventTimeout()]; } catch (error) { return render(error); } };`,
}, {
  "at first": ({ ctx }) => ctx.getHibernatableWebSocketEventTimeout(),
  "numbers": ({ ctx }) => [1, 500, 604_800_000, 0].map((ms) => set(ctx, ms)),
  "too large": ({ ctx }) => [604_800_001, 2 ** 31, 2 ** 32 - 1].map((ms) => set(ctx, ms)),
  "unset": ({ ctx }) => { set(ctx, 5); const first = set(ctx); set(ctx, 5); return [first, set(ctx, undefined)]; },
  "fractions": ({ ctx }) => [1.5, 0.4].map((ms) => set(ctx, ms)),
  "text": ({ ctx }) => set(ctx, "250"),
  "a refused one changes nothing": ({ ctx }) => { set(ctx, 7); set(ctx, 700_000_000); return ctx.getHibernatableWebSocketEventTimeout(); },
  "null": ({ ctx }) => set(ctx, null),
  "negative": ({ ctx }) => set(ctx, -1),
  "beyond numbers": ({ ctx }) => [NaN, Infinity, 2 ** 32, 2 ** 40].map((ms) => set(ctx, ms)),
});
