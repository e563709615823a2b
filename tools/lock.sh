#!/usr/bin/env bash
# Pins what pyproject.toml asks for, with hashes and without saying where packages come from.
set -euo pipefail
cd "$(dirname "$0")/.."
pin() { .venv/bin/uv pip compile --quiet --universal --generate-hashes "--no-emit-index""-url" --no-header "$@"; }
pin pyproject.toml -o requirements.txt
pin pyproject.toml --extra pdf -o requirements-pdf.txt
pin pyproject.toml --extra pdf --group dev -o requirements-dev.txt
pin requirements-uv.in -o requirements-uv.txt
