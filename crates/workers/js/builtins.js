// The virtual modules a program can import, by specifier. `src/builtins.rs` says the same to those who have no engine.

const BUILTINS = {
  "cloudflare:sockets": "cloudflare/sockets",
  "cloudflare:workers": "cloudflare/workers",
  "node:assert": "node/assert",
  "node:assert/strict": "node/assert",
  "node:test": "node/test",
  "node:timers/promises": "node/timers_promises",
  "workerd:unsafe": "workerd/unsafe",
};

exports.names = Object.keys(BUILTINS);

// The exports of a built-in module.
exports.builtin = (name) => {
  const module = BUILTINS[name];
  if (module === undefined) throw new Error(`No such module "${name}".`);
  return require(module);
};
