#!/usr/bin/env bash
# Production server, without demo data. Settings come from HOERT_* (docs/operations.md).
set -euo pipefail
cd "$(dirname "$0")/.."
export PORT=${PORT:-5000}
# Else the C library keeps a piece of memory for each thread that ever asked for some.
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
.venv/bin/flask --app app database upgrade
.venv/bin/flask --app app conversations index
exec .venv/bin/gunicorn --bind "${BIND:-127.0.0.1}:$PORT" --config tools/gunicorn.conf.py 'app:create_app()'
