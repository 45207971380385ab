// The virtual modules a program can import, by specifier.

const BUILTINS = {
  "cloudflare:workers": "cloudflare/workers",
};

exports.names = Object.keys(BUILTINS);

// The exports of a built-in module.
exports.builtin = (name) => {
  const module = BUILTINS[name];
  if (module === undefined) throw new Error(`No such module "${name}".`);
  return require(module);
};
