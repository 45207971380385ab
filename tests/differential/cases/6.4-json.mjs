// Section 6.4: JSON: functions, operators, tables.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "values": ({ ctx }) => each(ctx.storage.sql, `SELECT json('{"a": [1, 2 ]}'), json_type('[1]'), json_valid('{'), json_valid('{}'), json_quote('x"y')`, `SELECT json_array(1, 'a', NULL, 2.5), json_object('k', 1, 'j', json('[1]')), json_array_length('[1,2,3]')`, `SELECT '{"a":{"b":[1,"x",null]}}' -> '$.a.b', '{"a":1}' ->> 'a', '[5,6]' ->> 1, '[5,6]' -> '$[#-1]', '{"a":null}' ->> 'a'`, `SELECT json_extract('{"a":1,"b":[2]}', '$.a', '$.b'), json_extract('{"a":"x"}', '$.a'), json_extract('{}', '$.none')`, `SELECT typeof('{"a":1}' -> 'a'), typeof('{"a":1}' ->> 'a'), typeof(json_extract('{"a":true}', '$.a'))`),
  "changes": ({ ctx }) => each(ctx.storage.sql, `SELECT json_set('{}', '$.a', 1, '$.b', json('[]')), json_insert('{"a":1}', '$.a', 2, '$.c', 3), json_replace('{"a":1}', '$.a', 9, '$.z', 1), json_remove('[1,2,3]', '$[1]'), json_patch('{"a":1}', '{"a":null,"b":2}')`, `SELECT hex(jsonb('[1]')), typeof(jsonb('{}')), json(jsonb('{"a":1}')), json_set('[1]', '$[#]', 2)`),
  "tables": ({ ctx }) => each(ctx.storage.sql, `SELECT key, value, type, atom, fullkey, path FROM json_each('{"a":1,"b":[true]}')`, `SELECT fullkey, type FROM json_tree('{"a":[1,{"b":2}]}')`, `SELECT json_group_array(value) FROM json_each('[3,1,2]')`, `SELECT json_group_object(key, value) FROM json_each('["x","y"]')`, `SELECT value FROM json_each('{"a":[5,6]}', '$.a')`),
  "nested": ({ ctx }) => each(ctx.storage.sql, `CREATE TABLE p (id, name); CREATE TABLE c (p, tag); INSERT INTO p VALUES (1, 'one'), (2, 'two'); INSERT INTO c VALUES (1, 'x'), (1, 'y')`, `SELECT json_object('name', name, 'tags', (SELECT json_group_array(tag) FROM c WHERE c.p = p.id)) AS j FROM p`, `SELECT json_group_array(json_object('id', id, 'name', name)) FROM p`, `SELECT json_array((SELECT json('[1]')), json('[2]'))`),
  "errors": ({ ctx }) => each(ctx.storage.sql, `SELECT json('nonsense')`, `SELECT json_extract('{}', '$[')`, `SELECT json_object('a')`, "SELECT json_object(1, 2)", `SELECT json_array(x'00')`, `SELECT * FROM json_each('{')`, `SELECT json_set('{}', 'a', 1)`, `SELECT json('{a:1,}')`),
});
