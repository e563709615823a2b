# Hørt. `make run` and `make test` do all the set-up themselves; the rest of this file is one line each.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-pdf setup-test run serve worker test check lint pack format bench soak

help:            ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup:           ## .venv from hashed requirements (needs Python 3.11 or newer with venv)
	@bash tools/setup.sh run

setup-pdf:       ## the same, with the week as a PDF
	@bash tools/setup.sh pdf

setup-test:      ## the same, with all that the tests need
	@bash tools/setup.sh test

run: setup       ## try Hørt with the invented municipality, on http://127.0.0.1, port 5000 or PORT
	@bash tools/run.sh

serve: setup     ## production server; settings from HOERT_* (docs/operations.md)
	@bash tools/serve.sh

worker: setup    ## processes that do what comes by the clock, WORKERS of them, where HOERT_JOBS is postgres or redis://…
	@bash tools/worker.sh

test: setup-test ## lint and every test
	@bash tools/test.sh all

check: setup-test ## lint, and the quick tests without a browser: the inner loop, under three minutes
	@bash tools/test.sh check

lint: setup-test ## every check that holds the house
	@bash tools/test.sh lint

pack: setup-test ## the app's modules into one, the style sheets into one; to be committed
	@bash tools/pack.sh

format: setup-test ## let ruff put the code in order
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

bench: setup-test ## the promised figures, each beside its limit, in one run
	@.venv/bin/python -m bench

soak: setup-test ## the fault tests ten times as long, from another seed each time
	@bash tools/test.sh soak
