//! Rules of every API route: versions, keys, methods, media types, sizes.

use serde_json::json;

use crate::support::world::World;

pub fn a_change_names_the_version_it_changes(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    let things = [
        ("PATCH", rossi.at(""), json!({"name": format!("Rossi 2 ({})", world.tag())})),
        ("PATCH", "/v1/me".to_owned(), json!({"first_name": "Ada"})),
        ("PATCH", member.clone(), json!({"city": "Roma"})),
        ("PUT", format!("{member}/access"), json!({"role": "view_only"})),
        ("PUT", format!("{member}/access/suspension"), json!({"suspended": true})),
        ("DELETE", format!("{member}/access"), json!(null)),
        ("DELETE", member.clone(), json!(null)),
    ];
    for (method, path, body) in things {
        let ask = |version: &str| {
            let builder = ada.ask(method, &path);
            let builder = if version.is_empty() { builder } else { builder.when(version) };
            if body.is_null() { builder.send() } else { builder.json(&body).send() }
        };
        ask("").refused(428, "version_required");
        ask("\"v999\"").refused(412, "stale_version");
        ask("\"something\"").refused(412, "stale_version");
        ask("v1").refused(412, "stale_version");
        ask("*").is(if method == "DELETE" { 204 } else { 200 });
    }
}

pub fn two_editors_do_not_overwrite_each_other(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let id = ada.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    let path = rossi.at(&format!("/members/{id}"));
    let version = ada.version(&path);
    assert_eq!(version, "\"v1\"");
    let first = ada.ask("PATCH", &path).when(&version).json(&json!({"city": "Roma"})).send().is(200);
    assert_eq!((first.header("etag"), first.at("/version")), ("\"v2\"", 2.into()));
    ada.ask("PATCH", &path).when(&version).json(&json!({"city": "Milano"})).send().refused(412, "stale_version");
    assert_eq!(ada.gets(&path).is(200).at("/city"), "Roma");
    ada.ask("PATCH", &path).when("\"v2\"").json(&json!({"city": "Milano"})).send().is(200);
}

pub fn a_repeated_key_makes_nothing_twice(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let body = json!({"email": world.someone("Bob").email, "access": {"role": "standard"}});
    let ask = |key: &str, body: &serde_json::Value| ada.ask("POST", &rossi.at("/members")).header("idempotency-key", key).json(body).send();
    let first = ask("invite-bob-1", &body).is(201);
    let again = ask("invite-bob-1", &body).is(201);
    assert_eq!((again.at("/id"), again.header("location")), (first.at("/id"), first.header("location")));
    assert!(again.text("/invitation/link").is_empty(), "the secret was shown once");
    let other = json!({"email": world.someone("Cleo").email, "access": {"role": "standard"}});
    ask("invite-bob-1", &other).refused(422, "idempotency_key_reused");
    ask("invite-cleo-1", &other).is(201);
    ask("invite-bob-2", &body).refused(409, "already_invited");
    let accounts = |key: &str| {
        world
            .host()
            .ask("POST", "/v1/accounts")
            .header("idempotency-key", key)
            .json(&json!({"name": format!("Neri ({})", world.tag()), "managed": true}))
            .send()
            .is(201)
            .text("/id")
    };
    let key = format!("account-{}", world.tag());
    assert_eq!(accounts(&key), accounts(&key));
    assert_ne!(accounts(&key), accounts(&format!("{key}-2")));
    ask(&"k".repeat(2_000), &other).refused(400, "malformed");
}

pub fn a_key_belongs_to_its_user_and_lasts_a_day(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "admin");
    let ask = |person: &crate::support::people::Person, name: &str| {
        person
            .ask("POST", &rossi.at("/members"))
            .header("idempotency-key", "same-key")
            .json(&json!({"email": world.someone(name).email, "first_name": name}))
            .send()
    };
    let first = ask(&ada, "Carla").is(201);
    assert_ne!(ask(&bob, "Dora").is(201).text("/id"), first.text("/id"));
    world.controls().passes(25 * 3_600);
    ask(&ada, "Elsa").is(201);
}

pub fn unknown_fields_and_parameters_are_refused(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    ada.posts(&rossi.at("/members"), &json!({"email": "x@example.com", "admin": true})).refused_field("/admin", "unknown_field");
    ada.posts(&rossi.at("/members"), &json!({"email": "x@example.com", "access": {"role": "standard", "since": 1}}))
        .refused_field("/access/since", "unknown_field");
    world
        .ask("POST", "/v1/sessions")
        .json(&json!({"email": ada.email, "password": ada.password(), "remember": true}))
        .send()
        .refused_field("/remember", "unknown_field");
    ada.gets(&rossi.at("/members?sort=name")).refused(400, "malformed");
}

pub fn broken_and_strange_bodies_are_the_callers_matter(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let ask = |body: &str| ada.ask("POST", &rossi.at("/members")).header("content-type", "application/json").bytes(body).send();
    for body in ["", "{", "{\"email\":", "{\"email\":\"a@example.com\"} x", "nul", "\u{0}", "{\"email\":\"\\ud800\"}"] {
        ask(body).refused(400, "malformed");
    }
    for body in [
        "[]",
        "[1,2]",
        "null",
        "1",
        "\"x\"",
        "{\"email\":null}",
        "{\"email\":1}",
        "{\"email\":{}}",
        "[\"a@example.com\"]",
        "{\"email\":\"a@example.com\",\"access\":[]}",
        "{\"email\":\"a@example.com\",\"access\":[\"standard\"]}",
        "{\"email\":\"a@example.com\",\"access\":{\"role\":{\"standard\":null}}}",
        "{\"email\":\"a\\u0000@example.com\"}",
    ] {
        ask(body).refused(422, "validation");
    }
    ask("{\"email\":\"a@example.com\",\"email\":\"b@example.com\"}").refused(400, "malformed");
    ask(&format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))).refused(400, "malformed");
    ada.ask("POST", &rossi.at("/members")).header("content-type", "application/json").bytes(vec![0xff, 0xfe, b'{']).send().refused(400, "malformed");
    assert_eq!(ada.gets(&rossi.at("/members")).is(200).data().len(), 2);
}

pub fn only_json_is_taken_by_the_api(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let body = json!({"email": "x@example.com"}).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", ""] {
        ada.ask("POST", &rossi.at("/members")).header("content-type", kind).bytes(body.clone()).send().refused(415, "unsupported_media_type");
    }
    ada.ask("POST", &rossi.at("/members")).bytes(body.clone()).send().refused(415, "unsupported_media_type");
    ada.ask("POST", &rossi.at("/members")).header("content-type", "application/json; charset=utf-8").bytes(body).send().is(201);
}

pub fn a_body_too_large_is_refused(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let large = json!({"email": "x@example.com", "city": "x".repeat(1_000_000)});
    ada.posts(&rossi.at("/members"), &large).refused(413, "too_large");
    world.ask("POST", "/v1/sessions").json(&json!({"email": "x@example.com", "password": "x".repeat(1_000_000)})).send().refused(413, "too_large");
    world.sign_in("x@example.com", &"x".repeat(10_000)).refused(401, "wrong_credentials");
}

pub fn every_address_answers_head_and_says_which_methods_it_has(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for path in ["/v1/me", "/v1/me/accounts", "/v1/me/sessions", "/v1/accounts", &rossi.at(""), &rossi.at("/members"), "/health"] {
        let (get, head) = (ada.gets(path).is(200), ada.ask("HEAD", path).send().is(200));
        assert!(head.body.is_empty());
        assert_eq!(get.header("etag"), head.header("etag"));
    }
    ada.ask("HEAD", "/v1/accounts/01990000-0000-7000-8000-000000000000").send().is(404);
    for (path, allowed) in [("/v1/me", "GET"), ("/v1/sessions", "POST"), ("/v1/accounts", "POST"), (&rossi.at("/members"), "GET")] {
        for method in ["PUT", "DELETE"] {
            let reply = ada.ask(method, path).when("*").send().refused(405, "method_not_allowed");
            assert!(reply.header("allow").split(',').any(|word| word.trim() == allowed), "{path}: {}", reply.header("allow"));
        }
    }
    ada.gets("/v1/nothing").refused(404, "not_found");
    ada.gets("/v1").is(404);
    world.ask("GET", "/v1/nothing").send().refused(404, "not_found");
}

pub fn each_answer_has_an_id_of_its_own(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let (one, two) = (ada.gets("/v1/me").is(200), ada.gets("/v1/me").is(200));
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    let forged = ada.ask("GET", "/v1/me").header("x-request-id", "forged<script>").send().is(200);
    assert!(!forged.header("x-request-id").contains('<'));
}

pub fn a_busy_database_says_when_to_come_back(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for message in ["D1_ERROR: D1 DB is overloaded. Requests queued for too long.", "D1_ERROR: D1 DB is overloaded. Too many requests queued."] {
        world.controls().database_says(message);
        ada.gets("/v1/me").refused(503, "busy");
        world.controls().database_says(message);
        ada.invites(&rossi, "x@example.com", "standard").refused(503, "busy");
    }
    ada.gets("/v1/me").is(200);
}

pub fn who_sent_no_key_is_told_to_look_before_repeating(world: &World) {
    let host = world.host();
    let said = |path: &str, key: &str, body: &serde_json::Value| {
        let builder = host.ask("POST", path).json(body);
        let builder = if key.is_empty() { builder } else { builder.header("idempotency-key", key) };
        let (reply, lost) = world.controls().reply_is_lost(Box::new(|| builder.send()));
        assert_eq!(lost, 1, "{}", reply.summary());
        reply.refused(503, "outcome_unknown").text("/detail")
    };
    let account = json!({"name": format!("Neri ({})", world.tag()), "managed": true});
    let (without, with) = (said("/v1/accounts", "", &account), said("/v1/accounts", "neri-1", &account));
    assert!(without.contains("Look whether it was done") && !without.contains("nothing happens twice"), "{without}");
    assert!(with.contains("nothing happens twice"), "{with}");
    // With the key it is done once. Without the key it was done again.
    host.ask("POST", "/v1/accounts").header("idempotency-key", "neri-1").json(&account).send().is(201);
    assert_eq!(host.gets("/v1/accounts?search=Neri").is(200).data().len(), 2);
    // A request that works only once needs no key.
    let session = said("/v1/sessions", "", &json!({"email": host.email, "password": host.password()}));
    assert!(session.contains("nothing happens twice"), "{session}");
}

pub fn instants_are_rfc_3339_in_utc(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let member = ada.sees(&rossi, &ada.member_id(&rossi, &ada.email)).is(200);
    for (reply, pointer) in
        [(&ada.gets("/v1/me"), "/created_at"), (&ada.gets(&rossi.at("")), "/created_at"), (&member, "/created_at"), (&member, "/updated_at")]
    {
        let text = reply.text(pointer);
        assert!(text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z'), "{pointer}: {}", reply.summary());
    }
}
