// DurableObjectNamespace, DurableObjectId and DurableObjectStub: how a program names an object and reaches it.
// Making any of them does no I/O; the object starts at the first call.
// Source: workers-api.md 4.

const { defineInterface } = require("interface");
const outgoing = require("host/outgoing");

const { ids } = native;
const make = Symbol("make");

// What others may read of an id; set by the class.
let hexOf;
let callMethod;

const JURISDICTIONS = new Set(["eu", "fedramp", "fedramp-high", "us"]);

class DurableObjectId {
  #hex;

  constructor(key, hex, name, jurisdiction) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#hex = hex;
    Object.defineProperty(this, "jurisdiction", { value: jurisdiction, enumerable: true });
    Object.defineProperty(this, "name", { value: name, enumerable: true });
  }

  toString() {
    return this.#hex;
  }

  equals(other) {
    return hexOf(other) === this.#hex;
  }

  static {
    hexOf = (id) => {
      if (typeof id !== "object" || id === null || !(#hex in id)) {
        throw new TypeError(
          "Failed to execute 'get' on 'DurableObjectNamespace': parameter 1 is not of type 'DurableObjectId'.",
        );
      }
      return id.#hex;
    };
  }
}


class DurableObjectStub {
  #namespace;
  #id;

  constructor(key, namespace, id) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#namespace = namespace;
    this.#id = id;
    Object.defineProperty(this, "name", { value: id.name, enumerable: true, configurable: true });
    Object.defineProperty(this, "id", { value: id, enumerable: true, configurable: true });
  }

  static {
    callMethod = (stub, method, args) => {
      const id = stub.#id;
      return outgoing.callMethod({ namespace: stub.#namespace, id: hexOf(id), name: id.name }, method, args);
    };
  }

  fetch(input, init = undefined) {
    const id = this.#id;
    return outgoing.fetchFrom({ namespace: this.#namespace, id: hexOf(id), name: id.name }, input, init);
  }
}

// Any other property of a stub is a method of the object. The call goes to the object, which knows its class.
const RPC = {
  get(stub, key) {
    if (typeof key === "symbol" || key in stub || key === "then") {
      const value = Reflect.get(stub, key, stub);
      return typeof value === "function" && key !== "constructor" ? value.bind(stub) : value;
    }
    return (...args) => callMethod(stub, key, args);
  },
};

class DurableObjectNamespace {
  #namespace;
  #jurisdiction;

  constructor(key, namespace, jurisdiction) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#namespace = namespace;
    this.#jurisdiction = jurisdiction;
  }

  newUniqueId(options = undefined) {
    const jurisdiction = options?.jurisdiction ?? this.#jurisdiction;
    checkJurisdiction(jurisdiction);
    return new DurableObjectId(make, ids.unique(this.#namespace), undefined, jurisdiction);
  }

  idFromName(name) {
    if (arguments.length === 0) throw missing("idFromName", "string");
    const text = String(name);
    return new DurableObjectId(make, ids.fromName(this.#namespace, text), text, this.#jurisdiction);
  }

  idFromString(hex) {
    if (arguments.length === 0) throw missing("idFromString", "string");
    return new DurableObjectId(make, ids.parse(this.#namespace, String(hex)), undefined, this.#jurisdiction);
  }

  get(id, options = undefined) {
    hexOf(id);
    checkOptions(options);
    if (this.#jurisdiction !== undefined && id.jurisdiction !== this.#jurisdiction) {
      throw new TypeError("get called on jurisdictional subnamespace with an ID from a different jurisdiction");
    }
    return new Proxy(new DurableObjectStub(make, this.#namespace, id), RPC);
  }

  getByName(name, options = undefined) {
    if (arguments.length === 0) throw missing("getByName", "string");
    return this.get(this.idFromName(name), options);
  }

  jurisdiction(jurisdiction) {
    checkJurisdiction(jurisdiction);
    return new DurableObjectNamespace(make, this.#namespace, jurisdiction);
  }
}

function missing(method, type) {
  return new TypeError(
    `Failed to execute '${method}' on 'DurableObjectNamespace': parameter 1 is not of type '${type}'.`,
  );
}

function checkJurisdiction(jurisdiction) {
  if (jurisdiction !== undefined && jurisdiction !== null && !JURISDICTIONS.has(String(jurisdiction))) {
    throw new TypeError(`Invalid jurisdiction: ${jurisdiction}`);
  }
}

function checkOptions(options) {
  const mode = options?.routingMode;
  if (mode !== undefined && mode !== "primary-only") throw new RangeError(`unknown routingMode: ${mode}`);
}

Object.defineProperty(DurableObjectStub, "name", { value: "DurableObject" });
for (const type of [DurableObjectId, DurableObjectStub, DurableObjectNamespace]) defineInterface(type);

exports.DurableObjectId = DurableObjectId;
exports.DurableObjectNamespace = DurableObjectNamespace;
exports.DurableObjectStub = DurableObjectStub;

// The binding of namespace `number`.
exports.namespace = (number) => new DurableObjectNamespace(make, number, undefined);

// The id an object sees as `ctx.id`.
exports.idOf = (hex, name) => new DurableObjectId(make, hex, name, undefined);
