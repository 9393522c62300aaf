// What reaches the service otherwise than it was meant: forms of browsers without Fetch Metadata.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { hosted, withoutFetchMetadata } from "./service.mjs";

let account, vera, newPerson, stop, url;
const proxies = [];

before(async () => {
  ({ account, vera, newPerson, stop, url } = await hosted());
});
after(async () => {
  for (const { stop } of proxies) stop();
  await stop?.();
});

async function oldBrowser(policy) {
  const line = await withoutFetchMetadata(policy);
  proxies.push(line);
  return { page: await newPerson({ proxy: line.proxy }), posts: line.posts };
}

async function signsIn(page) {
  await page.goto("/sign-in");
  await page.locator("#email").fill(vera.email);
  await page.locator("#password").fill(vera.password);
  const loaded = page.waitForEvent("load");
  await page.locator("main button[type=submit]").click();
  await loaded;
}

test("a browser without Fetch Metadata signs in and changes something", async () => {
  const { page, posts } = await oldBrowser();
  await signsIn(page);
  await page.waitForURL("**/accounts");
  await page.goto(`/accounts/${account}/users/new`);
  await page.locator("#email").fill("rita@ferri.example");
  await page.locator("#first_name").fill("Rita");
  await page.locator("#sub_account").uncheck();
  await page.getByRole("button", { name: "Continua" }).click();
  await page.waitForURL("**/users/*?done=contact_added");
  assert.deepEqual(posts, [
    { origin: url, referer: `${url}/sign-in`, status: 303 },
    { origin: url, referer: `${url}/accounts/${account}/users/new`, status: 303 },
  ]);
});

test("under no-referrer its forms would have no origin, and would be refused", async () => {
  const { page, posts } = await oldBrowser("no-referrer");
  await signsIn(page);
  assert.deepEqual(posts, [{ origin: "null", referer: undefined, status: 403 }]);
});

test("a sandboxed frame of another site is refused", async () => {
  const form = `<form method="post" action="${url}/sign-in"><input name="email" value="${vera.email}"></form><script>document.forms[0].submit()</script>`;
  const frame = `<iframe sandbox="allow-forms allow-scripts" srcdoc="${form.replaceAll('"', "&quot;")}"></iframe>`;
  const other = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(frame));
  await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
  proxies.push({ stop: () => other.close() });
  const { page, posts } = await oldBrowser();
  await page.goto(`http://127.0.0.1:${other.address().port}/`);
  // The frame may not show the answer, so the page does not hear of it.
  while (posts.length === 0) await pause(100);
  assert.deepEqual(posts.map(({ origin, status }) => ({ origin, status })), [{ origin: "null", status: 403 }]);
});
