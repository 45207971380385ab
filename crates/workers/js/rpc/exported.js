// What this isolate lets others call: targets by key.
//
// The host has an entry for each as well, which a reference elsewhere names; when the last reference is gone the host
// says so. The target's disposer runs then, or when the last call that is under way ends; at once where calls wait for it.

const context = require("context");
const { OwnedTable } = require("owned_table");

const { host, rpc } = native;

// key -> { target, isPlain, dispose, session, invocation, owner, active, isReleased, isEager }
const exported = new OwnedTable();
let last = 0;

// Lets others call `target`; answers the number of a stub for it. `isPlain`: its own properties are visible, not those of
// its class. `dispose`, if any, runs when nobody can call it any more; where `isEager`, while calls run, which wait for it.
// `session` goes on until then.
exports.expose = (target, isPlain, dispose, session = null, isEager = false) => {
  const key = ++last;
  const { owner, section } = context;
  session?.enter();
  exported.set(key, {
    target,
    isPlain,
    dispose,
    session,
    invocation: context.invocation,
    owner,
    active: 0,
    isReleased: false,
    isEager,
  });
  return rpc.expose(owner, section, key);
};

exports.find = (key) => exported.get(key);

exports.released = (key) => {
  const entry = exported.take(key);
  if (entry === undefined) return;
  entry.isReleased = true;
  if (entry.active === 0 || entry.isEager) finish(entry);
};

// A call of the entry ended.
exports.leave = (entry) => {
  entry.active--;
  if (entry.isReleased && entry.active === 0 && !entry.isEager) finish(entry);
};

function finish(entry) {
  const { target, dispose, session } = entry;
  if (typeof dispose === "function") {
    try {
      const result = Reflect.apply(dispose, target, []);
      if (typeof result?.then === "function") result.then(undefined, host.logUncaught);
    } catch (error) {
      host.logUncaught(error);
    }
  }
  session?.leave();
}

// `owner` is gone.
exports.forget = (owner) => {
  exported.takeOf(owner);
};
