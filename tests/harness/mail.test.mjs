// Letters over real HTTP, on workerd with its D1: a provider answers, fails, hangs, and repeats what it was told. A letter that did not
// leave leaves with the scheduled job, once. (The harness puts Node's fetch in between: fetch.test.mjs does without.)
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { createTestHarness } from "wrangler";
import { Provider } from "./provider.mjs";

const root = new URL("../..", import.meta.url).pathname;
const token = "re_a-token-of-this-test";
const password = "a long and quiet sentence";

const provider = new Provider();
const vars = { PUBLIC_URL: "http://localhost:8787", SETUP_TOKEN: "a setup token of this test", SIGNING_KEY: "A".repeat(43) };
const server = createTestHarness();
let vera;
let people;
let count = 0;

const workers = (mail) => ({ root, workers: [{ configPath: "./wrangler.toml", vars: { ...vars, ...mail } }] });

async function ask(method, path, body) {
  const headers = { "content-type": "application/json", ...(vera && { authorization: `Bearer ${vera}` }) };
  const response = await server.fetch(path, { method, headers, body: body && JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

/** Invites somebody new, and waits until the worker has noted what came of the letter. */
async function invites() {
  count += 1;
  const email = `anna-${count}@ferri.example`;
  const { status, body } = await ask("POST", people, { email, access: { role: "standard" } });
  assert.equal(status, 201);
  return { email, delivery: await fate(email) };
}

const rows = async (email) => {
  const { DB } = await server.getWorker().getEnv();
  return (await DB.prepare("SELECT * FROM delivery WHERE to_email = ?").bind(email).all()).results;
};

/** What became of the letter, once an attempt is over. */
async function fate(email, attempts = 1) {
  for (let patience = 0; patience < 200; patience += 1) {
    const [row, ...more] = await rows(email);
    assert.deepEqual(more, [], "one letter");
    if (row.attempts >= attempts && row.claimed_until === null) return row;
    await new Promise((done) => setTimeout(done, 100));
  }
  return assert.fail(`nothing came of the letter to ${email}: ${JSON.stringify(await rows(email))}`);
}

/** Later: what waits is due, and the scheduled job runs. */
async function later() {
  const { DB } = await server.getWorker().getEnv();
  await DB.prepare("UPDATE delivery SET next_attempt_at = 0 WHERE status = 'queued'").run();
  await DB.prepare("DELETE FROM attempt").run();
  await server.getWorker().scheduled({ cron: "* * * * *" });
}

before(async () => {
  await provider.listens();
  await server.update(workers({ MAIL_PROVIDER: "resend", MAIL_URL: provider.url, MAIL_TOKEN: token, MAIL_FROM: "Nuvola <no-reply@nuvola.example>" }));
  await server.listen();
  await server.getWorker().applyD1Migrations("DB");
  const me = { email: "vera@nuvola.example", password };
  assert.equal((await ask("POST", "/v1/setup", { setup_token: vars.SETUP_TOKEN, host_name: "Nuvola", first_name: "Vera", last_name: "Monti", ...me })).status, 201);
  vera = (await ask("POST", "/v1/sessions", me)).body.session_token;
  people = `/v1/accounts/${(await ask("POST", "/v1/accounts", { name: "Ferri", managed: true })).body.id}/members`;
});
after(async () => {
  await server.close();
  await provider.ends();
});
beforeEach(() => {
  provider.received.length = 0;
});

test("a letter leaves once, with its link", async () => {
  provider.answers(200, { id: "4711" });
  const { email, delivery } = await invites();
  assert.deepEqual([delivery.status, delivery.provider_id, delivery.failure], ["sent", "4711", null]);
  await later();
  assert.equal(provider.received.length, 1, "nothing is sent twice");
  const [{ line, headers, body }] = provider.received;
  const letter = JSON.parse(body);
  assert.deepEqual([line, headers.authorization, headers["idempotency-key"]], ["POST /emails", `Bearer ${token}`, delivery.id]);
  assert.deepEqual([letter.to, letter.from], [[email], "Nuvola <no-reply@nuvola.example>"]);
  assert.match(letter.text, /http:\/\/localhost:8787\/invitation#[\w-]{20,}/);
  assert.match(letter.html, /^<!doctype html>/);
});

test("a provider that fails first gets the same letter with the scheduled job", async () => {
  provider.answers(500, { message: "not now" });
  const { email, delivery } = await invites();
  assert.deepEqual([delivery.status, delivery.failure], ["queued", "500 not now"]);
  provider.answers(200, { id: "4712" });
  await later();
  const sent = await fate(email, 2);
  assert.deepEqual([sent.status, sent.provider_id, sent.failure], ["sent", "4712", null]);
  assert.equal(provider.received.length, 2);
  const [first, second] = provider.received;
  assert.deepEqual([second.body, second.headers["idempotency-key"]], [first.body, first.headers["idempotency-key"]], "the very same letter");
});

test("a provider that hangs leaves the letter for later", async () => {
  provider.manner = () => {};
  const { email, delivery } = await invites();
  assert.deepEqual([delivery.status, delivery.failure], ["queued", "resend did not answer"]);
  provider.answers(202, { id: "4713" });
  await later();
  assert.equal((await fate(email, 2)).status, "sent");
});

test("a refusal is final and tells no secret", async () => {
  provider.manner = (request, response, body) => response.writeHead(422).end(JSON.stringify({ message: `no: ${request.headers.authorization} ${body}` }));
  const refused = (await invites()).delivery;
  assert.equal(refused.status, "failed");
  assert.match(refused.failure, /^422 no: Bearer …/);
  assert.ok(!refused.failure.includes(token) && !/#[\w-]{20,}/.test(refused.failure), refused.failure);
  await later();
  assert.equal(provider.received.length, 1);
});

test("a test letter answers with what the provider said", async () => {
  provider.answers(200, { id: "4714" });
  const { status, body } = await ask("POST", "/v1/host/test-mail");
  assert.deepEqual([status, body.delivery], [200, { status: "sent", failure: null, provider_id: "4714" }]);
  // A wrong key is nobody's letter's fault: the letter waits until it is right.
  provider.answers(401, { message: "API key is invalid" });
  assert.deepEqual((await ask("POST", "/v1/host/test-mail")).body.delivery, { status: "queued", failure: "401 API key is invalid", provider_id: null });
  assert.deepEqual(JSON.parse(provider.received[0].body).to, ["vera@nuvola.example"]);
});

test("a deployment whose mail is configured wrong serves, and says what is missing", async () => {
  await server.update(workers({ MAIL_PROVIDER: "resend", MAIL_FROM: "no-reply@nuvola.example" }));
  assert.equal((await ask("GET", "/health")).status, 200);
  assert.deepEqual((await ask("GET", "/v1/host")).body.mail, { provider: "resend", missing: ["MAIL_TOKEN"] });
  const refused = await ask("POST", "/v1/host/test-mail");
  assert.deepEqual([refused.status, refused.body.code], [409, "mail_not_configured"]);
  assert.equal(provider.received.length, 0);
});
