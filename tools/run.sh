#!/usr/bin/env bash
# Tries Hørt: migrates, loads the invented municipality at first start, serves on 127.0.0.1.
set -euo pipefail
cd "$(dirname "$0")/.."
export PORT=${PORT:-5000}
# Else the C library keeps a piece of memory for each thread that ever asked for some.
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
export HOERT_NAME=${HOERT_NAME:-Nørreå Kommune}
export HOERT_BASE_URL=${HOERT_BASE_URL:-http://127.0.0.1:$PORT}
.venv/bin/flask --app app database upgrade
.venv/bin/flask --app app demo load --if-empty
cat <<TEXT

  Hørt runs on http://127.0.0.1:$PORT (stop it with Ctrl-C)

  Sign in with the password kun-til-demo as
    leder@demo.example          institution leader, area Syd
    leder2@demo.example         another institution in Syd
    leder3@demo.example         institution leader, area Nord
    medarbejder@demo.example    employee in the first leader's institution
    omraade@demo.example        area leader Syd
    omraade2@demo.example       area leader Nord
    admin@demo.example          administrator

  Municipality, houses, people and quotes are invented.

TEXT
exec .venv/bin/gunicorn --bind "127.0.0.1:$PORT" --config tools/gunicorn.conf.py 'app:create_app()'
