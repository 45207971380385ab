// Whether two values are deeply and strictly equal, as `node:assert` and `node:util` mean it.
//
// Promises Node's rules: values by `Object.is`; objects of one prototype, one kind and the same own enumerable properties,
// symbols included; Dates by time, RegExps by source, flags and `lastIndex`, errors also by name, message, cause and
// errors, wrappers by what they hold, buffers and views by their bytes, Sets and Maps by members in any order. Cycles
// end. A WeakMap, a WeakSet and a promise equal only themselves.
// Source: the "assert" page of Node's documentation, "Comparison details".

const { is, getPrototypeOf, keys, getOwnPropertySymbols, hasOwn } = Object;
const { propertyIsEnumerable, toString } = Object.prototype;
const { KIND, kindOf } = require("structured_clone/kinds");
const { proxyTarget } = require("structured_clone/proxies");

const isObject = (value) => typeof value === "object" && value !== null;
const isEnumerable = (object, key) => propertyIsEnumerable.call(object, key);

// The kind of what a proxy stands for: a proxy is compared through its traps as the thing it imitates.
function kindThrough(value) {
  let target = value;
  for (let next = proxyTarget(target); next !== undefined && isObject(next); next = proxyTarget(target)) target = next;
  return kindOf(target);
}

exports.isDeepStrictEqual = (left, right) => equal(left, right, null);

// `trail` is the pairs being compared further out: a cycle is equal to a cycle of the same shape.
function equal(left, right, trail) {
  if (left === right) return left !== 0 || is(left, right);
  if (!isObject(left) || !isObject(right)) return is(left, right);
  if (getPrototypeOf(left) !== getPrototypeOf(right)) return false;
  if (toString.call(left) !== toString.call(right)) return false;
  const kind = kindThrough(left);
  if (kind !== kindThrough(right) || !sameContent(kind, left, right)) return false;
  if (kind === KIND.PROMISE || isWeak(left)) return false;
  const names = ownNames(kind, left);
  if (names.length !== ownNames(kind, right).length) return false;
  for (const name of names) if (!hasOwn(right, name) || !isEnumerable(right, name)) return false;
  const symbols = getOwnPropertySymbols(left).filter((symbol) => isEnumerable(left, symbol));
  const others = getOwnPropertySymbols(right).filter((symbol) => isEnumerable(right, symbol));
  if (symbols.length !== others.length || !symbols.every((symbol) => isEnumerable(right, symbol))) return false;

  let depth = 0;
  let leftAt = 0;
  let rightAt = 0;
  for (let outer = trail; outer !== null; outer = outer.outer) {
    depth++;
    if (outer.left === left) leftAt = depth;
    if (outer.right === right) rightAt = depth;
  }
  if (leftAt !== 0 && rightAt !== 0) return leftAt === rightAt;
  const here = { left, right, outer: trail };
  for (const name of names) if (!equal(left[name], right[name], here)) return false;
  for (const symbol of symbols) if (!equal(left[symbol], right[symbol], here)) return false;
  if (kind === KIND.ARRAY) return equalLists(left, right, here);
  if (kind === KIND.SET) return equalSets(left, right, here);
  if (kind === KIND.MAP) return equalMaps(left, right, here);
  if (kind === KIND.ERROR) return equalCauses(left, right, here);
  return true;
}

const isWeak = (value) => {
  const tag = toString.call(value);
  return tag === "[object WeakMap]" || tag === "[object WeakSet]";
};

// The enumerable names that are not the elements of a list.
function ownNames(kind, value) {
  if (kind === KIND.ARRAY || kind === KIND.VIEW || kind === KIND.STRING) {
    return keys(value).filter((name) => !/^(?:0|[1-9]\d*)$/.test(name));
  }
  return keys(value);
}

// What properties do not show.
function sameContent(kind, left, right) {
  switch (kind) {
    case KIND.ARRAY:
      return left.length === right.length;
    case KIND.DATE:
      return is(left.getTime(), right.getTime());
    case KIND.REGEXP:
      return left.source === right.source && left.flags === right.flags && left.lastIndex === right.lastIndex;
    case KIND.BOOLEAN:
    case KIND.NUMBER:
    case KIND.BIGINT:
    case KIND.STRING:
      return is(left.valueOf(), right.valueOf());
    case KIND.BUFFER:
    case KIND.SHARED_BUFFER:
      return sameBytes(new Uint8Array(left), new Uint8Array(right));
    case KIND.VIEW:
      return sameBytes(bytesOf(left), bytesOf(right));
    case KIND.SET:
    case KIND.MAP:
      return left.size === right.size;
    case KIND.ERROR:
    case KIND.DOM_EXCEPTION:
      return left.message === right.message && left.name === right.name;
    default:
      return toString.call(left) !== "[object Symbol]" || sameSymbols(left, right);
  }
}

const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function sameBytes(left, right) {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

// What an error holds beside its enumerable properties.
function equalCauses(left, right, trail) {
  for (const hidden of ["cause", "errors"]) {
    if (hasOwn(left, hidden) !== hasOwn(right, hidden)) return false;
    if (hasOwn(left, hidden) && !equal(left[hidden], right[hidden], trail)) return false;
  }
  return true;
}

function sameSymbols(left, right) {
  try {
    return Symbol.prototype.valueOf.call(left) === Symbol.prototype.valueOf.call(right);
  } catch {
    return true;
  }
}

function equalLists(left, right, trail) {
  for (let at = 0; at < left.length; at++) {
    if (hasOwn(left, at) !== hasOwn(right, at) || !equal(left[at], right[at], trail)) return false;
  }
  return true;
}

function equalSets(left, right, trail) {
  const objects = [];
  for (const member of left) {
    if (right.has(member)) continue;
    if (!isObject(member)) return false;
    objects.push(member);
  }
  const candidates = [...right].filter((member) => isObject(member) && !left.has(member));
  return objects.every((member) => take(candidates, (other) => equal(member, other, trail)));
}

function equalMaps(left, right, trail) {
  const entries = [];
  for (const [key, value] of left) {
    if (right.has(key)) {
      if (!equal(value, right.get(key), trail)) return false;
    } else if (isObject(key)) {
      entries.push([key, value]);
    } else {
      return false;
    }
  }
  const candidates = [...right].filter(([key]) => isObject(key) && !left.has(key));
  return entries.every(([key, value]) =>
    take(candidates, ([otherKey, other]) => equal(key, otherKey, trail) && equal(value, other, trail)),
  );
}

// Removes the first that satisfies `accept`; whether there was one.
function take(list, accept) {
  const at = list.findIndex(accept);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}

// Whether `actual` has everything that `expected` has, as `partialDeepStrictEqual` asks.
exports.isPartiallyEqual = (actual, expected) => contains(actual, expected, null);

function contains(actual, expected, trail) {
  if (!isObject(actual) || !isObject(expected)) return is(actual, expected);
  if (actual === expected) return true;
  if (getPrototypeOf(actual) !== getPrototypeOf(expected)) return false;
  const kind = kindThrough(expected);
  if (kindThrough(actual) !== kind) return false;
  const isCollection = kind === KIND.ARRAY || kind === KIND.SET || kind === KIND.MAP;
  if (!isCollection && !sameContent(kind, actual, expected)) return false;
  for (let outer = trail; outer !== null; outer = outer.outer) {
    if (outer.left === actual && outer.right === expected) return true;
  }
  const here = { left: actual, right: expected, outer: trail };
  const properties = [...keys(expected), ...getOwnPropertySymbols(expected)].filter((key) => isEnumerable(expected, key));
  for (const key of properties) {
    if (kind === KIND.VIEW || kind === KIND.STRING) break;
    if (!(key in actual) || !contains(actual[key], expected[key], here)) return false;
  }
  if (kind === KIND.SET) {
    const candidates = [...actual];
    return [...expected].every((member) => take(candidates, (other) => equal(member, other, null)));
  }
  if (kind === KIND.MAP) {
    const candidates = [...actual];
    return [...expected].every(([key, value]) =>
      take(candidates, ([otherKey, other]) => equal(key, otherKey, null) && contains(other, value, here)),
    );
  }
  return true;
}
