// Bindings that fail in every way, on workerd: a failing KV never fails a request; a failing D1 gives a typed answer with our headers; a
// change whose reply is lost is never reported as not made. (faults-worker.mjs has the failing bindings.)
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { createTestHarness } from "wrangler";
import { Provider } from "./provider.mjs";

const root = new URL("../..", import.meta.url).pathname;
const PUBLIC_URL = "http://localhost:8787";
const SETUP_TOKEN = "a setup token of this test";
const provider = new Provider();
const server = createTestHarness();
const password = "a long and quiet sentence";
const FAILURES = ["error", "exception", "text", "number", "undefined", "null", "object", "symbol", "trap", "throws", "throws_undefined", "answers_nothing", "answers_nonsense"];
const HEADERS = [
  "strict-transport-security", "content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy", "cross-origin-opener-policy",
  "cross-origin-resource-policy", "permissions-policy", "cache-control",
];
let vera;
let host;
let count = 0;

/** Sends a request with the session `as` and these faults, from its own IP address. */
async function ask(method, path, { body, as = vera, faults, headers, text } = {}) {
  count += 1;
  const response = await server.fetch(path, {
    method,
    redirect: "manual",
    headers: {
      "cf-connecting-ip": `10.9.${count >> 8}.${count & 255}`,
      ...(body && { "content-type": "application/json" }),
      ...(as && { authorization: `Bearer ${as}` }),
      ...(["PATCH", "PUT", "DELETE"].includes(method) && { "if-match": "*" }),
      ...(faults && { "x-faults": JSON.stringify(faults) }),
      ...headers,
    },
    body: text ?? (body && JSON.stringify(body)),
  });
  const content = await response.text();
  const answer = { status: response.status, headers: response.headers, content, summary: `${method} ${path} ${JSON.stringify(faults)} → ${response.status} ${content}` };
  for (const name of HEADERS) assert.ok(response.headers.get(name), `no ${name}: ${answer.summary}`);
  return Object.assign(answer, /json/.test(response.headers.get("content-type")) && { body: JSON.parse(content) });
}

/** Sends a request that must succeed, and returns its body. */
async function done(...asked) {
  const answer = await ask(...asked);
  assert.ok(answer.status < 300, answer.summary);
  return answer.body;
}

/** Asserts a typed 503 with `Retry-After`. */
function isUnavailable(answer, code) {
  assert.deepEqual([answer.status, answer.headers.get("content-type"), answer.body?.code], [503, "application/problem+json", code], answer.summary);
  assert.match(answer.headers.get("retry-after"), /^\d+$/, answer.summary);
  assert.equal(answer.body.request_id, answer.headers.get("x-request-id"), answer.summary);
  assert.equal(/nothing was changed/i.test(answer.content), code === "busy", answer.summary);
}

const someone = () => `person-${++count}@ferri.example`;
const tokenOf = (link) => link.split("#")[1];
const account = async (name = `Account ${++count}`) => (await done("POST", "/v1/accounts", { body: { name, managed: true } })).id;
const invite = (id, email = someone(), faults) => done("POST", `/v1/accounts/${id}/members`, { body: { email, access: { role: "standard" } }, faults });
const person = (token) => ({ token, first_name: "Anna", last_name: "Neri", password });

/** Adds a user to the account, and returns session, e-mail address and member. */
async function joins(id) {
  const email = someone();
  const member = await invite(id, email);
  const { session_token: session } = await done("POST", "/v1/invitations/accept", { body: person(tokenOf(member.invitation.link)), as: null });
  return { session, email, member: member.id };
}

/** Waits for the e-mail to this address with a link to this page, and returns its token. */
async function mailed(email, page) {
  for (let patience = 0; patience < 200; patience += 1) {
    for (const { body } of provider.received.toReversed()) {
      const mail = JSON.parse(body);
      const [, token] = mail.text.split(`/${page}#`);
      if (mail.to === email && token) return token.split(/\s/)[0];
    }
    await new Promise((soon) => setTimeout(soon, 50));
  }
  return assert.fail(`no e-mail to ${email} about ${page}`);
}

before(async () => {
  await provider.listens();
  provider.answers(200, { id: "1" });
  const vars = { PUBLIC_URL, SETUP_TOKEN, SIGNING_KEY: "A".repeat(43), MAIL_PROVIDER: "webhook", MAIL_URL: provider.url, MAIL_TOKEN: "a-token", MAIL_FROM: "no-reply@nuvola.example" };
  await server.update({ root, workers: [{ configPath: "./tests/harness/faults.toml", vars }] });
  await server.listen();
  await server.getWorker().applyD1Migrations("DB");
  const me = { email: "vera@nuvola.example", password };
  const setup = { setup_token: SETUP_TOKEN, host_name: "Nuvola", first_name: "Vera", last_name: "Monti", ...me };
  // Setup belongs to the tests of lost replies too, and can only be done here.
  const lost = await ask("POST", "/v1/setup", { body: setup, faults: { d1: "lost" }, as: null });
  assert.deepEqual([lost.status, lost.body.code, lost.headers.get("x-lost")], [503, "outcome_unknown", "1"]);
  vera = (await done("POST", "/v1/sessions", { body: me, as: null })).session_token;
  host = (await done("GET", "/v1/me/accounts")).data[0].id;
});
after(async () => {
  const log = JSON.stringify(server.getLogs());
  await server.close();
  await provider.ends();
  for (const word of ["Uncaught", "code had hung", "panicked", "Reinitializing", "unhandled"]) assert.ok(!log.includes(word), `${word}: ${log}`);
});

describe("each way for a binding to fail, all at once", { concurrency: 8 }, () => {
  for (const kv of [...FAILURES, "hangs", "late", "too_late"]) {
    test(`a request does without a token cache that meets it with: ${kv}`, async () => {
      const faults = { kv };
      const id = await account();
      const email = someone();
      const token = tokenOf((await invite(id, email, faults)).invitation.link);
      const preview = await done("POST", "/v1/invitations/preview", { body: { token }, faults, as: null });
      assert.equal(preview.email, email);
      const accepted = await done("POST", "/v1/invitations/accept", { body: person(token), faults, as: null });
      const reset = await done("POST", `/v1/accounts/${id}/members/${accepted.member_id}/password-reset`, { body: {}, faults });
      assert.equal((await done("POST", "/v1/password-resets/preview", { body: { token: tokenOf(reset.link) }, faults, as: null })).email, email);
      const confirmed = await ask("POST", "/v1/password-resets/confirm", { body: { token: tokenOf(reset.link), new_password: `${password} 2` }, faults, as: null });
      assert.equal(confirmed.status, 204, confirmed.summary);
      assert.equal((await ask("POST", "/v1/password-resets", { body: { email }, faults, as: null })).status, 202);
    });
  }

  for (const d1 of [...FAILURES, "session_throws", "prepare_throws", "hangs", "too_late"]) {
    test(`a database that meets a request with: ${d1}`, async () => {
      const body = { email: someone() };
      const [look, change, signIn, page] = await Promise.all([
        ask("GET", "/v1/me", { faults: { d1 } }),
        ask("POST", `/v1/accounts/${host}/members`, { body, faults: { d1 } }),
        ask("POST", "/v1/sessions", { body: { email: "vera@nuvola.example", password }, faults: { d1 }, as: null }),
        ask("GET", "/accounts", { as: null, headers: { cookie: `__Host-session=${vera}` }, faults: { d1 } }),
      ]);
      isUnavailable(look, "busy");
      isUnavailable(change, "outcome_unknown");
      isUnavailable(signIn, "busy");
      assert.deepEqual([page.status, page.headers.get("content-type"), page.headers.get("retry-after")], [503, "text/html; charset=utf-8", "2"], page.summary);
      assert.equal((await ask("GET", "/v1/me")).status, 200);
    });
  }
});

test("a header that is not ASCII is taken: Cloudflare sends the names of cities", async () => {
  assert.equal((await ask("GET", "/v1/me", { headers: { "cf-ipcity": "São Paulo", "user-agent": "Móvil" } })).status, 200);
  assert.equal((await ask("GET", "/v1/me", { as: null, headers: { cookie: `city=São; __Host-session=${vera}` } })).status, 200);
});

test("a database that answers late, but in time, is waited for", async () => {
  assert.equal((await ask("GET", "/v1/me", { faults: { d1: "late" } })).status, 200);
});

test("a request that breaks off is answered like any other that cannot be read", async () => {
  const broken = await ask("POST", "/v1/accounts", { body: { name: "Ferri", managed: true }, faults: { body: true } });
  assert.deepEqual([broken.status, broken.body.code], [400, "malformed"], broken.summary);
});

test("an answer that the platform refuses is replaced by one that it takes", async () => {
  const faults = { answer: "refused" };
  const look = await ask("GET", "/v1/me", { faults });
  assert.deepEqual([look.status, look.body.code], [500, "internal"], look.summary);
  const change = await ask("POST", "/v1/accounts", { body: { name: "Verdi", managed: true }, faults });
  assert.deepEqual([change.status, change.body.code, /nothing was changed/i.test(change.content)], [503, "outcome_unknown", false], change.summary);
});

/** Sets the faults of all later scheduled jobs. (The answer comes from the test worker, without the headers of the service.) */
const jobMeets = (faults) => server.fetch("/__job", { method: "POST", body: JSON.stringify(faults) });

/** Waits until the log contains this word. */
async function isLogged(word) {
  for (let patience = 0; patience < 100; patience += 1) {
    if (server.getLogs().some(({ message }) => message.includes(word))) return;
    await new Promise((soon) => setTimeout(soon, 50));
  }
  assert.fail(`no ${word} in ${JSON.stringify(server.getLogs())}`);
}

for (const d1 of ["error", "undefined", "throws_undefined", "hangs"]) {
  test(`the scheduled job ends, with a database that meets it with: ${d1}`, async (context) => {
    context.after(() => jobMeets({ d1: undefined }));
    const set = await jobMeets({ d1 });
    assert.equal(set.status, 204);
    server.clearLogs();
    const ended = await server.getWorker().scheduled({ cron: "* * * * *" });
    assert.equal(ended.outcome, "ok");
    await isLogged('"database_down"');
    assert.equal((await ask("GET", "/v1/me")).status, 200);
  });
}

test("a refusal leaves one line of the log that names nobody", async () => {
  server.clearLogs();
  const refused = await ask("POST", "/v1/sessions", { body: { email: "vera@nuvola.example", password: "not the password at all" }, as: null });
  assert.equal(refused.status, 401);
  const line = { level: "warn", event: "refused", request_id: refused.headers.get("x-request-id"), method: "POST", route: "/v1/sessions", status: 401, code: "wrong_credentials" };
  const lines = server.getLogs().map(({ message }) => message).filter((message) => message.includes('"refused"'));
  assert.deepEqual(lines.map((message) => JSON.parse(message)), [line]);
});

/** Routes that change nothing a person could look up: previews with a secret, a token that is not stored, a request that always gets the same answer. */
const CHANGES_NOTHING = ["POST /v1/invitations/preview", "POST /v1/password-resets/preview", "POST /v1/password-resets", "POST /v1/access-tokens"];

/** For each write of the API: the request, prepared so that it succeeds. `/v1/setup` is tested in `before`. */
const WRITES = {
  "POST /v1/setup": null,
  "POST /v1/sessions": async () => ({ as: null, body: { email: "vera@nuvola.example", password } }),
  "POST /v1/invitations/accept": async ({ id }) => ({ as: null, body: person(tokenOf((await invite(id)).invitation.link)) }),
  "POST /v1/invitations/decline": async ({ id }) => ({ as: null, body: { token: tokenOf((await invite(id)).invitation.link) } }),
  "POST /v1/password-resets/confirm": async ({ id, anna }) => {
    const { link } = await done("POST", `/v1/accounts/${id}/members/${anna.member}/password-reset`, { body: {} });
    return { as: null, body: { token: tokenOf(link), new_password: `${password} 3` } };
  },
  "POST /v1/email-verifications/confirm": async ({ anna }) => {
    await done("POST", "/v1/me/email-verification", { as: anna.session, body: {} });
    return { as: null, body: { token: await mailed(anna.email, "verification") } };
  },
  "POST /v1/email-changes/confirm": async ({ anna }) => {
    const email = someone();
    await done("POST", "/v1/me/email-changes", { as: anna.session, body: { email, current_password: password } });
    return { as: null, body: { token: await mailed(email, "email-change") } };
  },
  "PATCH /v1/permissions/{permission}": async () => ({ permission: "orders.place", body: { title_en: "Order" } }),
  "PATCH /v1/host": async () => ({ body: { reset_minutes: 30 } }),
  "POST /v1/host/test-mail": async () => ({ body: {} }),
  "PATCH /v1/me": async ({ anna }) => ({ as: anna.session, body: { first_name: "Anna Maria" } }),
  "PUT /v1/me/password": async ({ anna }) => ({ as: anna.session, body: { current_password: password, new_password: `${password} 2` } }),
  "POST /v1/me/email-verification": async ({ anna }) => ({ as: anna.session, body: {} }),
  "DELETE /v1/me/sessions/{session}": async ({ anna }) => ({ as: anna.session, session: (await done("GET", "/v1/me/sessions", { as: anna.session })).data[0].id }),
  "POST /v1/me/email-changes": async ({ anna }) => ({ as: anna.session, body: { email: someone(), current_password: password } }),
  "POST /v1/accounts": async () => ({ body: { name: `Account ${++count}`, managed: true } }),
  "PATCH /v1/accounts/{account}": async () => ({ body: { name: `Account ${++count}` } }),
  "DELETE /v1/accounts/{account}": async ({ id, name }) => ({ account: id, body: { name, current_password: password } }),
  "PUT /v1/accounts/{account}/email-preferences": async () => ({ body: { categories: ["domain"] } }),
  "PUT /v1/accounts/{account}/delegation": async ({ id }) => {
    const { link } = (await done("POST", `/v1/accounts/${id}/members`, { body: { email: someone(), access: { role: "admin" } } })).invitation;
    const { session_token: as } = await done("POST", "/v1/invitations/accept", { body: person(tokenOf(link)), as: null });
    return { as, body: { delegated: false } };
  },
  "PUT /v1/accounts/{account}/status": async () => ({ body: { status: "deactivated" } }),
  "POST /v1/accounts/{account}/restore": async ({ id, name }) => {
    await done("DELETE", `/v1/accounts/${id}`, { body: { name, current_password: password } }).catch(() => {});
    return { body: {} };
  },
  "POST /v1/accounts/{account}/first-admin-invitation": async () => ({
    account: (await done("POST", "/v1/accounts", { body: { name: `Account ${++count}`, managed: false, admin_email: someone() } })).id,
    body: {},
  }),
  "POST /v1/accounts/{account}/members": async () => ({ body: { email: someone(), access: { role: "standard" } } }),
  "POST /v1/accounts/{account}/members/import": async () => ({ body: { members: [{ email: someone() }] } }),
  "DELETE /v1/accounts/{account}/members/me": async ({ anna }) => ({ as: anna.session }),
  "PATCH /v1/accounts/{account}/members/{member}": async () => ({ body: { city: "Roma" } }),
  "DELETE /v1/accounts/{account}/members/{member}": async () => ({}),
  "PUT /v1/accounts/{account}/members/{member}/email-preferences": async () => ({ body: { categories: ["general"] } }),
  "PUT /v1/accounts/{account}/members/{member}/access": async () => ({ body: { role: "view_only" } }),
  "DELETE /v1/accounts/{account}/members/{member}/access": async () => ({}),
  "PUT /v1/accounts/{account}/members/{member}/access/suspension": async () => ({ body: { suspended: true } }),
  "POST /v1/accounts/{account}/members/{member}/invitation": async ({ id }) => ({ member: (await invite(id)).id, body: {} }),
  "DELETE /v1/accounts/{account}/members/{member}/invitation": async ({ id }) => ({ member: (await invite(id)).id }),
  "POST /v1/accounts/{account}/members/{member}/password-reset": async () => ({ body: {} }),
  "POST /v1/accounts/{account}/resources": async () => ({ body: { kind: "pixel", external_id: `${++count}`, name: "Pixel" } }),
  "PATCH /v1/accounts/{account}/resources/{resource}": async () => ({ body: { name: "Pixel 2" } }),
  "DELETE /v1/accounts/{account}/resources/{resource}": async () => ({}),
  "PUT /v1/accounts/{account}/resources/{resource}/members": async ({ anna }) => ({ body: { member_ids: [anna.member] } }),
  "PUT /v1/accounts/{account}/members/{member}/resources": async () => ({ body: { resource_ids: [] } }),
  "POST /v1/accounts/{account}/communications": async () => ({ body: { category: "domain", subject: "Renewal", text: "It is renewed." } }),
  "POST /v1/accounts/{account}/communications/{communication}/resend": async ({ id }) => {
    const { id: communication } = await done("POST", `/v1/accounts/${id}/communications`, { body: { category: "domain", subject: "Renewal", text: "It is renewed." } });
    const { DB } = await server.getWorker().getEnv();
    // Waits until its e-mails are sent: the outcome of an e-mail in transit would be stored after this update.
    const waiting = () => DB.prepare("SELECT count(*) FROM delivery WHERE communication_id = ? AND status = 'queued'").bind(communication).first("count(*)");
    for (let patience = 0; patience < 200 && (await waiting()) > 0; patience += 1) await new Promise((soon) => setTimeout(soon, 50));
    await DB.prepare("UPDATE delivery SET status = 'failed', next_attempt_at = 0 WHERE communication_id = ?").bind(communication).run();
    return { communication, body: {} };
  },
};

test("the sweep knows every write of the API", async () => {
  const source = await readFile(`${root}src/router.rs`, "utf8");
  const routes = [...source.matchAll(/^ +(POST|PUT|PATCH|DELETE) +"(\/v1\/[^"]*)"/gm)].map(([, method, path]) => `${method} ${path}`);
  assert.ok(routes.length > 40, `${routes.length} routes`);
  assert.deepEqual([...Object.keys(WRITES), ...CHANGES_NOTHING].sort(), routes.sort());
});

for (const [route, prepared] of Object.entries(WRITES).filter(([, prepared]) => prepared)) {
  test(`the reply is lost: ${route}`, async () => {
    const [method, pattern] = route.split(" ");
    const name = `Account ${++count}`;
    const id = await account(name);
    const anna = await joins(id);
    const { as = vera, body, ...named } = await prepared({ id, name, anna });
    const resource = pattern.includes("{resource}") && (await done("POST", `/v1/accounts/${id}/resources`, { body: { kind: "app", external_id: `${++count}`, name: "App" } })).id;
    const names = { account: id, member: anna.member, resource, ...named };
    const path = pattern.replace(/\{(\w+)\}/g, (_, key) => names[key]);
    const answer = await ask(method, path, { as, body, faults: { d1: "lost" } });
    assert.equal(answer.headers.get("x-lost"), "1", `nothing was committed: ${answer.summary}`);
    isUnavailable(answer, "outcome_unknown");
  });
}

test("a reply that is lost in other ways is unknown all the same", async () => {
  for (const d1 of ["lost_undefined", "lost_late"]) {
    const name = `Account ${++count}`;
    isUnavailable(await ask("POST", "/v1/accounts", { body: { name, managed: true }, faults: { d1 } }), "outcome_unknown");
    const found = await done("GET", `/v1/accounts?search=${encodeURIComponent(name)}`);
    assert.equal(found.data[0]?.name, name, "it was made");
  }
});
