//! What lives how long: VMs, closures, persistents, bytes; with collections forced throughout.
//!
//! With `JSC_slowPathAllocsBetweenGCs=20` or `JSC_collectContinuously=true` in the environment the engine collects all the
//! time: the way to look for a value the collector cannot see.

#![allow(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use holdfast_engine::{Persistent, THREAD_STACK_BYTES, Vm};
use std::cell::Cell;
use std::rc::Rc;
use std::thread;

/// Runs `body` on a thread with the stack JavaScript needs.
fn on_thread(body: impl FnOnce() + Send + 'static) -> thread::JoinHandle<()> {
    thread::Builder::new().stack_size(THREAD_STACK_BYTES).spawn(body).unwrap()
}

/// Counts drops.
struct Counted(Rc<Cell<usize>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn many_vms_come_and_go() {
    for round in 0..60 {
        let vm = Vm::new();
        let context = vm.context();
        let keep = context.enter(|scope| {
            let value =
                scope.evaluate("({ list: Array.from({ length: 1000 }, (_, i) => ({ i })) })", "t.js", 1);
            let function = scope.function("f", move |scope, _| Ok(scope.number(round)));
            scope.global().set(scope, "f", function).unwrap();
            Persistent::new(scope, value.unwrap())
        });
        // Every order of dropping.
        match round % 3 {
            0 => drop((vm, context, keep)),
            1 => drop((keep, context, vm)),
            _ => drop((context, vm, keep)),
        }
    }
}

#[test]
fn vms_live_on_many_threads() {
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            on_thread(move || {
                for round in 0..10 {
                    let context = Vm::new().context();
                    let sum = context.enter(|scope| {
                        let source = format!("let s = 0; for (let i = 0; i < 20000; i++) s += [i].length; s + {thread} + {round}");
                        scope.evaluate(&source, "t.js", 1).unwrap().as_number()
                    });
                    assert_eq!(sum, Some(20_000.0 + f64::from(thread) + f64::from(round)));
                    context.vm().pump();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn two_vms_take_turns_on_one_thread() {
    let (a, b) = (Vm::new().context(), Vm::new().context());
    a.enter(|in_a| {
        let in_b = b.enter(|scope| scope.evaluate("1 + 1", "t.js", 1).unwrap().as_number());
        assert_eq!(in_b, Some(2.0));
        assert_eq!(in_a.evaluate("2 + 2", "t.js", 1).unwrap().as_number(), Some(4.0));
    });
    let value = a.enter(|scope| Persistent::new(scope, scope.object()));
    let crossed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        b.enter(|scope| value.get(scope).is_object());
    }));
    assert!(crossed.is_err(), "a value crossed from one VM to another");
}

#[test]
fn closures_are_dropped_after_their_function_and_not_before() {
    let drops = Rc::new(Cell::new(0));
    let context = Vm::new().context();
    let vm = context.vm();
    context.enter(|scope| {
        for _ in 0..1_000 {
            let counted = Counted(Rc::clone(&drops));
            scope.function("garbage", move |scope, _| {
                let _keep = &counted;
                Ok(scope.undefined())
            });
        }
        let counted = Counted(Rc::clone(&drops));
        let kept = scope.function("kept", move |scope, _| Ok(scope.number(counted.0.get() as f64)));
        scope.global().set(scope, "kept", kept).unwrap();
    });
    vm.collect();
    let dropped = drops.get();
    assert!(dropped > 900, "only {dropped} of 1000 closures were dropped");
    context.enter(|scope| {
        let seen = scope.evaluate("kept()", "t.js", 1).unwrap().as_number();
        assert_eq!(seen, Some(dropped as f64));
    });
    drop((context, vm));
    assert_eq!(drops.get(), 1_001, "the VM took its closures along");
}

#[test]
fn a_closure_dropped_by_the_collector_may_drop_anything() {
    let context = Vm::new().context();
    let drops = Rc::new(Cell::new(0));
    context.enter(|scope| {
        for _ in 0..500 {
            let (_, resolver) = scope.promise();
            let kept = Persistent::new(scope, scope.array(&[]));
            let counted = Counted(Rc::clone(&drops));
            scope.function("f", move |scope, _| {
                let _keep = (&resolver, &counted);
                Ok(kept.get(scope))
            });
        }
        // Collections in the middle of a turn.
        scope.evaluate("for (let i = 0; i < 300; i++) new Array(20000).fill({})", "t.js", 1).unwrap();
        scope.vm().collect();
    });
    context.vm().collect();
    assert!(drops.get() > 400);
    let before = context.vm().memory();
    context.enter(|_| ());
    context.vm().collect();
    assert!(context.vm().memory().protected <= before.protected);
}

#[test]
fn persistents_keep_and_release() {
    let context = Vm::new().context();
    let vm = context.vm();
    let kept: Vec<Persistent> = context.enter(|scope| {
        (0..1_000)
            .map(|index| {
                let object = scope.object();
                object.set(scope, "index", scope.number(index)).unwrap();
                Persistent::new(scope, object)
            })
            .collect()
    });
    vm.collect();
    let held = vm.memory().protected;
    assert!(held >= 1_000);
    context.enter(|scope| {
        for (index, persistent) in kept.iter().enumerate() {
            let object = persistent.get(scope).as_object().unwrap();
            assert_eq!(object.get(scope, "index").unwrap().as_number(), Some(index as f64));
        }
    });
    // Dropped outside of the lock, they are released at the next enter, inside at once.
    let (outside, inside): (Vec<_>, Vec<_>) =
        kept.into_iter().enumerate().partition(|(index, _)| index % 2 == 0);
    drop(outside);
    context.enter(|_| drop(inside));
    vm.collect();
    assert!(vm.memory().protected <= held - 1_000);
}

#[test]
fn persistents_outlive_contexts_and_vms() {
    let vm = Vm::new();
    let (first, second) = (vm.context(), vm.context());
    let a = first.enter(|scope| Persistent::new(scope, scope.string("from the first")));
    let b = first.enter(|scope| Persistent::new(scope, scope.object()));
    drop(first);
    vm.collect();
    second.enter(|scope| assert_eq!(a.get(scope).to_string(scope).unwrap(), "from the first"));
    drop(a);
    drop(second);
    drop(vm);
    drop(b);
}

#[test]
fn values_on_the_stack_survive_collections() {
    let context = Vm::new().context();
    context.enter(|scope| {
        let objects: [_; 64] = std::array::from_fn(|index| {
            let object = scope.object();
            object.set(scope, "index", scope.number(index as f64)).unwrap();
            object
        });
        scope.vm().collect();
        scope.evaluate("for (let i = 0; i < 300; i++) new Array(20000).fill({})", "t.js", 1).unwrap();
        scope.vm().collect();
        for (index, object) in objects.iter().enumerate() {
            assert_eq!(object.get(scope, "index").unwrap().as_number(), Some(index as f64));
        }
    });
}

#[test]
fn a_context_dropped_by_its_own_program() {
    let vm = Vm::new();
    let context = Rc::new(Cell::new(Some(vm.context())));
    let other = vm.context();
    let inner = Rc::clone(&context);
    other.enter(|scope| {
        let function = scope.function("end", move |scope, _| {
            drop(inner.take());
            scope.vm().collect();
            Ok(scope.undefined())
        });
        scope.global().set(scope, "end", function).unwrap();
        scope.evaluate("end(); end()", "t.js", 1).unwrap();
    });
    assert!(context.take().is_none());
}

#[test]
fn a_function_outlives_its_context_harmlessly() {
    let vm = Vm::new();
    let (first, second) = (vm.context(), vm.context());
    let function = first.enter(|scope| Persistent::new(scope, scope.function("f", |s, _| Ok(s.number(1)))));
    drop(first);
    second.enter(|scope| {
        let outcome = function.get(scope).as_object().unwrap().call(scope, scope.undefined(), &[]);
        let report = outcome.unwrap_err().describe(scope);
        assert_eq!(report.name, "Error");
    });
}

#[test]
fn collections_are_announced() {
    let context = Vm::new().context();
    let vm = context.vm();
    let count = Rc::new(Cell::new(0));
    let inner = Rc::clone(&count);
    vm.on_collection(move || inner.set(inner.get() + 1));
    vm.collect();
    vm.pump();
    let after_one = count.get();
    assert!(after_one >= 1);
    context.enter(|scope| {
        scope.evaluate("for (let i = 0; i < 2000; i++) new Array(20000).fill({})", "t.js", 1).unwrap();
    });
    assert!(count.get() > after_one, "a collection in the middle of a program is announced");
}

#[test]
fn contexts_are_collected_with_their_hooks() {
    let vm = Vm::new();
    let _other = vm.context();
    for _ in 0..20 {
        let context = vm.context();
        context.on_unhandled_rejection(|_, _, _| ());
        context.enter(|scope| scope.evaluate("Promise.reject(1)", "t.js", 1).map(|_| ()).unwrap());
    }
    vm.collect();
    let left = vm.memory().globals;
    assert!(left < 5, "{left} globals are left of 21");
}

#[test]
fn memory_is_measured() {
    let context = Vm::new().context();
    let vm = context.vm();
    vm.collect();
    let before = vm.memory();
    context.enter(|scope| {
        scope
            .evaluate(
                "var keep = Array.from({ length: 20000 }, (_, i) => ({ i, s: 'x'.repeat(50) + i }))",
                "t.js",
                1,
            )
            .map(|_| ())
            .unwrap();
    });
    vm.collect();
    let after = vm.memory();
    assert!(
        before.heap_bytes > 0 && after.heap_bytes > before.heap_bytes + 1_000_000,
        "{before:?} {after:?}"
    );
    assert!(after.objects > before.objects + 20_000, "{before:?} {after:?}");
    assert!(after.capacity_bytes >= after.heap_bytes - after.extra_bytes);
    drop(context);
    assert_eq!(vm.memory(), holdfast_engine::Memory::default(), "no context, nothing to measure");
}

#[test]
fn deep_recursion_is_a_range_error() {
    on_thread(|| {
        let context = Vm::new().context();
        context.enter(|scope| {
            let function = scope.function("deep", |scope, call| {
                let buffer = [1_u8; 4096];
                let next = call.arg(0).as_object().unwrap();
                next.call(scope, scope.undefined(), &[scope.number(std::hint::black_box(buffer)[0])])
            });
            scope.global().set(scope, "deep", function).unwrap();
            let source = "function f() { return deep(f) } try { f() } catch (e) { e.name }";
            let name = scope.evaluate(source, "t.js", 1).unwrap();
            assert_eq!(name.to_string(scope).unwrap(), "RangeError");
        });
    })
    .join()
    .unwrap();
}
