#!/usr/bin/env bash
# Makes .venv from the hashed requirements and, for the tests, finds or installs Chromium, Node, PostgreSQL's binaries and Pango.
# Usage: tools/setup.sh run|pdf|test; `pdf` is `run` with what the week as a PDF needs, and once chosen it stays so.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-run}

say() { printf '%s\n' "$*" >&2; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return 0
    fi
  done
  say "Hørt needs Python 3.11 or newer; found: $(python3 --version 2>/dev/null || echo 'no python3 at all')."
  say "On Debian or Ubuntu: sudo apt-get install python3 python3-venv. Another Python: make run PYTHON=/path/to/python3.12"
  return 1
}

make_venv() {
  local python
  [ -x .venv/bin/python ] && return 0
  python=$(find_python) || exit 1
  if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    say "$("$python" --version) is here, but its venv module is not."
    say "On Debian or Ubuntu: sudo apt-get install python3-venv. Then run the same command again."
    exit 1
  fi
  rm -rf .venv
  "$python" -m venv .venv
}

# uv is several times faster than pip and checks the same hashes; where it cannot be installed, pip does the work.
install() {
  local file=$1 stamp=".venv/.installed" wanted
  wanted=$(cat requirements-uv.txt "$file" | cksum)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return 0
  # A test environment contains everything the others do.
  [ "$file" != requirements-dev.txt ] && [ -f "$stamp" ] \
    && [ "$(cat "$stamp")" = "$(cat requirements-uv.txt requirements-dev.txt | cksum)" ] && return 0
  say "Installing $file …"
  if [ ! -x .venv/bin/uv ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt \
      || say "uv could not be installed; going on with pip."
  fi
  if [ -x .venv/bin/uv ]; then
    cp .venv/bin/uv .venv/uv-keep
    VIRTUAL_ENV=$PWD/.venv .venv/uv-keep pip sync --quiet --require-hashes "$file"
    cp .venv/uv-keep .venv/bin/uv && rm -f .venv/uv-keep
  else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$file"
  fi
  printf '%s' "$wanted" >"$stamp"
}

# Hørt starts in less than half the time from compiled modules, and where PYTHONDONTWRITEBYTECODE is set (as in many containers) it never
# writes one by itself. What is compiled already is only looked at.
compile_modules() {
  local stamp=".venv/.compiled" wanted
  wanted=$(cat .venv/.installed)
  if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
    # Some packages carry files that are meant for another Python.
    .venv/bin/python -m compileall -q -j 0 "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" >/dev/null 2>&1 || true
    printf '%s' "$wanted" >"$stamp"
  fi
  .venv/bin/python -m compileall -q app.py domain blueprints migrations tools || say "Not compiled; each start takes longer."
}

chromium_path() {
  command -v chromium || command -v chromium-browser || command -v google-chrome || true
}
postgres_bin() {
  { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; } || true
}
has_pango() { .venv/bin/python -c 'import ctypes; ctypes.CDLL("libpangoft2-1.0.so.0")' 2>/dev/null; }
missing_packages() {
  has_pango || printf 'libpangoft2-1.0-0 '
  [ "$what" = pdf ] && return 0
  [ -n "$(chromium_path)" ] || printf 'chromium '
  command -v node >/dev/null 2>&1 || printf 'nodejs '
  command -v npm >/dev/null 2>&1 || printf 'npm '
  [ -n "$(postgres_bin)" ] || command -v initdb >/dev/null 2>&1 || printf 'postgresql '
}

install_system() {
  local missing
  missing=$(missing_packages)
  [ -z "$missing" ] && return 0
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    say "Installing $missing…"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
  fi
  missing=$(missing_packages)
  if [ -n "$missing" ]; then
    say "These are needed, and not here: $missing"
    say "On Debian or Ubuntu: sudo apt-get install $missing— then run the same command again."
    exit 1
  fi
}

# Not needed: where it cannot be had, the run says that races over Redis are left out.
install_redis() {
  command -v redis-server >/dev/null 2>&1 && return 0
  command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 0
  say "Installing redis-server …"
  DEBIAN_FRONTEND=noninteractive timeout 120 apt-get install -y -qq --no-install-recommends redis-server >/dev/null 2>&1 \
    || say "It could not be had; races over Redis are left out."
}

install_node() {
  local stamp=node_modules/.installed wanted
  wanted=$(cat package.json package-lock.json | cksum)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return 0
  say "Installing package-lock.json …"
  npm ci --silent --no-audit --no-fund
  printf '%s' "$wanted" >"$stamp"
}

make_venv
case $what in
  run) if [ -f .venv/.with-pdf ]; then install requirements-pdf.txt; else install requirements.txt; fi ;;
  pdf)
    install_system
    install requirements-pdf.txt
    touch .venv/.with-pdf
    ;;
  test)
    install_system
    install_redis
    install requirements-dev.txt
    install_node
    ;;
  *) say "usage: tools/setup.sh run|pdf|test"; exit 2 ;;
esac
compile_modules
