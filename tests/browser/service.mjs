// The service and a browser for one test file: `scripts/dev` on its own port and database, Chromium, and a check of a page
// for accessibility and layout.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createHttpServer, request as sendHttp } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const root = new URL("../..", import.meta.url);
const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", root), "utf8");
// The first start on a machine builds the worker.
const LONGEST_START_MS = 20 * 60_000;

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts the service with these mail settings; `stop` ends it with everything it started. */
export async function start(setupToken, mail = "MAIL_PROVIDER:none") {
  const port = await freePort();
  const state = await mkdtemp(join(tmpdir(), "portineria-browser-"));
  const env = { ...process.env, PORT: String(port), STATE: state, VARS: `SETUP_TOKEN:${setupToken} ${mail}` };
  const child = spawn("scripts/dev", { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const stop = async () => {
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await ended;
    await rm(state, { recursive: true, force: true, maxRetries: 5 });
  };
  let deadline = Date.now() + LONGEST_START_MS;
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`scripts/dev did not get ready:\n${output}`);
    }
    const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer?.ok) return { url: `http://localhost:${port}`, stop };
    if (answer?.status === 503) {
      output += await answer.text();
      deadline = 0;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Starts Chromium without background traffic. CHROME names its program, which `scripts/browser` finds. */
export const browse = () =>
  chromium.launch({
    executablePath: process.env.CHROME ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });

/** Returns a page in its own browser profile. `bypassCSP` lets axe run. There are no transitions, because axe must not read colours
 *  halfway through one. */
export async function person(browser, url, { locale = "en-GB", javaScriptEnabled = true, proxy } = {}) {
  const context = await browser.newContext({ baseURL: url, locale, javaScriptEnabled, proxy, bypassCSP: true, reducedMotion: "reduce", viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(30_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: url });
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(`${page.url()}: ${error}`));
  return page;
}

/** Checks a page: no serious finding of axe in light and dark, and no content wider than the window of a desktop or a phone. SHOTS names a folder for screenshots. */
export async function look(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const findings = serious.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.target.join(" ")).join("\n  ")}`);
    assert.deepEqual(findings, [], `${name}, ${colorScheme}`);
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const overflowOnDesktop = await overflow();
  await page.setViewportSize({ width: 360, height: 740 });
  const overflowOnPhone = await overflow();
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}-phone.png`), fullPage: true });
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.deepEqual([overflowOnDesktop, overflowOnPhone], [0, 0], `${name} is wider than the window of a desktop or a phone`);
}

/** Starts a proxy with a slow connection: a POST arrives at once, and its answer comes `ms` later. */
export async function slowly(url, ms) {
  const server = createHttpServer(async (request, response) => {
    const body = [];
    for await (const chunk of request) body.push(chunk);
    const { host, connection, "content-length": _, "transfer-encoding": __, ...headers } = request.headers;
    const posts = request.method === "POST";
    const answer = await fetch(url + request.url, { method: request.method, headers, redirect: "manual", body: posts ? Buffer.concat(body) : undefined });
    const whole = Buffer.from(await answer.arrayBuffer());
    if (posts) await new Promise((resolve) => setTimeout(resolve, ms));
    const back = {};
    for (const [name, value] of answer.headers) {
      if (!["set-cookie", "content-encoding", "content-length", "transfer-encoding", "connection"].includes(name)) back[name] = value;
    }
    const cookies = answer.headers.getSetCookie();
    response.writeHead(answer.status, { ...back, ...(cookies.length > 0 && { "set-cookie": cookies }) }).end(whole);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://localhost:${server.address().port}`, stop };
}

/** Starts a proxy that takes the headers of Fetch Metadata away, as a browser before 2023 sends none. `posts` lists what came with each POST, and its
 *  status. Where `policy` is set, each answer has it as its referrer policy. */
export async function withoutFetchMetadata(policy) {
  const posts = [];
  const server = createHttpServer((request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith("sec-fetch-") && name !== "proxy-connection"));
    const sent = sendHttp(request.url, { method: request.method, headers }, (answer) => {
      const { origin, referer } = request.headers;
      if (request.method === "POST") posts.push({ origin, referer, status: answer.statusCode });
      response.writeHead(answer.statusCode, { ...answer.headers, ...(policy && { "referrer-policy": policy }) });
      answer.pipe(response);
    });
    sent.on("error", () => response.writeHead(502).end());
    request.pipe(sent);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { proxy: { server: `http://127.0.0.1:${server.address().port}` }, posts, stop };
}

/** Starts a service with a host, an account and its signed-in administrator, in Italian. `ask` calls the API as her; `stop` ends everything. */
export async function hosted(mail) {
  const setupToken = randomBytes(24).toString("base64url");
  const vera = { email: "vera@nuvola.example", first_name: "Vera", last_name: "Monti", password: "a long and quiet sentence" };
  const service = await start(setupToken, mail);
  const browser = await browse();
  const stop = async () => {
    await browser.close();
    await service.stop();
  };
  let session;
  const ask = async (method, path, body, bearer = session) => {
    const headers = { "content-type": "application/json", "accept-language": "it", ...(bearer && { authorization: `Bearer ${bearer}` }) };
    const answer = await fetch(service.url + path, { method, headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer.json();
  };
  await ask("POST", "/v1/setup", { setup_token: setupToken, host_name: "Nuvola", ...vera });
  session = (await ask("POST", "/v1/sessions", { email: vera.email, password: vera.password })).session_token;
  const account = (await ask("POST", "/v1/accounts", { name: "Panificio Ferri", managed: true })).id;
  const page = await person(browser, service.url, { locale: "it-IT" });
  await page.goto("/sign-in");
  await page.getByLabel("Indirizzo Email").fill(vera.email);
  await page.getByLabel("Password", { exact: true }).fill(vera.password);
  await page.getByRole("button", { name: "Accedi" }).click();
  return { ask, account, page, vera, stop, browser, url: service.url, newPerson: (options) => person(browser, service.url, options) };
}
