// Whose turn it is. Set at the start of every turn by dispatch.js, read by whatever starts something that will
// come back in a later turn (timers, calls, sockets), so that it comes back to the same owner and section.
//
// `owner` is the host's number for a Durable Object, or 0 for the stateless Worker of this isolate.
// `section` is the critical section (blockConcurrencyWhile) the turn belongs to, or 0.
// A promise continuation that one object causes in another's turn is attributed to the other: the engine has no
// hook that would tell them apart.

// What the turn uses of the processor is counted in budget.js.
//
// `invocation` is what the turn's stubs belong to, or null: see invocation.js.

exports.owner = 0;
exports.section = 0;
exports.invocation = null;
// Whether the invocation is certain to be the one whose code runs: until a handler's first `await`.
exports.isCertain = false;
// How many turns of the stateless Worker have begun.
exports.turns = 0;
