//! Who is assigned to what, seen from both sides: nothing is overwritten, nothing is told to those it is not for.

use serde_json::json;

use crate::support::door::Reply;
use crate::support::people::Person;
use crate::support::town::{Account, Town};

/// A pixel or an app, added; its id and its address.
fn added(admin: &Person, account: &Account, kind: &str, external_id: &str) -> (String, String) {
    let id = admin.adds_resource(account, kind, external_id).is(201).text("/id");
    let path = account.at(&format!("/resources/{id}"));
    (id, path)
}

/// These and no others are assigned to the member.
fn gives(admin: &Person, account: &Account, member: &str, resources: &[&str]) -> Reply {
    let path = account.at(&format!("/members/{member}"));
    admin.changes("PUT", &format!("{path}/resources"), &path, Some(&json!({"resource_ids": resources})))
}

pub fn what_is_so_already_changes_nothing(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.joins(&ada, &rossi, "Bob", "standard");
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
    // Whoever may not change it may not change nothing either, nor at a version that is gone.
    bob.ask("PATCH", &rossi.at(&format!("/resources/{}", added(&ada, &rossi, "app", "1").0))).when("*").json(&json!({})).send().refused(404, "not_found");
    ada.ask("PATCH", &pixel).when("\"v1\"").json(&json!({})).send().refused(412, "stale_version");
    for change in [json!({"status": "paused"}), json!({"settings": {}}), json!({"name": "pixel"}), json!({"visibility": "admins"})] {
        let version = ada.version(&pixel);
        assert_ne!(ada.changes("PATCH", &pixel, &pixel, Some(&change)).is(200).header("etag"), version, "{change}");
    }
}

/// Whoever edits the people of a pixel sees that one of them went.
pub fn losing_access_counts_up_what_was_assigned(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let (id, pixel) = added(&ada, &rossi, "pixel", "1");
    let lost = |who: &str, lose: &dyn Fn(&Person, &str)| {
        let person = town.joins(&ada, &rossi, who, "standard");
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
        let guest = town.someone(if declines { "Dan" } else { "Ivo" });
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
