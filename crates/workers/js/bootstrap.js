// The first file to run: it makes `require` and the globals. Here the parameter `require` is the native loader: it gives
// the function that is the module of a name.

const load = require;

const modules = { __proto__: null };

// A module's exports; runs the module when it is required first. In a circle the one that is still running gives what it
// has exported so far.
function requireModule(name) {
  const known = modules[name];
  if (known !== undefined) return known;
  const run = load(name);
  const made = {};
  modules[name] = made;
  let finished = false;
  try {
    run(made, requireModule, native);
    finished = true;
  } finally {
    if (!finished) delete modules[name];
  }
  return made;
}

exports.require = requireModule;

exports.define = (name, made) => {
  modules[name] = made;
};

exports.start = (has) => requireModule("globals").install(has);
