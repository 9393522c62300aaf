// The pages of hosted accounts: pixels and apps, delegation and the end of an account, permissions in words, the host's settings. Each is
// looked at with axe, in light, dark and on a phone, in Italian.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { browse, look, person, start } from "./service.mjs";

const setupToken = randomBytes(24).toString("base64url");
const vera = { email: "vera@nuvola.example", first_name: "Vera", last_name: "Monti", password: "a long and quiet sentence" };
let service, browser, session, account, bob, page;

const ask = async (method, path, body) => {
  const headers = { "content-type": "application/json", "accept-language": "it", ...(session && { authorization: `Bearer ${session}` }) };
  const answer = await fetch(service.url + path, { method, headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
};

before(async () => {
  service = await start(setupToken);
  browser = await browse();
  await ask("POST", "/v1/setup", { setup_token: setupToken, host_name: "Nuvola", ...vera });
  session = (await ask("POST", "/v1/sessions", { email: vera.email, password: vera.password })).session_token;
  account = (await ask("POST", "/v1/accounts", { name: "Panificio Ferri", managed: true })).id;
  bob = (await ask("POST", `/v1/accounts/${account}/members`, { email: "bob@ferri.example", first_name: "Bob", access: { role: "standard" } })).id;
  page = await person(browser, service.url, { locale: "it-IT" });
  await page.goto("/sign-in");
  await page.getByLabel("Indirizzo Email").fill(vera.email);
  await page.getByLabel("Password", { exact: true }).fill(vera.password);
  await page.getByRole("button", { name: "Accedi" }).click();
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

test("a pixel is added, assigned and removed", async () => {
  await page.goto(`/accounts/${account}/resources`);
  await look(page, "resources-empty");
  await page.goto(`/accounts/${account}/resources/new`);
  await look(page, "resource-new");
  const { id } = await ask("POST", `/v1/accounts/${account}/resources`, { kind: "pixel", external_id: "PX-1", name: "Vetrina", settings: { currency: "EUR" } });
  await page.goto(`/accounts/${account}/resources`);
  await page.getByRole("link", { name: "Vetrina" }).first().click();
  await page.waitForURL(`**/resources/${id}`);
  await look(page, "resource");
  await page.goto(`/accounts/${account}/users/${bob}`);
  await look(page, "user-with-pixels");
  await page.goto(`/accounts/${account}/users/${bob}/permissions`);
  await look(page, "user-permissions");
});

test("the host's settings are there for its administrators", async () => {
  await page.goto("/host/settings");
  await look(page, "host-settings");
});

test("an account is deleted by its name and the password, and restored", async () => {
  const settings = `/accounts/${account}/settings`;
  const deletes = async (password) => {
    await page.goto(settings);
    await page.locator("#delete summary").click();
    await page.locator("#account_name").fill("Panificio Ferri");
    await page.locator("#current_password").fill(password);
    await page.locator("#delete button.danger").click();
  };
  await page.goto(settings);
  await look(page, "account-settings");
  await deletes("not the right sentence at all");
  assert.ok(await page.getByRole("alert").isVisible());
  await look(page, "account-delete-wrong");
  await deletes(vera.password);
  await page.waitForURL("**/accounts?*");
  await page.goto("/accounts?status=deleted");
  await page.getByText("Panificio Ferri").first().waitFor();
  await look(page, "accounts-deleted");
  await page.goto(settings);
  await look(page, "account-gone");
  await page.getByRole("button", { name: "Ripristina" }).first().click();
  await page.goto(`/accounts/${account}/users`);
  await page.getByText("bob@ferri.example").waitFor();
});
