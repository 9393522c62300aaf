//! Delegation: the account lets its host manage its users, or does not.

use serde_json::json;

use crate::support::people::Person;
use crate::support::world::{Account, HOST_EMAIL, World};

/// Returns a host user who is a member of no customer account.
fn boss(world: &World, role: &str) -> Person {
    world.joins(&world.host(), &world.host_account(), &format!("Carlo{role}"), role)
}

pub fn managed_accounts_start_delegated_and_unmanaged_ones_do_not(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    assert_eq!(ada.gets(&rossi.at("")).is(200).at("/delegated"), true);
    assert_eq!(bea.gets(&bianchi.at("")).is(200).at("/delegated"), false);
}

pub fn only_an_admin_of_the_account_turns_delegation_off_and_on(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let boss = boss(world, "admin");
    for person in [&boss, &bob] {
        assert_eq!(person.delegates(&rossi, false).refused(403, "not_allowed").at("/permission"), "delegation.manage");
    }
    let off = ada.delegates(&rossi, false).is(200);
    assert_eq!((off.at("/delegated"), off.at("/capabilities/delegate/allowed")), (false.into(), true.into()));
    boss.delegates(&rossi, true).refused(403, "not_allowed");
    assert_eq!(ada.delegates(&rossi, true).is(200).at("/delegated"), true);
    ada.changes("PUT", &rossi.at("/delegation"), &rossi.at(""), Some(&json!({"delegated": "no"}))).refused_field("/delegated", "type");
    ada.changes("PUT", &rossi.at("/delegation"), &rossi.at(""), Some(&json!({}))).refused_field("/delegated", "required");
    ada.ask("PUT", &rossi.at("/delegation")).json(&json!({"delegated": false})).send().refused(428, "version_required");
    ada.ask("PUT", &rossi.at("/delegation")).when("\"v1\"").json(&json!({"delegated": false})).send().refused(412, "stale_version");
}

pub fn delegation_off_holds_from_the_hosts_next_request_on(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for role in ["admin", "standard", "view_only"] {
        let boss = boss(world, role);
        boss.gets(&rossi.at("/members")).is(200);
        ada.delegates(&rossi, false).is(200);
        boss.gets(&rossi.at("/members")).refused(403, "not_allowed");
        boss.gets(&rossi.at("/audit-events")).refused(403, "not_allowed");
        boss.renames(&rossi, "Mine now").refused(403, "not_allowed");
        boss.puts_status(&rossi, "deactivated").refused(403, "not_allowed");
        boss.opens(&format!("/accounts/{}/users", rossi.id)).is(403);
        let row = boss.gets(&rossi.at("")).is(200);
        assert_eq!((row.text("/name"), row.text("/status"), row.at("/delegated")), (rossi.name.clone(), "active".into(), false.into()));
        assert!(row.at("/profile").as_object().expect("a profile").values().all(serde_json::Value::is_null), "{}", row.summary());
        assert_eq!(row.at("/capabilities/open/reason"), "not_allowed");
        ada.delegates(&rossi, true).is(200);
    }
}

pub fn an_open_page_of_the_host_changes_nothing_after_delegation_off(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let boss = boss(world, "admin");
    let member = boss.member_id(&rossi, &bob.email);
    let page = format!("/accounts/{}/users/{member}", rossi.id);
    let version = boss.version(&rossi.at(&format!("/members/{member}")));
    boss.opens(&page).is(200);
    ada.delegates(&rossi, false).is(200);
    let version = version.trim_matches(['"', 'v']);
    boss.submits(&format!("{page}/revocation"), &[("version", version)]).is(403);
    boss.submits(&format!("{page}/access"), &[("version", version), ("sub_account", "on"), ("role", "admin")]).is(403);
    boss.ask("DELETE", &rossi.at(&format!("/members/{member}"))).when("*").send().refused(403, "not_allowed");
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/access/role"), "standard");
}

pub fn the_hosts_links_die_with_delegation(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let (boss, other) = (boss(world, "admin"), world.someone("Cleo"));
    let member = ada.member_id(&rossi, &bob.email);
    let (of_boss, of_ada) = (boss.invites(&rossi, &other.email, "standard").invited(), ada.invites(&rossi, &world.someone("Dan").email, "standard").invited());
    let reset = boss.makes_reset_link(&rossi, &member).is(201).reset_token();
    let elsewhere = world.host().creates_account("Verdi");
    let of_verdi = boss.invites(&elsewhere, &world.someone("Eve").email, "standard").invited();
    ada.delegates(&rossi, false).is(200);
    other.accepts(&of_boss).refused(410, "link_not_valid");
    other.previews(of_boss.token()).refused(410, "link_not_valid");
    bob.resets_with(&reset, "entirely different words").refused(410, "link_not_valid");
    world.ask("POST", "/v1/password-resets/preview").json(&json!({"token": reset})).send().refused(410, "link_not_valid");
    world.someone("Dan").accepts(&of_ada).is(201);
    world.someone("Eve").accepts(&of_verdi).is(201);
    ada.delegates(&rossi, true).is(200);
    other.accepts(&of_boss).refused(410, "link_not_valid");
    assert_eq!(ada.sees(&rossi, &of_boss.member).is(200).at("/invitation/state"), "revoked");
}

pub fn host_users_with_access_of_their_own_keep_it_and_their_links(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let boss = boss(world, "admin");
    let own = ada.invites(&rossi, &boss.email, "admin").invited();
    boss.accepts_signed_in(&own).is(201);
    let dan = world.someone("Dan");
    let invited = boss.invites(&rossi, &dan.email, "standard").invited();
    ada.delegates(&rossi, false).is(200);
    boss.gets(&rossi.at("/members")).is(200);
    assert_eq!(boss.gets(&rossi.at("")).is(200).at("/via"), "member");
    dan.accepts(&invited).is(201);
}

pub fn an_account_without_an_admin_of_its_own_stays_delegated(world: &World) {
    let host = world.host();
    let rossi = host.creates_account("Rossi");
    host.delegates(&rossi, false).refused(409, "delegation_needs_own_admin");
    let ada = world.someone("Ada");
    let invited = host.invites(&rossi, &ada.email, "admin").invited();
    host.delegates(&rossi, false).refused(409, "delegation_needs_own_admin");
    let page = host.opens(&format!("/accounts/{}/settings", rossi.id)).is(200);
    assert!(page.body.contains("host users") && !page.body.contains("settings/delegation\""), "the page says why it is off");
    ada.accepts(&invited).is(201);
    let member = host.member_id(&rossi, &ada.email);
    host.suspends(&rossi, &member, true).is(200);
    host.delegates(&rossi, false).refused(409, "delegation_needs_own_admin");
    host.suspends(&rossi, &member, false).is(200);
    let path = rossi.at(&format!("/members/{member}"));
    let until = json!({"role": "admin", "expires_at": "2100-01-01T00:00:00Z"});
    host.changes("PUT", &format!("{path}/access"), &path, Some(&until)).is(200);
    host.delegates(&rossi, false).refused(409, "delegation_needs_own_admin");
    host.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "admin"}))).is(200);
    assert_eq!(host.gets(&rossi.at("")).is(200).at("/delegated"), true);
    host.delegates(&rossi, false).is(200);
}

pub fn delegation_back_on_lets_the_host_in_again(world: &World) {
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let boss = boss(world, "admin");
    boss.gets(&bianchi.at("/members")).refused(403, "not_allowed");
    bea.delegates(&bianchi, true).is(200);
    boss.gets(&bianchi.at("/members")).is(200);
    let row = boss.gets(&bianchi.at("")).is(200);
    assert_eq!((row.at("/role"), row.at("/via")), ("admin".into(), "delegation".into()));
}

pub fn what_is_so_already_changes_nothing(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let lines = |action: &str| ada.gets(&rossi.at("/audit-events?limit=100")).is(200).data().iter().filter(|line| line["action"] == action).count();
    let version = ada.version(&rossi.at(""));
    assert_eq!(ada.delegates(&rossi, true).is(200).header("etag"), version);
    assert_eq!(lines("delegation.turned_on"), 0);
    ada.delegates(&rossi, false).is(200);
    ada.delegates(&rossi, false).is(200);
    let trail = ada.gets(&rossi.at("/audit-events")).is(200).data();
    let line = trail.iter().find(|line| line["action"] == "delegation.turned_off").expect("a line");
    assert_eq!(
        (&line["before"], &line["after"], &line["actor"]["via"]),
        (&json!({"delegated": true, "seat_of_host": HOST_EMAIL}), &json!({"delegated": false, "seat_of_host": null}), &json!("member"))
    );
    assert_eq!(lines("delegation.turned_off"), 1);
}

pub fn every_act_of_the_host_in_the_account_is_marked(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (boss, bob) = (boss(world, "admin"), world.someone("Bob"));
    let invited = boss.invites(&rossi, &bob.email, "standard").invited();
    boss.renews_link(&rossi, &invited.member).is(201);
    let renewed = boss.renews_link(&rossi, &invited.member).is(201).invited();
    bob.accepts(&renewed).is(201);
    boss.gives_role(&rossi, &invited.member, "view_only").is(200);
    boss.makes_reset_link(&rossi, &invited.member).is(201);
    boss.suspends(&rossi, &invited.member, true).is(200);
    boss.suspends(&rossi, &invited.member, false).is(200);
    boss.renames(&rossi, &rossi.name).is(200);
    boss.puts_status(&rossi, "deactivated").is(200);
    boss.puts_status(&rossi, "active").is(200);
    boss.takes_access(&rossi, &invited.member).is(204);
    boss.revokes(&rossi, &invited.member).is(204);
    let carla = boss.invites(&rossi, &world.someone("Carla").email, "standard").is(201).text("/id");
    let pixel = boss.adds_resource(&rossi, "pixel", "4711").is(201).text("/id");
    let at_pixel = rossi.at(&format!("/resources/{pixel}"));
    boss.changes("PATCH", &at_pixel, &at_pixel, Some(&json!({"status": "paused"}))).is(200);
    boss.assigns(&rossi, &pixel, &[&carla]).is(200);
    let at_carla = rossi.at(&format!("/members/{carla}"));
    boss.changes("PUT", &format!("{at_carla}/resources"), &at_carla, Some(&json!({"resource_ids": []}))).is(200);
    boss.changes("DELETE", &at_pixel, &at_pixel, None).is(204);
    let me = boss.gets("/v1/me").is(200).at("/id");
    let trail = ada.gets(&rossi.at("/audit-events?limit=100")).is(200).data();
    let of_boss: Vec<_> = trail.iter().filter(|line| line["actor"]["user_id"] == me).collect();
    assert_eq!(of_boss.len(), 18, "{of_boss:?}");
    assert!(of_boss.iter().all(|line| line["actor"]["via"] == "delegation"), "{of_boss:?}");
    assert!(trail.iter().filter(|line| line["actor"]["user_id"] != me).all(|line| line["actor"]["via"] == "member"), "{trail:?}");
}

/// Returns the authority in the latest line of the account's audit log.
fn latest_via(admin: &Person, account: &Account) -> serde_json::Value {
    admin.gets(&account.at("/audit-events?limit=1")).is(200).data()[0]["actor"]["via"].clone()
}

pub fn an_act_beyond_ones_own_access_is_marked(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let boss = boss(world, "admin");
    let own = ada.invites(&rossi, &boss.email, "standard").invited();
    boss.accepts_signed_in(&own).is(201);
    for kind in ["pixel", "app"] {
        let thing = ada.adds_resource(&rossi, kind, "4711").is(201).text("/id");
        let path = rossi.at(&format!("/resources/{thing}"));
        let rename = |name: &str| boss.changes("PATCH", &path, &path, Some(&json!({"name": name}))).is(200);
        rename("of the host");
        assert_eq!(latest_via(&ada, &rossi), "delegation", "a {kind} that is not assigned");
        ada.assigns(&rossi, &thing, &[&own.member]).is(200);
        rename("of one's own");
        assert_eq!(latest_via(&ada, &rossi), if kind == "pixel" { "member" } else { "delegation" }, "an assigned {kind}");
    }
}

pub fn own_access_that_has_ended_hides_no_act_of_the_host(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let boss = boss(world, "admin");
    let own = ada.invites(&rossi, &boss.email, "admin").invited();
    boss.accepts_signed_in(&own).is(201);
    let path = rossi.at(&format!("/members/{}", own.member));
    let until = json!({"role": "admin", "expires_at": "2026-11-22T10:00:00Z"});
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&until)).is(200);
    boss.adds_contact(&rossi, "carla@example.com").is(201);
    assert_eq!(latest_via(&ada, &rossi), "member");
    world.controls().passes(2 * 3_600);
    boss.adds_contact(&rossi, "dora@example.com").is(201);
    assert_eq!(latest_via(&ada, &rossi), "delegation");
}

pub fn the_selector_tells_managed_from_unmanaged(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let boss = boss(world, "admin");
    let found = |managed: bool| boss.gets(&format!("/v1/accounts?search={}&managed={managed}", world.tag())).is(200).data().len();
    assert_eq!((found(true), found(false)), (1, 0));
    ada.delegates(&rossi, false).is(200);
    assert_eq!((found(true), found(false)), (0, 1));
    let page = boss.opens(&format!("/accounts?search={}", world.tag())).is(200);
    assert!(page.body.contains("Unmanaged") && !page.body.contains(&format!("/accounts/{}/users", rossi.id)), "{}", page.body);
    ada.delegates(&rossi, true).is(200);
    let page = boss.opens(&format!("/accounts?search={}", world.tag())).is(200);
    assert!(page.body.contains(&format!("/accounts/{}/users", rossi.id)));
}

pub fn a_host_to_which_nothing_is_delegated_sees_that(world: &World) {
    world.unmanaged_account_of("Bea");
    let boss = boss(world, "view_only");
    let none = boss.gets(&format!("/v1/accounts?search={}&managed=true", world.tag())).is(200);
    assert!(none.data().is_empty() && none.at("/next_cursor").is_null());
    let page = boss.opens(&format!("/accounts?search={}&managed=true", world.tag())).is(200);
    assert!(page.body.contains("class=\"empty\""), "{}", page.body);
}

pub fn an_empty_selector_says_so_and_who_may_creates(world: &World) {
    let (admin, viewer) = (world.host(), boss(world, "view_only"));
    let look = |person: &Person, address: &str, language: &str| {
        world.ask("GET", address).cookie(&person.session()).header("accept-language", language).send().is(200).body
    };
    let says = |address: &str, language: &str, sentence: &str, hint: &str| {
        assert!(look(&admin, address, language).contains(&format!("<strong>{sentence}</strong> {hint}")), "{}", look(&admin, address, language));
        let page = look(&viewer, address, language);
        assert!(page.contains(&format!("<strong>{sentence}</strong></p>")) && !page.contains(hint), "{page}");
    };
    let creates = [("en", "Create one: managed by you"), ("it", "Creane uno: gestito da te")];
    for (sentence, (language, hint)) in ["No customer account yet", "Ancora nessun account cliente"].into_iter().zip(creates) {
        says("/accounts", language, sentence, hint);
    }
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    for (sentence, (language, hint)) in
        ["No account has delegated its users to you.", "Nessun account ti ha delegato la gestione dei suoi utenti."].into_iter().zip(creates)
    {
        says("/accounts?managed=true", language, sentence, hint);
    }
    // The host itself is neither managed nor unmanaged.
    for rest in ["managed=false", "managed=true"] {
        let found = admin.gets(&format!("/v1/accounts?{rest}")).is(200).data();
        assert!(found.iter().all(|account| account["kind"] != "host"), "{rest}: {found:?}");
    }
    bea.delegates(&bianchi, true).is(200);
    assert!(!look(&admin, "/accounts?managed=true", "en").contains("class=\"empty\""));
}

pub fn the_dialog_names_the_host_users_who_keep_access(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (keeper, other) = (boss(world, "standard"), world.joins(&world.host(), &world.host_account(), "Ottavia", "admin"));
    let own = ada.invites(&rossi, &keeper.email, "view_only").invited();
    keeper.accepts_signed_in(&own).is(201);
    let path = format!("/accounts/{}/settings", rossi.id);
    let page = ada.opens(&path).is(200);
    assert!(page.body.contains("they see only the account’s name and state"), "{}", page.body);
    assert!(page.body.contains(&keeper.email) && !page.body.contains(&other.email), "{}", page.body);
    assert!(!other.opens(&path).is(200).body.contains(&keeper.email), "who cannot turn it off is told nothing");
    let version = ada.version(&rossi.at(""));
    let version = version.trim_matches(['"', 'v']);
    let off = ada.submits(&format!("{path}/delegation"), &[("version", version), ("delegated", "false")]).is(303);
    assert_eq!(off.header("location"), format!("{path}?done=delegation_off"));
    ada.submits(&format!("{path}/delegation"), &[("version", version), ("delegated", "true")]).is(412);
    keeper.gets(&rossi.at("/members")).is(200);
    other.gets(&rossi.at("/members")).refused(403, "not_allowed");
}

pub fn delegation_off_against_an_edit_of_the_host_ends_one_way(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let boss = boss(world, "admin");
    let bob = ada.invites(&rossi, &world.someone("Bob").email, "standard").invited().member;
    let pixel = rossi.at(&format!("/resources/{}", ada.adds_resource(&rossi, "pixel", "4711").is(201).text("/id")));
    let place = rossi.at(&format!("/members/{bob}"));
    for round in 0..if world.is_in_process() { 3 } else { 20 } {
        let people: Vec<Person> = (0..10).map(|number| world.someone(&format!("Guest{round}x{number}"))).collect();
        let (name, role) = (format!("of round {round}"), if round % 2 == 0 { "view_only" } else { "standard" });
        let replies = world.at_once(&people, |person| {
            let edits = |method: &str, path: &str, body: serde_json::Value| boss.ask(method, path).when("*").json(&body).send();
            match person.name.chars().last() {
                Some('5') => ada.ask("PUT", &rossi.at("/delegation")).when("*").json(&json!({"delegated": false})).send(),
                Some('4') => edits("PATCH", &rossi.at(""), json!({"name": name})),
                Some('6') => edits("PUT", &format!("{place}/access"), json!({"role": role})),
                Some('7') => edits("PATCH", &pixel, json!({"name": name})),
                _ => boss.invites(&rossi, &person.email, "standard"),
            }
        });
        for (person, reply) in people.iter().zip(&replies) {
            match reply.status {
                200 => {}
                403 => assert_eq!(reply.code(), "not_allowed"),
                // The link of a person who was invited before it was turned off no longer works.
                201 => drop(person.accepts(&reply.invited()).refused(410, "link_not_valid")),
                _ => panic!("{}", reply.summary()),
            }
        }
        boss.gets(&rossi.at("/members")).refused(403, "not_allowed");
        // The state agrees with the answers: each edit was made completely or not at all.
        let is_done = |number: usize| replies[number].status == 200;
        assert_eq!(ada.gets(&rossi.at("")).is(200).at("/name") == name.as_str(), is_done(4), "round {round}: the name");
        assert_eq!(ada.gets(&place).is(200).at("/access/role") == role, is_done(6), "round {round}: the role");
        assert_eq!(ada.gets(&pixel).is(200).at("/name") == name.as_str(), is_done(7), "round {round}: the pixel");
        ada.delegates(&rossi, true).is(200);
        boss.changes("PUT", &format!("{place}/access"), &place, Some(&json!({"role": role}))).is(200);
    }
}
