// Standard decorators, for classes that `wrap/decorators.rs` has taken apart. Bound to the linker's `helpers`.
//
// `decorators(ofClass, ofElements)` makes what one decorated class needs while it is defined:
//   key(index, value)          a computed name, kept
//   apply(target, elements)    decorates the elements, then the class; runs first in it, before any static field
//   start(instance)            initializers that methods added; the first instance field
//   field(index, self, value)  the initial value of a decorated field or accessor
//   end(instance)              initializers that fields added; the last instance field
//   endStatic(target)          the same for static fields
//   finish()                   initializers of the class; returns what the declaration is bound to
//
// Known differences: decorator expressions run before the class's heritage and computed names, initializers added
// by fields after all fields, the class's inner name stays the undecorated class, and a decorated anonymous class
// takes no name from what it is assigned to.
(function decorators() {
  "use strict";

  const { create, defineProperty, getOwnPropertyDescriptor } = Object;
  const metadataSymbol = () => Symbol.metadata ?? Symbol.for("Symbol.metadata");

  function callable(value, what) {
    if (typeof value === "function") return true;
    if (value === undefined) return false;
    throw new TypeError(`${what} must be a function or undefined`);
  }

  // Static before instance, and everything with a function before fields.
  const rank = ({ kind, fixed }) => (kind === "field" ? 2 : 0) + (fixed ? 0 : 1);

  return (ofClass, ofElements) => {
    const names = [];
    const initial = ofElements.map(() => []);
    const added = { method: [], field: [], staticMethod: [], staticField: [], class: [] };
    let metadata;
    let decorated;

    function context(kind, name, into, rest) {
      let open = true;
      const made = {
        kind,
        name,
        ...rest,
        metadata,
        addInitializer(initializer) {
          if (!open) throw new TypeError("addInitializer was called after decoration had finished");
          if (typeof initializer !== "function") throw new TypeError("An initializer must be a function");
          into.push(initializer);
        },
      };
      return [made, () => (open = false)];
    }

    function decorate(element, target) {
      const { kind, fixed, index, hidden } = element;
      const name = hidden ? element.name : (names[index] ?? element.name);
      const holder = fixed ? target : target.prototype;
      const access = hidden ?? {
        has: (object) => name in object,
        get: (object) => object[name],
        set: (object, value) => void (object[name] = value),
      };
      if (kind === "method" || kind === "getter") delete access.set;
      if (kind === "setter") delete access.get;
      const field = kind === "field" || kind === "accessor";
      const into = field ? (fixed ? added.staticField : added.field) : fixed ? added.staticMethod : added.method;
      const property = kind === "field" ? undefined : getOwnPropertyDescriptor(holder, name);
      const slot = { method: "value", getter: "get", setter: "set" }[kind];
      for (const decorator of ofElements[index].toReversed()) {
        const [made, close] = context(kind, name, into, { static: fixed, private: hidden !== undefined, access });
        const given =
          kind === "field" ? undefined : kind === "accessor" ? { get: property.get, set: property.set } : property[slot];
        const result = decorator(given, made);
        close();
        if (kind === "accessor") {
          if (result === undefined) continue;
          if (Object(result) !== result) throw new TypeError("An accessor's decorator must return an object or undefined");
          if (callable(result.get, "get")) property.get = result.get;
          if (callable(result.set, "set")) property.set = result.set;
          if (callable(result.init, "init")) initial[index].unshift(result.init);
        } else if (callable(result, "What a decorator returns")) {
          if (kind === "field") initial[index].unshift(result);
          else property[slot] = result;
        }
      }
      if (property !== undefined) defineProperty(holder, name, property);
    }

    function decorateClass(target) {
      decorated = target;
      for (const decorator of ofClass.toReversed()) {
        const [made, close] = context("class", target.name || undefined, added.class, {});
        const result = decorator(decorated, made);
        close();
        if (callable(result, "What a class decorator returns")) decorated = result;
      }
      for (const one of new Set([target, decorated])) {
        defineProperty(one, metadataSymbol(), { value: metadata, configurable: true });
      }
    }

    const runAll = (initializers, self) => {
      for (const initializer of initializers) initializer.call(self);
    };

    return {
      key(index, value) {
        return (names[index] = typeof value === "symbol" ? value : `${value}`);
      },
      apply(target, elements) {
        const inherited = Object.getPrototypeOf(target)?.[metadataSymbol()];
        metadata = create(inherited ?? null);
        const inOrder = elements.toSorted((left, right) => rank(left) - rank(right));
        for (const element of inOrder) decorate(element, target);
        decorateClass(target);
        runAll(added.staticMethod, target);
      },
      start: (instance) => runAll(added.method, instance),
      field(index, self, value) {
        for (const initializer of initial[index]) value = initializer.call(self, value);
        return value;
      },
      end: (instance) => runAll(added.field, instance),
      endStatic: (target) => runAll(added.staticField, target),
      finish() {
        runAll(added.class, decorated);
        return decorated;
      },
    };
  };
})()
