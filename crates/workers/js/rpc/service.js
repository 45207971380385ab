// ServiceStub, as a binding to a Worker's entrypoint; an object's stub is one too. It is an address: using it anywhere
// reaches the same entrypoint, and nothing is held.
// Source: workers-api.md 4.3 and 4.4.

const context = require("context");
const { defineInterface, illegalConstructor, illegalInvocation, wrongParameter } = require("interface");
const { HOST } = require("structured_clone/format");
const { follow, handlerOf, isIndex, show, Handler, PropertyHandler } = require("rpc/stubs");
const outgoing = require("host/outgoing");
const flags = require("flags");

const { rpc } = native;

class Fetcher {
  constructor() {
    throw illegalConstructor();
  }

  fetch(input, init = undefined) {
    const handler = handlerOf(this);
    if (!(handler instanceof FetcherHandler)) throw illegalInvocation();
    if (arguments.length === 0) return Promise.reject(wrongParameter("fetch", "Fetcher", 1, "Request or string"));
    return handler.fetch(input, init);
  }

  connect(address, options = undefined) {
    const handler = handlerOf(this);
    if (!(handler instanceof FetcherHandler)) throw illegalInvocation();
    if (arguments.length === 0) throw wrongParameter("connect", "Fetcher", 1, "SocketAddress or string");
    return require("cloudflare/sockets").connectThrough(handler, address, options);
  }
}
if (!flags.fetcher_no_get_put_delete) {
  const { body, write } = require("rpc/legacy");
  Object.assign(Fetcher.prototype, {
    get(url, type = undefined) {
      return body(this, url, type);
    },
    put(url, value) {
      return write(this, "PUT", url, value);
    },
    delete(url) {
      return write(this, "DELETE", url, undefined);
    },
  });
}
if (flags.service_binding_extra_handlers) {
  Fetcher.prototype.scheduled = function scheduled(options = undefined) {
    const handler = handlerOf(this);
    if (!(handler instanceof ServiceHandler)) throw illegalInvocation();
    return require("scheduled").schedule(handler, options);
  };
}
Object.defineProperty(Fetcher, "name", { value: "ServiceStub" });
defineInterface(Fetcher, "Fetcher");

// For workerd's own tests: a method by a name that means something else on the stub.
Object.defineProperty(Fetcher.prototype, "getRpcMethodForTestOnly", {
  value(name) {
    return show(new PropertyHandler(handlerOf(this), `${name}`));
  },
  writable: true,
  configurable: true,
});

class LoopbackServiceStub extends Fetcher {}
defineInterface(LoopbackServiceStub);

// What all stubs that are addresses have in common.
class FetcherHandler extends Handler {
  get(target, key, receiver) {
    if (typeof key === "symbol" || key in target) return Reflect.get(target, key, receiver);
    if (key === "then" || !flags.rpc || isIndex(key)) return undefined;
    return follow(this, key, typeof target === "function" ? undefined : { ...target });
  }

  apply(target, self, args) {
    return Reflect.apply(target, self, args);
  }

  getPrototypeOf(target) {
    return Object.getPrototypeOf(target);
  }

  has(target, key) {
    return key in target || (typeof key === "string" && key !== "then" && flags.rpc === true);
  }

  set(target, key, value) {
    return Reflect.set(target, key, value);
  }

  defineProperty(target, key, descriptor) {
    return Reflect.defineProperty(target, key, descriptor);
  }

  ownKeys(target) {
    return Reflect.ownKeys(target);
  }

  getOwnPropertyDescriptor(target, key) {
    return Reflect.getOwnPropertyDescriptor(target, key);
  }
}

// An entrypoint of a script: `name` undefined for the default one, `props` JSON text or undefined.
class ServiceHandler extends FetcherHandler {
  constructor(script, name, props) {
    super();
    this.script = script;
    this.name = name;
    this.props = props;
  }

  fetch(input, init) {
    return require("fetch/fetch").fetchThrough((request) => outgoing.sendToService(this, request), input, init);
  }

  send(path, packed, call) {
    const { owner, section } = context;
    const { bytes, externals } = packed ?? { bytes: packed };
    call.isOwn = this.script === rpc.script;
    call.sent(rpc.invokeService(owner, section, this.script, this.name, this.props, path, bytes, externals));
  }

  pack(out) {
    out.host(HOST.SERVICE_STUB);
    out.value([this.script, this.name, this.props]);
  }
}

// A stub for an entrypoint of `script`.
const serviceStub = (script, name, props) =>
  show(new ServiceHandler(script, name, props), Object.create(Fetcher.prototype));

exports.Fetcher = Fetcher;
exports.FetcherHandler = FetcherHandler;
exports.serviceStub = serviceStub;

// `ctx.exports.X` of an entrypoint: a stub for it, and a function that makes one with props.
exports.loopback = (name) => {
  const make = (...given) => {
    const [options] = given;
    if (given.length === 0 || (options !== undefined && typeof options !== "object" && typeof options !== "function")) {
      throw wrongParameter("(called as function)", "LoopbackServiceStub", 1, "Options");
    }
    return serviceStub(rpc.script, name, require("rpc/props").propsText(options?.props));
  };
  Object.setPrototypeOf(make, LoopbackServiceStub.prototype);
  for (const key of Reflect.ownKeys(make)) delete make[key];
  return show(new ServiceHandler(rpc.script, name, undefined), make);
};
