// DurableObjectNamespace, DurableObjectId and DurableObjectStub: how a program names an object and reaches it.
// Making any of them does no I/O; the object starts at the first call.
// Source: workers-api.md 4.

const { defineInterface, illegalConstructor, illegalInvocation, isPrimitive, wrongParameter } = require("interface");
const outgoing = require("host/outgoing");
const context = require("context");
const { HOST } = require("structured_clone/format");
const { show } = require("rpc/stubs");
const { Fetcher, FetcherHandler } = require("rpc/service");

const { ids, rpc } = native;
const make = Symbol("make");

// What others may read of an id; set by the class.
let isId;
let hexOf;

const JURISDICTIONS = new Set(["eu", "fedramp", "fedramp-high", "us"]);

class DurableObjectId {
  #hex;

  constructor(key, hex, name, jurisdiction) {
    if (key !== make) throw illegalConstructor();
    this.#hex = hex;
    Object.defineProperty(this, "jurisdiction", { value: jurisdiction, enumerable: true, configurable: true });
    Object.defineProperty(this, "name", { value: name, enumerable: true, configurable: true });
  }

  toString() {
    if (!this || !(#hex in this)) throw illegalInvocation();
    return this.#hex;
  }

  equals(other) {
    if (!this || !(#hex in this)) throw illegalInvocation();
    if (!isId(other)) throw wrongParameter("equals", "DurableObjectId", 1, "DurableObjectId");
    return hexOf(other) === this.#hex;
  }

  static {
    isId = (value) => typeof value === "object" && value !== null && #hex in value;
    hexOf = (id) => id.#hex;
  }
}

class DurableObjectStub extends Fetcher {}

// Any other property of a stub is a method of the object. The call goes to the object, which knows its class.
class ObjectHandler extends FetcherHandler {
  #since;

  constructor(namespace, id, name) {
    super();
    this.namespace = namespace;
    this.id = id;
    this.name = name;
  }

  // What was reset after the first use breaks the stub.
  since() {
    return (this.#since ??= rpc.resets());
  }

  fetch(input, init) {
    return outgoing.fetchFrom(this, input, init);
  }

  send(path, packed, call) {
    const { owner, section } = context;
    const { bytes, externals } = packed ?? { bytes: packed };
    call.sent(rpc.invokeObject(owner, section, this.namespace, this.id, this.name, path, bytes, externals, this.since()));
  }

  pack(out) {
    out.host(HOST.OBJECT_STUB);
    out.value([this.namespace, this.id, this.name]);
  }
}

function stubFor(namespace, id) {
  const stub = Object.create(DurableObjectStub.prototype, {
    name: { value: id.name, enumerable: true, configurable: true },
    id: { value: id, enumerable: true, configurable: true },
  });
  return show(new ObjectHandler(namespace, hexOf(id), id.name), stub);
}

class DurableObjectNamespace {
  #namespace;
  #jurisdiction;

  constructor(key, namespace, jurisdiction) {
    if (key !== make) throw illegalConstructor();
    this.#namespace = namespace;
    this.#jurisdiction = jurisdiction;
  }

  newUniqueId(options = undefined) {
    if (!this || !(#namespace in this)) throw illegalInvocation();
    if (isPrimitive(options)) throw wrongParameter("newUniqueId", "DurableObjectNamespace", 1, "NewUniqueIdOptions");
    const jurisdiction = options?.jurisdiction ?? this.#jurisdiction;
    checkJurisdiction(jurisdiction);
    return new DurableObjectId(make, ids.unique(this.#namespace), undefined, jurisdiction);
  }

  idFromName(name) {
    if (!this || !(#namespace in this)) throw illegalInvocation();
    if (arguments.length === 0) throw wrongParameter("idFromName", "DurableObjectNamespace", 1, "string");
    const text = `${name}`;
    return new DurableObjectId(make, ids.fromName(this.#namespace, text), text, this.#jurisdiction);
  }

  idFromString(hex) {
    if (!this || !(#namespace in this)) throw illegalInvocation();
    if (arguments.length === 0) throw wrongParameter("idFromString", "DurableObjectNamespace", 1, "string");
    return new DurableObjectId(make, ids.parse(this.#namespace, `${hex}`), undefined, this.#jurisdiction);
  }

  get(id, options = undefined) {
    if (!this || !(#namespace in this)) throw illegalInvocation();
    if (!isId(id)) throw wrongParameter("get", "DurableObjectNamespace", 1, "DurableObjectId");
    checkOptions(options, "get");
    if (this.#jurisdiction !== undefined && id.jurisdiction !== this.#jurisdiction) {
      throw new TypeError("get called on jurisdictional subnamespace with an ID from a different jurisdiction");
    }
    return stubFor(this.#namespace, id);
  }

  getByName(name, options = undefined) {
    if (!this || !(#namespace in this)) throw illegalInvocation();
    if (arguments.length === 0) throw wrongParameter("getByName", "DurableObjectNamespace", 1, "string");
    checkOptions(options, "getByName");
    return stubFor(this.#namespace, this.idFromName(name));
  }

  jurisdiction(jurisdiction) {
    if (!this || !(#namespace in this)) throw illegalInvocation();
    checkJurisdiction(jurisdiction);
    return new DurableObjectNamespace(make, this.#namespace, jurisdiction);
  }
}

function checkJurisdiction(jurisdiction) {
  if (jurisdiction !== undefined && jurisdiction !== null && !JURISDICTIONS.has(String(jurisdiction))) {
    throw new TypeError(`Invalid jurisdiction: ${jurisdiction}`);
  }
}

function checkOptions(options, method) {
  if (isPrimitive(options)) {
    throw wrongParameter(method, "DurableObjectNamespace", 2, "GetDurableObjectOptions");
  }
  const mode = options?.routingMode;
  if (mode !== undefined && mode !== "primary-only") throw new RangeError(`unknown routingMode: ${mode}`);
}

Object.defineProperty(DurableObjectStub, "name", { value: "DurableObject" });
for (const type of [DurableObjectId, DurableObjectStub, DurableObjectNamespace]) defineInterface(type);

exports.ObjectHandler = ObjectHandler;
exports.DurableObjectId = DurableObjectId;
exports.DurableObjectNamespace = DurableObjectNamespace;
exports.DurableObjectStub = DurableObjectStub;

// The binding of namespace `number`.
exports.namespace = (number) => new DurableObjectNamespace(make, number, undefined);

// A stub that came from elsewhere: it reaches the object and tells nothing of it.
exports.stubOf = (namespace, hex, name) =>
  show(new ObjectHandler(namespace, hex, name), Object.create(Fetcher.prototype));

// The id an object sees as `ctx.id`.
exports.idOf = (hex, name) => new DurableObjectId(make, hex, name, undefined);
