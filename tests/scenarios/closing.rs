//! Deactivation and deletion of an account. Restoring and purging are in `restoring.rs`.

use serde_json::{Value as Json, json};

use crate::support::client::counted;
use crate::support::people::Person;
use crate::support::world::{Account, World};

/// Returns a host user who is a member of no customer account.
pub fn host_user(world: &World, role: &str) -> Person {
    world.joins(&world.host(), &world.host_account(), &format!("Carlo{role}"), role)
}

/// Returns everything in an account except its own row: as `reader` sees it and, in process, all rows.
pub fn everything(world: &World, reader: &Person, account: &Account) -> Vec<Vec<Json>> {
    let mut everything: Vec<Vec<Json>> = ["/members?limit=100", "/resources?limit=100"]
        .map(|list| reader.gets(&account.at(list)).is(200).data().into_iter().map(without_reader_and_time).collect())
        .into();
    if world.is_in_process() {
        everything.extend(rows_of(world, account));
    }
    everything
}

/// Returns the value without the parts that depend on reader and time.
pub fn without_reader_and_time(mut thing: Json) -> Json {
    thing["capabilities"] = Json::Null;
    if thing["access"].is_object() {
        thing["access"]["last_seen_at"] = Json::Null;
    }
    thing
}

/// Returns all rows of an account.
pub fn rows_of(world: &World, account: &Account) -> Vec<Vec<Json>> {
    let members = format!("(SELECT id FROM member WHERE account_id = '{}')", account.id);
    [
        format!("SELECT * FROM member WHERE account_id = '{}' ORDER BY id", account.id),
        format!("SELECT * FROM member_word WHERE account_id = '{}' ORDER BY member_id, word", account.id),
        format!("SELECT * FROM account_word WHERE account_id = '{}' ORDER BY word", account.id),
        format!("SELECT * FROM resource WHERE account_id = '{}' ORDER BY id", account.id),
        format!("SELECT * FROM member_permission WHERE member_id IN {members} ORDER BY member_id, permission"),
        format!("SELECT * FROM subscription WHERE member_id IN {members} ORDER BY member_id, category"),
        format!("SELECT * FROM assignment WHERE member_id IN {members} ORDER BY member_id, resource_id"),
    ]
    .iter()
    .map(|sql| world.controls().select(sql).into_iter().map(without_last_use).collect())
    .collect()
}

/// Returns the row without the time of the member's last use.
fn without_last_use(mut row: Json) -> Json {
    if let Some(row) = row.as_object_mut() {
        row.remove("last_seen_at");
    }
    row
}

/// Adds one of each kind of data to the account.
pub fn add_one_of_each(world: &World, ada: &Person, rossi: &Account) -> Person {
    let bob = world.joins(ada, rossi, "Bob", "standard");
    let path = rossi.at(&format!("/members/{}", ada.member_id(rossi, &bob.email)));
    let pixel = ada.adds_resource(rossi, "pixel", "P1").is(201).text("/id");
    let access = json!({"role": "standard", "permissions": ["contacts.manage"], "resource_ids": [pixel]});
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&access)).is(200);
    ada.adds_contact(rossi, &world.someone("Carla").email).is(201);
    bob
}

pub fn a_deactivated_account_keeps_its_people_out_and_everything_it_has(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = add_one_of_each(world, &ada, &rossi);
    let dan = world.someone("Dan");
    let invited = ada.invites(&rossi, &dan.email, "standard").invited();
    let clerk = host_user(world, "standard");
    let before = everything(world, &clerk, &rossi);
    let stopped = clerk.puts_status(&rossi, "deactivated").is(200);
    assert_eq!((stopped.text("/status"), stopped.at("/capabilities/reactivate/allowed")), ("deactivated".into(), true.into()));
    assert_eq!(stopped.at("/capabilities/deactivate/reason"), "account_deactivated");
    for person in [&ada, &bob] {
        person.gets(&rossi.at("/members")).refused(403, "account_deactivated");
        person.invites(&rossi, &world.someone("Eve").email, "standard").refused(403, "account_deactivated");
        let row = person.gets(&rossi.at("")).is(200);
        assert_eq!((row.text("/status"), row.at("/capabilities/open/allowed")), ("deactivated".into(), false.into()));
        assert!(person.opens(&format!("/accounts/{}/users", rossi.id)).is(403).body.contains("This account is deactivated"));
        assert!(person.opens(&format!("/accounts/{}/settings", rossi.id)).is(200).body.contains("This account is deactivated"));
        let selector = person.opens("/accounts").is(200);
        assert!(selector.body.contains("Deactivated") && selector.body.contains(&format!("/accounts/{}/settings", rossi.id)), "{}", selector.body);
    }
    ada.deletes(&rossi).refused(403, "account_deactivated");
    dan.accepts(&invited).refused(403, "account_deactivated");
    assert_eq!(everything(world, &clerk, &rossi), before, "nothing is lost");
    clerk.puts_status(&rossi, "active").is(200);
    bob.gets(&rossi.at("/members")).is(200);
    dan.accepts(&invited).is(201);
}

pub fn the_host_works_in_a_deactivated_account_by_delegation(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (boss, viewer) = (host_user(world, "admin"), host_user(world, "view_only"));
    viewer.puts_status(&rossi, "deactivated").refused(403, "not_allowed");
    ada.puts_status(&rossi, "deactivated").refused(403, "not_allowed");
    boss.puts_status(&rossi, "deactivated").is(200);
    boss.invites(&rossi, &world.someone("Bob").email, "standard").is(201);
    viewer.gets(&rossi.at("/members")).is(200);
    let version = boss.version(&rossi.at(""));
    assert_eq!(boss.puts_status(&rossi, "deactivated").is(200).header("etag"), version, "what is so already changes nothing");
    let active = boss.puts_status(&rossi, "active").is(200);
    assert_eq!(active.at("/capabilities/reactivate/reason"), "account_not_deactivated");
    for status in ["pending", "deleted", "nonsense"] {
        boss.puts_status(&rossi, status).refused_field("/status", "unknown");
    }
}

pub fn whoever_deletes_types_the_name_and_the_password(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let delete = |name: &str, password: &str| {
        let body = json!({"name": name, "current_password": password});
        ada.changes("DELETE", &rossi.at(""), &rossi.at(""), Some(&body))
    };
    delete("", &ada.password()).refused_field("/name", "required");
    delete("Rossi", &ada.password()).refused_field("/name", "other_name");
    delete(&rossi.name.to_uppercase(), &ada.password()).refused_field("/name", "other_name");
    delete(&rossi.name, "not the password of Ada").refused(403, "wrong_password");
    delete(&rossi.name, "").refused(403, "wrong_password");
    ada.changes("DELETE", &rossi.at(""), &rossi.at(""), Some(&json!({"name": rossi.name}))).refused_field("/current_password", "required");
    ada.changes("DELETE", &rossi.at(""), &rossi.at(""), None).is(415);
    assert_eq!(ada.gets(&rossi.at("")).is(200).at("/status"), "active");
    delete(&format!("  {} ", rossi.name), &ada.password()).is(204);
}

pub fn wrong_passwords_of_a_deletion_are_counted(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let body = json!({"name": rossi.name, "current_password": "not the password of Ada"});
    for _ in 0..10 {
        ada.changes("DELETE", &rossi.at(""), &rossi.at(""), Some(&body)).refused(403, "wrong_password");
    }
    ada.deletes(&rossi).refused(429, "too_many_attempts");
    ada.changes_password(&ada.password(), "entirely different words").refused(429, "too_many_attempts");
    // All sessions of a user share one counter. On a known device the counter of other sessions does not keep the owner waiting.
    let phone = ada.at_another_device();
    phone.signs_in().is(201);
    phone.deletes(&rossi).refused(429, "too_many_attempts");
    let cookie = format!("__Host-device={}", super::limits::device_of(world, &ada));
    let body = json!({"name": rossi.name, "current_password": ada.password()});
    phone.ask("DELETE", &rossi.at("")).when("*").header("cookie", &cookie).json(&body).send().is(204);
}

pub fn host_admins_standards_and_the_accounts_own_delete(world: &World) {
    let (boss, clerk, viewer) = (host_user(world, "admin"), host_user(world, "standard"), host_user(world, "view_only"));
    for (number, person) in [&boss, &clerk].into_iter().enumerate() {
        let ((_, rossi), (_, bianchi)) = (world.account_of(&format!("Ada{number}")), world.unmanaged_account_of(&format!("Bea{number}")));
        for account in [&rossi, &bianchi] {
            viewer.deletes(account).refused(403, "not_allowed");
            person.deletes(account).is(204);
            assert_eq!(person.gets(&account.at("")).is(200).at("/status"), "deleted");
        }
    }
    let (ada, rossi) = world.account_of("Ada");
    let (bob, eve) = (world.joins(&ada, &rossi, "Bob", "standard"), world.joins(&ada, &rossi, "Eve", "view_only"));
    assert_eq!(eve.deletes(&rossi).refused(403, "not_allowed").at("/permission"), "account.delete");
    assert_eq!(bob.gets(&rossi.at("")).is(200).at("/capabilities/delete/allowed"), true);
    bob.deletes(&rossi).is(204);
    world.someone("Stranger").deletes(&rossi).refused(401, "not_signed_in");
}

pub fn the_host_says_whether_standard_users_delete(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bob, clerk, host) = (world.joins(&ada, &rossi, "Bob", "standard"), host_user(world, "standard"), world.host());
    let lets = |them: bool| host.ask("PATCH", "/v1/host").when("*").json(&json!({"standard_may_delete": them})).send().is(200);
    lets(false);
    let (refused, row, rows) = (bob.deletes(&rossi), bob.gets(&rossi.at("")), bob.gets("/v1/me/accounts"));
    let others = [&ada, &clerk].map(|person| person.gets(&rossi.at("")));
    // This comes first, because other scenarios use this deployment.
    lets(true);
    assert_eq!(refused.refused(403, "not_allowed").at("/permission"), "account.delete");
    assert_eq!(row.is(200).at("/capabilities/delete/reason"), "not_allowed");
    assert_eq!(rows.is(200).at("/data/0/capabilities"), json!(["open", "view_members"]));
    for other in others {
        assert_eq!(other.is(200).at("/capabilities/delete/allowed"), true);
    }
    bob.deletes(&rossi).is(204);
}

pub fn the_host_itself_is_neither_deleted_nor_delegated(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    host.deletes(&root).refused(409, "not_for_the_host");
    host.delegates(&root, true).refused(409, "not_for_the_host");
    host.puts_status(&root, "deactivated").refused(403, "not_allowed");
    host.restores(&root).refused(409, "account_not_deleted");
    let row = host.gets(&root.at("")).is(200);
    for what in ["delete", "delegate"] {
        assert_eq!(row.at(&format!("/capabilities/{what}/reason")), "not_for_the_host");
    }
}

pub fn a_deleted_account_stops_at_once(world: &World) {
    let (host, boss) = (world.host(), host_user(world, "admin"));
    let ((ada, rossi), (bea, bianchi)) = (world.account_of("Ada"), world.unmanaged_account_of("Bea"));
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    ada.deletes(&rossi).is(204);
    bea.deletes(&bianchi).is(204);
    for (person, account) in [(&ada, &rossi), (&bob, &rossi), (&bea, &bianchi)] {
        for rest in ["", "/members", "/audit-events"] {
            person.gets(&account.at(rest)).refused(404, "not_found");
        }
        person.invites(account, &world.someone("Eve").email, "standard").refused(404, "not_found");
        person.deletes(account).refused(404, "not_found");
        person.gets("/v1/me").is(200);
    }
    for account in [&rossi, &bianchi] {
        for person in [&host, &boss] {
            let row = person.gets(&account.at("")).is(200);
            assert_eq!((row.text("/status"), row.at("/capabilities/restore/allowed")), ("deleted".into(), true.into()));
            assert!(row.text("/purge_at").ends_with('Z') && row.text("/deleted_at").ends_with('Z'), "{}", row.summary());
            assert_eq!(row.at("/capabilities/deactivate/reason"), "account_deleted");
            person.gets(&account.at("/members")).refused(409, "account_deleted");
            person.invites(account, &world.someone("Eve").email, "standard").refused(409, "account_deleted");
            person.renames(account, "Other").refused(409, "account_deleted");
            person.puts_status(account, "active").refused(409, "account_deleted");
            person.posts(&account.at("/first-admin-invitation"), &json!({})).refused(409, "account_deleted");
            person.deletes(account).refused(409, "account_deleted");
            assert!(person.opens(&format!("/accounts/{}/users", account.id)).is(409).body.contains("This account is deleted"));
        }
    }
}

pub fn links_of_a_deleted_account_die(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let dan = world.someone("Dan");
    let invited = ada.invites(&rossi, &dan.email, "standard").invited();
    let reset = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    let (pending, first) = world.host().creates_unmanaged_account("Bianchi", &world.someone("Bea").email);
    ada.deletes(&rossi).is(204);
    world.host().deletes(&pending).is(204);
    for link in [&invited, &first] {
        dan.previews(link.token()).refused(410, "link_not_valid");
        dan.accepts(link).refused(410, "link_not_valid");
        dan.declines(link).refused(410, "link_not_valid");
    }
    bob.resets_with(&reset, "entirely different words").refused(410, "link_not_valid");
    world.host().restores(&rossi).is(200);
    dan.accepts(&invited).refused(410, "link_not_valid");
    let again = ada.renews_link(&rossi, &invited.member).invited();
    dan.accepts(&again).is(201);
}

pub fn whoever_has_no_account_left_is_told_so(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    assert!(ada.opens("/accounts").is(200).body.contains(&rossi.id));
    ada.deletes(&rossi).is(204);
    let page = ada.opens("/accounts").is(200);
    assert!(page.body.contains("You have no account") && page.body.contains(&ada.email), "{}", page.body);
    assert!(ada.gets("/v1/accounts").is(200).data().is_empty());
    assert!(ada.gets("/v1/accounts?status=deleted").is(200).data().is_empty(), "only the host lists what is gone");
    let phone = ada.at_another_device();
    phone.signs_in().is(201);
}

pub fn the_admins_get_an_email(world: &World) {
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let fay = world.joins(&bea, &bianchi, "Fay", "admin");
    world.joins(&bea, &bianchi, "Bob", "standard");
    let to = |word: &str| -> Vec<(String, String)> {
        let mut emails: Vec<_> = world.controls().emails().into_iter().filter(|mail| mail.subject.contains(word)).map(|mail| (mail.to, mail.text)).collect();
        emails.sort();
        emails
    };
    bea.deletes(&bianchi).is(204);
    let deleted = to("deleted");
    assert_eq!(deleted.iter().map(|(to, _)| to.clone()).collect::<Vec<_>>(), [bea.email.clone(), fay.email.clone()]);
    assert!(deleted.iter().all(|(_, text)| text.contains(&bianchi.name) && text.contains("Bea Neri") && text.contains("can restore it until")), "{deleted:?}");
    world.host().restores(&bianchi).is(200);
    assert_eq!(to("is back").iter().map(|(to, _)| to.clone()).collect::<Vec<_>>(), [bea.email.clone(), fay.email.clone()]);
    world.controls().mail_fails(true);
    fay.deletes(&bianchi).is(204);
    let sent = world.controls().select("SELECT letter, status FROM delivery WHERE letter LIKE 'account_%' ORDER BY letter, status");
    let sent: Vec<(&str, &str)> = sent.iter().map(|row| (row["letter"].as_str().unwrap_or_default(), row["status"].as_str().unwrap_or_default())).collect();
    let expected = [("account_deleted", "queued"), ("account_deleted", "sent"), ("account_restored", "sent")];
    assert_eq!(sent, expected.into_iter().flat_map(|pair| [pair, pair]).collect::<Vec<_>>());
}

pub fn the_pages_close_an_account_and_bring_it_back(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let boss = host_user(world, "admin");
    let path = format!("/accounts/{}/settings", rossi.id);
    let version = || boss.version(&rossi.at("")).trim_matches(['"', 'v']).to_owned();
    let page = boss.opens(&path).is(200);
    assert!(page.body.contains(&format!("{path}/status")) && page.body.contains(&format!("{path}/deletion")), "{}", page.body);
    let stopped = boss.submits(&format!("{path}/status"), &[("version", &version()), ("status", "deactivated")]).is(303);
    assert_eq!(stopped.header("location"), format!("{path}?done=account_deactivated"));
    assert!(boss.opens(&path).is(200).body.contains("Reactivate the account"));
    assert!(!ada.opens(&path).is(200).body.contains("Reactivate the account"));
    boss.submits(&format!("{path}/status"), &[("version", &version()), ("status", "active")]).is(303);
    boss.submits(&format!("{path}/status"), &[("version", &version()), ("status", "gone")]).is(422);

    let page = ada.opens(&path).is(200);
    assert!(!page.body.contains(&format!("{path}/status")) && page.body.contains(&format!("{path}/deletion")), "{}", page.body);
    let delete = |name: &str, password: &str| {
        ada.submits(&format!("{path}/deletion"), &[("version", &version()), ("account_name", name), ("current_password", password)])
    };
    let wrong_name = delete("Another", &ada.password()).is(422);
    assert!(wrong_name.body.contains("account_name-wrong") && wrong_name.body.contains("value=\"Another\""), "{}", wrong_name.body);
    let wrong_password = delete(&rossi.name, "not the password of Ada").is(403);
    assert!(wrong_password.body.contains("current_password-wrong") && wrong_password.body.contains("id=\"delete\" open"), "{}", wrong_password.body);
    let deleted = delete(&rossi.name, &ada.password()).is(303);
    assert_eq!(deleted.header("location"), "/accounts?done=account_deleted");
    assert!(ada.opens("/accounts?done=account_deleted").is(200).body.contains("has been deleted"));
    ada.opens(&path).is(404);

    let page = boss.opens(&path).is(200);
    assert!(page.body.contains("This account is deleted") && page.body.contains(&format!("{path}/restoration")), "{}", page.body);
    let restored = boss.submits(&format!("{path}/restoration"), &[]).is(303);
    assert_eq!(restored.header("location"), format!("{path}?done=account_restored"));
    boss.submits(&format!("{path}/restoration"), &[]).is(409);
    assert!(ada.opens("/accounts").is(200).body.contains(&rossi.id));
}

pub fn a_version_seen_is_a_version_meant(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let boss = host_user(world, "admin");
    let seen = boss.version(&rossi.at(""));
    ada.renames(&rossi, &format!("Rossi e nipoti ({})", world.tag())).is(200);
    let body = json!({"name": rossi.name, "current_password": boss.password()});
    boss.ask("DELETE", &rossi.at("")).when(&seen).json(&body).send().refused(412, "stale_version");
    boss.ask("DELETE", &rossi.at("")).json(&body).send().refused(428, "version_required");
    boss.ask("DELETE", &rossi.at("")).when("*").json(&body).send().refused_field("/name", "other_name");
    boss.ask("PUT", &rossi.at("/status")).when(&seen).json(&json!({"status": "deactivated"})).send().refused(412, "stale_version");
    boss.ask("PUT", &rossi.at("/status")).json(&json!({"status": "deactivated"})).send().refused(428, "version_required");
}

pub fn deleting_against_accepting_ends_one_way(world: &World) {
    let host = world.host();
    for round in 0..if world.is_in_process() { 3 } else { 20 } {
        let (ada, rossi) = world.account_of(&format!("Ada{round}"));
        let bob = world.someone(&format!("Bob{round}"));
        let invited = ada.invites(&rossi, &bob.email, "standard").invited();
        let body = json!({"name": rossi.name, "current_password": ada.password()});
        let turns: Vec<usize> = (0..10).collect();
        let replies = world.at_once(&turns, |turn| {
            if turn % 3 == 0 {
                ada.ask("DELETE", &rossi.at("")).header("cf-connecting-ip", &world.address(round)).when("*").json(&body).send()
            } else {
                bob.accepts_from(&invited, round)
            }
        });
        let of = |status: u16, code: &str| counted(&replies, status, code);
        assert_eq!((of(204, ""), of(404, "not_found")), (1, 3), "round {round}: deleted once");
        assert_eq!(of(201, "") + of(410, "link_not_valid"), 6, "round {round}: accepted before, or too late");
        ada.gets(&rossi.at("")).refused(404, "not_found");
        bob.accepts_from(&invited, round).refused(410, "link_not_valid");
        host.restores(&rossi).is(200);
        let access = ada.sees(&rossi, &invited.member).is(200).at("/access/status");
        assert_eq!(access, if of(201, "") > 0 { "active" } else { "invited" }, "round {round}: accepted once, however often it was asked");
    }
}

pub fn deleting_against_accepting_with_a_session_ends_one_way(world: &World) {
    let (host, (_, elsewhere)) = (world.host(), world.account_of("Olga"));
    let bob = world.joins(&host, &elsewhere, "Bob", "standard");
    for round in 0..if world.is_in_process() { 3 } else { 20 } {
        let (ada, rossi) = world.account_of(&format!("Ada{round}"));
        let invited = ada.invites(&rossi, &bob.email, "admin").invited();
        let body = json!({"name": rossi.name, "current_password": ada.password()});
        let turns: Vec<usize> = (0..6).collect();
        let replies = world.at_once(&turns, |turn| {
            if turn % 3 == 0 {
                ada.ask("DELETE", &rossi.at("")).header("cf-connecting-ip", &world.address(round)).when("*").json(&body).send()
            } else {
                bob.accepts_signed_in(&invited)
            }
        });
        let of = |status: u16, code: &str| counted(&replies, status, code);
        assert_eq!((of(204, ""), of(404, "not_found")), (1, 1), "round {round}: deleted once");
        assert_eq!(of(201, "") + of(410, "link_not_valid"), 4, "round {round}: accepted before, or too late");
        bob.gets(&rossi.at("")).refused(404, "not_found");
        host.restores(&rossi).is(200);
        assert_eq!(bob.gets(&rossi.at("")).status == 200, of(201, "") > 0, "round {round}: in it as far as it was accepted");
    }
}

pub fn deleting_against_the_first_admin_ends_one_way(world: &World) {
    let host = world.host();
    for round in 0..if world.is_in_process() { 3 } else { 20 } {
        let bea = world.someone(&format!("Bea{round}"));
        let (bianchi, invited) = host.creates_unmanaged_account(&format!("Bianchi{round}"), &bea.email);
        let body = json!({"name": bianchi.name, "current_password": host.password()});
        let turns: Vec<usize> = (0..6).collect();
        let replies = world.at_once(&turns, |turn| {
            if turn % 3 == 0 {
                host.ask("DELETE", &bianchi.at("")).header("cf-connecting-ip", &world.address(round)).when("*").json(&body).send()
            } else {
                bea.accepts_from(&invited, round)
            }
        });
        let of = |status: u16, code: &str| counted(&replies, status, code);
        let (deleted, came_in) = (of(204, ""), of(201, "") > 0);
        // 412: it was activated between the typed name and the deletion.
        assert_eq!(deleted + of(409, "account_deleted") + of(412, "stale_version"), 2, "round {round}: deleted, or not for a reason");
        assert!(deleted < 2, "round {round}: deleted at most once");
        assert_eq!(of(201, "") + of(410, "link_not_valid"), 4, "round {round}: accepted before, or too late");
        if deleted == 0 {
            host.deletes(&bianchi).is(204);
        }
        bea.accepts_from(&invited, round).refused(410, "link_not_valid");
        let state = host.restores(&bianchi).is(200).at("/status");
        assert_eq!(state, if came_in { "active" } else { "pending" }, "round {round}");
    }
}

pub fn what_a_change_answers_is_what_is_read_next(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let clerk = world.joins(&world.host(), &world.host_account(), "Carlo", "standard");
    let own = ada.invites(&rossi, &clerk.email, "admin").invited();
    clerk.accepts_signed_in(&own).is(201);
    let path = rossi.at(&format!("/members/{}", own.member));
    let until = json!({"role": "admin", "expires_at": "2026-11-22T10:00:00Z"});
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&until)).is(200);
    for _ in 0..2 {
        let (off, read) = (clerk.puts_status(&rossi, "deactivated").is(200).json(), clerk.gets(&rossi.at("")).is(200).json());
        assert_eq!(off, read);
        let (on, read) = (clerk.puts_status(&rossi, "active").is(200).json(), clerk.gets(&rossi.at("")).is(200).json());
        assert_eq!(on, read);
        world.controls().passes(2 * 3_600);
    }
}
