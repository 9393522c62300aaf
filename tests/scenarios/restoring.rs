//! After the deletion of an account: restoring and purging.

use serde_json::{Value as Json, json};

use super::closing::{add_one_of_each, everything, host_user, rows_of, without_reader_and_time};
use crate::support::client::{Reply, counted};
use crate::support::fill::FIRST_PEOPLE;
use crate::support::people::Person;
use crate::support::world::{Account, World};

const DAY: i64 = 24 * 3_600;

/// Returns the number that a query selects.
fn count(world: &World, sql: &str) -> i64 {
    world.controls().select(sql)[0]["n"].as_i64().expect("a number")
}

pub fn a_restored_account_is_what_it_was(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = add_one_of_each(world, &ada, &rossi);
    let row = || {
        let mut row = without_reader_and_time(ada.gets(&rossi.at("")).is(200).json());
        row["version"] = Json::Null;
        row
    };
    let (before, was) = (everything(world, &ada, &rossi), row());
    bob.deletes(&rossi).is(204);
    let boss = host_user(world, "admin");
    let back = boss.restores(&rossi).is(200);
    assert_eq!((back.text("/status"), back.at("/role"), back.at("/deleted_at")), ("active".into(), "admin".into(), Json::Null));
    assert_eq!((everything(world, &ada, &rossi), row()), (before, was));
    assert_eq!(bob.gets(&rossi.at("")).is(200).at("/role"), "standard", "the session of before is good again");
    let trail = ada.gets(&rossi.at("/audit-events")).is(200).data();
    let of = |action: &str| trail.iter().find(|line| line["action"] == action).unwrap_or_else(|| panic!("{action}: {trail:?}")).clone();
    assert_eq!((&of("account.deleted")["before"], &of("account.deleted")["actor"]["via"]), (&json!({"status": "active"}), &json!("member")));
    assert_eq!((&of("account.restored")["after"], &of("account.restored")["actor"]["via"]), (&json!({"status": "active"}), &json!("host")));
}

pub fn a_deactivated_or_pending_account_is_restored_as_such(world: &World) {
    let (_, rossi) = world.account_of("Ada");
    let (host, bea) = (world.host(), world.someone("Bea"));
    host.puts_status(&rossi, "deactivated").is(200);
    let (bianchi, _) = host.creates_unmanaged_account("Bianchi", &bea.email);
    for (account, status) in [(&rossi, "deactivated"), (&bianchi, "pending")] {
        host.deletes(account).is(204);
        assert_eq!(host.restores(account).is(200).at("/status"), status);
        assert_eq!(host.gets(&account.at("")).is(200).at("/status"), status);
    }
    let first = host.posts(&bianchi.at("/first-admin-invitation"), &json!({})).is(201).invited();
    bea.accepts(&first).is(201);
}

pub fn only_a_host_admin_restores_and_only_what_is_deleted(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (boss, clerk) = (host_user(world, "admin"), host_user(world, "standard"));
    ada.restores(&rossi).refused(403, "not_allowed");
    let row = boss.gets(&rossi.at("")).is(200);
    assert_eq!(row.at("/capabilities/restore/reason"), "account_not_deleted");
    boss.restores(&rossi).refused(409, "account_not_deleted");
    clerk.deletes(&rossi).is(204);
    assert_eq!(clerk.restores(&rossi).refused(403, "not_allowed").at("/permission"), "account.restore");
    ada.restores(&rossi).refused(404, "not_found");
    boss.restores(&rossi).is(200);
    boss.restores(&rossi).refused(409, "account_not_deleted");
}

pub fn deleted_accounts_are_listed_apart_with_their_restoration(world: &World) {
    let (host, term) = (world.host(), format!("omega{}", world.tag()));
    let (boss, clerk) = (host_user(world, "admin"), host_user(world, "standard"));
    let make = |name: &str| Account {
        id: host.posts("/v1/accounts", &json!({"name": format!("{name} {term}"), "managed": true})).is(201).text("/id"),
        name: format!("{name} {term}"),
    };
    let accounts = ["Alfa", "Beta", "Gamma"].map(make);
    for account in &accounts[1..] {
        host.deletes(account).is(204);
    }
    let names = |person: &Person, query: &str| -> Vec<String> {
        let list = person.gets(&format!("/v1/accounts?{query}")).is(200).data();
        list.iter().map(|account| account["name"].as_str().unwrap_or_default().split(' ').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names(&boss, &format!("search={term}")), ["Alfa"]);
    assert_eq!(names(&boss, &format!("status=deleted&search={term}")), ["Beta", "Gamma"]);
    assert_eq!(names(&boss, &format!("status=deleted&search=gam%20{term}")), ["Gamma"]);
    assert!(names(&boss, &format!("status=deleted&managed=false&search={term}")).is_empty());
    let page = boss.gets(&format!("/v1/accounts?status=deleted&search={term}&limit=1")).is(200);
    let next = format!("/v1/accounts?status=deleted&search={term}&limit=1&cursor={}", page.text("/next_cursor"));
    assert_eq!(boss.gets(&next).is(200).data()[0]["name"], accounts[2].name.as_str());
    boss.gets(&format!("/v1/accounts?search={term}&limit=1&cursor={}", page.text("/next_cursor"))).refused(400, "cursor_not_valid");
    boss.gets("/v1/accounts?status=active").refused(400, "malformed");
    let restoration = format!("/accounts/{}/settings/restoration", accounts[1].id);
    let path = format!("/accounts?status=deleted&search={term}");
    assert!(boss.opens(&path).is(200).body.contains(&restoration));
    let seen = clerk.opens(&path).is(200);
    assert!(seen.body.contains(&accounts[1].name) && !seen.body.contains(&restoration), "{}", seen.body);
    boss.submits(&restoration, &[]).is(303);
    assert_eq!(names(&boss, &format!("status=deleted&search={term}")), ["Gamma"]);
}

pub fn nobody_leaves_a_deleted_account(world: &World) {
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let bob = world.joins(&bea, &bianchi, "Bob", "standard");
    bea.deletes(&bianchi).is(204);
    bea.leaves(&bianchi).refused(404, "not_found");
    bob.leaves(&bianchi).refused(404, "not_found");
    world.host().restores(&bianchi).is(200);
    assert_eq!(bea.gets(&bianchi.at("/members")).is(200).data().len(), 2);
}

pub fn after_thirty_days_nothing_is_restored_and_a_tombstone_remains(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    let bob = add_one_of_each(world, &ada, &rossi);
    ada.invites(&rossi, &world.someone("Dan").email, "standard").is(201);
    let (_, verdi) = world.account_of("Bea");
    let others = rows_of(world, &verdi);
    ada.deletes(&rossi).is(204);
    world.controls().passes(29 * DAY);
    world.controls().job_runs();
    host.signs_in().is(201);
    host.restores(&rossi).is(200);
    ada.signs_in().is(201);
    ada.deletes(&rossi).is(204);
    world.controls().passes(30 * DAY);
    host.signs_in().is(201);
    assert_eq!(host.gets(&rossi.at("")).is(200).at("/capabilities/restore/reason"), "restore_too_late");
    host.restores(&rossi).refused(410, "restore_too_late");
    world.controls().job_runs();
    assert!(rows_of(world, &rossi).iter().all(Vec::is_empty), "{:?}", rows_of(world, &rossi));
    for table in ["invitation", "delivery"] {
        assert_eq!(count(world, &format!("SELECT count(*) AS n FROM {table} WHERE account_id = '{}'", rossi.id)), 0, "{table}");
    }
    let left = world.controls().select(&format!("SELECT name, status, purge_at, company FROM account WHERE id = '{}'", rossi.id));
    assert_eq!(left, [json!({"name": "-", "status": "deleted", "purge_at": null, "company": null})]);
    assert!(count(world, &format!("SELECT count(*) AS n FROM audit_event WHERE account_id = '{}' AND action = 'account.deleted'", rossi.id)) == 2);
    assert!(count(world, &format!("SELECT count(*) AS n FROM audit_event WHERE account_id = '{}' AND action = 'account.purged'", rossi.id)) == 1);
    assert_eq!(rows_of(world, &verdi), others, "nobody else's rows");
    host.gets(&rossi.at("")).refused(404, "not_found");
    host.restores(&rossi).refused(404, "not_found");
    host.deletes(&rossi).refused(404, "not_found");
    host.opens(&format!("/accounts/{}/settings", rossi.id)).is(404);
    assert!(host.gets(&format!("/v1/accounts?status=deleted&search={}", world.tag())).is(200).data().is_empty());
    for person in [&ada, &bob] {
        person.signs_in().is(201);
        assert!(person.opens("/accounts").is(200).body.contains("You have no account"));
    }
}

pub fn a_purge_killed_anywhere_goes_on_and_is_never_taken_back(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    add_one_of_each(world, &ada, &rossi);
    world.controls().fill(&format!(
        "INSERT INTO member (id, account_id, email, email_key, words, created_at, updated_at)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
         SELECT 'm' || i, '{0}', 'm' || i || '@example.com', 'm' || i || '@example.com', json_object('_email', json_array('m' || i)), 1, 1 FROM n;
         INSERT INTO member_word (account_id, word, member_id) SELECT account_id, word, member_id FROM searchable_word WHERE account_id = '{0}' AND member_id GLOB 'm*';
         INSERT INTO assignment (member_id, resource_id) SELECT id, (SELECT r.id FROM resource r WHERE r.account_id = '{0}') FROM member WHERE account_id = '{0}' AND id GLOB 'm*';
         {FIRST_PEOPLE}
         INSERT INTO subscription (member_id, category) SELECT id, 'general' FROM member WHERE account_id = '{0}' AND id GLOB 'm*'",
        rossi.id
    ));
    ada.deletes(&rossi).is(204);
    world.controls().passes(30 * DAY + 60);
    host.signs_in().is(201);
    let left = || rows_of(world, &rossi).iter().map(Vec::len).sum::<usize>();
    let (mut chunks, mut before) = (0, left());
    while count(world, "SELECT count(*) AS n FROM account WHERE purge_at IS NOT NULL") > 0 {
        world.controls().database_says("D1_ERROR: Network connection lost.");
        world.controls().job_is_killed();
        assert_eq!(left(), before, "a chunk that fails takes nothing");
        world.controls().job_is_killed();
        let is_gone = count(world, "SELECT count(*) AS n FROM account WHERE purge_at IS NOT NULL") == 0;
        let (status, code) = if is_gone { (404, "not_found") } else { (410, "restore_too_late") };
        host.restores(&rossi).refused(status, code);
        // A clock that goes back changes nothing either.
        world.controls().passes(-DAY);
        host.restores(&rossi).refused(status, code);
        world.controls().passes(DAY);
        assert!(left() < before || left() == 0, "chunk {chunks} took nothing: {before} are left");
        assert_eq!(count(world, "SELECT count(*) AS n FROM member_word w WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.id = w.member_id)"), 0);
        before = left();
        chunks += 1;
        assert!(chunks < 30, "no end: {before} are left");
    }
    assert!(chunks >= 4, "{chunks} chunks: that many rows are more than one");
    assert_eq!(left(), 0);
    assert_eq!(count(world, "SELECT count(*) AS n FROM audit_event WHERE action = 'account.purged'"), 1);
}

pub fn restoring_against_purging_ends_one_way(world: &World) {
    let host = world.host();
    let rounds = [60, 6, 5, 4, 3, 0].map(|seconds_left| (seconds_left, world.account_of(&format!("Ada{seconds_left}")).1));
    let (mut restored, mut purged) = (0, 0);
    for (round, (seconds_left, rossi)) in rounds.into_iter().enumerate() {
        host.signs_in().is(201);
        let before = rows_of(world, &rossi);
        host.deletes(&rossi).is(204);
        // Each request takes a second: the time to restore ends while they act.
        world.controls().passes(30 * DAY - 2 - seconds_left);
        host.signs_in().is(201);
        let turns: Vec<usize> = (0..10).collect();
        let replies = world.at_once(&turns, |turn| {
            if turn % 2 == 0 {
                return host.restores(&rossi);
            }
            world.controls().job_is_killed();
            host.gets("/v1/me")
        });
        let restorations: Vec<Reply> = replies.into_iter().step_by(2).collect();
        let back = counted(&restorations, 200, "");
        let late = counted(&restorations, 410, "restore_too_late") + counted(&restorations, 404, "not_found");
        assert_eq!(back + counted(&restorations, 409, "account_not_deleted") + late, 5, "round {round}: restored once, or too late");
        world.controls().passes(DAY);
        world.controls().job_runs();
        if back == 1 {
            restored += 1;
            assert_eq!(rows_of(world, &rossi), before, "round {round}: whole");
            assert_eq!(host.gets(&rossi.at("")).is(200).at("/status"), "active");
        } else {
            purged += 1;
            assert_eq!(back, 0, "round {round}");
            assert!(rows_of(world, &rossi).iter().all(Vec::is_empty), "round {round}: nothing is left");
            host.restores(&rossi).refused(404, "not_found");
        }
    }
    assert!(restored > 0 && purged > 0, "{restored} restored, {purged} purged");
}

pub fn the_host_reads_what_became_of_an_account_that_is_gone(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    let root = world.host_account();
    let lines = || {
        let trail = host.gets(&root.at("/audit-events?limit=100")).is(200).data();
        let of_rossi = trail.into_iter().filter(|line| line["target"]["id"] == rossi.id && line["target"]["name"] == rossi.name);
        of_rossi.map(|line| (line["action"].as_str().unwrap_or_default().to_owned(), line["actor"]["name"].clone())).collect::<Vec<_>>()
    };
    host.puts_status(&rossi, "deactivated").is(200);
    host.puts_status(&rossi, "active").is(200);
    ada.delegates(&rossi, false).is(200);
    ada.deletes(&rossi).is(204);
    host.restores(&rossi).is(200);
    ada.delegates(&rossi, true).is(200);
    ada.deletes(&rossi).is(204);
    world.controls().passes(31 * DAY);
    world.controls().job_runs();
    host.signs_in().is(201);
    // The host's audit log names host users and no people of the account (design I8).
    let (by_hedy, by_ada) = (json!("Hedy Host"), json!(null));
    let expected = [
        ("account.purged", json!(null)),
        ("account.deleted", by_ada.clone()),
        ("delegation.turned_on", by_ada.clone()),
        ("account.restored", by_hedy.clone()),
        ("account.deleted", by_ada.clone()),
        ("delegation.turned_off", by_ada),
        ("account.reactivated", by_hedy.clone()),
        ("account.deactivated", by_hedy.clone()),
        ("account.created", by_hedy),
    ];
    assert_eq!(lines(), expected.map(|(action, actor)| (action.to_owned(), actor)));
}

pub fn an_account_whose_purge_fails_keeps_no_other_waiting(world: &World) {
    let (host, (ada, rossi), (bea, verdi)) = (world.host(), world.account_of("Ada"), world.account_of("Bea"));
    ada.deletes(&rossi).is(204);
    bea.deletes(&verdi).is(204);
    world.controls().passes(31 * DAY);
    let due = || world.controls().select("SELECT id FROM account WHERE purge_at IS NOT NULL");
    world
        .controls()
        .fill(&format!("CREATE TRIGGER broken BEFORE UPDATE ON account WHEN old.id = '{}' BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END", rossi.id));
    world.controls().job_runs();
    assert_eq!(due(), [json!({"id": rossi.id})], "the other one is purged");
    assert!(rows_of(world, &verdi).iter().all(Vec::is_empty) && !rows_of(world, &rossi).iter().all(Vec::is_empty));
    world.controls().fill("DROP TRIGGER broken");
    world.controls().job_runs();
    assert!(due().is_empty(), "and this one by the next run");
    host.signs_in().is(201);
    host.gets(&rossi.at("")).refused(404, "not_found");
}
