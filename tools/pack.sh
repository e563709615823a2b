#!/usr/bin/env bash
# Packs what a phone on a slow network should not fetch piece by piece: the app's modules into one, and the style sheets into one.
# The results are committed, as the compiled translations are, so that nothing is built where Hørt runs. `--check`: are they fresh?
set -euo pipefail
cd "$(dirname "$0")/.."
esbuild=$PWD/node_modules/.bin/esbuild
of_the_phone=(tokens base layout forms cards)
sheets=("${of_the_phone[@]}" digest editor print)
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

# Three files: the phone's store, which opens itself (early.js); the form and what stands around it; and the rest, which the form does
# not wait for. What two of them share lies in the one that comes first; esbuild calls such a file a chunk, and leaves nothing in the others.
"$esbuild" early=static/js/phone/early.js phone=static/js/phone/app.js rest=static/js/phone/rest.js --bundle --splitting --format=esm --minify \
  --target=es2022 --charset=utf8 --legal-comments=none --log-level=warning --outdir="$fresh/made"
store=$(basename "$(grep -l createObjectStore "$fresh"/made/chunk-*.js)")
phone=$(basename "$(grep -L createObjectStore "$fresh"/made/chunk-*.js)")
[ "$(find "$fresh/made" -name 'chunk-*.js' | wc -l)" = 2 ] || { echo "the app falls into other files than store, phone and rest" >&2; exit 1; }
sed -i "s/$store/store.packed.js/g; s/$phone/phone.packed.js/g" "$fresh"/made/*.js
# The rest comes later than what it belongs to, perhaps after an update of the server: it goes by its own and the other's content, so
# that no other is ever taken for it.
rest=rest-$(cat "$fresh/made/rest.js" "$fresh/made/$phone" "$fresh/made/$store" | sha256sum | head -c 8).packed.js
mkdir "$fresh/js"
sed "s/rest\.packed\.js/$rest/" "$fresh/made/$phone" >"$fresh/js/phone.packed.js"
mv "$fresh/made/$store" "$fresh/js/store.packed.js"
mv "$fresh/made/rest.js" "$fresh/js/$rest"
mkdir "$fresh/css"
sheet() {
  printf '@import "./%s.css";\n' "$@" |
    (cd static/css && "$esbuild" --loader=css --bundle --minify --target=safari15.4,chrome99,firefox96 --charset=utf8 --external:'*.woff2' --log-level=warning)
}
sheet "${sheets[@]}" >"$fresh/css/packed.css"
sheet "${of_the_phone[@]}" >"$fresh/css/phone.packed.css" # neither the week nor paper is looked at in the app

packed=("$fresh"/js/*.packed.js "$fresh"/css/*packed.css)
if [ "${1:-}" = --check ]; then
  for file in "${packed[@]}"; do
    name=static/${file#"$fresh/"}
    cmp -s "$file" "$name" || { printf '%s is behind: make pack\n' "$name" >&2; exit 1; }
  done
  [ "$(find static -name '*packed.*' | wc -l)" = "${#packed[@]}" ] || { echo "a packed file is left over: make pack" >&2; exit 1; }
else
  rm -f static/js/*.packed.js
  for file in "${packed[@]}"; do cp "$file" "static/${file#"$fresh/"}"; done
fi
