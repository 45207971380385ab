// The user's program as this isolate holds it: its environment, its handlers, its Durable Object classes.
// Source: workers-api.md 1.1 and 1.2.

const program = {
  env: {},
  // Handlers of the default export: an object, or a class made anew for every event.
  entrypoint: undefined,
  // What the entry module exports.
  namespace: {},
  // Exported classes by name.
  classes: new Map(),
  // Service-worker syntax: events go to listeners on the global scope instead.
  isServiceWorker: false,
};

exports.program = program;

// Builds `env` from the bindings the host describes: [{ type, name, ... }].
exports.setBindings = (bindings) => {
  const env = {};
  for (const binding of bindings) {
    switch (binding.type) {
      case "durable_object_namespace":
        env[binding.name] = require("durable/namespace").namespace(binding.namespace);
        break;
      case "service":
        env[binding.name] = require("rpc/service").serviceStub(
          binding.script,
          binding.entrypoint ?? undefined,
          binding.props ?? undefined,
        );
        break;
      case "plain_text":
      case "json":
        env[binding.name] = binding.value;
        break;
      default:
        throw new Error(`unknown binding type ${binding.type}`);
    }
  }
  program.env = env;
};

// Takes in the namespace object of the entry module.
exports.setExports = (namespace) => {
  program.entrypoint = namespace.default;
  program.namespace = namespace;
  for (const name of Object.keys(namespace)) {
    if (typeof namespace[name] === "function" && isClass(namespace[name])) {
      program.classes.set(name, namespace[name]);
    }
  }
};

// The entrypoint of a name, undefined for the default one.
exports.entrypoint = (name) => {
  if (name === undefined) return program.entrypoint;
  const found = program.namespace[name];
  if (found === undefined) throw new TypeError(`The Worker does not export an entrypoint named "${name}".`);
  return found;
};

// A service-worker script has its bindings as globals.
exports.becomeServiceWorker = () => {
  program.isServiceWorker = true;
  for (const [name, value] of Object.entries(program.env)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
  }
};

function isClass(value) {
  const { prototype } = value;
  return typeof prototype === "object" && prototype !== null;
}
