//! Protection of browsers, and places where secrets must not appear.

use portineria::core::secret;
use serde_json::json;

use crate::support::world::World;

pub fn another_site_changes_nothing_with_my_cookie(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let body = json!({"email": world.someone("Mallory").email, "access": {"role": "admin"}});
    let ask = |headers: &[(&str, &str)]| {
        let builder = world.ask("POST", &rossi.at("/members")).cookie(&ada.session());
        headers.iter().fold(builder, |builder, (name, value)| builder.header(name, value)).json(&body).send()
    };
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "https://portineria.example.evil.example")],
        &[("origin", "")],
        &[],
    ] {
        ask(headers).refused(403, "cross_site");
    }
    assert_eq!(ada.gets(&rossi.at("/members")).is(200).data().len(), 2);
    ask(&[("sec-fetch-site", "same-origin")]).is(201);
}

pub fn another_site_signs_nobody_in_or_out(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let credentials = json!({"email": ada.email, "password": ada.password()});
    world.ask("POST", "/v1/sessions").header("sec-fetch-site", "cross-site").json(&credentials).send().refused(403, "cross_site");
    world.ask("POST", "/v1/sessions").header("origin", "https://evil.example").json(&credentials).send().refused(403, "cross_site");
    world.ask("DELETE", "/v1/me/sessions/current").cookie(&ada.session()).when("*").header("sec-fetch-site", "cross-site").send().refused(403, "cross_site");
    world.ask("POST", "/sign-in").header("sec-fetch-site", "cross-site").form(&[("email", &ada.email), ("password", &ada.password())]).send().is(403);
    ada.gets("/v1/me").is(200);
}

pub fn people_and_secrets_are_never_cached(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let replies = [
        ada.gets("/v1/me"),
        ada.gets(&rossi.at("/members")),
        ada.sees(&rossi, &member),
        ada.gets("/v1/accounts"),
        ada.signs_in(),
        ada.invites(&rossi, &world.someone("Cleo").email, "standard"),
        ada.makes_reset_link(&rossi, &member),
        world.ask("GET", "/v1/me").send(),
        world.ask("GET", "/invitation").send(),
        world.ask("GET", "/reset").send(),
        world.ask("GET", "/sign-in").send(),
    ];
    for reply in replies {
        assert!(reply.header("cache-control").contains("no-store"), "{}: {:?}", reply.asked, reply.header("cache-control"));
    }
}

pub fn the_safety_headers_are_on_every_status(world: &World) {
    // The check itself is one of the invariants of every answer; this scenario produces the statuses.
    let (ada, rossi) = world.account_of("Ada");
    let statuses = [
        ada.gets("/v1/me").status,
        ada.adds_contact(&rossi, &world.someone("Carla").email).status,
        world.ask("GET", "/").send().status,
        ada.ask("POST", &rossi.at("/members")).header("content-type", "application/json").bytes("{").send().status,
        world.ask("GET", "/v1/me").send().status,
        world.joins(&ada, &rossi, "Bob", "standard").invites(&rossi, "x@example.com", "standard").status,
        ada.gets("/v1/nothing").status,
        ada.gets("/nothing").status,
        ada.ask("PUT", "/v1/me/accounts").send().status,
        ada.invites(&rossi, &ada.email, "standard").status,
        ada.previews("x").status,
        ada.ask("PATCH", "/v1/me").when("\"v999\"").json(&json!({"first_name": "A"})).send().status,
        ada.posts(&rossi.at("/members"), &json!({"email": "x".repeat(1_000_000)})).status,
        ada.ask("POST", "/v1/accounts").bytes("x").send().status,
        ada.posts(&rossi.at("/members"), &json!({})).status,
        ada.ask("PATCH", "/v1/me").json(&json!({"first_name": "A"})).send().status,
    ];
    for status in [200, 201, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428] {
        assert!(statuses.contains(&status), "{status} is missing in {statuses:?}");
    }
}

pub fn what_is_kept_tells_no_secret(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    ada.invites(&rossi, &world.someone("Cleo").email, "standard").is(201);
    ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201);
    bob.signs_in().is(201);
    let kept = world.controls().dump();
    for secret in world.secrets().iter().chain([&ada.password(), &bob.password(), &world.setup_token().to_owned()]) {
        assert!(!kept.contains(secret.as_str()), "{secret}");
    }
    let hashes = world.controls().select("SELECT password_hash FROM user");
    assert!(hashes.iter().all(|row| row["password_hash"].as_str().unwrap_or_default().starts_with("$argon2id$v=19$m=19456,t=2,p=1$")), "{hashes:?}");
    let salts: std::collections::BTreeSet<_> = hashes.iter().map(|row| row["password_hash"].to_string()).collect();
    assert_eq!(salts.len(), hashes.len());
}

pub fn emails_tell_nothing_to_those_they_do_not_concern(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    ada.renames(&rossi, "<b>Rossi</b> & \"figli\"").is(200);
    let bob = world.someone("Bob");
    ada.invites(&rossi, &bob.email, "standard").is(201);
    let emails: Vec<_> = world.controls().emails().into_iter().filter(|mail| mail.text.contains("/invitation#") && mail.to == bob.email).collect();
    assert_eq!(emails.len(), 1);
    assert!(
        !emails[0].html.contains("<b>Rossi") && (emails[0].html.contains("&lt;b&gt;Rossi") || emails[0].html.contains("&#60;b&#62;Rossi")),
        "{}",
        emails[0].html
    );
    assert!(!emails[0].subject.contains(['\r', '\n']) && !emails[0].to.contains(['\r', '\n']));
}

pub fn nobody_says_where_to_go_next_but_us(world: &World) {
    let (ada, _) = world.account_of("Ada");
    for next in
        ["//evil.example", "/\\evil.example", "https://evil.example", "https:evil.example", "/\r\nLocation: https://evil.example", "javascript:alert(1)"]
    {
        let path = format!("/sign-in?next={}", crate::support::world::percent(next));
        let reply = world
            .ask("POST", &path)
            .header("sec-fetch-site", "same-origin")
            .form(&[("email", &ada.email), ("password", &ada.password()), ("next", next)])
            .send();
        let location = reply.header("location");
        assert!(location.is_empty() || (location.starts_with('/') && !location.starts_with("//") && !location.starts_with("/\\")), "{location}");
    }
}

pub fn the_caller_cannot_choose_the_address_failures_are_counted_by(world: &World) {
    world.host();
    let guess = |number: u32| {
        let builder =
            world.ask("POST", "/v1/sessions").header("cf-connecting-ip", &world.address(6)).header("x-forwarded-for", &format!("198.51.100.{}", number % 250));
        builder
            .header("x-real-ip", &format!("198.51.100.{}", number % 250))
            .json(&json!({"email": format!("g{number}.{}@example.com", world.tag()), "password": "not the password at all"}))
            .send()
            .status
    };
    assert!((0..200).any(|number| guess(number) == 429));
}

pub fn a_refusal_leaves_a_line_that_names_nobody(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let elsewhere = ada.ask("POST", &rossi.at("/members")).header("sec-fetch-site", "cross-site").json(&json!({"email": "x@example.com"})).send();
    let page = |fields: &[(&str, &str)]| world.ask("POST", "/sign-in?next=%2Fme").header("sec-fetch-site", "same-origin").form(fields).send();
    let many = (0..20).map(|_| world.sign_in("cleo@example.com", "not the password at all")).find(|reply| reply.status == 429).expect("an end to guessing");
    let refused = [
        (world.sign_in(&bob.email, "not the password at all"), "POST", "/v1/sessions", "wrong_credentials"),
        (page(&[("email", &bob.email), ("password", "not the password at all")]), "POST", "/sign-in", "wrong_credentials"),
        (many, "POST", "/v1/sessions", "too_many_attempts"),
        (bob.gives_role(&rossi, &member, "admin"), "PUT", "/v1/accounts/{account}/members/{member}/access", "not_allowed"),
        (elsewhere, "POST", "/v1/accounts/{account}/members", "cross_site"),
        (world.ask("GET", "/v1/me?secret=x").bearer("a-token-of-nobody").send(), "GET", "/v1/me", "not_signed_in"),
        (world.ask("GET", "/me?secret=x").cookie("a-token-of-nobody").send(), "GET", "/me", "not_signed_in"),
        (bob.changes_password("not the password at all", "entirely different words"), "PUT", "/v1/me/password", "wrong_password"),
        (bob.previews("a-token-of-nobody"), "POST", "/v1/invitations/preview", "link_not_valid"),
        (world.setup("not-the-setup-token-of-this-world", "eve@example.com"), "POST", "/v1/setup", "wrong_setup_token"),
    ];
    for (reply, method, route, code) in refused {
        let lines = world.controls().log(reply.header("x-request-id"));
        let line: serde_json::Value = serde_json::from_str(&lines.concat()).unwrap_or_else(|error| panic!("{error}: {lines:?} for {}", reply.summary()));
        let id = reply.header("x-request-id");
        let expected = json!({"level": "warn", "event": "refused", "request_id": id, "method": method, "route": route, "status": reply.status, "code": code});
        assert_eq!(line, expected, "{}", reply.summary());
    }
    // A visitor without a session who asks for no user's data leaves none.
    for reply in [world.ask("GET", "/v1/me").send(), ada.gets("/v1/nothing"), ada.gets("/v1/me"), bob.signs_in()] {
        assert_eq!(world.controls().log(reply.header("x-request-id")), Vec::<String>::new(), "{}", reply.summary());
    }
}

/// The stored digest of a request, by which a repeat is recognised, must not allow guessing passwords.
pub fn what_is_kept_of_a_repeatable_request_confirms_no_guess(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let body = json!({"email": "ada.elsewhere@example.com", "current_password": ada.password()});
    let path = "/v1/me/email-changes";
    ada.ask("POST", path).header("idempotency-key", "one").json(&body).send().is(202);
    let guess = secret::digest(format!("{path}\n{body}").as_bytes());
    let kept = world.controls().select("SELECT request_hash AS hash FROM idempotency WHERE key = 'key:one'");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_ne!(kept[0]["hash"], guess.as_str(), "whoever has a copy of the database tries passwords against it");
    // A repeat and a different request are still recognised.
    ada.ask("POST", path).header("idempotency-key", "one").json(&body).send().is(202);
    let other = json!({"email": "ada.again@example.com", "current_password": ada.password()});
    ada.ask("POST", path).header("idempotency-key", "one").json(&other).send().refused(422, "idempotency_key_reused");
}
