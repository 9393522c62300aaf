// Measures how long the answer to a forgotten password takes, on workerd with its D1 and a provider that accepts e-mails. The time must
// not reveal who has a user. It alternates known and unknown addresses, by the API and by the page, each from its own IP address.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";
import { Provider } from "../tests/harness/provider.mjs";

const root = new URL("..", import.meta.url).pathname;
const SAMPLES = 400;
/** Samples of each address: an address gets three e-mails in a quarter of an hour, so an attacker has as few samples of each. */
const OF_EACH = 2;

const provider = new Provider();
const server = createTestHarness();
let asked = 0;

before(async () => {
  await provider.listens();
  provider.answers(200, { id: "taken" });
  const mail = { MAIL_PROVIDER: "webhook", MAIL_URL: provider.url, MAIL_FROM: "portineria@example.com" };
  const vars = { PUBLIC_URL: "http://localhost:8787", SETUP_TOKEN: "a setup token of this test", SIGNING_KEY: "A".repeat(43), ...mail };
  await server.update({ root, workers: [{ configPath: "./wrangler.toml", vars }] });
  await server.listen();
  await server.getWorker().applyD1Migrations("DB");
  await server.fetch("/v1/setup", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ setup_token: vars.SETUP_TOKEN, host_name: "Nuvola", email: "vera@nuvola.example", first_name: "Vera", last_name: "Monti", password: "a long and quiet sentence" }),
  });
  const { DB } = await server.getWorker().getEnv();
  const insert = DB.prepare("INSERT INTO user (id, email, email_key, password_hash, first_name, last_name, language, created_at) VALUES (?1, ?2, ?2, 'none', 'Anna', 'Ferri', 'it', 1)");
  for (const channel of ["api", "page"])
    await DB.batch(Array.from({ length: SAMPLES / 2 / OF_EACH }, (_, number) => insert.bind(`${channel}-${number}`, `known-${channel}-${number}@example.com`)));
});
after(async () => {
  await server.close();
  await provider.ends();
});

const requests = {
  api: (email) => ["/v1/password-resets", { headers: { "content-type": "application/json" }, body: JSON.stringify({ email }) }, 202],
  page: (email) => ["/forgot-password", { headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" }, body: new URLSearchParams({ email }).toString() }, 200],
};

async function timeOf(channel, email) {
  const [path, { headers, body }, status] = requests[channel](email);
  asked += 1;
  const from = `10.${channel === "api" ? 1 : 2}.${Math.floor(asked / 250)}.${(asked % 250) + 1}`;
  const began = performance.now();
  const answer = await server.fetch(path, { method: "POST", headers: { ...headers, "cf-connecting-ip": from }, body });
  await answer.text();
  const took = performance.now() - began;
  assert.equal(answer.status, status);
  return took;
}

/** The probability that one of `ones` takes longer than one of `others`: a half when the time reveals nothing. */
function auc(ones, others) {
  let above = 0;
  for (const one of ones) for (const other of others) above += one > other ? 1 : one === other ? 0.5 : 0;
  return above / (ones.length * others.length);
}

for (const channel of ["api", "page"])
  test(`known and unknown addresses take the same time: ${channel}`, async (t) => {
    for (let warm = 0; warm < 20; warm += 1) await timeOf(channel, `warm-${channel}-${warm}@example.com`);
    const times = { known: [], unknown: [] };
    // The order is known, unknown, unknown, known, so that each kind comes equally often after the background work of either.
    for (let number = 0; number < SAMPLES / 2; number += 1) {
      const pair = number % 2 ? ["unknown", "known"] : ["known", "unknown"];
      for (const kind of pair) times[kind].push(await timeOf(channel, `${kind}-${channel}-${Math.floor(number / OF_EACH)}@example.com`));
    }
    const result = auc(times.known, times.unknown);
    t.diagnostic(`AUC ${result.toFixed(3)} of ${SAMPLES} samples`);
    assert.ok(Math.abs(result - 0.5) < 0.1, `AUC ${result}`);
  });

test("the e-mails are sent nevertheless", async () => {
  const { DB } = await server.getWorker().getEnv();
  const waiting = async () => (await DB.prepare("SELECT (SELECT count(*) FROM reset_request) + (SELECT count(*) FROM delivery WHERE status = 'queued') AS waiting").first()).waiting;
  for (let patience = 0; patience < 100 && (await waiting()) > 0; patience += 1) await server.getWorker().scheduled({ cron: "* * * * *" });
  // Of two links for one address that wait at the same time, only the later one is mailed.
  const { done } = await DB.prepare("SELECT count(*) AS done FROM delivery WHERE letter = 'password_reset' AND (status = 'sent' OR failure = 'superseded')").first();
  assert.equal(done, SAMPLES);
});
