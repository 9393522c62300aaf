// The description of the API is a static file. It is served as it is checked in, to everybody, without the worker.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

const root = new URL("../..", import.meta.url).pathname;
const server = createTestHarness({ root, workers: [{ configPath: "./wrangler.toml" }] });

before(() => server.listen());
after(() => server.close());

test("the document is served as it is checked in", async () => {
  const answer = await server.fetch("/openapi.json");
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /^application\/json/);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.equal(await answer.text(), await readFile(`${root}openapi.json`, "utf8"));
});
