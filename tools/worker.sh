#!/usr/bin/env bash
# Processes that do what comes by the clock and nothing else: WORKERS of them. When one ends by itself, all do, and whoever watches over them starts anew.
set -uo pipefail
cd "$(dirname "$0")/.."
pids=()
stop() { kill -TERM "${pids[@]}" 2>/dev/null; }
trap stop TERM INT
for _ in $(seq "${WORKERS:-1}"); do
  .venv/bin/flask --app app jobs work &
  pids+=($!)
done
wait -n
code=$?
stop
wait
exit $code
