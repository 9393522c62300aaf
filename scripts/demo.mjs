// Fills a fresh service through its public API, and prints how to sign in.
import { randomBytes } from "node:crypto";

const [base] = process.argv.slice(2);
const password = `demo ${randomBytes(9).toString("base64url")} ${randomBytes(3).toString("hex")}`;

async function ask(method, path, { body, as } = {}) {
  const headers = { "accept-language": "it" };
  if (body) headers["content-type"] = "application/json";
  if (as) headers.authorization = `Bearer ${as}`;
  if (method !== "GET" && method !== "POST") headers["if-match"] = "*";
  const response = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw new Error(`${method} ${path} → ${response.status} ${answer.code ?? ""} ${answer.detail ?? ""}`);
  return answer;
}

const tokenOf = (invitation) => invitation.link.split("#")[1];
const signIn = async (email) => (await ask("POST", "/v1/sessions", { body: { email, password } })).session_token;
const people = (account) => `/v1/accounts/${account.id}/members`;

async function invite(as, account, email, role, extra = {}) {
  return ask("POST", people(account), { as, body: { email, access: { role }, ...extra } });
}

async function join(as, account, email, first_name, last_name, role) {
  const member = await invite(as, account, email, role, { first_name, last_name });
  await ask("POST", "/v1/invitations/accept", { body: { token: tokenOf(member.invitation), first_name, last_name, password } });
  return member;
}

await ask("POST", "/v1/setup", {
  body: { setup_token: process.env.SETUP_TOKEN, host_name: "Nuvola Hosting", email: "vera@nuvola.example", first_name: "Vera", last_name: "Monti", password },
});
const vera = await signIn("vera@nuvola.example");
const host = (await ask("GET", "/v1/accounts", { as: vera })).data.find((account) => account.kind === "host");
await join(vera, host, "dario@nuvola.example", "Dario", "Greco", "standard");
await join(vera, host, "nora@nuvola.example", "Nora", "Villa", "view_only");

const bakery = await ask("POST", "/v1/accounts", { as: vera, body: { name: "Panificio Ferri", managed: true } });
await join(vera, bakery, "anna@ferri.example", "Anna", "Ferri", "admin");
await join(vera, bakery, "luca@ferri.example", "Luca", "Bassi", "standard");
await join(vera, bakery, "marta@ferri.example", "Marta", "Sala", "view_only");
const away = await join(vera, bakery, "piero@ferri.example", "Piero", "Costa", "standard");
await ask("PUT", `${people(bakery)}/${away.id}/access/suspension`, { as: vera, body: { suspended: true } });
await invite(vera, bakery, "giulia@ferri.example", "standard", { first_name: "Giulia", last_name: "Rinaldi" });
await ask("POST", people(bakery), {
  as: vera,
  body: { email: "contabilita@studiobruni.example", first_name: "Elio", last_name: "Bruni", company: "Studio Bruni", city: "Parma", province: "PR", postcode: "43121", email_preferences: ["administration"] },
});

const agency = await ask("POST", "/v1/accounts", { as: vera, body: { name: "Agenzia Lume", managed: false, admin_email: "sara@lume.example" } });
await ask("POST", "/v1/invitations/accept", { body: { token: tokenOf(agency.invitation), first_name: "Sara", last_name: "Neri", password } });
const sara = await signIn("sara@lume.example");
await join(sara, agency, "ivo@lume.example", "Ivo", "Galli", "standard");

await ask("POST", "/v1/accounts", { as: vera, body: { name: "Officina Volta", managed: false, admin_email: "titolare@volta.example" } });

console.log(`
Portineria, filled: sign in at ${base.replace("127.0.0.1", "localhost")}/sign-in
Everybody's password is today: ${password}

  vera@nuvola.example     administrator of the host         dario@nuvola.example  standard   nora@nuvola.example  view only
  anna@ferri.example      administrator of Panificio Ferri (managed by the host)
  luca@ferri.example      standard there                    marta@ferri.example   view only  piero@ferri.example  suspended
                          giulia@ferri.example is invited, contabilita@studiobruni.example is a contact
  sara@lume.example       administrator of Agenzia Lume (unmanaged)                          ivo@lume.example     standard
  titolare@volta.example  invited as first administrator of Officina Volta (pending)
`);
