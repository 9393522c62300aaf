// The pages of hosted accounts: pixels and apps, delegation, deletion of an account, explanations of permissions, the host's settings. Each is
// checked with axe, in light, dark and on a phone, in Italian.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hosted, look } from "./service.mjs";

let ask, account, page, vera, stop, bob;

before(async () => {
  ({ ask, account, page, vera, stop } = await hosted());
  bob = (await ask("POST", `/v1/accounts/${account}/members`, { email: "bob@ferri.example", first_name: "Bob", access: { role: "standard" } })).id;
});

after(() => stop?.());

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
