//! Standard decorators: the whole of the proposal in one program. The expected log is what the same program gives
//! when the bundler wrangler uses compiles it.

mod common;

use common::check;

const PROGRAM: &str = r#"
const order = [];
const note = (name) => (value, { kind, name: key, static: fixed, private: hidden, addInitializer }) => {
  order.push(`${name}:${kind}:${String(key)}:${typeof value}:${fixed}:${hidden}`);
  addInitializer(function () { order.push(`init ${name} ${typeof this}`); });
};
const twice = (value, { kind }) => {
  if (kind === "method") return function (...args) { return value.apply(this, args) * 2; };
  if (kind === "getter") return function () { return value.call(this) * 2; };
  if (kind === "field") return (initial) => initial * 2;
  if (kind === "accessor") return { get() { return value.get.call(this) * 2; }, init: (initial) => initial + 1 };
};
const plus = (n) => () => (initial) => initial + n;
const key = Symbol("key");
@note("class") class A {
  @note("m") @twice m(a) { return a; }
  @twice get g() { return 5; }
  @plus(1) @twice x = 10;
  @twice accessor y = 3;
  @note("acc") accessor z;
  @note("private") #p = 1;
  @note("computed") [key] = 2;
  @note("static") static s() { return this === A; }
  @twice static n = 4;
  @note("async") async later() {}
  p() { return this.#p; }
}
const a = new A();
log(a.m(2), a.g, a.x, a.y, a.p(), a[key], A.s(), A.n, a.z);
log(order.join("\n"));
const replace = (value, { name, kind }) => class extends value { static kind = kind; static called = name; };
export @replace class Exported {}
@replace class Local extends A { own = 1; }
const Expression = @replace class {};
const Mixin = (Base) => class extends Base { @twice m() { return 21; } };
log(Exported.kind, Exported.called, Local.called, new Local().own, Expression.kind, new (Mixin(Object))().m(), new (Mixin(A))().m());
const meta = (key) => (value, context) => { context.metadata[key] = context.name; };
const symbol = Symbol.metadata ?? Symbol.for("Symbol.metadata");
class M { @meta("a") one() {} } class N extends M { @meta("b") two() {} }
log(JSON.stringify(M[symbol]), N[symbol].a, N[symbol].b);
try { class Bad { @(() => 1) m() {} } } catch (error) { log(error.name); }
const has = []; const probe = (value, { access, name }) => void has.push([name, access]);
class P { @probe v = 7; @probe w() {} }
log(has.map(([name, access]) => [name, access.has({ [name]: 1 }), access.get({ [name]: 2 }), "set" in access].join()).join(" "));
export default @note("default") class { @twice m() { return 1; } }
"#;

const LOG: &str = r#"
4 10 22 8 1 2 true 8 undefined
static:method:s:function:true:false
m:method:m:function:false:false
acc:accessor:z:object:false:false
async:method:later:function:false:false
private:field:#p:undefined:false:true
computed:field:Symbol(key):undefined:false:false
class:class:A:function:undefined:undefined
init static function
init class function
init m object
init async object
init acc object
init private object
init computed object
class Exported Local 1 class 42 42
{"a":"one"} one two
TypeError
w,true,2,false v,true,2,true
"#;

#[test]
fn standard_decorators() {
    check(&[("index.js", PROGRAM)], LOG);
    check(&[("index.ts", PROGRAM)], LOG);
}

#[test]
fn decorators_around_exports_and_imports() {
    check(
        &[
            (
                "index.ts",
                "
import { tagged, callable } from './decorators';
@tagged('one')
@tagged('two') export class Room { @callable() async list(): Promise<number[]> { return [1]; } }
@tagged('inner') export default class Entry extends Room { @callable({ name: 'n' }) accessor size = 2 }
class Plain { constructor(readonly x = 1) {} @callable() m() { return this.x; } }
log(Room.tags, Entry.tags, new Entry().size, new Plain().m());
",
            ),
            (
                "decorators.ts",
                "
export const tagged = (tag: string) => (target: any, { name }: ClassDecoratorContext) => { target.tags = [...target.tags ?? [], tag + name]; };
export function callable(options: any = {}) { if (this !== undefined) log('has this'); return (_: any, context: any) => { log(context.kind, context.name, options.name); }; }
",
            ),
        ],
        "method list undefined\naccessor size n\nmethod m undefined\ntwoRoom,oneRoom twoRoom,oneRoom,innerEntry 2 1",
    );
}
