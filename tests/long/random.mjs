// Promises: random choices that a printed seed repeats. HOLDFAST_SEED names the seed; without it, the clock does. What the
// operating system decides (who runs when, where a kill lands) no seed repeats.

export const seed = Number(process.env.HOLDFAST_SEED ?? Date.now() % 2 ** 32) >>> 0;

/** A generator of its own for each `name`, so that one part's choices do not depend on how fast another goes. */
export function random(name) {
  let state = seed;
  for (const character of String(name)) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** A whole number from `least` to `most`, both possible. */
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    /** True in `share` of the cases. */
    chance: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}
