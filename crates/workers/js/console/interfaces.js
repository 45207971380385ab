// How objects of the runtime's own classes are shown: what their attributes say, and the entries of those that are
// collections.

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { ownKeys } = Reflect;
const { isInterface } = require("interface");
const { quote } = require("console/strings");
const { prefix } = require("console/inspect");

const COLLECTIONS = new Set(["Headers", "FormData", "URLSearchParams"]);
// Reading these would change the object: a body that nobody streamed yet would become a stream.
const UNREAD = new Set(["body"]);

exports.interfaceForm = (subject) => {
  const { value } = subject;
  const prototypes = [];
  for (let holder = getPrototypeOf(value); holder !== null; holder = getPrototypeOf(holder)) {
    if (isInterface(holder)) prototypes.push(holder);
  }
  const type = getOwnPropertyDescriptor(prototypes[0], Symbol.toStringTag)?.value;
  const shown = { ...subject, tag: subject.name === type ? "" : subject.tag };
  if (COLLECTIONS.has(type)) return collectionForm(shown, prototypes[0], type);
  const before = prefix(shown, type ?? "Object");
  return {
    brackets: [`${before}{`, "}"],
    parts: () => [],
    extra: attributes(value, prototypes),
    title: before.trimEnd(),
  };
};

function attributes(value, prototypes) {
  const pairs = [];
  const known = new Set();
  for (const prototype of prototypes) {
    for (const key of ownKeys(prototype)) {
      if (typeof key !== "string" || known.has(key) || UNREAD.has(key)) continue;
      known.add(key);
      const { get } = getOwnPropertyDescriptor(prototype, key);
      if (get === undefined) continue;
      try {
        pairs.push([key, get.call(value)]);
      } catch {
        // An attribute that does not apply now has nothing to show.
      }
    }
  }
  return pairs;
}

function collectionForm(subject, prototype, type) {
  const entries = [];
  const { value: forEach } = getOwnPropertyDescriptor(prototype, "forEach") ?? {};
  if (typeof forEach === "function") forEach.call(subject.value, (value, key) => entries.push([key, value]));
  const parts = (state, show) => {
    state.indentation += 2;
    const shown = entries.map(([key, value]) => `${quote(key)} => ${show(value)}`);
    state.indentation -= 2;
    return shown;
  };
  const before = prefix(subject, type, `(${entries.length})`);
  return { brackets: [`${before}{`, "}"], parts, title: subject.name ?? type };
}
