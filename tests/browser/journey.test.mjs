// Document 002 in a browser: the host is set up, an admin invites and copies the link, people accept it, a role is changed, a user is revoked.
// Each page is checked with axe, in light, dark and on a phone. Each step needs the steps before it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browse, look, person, start } from "./service.mjs";

const SETUP_TOKEN = "una-volta-sola-per-aprire-la-portineria";
const PASSWORDS = { ada: "lanterna cuoio settembre", bob: "vento mattone ortica", carla: "gelso bicicletta nuvola" };
let service, browser, ada, bob, carla, users;

before(async () => {
  service = await start(SETUP_TOKEN);
  browser = await browse();
  ada = await person(browser, service.url);
  bob = await person(browser, service.url, { locale: "it-IT", javaScriptEnabled: false });
  carla = await person(browser, service.url, { locale: "it-IT" });
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

/** Runs one step. It is skipped after a step that failed. */
let broken = false;
const step = (name, walk) =>
  test(name, async (t) => {
    if (broken) return t.skip("an earlier step failed");
    broken = true;
    await walk();
    broken = false;
  });

const notice = (page) => page.getByRole("status").first().innerText();
const row = (page, email) => page.getByRole("row").filter({ hasText: email });

/** Ada invites an address. Returns the link she copied. */
async function invites(email, role) {
  await ada.goto(users);
  await ada.getByRole("link", { name: "Invite a new user" }).click();
  await ada.getByLabel("Email address of the user").fill(email);
  await ada.getByRole("radio", { name: role, exact: true }).check();
  await ada.getByRole("button", { name: "Continue" }).click();
  await ada.getByRole("button", { name: "Copy link" }).click();
  await ada.getByText("Link copied.").waitFor();
  const link = await ada.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /\/invitation#[\w-]{43}$/);
  assert.equal(link, await ada.getByRole("textbox", { name: "Invitation link" }).inputValue());
  return link;
}

step("the first admin sets the host up from the printed link, and signs in", async () => {
  await ada.goto(`/setup#${SETUP_TOKEN}`);
  assert.equal(await ada.getByLabel("Setup token").inputValue(), SETUP_TOKEN);
  assert.equal(new URL(ada.url()).hash, "", "the token leaves the address bar");
  await look(ada, "setup");
  await ada.getByLabel("Name of the host").fill("Moretti Hosting");
  await ada.getByLabel("First name").fill("Ada");
  await ada.getByLabel("Last name").fill("Moretti");
  await ada.getByLabel("Email address").fill("ada@moretti.example");
  await ada.getByLabel("Password", { exact: true }).fill("short");
  await ada.getByRole("button", { name: "Set up the host" }).click();
  await ada.getByRole("alert").getByText("At least 15 characters").waitFor();
  assert.equal(await ada.getByLabel("Name of the host").inputValue(), "Moretti Hosting", "what was typed stays");
  assert.equal(await ada.getByLabel("Password", { exact: true }).inputValue(), "", "but no password");
  await look(ada, "setup-wrong");
  await ada.getByLabel("Password", { exact: true }).fill(PASSWORDS.ada);
  await ada.getByRole("button", { name: "Set up the host" }).click();
  assert.match(await notice(ada), /The host is ready/);
  await look(ada, "sign-in");
  await ada.getByLabel("Email address").fill("ada@moretti.example");
  await ada.getByLabel("Password", { exact: true }).fill(PASSWORDS.ada);
  await ada.getByRole("button", { name: "Sign in" }).click();
  await ada.waitForURL("**/accounts");
  await look(ada, "accounts");
});

step("the host creates a managed account", async () => {
  await ada.getByRole("link", { name: "Create an account" }).click();
  await ada.waitForURL("**/accounts/new");
  await look(ada, "account-new");
  await ada.getByLabel("Name of the account").fill("Panificio Aurora");
  await ada.getByRole("radio", { name: "The host (managed account)", exact: true }).check();
  await ada.getByRole("button", { name: "Continue" }).click();
  assert.match(await notice(ada), /The account has been created/);
  users = new URL(ada.url()).pathname;
  await look(ada, "users-first");
});

step("Bob accepts in Italian without JavaScript", async () => {
  const link = await invites("bob@aurora.example", "Standard");
  await look(ada, "link");
  await ada.getByRole("link", { name: "Done" }).click();
  assert.match(await row(ada, "bob@aurora.example").innerText(), /Invited/);

  await bob.goto(link);
  await bob.getByLabel("Link o codice di invito").fill(link);
  await bob.getByRole("button", { name: "Continua" }).click();
  await bob.getByRole("heading", { name: "Sei stato invitato in Panificio Aurora" }).waitFor();
  await bob.getByLabel("Nome", { exact: true }).fill("Bob");
  await bob.getByLabel("Cognome").fill("Rossi");
  await bob.getByLabel("Password", { exact: true }).fill(PASSWORDS.bob);
  await bob.getByRole("button", { name: "Accetta l’invito" }).click();
  await bob.waitForURL(`**${users}?done=accepted`);
  assert.match(await notice(bob), /Benvenuto/);
  assert.match(await row(bob, "bob@aurora.example").innerText(), /Bob Rossi[\s\S]*Attivo/);
  assert.equal(await bob.getByRole("link", { name: "Invita un nuovo utente" }).count(), 0, "a standard user invites nobody");
});

step("Carla accepts with JavaScript: the link opens by itself and leaves the address bar", async () => {
  const link = await invites("carla@aurora.example", "View only");
  await carla.goto(link);
  await carla.getByRole("heading", { name: "Sei stato invitato in Panificio Aurora" }).waitFor();
  assert.equal(new URL(carla.url()).hash, "");
  await look(carla, "invitation");
  await carla.getByRole("button", { name: "en", exact: true }).click();
  await carla.getByRole("heading", { name: "You are invited to Panificio Aurora" }).waitFor();
  await carla.getByRole("button", { name: "it", exact: true }).click();
  await carla.getByLabel("Nome", { exact: true }).fill("Carla");
  await carla.getByLabel("Cognome").fill("Verdi");
  await carla.getByLabel("Password", { exact: true }).fill(PASSWORDS.carla);
  await carla.getByRole("button", { name: "Accetta l’invito" }).click();
  await carla.waitForURL(`**${users}?done=accepted`);
  await look(carla, "users-reader");
  await carla.goto("/me");
  await look(carla, "me");
});

step("a link works once", async () => {
  const link = await invites("dino@aurora.example", "Standard");
  const dino = await person(browser, service.url, { locale: "it-IT" });
  await dino.goto(link);
  await dino.getByText("Rifiuta", { exact: true }).click();
  await dino.getByRole("button", { name: "Rifiuta l’invito" }).click();
  assert.match(await notice(dino), /L’invito è stato rifiutato/);
  await dino.goto(link);
  await dino.getByRole("heading", { name: "Questo link non funziona" }).waitFor();
  await look(dino, "link-dead");
});

step("Ada sees them, changes a role, and the last admin cannot step down", async () => {
  await ada.goto(users);
  assert.match(await row(ada, "bob@aurora.example").innerText(), /Bob Rossi[\s\S]*Standard[\s\S]*Active/);
  assert.match(await row(ada, "carla@aurora.example").innerText(), /Carla Verdi[\s\S]*View only[\s\S]*Active/);
  await look(ada, "users");
  await row(ada, "ada@moretti.example").getByRole("link", { name: "Edit" }).click();
  await ada.getByText("This person is an administrator here on behalf of the host").first().waitFor();
  await look(ada, "user-self");
  await ada.goto(users);
  await row(ada, "bob@aurora.example").getByRole("link", { name: "Edit" }).click();
  await ada.waitForURL("**/users/*-*");
  await look(ada, "user");
  const access = ada.getByRole("region", { name: "Access" });
  await access.getByText("Edit", { exact: true }).click();
  await access.getByRole("radio", { name: "Admin", exact: true }).check();
  await access.getByRole("button", { name: "Save change" }).click();
  assert.match(await notice(ada), /The role has been changed/);
  await bob.reload();
  await bob.getByRole("link", { name: "Invita un nuovo utente" }).waitFor();
});

step("Ada makes a reset link for Carla, who chooses a new password", async () => {
  await ada.goto(users);
  await row(ada, "carla@aurora.example").getByRole("link", { name: "Edit" }).click();
  await ada.getByRole("button", { name: "Reset" }).click();
  const link = await ada.getByRole("textbox", { name: "Reset link" }).inputValue();
  await look(ada, "reset-link");
  await carla.goto(link);
  await carla.getByLabel("Nuova password", { exact: true }).fill("una password tutta nuova");
  await look(carla, "reset");
  await carla.getByLabel("Nuova password, ancora una volta").fill("una password tutta nuova");
  await carla.getByRole("button", { name: "Modifica password" }).click();
  assert.match(await notice(carla), /Accedi con quella nuova/);
  await carla.goto(users);
  await carla.getByLabel("Indirizzo Email").fill("carla@aurora.example");
  await carla.getByLabel("Password", { exact: true }).fill("una password tutta nuova");
  await carla.getByRole("button", { name: "Accedi" }).click();
  await carla.waitForURL(`**${users}`);
});

step("Ada revokes Carla, who is out with her next click", async () => {
  await ada.goto(users);
  await row(ada, "carla@aurora.example").getByRole("link", { name: "Edit" }).click();
  const revoke = ada.getByRole("region", { name: "Revoke" });
  await revoke.locator("summary").click();
  await revoke.getByRole("button", { name: "Revoke" }).click();
  assert.match(await notice(ada), /The user has been revoked/);
  assert.equal(await row(ada, "carla@aurora.example").count(), 0);
  await carla.reload();
  await carla.getByRole("heading", { name: "Qui non c’è nulla" }).waitFor();
  await ada.goto(users.replace(/users$/, "audit"));
  assert.match(await ada.getByRole("table").innerText(), /User revoked/);
  await look(ada, "audit");
  await ada.goto(users.replace(/users$/, "settings"));
  await look(ada, "settings");
});

step("Ada signs out, and the way back asks for her password", async () => {
  await ada.getByText("Ada Moretti").first().click();
  await ada.getByRole("button", { name: "Sign out" }).click();
  assert.match(await notice(ada), /You have signed out/);
  await ada.goto(users);
  await ada.waitForURL(`**/sign-in?next=${users}`);
  await ada.goto("/forgot-password");
  await look(ada, "forgot-password");
});
