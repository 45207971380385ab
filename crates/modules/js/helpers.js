// What lowered syntax calls: `using`, TypeScript's decorators. Bound to the linker as its `helpers`.
//
// The names and argument shapes are those that the transform emits; the behaviour is that of the proposals
// (explicit resource management) and of TypeScript's `experimentalDecorators`.
(function helpers() {
  "use strict";

  const { defineProperty, getOwnPropertyDescriptor } = Object;

  const Suppressed =
    typeof SuppressedError === "function"
      ? SuppressedError
      : class SuppressedError extends Error {
          constructor(error, suppressed, message) {
            super(message);
            this.error = error;
            this.suppressed = suppressed;
          }
        };
  const disposeSymbol = () => Symbol.dispose ?? Symbol.for("Symbol.dispose");
  const asyncDisposeSymbol = () => Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

  // One scope with `using` declarations:
  //   u(value), a(value)  declare a resource to dispose (asynchronously), and hand it back
  //   e                   what the block threw, set by its catch
  //   d()                 dispose all, last first; a promise as soon as one is asynchronous
  function usingCtx() {
    const none = {};
    const resources = [];
    let thrown = none;

    function declare(value, awaited) {
      if (value === null || value === undefined) {
        if (awaited) resources.push({ awaited });
        return value;
      }
      if (Object(value) !== value) throw new TypeError("using declarations can only be used with objects, null or undefined");
      let dispose = awaited ? value[asyncDisposeSymbol()] : undefined;
      if (dispose === null || dispose === undefined) {
        dispose = value[disposeSymbol()];
        if (awaited && typeof dispose === "function") {
          const synchronous = dispose;
          // Its result is not awaited, only its turn.
          dispose = function () {
            synchronous.call(this);
          };
        }
      }
      if (typeof dispose !== "function") throw new TypeError("Property [Symbol.dispose] is not a function");
      resources.push({ value, dispose, awaited });
      return value;
    }

    const suppress = (error) => {
      thrown = thrown === none ? error : new Suppressed(error, thrown, "An error was suppressed during disposal");
    };

    function disposeAll() {
      while (resources.length > 0) {
        const { value, dispose, awaited } = resources.pop();
        try {
          const result = dispose?.call(value);
          if (awaited) {
            return Promise.resolve(result).then(disposeAll, (error) => {
              suppress(error);
              return disposeAll();
            });
          }
        } catch (error) {
          suppress(error);
        }
      }
      if (thrown !== none) throw thrown;
    }

    return {
      set e(error) {
        thrown = error;
      },
      get e() {
        return thrown === none ? none : thrown;
      },
      u: (value) => declare(value, false),
      a: (value) => declare(value, true),
      d: disposeAll,
    };
  }

  // Legacy decorators, last first. `key` absent: a class; `descriptor` null: read it; undefined: a field.
  function decorate(decorators, target, key, descriptor) {
    const count = arguments.length;
    let result = count < 3 ? target : descriptor === null ? getOwnPropertyDescriptor(target, key) : descriptor;
    for (let index = decorators.length - 1; index >= 0; index--) {
      const decorator = decorators[index];
      if (!decorator) continue;
      const replaced =
        count < 3 ? decorator(result) : count > 3 ? decorator(target, key, result) : decorator(target, key);
      if (replaced) result = replaced;
    }
    if (count > 3 && result) defineProperty(target, key, result);
    return result;
  }

  const decorateParam = (index, decorator) => (target, key) => decorator(target, key, index);

  function decorateMetadata(key, value) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(key, value);
  }

  function property(target, key, value) {
    if (key in target) defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
    else target[key] = value;
    return target;
  }

  // `for await` at the top level of a module: `next()` is awaited, `done(step)` asked, `close()` awaited when the
  // loop is left early; after `fail()` closing throws nothing of its own.
  function iterate(iterable) {
    const asynchronous = iterable[Symbol.asyncIterator];
    const iterator = asynchronous == null ? iterable[Symbol.iterator]() : asynchronous.call(iterable);
    const { next } = iterator;
    let failed = false;
    return {
      open: false,
      next() {
        this.open = false;
        const step = next.call(iterator);
        if (asynchronous != null || step.done) return step;
        return Promise.resolve(step.value).then(
          (value) => ({ value, done: false }),
          (error) => {
            iterator.return?.();
            throw error;
          },
        );
      },
      done(step) {
        if (Object(step) !== step) throw new TypeError("Iterator result is not an object");
        this.open = !step.done;
        return step.done;
      },
      fail() {
        failed = true;
      },
      close() {
        this.open = false;
        try {
          const closed = iterator.return?.();
          return failed ? Promise.resolve(closed).catch(() => {}) : closed;
        } catch (error) {
          if (!failed) throw error;
        }
      },
    };
  }

  // `export default function () {}` is a declaration, yet named "default".
  const nameDefault = (value) => defineProperty(value, "name", { value: "default", configurable: true });

  return { usingCtx, decorate, decorateParam, decorateMetadata, defineProperty: property, iterate, nameDefault };
})()
