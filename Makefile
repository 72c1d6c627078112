# Every target does its own set-up. Needs Python 3.11 or later, Rust and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
INPUT ?= examples/pages
RECIPE ?= zh-web
OUT ?= out/demo
PAGES := examples/pages
MARKET ?= out/market
CLIENT := target/hub-client/bin/python
WEB := python/lianjin/web/index.html
WEB_PACKAGES := web/node_modules/.package-lock.json
WEB_SOURCE := $(shell find web/src web/public web/index.html web/*.json web/*.ts -type f ! -name types.d.ts 2>/dev/null)
HAS_NODE := $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null && echo yes)
# Where there is no Node the rest is set up all the same, and the server says what its pages lack.
WEB_BUILT := $(if $(HAS_NODE),$(WEB))
RUST := $(shell find kernel kernel-python -name '*.rs' -o -name 'Cargo.toml' -o -path '*models*' -type f)

.PHONY: help setup web demo serve test attack bench docs migration lint wheel clean

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) $(WEB_BUILT)  ## virtual environment, Rust build, package, web app

web: $(STAMP) $(WEB)  ## the web app, into python/lianjin/web; needs Node 20.19 or later

$(BIN)/maturin:
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check 'maturin>=1.9,<2'

# What pip and cargo say is shown only if they fail: it would bury what the target itself says.
$(STAMP): $(BIN)/maturin pyproject.toml Cargo.toml Cargo.lock $(RUST)
	@echo "building lianjin: the first time takes minutes 正在编译，首次需要几分钟"
	@. $(BIN)/activate && maturin develop --release --quiet --extras server,postgresql,dev >$(VENV)/build.log 2>&1 \
		|| { cat $(VENV)/build.log; exit 1; }
	@touch $@

# Where the packages cannot be fetched the rest is set up all the same: a server runs without its pages.
$(WEB_PACKAGES): web/package-lock.json
	@echo "fetching what builds the web app 正在获取构建网页的工具"
	@cd web && { npm ci --silent >build.log 2>&1 && touch node_modules/.package-lock.json; } \
		|| { tail -n 3 build.log; echo "the web app is not built: npm ci failed, see web/build.log"; }

# Types come from the checked-in description of the server; nobody writes them by hand.
$(WEB): $(WEB_PACKAGES) $(WEB_SOURCE) docs/reference/openapi.json
	@[ ! -d web/node_modules/vite ] || { echo "building the web app 正在构建网页"; cd web \
		&& { npm run --silent types && npm run --silent check && npm run --silent build; } \
		>build.log 2>&1 && touch ../$@ || { cat build.log; exit 1; }; }

demo: setup $(if $(INPUT:$(PAGES)=),,$(CLIENT))  ## the closed loop on the bundled pages; or build INPUT=path with RECIPE=name into OUT
	@$(BIN)/lianjin build $(RECIPE) --input "$(INPUT)" --out "$(OUT)" --overwrite
ifeq ($(INPUT),$(PAGES))
	@$(BIN)/python examples/closed_loop.py $(MARKET) $(CLIENT)
	@echo "the same trade in the browser 在浏览器里看这笔交易: make serve  ($(MARKET)/people.json)"
endif

serve: setup  ## the server, with what the demo made, or with MARKET=folder
	@$(BIN)/lianjin serve --data "$(MARKET)"

# The buyer's own client, unmodified and apart from ours.
$(CLIENT):
	@echo "installing the buyer's client 正在安装买方的客户端"
	@$(PYTHON) -m venv target/hub-client
	@target/hub-client/bin/pip install --quiet --disable-pip-version-check 'datasets>=4,<6'

test: setup  ## unit, property, golden and journey tests; Rust tests first
	cargo test --quiet --release --package lianjin-kernel
	$(BIN)/pytest -q -m "not attack" $(TESTS)

attack: setup  ## long attacks: kills, full disks, garbage
	$(BIN)/pytest -q -m attack

bench: setup  ## measure; writes bench/RESULTS.md
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement bench/requirements.txt
	$(BIN)/python -m bench.run

docs: setup  ## docs/reference from the definitions
	$(BIN)/python docs/generate.py

migration: setup  ## a revision for what the tables have and the database would not; NAME=what_changes
	$(BIN)/python -m lianjin.migrations $(NAME)
	$(BIN)/ruff format --quiet python/lianjin/migrations

lint: setup  ## ruff, mypy, clippy, rustfmt; tsc and biome where the web app is built
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	@if [ -d web/node_modules ]; then cd web && npm run --silent lint && npm run --silent check; \
		else echo "the web app's sources are not checked: web/node_modules is not there, see make web"; fi

wheel: setup  ## one abi3 wheel in dist/
	$(BIN)/maturin build --release --strip --out dist

clean:  ## remove what was made
	rm -rf $(VENV) target dist web/node_modules python/lianjin/web
