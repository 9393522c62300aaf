// The people of an account as a customer of a hosting provider sees them: address data, the tick for a sub-account, preferences, and the history of
// communications. Each page is checked with axe, in light, dark and on a phone, in Italian.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hosted, look } from "./service.mjs";

let ask, account, page, stop;

before(async () => {
  ({ ask, account, page, stop } = await hosted());
});

after(() => stop?.());

test("a contact is written down, found again and given access by the tick", async () => {
  await page.goto(`/accounts/${account}/users/new`);
  await look(page, "user-new");
  await page.locator("#email").fill("nora@ferri.example");
  await page.locator("#first_name").fill("Nora");
  await page.locator("#last_name").fill("D’Amico");
  await page.locator("#city").fill("Lecce");
  await page.getByRole("checkbox", { name: "Email Dominio" }).check();
  const tick = page.locator("#sub_account");
  if (await tick.isChecked()) await tick.uncheck();
  await page.getByRole("button", { name: "Continua" }).click();
  await page.goto(`/accounts/${account}/users/new?search=nora`);
  await look(page, "user-new-found");
  await page.getByRole("link", { name: "Nora D’Amico" }).first().click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await look(page, "contact");
  await page.locator("main summary", { hasText: "Attiva Sub-account" }).click();
  await page.getByRole("checkbox", { name: "Spunta per configurare" }).check();
  await look(page, "contact-activating");
  await page.getByRole("radio", { name: "Standard" }).check();
  await page.getByRole("button", { name: "Continua" }).click();
  await page.locator("#link").waitFor();
  await look(page, "contact-invited-link");
});

test("the account's profile and preferences have their places", async () => {
  await page.goto(`/accounts/${account}/settings`);
  await look(page, "account-profile");
});

test("a communication goes to those who chose its category, and is read again", async () => {
  await page.goto(`/accounts/${account}/communications`);
  await look(page, "communications-empty");
  await page.goto(`/accounts/${account}/communications/new`);
  await look(page, "communication-new");
  const sent = await ask("POST", `/v1/accounts/${account}/communications`, {
    category: "domain", subject: "Rinnovo del dominio", text: "Il dominio scade tra trenta giorni.", html: "<p>Il dominio <b>scade</b> tra trenta giorni.</p>",
  });
  await page.goto(`/accounts/${account}/communications?search=rinnovo`);
  await look(page, "communications");
  await page.getByRole("link", { name: "Rinnovo del dominio" }).click();
  await page.waitForURL(`**/communications/${sent.id}`);
  await page.locator("main details summary").last().click();
  await page.frameLocator("iframe").getByText("scade").waitFor();
  await look(page, "communication");
});

test("people come in from a file and go out to one", async () => {
  await page.goto(`/accounts/${account}/users/export`);
  await look(page, "export");
  await page.goto(`/accounts/${account}/users/import`);
  await look(page, "import");
  await page.locator("textarea").fill("email,first_name,phone\nmara@ferri.example,Mara,+39 06 123456\nnobody,Niko,\n");
  await page.locator("main form button[type=submit]").first().click();
  await page.getByText("mara@ferri.example").first().waitFor();
  await look(page, "import-preview");
});

test("one's own profile, address and history", async () => {
  for (const [path, name] of [["/me", "profile"], ["/me/communications", "my-communications"], ["/email-change", "email-change"], ["/verification", "verification"]]) {
    await page.goto(path);
    await look(page, name);
  }
});
