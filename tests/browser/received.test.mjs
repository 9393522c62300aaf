// What reaches the service otherwise than it was meant: forms of browsers without Fetch Metadata, and invitation links that mail programs changed.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { hosted, look, withoutFetchMetadata } from "./service.mjs";

let ask, account, vera, newPerson, stop, url;
const proxies = [];

before(async () => {
  ({ ask, account, vera, newPerson, stop, url } = await hosted());
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

const invites = async (name) => (await ask("POST", `/v1/accounts/${account}/members`, { email: `${name}@ferri.example`, access: { role: "standard" } })).invitation.link;
const wrapped = (link) => `https://eur03.safelinks.protection.outlook.com/?url=${encodeURIComponent(link)}&data=05%7C02%7Cbob&sdata=QUJDREVGR0hJSktM%3D&reserved=0`;

for (const javaScriptEnabled of [false, true]) {
  test(`a pasted link that a mail program wrapped opens its invitation, script ${javaScriptEnabled}`, async () => {
    const page = await newPerson({ javaScriptEnabled });
    const link = await invites(`bob-${javaScriptEnabled}`);
    await page.goto("/invitation");
    await page.locator("#token").fill(link.slice(0, -9));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Paste the whole link").first().waitFor();
    assert.equal(await page.locator("#token").inputValue(), link.slice(0, -9));
    if (javaScriptEnabled) await look(page, "invitation-incomplete");
    await page.locator("#token").fill(wrapped(link));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Panificio Ferri").first().waitFor();
    await page.getByText(`bob-${javaScriptEnabled}@ferri.example`).first().waitFor();
  });
}

test("a link of two lines is pasted as the browser puts it into one", async () => {
  const page = await newPerson();
  const link = await invites("carla");
  await page.goto("/invitation");
  await page.evaluate((text) => navigator.clipboard.writeText(text), `Your link:\r\n${link.slice(0, -20)}\r\n${link.slice(-20)}\r\nBest regards`);
  await page.locator("#token").focus();
  await page.keyboard.press("Control+V");
  assert.ok((await page.locator("#token").inputValue()).startsWith("Your link:"));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("carla@ferri.example").first().waitFor();
});

test("a link of a new password pasted as an invitation leads to its page", async () => {
  const page = await newPerson();
  await page.goto("/invitation");
  await page.locator("#token").fill(`${url}/reset#${"A".repeat(43)}`);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("This link resets a password").first().waitFor();
  await look(page, "link-of-another-page");
  await page.getByRole("link", { name: "Choose a new password" }).click();
  await page.waitForURL("**/reset");
});
