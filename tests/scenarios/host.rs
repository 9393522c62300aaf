//! The host's settings and its catalogue of permissions.

use serde_json::{Value as Json, json};

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::World;

fn sets(person: &Person, body: &Json) -> Reply {
    person.changes("PATCH", "/v1/host", "/v1/host", Some(body))
}

fn changes_permission(person: &Person, key: &str, body: &Json) -> Reply {
    person.ask("PATCH", &format!("/v1/permissions/{key}")).when("*").json(body).send()
}

/// Returns the entry of a permission in the catalogue.
fn entry(person: &Person, key: &str, language: &str) -> Json {
    let list = person.ask("GET", "/v1/permissions").header("accept-language", language).send().is(200).data();
    list.into_iter().find(|entry| entry["key"] == key).expect("in the catalogue")
}

/// Returns the hours from one RFC 3339 instant to a later one of the same month.
fn hours_between(from: &str, to: &str) -> i64 {
    let hours = |text: &str| {
        let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().expect("a number");
        number(8..10) * 24 + number(11..13)
    };
    hours(to) - hours(from)
}

pub fn the_host_sets_its_name_and_lifetimes(world: &World) {
    let host = world.host();
    let now = host.gets("/v1/host").is(200);
    let usual = json!({"name": "Portico", "language": "en", "invitation_hours": 24, "reset_minutes": 60, "standard_may_delete": true, "audiences": ["urn:portineria:services"], "version": 1, "mail": {"provider": null, "missing": []}});
    assert_eq!(now.json(), usual);
    assert_eq!(now.header("etag"), "\"v1\"");
    let new = json!({"name": "Portico Nuovo", "language": "it", "invitation_hours": 72, "reset_minutes": 600, "standard_may_delete": false});
    let changed = sets(&host, &new).is(200);
    for (field, value) in new.as_object().expect("fields") {
        assert_eq!(changed.at(&format!("/{field}")), *value);
        assert_eq!(host.gets("/v1/host").at(&format!("/{field}")), *value);
    }
    assert_eq!(host.gets(&world.host_account().at("")).at("/name"), "Portico Nuovo");
    let trail = host.gets(&world.host_account().at("/audit-events")).is(200).data();
    assert_eq!(
        (&trail[0]["action"], &trail[0]["before"]["invitation_hours"], &trail[0]["after"]["invitation_hours"]),
        (&json!("host.changed"), &json!(24), &json!(72))
    );
    assert_eq!((&trail[0]["before"]["standard_may_delete"], &trail[0]["after"]["standard_may_delete"]), (&json!(true), &json!(false)));
    // New links have the lifetime of the settings.
    let (ada, rossi) = world.account_of("Ada");
    let made = ada.invites(&rossi, "bob@example.com", "standard").is(201);
    assert_eq!(hours_between(&made.text("/created_at"), &made.text("/invitation/expires_at")), 72);
    let reset = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &ada.email)).is(201);
    assert_eq!(hours_between(&made.text("/created_at"), &reset.text("/expires_at")), 10);
    assert_eq!(sets(&host, &json!({})).is(200).at("/version"), changed.at("/version"), "nothing was changed");
}

pub fn invitations_are_written_in_the_hosts_language_unless_the_reader_has_their_own(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    sets(&host, &json!({"language": "it"})).is(200);
    let text_to = |email: &str| {
        ada.ask("POST", &rossi.at("/members")).header("accept-language", "en").json(&json!({"email": email, "access": {"role": "standard"}})).send().is(201);
        world.controls().emails().last().expect("an e-mail").text.clone()
    };
    let (italian, own) = (text_to("bob@example.com"), text_to(&world.account_of("Bea").0.email));
    assert!(italian.contains("ti invita in"), "{italian}");
    assert!(own.contains("invites you to"), "Bea reads English: {own}");
    sets(&host, &json!({"language": "en"})).is(200);
    assert!(text_to("ugo@example.com").contains("invites you to"));
}

pub fn standard_users_delete_where_the_host_lets_them(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let asked = rossi.at(&format!("/access/check?member_id={}&permission=account.delete", ada.member_id(&rossi, &bob.email)));
    assert_eq!(ada.gets(&asked).is(200).at("/allowed"), true);
    sets(&host, &json!({"standard_may_delete": false})).is(200);
    assert_eq!(ada.gets(&asked).is(200).json(), json!({"allowed": false, "reason": "role"}));
}

pub fn settings_out_of_range_say_what_is_possible(world: &World) {
    let host = world.host();
    for (field, values) in [("invitation_hours", [0, -1, 169]), ("reset_minutes", [9, 0, 1_441])] {
        for value in values {
            let refused = sets(&host, &json!({field: value})).refused_field(&format!("/{field}"), "out_of_range");
            assert!(refused.text("/errors/0/detail").starts_with("Between "), "{}", refused.summary());
        }
    }
    sets(&host, &json!({"name": " "})).refused_field("/name", "required");
    sets(&host, &json!({"language": "de"})).refused_field("/language", "unknown");
    sets(&host, &json!({"invitation_hours": "24"})).refused_field("/invitation_hours", "type");
    sets(&host, &json!({"signing_key": "x"})).refused_field("/signing_key", "unknown_field");
    assert_eq!(host.gets("/v1/host").at("/version"), 1);
}

pub fn two_editors_of_the_host_do_not_overwrite_each_other(world: &World) {
    let host = world.host();
    let seen = host.version("/v1/host");
    host.renames(&world.host_account(), "Portico di Carlo").is(200);
    let late = host.ask("PATCH", "/v1/host").when(&seen).json(&json!({"name": "Portico di Hedy"})).send();
    late.refused(412, "stale_version");
    // The host and its account share one name, by whichever route it is changed.
    let seen = host.version(&world.host_account().at(""));
    sets(&host, &json!({"name": "Portico di Dora"})).is(200);
    host.ask("PATCH", &world.host_account().at("")).when(&seen).json(&json!({"name": "Portico di Bea"})).send().refused(412, "stale_version");
    host.ask("PATCH", "/v1/host").json(&json!({"name": "Portico"})).send().refused(428, "version_required");
    sets(&host, &json!({"name": "Portico di Hedy"})).is(200);
}

pub fn only_host_admins_manage_the_host(world: &World) {
    let (host, root, (ada, _)) = (world.host(), world.host_account(), world.account_of("Ada"));
    for person in [world.joins(&host, &root, "Carlo", "standard"), world.joins(&host, &root, "Dora", "view_only"), ada] {
        assert_eq!(person.gets("/v1/host").refused(403, "not_allowed").at("/permission"), "host.manage");
        person.ask("PATCH", "/v1/host").when("*").json(&json!({"name": "Mio"})).send().refused(403, "not_allowed");
        changes_permission(&person, "orders.place", &json!({"enabled": false})).refused(403, "not_allowed");
        person.gets("/v1/permissions").is(200);
    }
    world.ask("GET", "/v1/host").send().refused(401, "not_signed_in");
    let boss = world.joins(&host, &root, "Elio", "admin");
    sets(&boss, &json!({"reset_minutes": 15})).is(200);
}

pub fn the_catalogue_tells_everybody_what_there_is(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let eve = world.joins(&ada, &rossi, "Eve", "view_only");
    let list = eve.gets("/v1/permissions").is(200).data();
    assert!(
        list.len() >= 29 && list.iter().all(|entry| entry["enabled"].is_boolean() && entry["explanation"].as_str().is_some_and(|text| text.ends_with('.')))
    );
    let grantable: Vec<&Json> = list.iter().filter(|entry| entry["grantable"] == true).map(|entry| &entry["key"]).collect();
    assert!(grantable.contains(&&json!("invoices.pay")) && !grantable.contains(&&json!("members.manage")));
    assert_eq!(entry(&eve, "domains.view", "it")["title"], "Vedere i domini");
    assert_eq!((&entry(&eve, "domains.view", "en")["title"], &entry(&eve, "domains.view", "en")["level"]), (&json!("See domains"), &json!("view")));
    world.ask("GET", "/v1/permissions").send().refused(401, "not_signed_in");
}

pub fn the_host_gives_permissions_its_own_titles(world: &World) {
    let host = world.host();
    let changed = changes_permission(&host, "invoices.pay", &json!({"title_it": "Saldare le fatture"})).is(200);
    assert_eq!(changed.header("etag"), "\"v2\"");
    assert_eq!(entry(&host, "invoices.pay", "it")["title"], "Saldare le fatture");
    assert_eq!(entry(&host, "invoices.pay", "en")["title"], "Pay invoices");
    let stale = host.ask("PATCH", "/v1/permissions/invoices.pay").when("\"v1\"").json(&json!({"title_en": "Settle invoices"})).send();
    stale.refused(412, "stale_version");
    changes_permission(&host, "invoices.pay", &json!({"title_it": null})).is(200);
    assert_eq!(entry(&host, "invoices.pay", "it")["title"], "Pagare fatture");
    changes_permission(&host, "invoices.pay", &json!({"title_en": "x".repeat(61)})).refused_field("/title_en", "too_long");
    changes_permission(&host, "invoices.fly", &json!({"title_en": "Fly"})).refused(404, "not_found");
    host.ask("PATCH", "/v1/permissions/invoices.pay").json(&json!({})).send().refused(428, "version_required");
}

pub fn a_permission_switched_off_is_not_granted_and_counts_for_nobody(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let path = rossi.at(&format!("/members/{member}"));
    let grants = |permissions: Json| ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "permissions": permissions})));
    let edits = |person: &Person, city: &str| person.ask("PATCH", &path).when("*").json(&json!({"city": city})).send();
    grants(json!(["contacts.manage", "profile.manage"])).is(200);
    edits(&bob, "Roma").is(200);

    assert_eq!(changes_permission(&host, "contacts.manage", &json!({"enabled": false})).is(200).at("/enabled"), false);
    edits(&bob, "Lodi").refused(403, "not_allowed");
    edits(&ada, "Lodi").refused(403, "not_allowed");
    let asked = format!("/access/check?member_id={member}&permission=contacts.manage");
    assert_eq!(bob.gets(&rossi.at(&asked)).is(200).json(), json!({"allowed": false, "reason": "switch"}));
    // A permission that is off can be kept with the others, but not newly granted.
    grants(json!(["contacts.manage", "profile.manage", "invoices.pay"])).is(200);
    grants(json!([])).is(200);
    grants(json!(["contacts.manage"])).refused(422, "permission_switched_off");
    let body = json!({"email": "new@example.com", "access": {"role": "standard", "permissions": ["contacts.manage"]}});
    ada.posts(&rossi.at("/members"), &body).refused(422, "permission_switched_off");

    changes_permission(&host, "contacts.manage", &json!({"enabled": true})).is(200);
    edits(&ada, "Lodi").is(200);
    edits(&bob, "Pavia").refused(403, "not_allowed");
    grants(json!(["contacts.manage", "profile.manage"])).is(200);
    edits(&bob, "Pavia").is(200);
    // With the permission off, what it implies is off too.
    changes_permission(&host, "profile.manage", &json!({"enabled": false})).is(200);
    bob.renames(&rossi, "Rossi di Bob").refused(403, "not_allowed");
    ada.renames(&rossi, "Rossi di Ada").is(200);
    changes_permission(&host, "profile.manage", &json!({"enabled": true})).is(200);
    changes_permission(&host, "profile.manage", &json!({"enabled": true})).is(200);
    bob.renames(&rossi, "Rossi di Bob").is(200);
}

pub fn what_the_service_needs_is_always_on(world: &World) {
    let host = world.host();
    for key in ["host.manage", "members.view", "resources.edit"] {
        changes_permission(&host, key, &json!({"enabled": false})).refused(409, "permission_always_on");
    }
    changes_permission(&host, "members.view", &json!({"enabled": true, "title_en": "Look at people"})).is(200);
    assert_eq!(entry(&host, "members.view", "en")["title"], "Look at people");
}

pub fn the_settings_page_saves_and_says_what_is_wrong(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    let page = |person: &Person, path: &str| world.ask("GET", path).cookie(&person.session()).send();
    let sends =
        |path: &str, fields: &[(&str, &str)]| world.ask("POST", path).cookie(&host.session()).header("sec-fetch-site", "same-origin").form(fields).send();
    let settings = page(&host, "/host/settings").is(200);
    assert!(settings.body.contains("Host settings") && settings.body.contains("Pay invoices") && settings.body.contains("Always on"));
    assert!(page(&host, &format!("/accounts/{}/settings", root.id)).is(200).body.contains("href=\"/host/settings\""), "the side menu leads there");
    let clerk = world.joins(&host, &root, "Carlo", "standard");
    assert!(!page(&clerk, &format!("/accounts/{}/settings", root.id)).is(200).body.contains("href=\"/host/settings\""));
    page(&clerk, "/host/settings").is(403);

    let fields = |hours: &'static str| [("version", "1"), ("name", "Portico Blu"), ("language", "it"), ("invitation_hours", hours), ("reset_minutes", "30")];
    let refused = sends("/host/settings", &fields("a week")).is(422);
    assert!(
        refused.body.contains("Between 1 and 168") && refused.body.contains("value=\"a week\"") && refused.body.contains("Portico Blu"),
        "{}",
        refused.summary()
    );
    assert_eq!(sends("/host/settings", &fields("48")).is(303).header("location"), "/host/settings?done=host_saved");
    assert!(sends("/host/settings", &fields("49")).is(412).body.contains("Portico Blu"));
    let now = host.gets("/v1/host").is(200);
    assert_eq!((now.at("/invitation_hours"), now.at("/standard_may_delete")), (json!(48), json!(false)), "an empty tick is off");

    let permission = |enabled: bool| {
        let mut fields = vec![("version", "1"), ("title_en", "Settle <invoices>"), ("title_it", "")];
        fields.extend(enabled.then_some(("enabled", "true")));
        sends("/host/permissions/invoices.pay", &fields)
    };
    permission(false).is(303);
    assert_eq!((&entry(&host, "invoices.pay", "en")["enabled"], &entry(&host, "invoices.pay", "en")["title"]), (&json!(false), &json!("Settle <invoices>")));
    assert!(page(&host, "/host/settings").is(200).body.contains("Settle &#60;invoices&#62;"));
    permission(true).is(412);
    sends("/host/permissions/members.view", &[("version", "1"), ("title_en", ""), ("title_it", "Guardare")]).is(303);
    let long = "x".repeat(61);
    assert!(sends("/host/permissions/orders.place", &[("version", "1"), ("title_en", &long), ("title_it", "")]).is(422).body.contains("At most 60"));
}

pub fn audiences_are_absolute_addresses_of_others(world: &World) {
    let host = world.host();
    let asks = |audiences: &Json| host.ask("PATCH", "/v1/host").when("*").json(&json!({"audiences": audiences})).send();
    let good: Vec<String> = (0..20).map(|number| format!("https://s{number}.example/path?q=1")).collect();
    assert_eq!(asks(&json!(good)).is(200).at("/audiences"), json!(good));
    let longest = format!("urn:example:{}", "x".repeat(188));
    let kept = ["urn:a:b", "com.example.app:/x", "https://shop.example:8443/", &longest];
    assert_eq!(asks(&json!(kept)).is(200).at("/audiences"), json!(kept));
    assert_eq!(asks(&json!(["urn:a:b", " urn:a:b "])).is(200).at("/audiences"), json!(["urn:a:b"]), "each once");
    for wrong in [
        "",
        "shop",
        "/shop",
        "https://",
        "https:",
        "1urn:a",
        "urn:a b",
        "https://x.example/#y",
        "https://b\u{fc}cher.example",
        "urn:\u{e8}",
        "https://x.example/\ny",
        &format!("{longest}x"),
    ] {
        let refused = asks(&json!(["urn:a:b", wrong])).refused_field("/audiences/1", "uri");
        assert!(refused.text("/errors/0/detail").starts_with("Number 2 "), "{}", refused.summary());
    }
    asks(&json!([])).refused_field("/audiences", "required");
    asks(&json!(good.iter().map(String::as_str).chain(["urn:a:b"]).collect::<Vec<_>>())).refused_field("/audiences", "too_many");
    asks(&json!("urn:a:b")).refused_field("/audiences", "type");
    let (ada, rossi) = world.account_of("Ada");
    let token = ada.own_api_token(&rossi);
    let claims: Json = serde_json::from_slice(&portineria::core::secret::decoded(token.split('.').nth(1).expect("claims")).expect("base64url")).expect("JSON");
    let own = claims["iss"].as_str().expect("an issuer");
    for own in [own.to_owned(), format!("{own}/"), own.to_uppercase()] {
        asks(&json!([own])).refused_field("/audiences/0", "own_address");
    }
    ada.ask("PATCH", "/v1/host").when("*").json(&json!({"audiences": ["urn:a:b"]})).send().refused(403, "not_allowed");
    assert_eq!(asks(&json!(["urn:portineria:services"])).is(200).at("/audiences"), json!(["urn:portineria:services"]));
}

pub fn the_settings_page_takes_audiences_line_by_line(world: &World) {
    let host = world.host();
    let page = || host.opens("/host/settings").is(200).body;
    assert!(page().contains("\nurn:portineria:services</textarea>"), "{}", page());
    let version = || host.gets("/v1/host").is(200).at("/version").to_string();
    let sends = |audiences: &str| {
        let version = version();
        host.submits(
            "/host/settings",
            &[
                ("version", &version),
                ("name", "Portico"),
                ("language", "en"),
                ("invitation_hours", "24"),
                ("reset_minutes", "60"),
                ("standard_may_delete", "true"),
                ("audiences", audiences),
            ],
        )
    };
    sends("https://shop.example\r\n\r\n urn:example:crm \r\n").is(303);
    assert_eq!(host.gets("/v1/host").is(200).at("/audiences"), json!(["https://shop.example", "urn:example:crm"]));
    let refused = sends("https://shop.example\r\nshop").is(422).body;
    assert!(
        refused.contains("audiences-wrong")
            && refused.contains("Number 2 is not an absolute URI")
            && refused.contains("https://shop.example\r\nshop</textarea>"),
        "{refused}"
    );
    sends("").is(422);
    sends("urn:portineria:services").is(303);
}
