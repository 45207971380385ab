// The wire forms of FormData: multipart/form-data (RFC 7578) both ways, application/x-www-form-urlencoded in.

const { joinBytes } = require("streams/readable_core");

// CR, LF and double quotes cannot stand in a quoted parameter.
const escapes = { '"': "%22", "\r": "%0D", "\n": "%0A" };
const quote = (text) => `"${text.replace(/["\r\n]/g, (unit) => escapes[unit])}"`;

// `{ bytes, type }` for a list of entries: the encoded body and its content type with a fresh boundary.
exports.encodeForm = (entries) => {
  const { utf8Encode } = require("encoding");
  const { blobBytes } = require("blob");
  const boundary = freshBoundary();
  const parts = [];
  let length = 0;
  const add = (bytes) => {
    parts.push(bytes);
    length += bytes.byteLength;
  };
  for (const [name, value] of entries) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name=${quote(name)}`;
    if (typeof value === "string") {
      add(utf8Encode(`${head}\r\n\r\n${value}\r\n`));
      continue;
    }
    const type = value.type || "application/octet-stream";
    add(utf8Encode(`${head}; filename=${quote(value.name)}\r\nContent-Type: ${type}\r\n\r\n`));
    add(blobBytes(value));
    add(utf8Encode("\r\n"));
  }
  add(utf8Encode(`--${boundary}--`));
  return { bytes: joinBytes(parts, length), type: `multipart/form-data; boundary=${boundary}` };
};

const freshBoundary = () => {
  let boundary = "";
  while (boundary.length < 32) boundary += Math.floor(Math.random() * 0x100000000).toString(16).padStart(8, "0");
  return boundary;
};

// A FormData from the text or bytes of a body with the given content type (null when there is none).
exports.parseForm = (contentType, bytes) => {
  const { FormData } = require("form_data");
  const { parseType } = require("fetch/mime");
  const form = new FormData();
  const type = contentType === null ? null : parseType(contentType);
  if (type?.essence === "multipart/form-data") {
    const boundary = type.parameters.get("boundary");
    if (boundary === undefined) {
      throw new TypeError(
        "No boundary string in Content-Type header. The multipart/form-data MIME type requires a boundary " +
          "parameter, e.g. 'Content-Type: multipart/form-data; boundary=\"abcd\"'. See RFC 7578, section 4.",
      );
    }
    parseMultipart(form, bytes, boundary);
  } else if (type?.essence === "application/x-www-form-urlencoded") {
    const list = require("url_search_params").parseForm(require("encoding").utf8Decode(bytes));
    for (let index = 0; index < list.length; index += 2) form.append(list[index], list[index + 1]);
  } else {
    throw new TypeError(
      "Unrecognized Content-Type header value. FormData can only parse the following MIME types: " +
        "multipart/form-data, application/x-www-form-urlencoded",
    );
  }
  return form;
};

const CR = 13;
const LF = 10;
const DASH = 45;

const parseMultipart = (form, bytes, boundary) => {
  const { utf8Decode, utf8Encode } = require("encoding");
  const { fileFrom } = require("blob");
  const mark = utf8Encode(`--${boundary}`);
  let place = indexOf(bytes, mark, 0);
  if (place < 0) throw new TypeError("No initial boundary string (or you have a truncated message).");
  place += mark.length;
  for (;;) {
    if (bytes[place] === DASH && bytes[place + 1] === DASH) return;
    if (place === bytes.length) throw new TypeError("No subsequent boundary string after multipart message.");
    place = afterLine(bytes, place);
    if (place < 0) throw new TypeError("Boundary string was not succeeded by CRLF, LF, or '--'.");
    const end = headEnd(bytes, place);
    if (end === null) throw new TypeError("No multipart message header termination found.");
    const head = parseHead(utf8Decode(bytes.subarray(place, end.head)));
    const next = indexOf(bytes, mark, end.body);
    if (next < 0) throw new TypeError("No subsequent boundary string after multipart message.");
    let stop = next;
    if (stop > end.body && bytes[stop - 1] === LF) stop -= 1;
    if (stop > end.body && bytes[stop - 1] === CR) stop -= 1;
    const content = bytes.subarray(end.body, stop);
    if (!head.filename) form.append(head.name, utf8Decode(content));
    else form.append(head.name, fileFrom(content.slice(), head.filename, head.type));
    place = next + mark.length;
  }
};

// The place of `needle` at or after `from`, or -1.
const indexOf = (bytes, needle, from) => {
  const [first] = needle;
  for (let place = bytes.indexOf(first, from); place >= 0; place = bytes.indexOf(first, place + 1)) {
    let count = 1;
    while (count < needle.length && bytes[place + count] === needle[count]) count += 1;
    if (count === needle.length) return place;
  }
  return -1;
};

const afterLine = (bytes, place) => {
  if (bytes[place] === CR && bytes[place + 1] === LF) return place + 2;
  return bytes[place] === LF ? place + 1 : -1;
};

// Where the head of a part ends and its body begins: after the first empty line.
const headEnd = (bytes, from) => {
  for (let place = bytes.indexOf(LF, from); place >= 0; place = bytes.indexOf(LF, place + 1)) {
    const body = afterLine(bytes, place + 1);
    if (body >= 0) return { head: place, body };
  }
  return null;
};

const parseHead = (text) => {
  const { parseParameters } = require("fetch/mime");
  let disposition = null;
  let type = "";
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "content-disposition") disposition = value;
    else if (name === "content-type") type = value;
  }
  if (disposition === null) throw new TypeError("No valid Content-Disposition header found in FormData part.");
  const kind = disposition.split(";", 1)[0].trim();
  if (kind.toLowerCase() !== "form-data") {
    throw new TypeError(
      'Content-Disposition header for FormData part must have the value "form-data", possibly followed by ' +
        `parameters. Got: "${kind}"`,
    );
  }
  const parameters = parseParameters(disposition.slice(disposition.indexOf(kind) + kind.length));
  const name = parameters.get("name");
  if (name === undefined) throw new TypeError("Content-Disposition header in FormData part is missing a name.");
  return { name, filename: parameters.get("filename"), type };
};
