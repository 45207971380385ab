//! The structured-clone reader, in the engine: whatever the bytes, it gives a value or throws its one error (or the engine's,
//! when they nest too deeply). What was read can be written; what was written is read again, and written again without a
//! change.
//!
//! An input is either bytes as they are or a recipe (`recipe.rs`): the reader is JavaScript, whose coverage the fuzzer does
//! not see, so it needs help to get past the first tag.
#![no_main]

mod recipe;

use holdfast_engine::{Context, Persistent, Vm};
use holdfast_workers::{Runtime, Setup, install};
use libfuzzer_sys::fuzz_target;

struct Machine {
    context: Context,
    check: Persistent,
    _runtime: Runtime,
}

thread_local! {
    static MACHINE: Machine = Machine::start();
}

impl Machine {
    fn start() -> Machine {
        let vm = Vm::new();
        let context = vm.context();
        let (runtime, check) = context.enter(|scope| {
            let runtime = match install(scope, Setup::default()) {
                Ok(runtime) => runtime,
                Err(error) => panic!("the runtime starts: {}", error.describe(scope)),
            };
            let check = match scope.evaluate(include_str!("check.js"), "check.js", 1) {
                Ok(check) => check.as_object().expect("check.js is a function"),
                Err(error) => panic!("check.js is a script: {}", error.describe(scope)),
            };
            let check = match check.call(scope, scope.undefined(), &[runtime.require_function(scope).value()])
            {
                Ok(check) => Persistent::new(scope, check),
                Err(error) => panic!("check.js starts: {}", error.describe(scope)),
            };
            (runtime, check)
        });
        Machine { context, check, _runtime: runtime }
    }

    fn check(&self, bytes: Vec<u8>) {
        self.context.enter(|scope| {
            let buffer = scope.array_buffer(bytes);
            let check = self.check.get(scope).as_object().expect("check is a function");
            if let Err(error) = check.call(scope, scope.undefined(), &[buffer.value()]) {
                panic!("{}", error.describe(scope));
            }
        });
    }
}

fuzz_target!(|data: &[u8]| {
    let [choice, rest @ ..] = data else { return };
    let mut bytes = vec![0xFF, [15, 15, 14, 13][usize::from(choice >> 1) % 4]];
    if choice & 1 == 0 {
        bytes.extend_from_slice(rest);
    } else {
        recipe::cook(rest, &mut bytes);
    }
    MACHINE.with(|machine| machine.check(bytes));
});
