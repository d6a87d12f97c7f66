# The commands of the project; `make` alone lists them. Each step says in a line what it does.

# scripts/env is read by every command: it knows what scripts/setup.sh found or made on this machine.
SHELL := /bin/sh
.SHELLFLAGS := -euc
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
with := . scripts/env;

# The same packages in every native command, and the frontend always alone: what features a library is built with depends
# on the packages of the command, and other sets of them would build the libraries again.
native := --workspace --exclude frontend
browser := -p frontend --lib --target wasm32-unknown-unknown
out := $(or $(CARGO_TARGET_DIR),target)

.PHONY: help
help: ## List these commands
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | awk -F '\t' '{ printf "make %-8s %s\n", $$1, $$2 }'

.PHONY: run
run: build ## Start Majlis (sets the machine up and builds where needed)
	@echo "→ majlis serve"
	@$(with) exec $(out)/release/majlis serve $(ARGS)

.PHONY: demo
demo: build ## The same with simulated customers: no Meta account is needed
	@echo "→ majlis demo"
	@$(with) exec $(out)/release/majlis demo $(ARGS)

# What fails quickly comes first; the site comes before what embeds it.
.PHONY: check
check: setup-check format architecture clippy ## Before every commit: format, lints, architecture, tests on SQLite
	@echo "→ tests (SQLite)"
	@$(with) MAJLIS_TEST_DATABASES=sqlite cargo test $(native)

.PHONY: test
test: setup-test format architecture site clippy ## Everything: check, tests also on PostgreSQL, journeys in the browser
	@echo "→ tests (SQLite and PostgreSQL)"
	@$(with) MAJLIS_TEST_DATABASES=sqlite,postgres scripts/with-postgres.sh cargo test $(native)
	@echo "→ journeys in the browser"
	@$(with) cargo build $(native) --bin majlis
	@$(with) cd end2end; npm run --silent check; npm run --silent test -- $(ARGS)

.PHONY: build
build: setup site ## The site and the server, as for a release
	@echo "→ the server (release)"
	@$(with) cargo build --release $(native) --bin majlis

.PHONY: site
site: setup ## What the browser loads: wasm, styles, assets
	@echo "→ the browser's half"
	@$(with) cargo build $(browser) --profile wasm-release
	@echo "→ the site"
	@$(with) cargo build $(native) --bin bundle
	@$(with) $(out)/debug/bundle $(out)/wasm32-unknown-unknown/wasm-release/frontend.wasm target/site

.PHONY: bench
bench: build ## Measure; the results go to the terminal
	@echo "→ benchmarks"
	@$(with) scripts/bench.sh $(ARGS)

# Half of the kills fall on each database. A seed that was printed, as SEED=…, repeats its house.
KILLS := 100
.PHONY: faults
faults: setup-test ## Kill the server KILLS times while it works (KILLS=10000), and look for loss and doubles
	@echo "→ $(KILLS) kills on SQLite and PostgreSQL"
	@$(with) export MAJLIS_KILLS=$$(( ($(KILLS) + 1) / 2 )) MAJLIS_TEST_DATABASES=sqlite,postgres \
		$(if $(SEED),MAJLIS_TEST_SEED=$(SEED)); \
		scripts/with-postgres.sh cargo test $(native) --test api kills -- --nocapture

# A target takes so many seconds; the corpus goes through all of its changes.
SECONDS := 60
.PHONY: fuzz
fuzz: setup-test ## Feed parsers, names, files and stories to the program for SECONDS each
	@echo "→ $(SECONDS) s for each target"
	@$(with) export MAJLIS_FUZZ_SECONDS=$(SECONDS) MAJLIS_TEST_DATABASES=sqlite,postgres \
		$(if $(SEED),MAJLIS_TEST_SEED=$(SEED)); \
		scripts/with-postgres.sh cargo test $(native) --test store --test api -- fuzz:: corpus:: model:: --nocapture

.PHONY: fmt
fmt: ## Format the code
	@$(with) cargo fmt --all

.PHONY: setup
setup: ## Install or check what a build needs
	@scripts/setup.sh

.PHONY: clean
clean: ## Remove what was built (never data)
	@$(with) cargo clean
	@rm -rf end2end/node_modules end2end/test-results

# --- Steps of the above ---

.PHONY: setup-check
setup-check:
	@scripts/setup.sh check

.PHONY: setup-test
setup-test:
	@scripts/setup.sh test

.PHONY: format
format:
	@echo "→ format"
	@$(with) cargo fmt --all -- --check

.PHONY: architecture
architecture:
	@echo "→ architecture"
	@$(with) scripts/architecture.sh

.PHONY: clippy
clippy:
	@echo "→ lints"
	@$(with) cargo clippy $(native) --all-targets -- -D warnings
	@$(with) cargo clippy $(browser) -- -D warnings
