// Pressing a button twice on a slow connection: the answer takes three seconds, and the button is pressed again after one. The change is made once, with
// JavaScript and without. A form that was sent after the session ended is shown again after the sign-in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { hosted, look, person, slowly } from "./service.mjs";

let ask, account, vera, browser, line, plain, scripted, stop;

before(async () => {
  ({ ask, account, vera, browser, stop, url: line } = await hosted());
  line = await slowly(line, 3_000);
  plain = await arrives({ javaScriptEnabled: false });
  scripted = await arrives({});
});

after(async () => {
  line?.stop?.();
  await stop?.();
});

async function arrives(options) {
  const page = await person(browser, line.url, { locale: "it-IT", ...options });
  await page.goto("/sign-in");
  await signsIn(page);
  await page.waitForURL("**/accounts");
  return page;
}

async function signsIn(page) {
  await page.getByLabel("Indirizzo Email").fill(vera.email);
  await page.getByLabel("Password", { exact: true }).fill(vera.password);
  await page.getByRole("button", { name: "Accedi" }).click();
}

/** Presses the button, and again after a second, while the answer takes three. */
async function pressesTwice(page, button) {
  // Uses the mouse, because a click on a locator waits for the navigation that the first press began.
  await button.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await button.boundingBox();
  const press = () => page.mouse.click(x + width / 2, y + height / 2);
  // Between the presses the page cannot be queried: the answer would come from the next page. So the page itself records the state of the button.
  const records = page === scripted;
  if (records) await page.evaluate(() => document.addEventListener("submit", (event) => (sessionStorage.busy = event.submitter.getAttribute("aria-busy"))));
  await press();
  await pause(1_000);
  const loaded = page.waitForEvent("load");
  await press();
  await loaded;
  if (records) assert.equal(await page.evaluate(() => sessionStorage.busy), "true", "a pressed button shows that it was pressed");
  assert.equal(await page.getByRole("alert").count(), 0, await page.locator("main").innerText());
}

const people = async (search) => (await ask("GET", `/v1/accounts/${account}/members?search=${search}`)).data;
const trail = async (action) => (await ask("GET", `/v1/accounts/${account}/audit-events?limit=100`)).data.filter((event) => event.action === action).length;
const link = (page) => page.locator("#link");

let number = 0;
for (const javaScript of [false, true]) {
  const suffix = javaScript ? "with JavaScript" : "without JavaScript";
  const currentPage = () => (javaScript ? scripted : plain);
  const once = (name, walk) => test(`${name}, ${suffix}`, () => walk(currentPage(), `n${(number += 1)}`));

  once("a contact is added once", async (page, name) => {
    await page.goto(`/accounts/${account}/users/new`);
    await page.locator("#email").fill(`${name}@ferri.example`);
    await page.locator("#first_name").fill(name);
    await page.locator("#sub_account").uncheck();
    await pressesTwice(page, page.getByRole("button", { name: "Continua" }));
    assert.match(page.url(), /users\/[\w-]{36}\?done=contact_added/);
    assert.equal((await people(name)).length, 1);
  });

  once("somebody is invited once", async (page, name) => {
    await page.goto(`/accounts/${account}/users/new`);
    await page.locator("#email").fill(`${name}@ferri.example`);
    await page.getByRole("radio", { name: "Standard", exact: true }).check();
    await pressesTwice(page, page.getByRole("button", { name: "Continua" }));
    assert.equal((await people(name)).length, 1);
    if (javaScript) {
      await link(page).waitFor();
    } else {
      await page.getByRole("heading", { name: "Il link è già stato creato" }).waitFor();
      await page.getByRole("button", { name: "Genera link di invito" }).click();
      await link(page).waitFor();
    }
  });

  once("an account is created once", async (page, name) => {
    await page.goto("/accounts/new");
    await page.locator("#name").fill(`Account ${name}`);
    await pressesTwice(page, page.getByRole("button", { name: "Continua" }));
    assert.match(page.url(), /users\?done=account_created/);
    assert.equal((await ask("GET", `/v1/accounts?search=${name}`)).data.length, 1);
  });

  once("a communication is sent once", async (page, name) => {
    await page.goto(`/accounts/${account}/communications/new`);
    await page.locator("#category").selectOption("domain");
    await page.locator("#subject").fill(`News ${name}`);
    await page.locator("#text").fill("It is renewed.");
    await pressesTwice(page, page.locator("main form button[type=submit]"));
    assert.match(page.url(), /done=communication_sent/);
    assert.equal((await ask("GET", `/v1/accounts/${account}/communications?search=${name}`)).data.length, 1);
  });

  once("address data and access are saved once, and a new link is made once", async (page, name) => {
    const { id } = await ask("POST", `/v1/accounts/${account}/members`, { email: `${name}@ferri.example`, access: { role: "standard" } });
    const path = `/accounts/${account}/users/${id}`;
    await page.goto(path);
    const contact = page.locator(`form[action="${path}/contact"]`);
    await page.locator("section[aria-labelledby=details-title] summary").first().click();
    await contact.locator("#city").fill("Lecce");
    await pressesTwice(page, contact.locator("button[type=submit]"));
    assert.match(page.url(), /done=contact_saved/);
    const access = page.locator(`form[action="${path}/access"]`);
    await page.locator("section[aria-labelledby=access-title] summary").first().click();
    await access.getByRole("radio", { name: "Amministratore", exact: true }).check();
    await pressesTwice(page, access.locator("button[type=submit]"));
    assert.match(page.url(), /done=role_changed/);
    const member = await ask("GET", `/v1/accounts/${account}/members/${id}`);
    assert.deepEqual([member.city, member.access.role], ["Lecce", "admin"]);
    await page.goto(path);
    const before = await trail("invitation.renewed");
    await pressesTwice(page, page.getByRole("button", { name: "Genera link di invito" }));
    assert.equal(await trail("invitation.renewed"), before + 1);
    assert.equal(await link(page).count(), javaScript ? 1 : 0);
  });

  once("a reset link is made once", async (page, name) => {
    const { id, invitation } = await ask("POST", `/v1/accounts/${account}/members`, { email: `${name}@ferri.example`, access: { role: "standard" } });
    await ask("POST", "/v1/invitations/accept", { token: invitation.link.split("#")[1], first_name: name, last_name: "Neri", password: "lanterna cuoio settembre" }, "");
    await page.goto(`/accounts/${account}/users/${id}`);
    const before = await trail("password_reset.created");
    await pressesTwice(page, page.getByRole("button", { name: "Reimposta" }));
    assert.equal(await trail("password_reset.created"), before + 1);
    assert.equal(await link(page).count(), javaScript ? 1 : 0);
  });

  once("people come in once", async (page, name) => {
    await page.goto(`/accounts/${account}/users/import`);
    await page.locator("textarea").fill(`email,first_name\n${name}@ferri.example,Mara\n`);
    await page.locator("main form button[type=submit]").first().click();
    await page.locator("table").waitFor();
    await pressesTwice(page, page.locator("main form button[type=submit]").first());
    assert.match(await page.getByRole("table").innerText(), /Nuovo/);
    assert.equal((await people(name)).length, 1);
  });

  once("settings are saved once", async (page, name) => {
    const before = await trail("account.profile_changed");
    await page.goto(`/accounts/${account}/settings`);
    const form = page.locator(`form[action="/accounts/${account}/settings/profile"]`);
    await page.locator("section[aria-labelledby=profile-title] summary").first().click();
    await form.locator("#company").fill(`Ferri ${name}`);
    await pressesTwice(page, form.locator("button[type=submit]"));
    assert.match(page.url(), /done=account_saved/);
    assert.equal(await trail("account.profile_changed"), before + 1);
  });
}

for (const javaScriptEnabled of [false, true]) {
  test(`what is typed while a session ends is there again, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
    const page = await arrives({ javaScriptEnabled });
    const name = `kept${javaScriptEnabled}`;
    await page.goto(`/accounts/${account}/users/new`);
    await page.locator("#email").fill(`${name}@ferri.example`);
    await page.locator("#first_name").fill("D’Amico & “figli”");
    await page.locator("#sub_account").uncheck();
    await ask("DELETE", "/v1/me/sessions/others").catch(() => {});
    await page.getByRole("button", { name: "Continua" }).click();
    await page.getByText("quello che hai inserito non va perso").waitFor();
    if (javaScriptEnabled) await look(page, "session-ended");
    await signsIn(page);
    await page.getByRole("heading", { name: "Hai effettuato di nuovo l’accesso" }).waitFor();
    if (javaScriptEnabled) await look(page, "signed-in-again");
    await page.getByRole("button", { name: "Continua" }).click();
    await page.waitForURL("**done=contact_added");
    const found = await people(name);
    assert.deepEqual(found.map((one) => one.first_name), ["D’Amico & “figli”"]);
  });
}
