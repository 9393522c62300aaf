// `make recover` against the local D1 of a running service: the link it prints opens, once, for the person it was made for.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

const root = new URL("../..", import.meta.url).pathname;
const setup_token = "a-setup-token-of-this-test";
const email = "o'brien@nuvola.example";
const state = mkdtempSync(join(tmpdir(), "portineria-recover-"));
let dev, url, port;

const freePort = () =>
  new Promise((found) => {
    const socket = createServer().listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => found(port));
    });
  });

const ask = async (path, body) => {
  const answer = await fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return { status: answer.status, text: await answer.text() };
};

/** Runs `make recover`, and returns its exit code and its output. */
const recover = (address) =>
  new Promise((resolve) => {
    const child = spawn("make", ["--silent", "recover", `EMAIL=${address}`], { cwd: root, env: { ...process.env, STATE: state, PORT: port, PUBLIC_URL: "" } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
    child.on("exit", (code) => resolve({ code, output }));
  });

before(async () => {
  port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  dev = spawn("scripts/dev", { cwd: root, env: { ...process.env, PORT: port, STATE: state, VARS: `SETUP_TOKEN:${setup_token} MAIL_PROVIDER:none` }, stdio: "ignore", detached: true });
  for (;;) {
    if (await fetch(`${url}/health`).then((answer) => answer.ok, () => false)) break;
    assert.equal(dev.exitCode, null, "scripts/dev gave up");
    await new Promise((done) => setTimeout(done, 500));
  }
  assert.equal((await ask("/v1/setup", { setup_token, host_name: "Nuvola", email, first_name: "Vera", last_name: "Monti", password: "a long and quiet sentence" })).status, 201);
});
after(() => {
  process.kill(-dev.pid);
  rmSync(state, { recursive: true, force: true });
});

test("whoever lost everything gets in again", async () => {
  const { code, output } = await recover(email.toUpperCase());
  assert.equal(code, 0, output);
  const [link, token] = /^http:\/\/localhost:\d+\/reset#([\w-]{43})$/m.exec(output) ?? assert.fail(output);
  assert.ok(link.startsWith(`http://localhost:${port}/`), link);
  const confirm = { token, new_password: "another long and quiet sentence" };
  assert.equal((await ask("/v1/password-resets/preview", { token })).status, 200);
  assert.equal((await ask("/v1/password-resets/confirm", confirm)).status, 204);
  assert.equal((await ask("/v1/sessions", { email, password: "a long and quiet sentence" })).status, 401);
  const { status, text } = await ask("/v1/sessions", { email, password: confirm.new_password });
  assert.equal(status, 201, text);
  assert.equal(JSON.parse(text).user.email_verified, false);
});

test("for nobody there is no link, and it says so", async () => {
  const { code, output } = await recover("nobody@nuvola.example");
  assert.notEqual(code, 0);
  assert.match(output, /Nobody who can sign in has the address nobody@nuvola\.example/);
  assert.doesNotMatch(output, /reset#/);
});

test("what is no address reaches no database", async () => {
  const { code, output } = await recover("x'); DROP TABLE session; --@nuvola.example");
  assert.notEqual(code, 0);
  assert.match(output, /no email address/);
  assert.equal((await ask("/v1/sessions", { email, password: "another long and quiet sentence" })).status, 201);
});
