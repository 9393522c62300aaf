//! The people of an account: contacts and users in one list.

use serde_json::json;

use crate::support::world::{Account, World, percent};

pub fn an_account_knows_people_who_cannot_sign_in(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let body = json!({"email": "Carla.Conti@Example.com", "first_name": "Carla", "last_name": "Conti", "company": "Conti srl", "phone": "+39 06 1",
        "address_1": "Via Roma 1", "address_2": "int. 2", "city": "Roma", "province": "RM", "postcode": "00100", "country": "IT", "email_preferences": ["general", "domain"]});
    let reply = ada.posts(&rossi.at("/members"), &body).is(201);
    assert_eq!(reply.header("location"), rossi.at(&format!("/members/{}", reply.text("/id"))));
    for (field, value) in body.as_object().expect("fields") {
        if field != "email_preferences" {
            assert_eq!(&reply.at(&format!("/{field}")), value, "{field}");
        }
    }
    assert_eq!((reply.at("/access/status"), reply.at("/access/role"), reply.at("/invitation")), ("none".into(), json!(null), json!(null)));
    let mut preferences: Vec<String> = serde_json::from_value(reply.at("/email_preferences")).expect("a list");
    preferences.sort();
    assert_eq!(preferences, ["domain", "general"]);
    ada.renews_link(&rossi, &reply.text("/id")).refused(409, "not_invited");
    ada.makes_reset_link(&rossi, &reply.text("/id")).refused(409, "no_access");
    ada.suspends(&rossi, &reply.text("/id"), true).refused(409, "no_access");
}

pub fn a_contact_is_given_access_and_keeps_its_data(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = world.someone("Carla");
    let contact = ada.adds_contact(&rossi, &carla.email).is(201).text("/id");
    let given = ada.gives_role(&rossi, &contact, "standard").is(200);
    assert_eq!((given.at("/access/status"), given.at("/last_name")), ("invited".into(), "Conti".into()));
    carla.accepts(&given.invited()).is(201);
    assert_eq!(ada.sees(&rossi, &contact).is(200).at("/access/status"), "active");
    ada.takes_access(&rossi, &contact).is(204);
    let after = ada.sees(&rossi, &contact).is(200);
    assert_eq!((after.at("/access/status"), after.at("/last_name")), ("none".into(), "Conti".into()));
    carla.gets(&rossi.at("")).refused(404, "not_found");
    ada.takes_access(&rossi, &contact).refused(409, "no_access");
}

pub fn the_list_shows_role_state_and_invitations(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    world.joins(&ada, &rossi, "Bob", "standard");
    let sue = world.joins(&ada, &rossi, "Sue", "view_only");
    ada.suspends(&rossi, &ada.member_id(&rossi, &sue.email), true).is(200);
    ada.invites(&rossi, &world.someone("Ivo").email, "admin").is(201);
    ada.adds_contact(&rossi, &world.someone("Carla").email).is(201);
    let list = ada.gets(&rossi.at("/members")).is(200).data();
    let of =
        |name: &str| list.iter().find(|member| member["email"] == world.someone(name).email.as_str()).unwrap_or_else(|| panic!("{name}: {list:?}")).clone();
    for (name, status, role) in [
        ("Ada", "active", json!("admin")),
        ("Bob", "active", json!("standard")),
        ("Sue", "suspended", json!("view_only")),
        ("Ivo", "invited", json!("admin")),
        ("Carla", "none", json!(null)),
    ] {
        let member = of(name);
        assert_eq!((&member["access"]["status"], &member["access"]["role"]), (&json!(status), &role), "{name}");
    }
    assert_eq!(of("Ivo")["invitation"]["state"], "pending");
    assert!(of("Ivo")["invitation"].get("link").is_none(), "a link is shown once");
    assert!(of("Bob")["invitation"].is_null() || of("Bob")["invitation"]["state"] == "accepted");
    for field in ["password_hash", "email_key", "user_id", "token_hash"] {
        assert!(of("Bob").get(field).is_none(), "{field}");
    }
}

fn names(person: &crate::support::people::Person, account: &Account, query: &str) -> Vec<String> {
    let list = person.gets(&account.at(&format!("/members?{query}"))).is(200).data();
    list.iter().map(|member| member["email"].as_str().unwrap_or_default().split('.').next().unwrap_or_default().to_owned()).collect()
}

pub fn people_are_found_by_name_address_state_and_role(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    world.joins(&ada, &rossi, "Bob", "standard");
    ada.invites(&rossi, &world.someone("Ivo").email, "standard").is(201);
    ada.posts(&rossi.at("/members"), &json!({"email": world.someone("Zoe").email, "first_name": "Zoë", "last_name": "D'Àngelo"})).is(201);
    let sorted = |query: &str| {
        let mut list = names(&ada, &rossi, query);
        list.sort();
        list
    };
    assert_eq!(sorted("access=active&role=standard"), ["bob"]);
    assert_eq!(sorted("role=standard"), ["bob", "ivo"]);
    assert_eq!(sorted("access=invited"), ["ivo"]);
    assert_eq!(sorted("access=none"), ["zoe"]);
    assert_eq!(sorted(&format!("search={}", percent("zoe"))), ["zoe"]);
    assert_eq!(sorted(&format!("search={}", percent("ZOË dàn"))), ["zoe"]);
    assert_eq!(sorted(&format!("search={}", percent("angelo"))), ["zoe"]);
    assert_eq!(sorted(&format!("search={}", percent(&format!("bob.{}@example.com", world.tag())))), ["bob"]);
    assert!(sorted("search=nobodyofthatname").is_empty());
    for query in ["access=active2", "role=owner", "limit=x", "order=name"] {
        ada.gets(&rossi.at(&format!("/members?{query}"))).refused(400, "malformed");
    }
    for query in ["limit=0", "limit=101"] {
        ada.gets(&rossi.at(&format!("/members?{query}"))).refused_field("/limit", "unknown");
    }
    ada.gets(&rossi.at("/members?cursor=x")).refused(400, "cursor_not_valid");
    sorted(&format!("search={}", percent(&"%_*\"'\\ ".repeat(20))));
}

pub fn the_page_of_a_list_takes_the_parameters_of_the_api(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let (ivo, iva) = (world.someone("Ivo").email, world.someone("Iva").email);
    for email in [&ivo, &iva] {
        ada.invites(&rossi, email, "view_only").is(201);
    }
    let list = format!("/accounts/{}/users", rossi.id);
    let page = ada.opens(&format!("{list}?access=invited&role=view_only&limit=1&done=revoked&theme=dark")).is(200).body;
    assert!(page.contains(&iva) && !page.contains(&ivo) && !page.contains(&bob.email), "{page}");
    let next = page.split("href=\"").find_map(|rest| rest.split_once("\" rel=\"next\"").map(|(href, _)| href.replace("&#38;", "&"))).expect("a next page");
    assert!(next.starts_with(&format!("{list}?access=invited&role=view_only&limit=1&theme=dark&cursor=")), "{next}");
    let page = ada.opens(&next).is(200).body;
    assert!(page.contains(&ivo) && !page.contains(&iva) && !page.contains("rel=\"next\""), "{page}");
    assert!(ada.opens(&format!("{list}?search=&role=&access=&cursor=")).is(200).body.contains(&bob.email));
    for query in ["role=owner", "access=gone", "limit=x", "role=admin&role=standard"] {
        ada.opens(&format!("{list}?{query}")).is(400);
    }
    for (list, wrong) in [("/accounts", "managed=maybe"), ("/me/communications", "category=news"), ("/me", "limit=x")] {
        ada.opens(list).is(200);
        ada.opens(&format!("{list}?{wrong}")).is(400);
    }
}

pub fn a_form_changes_only_the_fields_that_it_sends(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = ada.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    let version = ada.sees(&rossi, &carla).is(200).at("/version").to_string();
    let form = format!("/accounts/{}/users/{carla}/contact", rossi.id);
    ada.submits(&form, &[("version", &version), ("last_name", ""), ("city", "Lecce"), ("nickname", "C")]).is(303);
    let member = ada.sees(&rossi, &carla).is(200);
    assert_eq!((member.text("/first_name"), member.at("/last_name"), member.text("/city")), ("Carla".into(), json!(null), "Lecce".into()));
    ada.submits(&form, &[("version", "2"), ("email", "")]).is(422);
    ada.submits(&form, &[("version", "2"), ("city", "Bari"), ("city", "Roma")]).is(400);
    ada.submits(&form, &[("city", "Bari")]).is(412);
}

pub fn pages_of_people_follow_each_other_without_gap_or_repeat(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for number in 0..9 {
        ada.posts(
            &rossi.at("/members"),
            &json!({"email": format!("c{number}@example.com"), "first_name": "Carla", "last_name": if number < 6 { "Conti" } else { "Abate" }}),
        )
        .is(201);
    }
    for filter in ["", "access=none&", "search=conti&"] {
        let whole: Vec<String> =
            ada.gets(&rossi.at(&format!("/members?{filter}limit=100"))).is(200).data().iter().map(|member| member["id"].to_string()).collect();
        let (mut pages, mut cursor) = (Vec::new(), String::new());
        loop {
            let reply = ada.gets(&rossi.at(&format!("/members?{filter}limit=4&cursor={cursor}"))).is(200);
            pages.extend(reply.data().iter().map(|member| member["id"].to_string()));
            cursor = reply.text("/next_cursor");
            if cursor.is_empty() {
                assert!(reply.header("link").is_empty());
                break;
            }
        }
        assert_eq!(pages, whole, "{filter}");
    }
}

pub fn a_cursor_fits_its_account_and_filter_alone(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    for number in 0..3 {
        ada.adds_contact(&rossi, &format!("c{number}@example.com")).is(201);
    }
    bea.adds_contact(&bianchi, "c@example.com").is(201);
    let cursor = ada.gets(&rossi.at("/members?limit=2")).is(200).text("/next_cursor");
    assert!(!cursor.is_empty());
    ada.gets(&rossi.at(&format!("/members?limit=2&cursor={cursor}"))).is(200);
    ada.gets(&rossi.at(&format!("/members?limit=2&access=none&cursor={cursor}"))).refused(400, "cursor_not_valid");
    ada.gets(&rossi.at(&format!("/members?search=conti&cursor={cursor}"))).refused(400, "cursor_not_valid");
    bea.gets(&bianchi.at(&format!("/members?limit=2&cursor={cursor}"))).refused(400, "cursor_not_valid");
    let edited: String = cursor.chars().rev().collect();
    for wrong in [edited.as_str(), "eyJhIjoxfQ", "null", "%00", "é"] {
        ada.gets(&rossi.at(&format!("/members?cursor={}", percent(wrong)))).refused(400, "cursor_not_valid");
    }
}

pub fn contact_data_is_edited_field_by_field(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let id = ada.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    let path = rossi.at(&format!("/members/{id}"));
    let changed = ada.changes("PATCH", &path, &path, Some(&json!({"city": "Torino", "phone": "011"}))).is(200);
    assert_eq!((changed.at("/city"), changed.at("/phone"), changed.at("/last_name")), ("Torino".into(), "011".into(), "Conti".into()));
    let cleared = ada.changes("PATCH", &path, &path, Some(&json!({"phone": null}))).is(200);
    assert_eq!((cleared.at("/phone"), cleared.at("/city")), (json!(null), "Torino".into()));
    for field in ["id", "account_id", "access", "role", "user_id", "version", "permissions", "created_at"] {
        ada.changes("PATCH", &path, &path, Some(&json!({field: "x"}))).is(422);
    }
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    assert_eq!(bob.changes("PATCH", &path, &path, Some(&json!({"city": "Bari"}))).refused(403, "not_allowed").at("/permission"), "contacts.manage");
}

pub fn the_address_of_somebody_with_access_is_their_own(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    let other = world.someone("Other").email;
    ada.changes("PATCH", &path, &path, Some(&json!({"email": other}))).refused(409, "email_belongs_to_user");
    assert_eq!(ada.gets(&path).is(200).at("/email"), bob.email.as_str());
}

pub fn only_resources_of_the_account_are_assigned(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    let body = json!({"role": "standard", "resource_ids": ["01990000-0000-7000-8000-000000000000"]});
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&body)).refused(422, "unknown_resource");
}

pub fn two_contacts_may_share_an_address_but_only_one_has_access(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let email = world.someone("Info").email;
    let (one, two) = (ada.adds_contact(&rossi, &email).is(201).text("/id"), ada.adds_contact(&rossi, &email).is(201).text("/id"));
    ada.gives_role(&rossi, &one, "standard").is(200);
    let refused = ada.gives_role(&rossi, &two, "standard").refused(409, "already_invited");
    assert_eq!(refused.at("/member_id"), one.as_str());
}

pub fn a_member_of_another_account_is_unknown_here(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let foreign = bea.member_id(&bianchi, &bea.email);
    ada.sees(&rossi, &foreign).refused(404, "not_found");
    ada.gives_role(&rossi, &foreign, "view_only").refused(404, "not_found");
    ada.suspends(&rossi, &foreign, true).refused(404, "not_found");
    ada.takes_access(&rossi, &foreign).refused(404, "not_found");
    ada.revokes(&rossi, &foreign).refused(404, "not_found");
    ada.renews_link(&rossi, &foreign).refused(404, "not_found");
    ada.cancels_invitation(&rossi, &foreign).refused(404, "not_found");
    ada.makes_reset_link(&rossi, &foreign).refused(404, "not_found");
    let path = rossi.at(&format!("/members/{foreign}"));
    ada.ask("PATCH", &path).when("*").json(&json!({"city": "Bari"})).send().refused(404, "not_found");
    assert_eq!(bea.sees(&bianchi, &foreign).is(200).at("/access/role"), "admin");
}

pub fn addresses_are_compared_as_people_mean_them(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let tag = world.tag();
    ada.invites(&rossi, &format!("Zoë.{tag}@bücher.example"), "standard").is(201);
    for same in [format!("zoë.{tag}@BÜCHER.example"), format!(" Zoe\u{308}.{tag}@xn--bcher-kva.example ")] {
        ada.invites(&rossi, &same, "standard").refused(409, "already_invited");
    }
    for wrong in ["a@b@c.example", "a＠example.com", "@example.com", "a@", "a b@example.com", "a@example.com\nBcc: b@example.com", "a@exa\u{200b}mple..com", ""]
    {
        ada.invites(&rossi, wrong, "standard").refused(422, "validation");
    }
    ada.posts(&rossi.at("/members"), &json!({"email": ["a@example.com", "b@example.com"], "access": {"role": "standard"}})).refused_field("/email", "type");
    ada.invites(&rossi, &format!("{}@example.com", "a".repeat(300)), "standard").refused(422, "validation");
}

/// The search starts from the rarer word, on every page the same one.
pub fn pages_of_people_found_by_two_words_follow_each_other(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for number in 0..12 {
        let company = if number % 3 == 0 { "Bottega Conti" } else { "Contini" };
        let body = json!({"email": format!("p{number}@example.com"), "first_name": "Piero", "last_name": "Conti", "company": company});
        ada.posts(&rossi.at("/members"), &body).is(201);
    }
    let found = |query: &str, limit: usize| {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = ada.gets(&rossi.at(&format!("/members?search={query}&limit={limit}&cursor={cursor}"))).is(200);
            found.extend(page.data().iter().map(|row| row["email"].as_str().unwrap_or_default().to_owned()));
            cursor = page.text("/next_cursor");
            // People added or removed in between do not change the word it starts from.
            if found.len() == limit {
                for number in 0..20 {
                    ada.posts(&rossi.at("/members"), &json!({"email": format!("b{limit}{number}{}@example.com", query.len()), "company": "Bottega"})).is(201);
                }
            }
            if cursor.is_empty() {
                break;
            }
        }
        let count = found.len();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), count, "{query}: nobody twice");
        found
    };
    let of_shops: Vec<String> = ["p0", "p3", "p6", "p9"].map(|name| format!("{name}@example.com")).into();
    for query in ["conti%20bottega", "bottega%20conti", "piero%20con%20bott", "con%20conti%20bottega"] {
        for limit in [1, 3] {
            assert_eq!(found(query, limit), of_shops, "{query} by {limit}");
        }
    }
    assert_eq!(found("con%20conti", 5).len(), 12);
    assert!(found("conti%20zzz", 5).is_empty());
}

pub fn what_one_does_in_one_account_tells_the_other_nothing(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let bob = world.joins(&ada, &rossi, "Bob", "admin");
    let invited = bea.invites(&bianchi, &bob.email, "admin").invited();
    bob.accepts_signed_in(&invited).is(201);
    let (in_rossi, in_bianchi) = (ada.member_id(&rossi, &bob.email), invited.member);
    let seen = |admin: &crate::support::people::Person, account, member: &str| {
        let member = admin.sees(account, member).is(200);
        (member.at("/access/last_seen_at"), member.header("etag").to_owned())
    };
    bob.gets("/v1/me").is(200);
    bob.gets("/v1/me/accounts").is(200);
    let (before, version) = seen(&ada, &rossi, &in_rossi);
    assert!(before.is_null() && seen(&bea, &bianchi, &in_bianchi).0.is_null(), "nobody was in either");
    let page = bob.adds_contact(&bianchi, &format!("carla.{}@example.com", world.tag())).is(201);
    assert!(!page.text("/id").is_empty());
    let (after, etag) = seen(&bea, &bianchi, &in_bianchi);
    assert!(after.is_string(), "{after}");
    assert_eq!((seen(&ada, &rossi, &in_rossi), seen(&bea, &bianchi, &in_bianchi).1), ((before, version), etag));
    // A host user who acts by delegation is not a member there, and their last use is not recorded in their own account.
    let host = world.host_account();
    let hector = world.joins(&world.host(), &host, "Hector", "admin");
    let there = world.host().member_id(&host, &hector.email);
    hector.adds_contact(&rossi, &format!("carlo.{}@example.com", world.tag())).is(201);
    assert!(seen(&world.host(), &host, &there).0.is_null());
}

pub fn the_last_visit_to_an_account_is_that_of_a_look_too(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
    let invited = bea.invites(&bianchi, &bob.email, "view_only").invited();
    bob.accepts_signed_in(&invited).is(201);
    let member = ada.member_id(&rossi, &bob.email);
    bob.gets(&bianchi.at("/members")).is(200);
    bob.gets(&rossi.at("/members")).is(200);
    let seen = || ada.sees(&rossi, &member).is(200).text("/access/last_seen_at");
    let first = seen();
    assert!(!first.is_empty(), "a session in use already is seen where it had not been");
    // Activity every day in the other account, and on one day here.
    for _ in 0..3 {
        world.controls().passes(24 * 3_600);
        bob.gets(&bianchi.at("/members")).is(200);
        bob.opens(&format!("/accounts/{}/users", bianchi.id)).is(200);
        bob.gets("/v1/me").is(200);
        assert_eq!(seen(), first);
    }
    bob.opens(&format!("/accounts/{}/users", rossi.id)).is(200);
    let second = seen();
    assert!(second > first, "{first} {second}");
    // Within five minutes the time stays as it is.
    bob.gets(&rossi.at("")).is(200);
    assert_eq!(seen(), second);
    let page = ada.opens(&format!("/accounts/{}/users/{member}", rossi.id)).is(200).body;
    assert!(page.contains(&second[..16]), "the page shows it too: {second}");
}

/// Returns all that a cursor reveals: its text in the URL, and each part decoded.
fn readable(cursor: &str) -> String {
    let parts = cursor.split('.').chain([cursor]).filter_map(portineria::core::secret::decoded);
    parts.fold(cursor.to_lowercase(), |text, part| text + &String::from_utf8_lossy(&part).to_lowercase())
}

pub fn no_cursor_tells_whom_a_page_ended_with(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    for name in ["Carla", "Carmen", "Carola"] {
        let new =
            json!({"email": format!("{}@segreti.example", name.to_lowercase()), "first_name": name, "last_name": "Conti", "email_preferences": ["general"]});
        ada.posts(&rossi.at("/members"), &new).is(201);
        ada.adds_resource(&rossi, "pixel", &format!("segreti {name}")).is(201);
        host.creates_account(&format!("Segreti {name}"));
        ada.sends(&rossi, "general", &format!("segreti {name}")).is(201);
    }
    let sent = ada.gets(&rossi.at("/communications?limit=1")).is(200).data()[0]["id"].as_str().expect("an id").to_owned();
    let lists = [
        (&ada, rossi.at("/members?limit=2")),
        (&ada, rossi.at("/members?limit=2&access=none")),
        (&ada, rossi.at("/members?limit=1&search=conti")),
        (&ada, rossi.at("/members?limit=1&search=car%20conti")),
        (&ada, rossi.at("/members/export?format=json&limit=2")),
        (&ada, rossi.at("/resources?limit=2")),
        (&ada, rossi.at("/communications?limit=1")),
        (&ada, rossi.at("/communications?limit=1&search=segreti")),
        (&ada, rossi.at(&format!("/communications/{sent}?limit=1"))),
        (&ada, rossi.at("/audit-events?limit=2")),
        (&host, "/v1/accounts?limit=2".to_owned()),
        (&host, "/v1/accounts?limit=1&search=segreti".to_owned()),
        (&host, "/v1/me/accounts?limit=1".to_owned()),
    ];
    for (person, list) in &lists {
        let page = person.gets(list).is(200);
        let cursor = page.text("/next_cursor");
        assert!(!cursor.is_empty(), "{list}: {}", page.summary());
        let bytes = portineria::core::secret::decoded(&cursor).expect("base64url");
        assert!(String::from_utf8(bytes).is_err(), "{list} can be read: {cursor}");
        for word in ["segreti", "conti", "carla", "carmen", "carola", "example", &ada.email, &bob.email] {
            assert!(!readable(&cursor).contains(&word.to_lowercase()), "{list} tells {word}: {cursor}");
        }
        person.gets(&format!("{list}&cursor={cursor}")).is(200);
        // A cursor that is changed, or from another list, is not valid.
        let changed = |at: usize| cursor.char_indices().map(|(place, c)| if place == at { if c == 'A' { 'B' } else { 'A' } } else { c }).collect::<String>();
        for at in [0, 16, cursor.len() / 2, cursor.len() - 2] {
            person.gets(&format!("{list}&cursor={}", changed(at))).refused(400, "cursor_not_valid");
        }
        for (_, other) in lists.iter().filter(|(_, other)| other.split("limit").next() != list.split("limit").next()) {
            ada.gets(&format!("{other}&cursor={cursor}")).refused(400, "cursor_not_valid");
        }
        assert_ne!(person.gets(list).text("/next_cursor"), cursor, "{list}: another each time");
    }
}
