// Access tokens, checked by independent clients: `jose`, with the published keys, and `oauth4webapi`, which finds the keys by the issuer (RFC 8414, RFC 9068).
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { UnsecuredJWT, createRemoteJWKSet, jwtVerify } from "jose";
import * as oauth from "oauth4webapi";
import { start } from "./service.mjs";

const setupToken = randomBytes(24).toString("base64url");
let service, session, account, keys, expected;

const ask = async (method, path, body, bearer = session) => {
  const headers = { "content-type": "application/json", ...(bearer && { authorization: `Bearer ${bearer}` }) };
  const answer = await fetch(service.url + path, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, body: await answer.json().catch(() => null) };
};
const token = async (audience) => (await ask("POST", "/v1/access-tokens", { account_id: account, audience })).body.access_token;

before(async () => {
  service = await start(setupToken);
  const person = { email: "vera@nuvola.example", first_name: "Vera", last_name: "Monti", password: "a long and quiet sentence" };
  await ask("POST", "/v1/setup", { setup_token: setupToken, host_name: "Nuvola", ...person }, null);
  session = (await ask("POST", "/v1/sessions", { email: person.email, password: person.password }, null)).body.session_token;
  account = (await ask("POST", "/v1/accounts", { name: "Panificio Ferri", managed: true })).body.id;
  keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", service.url));
  expected = { issuer: service.url, audience: "urn:portineria:services", typ: "at+jwt", algorithms: ["EdDSA"], requiredClaims: ["client_id", "sub", "sid", "jti", "iat", "exp", "account_id"] };
});
after(() => service?.stop());

test("another service verifies a token by the published keys", async () => {
  const { payload, protectedHeader } = await jwtVerify(await token(), keys, expected);
  assert.equal(protectedHeader.alg, "EdDSA");
  assert.equal(payload.account_id, account);
  assert.equal(payload.role, "admin");
  assert.ok(payload.permissions.includes("members.manage"));
  assert.equal(payload.exp - payload.iat, 300);
});

test("a resource server that knows only the issuer takes a token", async () => {
  const issuer = new URL(service.url);
  const insecure = { [oauth.allowInsecureRequests]: true };
  const answer = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
  const server = await oauth.processDiscoveryResponse(issuer, answer);
  const asks = async (bearer) => new Request("https://shop.example/orders", { headers: { authorization: `Bearer ${bearer}` } });
  const claims = await oauth.validateJwtAccessToken(server, await asks(await token()), "urn:portineria:services", insecure);
  assert.equal(claims.account_id, account);
  await assert.rejects(oauth.validateJwtAccessToken(server, await asks(await token(service.url)), "urn:portineria:services", insecure));
});

test("a token for another audience, or changed, is refused by it", async () => {
  await assert.rejects(jwtVerify(await token(), keys, { ...expected, audience: "https://other.example" }), { code: "ERR_JWT_CLAIM_VALIDATION_FAILED" });
  const [header, , signature] = (await token()).split(".");
  const body = (await token()).split(".")[1];
  await assert.rejects(jwtVerify(`${header}.${body}.${signature}`, keys, expected), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
});

test("a token for another service is nobody here, one asked for by our name is somebody", async () => {
  assert.equal((await ask("GET", `/v1/accounts/${account}`, null, await token())).status, 401);
  assert.equal((await ask("GET", `/v1/accounts/${account}`, null, await token(service.url))).status, 200);
  await assert.rejects(jwtVerify(await token(service.url), keys, expected), { code: "ERR_JWT_CLAIM_VALIDATION_FAILED" });
  assert.equal((await ask("POST", "/v1/access-tokens", { account_id: account, audience: "https://other.example" })).status, 422);
});

test("an unsecured token of its making is nobody here", async () => {
  const { payload } = await jwtVerify(await token(service.url), keys, { ...expected, audience: service.url });
  assert.equal((await ask("GET", `/v1/accounts/${account}`, null, new UnsecuredJWT(payload).encode())).status, 401);
});
