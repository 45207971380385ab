//! What crossing between Rust and JavaScript costs on this machine: `cargo run --release -p holdfast-engine --example costs`.

use holdfast_engine::{Name, Persistent, Vm};
use std::time::Instant;

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
    };
    let thread = std::thread::Builder::new().stack_size(holdfast_engine::THREAD_STACK_BYTES).spawn(run);
    thread.expect("a thread can be started").join().expect("measuring does not panic");
}

fn crossings() {
    let context = Vm::new().context();
    measure("enter", 1_000_000, |times| {
        for _ in 0..times {
            context.enter(|_| ());
        }
    });
    let kept = context.enter(|scope| {
        let native = scope.function("native", |scope, _| Ok(scope.undefined()));
        let two = scope.function("two", |_, call| Ok(call.arg(1)));
        scope.global().set(scope, "native", native).expect("a property can be set");
        scope.global().set(scope, "two", two).expect("a property can be set");
        let code = "({ add(a, b) { return a + b }, calls(n) { for (let i = 0; i < n; i++) native() },
            calls2(n) { for (let i = 0; i < n; i++) two(i, n) }, echo(s) { return s },
            parse(s) { return JSON.parse(s) }, x: 1 })";
        Persistent::new(scope, scope.evaluate(code, "costs.js", 1).expect("the script is valid"))
    });
    context.enter(|scope| {
        let object = kept.get(scope).as_object().expect("it is an object");
        let method =
            |name: &str| object.get(scope, name).ok().and_then(|value| value.as_object()).expect("a method");
        let (add, calls, calls2, echo, parse) =
            (method("add"), method("calls"), method("calls2"), method("echo"), method("parse"));
        let (a, b) = (scope.number(1), scope.number(2));
        measure("call JavaScript with two numbers", 2_000_000, |times| {
            for _ in 0..times {
                let _ = add.call(scope, object, &[a, b]);
            }
        });
        measure("call Rust without arguments", 2_000_000, |times| {
            let _ = calls.call(scope, object, &[scope.number(times)]);
        });
        measure("call Rust with two arguments", 2_000_000, |times| {
            let _ = calls2.call(scope, object, &[scope.number(times)]);
        });
        let name = Name::new("x");
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
                let _ = object.set_name(scope, &name, a);
            }
        });
        measure("is_string", 5_000_000, |times| {
            for _ in 0..times {
                std::hint::black_box(a.is_string());
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
                scope.promise().1.resolve(scope, a);
            }
        });
        for size in [16, 90, 1_024, 16_384] {
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
            measure(&format!("string of {size} in, call, out"), 200_000, |times| {
                for _ in 0..times {
                    out.clear();
                    let _ = echo
                        .call(scope, object, &[scope.string(&text)])
                        .and_then(|s| s.append_utf8(scope, &mut out));
                }
            });
            measure(&format!("bytes of {size} in"), 50_000, |times| {
                for _ in 0..times {
                    scope.uint8_array(vec![1; size]);
                }
            });
            let value = scope.uint8_array(vec![1; size]).value();
            measure(&format!("bytes of {size} out"), 200_000, |times| {
                for _ in 0..times {
                    out.clear();
                    value.append_bytes(scope, &mut out);
                }
            });
        }
        let json = format!("{{\"type\":\"message\",\"text\":\"{}\"}}", "y".repeat(60));
        measure("JSON of 92 bytes parsed by the program", 200_000, |times| {
            for _ in 0..times {
                let _ = parse.call(scope, object, &[scope.string(&json)]);
            }
        });
    });
}
