# What the project can do, one word each. `make demo` and `make test` first install what is missing (scripts/setup).

TARGET := $(or $(CARGO_TARGET_DIR),target)
HOLDFAST := $(TARGET)/release/holdfast

# Where rustup puts cargo, for shells that do not look there.
export PATH := $(PATH):$(HOME)/.cargo/bin

.PHONY: help demo build test test-long bench lint

help:
	@echo "make demo       build Holdfast and start the chat example on http://127.0.0.1:8787"
	@echo "make test       everything the project promises"
	@echo "make test-long  the same with crash rounds, fuzzing and stress"
	@echo "make bench      Holdfast beside workerd, Bun and ws"
	@echo "make lint       formatting and lints; warnings are errors"

build:
	@scripts/setup
	@cargo build --release --package holdfast

demo: build
	@echo
	@echo "Starting the chat example: open http://127.0.0.1:8787 in two tabs. Control-C stops it."
	@echo
	@exec $(HOLDFAST) dev --config examples/chat/wrangler.toml --ip 127.0.0.1 --port 8787

test:
	@scripts/setup --test
	@scripts/test

test-long:
	@scripts/setup --test-long
	@HOLDFAST_LONG=1 scripts/test --include-ignored

bench:
	@scripts/setup --test
	@cargo build --release --package holdfast
	@bench/run

lint:
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets -- --deny warnings
