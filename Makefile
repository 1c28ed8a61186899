# Doorstep. `make run` starts it, `make test` proves it; `make help` lists the rest.
# Works with GNU Make 3.81 (macOS). Needs Python >= 3.11 and Node >= 20.9; everything else is fetched into the tree.

SHELL := /bin/sh
PY := .venv/bin/python
UV := $(PY) scripts/run_uv.py
UV_READY := .venv/.uv-ready
PACKAGES := .venv/.packages-ready
ENGINE := backend/src/doorstep/kit/native/.tried
MODULES := frontend/node_modules/.modules-ready
PYTEST_ARGS ?=
PYTEST_WORKERS ?= 2

export NEXT_TELEMETRY_DISABLED := 1
unexport VIRTUAL_ENV

.DEFAULT_GOAL := help
.PHONY: help run test lint types backend-lint backend-types frontend-lint frontend-types frontend-test budget
.PHONY: model plant engine asvs sbom audit bench attack pytest e2e browsers screenshots site wheel docs api-types venv lock clean
.PHONY: mailservers proxies verifiers

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: site ## Start Doorstep on http://localhost:8000 (DOORSTEP_* settings are passed on)
	@exec .venv/bin/doorstep serve

test: ## Check and test everything; the last line is pytest's
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory frontend-test
	@$(MAKE) --no-print-directory site
	@$(MAKE) --no-print-directory budget
	@$(MAKE) --no-print-directory pytest

lint: backend-lint frontend-lint ## Style and import rules of both halves

types: backend-types frontend-types ## Types of both halves

backend-lint: $(PACKAGES)
	@echo "==> Backend: style and import rules"
	@cd backend && ../.venv/bin/ruff check . ../scripts ../bench && ../.venv/bin/ruff format --check . ../scripts ../bench && ../.venv/bin/lint-imports

backend-types: $(PACKAGES)
	@echo "==> Backend: types"
	@cd backend && ../.venv/bin/mypy

frontend-lint: $(MODULES)
	@echo "==> Frontend: style and import rules"
	@cd frontend && npm run --silent lint && npm run --silent deps

frontend-types: $(MODULES)
	@echo "==> Frontend: types"
	@cd frontend && npm run --silent types

frontend-test: $(MODULES)
	@echo "==> Frontend: tests"
	@cd frontend && npm run --silent test

site: $(PACKAGES) $(ENGINE) $(MODULES) ## Build the site (only when its sources changed)
	@$(PY) scripts/build_site.py

budget: site
	@echo "==> Frontend: bytes of the first visit"
	@cd frontend && npm run --silent budget

# What compares times has the machine to itself. PYTEST_WORKERS=0 runs the rest in one process.
pytest: site
	@echo "==> Backend, server and browser tests"
	@cd backend && ../.venv/bin/python -m pytest tests/timing $(PYTEST_ARGS)
	@browser=$$($(PY) scripts/find_chromium.py) && cd backend && \
		DOORSTEP_CHROMIUM="$$browser" ../.venv/bin/python -m pytest -n $(PYTEST_WORKERS) --ignore tests/timing $(PYTEST_ARGS)

e2e: site ## Only the browser tests
	@browser=$$($(PY) scripts/find_chromium.py) && cd backend && \
		DOORSTEP_CHROMIUM="$$browser" ../.venv/bin/python -m pytest tests/e2e $(PYTEST_ARGS)

browsers: site ## Walk through Firefox, WebKitGTK and Chromium (opt-in, minutes; ARGS=--publish writes docs/browsers.md)
	@$(PY) scripts/find_browsers.py
	@browser=$$($(PY) scripts/find_chromium.py) && cd backend && \
		DOORSTEP_CHROMIUM="$$browser" DOORSTEP_BROWSERS=1 DOORSTEP_BROWSERS_PAGE=$(if $(findstring publish,$(ARGS)),../docs/browsers.md) \
		../.venv/bin/python -m pytest tests/browsers $(PYTEST_ARGS)

screenshots: site ## Take the pictures of docs/screenshots anew
	@browser=$$($(PY) scripts/find_chromium.py) && cd backend && \
		DOORSTEP_CHROMIUM="$$browser" ../.venv/bin/python scripts/screenshots.py

bench: site ## Measure this machine (opt-in, minutes; ARGS="flood --only botnet", ARGS="builds --base ../before", ARGS=--publish)
	@$(PY) -m bench $(ARGS)

attack: site ## Attack a server of our own with schemathesis, sqlmap and hydra (opt-in, minutes)
	@$(PY) -m bench.attack

mailservers: $(PACKAGES) ## Send through Debian's Postfix and Exim (opt-in; as root, installs them)
	@exim=$$(scripts/mailservers) && cd backend && DOORSTEP_MAILSERVERS=1 DOORSTEP_MAILSERVERS_EXIM="$$exim" \
		../.venv/bin/python -m pytest tests/mailservers $(PYTEST_ARGS)

proxies: site ## Run docs/proxy and PgBouncer under load and rolling restarts (opt-in, minutes; installs them as root)
	@$(PY) -m bench.proxies $(ARGS)

model: $(PACKAGES) ## Play owner, intruder and thief in 10,000 random orders (opt-in, an hour)
	@cd backend && DOORSTEP_MODEL_EXAMPLES=$${EXAMPLES:-10000} ../.venv/bin/python -m pytest tests/takeover/test_machine.py $(PYTEST_ARGS)

wheel: site ## Build dist/*.whl, which serves without Node
	@rm -rf dist
	@cd backend && ../.venv/bin/python -m hatchling build -t wheel -d ../dist

docs: api-types ## Print docs/reference/ and the site's API types from the code
	@for page in settings.md:settings problems.md:problems cli.md:commands; do \
		.venv/bin/doorstep $${page#*:} > docs/reference/.new && mv docs/reference/.new docs/reference/$${page%:*} || exit 1; \
	done
	@cd backend && ../.venv/bin/python -m tests.takeover.page > ../docs/security/.new && mv ../docs/security/.new ../docs/security/takeover.md

api-types: $(PACKAGES) $(MODULES)
	@.venv/bin/doorstep openapi > docs/reference/.new && mv docs/reference/.new docs/reference/openapi.json
	@cd frontend && npm run --silent api -- ../docs/reference/openapi.json

venv: $(PACKAGES) $(ENGINE) ## Make the Python environment

engine: $(UV_READY) ## Compile the faster Argon2 for this machine, where the first time failed
	@$(PY) scripts/build_argon2.py

lock: $(UV_READY) ## Renew the lock files from what the projects ask for
	@cd backend && ../$(PY) ../scripts/run_uv.py pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --group dev pyproject.toml -o requirements.lock
	@echo "ziglang ; sys_platform == 'linux' and platform_machine == 'x86_64'" | $(UV) pip compile --quiet --universal \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate - -o scripts/compiler.lock
	@cd frontend && npm run --silent lock

clean: ## Remove what was built; data and environments stay
	@rm -rf dist build frontend/.next frontend/out backend/src/doorstep/web/site
	@find backend \( -name __pycache__ -o -name .pytest_cache -o -name .mypy_cache -o -name .ruff_cache \) \
		-prune -exec rm -rf {} +

$(UV_READY): scripts/uv.lock scripts/venv
	@scripts/venv
	@touch $@

# Hatchling, which builds our own package, is in the lock file, so nothing is fetched beside it. Modules are compiled
# here, once: where Python may not write (or PYTHONDONTWRITEBYTECODE is set) each command would start two seconds later.
$(PACKAGES): backend/requirements.lock backend/pyproject.toml scripts/run_uv.py $(UV_READY)
	@echo "==> Bringing the Python packages"
	@$(UV) pip sync --quiet --python $(PY) --require-hashes --compile-bytecode backend/requirements.lock
	@$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable backend
	@$(PY) -m compileall -q backend/src/doorstep
	@touch $@

# It may fail (no network, no such processor): the server then hashes without it, so it is tried once for each version.
$(ENGINE): scripts/build_argon2.py scripts/argon2_yield.c scripts/compiler.lock $(wildcard scripts/sources_only/*/*.py) backend/requirements.lock $(UV_READY)
	@$(PY) scripts/build_argon2.py
	@mkdir -p $(@D) && touch $@

$(MODULES): frontend/package-lock.json frontend/package.json scripts/node
	@scripts/node
	@echo "==> Bringing the site's packages"
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

plant: $(PACKAGES) $(MODULES) ## Plant each known fault in a copy and see its tests fail (opt-in, minutes)
	@cd backend && ../$(PY) scripts/plant_faults.py $(FAULTS)

verifiers: site ## Our access tokens in fourteen verifiers of others, which it brings (opt-in, minutes)
	@$(PY) scripts/verifiers.py $(PYTEST_ARGS)

asvs: site ## Write docs/reference/asvs.md from the tests that prove ASVS 5.0
	@browser=$$($(PY) scripts/find_chromium.py) && cd backend && \
		DOORSTEP_CHROMIUM="$$browser" ../.venv/bin/python scripts/asvs_report.py

sbom: $(PACKAGES) ## Write dist/sbom.json (CycloneDX) from the lock files
	@mkdir -p dist
	@$(PY) backend/scripts/sbom.py > dist/sbom.json

audit: $(PACKAGES) ## Ask OSV for known holes; fails on those open longer than docs/security/components.md allows
	@$(PY) backend/scripts/audit_components.py
