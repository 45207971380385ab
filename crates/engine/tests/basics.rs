//! Values, objects, functions, strings, evaluation.

#![allow(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use holdfast_engine::{Attributes, Context, ErrorKind, Name, Object, Text, Type, Value, Vm};
use std::cell::Cell;
use std::rc::Rc;

fn context() -> Context {
    Vm::new().context()
}

/// Runs a script and answers its result as a string.
fn run(context: &Context, source: &str) -> String {
    context.enter(|scope| {
        let value = scope.evaluate(source, "test.js", 1).unwrap_or_else(|thrown| thrown.value());
        value.to_string(scope).unwrap_or_else(|_| "unprintable".to_owned())
    })
}

#[test]
fn evaluates() {
    assert_eq!(run(&context(), "[1, 2, 3].map(x => x * 2).join()"), "2,4,6");
}

#[test]
fn knows_types() {
    let cases = [
        ("undefined", Type::Undefined),
        ("null", Type::Null),
        ("true", Type::Boolean),
        ("1.5", Type::Number),
        ("'x'", Type::String),
        ("({})", Type::Object),
        ("(() => 1)", Type::Object),
        ("Symbol()", Type::Symbol),
        ("10n", Type::BigInt),
    ];
    context().enter(|scope| {
        for (source, kind) in cases {
            let value = scope.evaluate(source, "test.js", 1).unwrap();
            assert_eq!(value.type_of(), kind, "{source}");
            assert_eq!(value.is_object(), kind == Type::Object, "{source}");
        }
        let function = scope.evaluate("(() => 1)", "test.js", 1).unwrap();
        assert!(function.is_function());
        assert!(!scope.object().is_function());
        assert!(scope.array(&[]).is_array());
        assert!(Object::try_from(scope.null()).is_err());
        assert_eq!(scope.big_int(-5).to_string(scope).unwrap(), "-5");
    });
}

#[test]
fn strings_round_trip() {
    let mut cases: Vec<String> =
        ["", "a", "é", "日本", "🦀", "a\0b", "\u{FEFF}x"].map(str::to_owned).to_vec();
    cases.push("x".repeat(100_000));
    cases.push("é🦀x".repeat(50_000));
    context().enter(|scope| {
        for text in &cases {
            let value = scope.string(text);
            assert_eq!(value.to_string(scope).unwrap(), *text);
            assert_eq!(value.to_utf16(scope).unwrap(), text.encode_utf16().collect::<Vec<_>>());
            let mut bytes = b"head".to_vec();
            let kind = value.append_utf8(scope, &mut bytes).unwrap();
            assert_eq!(kind == Text::Ascii, text.is_ascii());
            assert_eq!(&bytes[4..], text.as_bytes());
        }
    });
}

#[test]
fn lone_surrogates() {
    context().enter(|scope| {
        let units = [0x61, 0xD800, 0x62, 0xDC00];
        let value = scope.string_utf16(&units);
        assert_eq!(value.to_utf16(scope).unwrap(), units);
        assert_eq!(value.to_string(scope).unwrap(), "a\u{FFFD}b\u{FFFD}");
        assert_eq!(scope.string_utf16(&[]).to_string(scope).unwrap(), "");
    });
}

#[test]
fn properties() {
    context().enter(|scope| {
        let object = scope.object();
        let name = Name::new("named");
        object.set(scope, "x", scope.number(1)).unwrap();
        object.set_name(scope, &name, scope.boolean(true)).unwrap();
        object.set_index(scope, 0, scope.string("zero")).unwrap();
        object.define(scope, "hidden", scope.null(), Attributes::Hidden).unwrap();
        assert_eq!(object.get(scope, "x").unwrap().as_number(), Some(1.0));
        assert_eq!(object.get_name(scope, &name).unwrap().as_boolean(), Some(true));
        assert_eq!(object.get_index(scope, 0).unwrap().to_string(scope).unwrap(), "zero");
        assert!(object.get(scope, "absent").unwrap().is_undefined());
        assert_eq!(object.keys(scope).unwrap(), ["0", "x", "named"]);
        assert!(object.has(scope, "hidden").unwrap());
        object.define(scope, "toString", scope.number(1), Attributes::HiddenConstant).unwrap();
        object.set(scope, "toString", scope.number(2)).unwrap();
        assert_eq!(object.get(scope, "toString").unwrap().as_number(), Some(1.0));
        assert_eq!(object.keys(scope).unwrap(), ["0", "x", "named"]);
        object.define(scope, "toString", scope.number(3), Attributes::Plain).unwrap_err();
        assert!(object.delete(scope, "x").unwrap());
        assert!(!object.has(scope, "x").unwrap());
        let json = scope.parse_json(r#"{"a":[1,{"b":null}]}"#).unwrap();
        assert_eq!(json.to_json(scope).unwrap().unwrap(), r#"{"a":[1,{"b":null}]}"#);
        assert_eq!(scope.undefined().to_json(scope).unwrap(), None);
        let error = scope.parse_json("{").unwrap_err().describe(scope);
        assert_eq!(error.name, "SyntaxError");
    });
}

#[test]
fn symbol_keys() {
    context().enter(|scope| {
        let key = scope.evaluate("Symbol.iterator", "test.js", 1).unwrap();
        let object = scope.object();
        object.set_value(scope, key, scope.number(7)).unwrap();
        assert_eq!(object.get_value(scope, key).unwrap().as_number(), Some(7.0));
        assert!(scope.array(&[]).get_value(scope, key).unwrap().is_function());
    });
}

#[test]
fn functions_look_like_functions() {
    let context = context();
    context.enter(|scope| {
        let function = scope.function("add", |scope, call| {
            let sum = call.arg(0).to_number(scope)? + call.arg(1).to_number(scope)?;
            Ok(scope.number(sum))
        });
        scope.global().set(scope, "add", function).unwrap();
    });
    for (source, expected) in [
        ("add(1, 2)", "3"),
        ("typeof add", "function"),
        ("add.name", "add"),
        ("add instanceof Function", "true"),
        ("add.call(null, 3, 4)", "7"),
        ("add.apply(null, [3, 4])", "7"),
        ("add.bind(null, 3)(5)", "8"),
        ("[1, 2].map(x => add(x, 1)).join()", "2,3"),
        ("Object.prototype.toString.call(add)", "[object Function]"),
        ("try { new add() } catch (e) { e.name }", "TypeError"),
        ("try { add(Symbol()) } catch (e) { e.name }", "TypeError"),
    ] {
        assert_eq!(run(&context, source), expected, "{source}");
    }
}

#[test]
fn functions_see_this_and_arguments() {
    let context = context();
    context.enter(|scope| {
        let function = scope.function("f", |scope, call| {
            let x = call.this().as_object().map(|this| this.get(scope, "x")).transpose()?;
            let mut all = vec![x.map_or(Ok(String::new()), |x| x.to_string(scope))?];
            for argument in call.args() {
                all.push(argument.to_string(scope)?);
            }
            assert!(call.arg(call.args().len()).is_undefined());
            Ok(scope.string(&all.join("|")))
        });
        scope.global().set(scope, "f", function).unwrap();
    });
    assert_eq!(run(&context, "({ x: 'this', f }).f(1, 'b', null)"), "this|1|b|null");
    assert_eq!(run(&context, "({ x: 'this', f }).f()"), "this");
}

#[test]
fn calls_and_constructs() {
    context().enter(|scope| {
        let function = scope.evaluate("(function (...a) { return this.k + a.join('') })", "t.js", 1).unwrap();
        let this = scope.object();
        this.set(scope, "k", scope.string("k")).unwrap();
        let arguments: [Value<'_>; 9] = std::array::from_fn(|index| scope.number(index as f64));
        let answer = function.as_object().unwrap().call(scope, this, &arguments).unwrap();
        assert_eq!(answer.to_string(scope).unwrap(), "k012345678");
        let class = scope.evaluate("(class { constructor(a) { this.a = a } })", "t.js", 1).unwrap();
        let class = class.as_object().unwrap();
        let made = class.construct(scope, &[scope.number(4)]).unwrap();
        assert_eq!(made.get(scope, "a").unwrap().as_number(), Some(4.0));
        assert!(made.is_instance_of(scope, class).unwrap());
        let not = scope.object().call(scope, scope.undefined(), &[]).unwrap_err().describe(scope);
        assert_eq!(not.name, "TypeError");
        let not = scope.object().construct(scope, &[]).unwrap_err().describe(scope);
        assert_eq!(not.name, "TypeError");
        let answer = scope.array(&[scope.number(3)]).call_method(scope, "join", &[]).unwrap();
        assert_eq!(answer.to_string(scope).unwrap(), "3");
    });
}

#[test]
fn errors_of_rust_are_errors_of_the_program() {
    let context = context();
    context.enter(|scope| {
        let function = scope.function("fail", |scope, call| {
            let kind =
                [ErrorKind::Error, ErrorKind::TypeError, ErrorKind::RangeError, ErrorKind::SyntaxError]
                    [call.arg(0).to_number(scope)? as usize];
            Err(scope.error(kind, "no"))
        });
        scope.global().set(scope, "fail", function).unwrap();
    });
    for (index, name) in ["Error", "TypeError", "RangeError", "SyntaxError"].iter().enumerate() {
        let source = format!("try {{ fail({index}) }} catch (e) {{ `${{e instanceof {name}}} ${{e}}` }}");
        assert_eq!(run(&context, &source), format!("true {name}: no"));
    }
}

#[test]
fn a_panic_is_an_error() {
    let context = context();
    context.enter(|scope| {
        let function = scope.function("broken", |_, _| panic!("deliberate {}", 1));
        scope.global().set(scope, "broken", function).unwrap();
    });
    assert_eq!(
        run(&context, "try { broken() } catch (e) { String(e) }"),
        "Error: internal error: deliberate 1"
    );
    assert_eq!(context.vm().take_panic().as_deref(), Some("internal error: deliberate 1"));
    assert_eq!(context.vm().take_panic(), None);
    assert_eq!(run(&context, "1 + 1"), "2");
}

#[test]
fn natives_may_enter_again() {
    let context = context();
    let weak = context.downgrade();
    context.enter(|scope| {
        let function = scope.function("nest", move |scope, _| {
            let context = weak.upgrade().unwrap();
            let text = context.enter(|inner| {
                inner.evaluate("Promise.resolve().then(() => log += 'microtask ')", "t.js", 1).unwrap();
                inner.global().get(inner, "log").unwrap().to_string(inner).unwrap()
            });
            Ok(scope.string(&text))
        });
        scope.global().set(scope, "nest", function).unwrap();
    });
    assert_eq!(run(&context, "var log = ''; log += 'a '; const seen = nest(); seen + '/' + log"), "a /a ");
    assert_eq!(run(&context, "log"), "a microtask ");
}

#[test]
fn eval_is_off() {
    let context = context();
    context.disable_eval("no code from strings");
    for source in ["eval('1')", "new Function('return 1')", "(async () => {}).constructor('1')"] {
        let source = format!("try {{ {source}; 'ran' }} catch (e) {{ `${{e.name}}: ${{e.message}}` }}");
        assert_eq!(run(&context, &source), "EvalError: no code from strings");
    }
}

#[test]
fn options_are_on() {
    assert_eq!(run(&context(), "typeof Symbol.dispose + typeof DisposableStack"), "symbolfunction");
}

#[test]
fn contexts_are_separate_globals_of_one_vm() {
    let vm = Vm::new();
    let (a, b) = (vm.context(), vm.context());
    run(&a, "var x = 1");
    assert_eq!(run(&b, "typeof x"), "undefined");
    assert!(a.vm().is_same(&b.vm()));
}

#[test]
fn closures_may_hold_state() {
    let context = context();
    let count = Rc::new(Cell::new(0));
    let inner = Rc::clone(&count);
    context.enter(|scope| {
        let function = scope.function("hit", move |scope, _| {
            inner.set(inner.get() + 1);
            Ok(scope.number(inner.get()))
        });
        scope.global().set(scope, "hit", function).unwrap();
    });
    assert_eq!(run(&context, "for (let i = 0; i < 9; i++) hit(); hit()"), "10");
    assert_eq!(count.get(), 10);
}
