// The runtime's own fetch calls a mail provider directly: scripts/dev, and a test e-mail for each behavior of a provider.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Provider } from "./provider.mjs";

const root = new URL("../..", import.meta.url);
const setupToken = "the-setup-token-of-this-test-0000000001";
const token = "a-token-of-this-test-4711";
const provider = new Provider();
const elsewhere = new Provider();
let url;
let ends = () => {};
let session;

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts the service and records its output; `ends` ends it with everything it started, and returns the output. */
async function starts() {
  const [port, state] = [await freePort(), await mkdtemp(join(tmpdir(), "portineria-fetch-"))];
  const VARS = `SETUP_TOKEN:${setupToken} MAIL_PROVIDER:webhook MAIL_URL:${provider.url} MAIL_TOKEN:${token} MAIL_FROM:no-reply@nuvola.example`;
  const child = spawn("scripts/dev", { cwd: root, env: { ...process.env, PORT: String(port), STATE: state, VARS }, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((done) => child.once("close", done));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  ends = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGTERM");
    await ended;
    await rm(state, { recursive: true, force: true, maxRetries: 5 });
    return output;
  };
  url = `http://127.0.0.1:${port}`;
  while (!output.includes("· Portineria is at ")) {
    assert.equal(child.exitCode, null, output);
    await new Promise((done) => setTimeout(done, 200));
  }
}

async function ask(path, body) {
  const headers = { "content-type": "application/json", ...(session && { authorization: `Bearer ${session}` }) };
  return (await fetch(url + path, { method: "POST", headers, body: body && JSON.stringify(body) })).json();
}

before(async () => {
  await Promise.all([provider.listens(), elsewhere.listens()]);
  await starts();
  const me = { email: "vera@nuvola.example", password: "a long and quiet sentence" };
  await ask("/v1/setup", { setup_token: setupToken, host_name: "Nuvola", first_name: "Vera", last_name: "Monti", ...me });
  session = (await ask("/v1/sessions", me)).session_token;
});
after(() => Promise.all([ends(), provider.ends(), elsewhere.ends()]));

/** Sends a test e-mail. Returns its state, its failure or id, and the number of requests to the provider. */
async function outcome() {
  provider.received.length = 0;
  const { delivery } = await ask("/v1/host/test-mail");
  return [delivery.status, delivery.failure ?? delivery.provider_id, provider.received.length];
}

test("every answer is what the provider means by it", async () => {
  provider.answers(200, { id: "4711" });
  assert.deepEqual(await outcome(), ["sent", "4711", 1]);
  assert.deepEqual(Object.keys(JSON.parse(provider.received[0].body)), ["id", "from", "to", "subject", "text", "html"]);
  assert.match(provider.received[0].headers["user-agent"], /^Portineria\/\d/);
  provider.answers(202, {});
  assert.deepEqual(await outcome(), ["sent", null, 1]);
  provider.answers(422, { message: "no such domain" });
  assert.deepEqual(await outcome(), ["failed", "422 no such domain", 1]);
  provider.behavior = (request, response) => response.writeHead(401).end(JSON.stringify({ message: `not ${request.headers.authorization}` }));
  assert.deepEqual(await outcome(), ["queued", "401 not Bearer …", 1]);
  provider.behavior = (request, response) => response.writeHead(200).end(JSON.stringify({ id: "x".repeat(100_000) }));
  assert.deepEqual(await outcome(), ["sent", null, 1], "an answer is read to a limit");
});

test("a redirect is not followed", async () => {
  elsewhere.answers(200);
  for (const status of [301, 302, 307, 308]) {
    provider.answers(status, {}, { location: elsewhere.url });
    assert.deepEqual(await outcome(), ["queued", `${status}`, 1]);
  }
  assert.equal(elsewhere.received.length, 0);
});

test("no answer, or half of one, is no yes and no no", async () => {
  provider.behavior = (request) => request.socket.destroy();
  assert.deepEqual((await outcome()).slice(0, 2), ["queued", "webhook did not answer"]);
  provider.behavior = () => {};
  assert.deepEqual(await outcome(), ["queued", "webhook did not answer", 1]);
  provider.behavior = (request, response) => {
    response.writeHead(500, { "content-length": 500 }).write('{"message":');
    setTimeout(() => request.socket.destroy(), 100);
  };
  assert.deepEqual(await outcome(), ["queued", "500", 1]);
});

test("it waits when it is asked to, and says no secret meanwhile", async () => {
  provider.answers(429, { message: "slowly" }, { "retry-after": "120" });
  assert.deepEqual(await outcome(), ["queued", "429 slowly", 1]);
  const output = await ends();
  assert.ok(!output.includes(token) && !output.includes("Uncaught"), output);
});
