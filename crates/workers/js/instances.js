// Who is to know when the instance of an object is gone: whatever keeps something for each object.

const forgetters = [];

// Calls `forget` with the owner's number whenever an instance is gone.
exports.onForget = (forget) => forgetters.push(forget);

exports.forget = (owner) => {
  for (const forget of forgetters) forget(owner);
};
