//! Access tokens for other services: valid for five minutes, for one account, and no longer than session and access.

use hmac::{Hmac, KeyInit, Mac};
use portineria::core::secret::{decoded, encoded};
use serde_json::{Value as Json, json};
use sha2::Sha256;

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

fn asks_for_token(person: &Person, account: &Account) -> Reply {
    person.posts("/v1/access-tokens", &json!({"account_id": account.id}))
}

/// Returns a token for this service's own API.
fn token_of(person: &Person, account: &Account) -> String {
    person.own_api_token(account)
}

/// Requests a token for another service.
fn token_for(person: &Person, account: &Account, audience: &str) -> Reply {
    person.posts("/v1/access-tokens", &json!({"account_id": account.id, "audience": audience}))
}

fn gets_with(world: &World, token: &str, path: &str) -> Reply {
    world.ask("GET", path).bearer(token).send()
}

/// Returns a part of a token, decoded.
fn part(token: &str, number: usize) -> Json {
    let text = token.split('.').nth(number).expect("a part");
    serde_json::from_slice(&decoded(text).expect("base64url")).expect("JSON")
}

pub fn a_token_says_who_where_and_what(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let answer = asks_for_token(&ada, &rossi).is(200);
    assert_eq!((answer.at("/token_type"), answer.at("/expires_in")), (json!("Bearer"), json!(300)));
    let token = answer.text("/access_token");
    assert_eq!((part(&token, 0)["alg"].clone(), part(&token, 0)["typ"].clone()), (json!("EdDSA"), json!("at+jwt")));
    let (claims, me) = (part(&token, 1), ada.gets("/v1/me").is(200));
    let session = ada.gets("/v1/me/sessions").is(200).data()[0]["id"].clone();
    assert_eq!((&claims["sub"], &claims["sid"], &claims["account_id"]), (&me.at("/id"), &session, &json!(rossi.id)));
    assert_eq!((&claims["role"], &claims["aud"]), (&json!("admin"), &json!("urn:portineria:services")));
    assert_eq!((&claims["client_id"], &claims["handle"]), (&claims["iss"], &Json::Null));
    let names: Vec<&str> = claims.as_object().expect("claims").keys().map(String::as_str).collect();
    assert_eq!(names, ["account_id", "aud", "client_id", "exp", "iat", "iss", "jti", "permissions", "role", "sid", "sub", "via"]);
    assert_eq!(claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat"), 300);
    assert!(claims["permissions"].as_array().expect("permissions").contains(&json!("members.manage")));
    assert_ne!(claims["jti"], part(&token_of(&ada, &rossi), 1)["jti"], "each has an id of its own");
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
    let claims = part(&token_of(&bob, &rossi), 1);
    assert_eq!(claims["role"], "view_only");
    assert!(!claims["permissions"].as_array().expect("permissions").contains(&json!("members.manage")));
}

pub fn the_keys_are_published_for_everybody(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let published = world.ask("GET", "/.well-known/jwks.json").send().is(200);
    assert_eq!(published.header("cache-control"), "public, max-age=300");
    let keys = published.at("/keys");
    for key in keys.as_array().expect("keys") {
        assert_eq!((&key["kty"], &key["crv"], &key["alg"], &key["use"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"), &json!("sig")));
        assert!(key["d"].is_null() && decoded(key["x"].as_str().expect("x")).expect("base64url").len() == 32);
    }
    assert_eq!(part(&token_of(&ada, &rossi), 0)["kid"], keys[0]["kid"], "the current key is the first");
}

pub fn libraries_find_the_keys_by_the_issuer(world: &World) {
    let found = world.ask("GET", "/.well-known/oauth-authorization-server").send().is(200);
    let (issuer, keys) = (found.text("/issuer"), found.text("/jwks_uri"));
    let (ada, rossi) = world.account_of("Ada");
    assert_eq!(part(&token_of(&ada, &rossi), 1)["iss"], issuer.as_str());
    let path = keys.strip_prefix(&issuer).expect("keys of the issuer");
    assert!(!world.ask("GET", path).send().is(200).at("/keys").as_array().expect("keys").is_empty());
    assert_eq!(found.at("/response_types_supported"), json!([]));
}

pub fn a_token_opens_its_account_and_nothing_else(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    let bianchi = host.creates_account("Bianchi");
    let token = token_of(&host, &rossi);
    gets_with(world, &token, &rossi.at("")).is(200);
    assert_eq!(gets_with(world, &token, "/v1/me").is(200).at("/email"), json!(host.email));
    gets_with(world, &token, "/v1/permissions").is(200);
    world.ask("POST", &rossi.at("/members")).bearer(&token).json(&json!({"email": "carla@example.com"})).send().is(201);
    // The user has access to the other account by session, not by this token.
    host.gets(&bianchi.at("")).is(200);
    gets_with(world, &token, &bianchi.at("")).refused(404, "not_found");
    gets_with(world, &token, &bianchi.at("/members")).refused(404, "not_found");
    gets_with(world, &token, &format!("/v1/accounts/{}", rossi.id.to_uppercase())).refused(404, "not_found");
    gets_with(world, &token, &format!("/v1/accounts/{}0", rossi.id)).refused(404, "not_found");
    for path in ["/v1/accounts", "/v1/me/accounts", "/v1/me/sessions", "/v1/host"] {
        gets_with(world, &token, path).refused(401, "not_signed_in");
    }
    let ask = |method: &str, path: &str, body: Json| world.ask(method, path).bearer(&token).when("*").json(&body).send();
    ask("POST", "/v1/access-tokens", json!({"account_id": rossi.id})).refused(401, "not_signed_in");
    ask("POST", "/v1/accounts", json!({"name": "Neri", "managed": true})).refused(401, "not_signed_in");
    ask("PATCH", "/v1/me", json!({"first_name": "Eva"})).refused(401, "not_signed_in");
    ask("DELETE", "/v1/me/sessions/current", json!({})).refused(401, "not_signed_in");
    ask("PUT", "/v1/me/password", json!({"current_password": host.password(), "new_password": "entirely different words"})).refused(401, "not_signed_in");
    // A sign-in with the token in the same request ends no session.
    ask("POST", "/v1/sessions", json!({"email": ada.email, "password": ada.password()})).is(201);
    host.gets("/v1/me").is(200);
    let page = gets_with(world, &token, &format!("/accounts/{}/users", rossi.id));
    assert_eq!(page.status, 303, "pages are for people: {}", page.summary());
}

pub fn a_token_ends_with_its_session_at_once(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let token = token_of(&ada, &rossi);
    gets_with(world, &token, &rossi.at("")).is(200);
    ada.signs_out().is(204);
    gets_with(world, &token, &rossi.at("")).refused(401, "not_signed_in");
    gets_with(world, &token, "/v1/me").refused(401, "not_signed_in");
    ada.signs_in().is(201);
    gets_with(world, &token, &rossi.at("")).refused(401, "not_signed_in");
}

pub fn a_token_ends_with_the_access_at_once(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let (member, token) = (ada.member_id(&rossi, &bob.email), token_of(&bob, &rossi));
    gets_with(world, &token, &rossi.at("/members")).is(200);
    ada.suspends(&rossi, &member, true).is(200);
    gets_with(world, &token, &rossi.at("/members")).refused(404, "not_found");
    gets_with(world, &token, "/v1/me").refused(401, "not_signed_in");
    ada.suspends(&rossi, &member, false).is(200);
    gets_with(world, &token, &rossi.at("/members")).is(200);
    // The role in the token is for other services. This service reads the current role.
    let admin = token_of(&ada, &rossi);
    let cleo = world.joins(&ada, &rossi, "Cleo", "admin");
    cleo.gives_role(&rossi, &cleo.member_id(&rossi, &ada.email), "view_only").is(200);
    let body = json!({"email": "carla@example.com"});
    world.ask("POST", &rossi.at("/members")).bearer(&admin).json(&body).send().refused(403, "not_allowed");
    cleo.revokes(&rossi, &member).is(204);
    gets_with(world, &token, &rossi.at("")).refused(404, "not_found");
}

pub fn a_token_ends_after_five_minutes(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let token = token_of(&ada, &rossi);
    world.controls().passes(290);
    gets_with(world, &token, &rossi.at("")).is(200);
    world.controls().passes(11);
    gets_with(world, &token, &rossi.at("")).refused(401, "not_signed_in");
    ada.gets(&rossi.at("")).is(200);
}

pub fn a_token_is_given_to_those_who_stand_in_the_account(world: &World) {
    let ((ada, rossi), (bea, bianchi)) = (world.account_of("Ada"), world.unmanaged_account_of("Bea"));
    asks_for_token(&bea, &rossi).refused(404, "not_found");
    asks_for_token(&ada, &bianchi).refused(404, "not_found");
    asks_for_token(&world.someone("Eve"), &rossi).refused(401, "not_signed_in");
    ada.posts("/v1/access-tokens", &json!({"account_id": "rossi"})).refused(404, "not_found");
    ada.posts("/v1/access-tokens", &json!({})).refused_field("/account_id", "required");
    ada.posts("/v1/access-tokens", &json!({"account_id": rossi.id, "role": "admin"})).refused_field("/role", "unknown_field");
    let boss = world.joins(&world.host(), &world.host_account(), "Carlo", "view_only");
    assert_eq!(part(&token_of(&boss, &rossi), 1)["role"], "view_only", "by delegation");
    asks_for_token(&boss, &bianchi).refused(403, "not_allowed");
}

pub fn a_token_calls_a_host_user_what_they_are_in_the_account(world: &World) {
    let ((ada, rossi), (bea, bianchi)) = (world.account_of("Ada"), world.unmanaged_account_of("Bea"));
    let boss = world.joins(&world.host(), &world.host_account(), "Carlo", "admin");
    let says = |person: &Person, account: &Account| {
        let claims = part(&token_of(person, account), 1);
        (claims["role"].clone(), claims["via"].clone(), claims["permissions"].to_string())
    };
    let (role, via, held) = says(&boss, &rossi);
    assert_eq!((role, via), (json!("admin"), json!("delegation")));
    assert!(held.contains("members.manage") && !held.contains("host.") && !held.contains("accounts.create") && !held.contains("account.restore"), "{held}");
    assert_eq!(says(&ada, &rossi).1, "member");
    let (_, via, held) = says(&boss, &world.host_account());
    assert!(via == "member" && held.contains("host.manage") && held.contains("members.manage"), "{via} {held}");
    // A host user gets no token for an account without delegation or for a deleted account.
    asks_for_token(&boss, &bianchi).refused(403, "not_allowed");
    let invited = bea.invites(&bianchi, &boss.email, "view_only").invited();
    boss.accepts_signed_in(&invited).is(201);
    let (role, via, held) = says(&boss, &bianchi);
    assert!(role == "view_only" && via == "member" && !held.contains("account.delete"), "{role} {via} {held}");
    ada.deletes(&rossi).is(204);
    asks_for_token(&boss, &rossi).refused(409, "account_deleted");
    asks_for_token(&ada, &rossi).refused(404, "not_found");
}

#[expect(clippy::too_many_lines, reason = "a list of forgeries")]
pub fn a_forged_token_is_nobody(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (token, other) = (token_of(&ada, &rossi), token_of(&ada, &rossi));
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (ours, others, json_part) = (parts(&token), parts(&other), |text: &str| encoded(text.as_bytes()));
    let (header, body, signature) = (&ours[0], &ours[1], &ours[2]);
    let mut forged: Vec<String> = ["none", "None", "nOnE", "HS256", "HS384", "RS256", "ES256", "Ed25519", ""]
        .iter()
        .flat_map(|alg| {
            let header = json_part(&format!(r#"{{"alg":"{alg}","typ":"at+jwt"}}"#));
            [format!("{header}.{body}."), format!("{header}.{body}.{signature}")]
        })
        .collect();
    for header in [
        r#"{"alg":"EdDSA","alg":"none","typ":"at+jwt"}"#,
        r#"{"alg":"none","alg":"EdDSA","typ":"at+jwt"}"#,
        r#"{"alg":"EdDSA","typ":"JWT"}"#,
        r#"{"alg":"EdDSA"}"#,
        r#"{"typ":"at+jwt"}"#,
        r#"{"alg":["EdDSA"],"typ":"at+jwt"}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","kid":"../../../../dev/null","jku":"https://evil.example/keys","x5u":"https://evil.example/x"}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","jwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}"#,
        "null",
        "[]",
        "",
    ] {
        forged.push(format!("{}.{body}.{signature}", json_part(header)));
    }
    let claims = part(&token, 1);
    for (name, value) in [
        ("exp", json!(99_999_999_999_i64)),
        ("exp", json!("99999999999")),
        ("exp", json!(9.9e10)),
        ("exp", Json::Null),
        ("account_id", json!(world.host_account().id)),
        ("sub", json!("01990000-0000-7000-8000-000000000000")),
        ("iss", json!("https://evil.example")),
        ("aud", json!("https://evil.example")),
        ("aud", json!("urn:portineria:services")),
        ("client_id", json!("https://evil.example")),
    ] {
        let mut claims = claims.clone();
        claims[name] = value;
        forged.push(format!("{header}.{}.{signature}", json_part(&claims.to_string())));
    }
    forged.push(format!("{header}.{}.{signature}", json_part(&claims.to_string().replacen('{', r#"{"exp":1e400,"#, 1))));
    forged.extend([
        format!("{header}.{body}."),
        format!("{header}.{body}"),
        format!("{header}.{body}.{}", others[2]),
        format!("{header}.{}.{signature}", others[1]),
        format!("{header}.{body}.{signature}x"),
        format!("{header}.{body}.{signature}."),
        format!("{header}.{body}.{signature}="),
        format!("{header}.{body}.{}", encoded(&[0; 64])),
        format!("{header}.{body}.{}", encoded(&[255; 64])),
        format!("{header}.{body}.{}", encoded(&[0; 63])),
        format!("{header}..{signature}"),
        format!(".{body}.{signature}"),
        "..".into(),
        "...".into(),
        ".".into(),
        "a.b.c".into(),
        "!.!.!".into(),
        "A".repeat(6_000) + ".A.A",
    ]);
    // A correct signature whose secret is the public key.
    let published = world.ask("GET", "/.well-known/jwks.json").send().is(200);
    for key in published.at("/keys").as_array().expect("keys") {
        let x = key["x"].as_str().expect("x");
        for secret in [x.as_bytes().to_vec(), decoded(x).expect("base64url"), key.to_string().into_bytes()] {
            let signed = format!("{}.{body}", json_part(r#"{"alg":"HS256","typ":"at+jwt"}"#));
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&secret).expect("a key");
            mac.update(signed.as_bytes());
            forged.push(format!("{signed}.{}", encoded(&mac.finalize().into_bytes())));
        }
    }
    for forged in &forged {
        let reply = gets_with(world, forged, &rossi.at(""));
        assert_eq!((reply.status, reply.code().as_str()), (401, "not_signed_in"), "{forged}");
    }
    for value in [format!("Bearer {token} {token}"), format!("Basic {token}"), format!("Bearer{token}"), format!("Bearer ,{token}")] {
        world.ask("GET", &rossi.at("")).header("authorization", &value).send().refused(401, "not_signed_in");
    }
    // An invalid token does not fall back to the cookie of the same request.
    world.ask("GET", "/v1/me").bearer(&forged[0]).cookie(&ada.session()).send().refused(401, "not_signed_in");
    gets_with(world, &token, &rossi.at("")).is(200);
}

/// No kind of token is accepted in place of another.
pub fn no_kind_of_token_stands_for_another(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let jwt = token_of(&ada, &rossi);
    let reset = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    let invitation = ada.invites(&rossi, &world.someone("Carla").email, "standard").invited();
    let posts = |path: &str, body: Json| world.ask("POST", path).json(&body).send();
    let newcomer = |token: &str| json!({"token": token, "first_name": "Eva", "last_name": "Neri", "password": "entirely different words"});
    let routes = [
        ("/v1/invitations/preview", "invitation"),
        ("/v1/invitations/accept", "invitation"),
        ("/v1/invitations/decline", "invitation"),
        ("/v1/password-resets/preview", "reset"),
        ("/v1/password-resets/confirm", "reset"),
        ("/v1/email-verifications/confirm", "verification"),
    ];
    for (kind, token) in [("access", jwt.as_str()), ("session", &ada.session()), ("reset", &reset), ("invitation", invitation.token())] {
        for (path, _) in routes.iter().filter(|(_, takes)| *takes != kind) {
            let body = match *path {
                "/v1/invitations/accept" => newcomer(token),
                "/v1/password-resets/confirm" => json!({"token": token, "new_password": "entirely different words"}),
                _ => json!({"token": token}),
            };
            posts(path, body).refused(410, "link_not_valid");
        }
        world.setup(token, "eva@example.com").refused(403, "wrong_setup_token");
        if ["reset", "invitation"].contains(&kind) {
            gets_with(world, token, "/v1/me").refused(401, "not_signed_in");
            world.ask("GET", "/v1/me").cookie(token).send().refused(401, "not_signed_in");
        }
    }
    world.ask("GET", "/v1/me").cookie(&jwt).send().refused(401, "not_signed_in");
    // All of them still work for their own purpose.
    gets_with(world, &jwt, &rossi.at("")).is(200);
    posts("/v1/password-resets/preview", json!({"token": reset})).is(200);
    posts("/v1/invitations/preview", json!({"token": invitation.token()})).is(200);
}

pub fn a_session_id_is_no_token(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let claims = part(&token_of(&ada, &rossi), 1);
    for name in ["sid", "jti", "handle", "sub"] {
        let text = claims[name].as_str().expect(name);
        gets_with(world, text, "/v1/me").refused(401, "not_signed_in");
        world.ask("GET", "/v1/me").cookie(text).send().refused(401, "not_signed_in");
    }
    // A token as the session cookie is no session either.
    world.ask("GET", "/v1/me").cookie(&token_of(&ada, &rossi)).send().refused(401, "not_signed_in");
}

pub fn while_keys_change_nobody_is_turned_away(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    ada.adds_contact(&rossi, "carla@example.com").is(201);
    let keys = |key, previous| world.controls().keys_are(key, previous);
    let next_page = |cursor: &str| ada.gets(&rossi.at(&format!("/members?limit=1&cursor={cursor}")));
    keys(1, None);
    let old = token_of(&ada, &rossi);
    let cursor = ada.gets(&rossi.at("/members?limit=1")).is(200).text("/next_cursor");
    keys(2, Some(1));
    gets_with(world, &old, &rossi.at("/members")).is(200);
    next_page(&cursor).is(200);
    let new = token_of(&ada, &rossi);
    assert_ne!(part(&new, 0)["kid"], part(&old, 0)["kid"]);
    let published = world.ask("GET", "/.well-known/jwks.json").send().is(200);
    assert_eq!((&published.at("/keys/0/kid"), &published.at("/keys/1/kid")), (&part(&new, 0)["kid"], &part(&old, 0)["kid"]));
    keys(2, None);
    gets_with(world, &old, &rossi.at("/members")).refused(401, "not_signed_in");
    gets_with(world, &new, &rossi.at("/members")).is(200);
    next_page(&cursor).refused(400, "cursor_not_valid");
    ada.gets(&rossi.at("/members")).is(200);
}

pub fn a_token_for_another_service_opens_nothing_here(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    let own = part(&token_of(&ada, &rossi), 1)["iss"].as_str().expect("an issuer").to_owned();
    let mine = ada.gets("/v1/me/sessions").is(200).data().len();
    for token in [asks_for_token(&ada, &rossi).is(200).text("/access_token"), asks_for_token(&host, &rossi).is(200).text("/access_token")] {
        for path in ["/v1/me", "/v1/permissions", "/v1/accounts", &rossi.at(""), &rossi.at("/members"), &rossi.at("/audit-events")] {
            gets_with(world, &token, path).refused(401, "not_signed_in");
        }
        let invites = json!({"email": "eve@example.com", "access": {"role": "admin"}});
        world.ask("POST", &rossi.at("/members")).bearer(&token).json(&invites).send().refused(401, "not_signed_in");
        world.ask("POST", "/v1/access-tokens").bearer(&token).json(&json!({"account_id": rossi.id, "audience": own})).send().refused(401, "not_signed_in");
    }
    assert_eq!(ada.gets("/v1/me/sessions").is(200).data().len(), mine);
    // A token with this service as its audience does.
    let token = token_for(&ada, &rossi, &own).is(200).text("/access_token");
    assert_eq!((part(&token, 1)["aud"].clone(), part(&token, 1)["client_id"].clone()), (json!(own), json!(own)));
    gets_with(world, &token, &rossi.at("/members")).is(200);
}

pub fn the_host_says_whom_tokens_may_be_for(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    let own = part(&token_of(&ada, &rossi), 1)["iss"].as_str().expect("an issuer").to_owned();
    let audience = |reply: &Reply| part(&reply.text("/access_token"), 1)["aud"].clone();
    for unknown in ["https://shop.example", "urn:portineria:service", "URN:PORTINERIA:SERVICES", "", " ", &format!("{own}/"), &own.to_uppercase()] {
        token_for(&ada, &rossi, unknown).refused_field("/audience", "unknown");
    }
    ada.posts("/v1/access-tokens", &json!({"account_id": rossi.id, "audience": ["urn:portineria:services"]})).refused_field("/audience", "type");
    let before = host.gets("/v1/host").is(200).at("/audiences");
    assert_eq!(before, json!(["urn:portineria:services"]));
    let new = json!(["https://shop.example", "urn:example:crm"]);
    host.changes("PATCH", "/v1/host", "/v1/host", Some(&json!({"audiences": new}))).is(200);
    let line = host.gets(&world.host_account().at("/audit-events?limit=1")).is(200).data()[0].clone();
    assert_eq!((&line["action"], &line["before"]["audiences"], &line["after"]["audiences"]), (&json!("host.changed"), &before, &new));
    assert_eq!(audience(&asks_for_token(&ada, &rossi).is(200)), "https://shop.example", "the first, when none is asked for");
    assert_eq!(audience(&token_for(&ada, &rossi, "urn:example:crm").is(200)), "urn:example:crm");
    assert_eq!(audience(&token_for(&ada, &rossi, &own).is(200)), json!(own));
    token_for(&ada, &rossi, "urn:portineria:services").refused_field("/audience", "unknown");
    // A person without access does not learn which audiences are valid.
    let (bea, _) = world.unmanaged_account_of("Bea");
    token_for(&bea, &rossi, "https://nowhere.example").refused(404, "not_found");
    host.changes("PATCH", "/v1/host", "/v1/host", Some(&json!({"audiences": before}))).is(200);
}
