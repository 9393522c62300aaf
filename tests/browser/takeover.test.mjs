// The owner of the mailbox wins: a squatter used the copied link first. The mailed link gives the owner access, with and without a script, and an
// accepted link opens the account again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Provider } from "../harness/provider.mjs";
import { hosted, look } from "./service.mjs";

const provider = new Provider();
let world;

before(async () => {
  provider.answers(200, { id: "one" });
  await provider.listens();
  world = await hosted(`MAIL_PROVIDER:webhook MAIL_URL:${provider.url} MAIL_FROM:portineria@example.com`);
});

after(async () => {
  await world?.stop();
  await provider.ends();
});

/** Waits for the e-mail to this address, and returns its link. */
async function mailed(email) {
  for (let tries = 0; tries < 200; tries++) {
    const mails = provider.received.map(({ body }) => JSON.parse(body));
    const link = mails.findLast(({ to, text }) => JSON.stringify(to).includes(email) && text.includes("/invitation#"))?.text.match(/http\S+\/invitation#\S+/);
    if (link) return link[0];
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(`no e-mail to ${email}`);
}

const invites = (account, email) => world.ask("POST", `/v1/accounts/${account}/members`, { email, access: { role: "standard" } });

/** Accepts an invitation by the API, without a session. */
async function accepts(body) {
  const address = new URL("/v1/invitations/accept", world.page.url());
  const answer = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
}

for (const javaScriptEnabled of [true, false]) {
  test(`a mailed invitation takes an unconfirmed user over, script ${javaScriptEnabled}`, async () => {
    const email = `anna.${javaScriptEnabled}@ferri.example`;
    const copied = (await invites(world.account, email)).invitation.link.split("#")[1];
    const squatter = await accepts({ token: copied, first_name: "Squat", last_name: "Ter", password: "the long words of a stranger" });
    provider.received.length = 0;
    const second = (await world.ask("POST", "/v1/accounts", { name: `Forno ${javaScriptEnabled}`, managed: true })).id;
    await invites(second, email);
    const link = await mailed(email);

    const anna = await world.newPerson({ locale: "it-IT", javaScriptEnabled });
    const opens = async (page) => {
      await page.goto(javaScriptEnabled ? link : "/invitation");
      if (!javaScriptEnabled) {
        await page.getByLabel("Link o codice di invito").fill(link);
        await page.getByRole("button").last().click();
      }
    };
    await opens(anna);
    await anna.getByText("A questo indirizzo corrisponde già un utente che nessuno ha mai confermato.").waitFor();
    if (javaScriptEnabled) await look(anna, "invitation-takes-over");
    await anna.locator("#first_name").fill("Anna");
    await anna.locator("#last_name").fill("Ferri");
    await anna.getByLabel("Nuova password").fill("corta");
    await anna.getByRole("button", { name: "Prendi possesso e accetta" }).click();
    await anna.getByText("A questo indirizzo corrisponde già un utente che nessuno ha mai confermato.").waitFor();
    assert.equal(await anna.locator("#first_name").inputValue(), "Anna");
    await anna.getByLabel("Nuova password").fill("una frase lunga e tranquilla");
    await anna.getByRole("button", { name: "Prendi possesso e accetta" }).click();
    await anna.waitForURL(`**/accounts/${second}/users*`);
    const me = await fetch(new URL("/v1/me", anna.url()), { headers: { authorization: `Bearer ${squatter.session_token}` } });
    assert.equal(me.status, 401, "whoever came first is out");

    // The link again: signed in it opens the account; signed out it leads to the sign-in, and from there to the account.
    await opens(anna);
    await anna.waitForURL(`**/accounts/${second}/users*`);
    const later = await world.newPerson({ locale: "it-IT", javaScriptEnabled });
    await opens(later);
    await later.getByRole("heading", { name: "Questo invito è già stato accettato" }).waitFor();
    if (javaScriptEnabled) await look(later, "invitation-used");
    await later.getByRole("link", { name: "Accedi" }).click();
    await later.getByLabel("Indirizzo Email").fill(email);
    await later.getByLabel("Password", { exact: true }).fill("una frase lunga e tranquilla");
    await later.getByRole("button", { name: "Accedi" }).click();
    await later.waitForURL(`**/accounts/${second}/users*`);
  });
}
