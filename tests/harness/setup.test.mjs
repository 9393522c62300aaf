// Twenty people set a deployment up at the same time, on workerd with its D1, and one of them succeeds. This is repeated for twenty deployments.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

const root = new URL("../..", import.meta.url).pathname;
const vars = { PUBLIC_URL: "http://localhost:8787", SETUP_TOKEN: "a setup token of this test", SIGNING_KEY: "A".repeat(43) };
const server = createTestHarness({ root, workers: [{ configPath: "./wrangler.toml", vars }] });

before(async () => {
  await server.listen();
  await server.getWorker().applyD1Migrations("DB");
});
after(() => server.close());

const setUp = (number) =>
  server.fetch("/v1/setup", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      setup_token: vars.SETUP_TOKEN,
      host_name: `Host ${number}`,
      email: `vera-${number}@host.example`,
      first_name: "Vera",
      last_name: "Monti",
      password: `a long and quiet sentence ${number}`,
    }),
  });

/** Empties the deployment. */
async function empties(db) {
  const filled = ["audit_event", "attempt", "session", "member_word", "member", "user", "host_setting", "account"];
  await db.batch(filled.map((table) => db.prepare(`DELETE FROM ${table}`)));
}

test("of twenty who set up at once one wins, twenty times over", async () => {
  const { DB } = await server.getWorker().getEnv();
  for (let round = 1; round <= 20; round += 1) {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, number) => setUp(number)));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, ...Array(19).fill(409)], `round ${round}`);
    const { results } = await DB.prepare("SELECT (SELECT count(*) FROM account) AS accounts, (SELECT count(*) FROM user) AS users, (SELECT count(*) FROM member) AS members").all();
    assert.deepEqual(results, [{ accounts: 1, users: 1, members: 1 }], `round ${round}`);
    await empties(DB);
  }
});
