//! What is thrown, told in plain data.

#![allow(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use holdfast_engine::{Context, ErrorReport, Vm};

fn context() -> Context {
    Vm::new().context()
}

fn thrown(context: &Context, source: &str, first_line: u32) -> ErrorReport {
    context.enter(|scope| {
        scope.evaluate(source, "dir/file.js", first_line).expect_err("the script throws").describe(scope)
    })
}

#[test]
fn errors_have_name_message_and_place() {
    let report = thrown(&context(), "function inner() {\n  throw new TypeError('bad')\n}\ninner()", 10);
    assert_eq!((report.name.as_str(), report.message.as_str()), ("TypeError", "bad"));
    assert_eq!(report.file.as_deref(), Some("dir/file.js"));
    assert_eq!(report.line, Some(11));
    assert!(report.column.is_some());
    let lines: Vec<&str> = report.stack.lines().collect();
    assert!(lines[0].starts_with("    at inner (dir/file.js:11:"), "{}", report.stack);
    assert!(lines[1].starts_with("    at dir/file.js:13:"), "{}", report.stack);
    assert!(report.to_string().starts_with("TypeError: bad\n    at inner ("));
}

#[test]
fn stacks_in_the_known_form_are_read_too() {
    let source = "const e = new Error('m'); e.stack = 'Error: m @ work\\n    at f (a.js:1:2)\\n    at b.js:3:4'; throw e";
    let report = thrown(&context(), source, 1);
    assert_eq!(report.stack, "    at f (a.js:1:2)\n    at b.js:3:4");
}

#[test]
fn syntax_errors_have_a_line() {
    let report = thrown(&context(), "let a\nlet = =", 5);
    assert_eq!(report.name, "SyntaxError");
    assert_eq!(report.line, Some(6));
    assert_eq!(report.file.as_deref(), Some("dir/file.js"));
}

#[test]
fn natives_show_in_stacks() {
    let context = context();
    context.enter(|scope| {
        let function = scope.function("native", |scope, call| {
            call.arg(0).as_object().unwrap().call(scope, scope.undefined(), &[])
        });
        scope.global().set(scope, "native", function).unwrap();
    });
    let report = thrown(&context, "function inner() { throw new Error('x') }\nnative(inner)", 1);
    assert!(report.stack.contains("at inner (dir/file.js:1:"), "{}", report.stack);
    assert!(report.stack.contains("at dir/file.js:2:"), "{}", report.stack);
}

#[test]
fn anything_can_be_thrown() {
    for (source, message) in [
        ("throw 'text'", "text"),
        ("throw ''", ""),
        ("throw 42", "42"),
        ("throw 10n", "10"),
        ("throw null", "null"),
        ("throw undefined", "undefined"),
        ("throw Symbol('s')", "a symbol"),
        ("throw { message: 'm' }", "m"),
        ("throw {}", "[object Object]"),
        ("throw [1, 2]", "1,2"),
        ("throw Object.create(null)", "an object that cannot be shown"),
        ("throw { get message() { throw 1 }, toString() { throw 2 } }", "an object that cannot be shown"),
        ("throw { message: { toString() { throw 1 } }, toString: () => 'shown' }", "shown"),
        (
            "throw new Proxy({}, { get() { throw 1 }, has() { throw 2 }, ownKeys() { throw 3 } })",
            "an object that cannot be shown",
        ),
        ("const r = Proxy.revocable({}, {}); r.revoke(); throw r.proxy", "an object that cannot be shown"),
        ("throw new Proxy(() => {}, { get: (t, k) => k })", "message"),
        ("const e = new Error('m'); Object.defineProperty(e, 'stack', { get() { throw 1 } }); throw e", "m"),
        (
            "const e = new Error('m'); e.stack = 5; e.line = 'x'; e.column = -1; e.sourceURL = {}; throw e",
            "m",
        ),
        ("const e = new Error('m'); e.stack = '@@@:::\\n:1\\n@'; throw e", "m"),
    ] {
        let report = thrown(&context(), source, 1);
        assert_eq!(report.message, message, "{source}");
        let _ = report.to_string();
    }
}

#[test]
fn describing_a_stack_overflow() {
    let report = thrown(&context(), "(function f() { f() })()", 1);
    assert_eq!(report.name, "RangeError");
    assert!(report.stack.lines().count() > 1);
}
