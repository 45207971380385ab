// Where the lines of a shown object break.
//
// What fits goes on one line, unless it holds more than three levels; the elements of long lists are set in columns;
// all else takes a line for each part. The numbers are those of Node.

const { max, min, round, floor, sqrt } = Math;
const LEVELS_PER_LINE = 3;
// A list with more elements than this is set in columns.
const ROW_MAX = 6;
const COLUMNS_MAX = 15;
const SEPARATOR = 2;
// Marks, joiners and selectors take no room; East Asian characters and emoji take two columns.
const ZERO_WIDTH = /[\u0300-\u036f\u200b-\u200f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]/u;
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

// The columns a text takes on a terminal.
function width(text) {
  let columns = 0;
  for (const character of text) {
    if (character.charCodeAt(0) < 127) columns++;
    else if (!ZERO_WIDTH.test(character)) columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}
exports.width = width;

// Joins the shown parts of an object. `state` is that of the inspection; `list` the array the parts are elements of.
exports.join = (state, parts, base, [open, close], level, list) => {
  const count = parts.length;
  let lines = parts;
  if (list !== undefined && count > ROW_MAX) lines = columns(state, parts, list);
  const head = base === "" ? "" : `${base} `;
  if (state.deepest - level < LEVELS_PER_LINE && count === lines.length) {
    const start = count + state.indentation + open.length + base.length + 10;
    if (fits(state, lines, start, base)) {
      const line = lines.join(", ");
      if (!line.includes("\n")) return `${head}${open} ${line} ${close}`;
    }
  }
  const margin = `\n${" ".repeat(state.indentation)}`;
  return `${head}${open}${margin}  ${lines.join(`,${margin}  `)}${margin}${close}`;
};

function fits(state, parts, start, base) {
  let length = parts.length + start;
  if (length + parts.length > state.breakLength) return false;
  for (const part of parts) {
    length += part.length;
    if (length > state.breakLength) return false;
  }
  return base === "" || !base.includes("\n");
}

function columns(state, parts, list) {
  // The line that counts what was left out stands alone.
  const isCut = parts.length > state.maxArrayLength;
  const count = isCut ? parts.length - 1 : parts.length;
  const widths = [];
  let total = 0;
  let widest = 0;
  for (let i = 0; i < count; i++) {
    widths.push(width(parts[i]));
    total += widths[i] + SEPARATOR;
    widest = max(widest, widths[i]);
  }
  const room = widest + SEPARATOR;
  const isWorthIt = total / room > 5 || widest <= 6;
  if (room * 3 + state.indentation >= state.breakLength || !isWorthIt) return parts;
  const biased = max(room - 3 - sqrt(room - total / parts.length), 1);
  const wanted = round(sqrt(2.5 * biased * parts.length) / biased);
  const across = min(
    wanted,
    floor((state.breakLength - state.indentation) / room),
    LEVELS_PER_LINE * 4,
    COLUMNS_MAX,
  );
  if (across <= 1) return parts;
  const columnWidths = [];
  for (let column = 0; column < across; column++) {
    let widestHere = 0;
    for (let i = column; i < count; i += across) widestHere = max(widestHere, widths[i]);
    columnWidths.push(widestHere + SEPARATOR);
  }
  const rows = [];
  const isNumeric = parts.every((_, i) => typeof list[i] === "number" || typeof list[i] === "bigint");
  for (let from = 0; from < count; from += across) {
    rows.push(row(parts, widths, columnWidths, from, min(from + across, count), isNumeric));
  }
  if (isCut) rows.push(parts[count]);
  return rows;
}

// Numbers stand at the right of their columns, anything else at the left.
function row(parts, widths, columnWidths, from, to, isNumeric) {
  let text = "";
  for (let i = from; i < to; i++) {
    const isLast = i === to - 1;
    const cell = isLast ? parts[i] : `${parts[i]}, `;
    const gap = " ".repeat(max(0, columnWidths[i - from] - widths[i] - SEPARATOR));
    if (isNumeric) text += gap + cell;
    else text += isLast ? cell : cell + gap;
  }
  return text;
}
