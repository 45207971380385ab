// Exceptions that cross with everything they have: own properties, causes, the errors of an AggregateError.
// Source: workers-api.md 4.4, `enhanced_error_serialization`.

const { hasOwn, keys } = Object;

const isEnhanced = require("flags").enhanced_error_serialization;

// The bytes of an exception that says more than its name and message do, or that is no error at all; undefined for the
// others, and for one that holds what cannot be sent.
exports.thrownBytes = (error) => {
  if (!isEnhanced) return undefined;
  const isError = Error.isError(error);
  if (isError && error instanceof require("dom_exception").DOMException) return undefined;
  if (isError && !hasOwn(error, "cause") && !hasOwn(error, "errors") && keys(error).length === 0) return undefined;
  try {
    return require("structured_clone/writer").serialize(error, { dropsStacks: true });
  } catch {
    return undefined;
  }
};
