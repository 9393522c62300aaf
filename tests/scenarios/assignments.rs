//! Assignments, changed from the person and from the resource: no change is overwritten, and nobody reads what they may not see.

use serde_json::{Value as Json, json};

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

/// Adds a pixel or an app. Returns its id and its path.
fn added(admin: &Person, account: &Account, kind: &str, external_id: &str) -> (String, String) {
    let id = admin.adds_resource(account, kind, external_id).is(201).text("/id");
    let path = account.at(&format!("/resources/{id}"));
    (id, path)
}

/// Sets the resources assigned to the member.
fn gives(admin: &Person, account: &Account, member: &str, resources: &[&str]) -> Reply {
    let path = account.at(&format!("/members/{member}"));
    admin.changes("PUT", &format!("{path}/resources"), &path, Some(&json!({"resource_ids": resources})))
}

pub fn what_is_so_already_changes_nothing(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let (id, pixel) = added(&ada, &rossi, "pixel", "4711");
    let settings = json!({"events": ["buy"], "rate": 0.5, "note": "caff\u{e8} \"doppio\"\n", "inside": {"b": 1, "a": null}});
    ada.changes("PATCH", &pixel, &pixel, Some(&json!({"settings": settings}))).is(200);
    ada.assigns(&rossi, &id, &[&member]).is(200);
    let lines = || ada.gets(&rossi.at("/audit-events?limit=100")).is(200).data().len();
    let (of_pixel, of_member, before) = (ada.version(&pixel), ada.version(&rossi.at(&format!("/members/{member}"))), lines());
    let so_already = [
        json!({}),
        json!({"name": "pixel 4711"}),
        json!({"settings": settings}),
        json!({"name": "pixel 4711", "settings": settings, "status": "active", "visibility": "assigned"}),
    ];
    for patch in so_already {
        assert_eq!(ada.changes("PATCH", &pixel, &pixel, Some(&patch)).is(200).header("etag"), of_pixel, "{patch}");
    }
    assert_eq!(ada.assigns(&rossi, &id, &[&member]).is(200).header("etag"), of_pixel);
    assert_eq!(gives(&ada, &rossi, &member, &[&id]).is(200).header("etag"), of_member);
    assert_eq!((ada.version(&pixel), lines()), (of_pixel.clone(), before));
    // A change to the same values needs the permission and the current version too.
    bob.ask("PATCH", &rossi.at(&format!("/resources/{}", added(&ada, &rossi, "app", "1").0))).when("*").json(&json!({})).send().refused(404, "not_found");
    ada.ask("PATCH", &pixel).when("\"v1\"").json(&json!({})).send().refused(412, "stale_version");
    for change in [json!({"status": "paused"}), json!({"settings": {}}), json!({"name": "pixel"}), json!({"visibility": "admins"})] {
        let version = ada.version(&pixel);
        assert_ne!(ada.changes("PATCH", &pixel, &pixel, Some(&change)).is(200).header("etag"), version, "{change}");
    }
}

/// An edit of the people of a pixel is refused after one of them has left.
pub fn losing_access_counts_up_what_was_assigned(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (id, pixel) = added(&ada, &rossi, "pixel", "1");
    let lost = |who: &str, lose: &dyn Fn(&Person, &str)| {
        let person = world.joins(&ada, &rossi, who, "standard");
        let member = ada.member_id(&rossi, &person.email);
        ada.assigns(&rossi, &id, &[&member]).is(200);
        let seen = ada.version(&pixel);
        lose(&person, &member);
        assert_eq!(ada.gets(&pixel).is(200).at("/member_ids"), json!([]), "{who}");
        ada.ask("PUT", &format!("{pixel}/members")).when(&seen).json(&json!({"member_ids": []})).send().refused(412, "stale_version");
    };
    lost("Rita", &|_, member| drop(ada.revokes(&rossi, member).is(204)));
    lost("Olga", &|_, member| drop(ada.takes_access(&rossi, member).is(204)));
    lost("Lea", &|person, _| drop(person.leaves(&rossi).is(204)));
    for declines in [true, false] {
        let guest = world.someone(if declines { "Dan" } else { "Ivo" });
        let invited = ada.invites(&rossi, &guest.email, "standard").invited();
        ada.assigns(&rossi, &id, &[&invited.member]).is(200);
        let seen = ada.version(&pixel);
        if declines {
            guest.declines(&invited).is(204);
        } else {
            ada.cancels_invitation(&rossi, &invited.member).is(204);
        }
        assert_eq!(ada.gets(&pixel).is(200).at("/member_ids"), json!([]));
        ada.ask("PATCH", &pixel).when(&seen).json(&json!({"status": "paused"})).send().refused(412, "stale_version");
    }
}

/// Nobody but an administrator sees an app for administrators, neither by its id nor among the assignments of a person.
pub fn nobody_is_told_of_an_app_they_may_not_see(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bob, eve) = (world.joins(&ada, &rossi, "Bob", "standard"), world.joins(&ada, &rossi, "Eve", "view_only"));
    let (of_bob, of_eve) = (ada.member_id(&rossi, &bob.email), ada.member_id(&rossi, &eve.email));
    let ((pixel, _), (app, _), (both, _), (secret, path)) =
        (added(&ada, &rossi, "pixel", "1"), added(&ada, &rossi, "app", "2"), added(&ada, &rossi, "app", "3"), added(&ada, &rossi, "app", "4"));
    ada.changes("PATCH", &path, &path, Some(&json!({"visibility": "admins"}))).is(200);
    gives(&ada, &rossi, &of_bob, &[&pixel, &app, &both, &secret]).is(200);
    gives(&ada, &rossi, &of_eve, &[&both]).is(200);
    let of = |reader: &Person, ids: &[&String]| {
        let mut expected: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        expected.sort_unstable();
        assert_eq!(reader.sees(&rossi, &of_bob).is(200).at("/access/resource_ids"), json!(expected), "{} alone", reader.name);
        let list = reader.gets(&rossi.at("/members")).is(200).data();
        let row = list.iter().find(|row| row["id"] == of_bob).expect("Bob");
        assert_eq!((&row["access"]["resource_ids"], &row["access"]["has_more_resources"]), (&json!(expected), &Json::Null), "{} in a list", reader.name);
    };
    of(&ada, &[&pixel, &app, &both, &secret]);
    of(&bob, &[&pixel, &app, &both]);
    of(&eve, &[&pixel, &both]);
    of(&world.host(), &[&pixel, &app, &both, &secret]);
    for question in ["check", "explain"] {
        let asks = |person: &Person, member: &str, thing: &str| {
            person.gets(&rossi.at(&format!("/access/{question}?member_id={member}&permission=resources.view&resource_id={thing}")))
        };
        asks(&bob, &of_bob, &secret).refused(404, "not_found");
        asks(&eve, &of_bob, &app).refused(404, "not_found");
        asks(&eve, &of_bob, &both).is(200);
        assert_eq!(asks(&ada, &of_bob, &secret).is(200).at("/allowed"), false);
    }
}

pub fn a_row_of_the_list_names_twenty_pixels_and_the_person_all(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let pixels: Vec<String> = (0..21).map(|number| added(&ada, &rossi, "pixel", &number.to_string()).0).collect();
    gives(&ada, &rossi, &member, &pixels.iter().map(String::as_str).collect::<Vec<_>>()).is(200);
    let row = ada.gets(&rossi.at("/members?role=standard")).is(200).at("/data/0/access");
    assert_eq!((row["resource_ids"].as_array().map(Vec::len), &row["has_more_resources"]), (Some(20), &json!(true)));
    let alone = ada.sees(&rossi, &member).is(200).at("/access");
    assert_eq!((alone["resource_ids"].as_array().map(Vec::len), &alone["has_more_resources"]), (Some(21), &Json::Null));
}

pub fn paused_pixels_and_apps_are_listed_apart(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    for number in 0..6 {
        let kind = if number < 3 { "pixel" } else { "app" };
        let (id, path) = added(&ada, &rossi, kind, &number.to_string());
        if number % 3 > 0 {
            ada.changes("PATCH", &path, &path, Some(&json!({"status": "paused"}))).is(200);
        }
        if number == 4 {
            ada.assigns(&rossi, &id, &[&member]).is(200);
        }
    }
    let names = |reader: &Person, query: &str| {
        let rows = reader.gets(&rossi.at(&format!("/resources?{query}"))).is(200).data();
        rows.iter().map(|row| row["external_id"].as_str().unwrap_or_default().to_owned()).collect::<String>()
    };
    assert_eq!(
        ["status=active", "status=paused", "kind=app&status=paused", "kind=pixel&status=active"].map(|query| names(&ada, query)),
        ["30", "4512", "45", "0"]
    );
    assert_eq!(["status=active", "status=paused", "kind=app&status=paused"].map(|query| names(&bob, query)), ["0", "412", "4"]);
    let first = ada.gets(&rossi.at("/resources?status=paused&limit=3")).is(200);
    let cursor = first.text("/next_cursor");
    assert_eq!((names(&ada, "status=paused&limit=3"), names(&ada, &format!("status=paused&limit=3&cursor={cursor}"))), ("451".into(), "2".into()));
    ada.gets(&rossi.at(&format!("/resources?status=active&cursor={cursor}"))).refused(400, "cursor_not_valid");
    ada.gets(&rossi.at("/resources?status=gone")).refused(400, "malformed");
    let page = ada.opens(&format!("/accounts/{}/resources?status=paused&kind=app", rossi.id)).is(200);
    assert!(page.body.contains("app 4") && !page.body.contains("app 3") && !page.body.contains("pixel 1"), "{}", page.body);
}
