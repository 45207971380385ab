// Media types: `type/subtype; parameter=value`, as the MIME Sniffing Standard parses and writes them.

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

// `{ essence, parameters: Map }`, names in lower case, or null when `text` is no media type.
exports.parseType = (text) => {
  const end = text.indexOf(";");
  const essence = (end < 0 ? text : text.slice(0, end)).trim();
  const slash = essence.indexOf("/");
  if (slash < 0 || !TOKEN.test(essence.slice(0, slash)) || !TOKEN.test(essence.slice(slash + 1))) return null;
  return {
    essence: essence.toLowerCase(),
    parameters: exports.parseParameters(end < 0 ? "" : text.slice(end)),
  };
};

// The parameters in `; name=value; name="value"`; the first of a name counts.
exports.parseParameters = (text) => {
  const parameters = new Map();
  const pattern = /;[\t ]*([^;=\t ]*)[\t ]*(?:=[\t ]*(?:"((?:[^"\\]|\\.)*)"?[^;]*|([^;]*)))?/gs;
  for (const [, name, quoted, plain] of text.matchAll(pattern)) {
    const value = quoted === undefined ? plain?.trim() : quoted.replace(/\\(.)/gs, "$1");
    const key = name.toLowerCase();
    if (key !== "" && value !== undefined && value !== "" && !parameters.has(key)) parameters.set(key, value);
    else if (key !== "" && quoted === "" && !parameters.has(key)) parameters.set(key, "");
  }
  return parameters;
};

// The standard's serialisation of a type, or "" when it does not parse: what a Blob made from a body gets.
exports.normalizeType = (text) => {
  const type = exports.parseType(text);
  if (type === null) return "";
  let result = type.essence;
  for (const [name, value] of type.parameters) {
    result += `;${name}=${TOKEN.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`}`;
  }
  return result;
};
