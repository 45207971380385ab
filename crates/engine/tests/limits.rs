//! Ending programs that do not return.

#![allow(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use holdfast_engine::{Context, Verdict, Vm, processor_time, set_deadline};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

const LIMIT: Duration = Duration::from_millis(30);

fn context() -> Context {
    Vm::new().context()
}

fn limit(context: &Context) {
    context.vm().set_time_limit(LIMIT, || Verdict::Stop);
}

/// Whether evaluation succeeds.
fn runs(context: &Context, source: &str) -> bool {
    context.enter(|scope| scope.evaluate(source, "t.js", 1).is_ok())
}

fn number(context: &Context, source: &str) -> f64 {
    context.enter(|scope| scope.evaluate(source, "t.js", 1).unwrap().as_number().unwrap())
}

#[test]
fn loops_end() {
    for source in [
        "for (;;);",
        "while (true) { [1].map(x => x) }",
        "try { for (;;); } catch { } finally { reached = 1 }",
        "for (;;) try { for (;;); } finally { continue }",
        "[2, 1].sort(() => { for (;;); })",
        "/(a+)+$/.test('a'.repeat(40) + 'b'); for (;;);",
    ] {
        let context = context();
        assert!(runs(&context, "var reached = 0"));
        limit(&context);
        assert!(!runs(&context, source), "{source}");
        assert!(context.vm().was_stopped());
        assert!(context.vm().take_stopped());
        assert!(!context.vm().was_stopped());
        assert_eq!(number(&context, "reached"), 0.0, "{source}");
        assert!(!context.vm().take_stopped());
    }
}

#[test]
fn microtasks_end() {
    let context = context();
    limit(&context);
    assert!(runs(&context, "var after = 0; Promise.resolve().then(() => { for (;;); }).then(() => after++)"));
    assert!(context.vm().take_stopped(), "the call succeeded; only the VM knows");
    assert_eq!(number(&context, "after"), 0.0);
    assert!(runs(&context, "(async () => { await null; try { for (;;); } finally { after++ } })()"));
    assert!(context.vm().take_stopped());
    assert_eq!(number(&context, "after"), 0.0);
    assert!(runs(&context, "Promise.resolve().then(() => after++)"));
    assert_eq!(number(&context, "after"), 1.0);
}

#[test]
fn the_limit_stays_for_later_entries() {
    let context = context();
    limit(&context);
    for _ in 0..3 {
        assert!(!runs(&context, "for (;;);"));
        assert!(context.vm().take_stopped());
    }
}

#[test]
fn extending_and_clearing() {
    let context = context();
    let asked = Rc::new(Cell::new(0));
    let inner = Rc::clone(&asked);
    context.vm().set_time_limit(Duration::from_millis(5), move || {
        inner.set(inner.get() + 1);
        if inner.get() < 4 { Verdict::Extend(Duration::from_millis(5)) } else { Verdict::Stop }
    });
    assert!(!runs(&context, "for (;;);"));
    assert_eq!(asked.get(), 4);
    assert!(context.vm().take_stopped());
    context.vm().clear_time_limit();
    assert!(runs(&context, "const end = Date.now() + 50; while (Date.now() < end);"));
    assert_eq!(asked.get(), 4);
}

#[test]
fn the_judge_may_set_another_limit() {
    let context = context();
    let vm = context.vm();
    let weak = context.downgrade();
    vm.set_time_limit(Duration::from_millis(5), move || {
        weak.upgrade().unwrap().vm().set_time_limit(Duration::from_millis(5), || Verdict::Stop);
        Verdict::Extend(Duration::from_secs(1_000))
    });
    assert!(!runs(&context, "for (;;);"));
    assert!(vm.take_stopped());
}

#[test]
fn a_judge_that_panics_stops() {
    let context = context();
    context.vm().set_time_limit(Duration::from_millis(5), || panic!("deliberate"));
    assert!(!runs(&context, "for (;;);"));
    assert!(context.vm().take_stopped());
}

/// A context with `nest(f)`, a native that calls f and passes on or swallows what it throws.
fn nesting(swallow: bool) -> Context {
    let context = context();
    context.enter(|scope| {
        let function = scope.function("nest", move |scope, call| {
            let outcome = call.arg(0).as_object().unwrap().call(scope, scope.undefined(), &[]);
            if swallow { Ok(scope.string("swallowed")) } else { outcome }
        });
        scope.global().set(scope, "nest", function).unwrap();
        scope.evaluate("var reached = 0", "t.js", 1).unwrap();
    });
    limit(&context);
    context
}

#[test]
fn natives_do_not_shield_a_program() {
    for swallow in [false, true] {
        for source in [
            "nest(() => { for (;;); }); for (;;) reached++",
            "try { nest(() => { for (;;); }) } catch { } for (;;) reached++",
            "try { nest(() => nest(() => { for (;;); })) } finally { for (;;) reached++ }",
        ] {
            let context = nesting(swallow);
            let asked = Rc::new(Cell::new(0));
            let inner = Rc::clone(&asked);
            context.vm().set_time_limit(LIMIT, move || {
                inner.set(inner.get() + 1);
                Verdict::Stop
            });
            assert!(!runs(&context, source), "{source}");
            assert!(context.vm().take_stopped());
            assert_eq!(asked.get(), 1, "one decision ends it all: {source}");
            // The limit is as it was.
            assert!(runs(&context, "1"));
            assert!(!runs(&context, "for (;;);"));
        }
    }
}

#[test]
fn natives_do_not_shield_a_microtask() {
    let context = nesting(true);
    assert!(runs(
        &context,
        "Promise.resolve().then(() => { nest(() => { for (;;); }); for (;;) reached++ })"
    ));
    assert!(context.vm().take_stopped());
    assert!(runs(&context, "1"));
    assert!(!context.vm().was_stopped());
}

#[test]
fn memory_can_stop_a_program() {
    let context = context();
    let vm = context.vm();
    let weak = context.downgrade();
    let collections = Rc::new(Cell::new(0));
    vm.on_collection(move || {
        collections.set(collections.get() + 1);
        if let (5.., Some(context)) = (collections.get(), weak.upgrade()) {
            context.vm().set_time_limit(Duration::ZERO, || Verdict::Stop);
        }
    });
    assert!(!runs(
        &context,
        "const all = []; for (;;) all.push(new Array(1000).fill({})), all.length > 500 && all.pop()"
    ));
    assert!(vm.take_stopped());
}

/// A limit that looks every few milliseconds and stops what runs after the deadline.
fn stop_at_deadline(context: &Context, after: Duration) {
    let end = processor_time() + after;
    set_deadline(Some(end));
    context.vm().set_time_limit(Duration::from_millis(5), move || {
        if processor_time() >= end { Verdict::Stop } else { Verdict::Extend(Duration::from_millis(5)) }
    });
}

#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_deadline_ends_endless_microtasks() {
    for source in [
        "(async () => { for (;;) { await null; steps++ } })()",
        "(async () => { for (;;) { for (let i = 0; i < 100000; i++); await null } })()",
        "(function again() { queue(again) })()",
        "const p = Promise.resolve(); (function again() { p.then(again) })()",
    ] {
        let context = context();
        assert!(runs(&context, "var steps = 0; var queue = f => Promise.resolve().then(f)"));
        stop_at_deadline(&context, Duration::from_millis(30));
        assert!(runs(&context, source), "{source}");
        assert!(context.vm().take_stopped(), "{source}");
        set_deadline(None);
        // Nothing of it goes on, and others run, however long collecting what it left takes.
        context.vm().set_time_limit(Duration::from_secs(60), || Verdict::Stop);
        assert!(runs(&context, "Promise.resolve().then(() => steps = -1)"));
        assert_eq!(number(&context, "steps"), -1.0);
        assert!(!context.vm().was_stopped());
    }
}

#[test]
fn a_deadline_that_has_passed_stops_the_next_entry_until_it_is_lifted() {
    let context = context();
    stop_at_deadline(&context, Duration::ZERO);
    assert!(!runs(&context, "for (;;);"));
    assert!(context.vm().take_stopped());
    set_deadline(None);
    limit(&context);
    assert_eq!(number(&context, "let n = 0; for (let i = 0; i < 1000; i++) n++; n"), 1000.0);
}

/// What runs away with memory is found by looks at the heap in the middle of it.
#[test]
fn the_heap_can_be_looked_at_when_the_time_is_up() {
    const BYTES_MAX: usize = 64 << 20;
    for source in [
        "const all = []; for (;;) all.push({ a: 1, b: [2] })",
        "const all = []; for (;;) all.push('x'.repeat(100000) + all.length)",
        "const all = []; for (;;) all.push(new ArrayBuffer(100000))",
        "const all = new Map(); for (let i = 0; ; i++) all.set(i, i)",
        "let s = ''; for (;;) s += 'xyz'",
        "new Array(1e9).fill(0)",
    ] {
        let context = context();
        let weak = context.downgrade();
        context.vm().set_time_limit(Duration::from_millis(20), move || {
            let vm = weak.upgrade().unwrap().vm();
            let is_over = vm.memory().heap_bytes > BYTES_MAX && {
                vm.collect();
                vm.memory().heap_bytes > BYTES_MAX
            };
            if is_over { Verdict::Stop } else { Verdict::Extend(Duration::from_millis(20)) }
        });
        assert!(!runs(&context, source), "{source}");
        assert!(context.vm().take_stopped(), "{source}");
        assert_eq!(context.vm().take_panic(), None);
        assert!(runs(&context, "1"));
    }
}

#[test]
fn hooks_must_not_enter() {
    let context = context();
    let vm = context.vm();
    let (for_judge, for_collection) = (context.downgrade(), context.downgrade());
    vm.set_time_limit(Duration::from_millis(5), move || {
        for_judge.upgrade().unwrap().enter(|_| Verdict::Extend(Duration::from_secs(1_000)))
    });
    assert!(!runs(&context, "for (;;);"), "a judge that fails stops");
    assert!(vm.take_panic().unwrap().contains("hook"));
    vm.clear_time_limit();
    let kept = context.enter(|scope| holdfast_engine::Persistent::new(scope, scope.object()));
    let kept = Cell::new(Some(kept));
    vm.on_collection(move || {
        drop(kept.take());
        for_collection.upgrade().unwrap().enter(|_| ());
    });
    assert!(runs(&context, "for (let i = 0; i < 500; i++) new Array(20000).fill({})"));
    vm.collect();
    assert!(vm.take_panic().unwrap().contains("hook"));
}
