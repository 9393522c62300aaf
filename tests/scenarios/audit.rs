//! The audit log: one line for each change, for readers with `audit.view`.

use serde_json::json;

use crate::support::people::Person;
use crate::support::world::{Account, World};

pub fn admins_read_what_happened_in_their_account(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let changed = ada.gives_role(&rossi, &member, "view_only").is(200);
    let trail = ada.gets(&rossi.at("/audit-events")).is(200).data();
    let line = trail.iter().find(|line| line["request_id"] == changed.header("x-request-id")).unwrap_or_else(|| panic!("{trail:?}"));
    assert_eq!((&line["action"], &line["target"]["type"], &line["target"]["id"]), (&json!("member.role_changed"), &json!("member"), &json!(member)));
    assert_eq!((&line["before"]["role"], &line["after"]["role"], &line["actor"]["via"]), (&json!("standard"), &json!("view_only"), &json!("member")));
    assert!(line["actor"]["name"].as_str().unwrap_or_default().contains("Ada") && line["at"].as_str().unwrap_or_default().ends_with('Z'));
    bob.gets(&rossi.at("/audit-events")).refused(403, "not_allowed");
    let newest = trail[0]["at"].as_str().unwrap_or_default() >= trail[trail.len() - 1]["at"].as_str().unwrap_or_default();
    assert!(newest, "the newest first");
}

pub fn the_trail_says_when_the_host_acted_by_delegation(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let boss = world.joins(&world.host(), &world.host_account(), "Carlo", "admin");
    let done = boss.invites(&rossi, &world.someone("Bob").email, "standard").is(201);
    let trail = ada.gets(&rossi.at("/audit-events")).is(200).data();
    let line = trail.iter().find(|line| line["request_id"] == done.header("x-request-id")).expect("a line");
    assert_eq!(line["actor"]["via"], "delegation");
}

pub fn a_refused_request_leaves_no_line(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let lines = || ada.gets(&rossi.at("/audit-events?limit=100")).is(200).data().len();
    let before = lines();
    ada.invites(&rossi, &ada.email, "standard").refused(409, "already_member");
    ada.gives_role(&rossi, "01990000-0000-7000-8000-000000000000", "admin").refused(404, "not_found");
    assert_eq!(lines(), before);
    // The host's seat keeps an administrator in the account, so she may leave. Afterwards she sees nothing of it.
    ada.leaves(&rossi).is(204);
    ada.gets(&rossi.at("/audit-events")).refused(404, "not_found");
}

pub fn the_page_says_what_changed_in_the_readers_words(world: &World) {
    let (host, root, (ada, rossi)) = (world.host(), world.host_account(), world.account_of("Ada"));
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let pixel = ada.adds_resource(&rossi, "pixel", "1").is(201).text("/id");
    ada.assigns(&rossi, &pixel, &[&ada.member_id(&rossi, &bob.email)]).is(200);
    ada.delegates(&rossi, false).is(200);
    host.ask("PATCH", "/v1/host").when("*").json(&json!({"invitation_hours": 48, "reset_minutes": 90, "standard_may_delete": false})).send().is(200);
    host.ask("PATCH", "/v1/permissions/invoices.pay").when("*").json(&json!({"title_it": "Saldare", "enabled": false})).send().is(200);
    // Field, before, after; as the page writes them.
    let says = |page: &str, field: &str, before: &str, after: &str| {
        let line = page.split("<li>").find(|line| line.contains(&format!("change-field\">{field}</span>"))).unwrap_or_else(|| panic!("{field}: {page}"));
        assert!(line.contains(&format!("</span>{before}</del>")) && line.contains(&format!("</span>{after}</ins>")), "{field}: {line}");
    };
    let look = |person: &Person, account: &Account, language: &str| {
        world.ask("GET", &format!("/accounts/{}/audit", account.id)).cookie(&person.session()).header("accept-language", language).send().is(200).body
    };
    let (of_host, of_rossi) = (look(&host, &root, "it"), look(&ada, &rossi, "it"));
    for (field, before, after) in [
        ("Un invito vale per (ore)", "24", "48"),
        ("Un link di reimpostazione vale per (minuti)", "60", "90"),
        ("Gli utenti standard possono eliminare il proprio account", "Sì", "No"),
        ("Titolo in italiano", "vuoto", "Saldare"),
        ("In uso: si può concedere e vale", "Sì", "No"),
    ] {
        says(&of_host, field, before, after);
    }
    says(&of_rossi, "Delega della gestione utenti", "Sì", "No");
    says(&of_rossi, "Persone assegnate", "0", "1");
    says(&look(&host, &root, "en"), "An invitation works for (hours)", "24", "48");
    says(&look(&ada, &rossi, "en"), "Delegation", "Yes", "No");
}

pub fn the_trail_of_another_account_is_unknown(world: &World) {
    let (_, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    bea.gets(&rossi.at("/audit-events")).refused(404, "not_found");
    world.host().gets(&bianchi.at("/audit-events")).refused(403, "not_allowed");
    let of_rossi = bea.gets(&bianchi.at("/audit-events?limit=100")).is(200).data();
    assert!(of_rossi.iter().all(|line| !line.to_string().contains(&rossi.id)));
}

/// Makes every kind of change once. `tests/golden/audit.txt` has the audit line of each.
pub fn every_change_leaves_its_line(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    let rossi = host.creates_account("Rossi");
    let ada = world.joins(&host, &rossi, "Ada", "admin");
    ada.renames(&rossi, "Rossi e nipoti").is(200);
    let (bianchi, _) = host.creates_unmanaged_account("Bianchi", "bea@example.com");
    let first = host.posts(&bianchi.at("/first-admin-invitation"), &json!({"admin_email": "cleo@example.com"})).is(201).invited();
    let cleo = world.someone("Cleo");
    // Accepting again signs in.
    for _ in 0..2 {
        cleo.clone().at_address("cleo@example.com").accepts(&first).is(201);
    }

    let contact = ada.adds_contact(&rossi, "carla@example.com").is(201).text("/id");
    let path = rossi.at(&format!("/members/{contact}"));
    ada.changes("PATCH", &path, &path, Some(&json!({"city": "Roma"}))).is(200);
    ada.changes("PUT", &format!("{path}/email-preferences"), &path, Some(&json!({"categories": ["support"]}))).is(200);
    let own = rossi.at("");
    ada.changes("PATCH", &own, &own, Some(&json!({"profile": {"city": "Roma"}}))).is(200);
    ada.changes("PUT", &rossi.at("/email-preferences"), &own, Some(&json!({"categories": ["domain"]}))).is(200);
    ada.posts(&rossi.at("/members/import"), &json!({"members": [{"email": "carla@example.com", "company": "Rossi"}, {"email": "dino@example.com"}]})).is(200);
    ada.gives_role(&rossi, &contact, "standard").is(200);
    ada.renews_link(&rossi, &contact).is(201);
    ada.changes("PATCH", &path, &path, Some(&json!({"email": "carlo@example.com"}))).is(200);
    ada.gives_role(&rossi, &contact, "view_only").is(200);
    ada.cancels_invitation(&rossi, &contact).is(204);

    let dan = world.someone("Dan");
    let declined = ada.invites(&rossi, &dan.email, "standard").invited();
    dan.declines(&declined).is(204);

    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    ada.gives_role(&rossi, &member, "view_only").is(200);
    ada.suspends(&rossi, &member, true).is(200);
    ada.suspends(&rossi, &member, false).is(200);
    let token = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    bob.resets_with(&token, "entirely different words").is(204);
    bob.signs_in().is(201);
    bob.changes("PATCH", "/v1/me", "/v1/me", Some(&json!({"first_name": "Roberto"}))).is(200);
    bob.changes_password("entirely different words", "once more different words").is(204);
    bob.remembers("once more different words");
    bob.signs_in().is(201);
    bob.at_another_device().signs_in().is(201);
    bob.ask("DELETE", "/v1/me/sessions/others").when("*").send().is(204);
    bob.signs_out().is(204);
    let pixel = ada.adds_resource(&rossi, "pixel", "4711").is(201).text("/id");
    ada.assigns(&rossi, &pixel, &[&member]).is(200);
    let path = rossi.at(&format!("/members/{member}"));
    ada.changes("PUT", &format!("{path}/resources"), &path, Some(&json!({"resource_ids": []}))).is(200);
    let path = rossi.at(&format!("/resources/{pixel}"));
    ada.changes("PATCH", &path, &path, Some(&json!({"status": "paused"}))).is(200);
    ada.changes("DELETE", &path, &path, None).is(204);
    ada.posts(&rossi.at("/members"), &json!({"email": "elena@example.com", "email_preferences": ["general"]})).is(201);
    ada.sends(&rossi, "general", "Auguri").is(201);
    ada.takes_access(&rossi, &member).is(204);
    ada.revokes(&rossi, &member).is(204);
    let eve = world.joins(&ada, &rossi, "Eve", "view_only");
    eve.leaves(&rossi).is(204);
    ada.delegates(&rossi, false).is(200);
    ada.delegates(&rossi, true).is(200);
    host.puts_status(&rossi, "deactivated").is(200);
    host.puts_status(&rossi, "active").is(200);
    cleo.deletes(&bianchi).is(204);
    host.restores(&bianchi).is(200);
    host.changes("PATCH", "/v1/host", "/v1/host", Some(&json!({"reset_minutes": 30}))).is(200);
    host.ask("PATCH", "/v1/permissions/orders.place").when("*").json(&json!({"enabled": false})).send().is(200);
    let boss = world.joins(&host, &root, "Elena", "admin");
    boss.creates_account("Verdi");
    boss.leaves(&root).is(204);
    let clerk = world.joins(&host, &root, "Carlo", "standard");
    host.revokes(&root, &host.member_id(&root, &clerk.email)).is(204);
}

/// Returns the latest line with this action in the host's audit log about this account.
fn of_host(host: &Person, root: &Account, account: &Account, action: &str) -> serde_json::Value {
    let trail = host.gets(&root.at("/audit-events?limit=100")).is(200).data();
    trail.into_iter().find(|line| line["action"] == action && line["target"]["id"] == account.id.as_str()).unwrap_or_else(|| panic!("no {action}"))
}

pub fn the_hosts_trail_names_nobody_of_an_account(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let me = bea.gets("/v1/me").is(200).at("/id");
    bea.delegates(&bianchi, true).is(200);
    bea.delegates(&bianchi, false).is(200);
    for action in ["delegation.turned_on", "delegation.turned_off"] {
        let line = of_host(&host, &root, &bianchi, action);
        assert_eq!((&line["actor"]["user_id"], &line["actor"]["name"], &line["actor"]["via"]), (&json!(null), &json!(null), &json!("member")), "{action}");
        let own = bea.gets(&bianchi.at("/audit-events")).is(200).data();
        let own = own.iter().find(|line| line["action"] == action).expect("its own trail names her");
        assert_eq!(own["actor"]["user_id"], me);
    }
    bea.deletes(&bianchi).is(204);
    assert_eq!(of_host(&host, &root, &bianchi, "account.deleted")["actor"]["name"], json!(null));
    let page = |language: &str| {
        let builder = world.ask("GET", &format!("/accounts/{}/audit", root.id)).cookie(&host.session()).header("accept-language", language);
        builder.send().is(200).body
    };
    assert!(page("en").contains("Somebody in the account") && page("it").contains("Qualcuno dell’account"));
    let about = |body: &str| {
        body.split("<tr")
            .filter(|row| row.contains(&bianchi.name.replace('&', "&amp;")) || row.contains(&bianchi.name.replace('&', "&#38;")))
            .any(|row| row.contains("Bea Neri"))
    };
    assert!(!about(&page("en")));
    // Host users are named, by whatever authority they acted.
    host.restores(&bianchi).is(200);
    assert_eq!(of_host(&host, &root, &bianchi, "account.restored")["actor"]["name"], "Hedy Host");
    let boss = world.joins(&host, &root, "Carlo", "admin");
    let rossi = boss.creates_account("Rossi");
    world.joins(&boss, &rossi, "Ada", "admin");
    boss.delegates(&rossi, false).is(200);
    assert_eq!(of_host(&host, &root, &rossi, "delegation.turned_off")["actor"]["name"], "Carlo Neri");
}
