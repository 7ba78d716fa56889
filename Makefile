# Avant-bilan: `make run` and `make test` need Python 3.11 or later, and nothing else.
# The environment is made from the lock, checked by hash, and made again when the lock changed.

PYTHON ?= $(shell for each in python3.11 python3.12 python3.13 python3.14 python3; do \
	"$$each" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$each" && break; done)
VENV ?= .venv
PY := $(VENV)/bin/python
ARGS ?=

# Contents are compared, not dates: a fresh checkout moves every date. When all is there already
# nothing is asked of the network.
define install
@if ! { $(PY) -c pass && cmp -s $(1) $(VENV)/$(1); } 2>/dev/null; then set -e; \
	if ! $(PY) -m pip --version >/dev/null 2>&1; then \
		if [ -z "$(PYTHON)" ]; then \
			echo "Avant-bilan needs Python 3.11 or later with venv (Debian: apt install python3-venv)." >&2; \
			exit 1; \
		fi; \
		echo "Making $(VENV) with $(PYTHON)"; \
		"$(PYTHON)" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }; \
	fi; \
	echo "Installing $(1)"; \
	$(PY) -m pip install --quiet --disable-pip-version-check --no-input \
		--no-deps --require-hashes -r $(1); \
	cp $(1) $(VENV)/$(1); \
fi
endef

.PHONY: run test check whole faults bench papers accessible-papers fuzz graph browser environment environment-dev lock clean

run: environment  ## serve on this machine, with made-up patients
	@exec $(PY) -m app demo

test: environment-dev browser  ## everything a change must pass
	$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

check: environment-dev  ## style, types, content
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m bandit -q -c pyproject.toml -r flows restitution store bot api locales app
	$(PY) -m app check

whole: environment-dev browser  ## what `make test` takes a few of, all of it: every language, band, mode of the pages
	WHOLE=1 $(PY) -m pytest -n 2 --dist worksteal tests/test_languages_whole.py tests/test_languages_telegram.py \
		tests/test_ahead.py tests/test_keyboard.py tests/test_web_pages.py tests/test_telegram_restart.py $(ARGS)

faults: environment-dev  ## the fault suite in full: kills, cut connections, power cuts (an hour)
	$(PY) -m tests.faults sqlite --kills 60 --updates 60000
	$(PY) -m tests.faults postgresql --kills 50 --database-kills 20 --cuts 30 --updates 45000
	$(PY) -m tests.faults power --cuts 10000
	$(PY) -m tests.faults machine --steps 100000

bench: environment-dev  ## the figures, measured again
	@set -e; for each in bench/[a-z]*.py; do $(PY) -m "bench.$$(basename $$each .py)"; done

papers: environment-dev  ## two hundred people of each band, every document printed and read back
	PEOPLE=200 $(PY) -m pytest -q -n 2 tests/test_documents.py tests/test_plan_paper.py

accessible-papers: environment-dev  ## PDF/UA-1 of each kind of document, by a checker that is not ours
	@set -e; made=$$(mktemp -d); trap 'rm -rf "$$made"' EXIT; \
	$(PY) -m tests.papers "$$made/papers"; \
	$(PY) -m venv "$$made/checker"; \
	"$$made/checker/bin/pip" install --quiet --disable-pip-version-check page-validation==0.11.0; \
	"$$made/checker/bin/python" tests/accessible_papers.py "$$made/papers"

fuzz: environment-dev  ## made-up inputs by the million (INPUTS=…), every route of the API a thousand times
	$(PY) -m fuzz --inputs $(or $(INPUTS),10000000)
	ROUTE_CASES=1000 $(PY) -m pytest -q tests/test_openapi.py
	TRIES=1000000 CODES=10000 SHARDS=2 $(PY) -m pytest -q -n 2 --dist loadgroup tests/test_guessing.py
	CANARIES=100 $(PY) -m pytest -q -n 2 --dist loadgroup tests/test_canary.py

graph: environment  ## the four questionnaires drawn, in data/
	@mkdir -p data
	@set -e; for band in 18-25 45-50 60-65 70-75; do \
		$(PY) -m app graph $$band --out data/$$band.svg; echo data/$$band.svg; done

browser:
	@sh .ci/browser

environment:
	$(call install,requirements.lock)

environment-dev:
	$(call install,requirements-dev.lock)
	@cp requirements.lock $(VENV)/requirements.lock

# One's own indexes and folders must not leave a trace in the lock: hashes are those of the public
# files for every platform. Pins stay as they are; to move them: make lock UPGRADE=--upgrade
LOCK = --quiet --generate-hashes --strip-extras --allow-unsafe --annotation-style=line \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host $(UPGRADE)

lock:  ## write both locks again from pyproject.toml
	@set -e; made=$$(mktemp -d); trap 'rm -rf "$$made"' EXIT; \
	"$(PYTHON)" -m venv "$$made"; \
	export PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock"; \
	unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL PIP_INDEX_URL; \
	"$$made/bin/pip" install --quiet --disable-pip-version-check pip-tools==7.6.2; \
	"$$made/bin/pip-compile" $(LOCK) --output-file requirements.lock pyproject.toml; \
	"$$made/bin/pip-compile" $(LOCK) --extra dev --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml

clean:  ## remove what can be made again; data/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
