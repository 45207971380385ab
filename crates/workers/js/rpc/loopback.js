// `ctx.exports`: bindings of a Worker to its own exports.
// Source: workers-api.md 1.4.

const { program } = require("program");

let made = null;

// One binding for each export; the same object whoever asks.
exports.exportsOfProgram = () => {
  if (made !== null) return made;
  const { DurableObject, WorkflowEntrypoint } = require("cloudflare/workers");
  const { namespace } = require("durable/namespace");
  const { loopback } = require("rpc/service");
  const numbers = native.rpc.namespaces();
  made = {};
  for (const name of Object.keys(program.namespace)) {
    const value = program.namespace[name];
    let binding;
    if (numbers[name] !== undefined) binding = namespace(numbers[name]);
    else if (typeof value === "function" && (value.prototype instanceof DurableObject || value.prototype instanceof WorkflowEntrypoint)) continue;
    else if ((typeof value === "object" && value !== null) || typeof value === "function") {
      binding = loopback(name === "default" ? undefined : name);
    } else continue;
    Object.defineProperty(made, name, { value: binding, enumerable: true });
  }
  return made;
};
