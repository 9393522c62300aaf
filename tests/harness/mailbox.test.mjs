// The mailbox of a service under development: it shows each e-mail once, with its links.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";

let child, url;
const mail = { id: "one", from: "no-reply@nuvola.example", to: "anna@ferri.example", subject: "Invito <1>", text: "Apri http://localhost/invitation#abc", html: "<p>Apri</p>" };
const deliver = (body, type = "application/json") => fetch(url, { method: "POST", headers: { "content-type": type }, body: JSON.stringify(body) });
const read = async (path) => (await fetch(url + path)).text();

before(async () => {
  child = spawn(process.execPath, ["scripts/mailbox.mjs", String(process.pid)], { cwd: new URL("../..", import.meta.url), stdio: ["ignore", "pipe", "inherit"] });
  url = String((await once(child.stdout, "data"))[0]).trim();
});

after(async () => {
  const ended = once(child, "exit");
  child.kill();
  await ended;
});

test("it begins empty, and says what to do", async () => {
  assert.match(await read("/"), /No e-mail yet/);
});

test("an e-mail is in the list once, and is shown with its link", async () => {
  for (let again = 0; again < 2; again++) assert.deepEqual([(await deliver(mail)).status, (await (await deliver(mail)).json()).id], [200, "one"]);
  assert.equal((await read("/")).split("Invito &#60;1&#62;").length - 1, 1);
  const shown = await read("/letters/one");
  assert.match(shown, /<a href="http:\/\/localhost\/invitation#abc">/);
  assert.match(shown, /<iframe title="The e-mail as HTML" sandbox=/);
});

test("a body that is no e-mail is refused", async () => {
  assert.equal((await deliver({ id: "two" })).status, 400);
  assert.equal((await deliver(mail, "text/plain")).status, 415);
  assert.equal((await fetch(`${url}/letters/two`)).status, 404);
});
