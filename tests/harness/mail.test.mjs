// E-mails over real HTTP, on workerd with its D1: a provider answers, fails, hangs, and repeats what it was sent. An e-mail that was not
// sent is sent once by the scheduled job. (The harness uses Node's fetch; fetch.test.mjs uses the runtime's.)
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

/** Invites a new person, and waits until the worker has stored the outcome of the e-mail. */
async function invites() {
  count += 1;
  const email = `anna-${count}@ferri.example`;
  const { status, body } = await ask("POST", people, { email, access: { role: "standard" } });
  assert.equal(status, 201);
  return { email, delivery: await outcome(email) };
}

const rows = async (email) => {
  const { DB } = await server.getWorker().getEnv();
  return (await DB.prepare("SELECT * FROM delivery WHERE to_email = ?").bind(email).all()).results;
};

/** Waits until so many attempts are over, and returns the row of the e-mail. */
async function outcome(email, attempts = 1) {
  for (let patience = 0; patience < 200; patience += 1) {
    const [row, ...more] = await rows(email);
    assert.deepEqual(more, [], "one e-mail");
    if (row.attempts >= attempts && row.claimed_until === null) return row;
    await new Promise((done) => setTimeout(done, 100));
  }
  return assert.fail(`no outcome of the e-mail to ${email}: ${JSON.stringify(await rows(email))}`);
}

/** Makes waiting e-mails due and runs the scheduled job. */
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

test("an e-mail is sent once, with its link", async () => {
  provider.answers(200, { id: "4711" });
  const { email, delivery } = await invites();
  assert.deepEqual([delivery.status, delivery.provider_id, delivery.failure], ["sent", "4711", null]);
  await later();
  assert.equal(provider.received.length, 1, "nothing is sent twice");
  const [{ line, headers, body }] = provider.received;
  const message = JSON.parse(body);
  assert.deepEqual([line, headers.authorization, headers["idempotency-key"]], ["POST /emails", `Bearer ${token}`, delivery.id]);
  assert.deepEqual([message.to, message.from], [[email], "Nuvola <no-reply@nuvola.example>"]);
  assert.match(message.text, /http:\/\/localhost:8787\/invitation#[\w-]{20,}/);
  assert.match(message.html, /^<!doctype html>/);
});

test("a provider that fails first gets the same e-mail from the scheduled job", async () => {
  provider.answers(500, { message: "not now" });
  const { email, delivery } = await invites();
  assert.deepEqual([delivery.status, delivery.failure], ["queued", "500 not now"]);
  provider.answers(200, { id: "4712" });
  await later();
  const sent = await outcome(email, 2);
  assert.deepEqual([sent.status, sent.provider_id, sent.failure], ["sent", "4712", null]);
  assert.equal(provider.received.length, 2);
  const [first, second] = provider.received;
  assert.deepEqual([second.body, second.headers["idempotency-key"]], [first.body, first.headers["idempotency-key"]], "the same e-mail");
});

test("a provider that hangs leaves the e-mail for later", async () => {
  provider.behavior = () => {};
  const { email, delivery } = await invites();
  assert.deepEqual([delivery.status, delivery.failure], ["queued", "resend did not answer"]);
  provider.answers(202, { id: "4713" });
  await later();
  assert.equal((await outcome(email, 2)).status, "sent");
});

test("a refusal is final and tells no secret", async () => {
  provider.behavior = (request, response, body) => response.writeHead(422).end(JSON.stringify({ message: `no: ${request.headers.authorization} ${body}` }));
  const refused = (await invites()).delivery;
  assert.equal(refused.status, "failed");
  assert.match(refused.failure, /^422 no: Bearer …/);
  assert.ok(!refused.failure.includes(token) && !/#[\w-]{20,}/.test(refused.failure), refused.failure);
  await later();
  assert.equal(provider.received.length, 1);
});

test("a test e-mail answers with what the provider said", async () => {
  provider.answers(200, { id: "4714" });
  const { status, body } = await ask("POST", "/v1/host/test-mail");
  assert.deepEqual([status, body.delivery], [200, { status: "sent", failure: null, provider_id: "4714" }]);
  // A wrong key is not the fault of the e-mail, which waits until the key is right.
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
