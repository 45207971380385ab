// Promises: reads the constants of a `.wd-test` file, which is text of Cap'n Proto's, as plain values: groups become
// objects, lists arrays, `embed "file"` `{ embed: "file" }`, and a reference to another constant what that one is.

const TOKEN = /\s+|#[^\n]*|"(?:\\.|[^"\\])*"|`[^\n]*|[A-Za-z0-9_.+-]+|[@:;=,()[\]%/]/y;
const ESCAPES = { n: "\n", t: "\t", r: "\r" };

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const place = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) throw new Error(`cannot read ${JSON.stringify(text.slice(place, place + 40))}`);
    if (!/^[\s#]/.test(token)) found.push(token);
  }
  return found;
}

export function constants(text) {
  const all = tokens(text);
  let at = 0;
  const take = (expected) => {
    const token = all[at++];
    if (expected !== undefined && token !== expected) throw new Error(`${expected} expected, found ${token}`);
    return token;
  };

  // Neighbouring strings are one; a line that begins with a backtick is a string with its end of line.
  function string() {
    let text = "";
    for (;;) {
      if (all[at]?.startsWith('"')) text += take().slice(1, -1).replace(/\\(.)/g, (_, c) => ESCAPES[c] ?? c);
      else if (all[at]?.startsWith("`")) text += `${take().slice(1)}\n`;
      else return text;
    }
  }

  function list(end, item) {
    const items = [];
    while (all[at] !== end) {
      items.push(item());
      if (all[at] !== end) take(",");
    }
    take(end);
    return items;
  }

  function value() {
    const token = all[at];
    if (token.startsWith('"') || token.startsWith("`")) return string();
    take();
    if (token === "[") return list("]", value);
    if (token === "(") {
      return Object.fromEntries(list(")", () => {
        const name = take();
        take("=");
        return [name, value()];
      }));
    }
    if (token === "embed") return { embed: string() };
    if (token === "true" || token === "false") return token === "true";
    if (token === "void") return null;
    return Number.isNaN(Number(token)) ? { refer: token.replace(/^\./, "") } : Number(token);
  }

  const found = {};
  while (at < all.length) {
    if (take() !== "const") {
      // `using …;` and the file's id.
      while (take() !== ";");
      continue;
    }
    const name = take();
    while (all[at] !== "=") at++;
    take("=");
    found[name] = value();
    take(";");
  }
  const resolve = (one) => {
    if (one === null || typeof one !== "object") return one;
    if (Array.isArray(one)) return one.map(resolve);
    if (one.refer !== undefined) return resolve(found[one.refer]);
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, resolve(inner)]));
  };
  return Object.fromEntries(Object.entries(found).map(([key, one]) => [key, resolve(one)]));
}
