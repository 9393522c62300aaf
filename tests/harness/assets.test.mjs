// The static files, which the worker does not serve: they have the same safety headers on every status, and no cache may keep a refusal.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

const root = new URL("../..", import.meta.url).pathname;
const vars = { PUBLIC_URL: "http://localhost:8787", SETUP_TOKEN: "a setup token of this test", SIGNING_KEY: "A".repeat(43) };
const server = createTestHarness({ root, workers: [{ configPath: "./wrangler.toml", vars }] });
const FILES = ["/app.js", "/app.css", "/pico.min.css", "/favicon.svg", "/openapi.json"];
/** The headers of the worker's own answers. A static file is no page, so its policy differs, and a cache may keep it. */
let worker;

before(async () => {
  const source = await readFile(`${root}src/http/headers.rs`, "utf8");
  const [, list] = source.match(/static HEADERS: [^=]*= \[([\s\S]*?)\n\];/);
  const lines = list.matchAll(/\((?:header::(\w+)|HeaderName::from_static\("([^"]+)"\)), HeaderValue::from_static\((?:"([^"]+)"|POLICY)\)\)/g);
  const headers = [...lines].map(([, known, other, value]) => [other ?? known.toLowerCase().replaceAll("_", "-"), value]);
  worker = headers.filter(([name]) => name !== "cache-control");
  assert.ok(worker.length >= 8, list);
  await server.listen();
});
after(() => server.close());

/** Checks the headers. A page of ours may be named to us (`PAGE_REFERRER`), a file may not. */
function isSafe(answer, label, referrer = "no-referrer") {
  for (const [name, header] of worker) {
    const value = name === "referrer-policy" ? referrer : header;
    if (value) assert.equal(answer.headers.get(name), value, `${name}: ${label}`);
    else assert.match(answer.headers.get(name), /^default-src 'none';.*frame-ancestors 'none'/, `${name}: ${label}`);
  }
}

test("a file is kept, asked for again by its tag, and safe", async () => {
  for (const file of FILES) {
    const answer = await server.fetch(file);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("cache-control"), "public, max-age=0, must-revalidate");
    isSafe(answer, file);
    const again = await server.fetch(file, { headers: { "if-none-match": answer.headers.get("etag") } });
    assert.equal(again.status, 304);
    isSafe(again, `${file} again`);
  }
});

test("a method that a file does not take is refused, and no cache may keep that", async () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    const answer = await server.fetch("/app.js", { method });
    assert.equal(answer.status, 405, method);
    assert.deepEqual([answer.headers.get("cache-control"), answer.headers.get("expires"), answer.headers.get("allow")], [null, null, "GET, HEAD"], method);
    isSafe(answer, method);
  }
});

test("what is no file is the worker's to answer", async () => {
  const answer = await server.fetch("/nothing.js");
  assert.deepEqual([answer.status, answer.headers.get("cache-control")], [404, "no-store"]);
  isSafe(answer, "/nothing.js", "same-origin");
});
