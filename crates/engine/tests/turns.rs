//! Microtasks, promises, rejections, the run loop.

#![allow(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use holdfast_engine::{Context, Resolver, Vm};
use std::cell::RefCell;
use std::rc::Rc;

type Log = Rc<RefCell<Vec<String>>>;

/// A context with a function `log(text)` that appends to the log.
fn logging() -> (Context, Log) {
    let context = Vm::new().context();
    let log = Log::default();
    let inner = Rc::clone(&log);
    context.enter(|scope| {
        let function = scope.function("log", move |scope, call| {
            inner.borrow_mut().push(call.arg(0).to_string(scope)?);
            Ok(scope.undefined())
        });
        scope.global().set(scope, "log", function).unwrap();
    });
    (context, log)
}

fn run(context: &Context, source: &str) {
    context.enter(|scope| {
        if let Err(thrown) = scope.evaluate(source, "test.js", 1) {
            panic!("{}", thrown.describe(scope));
        }
    });
}

fn entries(log: &Log) -> String {
    log.borrow_mut().drain(..).collect::<Vec<_>>().join(" ")
}

#[test]
fn microtasks_run_when_the_outermost_enter_ends() {
    let (context, log) = logging();
    context.enter(|scope| {
        scope.evaluate("Promise.resolve().then(() => log('micro'))", "t.js", 1).unwrap();
        let object = scope.evaluate("({ get x() { log('getter'); return 1 } })", "t.js", 1).unwrap();
        object.as_object().unwrap().get(scope, "x").unwrap();
        scope.global().to_string(scope).unwrap();
        context.enter(|inner| inner.evaluate("log('nested')", "t.js", 1).map(|_| ()).unwrap());
        log.borrow_mut().push("end".to_owned());
    });
    assert_eq!(entries(&log), "getter nested end micro");
}

#[test]
fn a_panic_in_an_enter_leaves_the_engine_usable() {
    let (context, log) = logging();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        context.enter(|scope| {
            scope.evaluate("Promise.resolve().then(() => log('micro'))", "t.js", 1).unwrap();
            panic!("deliberate");
        });
    }));
    assert!(caught.is_err());
    assert_eq!(entries(&log), "micro");
    run(&context, "log('again')");
    assert_eq!(entries(&log), "again");
}

#[test]
fn promises_settle_in_order() {
    let (context, log) = logging();
    let resolvers: Vec<Resolver> = context.enter(|scope| {
        let then =
            scope.evaluate("(p, n) => p.then(v => log(n + '=' + v), e => log(n + '!' + e))", "t.js", 1);
        let then = then.unwrap().as_object().unwrap();
        (0..3)
            .map(|index| {
                let (promise, resolver) = scope.promise();
                then.call(scope, scope.undefined(), &[promise.value(), scope.number(index)]).unwrap();
                resolver
            })
            .collect()
    });
    assert_eq!(entries(&log), "");
    context.enter(|scope| {
        resolvers[1].resolve(scope, scope.string("b"));
        resolvers[0].reject(scope, scope.string("a"));
        resolvers[0].resolve(scope, scope.string("too late"));
        log.borrow_mut().push("sync".to_owned());
    });
    assert_eq!(entries(&log), "sync 1=b 0!a");
    context.enter(|scope| {
        let failed = scope.evaluate("throw 'c'", "t.js", 1);
        resolvers[2].settle(scope, failed);
    });
    assert_eq!(entries(&log), "2!c");
}

#[test]
fn a_resolver_survives_collections_and_may_be_dropped_anywhere() {
    let (context, log) = logging();
    let resolver = context.enter(|scope| {
        let (promise, resolver) = scope.promise();
        scope.global().set(scope, "p", promise).unwrap();
        let (_, dropped_inside) = scope.promise();
        drop(dropped_inside);
        resolver
    });
    context.vm().collect();
    run(&context, "p.then(log)");
    context.enter(|scope| resolver.resolve(scope, scope.string("kept")));
    drop(resolver);
    assert_eq!(entries(&log), "kept");
}

#[test]
fn unhandled_rejections_are_reported_after_the_turn() {
    let (context, log) = logging();
    let inner = Rc::clone(&log);
    context.on_unhandled_rejection(move |scope, promise, reason| {
        assert!(promise.is_object());
        inner.borrow_mut().push(format!("unhandled:{}", reason.to_string(scope).unwrap()));
    });
    run(&context, "Promise.reject(1); Promise.reject(2).catch(() => log('caught')); log('sync')");
    assert_eq!(entries(&log), "sync caught unhandled:1");
    run(&context, "(async () => { await null; throw new TypeError('late') })()");
    assert_eq!(entries(&log), "unhandled:TypeError: late");
}

#[test]
fn a_hook_may_be_replaced_and_may_panic() {
    let (context, log) = logging();
    context.on_unhandled_rejection(|_, _, _| panic!("deliberate"));
    run(&context, "Promise.reject(1)");
    assert!(context.vm().take_panic().is_some());
    let inner = Rc::clone(&log);
    context.on_unhandled_rejection(move |_, _, _| inner.borrow_mut().push("second".to_owned()));
    run(&context, "Promise.reject(1)");
    assert_eq!(entries(&log), "second");
}

/// Pumps until `done`; the engine's own threads need some time. Bounded, and fails loudly.
fn pump_until(vm: &Vm, mut done: impl FnMut() -> bool) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(120);
    while !done() {
        assert!(std::time::Instant::now() < deadline, "nothing came from the run loop");
        vm.pump();
        std::thread::yield_now();
    }
}

#[test]
fn webassembly_compiles_asynchronously() {
    let (context, log) = logging();
    run(
        &context,
        "const module = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11]);
        WebAssembly.instantiate(module).then(r => log('answer ' + r.instance.exports.f()), e => log(String(e)))",
    );
    assert_eq!(entries(&log), "");
    pump_until(&context.vm(), || !log.borrow().is_empty());
    assert_eq!(entries(&log), "answer 42");
}

/// `poll` of the C library: the engine's own threads must be able to wake a thread that sleeps in one.
#[cfg(target_os = "linux")]
#[test]
fn a_sleeping_thread_is_woken() {
    #[repr(C)]
    struct Polled {
        descriptor: i32,
        events: i16,
        revents: i16,
    }
    unsafe extern "C" {
        fn poll(polled: *mut Polled, count: std::ffi::c_ulong, timeout_ms: i32) -> i32;
    }
    let (context, log) = logging();
    let vm = context.vm();
    while vm.pump() {}
    run(
        &context,
        "WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => log('compiled'))",
    );
    for _ in 0..100 {
        let wakeup = vm.wakeup();
        let timer_ms = wakeup.timer.map_or(10_000, |timer| timer.as_millis().min(10_000) as i32);
        let mut polled = Polled { descriptor: wakeup.descriptor.unwrap(), events: 1, revents: 0 };
        // SAFETY: one live structure, laid out as the C library expects it.
        let ready = unsafe { poll(&raw mut polled, 1, timer_ms) };
        assert!(ready == 1 || wakeup.timer.is_some(), "nothing woke the thread");
        vm.pump();
        if !log.borrow().is_empty() {
            return;
        }
    }
    panic!("a hundred wake-ups brought nothing");
}

#[test]
fn finalization_registries_are_called() {
    let (context, log) = logging();
    run(
        &context,
        "const registry = new FinalizationRegistry(held => log('gone ' + held));
        (() => { for (let i = 0; i < 100; i++) registry.register({ i }, i) })()",
    );
    let vm = context.vm();
    pump_until(&vm, || {
        vm.collect();
        !log.borrow().is_empty()
    });
    assert!(entries(&log).contains("gone "));
}
