// console.table(): rows and columns in a frame.

const { inspect } = require("console/inspect");
const { width } = require("console/layout");

const show = (value) => inspect(value, { depth: typeof value === "object" && value !== null ? 0 : 1, maxArrayLength: 3 });
const isObject = (value) => typeof value === "object" && value !== null;

function draw(head, rows) {
  const widths = head.map((name, i) => 2 + Math.max(width(name), ...rows.map((row) => width(row[i]))));
  const rule = (left, middle, right) => left + widths.map((size) => "─".repeat(size)).join(middle) + right;
  const line = (cells) => `│${cells.map((cell, i) => ` ${cell}${" ".repeat(widths[i] - 1 - width(cell))}`).join("│")}│`;
  const body = rows.map(line).join("\n");
  return [rule("┌", "┬", "┐"), line(head), rule("├", "┼", "┤"), ...(body === "" ? [] : [body]), rule("└", "┴", "┘")].join("\n");
}

function entriesOf(data) {
  if (data instanceof Map) {
    return ["(iteration index)", [...data].map(([key, value], i) => [i, { Key: key, Values: value }])];
  }
  if (data instanceof Set) return ["(iteration index)", [...data].map((value, i) => [i, value])];
  return ["(index)", Object.entries(data)];
}

// The table of an object's parts, or null when there is nothing to make one of.
exports.table = (data, properties) => {
  if (!isObject(data)) return null;
  const [indexName, entries] = entriesOf(data);
  const columns = new Set(properties);
  let hasValues = false;
  for (const [, row] of entries) {
    if (!isObject(row)) hasValues = true;
    else if (properties === undefined) for (const key of Object.keys(row)) columns.add(key);
  }
  const head = [indexName, ...columns, ...(hasValues ? ["Values"] : [])];
  const rows = entries.map(([index, row]) => {
    const cells = [...columns].map((key) => (isObject(row) && Object.hasOwn(row, key) ? show(row[key]) : ""));
    if (hasValues) cells.push(isObject(row) ? "" : show(row));
    return [`${index}`, ...cells];
  });
  return draw(head, rows);
};
