// E-mails that are sent without HTTP, on workerd: by a service binding to another worker, and by the send_email binding (which locally accepts
// every e-mail).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

const root = new URL("../..", import.meta.url).pathname;
const vars = { PUBLIC_URL: "http://localhost:8787", SETUP_TOKEN: "a setup token of this test", SIGNING_KEY: "A".repeat(43), MAIL_FROM: "Nuvola <no-reply@nuvola.example>" };
const portineria = (provider) => ({ configPath: "./tests/harness/bindings.toml", vars: { ...vars, MAIL_PROVIDER: provider } });
const mail = { config: { name: "mail", main: "tests/harness/mail-worker.mjs", compatibility_date: "2026-11-01" } };
const server = createTestHarness();
let session;

async function ask(path, body) {
  const headers = { "content-type": "application/json", ...(session && { authorization: `Bearer ${session}` }) };
  const response = await server.getWorker("portineria").fetch(`http://localhost${path}`, { method: "POST", headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  assert.ok(response.ok, `${path} ${JSON.stringify(answer)}`);
  return answer;
}

before(async () => {
  await server.update({ root, workers: [portineria("service"), mail] });
  await server.listen();
  await server.getWorker("portineria").applyD1Migrations("DB");
  const me = { email: "vera@nuvola.example", password: "a long and quiet sentence" };
  await ask("/v1/setup", { setup_token: vars.SETUP_TOKEN, host_name: "Nuvola", first_name: "Vera", last_name: "Monti", ...me });
  session = (await ask("/v1/sessions", me)).session_token;
});
after(() => server.close());

test("another worker accepts the e-mail", async () => {
  const { id, delivery } = await ask("/v1/host/test-mail");
  const expected = `POST https://mail/send ${id} vera@nuvola.example Nuvola <no-reply@nuvola.example>`;
  assert.deepEqual(delivery, { status: "sent", failure: null, provider_id: expected });
});

test("the send_email binding accepts the e-mail", async () => {
  await server.update({ root, workers: [portineria("cloudflare"), mail] });
  const { delivery } = await ask("/v1/host/test-mail");
  assert.deepEqual([delivery.status, delivery.failure], ["sent", null]);
  assert.ok(delivery.provider_id, "the answer has its id");
});
