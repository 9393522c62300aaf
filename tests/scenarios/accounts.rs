//! Accounts: created managed or with a link for their first admin, listed, opened, renamed.

use serde_json::{Value as Json, json};

use crate::support::people::Person;
use crate::support::world::{Account, World, percent};

pub fn the_host_creates_an_account_it_manages(world: &World) {
    let host = world.host();
    let name = format!("Rossi & figli ({})", world.tag());
    let reply = host.posts("/v1/accounts", &json!({"name": name, "managed": true})).is(201);
    assert_eq!(reply.header("location"), format!("/v1/accounts/{}", reply.text("/id")));
    for (pointer, value) in [
        ("/name", json!(name)),
        ("/kind", json!("customer")),
        ("/status", json!("active")),
        ("/delegated", json!(true)),
        ("/version", json!(1)),
        ("/role", json!("admin")),
    ] {
        assert_eq!(reply.at(pointer), value, "{pointer}");
    }
    assert_eq!(reply.at("/parent_id"), world.host_account().id.as_str());
    assert!(reply.at("/invitation").is_null(), "nobody is invited: its creator is its first admin");
    let mine = host.gets(&format!("/v1/accounts?search={}", world.tag())).is(200).data();
    assert_eq!(mine.len(), 1);
}

pub fn an_unmanaged_account_waits_for_its_first_admin(world: &World) {
    let (host, bea) = (world.host(), world.someone("Bea"));
    let (bianchi, invited) = host.creates_unmanaged_account("Bianchi", &bea.email);
    assert_eq!(host.gets(&bianchi.at("")).is(200).at("/status"), "pending");
    assert_eq!(bea.previews(invited.token()).is(200).at("/role"), "admin");
    bea.accepts(&invited).is(201);
    let seen = bea.gets(&bianchi.at("")).is(200);
    assert_eq!((seen.at("/status"), seen.at("/role"), seen.at("/delegated")), ("active".into(), "admin".into(), false.into()));
    assert_eq!(host.gets(&bianchi.at("")).is(200).at("/status"), "active");
    host.gets(&bianchi.at("/members")).refused(403, "not_allowed");
}

pub fn the_first_admin_link_is_made_again_also_for_another_address(world: &World) {
    let (host, bea, cleo) = (world.host(), world.someone("Bea"), world.someone("Cleo"));
    let (bianchi, first) = host.creates_unmanaged_account("Bianchi", &bea.email);
    let path = bianchi.at("/first-admin-invitation");
    let second = host.posts(&path, &json!({})).is(201);
    assert_eq!(second.at("/state"), "pending");
    let second = second.invited();
    bea.accepts(&first).refused(410, "link_not_valid");
    let third = host.posts(&path, &json!({"admin_email": cleo.email})).is(201).invited();
    bea.accepts(&second).refused(410, "link_not_valid");
    assert_eq!(cleo.previews(third.token()).is(200).at("/email"), cleo.email.as_str());
    cleo.accepts(&third).is(201);
    host.posts(&path, &json!({})).refused(409, "account_not_pending");
    let members = cleo.gets(&bianchi.at("/members")).is(200).data();
    let active: Vec<_> = members.iter().filter(|member| member["access"]["status"] != "none").collect();
    assert_eq!(active.len(), 1, "the address that was replaced has no access: {members:?}");
}

pub fn only_a_pending_account_has_a_first_admin_link(world: &World) {
    let (_, rossi) = world.account_of("Ada");
    world.host().posts(&rossi.at("/first-admin-invitation"), &json!({"admin_email": "x@example.com"})).refused(409, "account_not_pending");
    world.host().posts("/v1/accounts/01990000-0000-7000-8000-000000000000/first-admin-invitation", &json!({})).refused(404, "not_found");
}

pub fn an_unmanaged_account_needs_the_address_of_its_admin(world: &World) {
    let host = world.host();
    host.posts("/v1/accounts", &json!({"name": "Bianchi", "managed": false})).refused_field("/admin_email", "required");
    host.posts("/v1/accounts", &json!({"name": "Bianchi", "managed": false, "admin_email": "nobody"})).refused_field("/admin_email", "email");
    host.posts("/v1/accounts", &json!({"name": "  ", "managed": true})).refused_field("/name", "required");
    host.posts("/v1/accounts", &json!({"name": "x".repeat(2_000), "managed": true})).refused_field("/name", "too_long");
    host.posts("/v1/accounts", &json!({"name": "Bianchi", "managed": true, "parent_id": "x"})).refused_field("/parent_id", "unknown_field");
    host.posts("/v1/accounts", &json!({"name": "Bianchi", "managed": "yes"})).refused_field("/managed", "type");
}

pub fn only_host_admins_and_standards_create_accounts(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let (host, root) = (world.host(), world.host_account());
    let (clerk, watcher) = (world.joins(&host, &root, "Carlo", "standard"), world.joins(&host, &root, "Vera", "view_only"));
    let body = json!({"name": format!("Verdi ({})", world.tag()), "managed": true});
    clerk.posts("/v1/accounts", &body).refused(422, "first_admin_required");
    let named = json!({"name": format!("Verdi ({})", world.tag()), "managed": true, "admin_email": format!("verdi.{}@example.com", world.tag())});
    clerk.posts("/v1/accounts", &named).is(201);
    assert_eq!(watcher.posts("/v1/accounts", &body).refused(403, "not_allowed").at("/permission"), "accounts.create");
    assert_eq!(ada.posts("/v1/accounts", &body).refused(403, "not_allowed").at("/permission"), "accounts.create");
    world.ask("POST", "/v1/accounts").json(&body).send().refused(401, "not_signed_in");
}

pub fn admins_rename_their_account(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let name = format!("Rossi e nipoti ({})", world.tag());
    let renamed = ada.renames(&rossi, &name).is(200);
    assert_eq!((renamed.at("/name"), renamed.at("/version")), (name.as_str().into(), 2.into()));
    assert_eq!(ada.gets(&rossi.at("")).is(200).at("/name"), name.as_str());
    let clerk = world.joins(&world.host(), &world.host_account(), "Carlo", "standard");
    clerk.renames(&rossi, "Rossi & Co").is(200);
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    bob.renames(&rossi, "Mia").refused(403, "not_allowed");
    ada.renames(&rossi, "").refused(422, "validation");
    for field in ["delegated", "status", "parent_id", "kind", "deleted_at"] {
        ada.changes("PATCH", &rossi.at(""), &rossi.at(""), Some(&json!({field: null}))).is(422);
    }
}

pub fn an_account_of_others_is_as_if_it_were_not(world: &World) {
    let (_, rossi) = world.account_of("Ada");
    let (bea, _) = world.unmanaged_account_of("Bea");
    let unknown = "/v1/accounts/01990000-0000-7000-8000-000000000000".to_owned();
    for rest in ["", "/members", "/members/01990000-0000-7000-8000-000000000000", "/audit-events"] {
        let (foreign, never) = (bea.gets(&rossi.at(rest)).refused(404, "not_found"), bea.gets(&format!("{unknown}{rest}")).refused(404, "not_found"));
        let words = |body: serde_json::Value| (body["title"].clone(), body["detail"].clone(), body["type"].clone());
        assert_eq!(words(foreign.json()), words(never.json()));
    }
    for nonsense in ["x", "..", "%00", "1", "'--", "01990000-0000-7000-8000"] {
        bea.gets(&format!("/v1/accounts/{}", percent(nonsense))).is(404);
    }
}

pub fn the_selector_lists_searches_and_filters(world: &World) {
    let host = world.host();
    let term = format!("zeta{}", world.tag());
    for name in ["Alfa", "Beta", "Gamma"] {
        host.posts("/v1/accounts", &json!({"name": format!("{name} {term}"), "managed": true})).is(201);
    }
    host.posts("/v1/accounts", &json!({"name": format!("Delta {term}"), "managed": false, "admin_email": format!("d.{}@example.com", world.tag())})).is(201);
    let names = |query: &str| -> Vec<String> {
        let list = host.gets(&format!("/v1/accounts?{query}")).is(200).data();
        let mut names: Vec<String> =
            list.iter().map(|account| account["name"].as_str().unwrap_or_default().split(' ').next().unwrap_or_default().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&format!("search={term}")), ["Alfa", "Beta", "Delta", "Gamma"]);
    assert_eq!(names(&format!("search={}", term.to_uppercase())), ["Alfa", "Beta", "Delta", "Gamma"]);
    assert_eq!(names(&format!("search={term}&managed=true")), ["Alfa", "Beta", "Gamma"]);
    assert_eq!(names(&format!("search={term}&managed=false")), ["Delta"]);
    assert_eq!(names(&format!("search=alf%20{term}")), ["Alfa"]);
    assert!(names(&format!("search={term}x")).is_empty());
    assert!(names(&format!("search={}", percent("%_'\"*"))).is_empty() || !names("limit=1").is_empty());
}

pub fn every_page_of_an_account_leads_to_others(world: &World) {
    let ((ada, rossi), (bea, bianchi)) = (world.account_of("0Ada"), world.unmanaged_account_of("0Bea"));
    let own = world.host().creates_account("0 Verdi");
    let boss = world.joins(&world.host(), &world.host_account(), "Carlo", "view_only");
    let leads = |person: &Person, page: &str, to: &Account| {
        let body = person.opens(page).is(200).body;
        let menu = body.split("class=\"switcher-body\"").nth(1).and_then(|rest| rest.split("</details>").next()).expect("the menu").to_owned();
        menu.contains(&format!("href=\"/accounts/{}\"", to.id))
    };
    let users = |account: &Account| format!("/accounts/{}/users", account.id);
    let places = [users(&rossi), format!("/accounts/{}/settings", bianchi.id), users(&world.host_account())];
    if world.is_in_process() {
        for page in &places {
            assert!(leads(&boss, page, &own), "{page}: the account that delegates");
            assert!(!leads(&boss, page, &bianchi), "{page}: the one that does not");
        }
        assert!(!leads(&boss, &places[0], &rossi), "it is there already");
    }
    // A member can go to their other accounts and to no others.
    let also = bea.invites(&bianchi, &ada.email, "view_only").invited();
    ada.accepts_signed_in(&also).is(201);
    assert!(leads(&ada, &users(&rossi), &bianchi) && leads(&ada, &users(&bianchi), &rossi) && !leads(&ada, &users(&rossi), &own));
    assert!(!leads(&bea, &users(&bianchi), &rossi));
    bea.revokes(&bianchi, &bea.member_id(&bianchi, &ada.email)).is(204);
    assert!(!leads(&ada, &users(&rossi), &bianchi));
}

pub fn pages_of_accounts_follow_each_other_without_gap_or_repeat(world: &World) {
    let host = world.host();
    let term = format!("pagina{}", world.tag());
    for number in 0..7 {
        host.posts("/v1/accounts", &json!({"name": format!("{term} {}", number % 3), "managed": true})).is(201);
    }
    let mut seen = Vec::new();
    let mut next = format!("/v1/accounts?search={term}&limit=3");
    for page in [3, 3, 1] {
        let reply = host.gets(&next).is(200);
        assert_eq!(reply.data().len(), page);
        seen.extend(reply.data().iter().map(|account| account["id"].to_string()));
        let cursor = reply.text("/next_cursor");
        if !cursor.is_empty() {
            assert!(reply.header("link").contains("rel=\"next\"") && reply.header("link").contains(&cursor), "{}", reply.header("link"));
            next = format!("/v1/accounts?search={term}&limit=3&cursor={cursor}");
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7);
    // A search by two words, in either order.
    let (mut found, mut cursor) = (0, String::new());
    loop {
        let page = host.gets(&format!("/v1/accounts?search=0%20{term}&limit=1&cursor={cursor}")).is(200);
        found += page.data().len();
        assert!(page.data().iter().all(|account| account["name"] == format!("{term} 0")));
        cursor = page.text("/next_cursor");
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(found, 3);
}

pub fn capabilities_say_what_i_may_do_and_why_not(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
    let (admins, viewers) = (ada.gets(&rossi.at("")).is(200).at("/capabilities"), bob.gets(&rossi.at("")).is(200).at("/capabilities"));
    assert!(admins.as_object().is_some_and(|list| list.len() >= 3), "{admins}");
    for (name, capability) in admins.as_object().expect("capabilities") {
        assert!(capability["allowed"].is_boolean(), "{name}: {capability}");
        assert_eq!(capability["allowed"] == true, capability["reason"].is_null(), "{name}: a reason stands where it is not allowed: {capability}");
    }
    for (name, capability) in viewers.as_object().expect("capabilities") {
        if admins[name]["allowed"] != capability["allowed"] {
            assert_eq!(capability["reason"], "not_allowed", "{name}");
        }
    }
    let refused = viewers.as_object().expect("capabilities").values().filter(|capability| capability["reason"] == "not_allowed").count();
    assert!(refused >= 2, "{viewers}");
}

/// Returns the names of what the caller may do with the thing at this path.
fn allowed(by: &Person, path: &str) -> Vec<Json> {
    let thing = by.gets(path).is(200);
    let capabilities = thing.at("/capabilities").as_object().expect("capabilities").clone();
    capabilities.into_iter().filter(|(_, capability)| capability["allowed"] == true).map(|(name, _)| json!(name)).collect()
}

pub fn an_item_of_a_list_names_what_i_may_do_with_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let carla = ada.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    ada.posts(&rossi.at("/resources"), &json!({"kind": "pixel", "external_id": "1", "name": "Vetrina"})).is(201);
    ada.ask("PUT", &rossi.at(&format!("/members/{carla}/email-preferences"))).when("*").json(&json!({"categories": ["general"]})).send().is(200);
    ada.posts(&rossi.at("/communications"), &json!({"category": "general", "subject": "Orari", "text": "Chiuso"})).is(201);
    let mut seen = 0;
    for (reader, lists) in [(&ada, ["members", "resources", "communications"].as_slice()), (&bob, ["members", "resources"].as_slice())] {
        for list in lists {
            for item in reader.gets(&rossi.at(&format!("/{list}"))).is(200).data() {
                let mut names = item["capabilities"].as_array().expect("names").clone();
                names.sort_by_key(Json::to_string);
                assert_eq!(names, allowed(reader, &rossi.at(&format!("/{list}/{}", item["id"].as_str().expect("an id")))), "{} in {list}", reader.name);
                seen += 1;
            }
        }
        let listed = reader.gets("/v1/me/accounts").is(200);
        let mut names = listed.at("/data/0/capabilities").as_array().expect("names").clone();
        names.sort_by_key(Json::to_string);
        assert_eq!(names, allowed(reader, &rossi.at("")), "{}", reader.name);
    }
    assert_eq!(seen, 11, "four people and a pixel for each reader, and a communication");
}
