// DurableObjectNamespace, DurableObjectId and DurableObjectStub: how a program names an object and reaches it.
// Making any of them does no I/O; the object starts at the first call.
// Source: workers-api.md 4.

const outgoing = require("host/outgoing");

const { ids } = native;
const make = Symbol("make");

// What others may read of an id; set by the class.
let hexOf;
let namespaceOf;

const JURISDICTIONS = new Set(["eu", "fedramp", "fedramp-high", "us"]);

class DurableObjectId {
  #namespace;
  #hex;

  constructor(key, namespace, hex, name, jurisdiction) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#namespace = namespace;
    this.#hex = hex;
    if (name !== undefined) Object.defineProperty(this, "name", { value: name, enumerable: true });
    if (jurisdiction !== undefined) {
      Object.defineProperty(this, "jurisdiction", { value: jurisdiction, enumerable: true });
    }
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
    namespaceOf = (id) => id.#namespace;
  }
}


class DurableObjectStub {
  #namespace;
  #id;

  constructor(key, namespace, id) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#namespace = namespace;
    this.#id = id;
  }

  get id() {
    return this.#id;
  }

  get name() {
    return this.#id.name;
  }

  fetch(input, init = undefined) {
    const id = this.#id;
    return outgoing.fetchFrom({ namespace: this.#namespace, id: hexOf(id), name: id.name }, input, init);
  }
}

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
    return new DurableObjectId(make, this.#namespace, ids.unique(this.#namespace), undefined, jurisdiction);
  }

  idFromName(name) {
    if (arguments.length === 0) throw missing("idFromName", "string");
    const text = String(name);
    return new DurableObjectId(make, this.#namespace, ids.fromName(this.#namespace, text), text, this.#jurisdiction);
  }

  idFromString(hex) {
    if (arguments.length === 0) throw missing("idFromString", "string");
    return new DurableObjectId(make, this.#namespace, ids.parse(this.#namespace, String(hex)), undefined, this.#jurisdiction);
  }

  get(id, options = undefined) {
    hexOf(id);
    checkOptions(options);
    if (namespaceOf(id) !== this.#namespace) {
      throw new TypeError("get called on jurisdictional subnamespace with an ID from a different jurisdiction");
    }
    return new DurableObjectStub(make, this.#namespace, id);
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

for (const type of [DurableObjectId, DurableObjectStub, DurableObjectNamespace]) {
  Object.defineProperty(type.prototype, Symbol.toStringTag, {
    value: type === DurableObjectStub ? "DurableObject" : type.name,
    configurable: true,
  });
}

exports.DurableObjectId = DurableObjectId;
exports.DurableObjectNamespace = DurableObjectNamespace;
exports.DurableObjectStub = DurableObjectStub;

// The binding of namespace `number`.
exports.namespace = (number) => new DurableObjectNamespace(make, number, undefined);

// The id an object sees as `ctx.id`.
exports.idOf = (number, hex, name) => new DurableObjectId(make, number, hex, name, undefined);
