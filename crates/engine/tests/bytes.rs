//! Bytes into programs and out of them.

#![allow(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use holdfast_engine::{Context, Vm};

fn context() -> Context {
    Vm::new().context()
}

#[test]
fn bytes_go_in_without_copying() {
    let context = context();
    context.enter(|scope| {
        let (array, words) = scope.shared_words(4);
        scope.global().set(scope, "words", array).unwrap();
        words.set(2, 7);
        scope.evaluate("words[0] = words[2] + 1; words[3] = -1", "t.js", 1).unwrap();
        assert_eq!((words.get(0), words.get(3)), (8, -1));
        let mut all = Vec::new();
        words.copy_to(4, &mut all);
        assert_eq!(all, [8, 0, 7, -1]);
    });
    context.enter(|scope| {
        scope.global().set(scope, "bytes", scope.uint8_array(vec![1, 2, 3])).unwrap();
        scope.global().set(scope, "buffer", scope.array_buffer(vec![4, 5])).unwrap();
        let seen = scope.evaluate(
            "[bytes instanceof Uint8Array, bytes.join(), buffer instanceof ArrayBuffer, new Uint8Array(buffer).join()].join(' ')",
            "t.js",
            1,
        );
        assert_eq!(seen.unwrap().to_string(scope).unwrap(), "true 1,2,3 true 4,5");
    });
}

#[test]
fn shared_words_outlive_either_side() {
    let context = context();
    let words = context.enter(|scope| scope.shared_words(1_000).1);
    context.vm().collect();
    words.set(999, 5);
    assert_eq!(words.get(999), 5);
    context.enter(|scope| {
        let (array, words) = scope.shared_words(1_000);
        scope.global().set(scope, "words", array).unwrap();
        drop(words);
        let sum = scope.evaluate("words.fill(2).reduce((a, b) => a + b)", "t.js", 1).unwrap();
        assert_eq!(sum.as_number(), Some(2_000.0));
    });
    drop(context);
    assert_eq!(words.get(999), 5);
}

#[test]
fn every_kind_of_view_comes_out() {
    let big = "new Uint8Array(200000).fill(9).subarray(1)";
    let cases: [(&str, Option<Vec<u8>>); 17] = [
        ("new ArrayBuffer(0)", Some(vec![])),
        ("new Uint8Array()", Some(vec![])),
        ("new Uint8Array([1, 2, 3]).buffer", Some(vec![1, 2, 3])),
        ("new Uint8Array([1, 2, 3])", Some(vec![1, 2, 3])),
        ("new Uint8Array([1, 2, 3, 4]).subarray(1, 3)", Some(vec![2, 3])),
        ("new Uint16Array([1, 256])", Some(vec![1, 0, 0, 1])),
        ("new Uint16Array([7, 1, 256, 7]).subarray(1, 3)", Some(vec![1, 0, 0, 1])),
        ("new Int8Array([-1])", Some(vec![255])),
        ("new Uint8ClampedArray([300])", Some(vec![255])),
        ("new Float32Array([1])", Some(vec![0, 0, 128, 63])),
        ("new BigInt64Array([1n])", Some(vec![1, 0, 0, 0, 0, 0, 0, 0])),
        ("new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2)", Some(vec![2, 3])),
        ("new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer).subarray(0, 2)", Some(vec![0, 0])),
        ("new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer, 5, 1).buffer", Some(vec![0; 65_536])),
        (big, Some(vec![9; 199_999])),
        ("[1, 2]", None),
        ("'text'", None),
    ];
    context().enter(|scope| {
        for (source, expected) in cases {
            let value = scope.evaluate(source, "t.js", 1).unwrap();
            assert_eq!(value.to_bytes(scope), expected, "{source}");
            assert_eq!(value.byte_length(scope), expected.as_ref().map(Vec::len), "{source}");
            let mut out = vec![0];
            assert_eq!(value.append_bytes(scope, &mut out), expected.as_ref().map(Vec::len));
            assert_eq!(out.len(), 1 + expected.map_or(0, |bytes| bytes.len()));
        }
        let source = "const d = new Uint8Array(8); d.buffer.transfer(); d";
        assert_eq!(scope.evaluate(source, "t.js", 1).unwrap().to_bytes(scope), Some(vec![]), "detached");
    });
}

#[test]
fn reading_bytes_leaves_the_buffer_transferable() {
    context().enter(|scope| {
        for size in [10, 100_000] {
            let value =
                scope.evaluate(&format!("var view = new Uint8Array({size}); view"), "t.js", 1).unwrap();
            assert_eq!(value.to_bytes(scope).map(|bytes| bytes.len()), Some(size));
            let after = scope.evaluate("view.buffer.transfer(); view.length", "t.js", 1).unwrap();
            assert_eq!(after.as_number(), Some(0.0), "the buffer of {size} bytes was transferred");
        }
    });
}

#[test]
fn lent_bytes_nest() {
    context().enter(|scope| {
        let (a, b) = (scope.uint8_array(vec![1; 10]), scope.uint8_array(vec![2; 10]));
        let sum = a.with_bytes(scope, |outer| {
            b.with_bytes(scope, |inner| {
                scope.evaluate("1", "t.js", 1).unwrap();
                outer.iter().sum::<u8>() + inner.iter().sum::<u8>()
            })
        });
        assert_eq!(sum, Some(Some(30)));
    });
}

#[test]
fn bytes_are_written() {
    context().enter(|scope| {
        let value =
            scope.evaluate("var target = new Uint16Array([1, 2, 3]); target.subarray(1)", "t.js", 1).unwrap();
        assert!(value.write_bytes(scope, 1, &[1, 5]));
        assert!(!value.write_bytes(scope, 3, &[1, 5]));
        assert!(value.write_bytes(scope, 4, &[]));
        assert!(!scope.object().write_bytes(scope, 0, &[]));
        let seen = scope.evaluate("target.join()", "t.js", 1).unwrap().to_string(scope).unwrap();
        assert_eq!(seen, "1,258,5");
    });
}

#[test]
fn a_program_cannot_interfere_with_copies() {
    context().enter(|scope| {
        scope
            .evaluate(
                "const proto = Object.getPrototypeOf(Uint8Array.prototype);
                proto.set = () => { throw 1 }; proto.constructor = null;
                Object.defineProperty(proto, 'length', { get() { throw 2 } });
                globalThis.Uint8Array = globalThis.ArrayBuffer = null;",
                "t.js",
                1,
            )
            .unwrap();
        let bytes = scope.uint8_array(vec![1, 2, 3]);
        assert_eq!(bytes.to_bytes(scope), Some(vec![1, 2, 3]));
        assert_eq!(scope.array_buffer(vec![4]).to_bytes(scope), Some(vec![4]));
    });
}

#[test]
fn bytes_are_freed() {
    let context = context();
    for _ in 0..200 {
        context.enter(|scope| {
            scope.array_buffer(vec![1; 4 << 20]);
            scope.uint8_array(vec![1; 4 << 20]).to_bytes(scope);
        });
    }
    context.vm().collect();
    assert!(context.vm().memory().extra_bytes < 100 << 20);
}
