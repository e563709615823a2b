#!/usr/bin/env bash
# Usage: tools/test.sh lint|check|all|soak. Every step runs even when an earlier one failed; the exit code says whether all were green.
set -uo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}
failed=()

step() {
  local name=$1 began=$SECONDS
  shift
  printf '\n── %s\n' "$name"
  if "$@"; then
    printf '   %s: ok (%ss)\n' "$name" $((SECONDS - began))
  else
    failed+=("$name")
    printf '   %s: FAILED (%ss)\n' "$name" $((SECONDS - began))
  fi
}

# Playwright's wheel carries a current Node; Debian's own may be too old for the language the modules are written in.
node_path() { .venv/bin/python -c 'import pathlib, playwright; print(pathlib.Path(playwright.__file__).parent / "driver" / "node")'; }

lint() {
  step "ruff check" .venv/bin/ruff check --quiet .
  step "ruff format" .venv/bin/ruff format --quiet --check .
  step "import contracts" .venv/bin/lint-imports --no-logo
  step "mypy" .venv/bin/mypy
  step "templates" .venv/bin/djlint templates --lint --quiet
  step "JavaScript types" node_modules/.bin/tsc --project tsconfig.json
  step "packed files" bash tools/pack.sh --check
  step "translations" .venv/bin/python tools/translations.py --check
}

# One run, so that the closing line counts everything; browser tests are kept together on one worker each.
every_test() {
  local -x FAILED_TESTS
  FAILED_TESTS=$(mktemp -t failed-tests.XXXXXX)
  printf "[]" >"$FAILED_TESTS"
  .venv/bin/pytest -q -rfEsx -n 2 --dist loadgroup --durations=200 --durations-min=0.7 -p tools.second_look tests
  local code=$?
  # 1: tests failed. Anything else is no matter of steadiness.
  if [ $code -eq 1 ]; then .venv/bin/python -m tools.second_look; code=$?; fi
  rm -f "$FAILED_TESTS"
  return $code
}

# The inner loop: what takes long stays out. Its databases lie in memory where there is room, since a commit to a disk takes ms.
quick_tests() {
  local -x PYTEST_DEBUG_TEMPROOT
  PYTEST_DEBUG_TEMPROOT=$(mktemp -d "$(in_memory || printf '%s' "${TMPDIR:-/tmp}")/hoert-check.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$PYTEST_DEBUG_TEMPROOT'" EXIT
  .venv/bin/pytest -q -n 2 -m "not slow" -o tmp_path_retention_policy=failed tests/unit tests/store tests/web tests/shape
}

# Each time from a seed of its own, which a failure prints.
phones_again() {
  local code=0 again
  for ((again = 0; again < ${HOERT_SOAK%.*}; again++)); do
    HOERT_SEED=$((HOERT_SEED + 1000 * again)) .venv/bin/pytest -q -rfEsx -n 2 --dist loadgroup \
      tests/browser/test_phone_{answers,killed,races,releases,storage}.py || code=1
  done
  return $code
}

in_memory() {
  [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 2000000 ] && printf /dev/shm
}

javascript() {
  if compgen -G 'tests/js/*.test.js' >/dev/null; then
    step "JavaScript tests" "$(node_path)" --test 'tests/js/*.test.js'
  fi
}

case $what in
  lint) lint ;;
  check)
    lint
    javascript
    step "unit, store, web and shape tests, without the slow ones" quick_tests
    ;;
  all)
    lint
    javascript
    step "all tests" every_test
    ;;
  soak)
    export HOERT_SOAK=${HOERT_SOAK:-10} HOERT_SEED=${HOERT_SEED:-$RANDOM}
    printf 'HOERT_SOAK=%s HOERT_SEED=%s\n' "$HOERT_SOAK" "$HOERT_SEED"
    step "fault tests, $HOERT_SOAK times as long" .venv/bin/pytest -q -rfEsx -n 2 --dist loadgroup tests/fault
    step "fault tests over PostgreSQL" env HOERT_FAULT_STORE=postgresql HOERT_SOAK=1 \
      .venv/bin/pytest -q -rfEsx -n 2 --dist loadgroup tests/fault
    step "the phone's own, $HOERT_SOAK times" phones_again
    ;;
  *) printf 'usage: tools/test.sh lint|check|all|soak\n' >&2; exit 2 ;;
esac

if [ ${#failed[@]} -gt 0 ]; then
  printf '\nRed: %s\n' "${failed[*]}"
  exit 1
fi
printf '\nAll green in %ss.\n' "$SECONDS"
