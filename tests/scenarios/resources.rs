//! Pixels and apps: adding, reading, changing and assigning.
//!
//! Document 002: «Gli utenti standard possono apportare modifiche ai propri pixel assegnati, comprese le relative impostazioni»; those who
//! look only see «pixel e dati associati, oltre ad alcune app».

use serde_json::{Value as Json, json};

use crate::support::client::{Reply, counted};
use crate::support::people::Person;
use crate::support::world::{Account, World};

/// Adds a pixel or an app and returns its path.
fn added(admin: &Person, account: &Account, kind: &str, external_id: &str) -> String {
    account.at(&format!("/resources/{}", admin.adds_resource(account, kind, external_id).is(201).text("/id")))
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Changes it at its current version.
fn edits(person: &Person, path: &str, body: &Json) -> Reply {
    person.changes("PATCH", path, path, Some(body))
}

fn names(reply: &Reply) -> Vec<String> {
    reply.data().iter().map(|row| row["name"].as_str().unwrap_or_default().to_owned()).collect()
}

pub fn admins_add_change_and_remove_pixels_and_apps(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let made = ada
        .posts(
            &rossi.at("/resources"),
            &json!({"kind": "pixel", "external_id": " 4711 ", "name": "Negozio", "settings": {"currency": "EUR", "events": [1, {"a": null}]}}),
        )
        .is(201);
    let path = rossi.at(&format!("/resources/{}", made.text("/id")));
    assert_eq!(made.header("location"), path);
    let expected = json!({"kind": "pixel", "external_id": "4711", "name": "Negozio", "settings": {"currency": "EUR", "events": [1, {"a": null}]}, "visibility": "assigned",
        "status": "active", "member_ids": [], "has_more_members": false, "account_id": rossi.id, "version": 1});
    for (field, value) in expected.as_object().expect("an object") {
        assert_eq!(&made.at(&format!("/{field}")), value, "{field}");
    }
    assert_eq!(ada.gets(&path).is(200).header("etag"), "\"v1\"");
    let changed = edits(&ada, &path, &json!({"name": "Vetrina", "settings": {}, "status": "paused", "visibility": "everyone"})).is(200);
    assert_eq!(
        (changed.at("/name"), changed.at("/settings"), changed.at("/status"), changed.at("/version")),
        ("Vetrina".into(), json!({}), "paused".into(), 2.into())
    );
    assert_eq!(changed.header("etag"), "\"v2\"");
    let kept = edits(&ada, &path, &json!({"status": "active"})).is(200);
    assert_eq!((kept.at("/name"), kept.at("/visibility"), kept.at("/status")), ("Vetrina".into(), "everyone".into(), "active".into()));
    ada.changes("DELETE", &path, &path, None).is(204);
    ada.gets(&path).refused(404, "not_found");
    assert!(ada.gets(&rossi.at("/resources")).is(200).data().is_empty());
    // The id of a removed resource can be used again.
    ada.adds_resource(&rossi, "pixel", "4711").is(201);
}

pub fn what_is_wrong_with_a_pixel_is_said_field_by_field(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let path = rossi.at("/resources");
    let post = |body: Json| ada.posts(&path, &body);
    post(json!({"external_id": "1", "name": "A"})).refused_field("/kind", "required");
    post(json!({"kind": "printer", "external_id": "1", "name": "A"})).refused_field("/kind", "unknown");
    post(json!({"kind": "pixel", "external_id": " ", "name": "A"})).refused_field("/external_id", "required");
    post(json!({"kind": "pixel", "external_id": "1", "name": "a".repeat(101)})).refused_field("/name", "too_long");
    post(json!({"kind": "pixel", "external_id": "1", "name": "A", "visibility": "nobody"})).refused_field("/visibility", "unknown");
    post(json!({"kind": "pixel", "external_id": "1", "name": "A", "member_ids": []})).refused_field("/member_ids", "unknown_field");
    for settings in [json!([1]), json!("text"), json!(7), json!(null)] {
        post(json!({"kind": "pixel", "external_id": "1", "name": "A", "settings": settings})).refused_field("/settings", "object");
    }
    post(json!({"kind": "pixel", "external_id": "1", "name": "A", "settings": {"long": "a".repeat(16_000)}})).refused_field("/settings", "too_long");
    let made = post(json!({"kind": "pixel", "external_id": "1", "name": "A", "settings": {"long": "a".repeat(15_000)}})).is(201).text("/id");
    let one = rossi.at(&format!("/resources/{made}"));
    for field in ["id", "kind", "external_id", "account_id", "member_ids", "version"] {
        edits(&ada, &one, &json!({field: "x"})).refused_field(&format!("/{field}"), "unknown_field");
    }
    edits(&ada, &one, &json!({"settings": null})).refused_field("/settings", "object");
    ada.gets(&rossi.at("/resources/nonsense")).refused(404, "not_found");
    ada.gets(&rossi.at("/resources?kind=printer")).refused(400, "malformed");
}

pub fn one_external_id_of_a_kind_stands_once_in_an_account(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    ada.adds_resource(&rossi, "pixel", "4711").is(201);
    ada.adds_resource(&rossi, "pixel", "4711").refused(409, "resource_exists");
    ada.adds_resource(&rossi, "pixel", " 4711 ").refused(409, "resource_exists");
    ada.adds_resource(&rossi, "app", "4711").is(201);
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    bea.adds_resource(&bianchi, "pixel", "4711").is(201);
    assert_eq!(ada.gets(&rossi.at("/resources")).is(200).data().len(), 2);
}

pub fn a_repeated_key_adds_one_pixel(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let body = json!({"kind": "pixel", "external_id": "4711", "name": "Negozio"});
    let post = || ada.ask("POST", &rossi.at("/resources")).header("idempotency-key", "once").json(&body).send().is(201).text("/id");
    assert_eq!(post(), post());
    ada.ask("POST", &rossi.at("/resources"))
        .header("idempotency-key", "once")
        .json(&json!({"kind": "app", "external_id": "1", "name": "A"}))
        .send()
        .refused(422, "idempotency_key_reused");
}

pub fn standard_users_change_the_pixels_assigned_to_them(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let (mine, other, app) = (added(&ada, &rossi, "pixel", "1"), added(&ada, &rossi, "pixel", "2"), added(&ada, &rossi, "app", "3"));
    ada.assigns(&rossi, id(&mine), &[&member]).is(200);
    ada.assigns(&rossi, id(&app), &[&member]).is(200);
    let seen = bob.gets(&mine).is(200);
    assert_eq!(seen.at("/capabilities/edit/allowed"), true);
    assert_eq!((seen.at("/capabilities/change_visibility/reason"), seen.at("/capabilities/remove/reason")), ("not_allowed".into(), "not_allowed".into()));
    let changed = edits(&bob, &mine, &json!({"name": "Mio", "settings": {"currency": "CHF"}, "status": "paused"})).is(200);
    assert_eq!((changed.at("/name"), changed.at("/settings/currency")), ("Mio".into(), "CHF".into()));

    assert_eq!(bob.gets(&other).is(200).at("/capabilities/edit/reason"), "not_assigned");
    edits(&bob, &other, &json!({"name": "Mio"})).refused(403, "not_assigned");
    assert_eq!(bob.gets(&app).is(200).at("/capabilities/edit/reason"), "kind_reserved");
    edits(&bob, &app, &json!({"name": "Mia"})).refused(403, "kind_reserved");
    // They may not change visibility or assignments, and may not remove it.
    assert_eq!(edits(&bob, &mine, &json!({"name": "Mio", "visibility": "everyone"})).refused(403, "not_allowed").at("/permission"), "resources.manage");
    bob.assigns(&rossi, id(&other), &[&member]).refused(403, "not_allowed");
    bob.changes("DELETE", &mine, &mine, None).refused(403, "not_allowed");
    bob.adds_resource(&rossi, "pixel", "9").refused(403, "not_allowed");
    let own = rossi.at(&format!("/members/{member}"));
    bob.changes("PUT", &format!("{own}/resources"), &own, Some(&json!({"resource_ids": [id(&other)]}))).refused(403, "not_allowed");
    assert_eq!(ada.gets(&other).is(200).at("/name"), "pixel 2");
}

pub fn view_only_sees_pixels_and_changes_nothing(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let eve = world.joins(&ada, &rossi, "Eve", "view_only");
    let member = ada.member_id(&rossi, &eve.email);
    let pixel = added(&ada, &rossi, "pixel", "1");
    edits(&ada, &pixel, &json!({"visibility": "admins", "settings": {"currency": "EUR"}})).is(200);
    ada.assigns(&rossi, id(&pixel), &[&member]).is(200);
    let seen = eve.gets(&pixel).is(200);
    assert_eq!((seen.at("/settings/currency"), seen.at("/capabilities/edit/reason")), ("EUR".into(), "not_allowed".into()));
    assert_eq!(edits(&eve, &pixel, &json!({"name": "Mio"})).refused(403, "not_allowed").at("/permission"), "resources.edit");
    eve.adds_resource(&rossi, "pixel", "2").refused(403, "not_allowed");
    eve.changes("DELETE", &pixel, &pixel, None).refused(403, "not_allowed");
    assert_eq!(names(&eve.gets(&rossi.at("/resources")).is(200)), ["pixel 1"]);
}

pub fn some_apps_are_seen_by_some(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bob, eve) = (world.joins(&ada, &rossi, "Bob", "standard"), world.joins(&ada, &rossi, "Eve", "view_only"));
    let member = ada.member_id(&rossi, &bob.email);
    let (open, assigned, closed) = (added(&ada, &rossi, "app", "1"), added(&ada, &rossi, "app", "2"), added(&ada, &rossi, "app", "3"));
    added(&ada, &rossi, "pixel", "4");
    edits(&ada, &open, &json!({"visibility": "everyone"})).is(200);
    edits(&ada, &closed, &json!({"visibility": "admins"})).is(200);
    for app in [&assigned, &closed] {
        ada.assigns(&rossi, id(app), &[&member]).is(200);
    }
    let list = |person: &Person, query: &str| names(&person.gets(&rossi.at(&format!("/resources{query}"))).is(200));
    assert_eq!(list(&ada, ""), ["app 1", "app 2", "app 3", "pixel 4"]);
    assert_eq!(list(&bob, ""), ["app 1", "app 2", "pixel 4"]);
    assert_eq!(list(&eve, ""), ["app 1", "pixel 4"]);
    assert_eq!(list(&bob, "?kind=app"), ["app 1", "app 2"]);
    assert_eq!(list(&eve, "?kind=pixel"), ["pixel 4"]);
    bob.gets(&assigned).is(200);
    eve.gets(&open).is(200);
    for (person, app) in [(&bob, &closed), (&eve, &assigned), (&eve, &closed)] {
        person.gets(app).refused(404, "not_found");
    }
    person_cannot_edit_unseen(&bob, &closed);
    let host = |role: &str| world.joins(&world.host(), &world.host_account(), &format!("Host{role}"), role);
    for role in ["standard", "view_only"] {
        assert_eq!(list(&host(role), "?kind=app").len(), 3, "a host user by delegation, {role}");
    }
    ada.assigns(&rossi, id(&assigned), &[]).is(200);
    bob.gets(&assigned).refused(404, "not_found");
    assert_eq!(list(&bob, ""), ["app 1", "pixel 4"]);
}

fn person_cannot_edit_unseen(person: &Person, app: &str) {
    person.ask("PATCH", app).when("*").json(&json!({"name": "Mia"})).send().refused(404, "not_found");
}

pub fn the_list_goes_by_name_in_pages(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    for (number, name) in ["Zeta", "Àncora", "beta", "Alfa", "Beta due"].iter().enumerate() {
        let kind = if number % 2 == 0 { "pixel" } else { "app" };
        let made = ada.posts(&rossi.at("/resources"), &json!({"kind": kind, "external_id": number.to_string(), "name": name})).is(201).text("/id");
        ada.assigns(&rossi, &made, &[&member]).is(200);
    }
    let all = ["Alfa", "Àncora", "beta", "Beta due", "Zeta"];
    for person in [&ada, &bob] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = person.gets(&rossi.at(&format!("/resources?limit=2&cursor={cursor}"))).is(200);
            assert!(page.data().len() <= 2);
            found.extend(names(&page));
            cursor = page.text("/next_cursor");
            if cursor.is_empty() {
                break;
            }
        }
        assert_eq!(found, all);
        assert_eq!(names(&person.gets(&rossi.at("/resources?search=BETA")).is(200)), ["beta", "Beta due"]);
        assert_eq!(names(&person.gets(&rossi.at("/resources?search=a&kind=app")).is(200)), ["Alfa", "Àncora"]);
    }
    let cursor = ada.gets(&rossi.at("/resources?limit=2")).is(200).text("/next_cursor");
    ada.gets(&rossi.at(&format!("/resources?kind=app&cursor={cursor}"))).refused(400, "cursor_not_valid");
    ada.gets(&rossi.at("/resources?limit=101")).refused(422, "validation");
    ada.gets(&rossi.at("/resources?state=active")).refused(400, "malformed");
}

pub fn assignments_are_made_from_either_side(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bob, eve) = (world.joins(&ada, &rossi, "Bob", "standard"), world.joins(&ada, &rossi, "Eve", "view_only"));
    let (bob_id, eve_id) = (ada.member_id(&rossi, &bob.email), ada.member_id(&rossi, &eve.email));
    let (one, two) = (added(&ada, &rossi, "pixel", "1"), added(&ada, &rossi, "pixel", "2"));
    let both = ada.assigns(&rossi, id(&one), &[&bob_id, &eve_id, &bob_id]).is(200);
    let mut expected = [bob_id.clone(), eve_id.clone()];
    expected.sort();
    assert_eq!(both.at("/member_ids"), json!(expected));
    assert_eq!(ada.sees(&rossi, &bob_id).is(200).at("/access/resource_ids"), json!([id(&one)]));

    let path = rossi.at(&format!("/members/{bob_id}"));
    let stale = ada.version(&one);
    let swapped = ada.changes("PUT", &format!("{path}/resources"), &path, Some(&json!({"resource_ids": [id(&two)]}))).is(200);
    assert_eq!(swapped.at("/access/resource_ids"), json!([id(&two)]));
    assert_eq!(ada.gets(&one).is(200).at("/member_ids"), json!([eve_id]));
    // A change from the person's side does not overwrite an unseen change either.
    ada.ask("PUT", &format!("{one}/members")).when(&stale).json(&json!({"member_ids": [bob_id, eve_id]})).send().refused(412, "stale_version");
    ada.ask("PUT", &format!("{one}/members")).json(&json!({"member_ids": []})).send().refused(428, "version_required");
    ada.ask("PUT", &format!("{path}/resources")).json(&json!({"resource_ids": []})).send().refused(428, "version_required");
    let before = ada.version(&path);
    ada.assigns(&rossi, id(&two), &[]).is(200);
    ada.ask("PUT", &format!("{path}/resources")).when(&before).json(&json!({"resource_ids": []})).send().refused(412, "stale_version");
    let too_many: Vec<String> = (0..1_001).map(|number| format!("01990000-0000-7000-8000-{number:012}")).collect();
    ada.ask("PUT", &format!("{one}/members")).when("*").json(&json!({"member_ids": too_many})).send().refused_field("/member_ids", "too_many");
    let access = json!({"role": "standard", "resource_ids": too_many});
    ada.ask("PUT", &format!("{path}/access")).when("*").json(&access).send().refused_field("/resource_ids", "too_many");
    ada.ask("PUT", &format!("{one}/members")).when("*").json(&json!({})).send().refused_field("/member_ids", "required");
}

pub fn only_people_with_access_are_assigned_all_or_none(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let pixel = added(&ada, &rossi, "pixel", "1");
    let foreign = bea.member_id(&bianchi, &bea.email);
    ada.assigns(&rossi, id(&pixel), &[&member, &foreign]).refused(422, "unknown_member");
    ada.assigns(&rossi, id(&pixel), &[&member, "nonsense"]).refused(422, "unknown_member");
    let contact = ada.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    ada.assigns(&rossi, id(&pixel), &[&member, &contact]).refused(409, "no_access");
    let path = rossi.at(&format!("/members/{contact}"));
    ada.changes("PUT", &format!("{path}/resources"), &path, Some(&json!({"resource_ids": [id(&pixel)]}))).refused(409, "no_access");
    let theirs = added(&bea, &bianchi, "pixel", "1");
    let path = rossi.at(&format!("/members/{member}"));
    ada.changes("PUT", &format!("{path}/resources"), &path, Some(&json!({"resource_ids": [id(&pixel), id(&theirs)]}))).refused(422, "unknown_resource");
    assert_eq!(ada.gets(&pixel).is(200).at("/member_ids"), json!([]), "nothing of it was written");
    let invited = ada.invites(&rossi, &world.someone("Ivo").email, "standard").invited().member;
    ada.suspends(&rossi, &member, true).is(200);
    assert_eq!(ada.assigns(&rossi, id(&pixel), &[&member, &invited]).is(200).at("/member_ids").as_array().map(Vec::len), Some(2));
}

pub fn pixels_of_another_account_are_unknown_here(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let theirs = added(&bea, &bianchi, "pixel", "1");
    bea.assigns(&bianchi, id(&theirs), &[&bea.member_id(&bianchi, &bea.email)]).is(200);
    let here = rossi.at(&format!("/resources/{}", id(&theirs)));
    ada.gets(&here).refused(404, "not_found");
    ada.ask("PATCH", &here).when("*").json(&json!({"name": "Mio"})).send().refused(404, "not_found");
    ada.ask("PATCH", &here).when("*").json(&json!({"visibility": "everyone"})).send().refused(404, "not_found");
    ada.ask("DELETE", &here).when("*").send().refused(404, "not_found");
    ada.assigns(&rossi, id(&theirs), &[]).refused(404, "not_found");
    for (method, path) in [("GET", &theirs), ("DELETE", &theirs)] {
        ada.ask(method, path).when("*").send().refused(404, "not_found");
    }
    let foreign = rossi.at(&format!("/members/{}/resources", bea.member_id(&bianchi, &bea.email)));
    ada.ask("PUT", &foreign).when("*").json(&json!({"resource_ids": []})).send().refused(404, "not_found");
    // In an unmanaged account the host sees the account and nothing in it.
    world.host().gets(&bianchi.at("/resources")).refused(403, "not_allowed");
    world.host().gets(&theirs).refused(403, "not_allowed");
    let kept = bea.gets(&theirs).is(200);
    assert_eq!((kept.at("/name"), kept.at("/member_ids").as_array().map(Vec::len)), ("pixel 1".into(), Some(1)));
}

pub fn a_lesser_role_keeps_assignments_asleep(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let pixel = added(&ada, &rossi, "pixel", "1");
    ada.assigns(&rossi, id(&pixel), &[&member]).is(200);
    edits(&bob, &pixel, &json!({"name": "Uno"})).is(200);
    ada.gives_role(&rossi, &member, "view_only").is(200);
    edits(&bob, &pixel, &json!({"name": "Due"})).refused(403, "not_allowed");
    assert_eq!(ada.gets(&pixel).is(200).at("/member_ids"), json!([member]), "the assignment stays");
    ada.gives_role(&rossi, &member, "standard").is(200);
    edits(&bob, &pixel, &json!({"name": "Tre"})).is(200);
}

pub fn whoever_loses_access_loses_what_was_assigned(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let pixel = added(&ada, &rossi, "pixel", "1");
    ada.assigns(&rossi, id(&pixel), &[&member]).is(200);
    ada.takes_access(&rossi, &member).is(204);
    bob.gets(&pixel).refused(404, "not_found");
    assert_eq!(ada.gets(&pixel).is(200).at("/member_ids"), json!([]));
    let again = ada.gives_role(&rossi, &member, "standard").invited();
    bob.accepts_signed_in(&again).is(201);
    edits(&bob, &pixel, &json!({"name": "Mio"})).refused(403, "not_assigned");
    ada.assigns(&rossi, id(&pixel), &[&member]).is(200);
    ada.revokes(&rossi, &member).is(204);
    assert_eq!(ada.gets(&pixel).is(200).at("/member_ids"), json!([]));
    let invited = ada.invites(&rossi, &world.someone("Ivo").email, "standard").invited().member;
    ada.assigns(&rossi, id(&pixel), &[&invited]).is(200);
    ada.cancels_invitation(&rossi, &invited).is(204);
    assert_eq!(ada.gets(&pixel).is(200).at("/member_ids"), json!([]));
}

pub fn an_invitation_brings_its_pixels(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let (pixel, theirs) = (added(&ada, &rossi, "pixel", "1"), added(&bea, &bianchi, "pixel", "1"));
    let bob = world.someone("Bob");
    let invite = |resources: &[&str]| ada.posts(&rossi.at("/members"), &json!({"email": bob.email, "access": {"role": "standard", "resource_ids": resources}}));
    invite(&[id(&pixel), id(&theirs)]).refused(422, "unknown_resource");
    let version = ada.version(&pixel);
    let invited = invite(&[id(&pixel), id(&pixel)]).is(201);
    world.keeps_secret(invited.invited().token());
    assert_eq!(invited.at("/access/resource_ids"), json!([id(&pixel)]));
    assert_ne!(ada.version(&pixel), version, "the pixel has somebody more");
    bob.accepts(&invited.invited()).is(201);
    edits(&bob, &pixel, &json!({"name": "Mio"})).is(200);
}

pub fn two_editors_of_a_pixel_do_not_overwrite_each_other(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let pixel = added(&ada, &rossi, "pixel", "1");
    let version = ada.version(&pixel);
    let edit = |name: &str| ada.ask("PATCH", &pixel).when(&version).json(&json!({"name": name})).send();
    edit("Uno").is(200);
    edit("Due").refused(412, "stale_version");
    ada.ask("DELETE", &pixel).when(&version).send().refused(412, "stale_version");
    ada.ask("PATCH", &pixel).json(&json!({"name": "Tre"})).send().refused(428, "version_required");
    assert_eq!(ada.gets(&pixel).is(200).at("/name"), "Uno");
}

pub fn the_trail_tells_what_became_of_a_pixel(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let pixel = added(&ada, &rossi, "pixel", "1");
    ada.assigns(&rossi, id(&pixel), &[&member]).is(200);
    edits(&bob, &pixel, &json!({"settings": {"currency": "EUR"}})).is(200);
    ada.changes("DELETE", &pixel, &pixel, None).is(204);
    let trail = ada.gets(&rossi.at("/audit-events?limit=4")).is(200).data();
    let lines: Vec<(&str, &Json, &Json)> = trail.iter().map(|line| (line["action"].as_str().unwrap_or_default(), &line["before"], &line["after"])).collect();
    assert_eq!(lines.iter().map(|line| line.0).collect::<Vec<_>>(), ["resource.removed", "resource.changed", "resource.assigned", "resource.created"]);
    assert_eq!((&lines[0].1["settings"], &lines[0].1["name"], lines[0].2), (&json!({"currency": "EUR"}), &json!("pixel 1"), &Json::Null));
    assert_eq!((&lines[1].1["settings"], lines[1].2), (&json!({}), &json!({"settings": {"currency": "EUR"}})));
    assert_eq!((lines[2].1, lines[2].2), (&json!({"member_ids": []}), &json!({"member_ids": [member]})));
    assert!(trail.iter().all(|line| line["target"]["type"] == "resource" && line["target"]["name"] == "pixel 1"), "{trail:?}");
}

pub fn assigning_against_removing_ends_one_way(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let path = rossi.at(&format!("/members/{member}"));
    for round in 0..if world.is_in_process() { 3 } else { 20 } {
        let pixel = added(&ada, &rossi, "pixel", &format!("race {round}"));
        let turns: Vec<usize> = (0..10).collect();
        let replies = world.at_once(&turns, |turn| match turn % 3 {
            0 => ada.ask("DELETE", &pixel).when("*").send(),
            1 => ada.ask("PUT", &format!("{pixel}/members")).when("*").json(&json!({"member_ids": [member]})).send(),
            _ => ada.ask("PUT", &format!("{path}/resources")).when("*").json(&json!({"resource_ids": [id(&pixel)]})).send(),
        });
        let [removals, by_pixel, by_member]: [Vec<Reply>; 3] = [0, 1, 2].map(|turn| replies.iter().skip(turn).step_by(3).cloned().collect());
        assert_eq!((counted(&removals, 204, ""), counted(&removals, 404, "not_found")), (1, 3), "round {round}: removed once");
        assert_eq!(counted(&by_pixel, 200, "") + counted(&by_pixel, 404, "not_found"), 3, "round {round}: assigned before, or too late");
        assert_eq!(counted(&by_member, 200, "") + counted(&by_member, 422, "unknown_resource"), 3, "round {round}: assigned before, or too late");
        ada.gets(&pixel).refused(404, "not_found");
        assert_eq!(ada.sees(&rossi, &member).is(200).at("/access/resource_ids"), json!([]), "round {round}: nothing is left of it");
    }
}

pub fn one_pixel_added_by_many_is_there_once(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let replies = world.at_once(&[(); 10], |()| ada.adds_resource(&rossi, "pixel", "4711"));
    assert_eq!((counted(&replies, 201, ""), counted(&replies, 409, "resource_exists")), (1, 9));
    assert_eq!(ada.gets(&rossi.at("/resources")).is(200).data().len(), 1);
}

/// Opens a page as a browser.
fn page(world: &World, person: &Person, path: &str) -> Reply {
    world.ask("GET", path).cookie(&person.session()).header("accept-language", "it").send()
}

fn posts(world: &World, person: &Person, path: &str, fields: &[(&str, &str)]) -> Reply {
    world.ask("POST", path).cookie(&person.session()).header("accept-language", "it").header("sec-fetch-site", "same-origin").form(fields).send()
}

pub fn the_pages_lead_from_nothing_to_an_assigned_pixel(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let list = format!("/accounts/{}/resources", rossi.id);
    let empty = page(world, &ada, &list).is(200);
    assert!(empty.body.contains("Pixel e app") && empty.body.contains("Aggiungi il primo") && empty.body.contains(&format!("{list}/new")));
    assert!(!page(world, &bob, &list).is(200).body.contains(&format!("{list}/new")), "who may not add is not asked to");
    page(world, &ada, &format!("{list}/new")).is(200);

    let wrong = posts(
        world,
        &ada,
        &list,
        &[("kind", "pixel"), ("external_id", "4711"), ("name", "Negozio & figli"), ("settings", "{\"a\": 1,}"), ("visibility", "assigned")],
    )
    .is(422);
    assert!(wrong.body.contains("Non è un oggetto JSON") && wrong.body.contains("id=\"settings-wrong\""));
    assert!(wrong.body.contains("Negozio &#38; figli") && wrong.body.contains("{&#34;a&#34;: 1,}"), "what was typed stays");
    let made =
        posts(world, &ada, &list, &[("kind", "pixel"), ("external_id", "4711"), ("name", "Negozio & figli"), ("settings", ""), ("visibility", "assigned")])
            .is(303);
    let one = made.header("location").split('?').next().unwrap_or_default().to_owned();
    posts(world, &ada, &list, &[("kind", "pixel"), ("external_id", "4711"), ("name", "Altro"), ("settings", "{}")]).is(409);
    assert!(page(world, &ada, &list).is(200).body.contains("Negozio &#38; figli"));

    let shown = page(world, &ada, &one).is(200);
    assert!(shown.body.contains(&format!("value=\"{member}\"")) && shown.body.contains("4711") && shown.body.contains(&format!("{one}/removal")));
    assert!(!page(world, &bob, &one).is(200).body.contains("<textarea"), "not assigned yet");
    posts(world, &ada, &format!("{one}/members"), &[("version", "1"), ("chosen", &member)]).is(303);
    let mine = page(world, &bob, &one).is(200);
    assert!(mine.body.contains("<textarea") && !mine.body.contains(&format!("{one}/removal")));
    posts(world, &bob, &one, &[("version", "2"), ("name", "Vetrina"), ("settings", "{\"currency\": \"EUR\"}"), ("status", "paused")]).is(303);
    let stale = posts(world, &bob, &one, &[("version", "2"), ("name", "Altro"), ("settings", "{}"), ("status", "active")]).is(412);
    assert!(stale.body.contains("Vetrina") && !stale.body.contains("value=\"Altro\""));
    posts(world, &bob, &format!("{one}/removal"), &[("version", "3")]).is(403);

    let person = format!("/accounts/{}/users/{member}", rossi.id);
    let section = page(world, &ada, &person).is(200).body;
    assert!(section.contains("Pixel e app assegnati") && section.contains("checked"));
    let version = ada.version(&rossi.at(&format!("/members/{member}")));
    posts(world, &ada, &format!("{person}/resources"), &[("version", version.trim_matches(['"', 'v']))]).is(303);
    assert!(!page(world, &bob, &one).is(200).body.contains("<textarea"), "nothing is ticked any more");
    posts(world, &ada, &format!("{one}/removal"), &[("version", "4")]).is(303);
    page(world, &ada, &one).is(404);
}

pub fn the_invitation_page_assigns_pixels(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (pixel, app) = (added(&ada, &rossi, "pixel", "1"), added(&ada, &rossi, "app", "2"));
    let users = format!("/accounts/{}/users", rossi.id);
    let form = page(world, &ada, &format!("{users}/new")).is(200).body;
    assert!(form.contains(id(&pixel)) && form.contains(id(&app)));
    let wrong = posts(world, &ada, &users, &[("email", "no address"), ("sub_account", "true"), ("role", "standard"), ("chosen", id(&pixel))]).is(422);
    assert!(wrong.body.contains(&format!("value=\"{}\" checked", id(&pixel))) && !wrong.body.contains(&format!("value=\"{}\" checked", id(&app))));
    let bob = world.someone("Bob");
    let invited =
        posts(world, &ada, &users, &[("email", &bob.email), ("sub_account", "true"), ("role", "standard"), ("chosen", id(&pixel)), ("chosen", id(&app))])
            .is(200);
    assert!(invited.body.contains("/invitation#"));
    let mut expected = [id(&pixel).to_owned(), id(&app).to_owned()];
    expected.sort();
    let found = ada.sees(&rossi, &ada.member_id(&rossi, &bob.email)).is(200);
    assert_eq!(found.at("/access/resource_ids"), json!(expected));
}

pub fn people_beyond_the_first_hundred_are_found_and_kept(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let pixel = added(&ada, &rossi, "pixel", "1");
    let tag = world.tag();
    let members: Vec<String> = (0..104).map(|number| ada.invites(&rossi, &format!("p{number:03}.{tag}@example.com"), "standard").invited().member).collect();
    let all: Vec<&str> = members.iter().map(String::as_str).collect();
    let one = format!("/accounts/{}/resources/{}", rossi.id, id(&pixel));
    let plain = page(world, &ada, &one).is(200).body;
    assert!(plain.contains("name=\"people\"") && !plain.contains(all[103]), "the last one is not offered");
    let found = page(world, &ada, &format!("{one}?people=p103")).is(200).body;
    assert!(found.contains(all[103]) && !found.contains(all[0]));
    ada.assigns(&rossi, id(&pixel), &all).is(200);
    let shown = page(world, &ada, &one).is(200).body;
    for member in &all {
        assert!(shown.contains(&format!("name=\"chosen\" value=\"{member}\"")), "whoever is assigned stays when the form is sent");
    }
    assert_eq!(ada.gets(&rossi.at("/resources")).is(200).at("/data/0/member_ids").as_array().map(Vec::len), Some(20));
    assert_eq!(ada.gets(&rossi.at("/resources")).is(200).at("/data/0/has_more_members"), true);
    assert_eq!(ada.gets(&pixel).is(200).at("/member_ids").as_array().map(Vec::len), Some(104));
}
