//! What crossing between Rust and JavaScript costs on this machine: `cargo run --release -p holdfast-engine --example costs`.

use holdfast_engine::{Name, Object, Persistent, Scope, Value, Verdict, Vm, processor_time, set_deadline};
use std::time::{Duration, Instant};

#[allow(clippy::print_stdout, reason = "printing is what an example is for")]
fn measure(what: &str, times: u32, mut body: impl FnMut(u32)) {
    body(times / 10);
    let start = Instant::now();
    body(times);
    println!("{what:<44} {:>9.1} ns", start.elapsed().as_nanos() as f64 / f64::from(times));
}

fn main() {
    let run = || {
        measure("new VM and context, dropped", 50, |times| {
            for _ in 0..times {
                Vm::new().context();
            }
        });
        crossings();
        limits();
    };
    let thread = std::thread::Builder::new().stack_size(holdfast_engine::THREAD_STACK_BYTES).spawn(run);
    thread.expect("a thread can be started").join().expect("measuring does not panic");
}

/// What the measured calls lean on.
const PROGRAM: &str = "({ add(a, b) { return a + b }, calls(n) { for (let i = 0; i < n; i++) native() },
    calls2(n) { for (let i = 0; i < n; i++) two(i, n) }, echo(s) { return s }, parse(s) { return JSON.parse(s) }, x: 1 })";

fn crossings() {
    let context = Vm::new().context();
    measure("enter", 1_000_000, |times| {
        for _ in 0..times {
            context.enter(|_| ());
        }
    });
    context.enter(|scope| {
        let native = scope.function("native", |scope, _| Ok(scope.undefined()));
        let two = scope.function("two", |_, call| Ok(call.arg(1)));
        scope.global().set(scope, "native", native).expect("a property can be set");
        scope.global().set(scope, "two", two).expect("a property can be set");
        let program = scope.evaluate(PROGRAM, "costs.js", 1).expect("the script is valid");
        let program = program.as_object().expect("it is an object");
        calls(scope, program);
        objects(scope, program);
        for size in [16, 90, 1_024, 16_384] {
            strings(scope, program, size);
            bytes(scope, size);
        }
    });
}

/// Like [`measure`], for differences that a busy machine would hide: processor time, the best of several rounds.
#[allow(clippy::print_stdout, reason = "printing is what an example is for")]
fn best(what: &str, times: u32, mut body: impl FnMut(u32)) {
    const ROUNDS: u32 = 9;
    let round = |_| {
        let start = processor_time();
        body(times);
        processor_time().saturating_sub(start)
    };
    let least = (0..ROUNDS).map(round).min().unwrap_or_default();
    println!("{what:<44} {:>9.1} ns", least.as_nanos() as f64 / f64::from(times));
}

/// What it costs to watch over a program: for each await, and for each turn.
fn limits() {
    const SLICE: Duration = Duration::from_millis(50);
    const LIMIT: Duration = Duration::from_secs(3600);
    let context = Vm::new().context();
    let vm = context.vm();
    context.enter(|scope| {
        let program = "(async function (n) { for (let i = 0; i < n; i++) await null })";
        let program = scope.evaluate(program, "costs.js", 1).expect("the script is valid");
        scope.global().set(scope, "awaits", program).expect("a property can be set");
    });
    let awaits = |times: u32| {
        context.enter(|scope| {
            let program = scope.global().get(scope, "awaits").ok().and_then(Value::as_object);
            let _ = program.expect("it was set").call(scope, scope.undefined(), &[scope.number(times)]);
        });
    };
    best("await, without a limit", 500_000, awaits);
    vm.set_time_limit(LIMIT, || Verdict::Stop);
    best("await, with a limit for each microtask", 500_000, awaits);
    vm.set_time_limit(SLICE, || Verdict::Extend(SLICE));
    set_deadline(Some(processor_time() + LIMIT));
    best("await, with a deadline for all of them", 500_000, awaits);
    set_deadline(None);
    best("begin and end of a turn that is measured", 2_000_000, |times| {
        for _ in 0..times {
            set_deadline(Some(processor_time() + LIMIT));
            set_deadline(None);
            std::hint::black_box(processor_time());
        }
    });
}

fn method<'s>(scope: &Scope<'s>, program: Object<'s>, name: &str) -> Object<'s> {
    program.get(scope, name).ok().and_then(Value::as_object).expect("a method")
}

fn calls<'s>(scope: &Scope<'s>, program: Object<'s>) {
    let (a, b) = (scope.number(1), scope.number(2));
    let add = method(scope, program, "add");
    measure("call JavaScript with two numbers", 2_000_000, |times| {
        for _ in 0..times {
            let _ = add.call(scope, program, &[a, b]);
        }
    });
    for (what, name) in [("call Rust without arguments", "calls"), ("call Rust with two arguments", "calls2")]
    {
        let function = method(scope, program, name);
        measure(what, 2_000_000, |times| {
            let _ = function.call(scope, program, &[scope.number(times)]);
        });
    }
    let parse = method(scope, program, "parse");
    let json = format!("{{\"type\":\"message\",\"text\":\"{}\"}}", "y".repeat(60));
    measure("JSON of 92 bytes parsed by the program", 200_000, |times| {
        for _ in 0..times {
            let _ = parse.call(scope, program, &[scope.string(&json)]);
        }
    });
}

fn objects<'s>(scope: &Scope<'s>, object: Object<'s>) {
    let name = Name::new("x");
    let value = scope.number(1);
    measure("get by Name", 2_000_000, |times| {
        for _ in 0..times {
            let _ = object.get_name(scope, &name);
        }
    });
    measure("get by &str", 2_000_000, |times| {
        for _ in 0..times {
            let _ = object.get(scope, "x");
        }
    });
    measure("set by Name", 2_000_000, |times| {
        for _ in 0..times {
            let _ = object.set_name(scope, &name, value);
        }
    });
    measure("is_string", 5_000_000, |times| {
        for _ in 0..times {
            std::hint::black_box(value.is_string());
        }
    });
    measure("keep and release (Persistent)", 2_000_000, |times| {
        for _ in 0..times {
            Persistent::new(scope, object);
        }
    });
    measure("make a function", 200_000, |times| {
        for _ in 0..times {
            scope.function("f", |scope, _| Ok(scope.undefined()));
        }
    });
    measure("make a promise, resolve it", 200_000, |times| {
        for _ in 0..times {
            scope.promise().1.resolve(scope, value);
        }
    });
}

fn strings<'s>(scope: &Scope<'s>, program: Object<'s>, size: usize) {
    let text = "x".repeat(size);
    measure(&format!("string of {size} in"), 200_000, |times| {
        for _ in 0..times {
            scope.string(&text);
        }
    });
    let value = scope.string(&text);
    let mut out = Vec::new();
    measure(&format!("string of {size} out"), 200_000, |times| {
        for _ in 0..times {
            out.clear();
            let _ = value.append_utf8(scope, &mut out);
        }
    });
    let echo = method(scope, program, "echo");
    measure(&format!("string of {size} in, call, out"), 200_000, |times| {
        for _ in 0..times {
            out.clear();
            let _ = echo
                .call(scope, program, &[scope.string(&text)])
                .and_then(|s| s.append_utf8(scope, &mut out));
        }
    });
}

fn bytes(scope: &Scope<'_>, size: usize) {
    measure(&format!("bytes of {size} in"), 50_000, |times| {
        for _ in 0..times {
            scope.uint8_array(vec![1; size]);
        }
    });
    let value = scope.uint8_array(vec![1; size]).value();
    let mut out = Vec::new();
    measure(&format!("bytes of {size} out"), 200_000, |times| {
        for _ in 0..times {
            out.clear();
            value.append_bytes(scope, &mut out);
        }
    });
}
