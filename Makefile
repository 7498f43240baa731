# The four commands. Each installs what it needs first, says what is missing, and shows how far it has come.

TOOLS := $(if $(GUESTFOLIO_TOOLS),$(GUESTFOLIO_TOOLS),$(HOME)/.cache/guestfolio-tools)
export GUESTFOLIO_TOOLS := $(TOOLS)
export CHROMIUM
export SOFFICE

SOURCES := Cargo.toml Cargo.lock .cargo/config.toml README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE \
	js/package.json js/package-lock.json js/tsconfig.json js/tsdown.config.ts js/scripts/build.mjs js/scripts/notices.mjs js/scripts/sizes.mjs js/wasm/Cargo.toml \
	$(shell find src js/src js/wasm/src -type f)
BUILT := js/dist/guestfolio.wasm

# A build that failed half-way must not look like one that is done.
.DELETE_ON_ERROR:
.PHONY: build demo test bench tools clean

build: $(BUILT)

tools:
	@sh js/scripts/setup.sh

$(BUILT): $(SOURCES)
	@sh js/scripts/setup.sh
	node js/scripts/build.mjs
	@touch $@

demo: $(BUILT)
	@sh examples/demo.sh

test: $(BUILT)
	@sh js/scripts/setup.sh test
	cargo fmt --all --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked -p guestfolio-wasm --target wasm32-unknown-unknown -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --quiet
	cargo test --locked
	cd js && npx --no-install biome ci && npx --no-install tsc --noEmit
	cd js && node --test --test-reporter=spec test/*.test.mjs

bench: $(BUILT)
	@node --max-old-space-size=12288 js/bench/bench.mjs

clean:
	rm -rf target js/dist js/pkg js/node_modules js/*.tgz
