// The most frequent requests, in a service with an account of fifty people and more.
import { VARIABLES } from "./service.mjs";

const PEOPLE = 60;
const ACCOUNTS = 50;
const PASSWORD = "a long and quiet sentence";

let number = 0;
const next = () => (number += 1);
/** Each from another place, because the service limits how often one place tries passwords and links. */
const place = () => `10.${Math.floor(next() / 62_500) % 250}.${Math.floor(number / 250) % 250}.${(number % 250) + 1}`;

/** Requests of people who are not signed in. */
const OPEN = ["/v1/setup", "/v1/sessions", "/v1/invitations/accept"];

/** Sends a request and returns its answer. An error of the service is thrown. */
export async function send(service, [method, path, body]) {
  const headers = { "cf-connecting-ip": place() };
  if (!OPEN.includes(path)) headers.authorization = `Bearer ${service.session}`;
  if (body) headers["content-type"] = "application/json";
  if (method === "PUT") headers["if-match"] = "*";
  const response = await fetch(new URL(path, service.url), { method, headers, body: body && JSON.stringify(body), redirect: "manual" });
  const text = await response.text();
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
  return response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : {};
}

const invitation = (service) => ["POST", `${service.account}/members`, { email: `person${next()}@ferri.example`, first_name: "Anna", last_name: "Conti", access: { role: "standard" } }];

const acceptance = (member) => ["POST", "/v1/invitations/accept", { token: member.invitation.link.split("#")[1], first_name: "Anna", last_name: "Conti", password: PASSWORD }];

/** Sets the service up by its API, so that any revision of it can be filled. */
export async function fill(service) {
  const vera = { email: "vera@nuvola.example", password: PASSWORD };
  await send(service, ["POST", "/v1/setup", { setup_token: VARIABLES.SETUP_TOKEN, host_name: "Nuvola", first_name: "Vera", last_name: "Monti", ...vera }]);
  service.session = (await send(service, ["POST", "/v1/sessions", vera])).session_token;
  for (let count = 0; count < ACCOUNTS; count += 1) {
    const account = await send(service, ["POST", "/v1/accounts", { name: `Bottega ${next()}`, managed: true }]);
    service.account = `/v1/accounts/${account.id}`;
    service.page = `/accounts/${account.id}`;
  }
  service.people = [];
  for (let count = 0; count < PEOPLE; count += 1) service.people.push((await send(service, invitation(service))).id);
  // The oldest sessions of a user end, and Vera's must not: somebody else signs in again and again.
  const guest = invitation(service);
  await send(service, acceptance(await send(service, guest)));
  service.guest = { email: guest[2].email, password: PASSWORD };
}

const repeated = (request) => (service, count) => Array.from({ length: count }, () => request(service));
async function acceptances(service, count) {
  const requests = [];
  while (requests.length < count) requests.push(acceptance(await send(service, invitation(service))));
  return requests;
}
const changes = (service, count) =>
  Array.from({ length: count }, (_, which) => {
    const turn = (service.turn = (service.turn ?? -1) + 1);
    const role = Math.floor(turn / PEOPLE) % 2 ? "standard" : "view_only";
    return ["PUT", `${service.account}/members/${service.people[turn % PEOPLE]}/access`, { role }];
  });

/** Each request by its name: how many are sent in one measurement, and how they are made. */
export const requests = [
  { name: "who am I", count: 400, made: repeated(() => ["GET", "/v1/me"]) },
  { name: "fifty people", count: 200, made: repeated(({ account }) => ["GET", `${account}/members`]) },
  { name: "fifty people, the page", count: 200, made: repeated(({ page }) => ["GET", `${page}/users`]) },
  { name: "one person", count: 200, made: repeated(({ account, people }) => ["GET", `${account}/members/${people[0]}`]) },
  { name: "one person, the page", count: 200, made: repeated(({ page, people }) => ["GET", `${page}/users/${people[0]}`]) },
  { name: "fifty accounts", count: 200, made: repeated(() => ["GET", "/v1/accounts"]) },
  { name: "fifty accounts, the page", count: 200, made: repeated(() => ["GET", "/accounts"]) },
  { name: "may they", count: 200, made: repeated(({ account, people }) => ["GET", `${account}/access/check?member_id=${people[0]}&permission=members.manage`]) },
  { name: "invite", count: 120, made: repeated(invitation) },
  { name: "change a role", count: 120, made: changes },
  { name: "sign in", count: 40, made: repeated(({ guest }) => ["POST", "/v1/sessions", guest]) },
  { name: "accept an invitation", count: 40, made: acceptances },
];
