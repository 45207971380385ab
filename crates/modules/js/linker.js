// The linker: runs the modules of one program in the order ECMAScript prescribes.
//
// It promises what a JavaScript engine's own loader would: functions hoisted and exports visible before any
// module runs, live bindings, cycles, top-level await in specification order, an evaluation error remembered
// and thrown again, namespace objects, `import()`, and CommonJS on both sides. Which name comes from which
// module was decided before (crate `modules`, Rust side); nothing is searched on disk here.
//
// This file is one function expression: `linker(descriptors, host)` (the helpers of lowered syntax, `helpers.js`, are
// already bound when Rust hands it out).
//
//   descriptors   array indexed by module id, as `Graph::descriptors` writes it:
//     name        what stack traces call the module
//     kind        "module" | "commonjs" | "script" | "json" | "text" | "data" | "wasm" | "builtin"
//     main        true for the entry
//     async       the module itself contains top-level await
//     node        the module follows Node's rule for importing CommonJS: `default` is always `module.exports`
//     imports     ids of the requested modules in order; parallel to the parameters of the module function
//     exports     [exported name, module id, local name]; a local name of null is that module's namespace
//     stars       ids of `export *` sources whose names only running them shows (CommonJS, built-in)
//     checks      [module id, imported name, place]: names a built-in must have
//     table       { specifier: module id } of literal `require()` and `import()`
//   host
//     compile(id)    "module": function* (record, ...namespaces); "commonjs": function (exports, require, module,
//                    __filename, __dirname, record); "script": runs it; else: the value the file stands for
//     builtin(name)  an object with the exports of a built-in module
//     stacks         { readStack(error), stackOf(error) }: what `error.stack` and `error?.stack` are; optional
//
// and returns
//   namespace(id)                        the namespace object of a module
//   evaluate(id)                         runs a module and what it imports; undefined, or a promise if anything awaits
//   dynamicImport(specifier, referrer)   what `import(specifier)` does in module `referrer`; a promise
//   require(id)                          what `require` of that module returns
//
// A module function is a generator. Called, it has hoisted its functions; its first `yield` hands over one getter
// for each local export; later ones are its top-level awaits.
//
//   linked ──► evaluating ──► evaluating-async ──► evaluated (perhaps with an error)
(function linker(descriptors, host, helpers) {
  "use strict";

  const { create, defineProperty, getOwnPropertyNames, getOwnPropertyDescriptor, preventExtensions, keys } = Object;
  const { apply } = Reflect;
  const PromiseConstructor = Promise;
  const resolved = (value) => apply(promiseResolve, PromiseConstructor, [value]);
  const promiseResolve = Promise.resolve;
  const promiseThen = Promise.prototype.then;
  const then = (promise, onFulfilled, onRejected) => apply(promiseThen, promise, [onFulfilled, onRejected]);
  const { next: generatorNext, throw: generatorThrow } = Object.getPrototypeOf(function* () {}).prototype;
  const { toStringTag } = Symbol;

  const records = descriptors.map((descriptor, id) => ({
    id,
    descriptor,
    cyclic: descriptor.kind === "module",
    status: "new",
    namespace: create(null),
    error: null, // { value } once evaluation has failed
    // Source text modules only; the fields of a cyclic module record in the specification.
    generator: null,
    getters: null,
    index: 0,
    ancestor: 0,
    root: null,
    order: 0, // position among the asynchronous modules; 0: synchronous; -1: done
    pending: 0,
    parents: [],
    completion: null,
    // Everything else: one value, and up to two views of it.
    module: null,
    views: [null, null],
    required: null,
  }));

  const byName = create(null);
  for (const record of records) byName[record.descriptor.name] ??= record.id;

  // ---- Linking ----

  // Makes a module and all it imports ready to run: functions exist, namespaces are complete.
  function link(record) {
    const fresh = [];
    try {
      instantiate(record, fresh);
    } catch (error) {
      for (const one of fresh) one.status = "new";
      throw error;
    }
    for (const one of fresh) complete(one);
  }

  function instantiate(record, fresh) {
    if (record.status !== "new") return;
    record.status = "linked";
    fresh.push(record);
    if (!record.cyclic) return;
    for (const id of record.descriptor.imports) instantiate(records[id], fresh);
    check(record);
    const start = host.compile(record.id);
    const namespaces = record.descriptor.imports.map((id) => importable(records[id], record));
    record.generator = apply(start, undefined, [moduleRecord(record), ...namespaces]);
    record.getters = apply(generatorNext, record.generator, []).value;
  }

  function check(record) {
    for (const [id, name, place] of record.descriptor.checks ?? []) {
      const builtin = descriptors[id].name;
      if (name in host.builtin(builtin)) continue;
      throw new SyntaxError(
        `The requested module '${builtin}' does not provide an export named '${name}' (${place})`,
      );
    }
  }

  // What an import declaration of `importer` sees of `record`.
  function importable(record, importer) {
    return record.cyclic ? record.namespace : view(record, importer.descriptor.node);
  }

  function complete(record) {
    const { descriptor, namespace } = record;
    if (!record.cyclic) return;
    for (const [name, id, local] of descriptor.exports) {
      defineProperty(namespace, name, { get: getter(records[id], local, record), enumerable: true });
    }
    defineProperty(namespace, toStringTag, { value: "Module" });
    if (descriptor.stars.length === 0) preventExtensions(namespace);
  }

  function getter(source, local, importer) {
    if (source.cyclic && local !== null) return source.getters[local];
    const object = importable(source, importer);
    return local === null ? () => object : () => object[local];
  }

  // Names that `export *` brings from modules that had to run first.
  function completeStars(record) {
    const { namespace, descriptor } = record;
    for (const id of descriptor.stars) {
      const source = importable(records[id], record);
      for (const name of keys(source)) {
        if (name === "default" || name in namespace) continue;
        defineProperty(namespace, name, { get: () => source[name], enumerable: true });
      }
    }
    preventExtensions(namespace);
  }

  const { readStack = (error) => error.stack, stackOf = (error) => error?.stack } = host.stacks ?? {};

  // The object behind `import()`, `import.meta`, `require`, `error.stack` and the helpers of lowered syntax in one module.
  function moduleRecord(record) {
    let meta;
    return {
      import: (specifier) => dynamicImport(specifier, record.id),
      require: requireFrom(record),
      helpers,
      readStack,
      stackOf,
      get meta() {
        if (meta === undefined) {
          meta = create(null);
          meta.url = `file:///${record.descriptor.name}`;
          meta.main = record.descriptor.main === true;
        }
        return meta;
      },
    };
  }

  // ---- Evaluating source text modules ----

  let orders = 0;
  let visits = 0;
  // Shared by nested evaluations (`require` of an ES module by CommonJS that is itself being evaluated).
  const stack = [];

  function evaluate(id) {
    let record = records[id];
    link(record);
    if (!record.cyclic) return load(record), undefined;
    if (record.root !== null) record = record.root;
    if (record.error) throw record.error.value;
    if (record.status === "linked") {
      const base = stack.length;
      try {
        visit(record);
      } catch (error) {
        for (const one of stack.splice(base)) fail(one, error);
        throw error;
      }
    }
    return record.status === "evaluating-async" ? completionOf(record).promise : undefined;
  }

  function completionOf(record) {
    if (record.completion === null) {
      const completion = {};
      completion.promise = new PromiseConstructor((resolve, reject) => {
        completion.resolve = resolve;
        completion.reject = reject;
      });
      record.completion = completion;
    }
    return record.completion;
  }

  function fail(record, error) {
    record.status = "evaluated";
    record.error = { value: error };
    record.root ??= record;
  }

  // InnerModuleEvaluation: depth first, strongly connected components become one unit.
  function visit(record) {
    if (!record.cyclic) return void load(record);
    if (record.status === "evaluating") return;
    if (record.error) throw record.error.value;
    if (record.status !== "linked") return;
    record.status = "evaluating";
    record.index = record.ancestor = ++visits;
    stack.push(record);
    for (const id of record.descriptor.imports) {
      let required = records[id];
      visit(required);
      if (!required.cyclic) continue;
      if (required.status === "evaluating") {
        if (required.ancestor < record.ancestor) record.ancestor = required.ancestor;
      } else {
        required = required.root;
        if (required.error) throw required.error.value;
      }
      if (required.order > 0) {
        record.pending++;
        required.parents.push(record);
      }
    }
    if (record.pending > 0 || record.descriptor.async) {
      record.order = ++orders;
      if (record.pending === 0) startAsync(record);
    } else {
      run(record);
    }
    if (record.ancestor === record.index) {
      let one;
      do {
        one = stack.pop();
        one.status = one.order > 0 ? "evaluating-async" : "evaluated";
        one.root = record;
      } while (one !== record);
    }
  }

  // Before the body runs, what it imports has run: CommonJS exports are there to be named.
  function prepare(record) {
    for (const id of record.descriptor.imports) if (records[id].module !== null) refresh(records[id]);
    if (record.descriptor.stars.length > 0) completeStars(record);
  }

  function run(record) {
    prepare(record);
    apply(generatorNext, record.generator, []);
    record.generator = null;
  }

  // Each `yield` of the body is one `await`.
  function startAsync(record) {
    const { generator } = record;
    const step = (method, value) => {
      let awaited;
      try {
        const result = apply(method, generator, [value]);
        if (result.done) return then(resolved(), () => fulfilled(record));
        awaited = resolved(result.value);
      } catch (error) {
        return then(resolved(), () => rejected(record, error));
      }
      then(awaited, (value) => step(generatorNext, value), (error) => step(generatorThrow, error));
    };
    prepare(record);
    step(generatorNext, undefined);
  }

  function settle(record) {
    record.order = -1;
    record.status = "evaluated";
    record.generator = null;
    record.completion?.resolve();
  }

  function fulfilled(record) {
    if (record.error) return;
    settle(record);
    const ready = [];
    gather(record, ready);
    ready.sort((left, right) => left.order - right.order);
    for (const parent of ready) {
      if (parent.error) continue;
      if (parent.descriptor.async) {
        startAsync(parent);
        continue;
      }
      try {
        run(parent);
      } catch (error) {
        rejected(parent, error);
        continue;
      }
      settle(parent);
    }
  }

  function gather(record, ready) {
    for (const parent of record.parents) {
      if (parent.error || parent.root?.error || ready.includes(parent)) continue;
      if (--parent.pending > 0) continue;
      ready.push(parent);
      if (!parent.descriptor.async) gather(parent, ready);
    }
  }

  function rejected(record, error) {
    if (record.error || record.status === "evaluated") return;
    fail(record, error);
    record.order = -1;
    record.completion?.reject(error);
    for (const parent of record.parents) rejected(parent, error);
  }

  // ---- CommonJS, data and built-ins ----

  // Runs a module that is not an ES module, once, and returns its value.
  function load(record) {
    if (record.error) throw record.error.value;
    if (record.module !== null) return record.module.exports;
    const { kind, name } = record.descriptor;
    const module = { exports: {}, id: name, filename: name, loaded: false };
    record.module = module;
    try {
      if (kind === "commonjs") {
        const body = host.compile(record.id);
        const require = requireFrom(record);
        const folder = name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : ".";
        apply(body, module.exports, [module.exports, require, module, name, folder, moduleRecord(record)]);
      } else if (kind === "builtin") {
        module.exports = host.builtin(name);
      } else {
        module.exports = host.compile(record.id);
      }
    } catch (error) {
      record.error = { value: error };
      throw error;
    }
    module.loaded = true;
    refresh(record);
    return module.exports;
  }

  // A namespace over a value. There are two for CommonJS: in Node's reading `default` is `module.exports`; in
  // the bundlers' reading an `__esModule` object brings its own `default`.
  function view(record, node) {
    const flavour = node && record.descriptor.kind === "commonjs" ? 1 : 0;
    if (record.views[flavour] === null) {
      const namespace = create(null);
      defineProperty(namespace, toStringTag, { value: "Module" });
      record.views[flavour] = namespace;
      if (record.module !== null) refresh(record);
    }
    return record.views[flavour];
  }

  function refresh(record) {
    const { module, descriptor } = record;
    for (const flavour of [0, 1]) {
      const namespace = record.views[flavour];
      if (namespace === null) continue;
      const names = visibleNames(module.exports, descriptor.kind);
      if (descriptor.kind !== "builtin" && (flavour === 1 || !isBabel(module.exports))) names.set("default", null);
      for (const [name, property] of [...names].sort(([left], [right]) => (left < right ? -1 : 1))) {
        if (name in namespace) continue;
        defineProperty(namespace, name, {
          get: property === null ? () => module.exports : () => module.exports[name],
          enumerable: property?.enumerable ?? true,
        });
      }
    }
  }

  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
  const isBabel = (value) => isObject(value) && value.__esModule;

  function visibleNames(value, kind) {
    const names = new Map();
    if (!isObject(value) || kind === "data" || kind === "wasm") return names;
    for (const name of getOwnPropertyNames(value)) names.set(name, getOwnPropertyDescriptor(value, name));
    return names;
  }

  function requireFrom(record) {
    const require = (specifier) => requireModule(find(specifier, record));
    require.resolve = (specifier) => descriptors[find(specifier, record)].name;
    return require;
  }

  function requireModule(id) {
    const record = records[id];
    if (!record.cyclic) {
      const value = load(record);
      // Node's modules are CommonJS at heart: `require("node:x")` is their default export.
      return record.descriptor.kind === "builtin" && record.descriptor.name.startsWith("node:") && "default" in value
        ? value.default
        : value;
    }
    if (evaluate(id) !== undefined) {
      throw new Error(
        `require() cannot load ${record.descriptor.name}: it, or a module it imports, uses top-level await; use import()`,
      );
    }
    if (record.required === null) {
      record.required = defineProperty({}, "__esModule", { value: true });
      for (const name of keys(record.namespace)) {
        defineProperty(record.required, name, { get: () => record.namespace[name], enumerable: true });
      }
    }
    return record.required;
  }

  // ---- Finding modules by a specifier known only now ----

  const endings = ["", ".js", ".ts", ".mjs", ".tsx", ".jsx", ".mts", ".cjs", ".json", "/index.js", "/index.ts"];

  function find(specifier, referrer) {
    const id = referrer.descriptor.table?.[specifier];
    if (id !== undefined) return id;
    let path = specifier.startsWith("file:///") ? specifier.slice("file:///".length) : specifier;
    if (/^\.\.?(\/|$)/.test(path)) path = normalise(referrer.descriptor.name, path);
    for (const ending of endings) {
      const found = byName[path + ending];
      if (found !== undefined) return found;
    }
    throw new Error(`No such module "${specifier}".\n  imported from "${referrer.descriptor.name}"`);
  }

  function normalise(from, specifier) {
    const parts = from.split("/").slice(0, -1);
    for (const part of specifier.split("/")) {
      if (part === "..") {
        if (parts.length > 0 && parts[parts.length - 1] !== "..") parts.pop();
        else parts.push("..");
      } else if (part !== "." && part !== "") {
        parts.push(part);
      }
    }
    return parts.join("/");
  }

  function dynamicImport(specifier, referrer) {
    return new PromiseConstructor((resolve, reject) => {
      const id = find(`${specifier}`, records[referrer]);
      const evaluated = then(resolved(), () => evaluate(id));
      then(evaluated, () => resolve(importable(records[id], records[referrer])), reject);
    });
  }

  return {
    namespace: (id) => (records[id].cyclic ? records[id].namespace : view(records[id], false)),
    evaluate,
    dynamicImport,
    require: requireModule,
  };
})
