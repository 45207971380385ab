// compatibility: 2026-01-01

const { OwnedTable } = require("owned_table");

test("entries are found by number, and owners by whether they have any", () => {
  const table = new OwnedTable();
  assertEquals([table.size, table.has(1), table.get(7), table.take(7)], [0, false, undefined, undefined]);
  table.set(7, { owner: 1, what: "a" });
  table.set(8, { owner: 1, what: "b" });
  table.set(9, { owner: 2, what: "c" });
  assertEquals([table.size, table.has(1), table.has(2), table.get(8).what], [3, true, true, "b"]);
  assertEquals(table.take(7).what, "a");
  assertEquals([table.has(1), table.take(7)], [true, undefined]);
  assertEquals(table.take(8).what, "b");
  assertEquals([table.has(1), table.has(2), table.size], [false, true, 1]);
});

test("a number that comes again is counted once", () => {
  const table = new OwnedTable();
  table.set(7, { owner: 1 });
  table.set(7, { owner: 2 });
  assertEquals([table.has(1), table.has(2), table.size], [false, true, 1]);
});

test("all of an owner's entries are taken at once", () => {
  const table = new OwnedTable();
  for (let number = 0; number < 10; number++) table.set(number, { owner: number % 2 });
  assertEquals(table.of(1).map(([number]) => number), [1, 3, 5, 7, 9]);
  assertEquals(table.takeOf(1), [1, 3, 5, 7, 9]);
  assertEquals([...table.all()].map(([number]) => number), [0, 2, 4, 6, 8]);
  assertEquals(table.of(1), []);
  assertEquals([table.has(0), table.has(1), table.size], [true, false, 5]);
  assertEquals(table.takeOf(1), []);
});

test("the youngest of an owner's entries, however many it has", () => {
  const table = new OwnedTable();
  assertEquals(table.since(1), -Infinity);
  for (let number = 0; number < 200_000; number++) table.set(number, { owner: number % 2, since: number });
  assertEquals([table.since(0), table.since(1)], [199_998, 199_999]);
  table.take(199_999);
  assertEquals(table.since(1), 199_997);
});
