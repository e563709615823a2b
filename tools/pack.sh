#!/usr/bin/env bash
# Packs what a phone on a slow network should not fetch piece by piece: the app's modules into one, and the style sheets into one.
# The results are committed, as the compiled translations are, so that nothing is built where Hørt runs. `--check`: are they fresh?
set -euo pipefail
cd "$(dirname "$0")/.."
esbuild=$PWD/node_modules/.bin/esbuild
of_the_phone=(tokens base layout forms cards)
sheets=("${of_the_phone[@]}" digest print)
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

# What both need, the phone's store, is a file of its own: the first opens it while the second is still on its way.
"$esbuild" phone=static/js/phone/app.js early=static/js/phone/early.js --bundle --splitting --format=esm --minify --target=es2022 \
  --charset=utf8 --legal-comments=none --log-level=warning --outdir="$fresh/js" --entry-names='[name].packed' --chunk-names=store.packed
mkdir "$fresh/css"
sheet() {
  printf '@import "./%s.css";\n' "$@" |
    (cd static/css && "$esbuild" --loader=css --bundle --minify --target=safari15.4,chrome99,firefox96 --charset=utf8 --external:'*.woff2' --log-level=warning)
}
sheet "${sheets[@]}" >"$fresh/css/packed.css"
sheet "${of_the_phone[@]}" >"$fresh/css/phone.packed.css" # neither the week nor paper is looked at in the app

for file in js/{phone,early,store}.packed.js css/packed.css css/phone.packed.css; do
  if [ "${1:-}" = --check ]; then
    cmp -s "$fresh/$file" "static/$file" || { printf 'static/%s is behind: make pack\n' "$file" >&2; exit 1; }
  else
    cp "$fresh/$file" "static/$file"
  fi
done
