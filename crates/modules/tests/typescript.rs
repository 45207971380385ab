//! TypeScript, JSX and newer syntax, as the bundler wrangler uses compiles them.

mod common;

use common::{Project, check};
use holdfast_modules::load;

#[test]
fn enums_namespaces_and_types() {
    check(
        &[
            (
                "index.ts",
                "
import type { Shape } from './types';
import { type Other, value } from './types';
import { Unused } from './types';
export { Shape } from './types';
export type { Other };
enum Colour { Red, Green = 'g', Blue = 1 << 3 }
const enum Fast { A = 1, B = A * 2 }
namespace Deep { export const x = 1; export namespace Er { export const y = x + 1; } }
declare const nothing: string;
abstract class Base<T> { abstract m(): T; }
class Point extends Base<number> {
  constructor(private readonly x: number, public y = 2) { super(); }
  m(): number { return this.x! + this.y; }
  declare ghost: string;
  optional?: string;
}
function over(a: string): string;
function over(a: any) { return a satisfies unknown as string; }
let shape: Shape | undefined; let un: Unused;
log(Colour.Red, Colour[0], Colour.Green, Colour.Blue, Fast.B, Deep.Er.y, new Point(1).m(), over('o'), value);
log('ghost' in new Point(1), 'optional' in new Point(1), <number>1);
export default {} satisfies object;
",
            ),
            (
                "types.ts",
                "export interface Shape { a: string }\nexport type Other = string;\nexport interface Unused {}\nexport const value = 'v';",
            ),
        ],
        "0 Red g 8 2 2 3 o v\nfalse true 1",
    );
}

#[test]
fn exported_const_enum_and_import_equals() {
    check(
        &[
            (
                "index.ts",
                "import { Level } from './levels';\nimport c = require('./c.cjs');\nlog(Level.High, c.x);\nexport {};",
            ),
            ("levels.ts", "export const enum Level { Low, High }"),
            ("c.cjs", "exports.x = 'c';"),
        ],
        "1 c",
    );
}

#[test]
fn export_assignment_is_commonjs() {
    check(
        &[
            (
                "index.ts",
                "import box = require('./box');\nimport { size } from './box';\nlog(box.size, size);\nexport {};",
            ),
            ("box.ts", "const size: number = 3;\nexport = { size };"),
        ],
        "3 3",
    );
}

#[test]
fn top_level_using_keeps_exports() {
    check(
        &[
            ("index.ts", "import D, { x, f, E } from './u';\nlog(D.name, x, f(), E.A);\nexport {};"),
            (
                "u.ts",
                "
const key = (Symbol as any).asyncDispose ?? Symbol.for('Symbol.asyncDispose');
await using a = { [key]() { log('disposed'); } } as any;
export const x = 1;
export function f() { return 'f'; }
export enum E { A = 5 }
export default class Named {}
log('body');
",
            ),
        ],
        "body\ndisposed\nNamed 1 f 5\nsettled",
    );
}

#[test]
fn class_fields_follow_tsconfig() {
    let source = "
class Base { set x(v: number) { log('set', v); } }
class Derived extends Base { x = 1; y: number; }
log('keys', Object.keys(new Derived()));
export {};
";
    check(&[("index.ts", source)], "keys x,y");
    let assigning = "{ \"compilerOptions\": { \"useDefineForClassFields\": false } }";
    check(&[("index.ts", source), ("tsconfig.json", assigning)], "set 1\nkeys ");
    let old = "{ // a comment\n \"compilerOptions\": { \"target\": \"es2020\", }, }";
    check(&[("index.ts", source), ("tsconfig.json", old)], "set 1\nkeys ");
    let new = "{ \"compilerOptions\": { \"target\": \"ES2022\" } }";
    check(&[("index.ts", source), ("tsconfig.json", new)], "keys x,y");
}

#[test]
fn legacy_decorators() {
    check(
        &[
            (
                "index.ts",
                "
const order: string[] = [];
const note = (name: string) => (target: any, key?: any, d?: any) => { order.push(name + ':' + String(key) + ':' + typeof d); };
const twice = (target: any, key: string, descriptor: PropertyDescriptor) => {
  const original = descriptor.value;
  descriptor.value = function (...args: any[]) { return original.apply(this, args) * 2; };
};
function replace(target: any): any { return class extends target { extra = 'replaced'; }; }
@replace @note('class')
class C {
  @note('field') x = 1;
  @twice m(@note('parameter') a: number) { return a; }
  @note('static') static s() {}
}
log(new C().m(2), (new C() as any).extra, order);
export {};
",
            ),
            ("tsconfig.json", "{ \"compilerOptions\": { \"experimentalDecorators\": true } }"),
        ],
        "4 replaced field:x:undefined,parameter:m:number,static:s:object,class:undefined:undefined",
    );
}

#[test]
fn using_and_await_using() {
    check(
        &[
            (
                "index.js",
                "
const dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
const resource = (name) => ({ name, [dispose]() { log('dispose', name); } });
{ using a = resource('a'), b = resource('b'); using none = null; log('in', a.name); }
try { using x = { [dispose]() { throw new Error('second'); } }; throw new Error('first'); }
catch (error) { log(error.constructor.name, error.error.message, error.suppressed.message); }
async function f() { await using r = { async [asyncDispose]() { await 0; log('async'); } }; using s = resource('s'); log('body'); }
await f();
for (using r of [resource(1), resource(2)]) log('loop', r.name);
try { using bad = {}; } catch (error) { log(error.name); }
using top = resource('top');
log('end', top.name);
",
            ),
        ],
        "in a\ndispose b\ndispose a\nSuppressedError second first\nbody\ndispose s\nasync\nloop 1\ndispose 1\nloop 2\ndispose 2\nTypeError\nend top\ndispose top\nsettled",
    );
}

#[test]
fn accessors() {
    check(
        &[
            (
                "index.js",
                "class A { accessor x = 1; static accessor y = 2\n accessor z }\nconst a = new A(); a.x++; A.y++;\nlog(a.x, A.y, a.z, Object.keys(a).length, typeof Object.getOwnPropertyDescriptor(A.prototype, 'x').get);\nexport {};",
            ),
            ("more.ts", ""),
        ],
        "2 3 undefined 0 function",
    );
}

const REACT: &str = "const h = (type, props, ...children) => `${typeof type === 'function' ? type.name : type}(${JSON.stringify(props)})[${children}]`;\n";

#[test]
fn jsx_classic() {
    let page = "const React = { createElement: h, Fragment: 'F' };\nfunction Page() {}\nlog(<Page a=\"1\" {...{ b: 2 }}>x{1 + 1}<></></Page>);\nexport {};";
    let file = format!("{REACT}{page}");
    for name in ["index.js", "index.jsx", "index.tsx", "index.mjs"] {
        check(&[(name, &file)], "Page({\"a\":\"1\",\"b\":2})[x,2,F(null)[]]");
    }
    let own = format!("{REACT}const Frag = 'G';\nlog(<p><></></p>);\nexport {{}};");
    let tsconfig = "{ \"compilerOptions\": { \"jsx\": \"react\", \"jsxFactory\": \"h\", \"jsxFragmentFactory\": \"Frag\" } }";
    check(&[("index.tsx", &own), ("tsconfig.json", tsconfig)], "p(null)[G(null)[]]");
}

#[test]
fn jsx_automatic() {
    check(
        &[
            ("index.tsx", "log(<p key=\"k\">{'a'}{'b'}</p>, <></>);\nexport {};"),
            (
                "tsconfig.json",
                "{ \"compilerOptions\": { \"jsx\": \"react-jsx\", \"jsxImportSource\": \"mini\" } }",
            ),
            (
                "node_modules/mini/package.json",
                "{ \"name\": \"mini\", \"exports\": { \"./jsx-runtime\": \"./runtime.js\" } }",
            ),
            (
                "node_modules/mini/runtime.js",
                "export const jsx = (type, props, key) => `${type}:${JSON.stringify(props)}:${key}`;\nexport const jsxs = jsx;\nexport const Fragment = 'F';",
            ),
        ],
        "p:{\"children\":[\"a\",\"b\"]}:k F:{}:undefined",
    );
}

#[test]
fn a_module_of_types_only_is_still_a_module() {
    check(
        &[
            ("index.ts", "import './types';\nimport { type A } from './types';\nlog('ran');\nexport {};"),
            ("types.ts", "export type A = 1;"),
        ],
        "ran",
    );
}

#[test]
fn tsconfig_paths() {
    check(
        &[
            (
                "src/index.ts",
                "import { x } from '@lib/x';\nimport { y } from './y.js';\nlog(x, y);\nexport {};",
            ),
            ("src/lib/x.ts", "export const x = 'x';"),
            ("src/y.ts", "export const y = 'y';"),
            (
                "tsconfig.json",
                "{ \"compilerOptions\": { \"baseUrl\": \".\", \"paths\": { \"@lib/*\": [\"src/lib/*\"] } } }",
            ),
        ],
        "x y",
    );
}

#[test]
fn a_tsconfig_whose_base_is_missing_still_counts() {
    let files = [
        (
            "src/index.tsx",
            "import { x } from '@lib/x';\nconst h = (name: string) => `<${name}>`;\nlog(x, <p/>);\nexport {};",
        ),
        ("src/lib/x.ts", "export const x = 'x';"),
        (
            "tsconfig.json",
            "{ \"extends\": \"gone/tsconfig.json\", \"compilerOptions\": { \"jsxFactory\": \"h\", \"baseUrl\": \"src\", \"paths\": { \"@lib/*\": [\"./lib/*\"] } } }",
        ),
    ];
    check(&files, "x <p>");
    let project = Project::new(&files);
    let warnings = load(&project.options("src/index.tsx")).unwrap().warnings;
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].to_string(), "tsconfig.json: warning: Tsconfig not found gone/tsconfig.json");
}
