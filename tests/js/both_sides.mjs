// Reads cases as a JSON array on standard input and answers what the phone's modules make of them; tests/unit/test_both_sides.py
// compares it with what the server makes of the same.
import { check, mask } from "../../static/js/guard/guard.js";
import { fingerprint } from "../../static/js/outbox/fingerprint.js";
import { suggest } from "../../static/js/themes/suggest.js";

let written = "";
for await (const chunk of process.stdin.setEncoding("utf-8")) written += chunk;
const { items, texts, talks, rules, codebook } = JSON.parse(written);
const made = {
  fingerprints: await Promise.all(items.map(fingerprint)),
  found: texts.map((text) => check(text, rules).map(({ start, end }) => [start, end])),
  masked: texts.map((text) => mask(text, rules)),
  suggested: talks.map((talk) => suggest(talk, codebook)),
};
process.stdout.write(JSON.stringify(made));
