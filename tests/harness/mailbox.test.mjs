// The mailbox of a service under development: what it takes it shows, with its links, once.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";

let child, url;
const letter = { id: "one", from: "no-reply@nuvola.example", to: "anna@ferri.example", subject: "Invito <1>", text: "Apri http://localhost/invitation#abc", html: "<p>Apri</p>" };
const take = (body, type = "application/json") => fetch(url, { method: "POST", headers: { "content-type": type }, body: JSON.stringify(body) });
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
  assert.match(await read("/"), /No letter yet/);
});

test("a letter stands in its list once, and is read with its link", async () => {
  for (let again = 0; again < 2; again++) assert.deepEqual([(await take(letter)).status, (await (await take(letter)).json()).id], [200, "one"]);
  assert.equal((await read("/")).split("Invito &#60;1&#62;").length - 1, 1);
  const shown = await read("/letters/one");
  assert.match(shown, /<a href="http:\/\/localhost\/invitation#abc">/);
  assert.match(shown, /<iframe title="The letter as HTML" sandbox=/);
});

test("what is no letter is refused", async () => {
  assert.equal((await take({ id: "two" })).status, 400);
  assert.equal((await take(letter, "text/plain")).status, 415);
  assert.equal((await fetch(`${url}/letters/two`)).status, 404);
});
