// A proxy as docs/operations.md asks for one: TLS, HTTP/2, text compressed. `node front.mjs PORT CERTIFICATE KEY` prints its own
// port, and ends when its standard input does.
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createSecureServer } from "node:http2";
import { createGzip } from "node:zlib";

const [port, certificate, key] = process.argv.slice(2);
const TEXT = /^(text\/|application\/(json|manifest)|image\/svg)/;
const OF_THE_CONNECTION = new Set(["connection", "keep-alive", "transfer-encoding", "host"]);
const passed_on = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":") && !OF_THE_CONNECTION.has(name)));

const front = createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (asked, answer) => {
  const headers = { ...passed_on(asked.headers), host: `127.0.0.1:${port}` };
  const behind = request({ host: "127.0.0.1", port, method: asked.method, path: asked.url, headers, agent: false }, (found) => {
    const kept = passed_on(found.headers);
    const compress = found.statusCode === 200 && TEXT.test(kept["content-type"] ?? "") && !kept["content-encoding"];
    if (compress) delete kept["content-length"];
    answer.writeHead(found.statusCode, compress ? { ...kept, "content-encoding": "gzip", vary: "Accept-Encoding" } : kept);
    (compress ? found.pipe(createGzip({ level: 6 })) : found).pipe(answer);
  });
  behind.on("error", () => answer.stream?.close());
  asked.pipe(behind);
});
front.listen(0, "127.0.0.1", () => console.log(front.address().port));
process.stdin.on("end", () => process.exit()).resume();
