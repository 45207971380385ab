// Objects of the platform that can be sent: services, streams, Headers, Request, Response, Blob, AbortSignal.

const { HOST } = require("structured_clone/format");

// Each says whether it knows the value, and writes it then.
const WRITERS = [];

// Writes a value of the platform; false when there is no way to.
exports.write = (packing, value, out) => {
  for (const write of WRITERS) if (write(packing, value, out)) return true;
  return false;
};

// Reads what the writers wrote.
exports.read = (unpacking, type, input) => {
  switch (type) {
    case HOST.SERVICE_STUB: {
      const place = input.reserve();
      const [script, name, props] = input.value();
      return input.fill(place, require("rpc/service").serviceStub(script, name, props));
    }
    case HOST.OBJECT_STUB: {
      const place = input.reserve();
      const [namespace, hex] = input.value();
      return input.fill(place, require("durable/namespace").stubOf(namespace, hex));
    }
    default:
      return undefined;
  }
};
