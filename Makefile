# Thin on purpose: what a target does stands in tools/.
PYTHON ?= python3
DEVELOPMENT = $(PYTHON) -m tools.environment requirements-dev.lock
.DEFAULT_GOAL := help
.PHONY: help run demo test test-faults check lock messages bench audit cluster-test python

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: python ## serve the sample survey at http://127.0.0.1:8000/ (PORT= for another port)
	@$(PYTHON) -m tools.run load_sample

demo: python ## the same with simulated readers and an account for each role
	@$(PYTHON) -m tools.run demo

test: python ## every test but those of faults, on SQLite and PostgreSQL, and in a browser (ARGS= for pytest)
	@$(DEVELOPMENT)
	@.venv/bin/python -m tools.run_tests $(ARGS)

test-faults: python ## kill, fill and slow down what the site runs on, on both databases (ARGS= for pytest)
	@$(DEVELOPMENT)
	@.venv/bin/python -m tools.run_tests --faults $(ARGS)

check: python ## format, lint, types, imports, migrations, deployment, translations
	@$(DEVELOPMENT)
	@.venv/bin/python -m tools.check

lock: export UV_CUSTOM_COMPILE_COMMAND = make lock
lock: COMPILE = .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links $(ARGS)
lock: python ## compile requirements*.txt to requirements*.lock (ARGS=--upgrade for newer ones)
	@$(DEVELOPMENT)
	@# The first takes shared packages as the second pins them, the second as the first locked them.
	@$(COMPILE) requirements.txt -c requirements-dev.txt -o requirements.lock
	@$(COMPILE) requirements-dev.txt -c requirements.lock -o requirements-dev.lock
	@$(COMPILE) bench/peers/requirements.txt -c requirements.lock -o bench/peers/requirements.lock

messages: LOCALE ?= fr
messages: python ## collect the texts to translate, and compile them (LOCALE=xx for a new language)
	@command -v msgfmt >/dev/null || { echo "gettext is missing (apt install gettext)" >&2; exit 1; }
	@$(DEVELOPMENT)
	@mkdir -p polls/locale
	@DEBUG=true .venv/bin/python manage.py makemessages --locale $(LOCALE) --add-location file \
		--no-obsolete --ignore tests --ignore tools --ignore bench --ignore var
	@DEBUG=true .venv/bin/python manage.py compilemessages --locale $(LOCALE) --ignore .venv

bench: python ## every benchmark, written to bench/RESULTS.md (QUICK=1 for three minutes)
	@$(DEVELOPMENT)
	@.venv/bin/python -m bench $(ARGS)

audit: python ## an HTML validator on every page, and Lighthouse (needs Node.js and Java)
	@$(DEVELOPMENT)
	@.venv/bin/python -m tools.audit

cluster-test: python ## several machines on loopback, while they die (ARGS= for one event; needs Debian's packages)
	@$(DEVELOPMENT)
	@DEBUG=true .venv/bin/python -m tests.cluster $(ARGS)

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
		"$(PYTHON) is missing or older than Python 3.11. Name one: make run PYTHON=python3.12" >&2; \
		exit 1; }
