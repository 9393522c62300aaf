//! Roles change, people are suspended, taken out, go; and an account is never left without an admin.

use serde_json::json;

use crate::support::town::Town;

pub fn a_changed_role_holds_from_the_next_request_on(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.joins(&ada, &rossi, "Bob", "admin");
    let member = ada.member_id(&rossi, &bob.email);
    bob.invites(&rossi, &town.someone("Cleo").email, "standard").is(201);
    let changed = ada.gives_role(&rossi, &member, "view_only").is(200);
    assert_eq!((changed.at("/access/role"), changed.at("/access/status")), ("view_only".into(), "active".into()));
    bob.invites(&rossi, &town.someone("Dan").email, "standard").refused(403, "not_allowed");
    ada.gives_role(&rossi, &member, "admin").is(200);
    bob.invites(&rossi, &town.someone("Dan").email, "standard").is(201);
}

pub fn the_role_of_somebody_invited_changes_before_they_come(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "admin").invited();
    let changed = ada.gives_role(&rossi, &invited.member, "view_only").is(200);
    assert_eq!((changed.at("/access/role"), changed.at("/access/status")), ("view_only".into(), "invited".into()));
    assert_eq!(bob.previews(invited.token()).is(200).at("/role"), "view_only");
    bob.accepts(&invited).is(201);
    assert_eq!(bob.gets(&rossi.at("")).is(200).at("/role"), "view_only");
}

pub fn permissions_go_with_the_role(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.joins(&ada, &rossi, "Bob", "view_only");
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    let give =
        |role: &str, permissions: &[&str]| ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": role, "permissions": permissions})));
    give("view_only", &["emails.view", "domains.view"]).is(200);
    give("view_only", &["contacts.manage"]).refused(422, "permission_not_for_role");
    give("standard", &["members.manage"]).is(422);
    give("standard", &["host.manage"]).is(422);
    give("standard", &["no.such"]).is(422);
    let given = give("standard", &["contacts.manage"]).is(200);
    assert_eq!(given.at("/access/permissions"), json!(["contacts.manage"]));
    bob.adds_contact(&rossi, &town.someone("Carla").email).is(201);
    bob.invites(&rossi, &town.someone("Dan").email, "standard").refused(403, "not_allowed");
    let admin = give("admin", &[]).is(200);
    assert_eq!(admin.at("/access/permissions"), json!([]), "admins hold everything and store no grants");
}

pub fn the_suspended_are_out_until_they_are_let_in_again(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let suspended = ada.suspends(&rossi, &member, true).is(200);
    assert_eq!((suspended.at("/access/status"), suspended.at("/access/role")), ("suspended".into(), "standard".into()));
    bob.gets(&rossi.at("")).refused(404, "not_found");
    bob.gets(&rossi.at("/members")).refused(404, "not_found");
    bob.gets("/v1/me").is(200);
    assert!(bob.gets("/v1/me/accounts").is(200).data().is_empty());
    ada.renews_link(&rossi, &member).refused(409, "not_invited");
    ada.suspends(&rossi, &member, false).is(200);
    assert_eq!(bob.gets(&rossi.at("")).is(200).at("/role"), "standard");
}

pub fn only_somebody_active_is_suspended(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let invited = ada.invites(&rossi, &town.someone("Bob").email, "standard").invited();
    ada.suspends(&rossi, &invited.member, true).refused(409, "not_active");
    ada.makes_reset_link(&rossi, &invited.member).refused(409, "not_active");
    let own = ada.member_id(&rossi, &ada.email);
    ada.suspends(&rossi, &own, true).refused(409, "use_leave");
}

pub fn whoever_is_revoked_is_out_everywhere_at_once(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.joins(&ada, &rossi, "Bob", "admin");
    let phone = bob.at_another_device();
    phone.signs_in().is(201);
    let member = ada.member_id(&rossi, &bob.email);
    ada.revokes(&rossi, &member).is(204);
    for device in [&bob, &phone] {
        device.gets(&rossi.at("")).refused(404, "not_found");
        device.gets(&rossi.at("/members")).refused(404, "not_found");
        device.invites(&rossi, &town.someone("Dan").email, "standard").refused(404, "not_found");
        device.gets("/v1/me").is(200);
    }
    ada.sees(&rossi, &member).refused(404, "not_found");
    ada.revokes(&rossi, &member).refused(404, "not_found");
    let again = ada.invites(&rossi, &bob.email, "view_only").invited();
    bob.accepts_signed_in(&again).is(201);
    assert_eq!(bob.gets(&rossi.at("")).is(200).at("/role"), "view_only", "nothing of the old role comes back");
}

pub fn ones_own_way_out_is_to_leave(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.joins(&ada, &rossi, "Bob", "admin");
    let own = bob.member_id(&rossi, &bob.email);
    bob.revokes(&rossi, &own).refused(409, "use_leave");
    bob.takes_access(&rossi, &own).refused(409, "use_leave");
    bob.leaves(&rossi).is(204);
    bob.gets(&rossi.at("")).refused(404, "not_found");
    bob.leaves(&rossi).refused(404, "not_found");
}

pub fn even_view_only_may_leave(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let eve = town.joins(&ada, &rossi, "Eve", "view_only");
    eve.leaves(&rossi).is(204);
    eve.gets(&rossi.at("")).refused(404, "not_found");
}

pub fn the_last_admin_stays(town: &Town) {
    let (bea, bianchi) = town.unmanaged_account_of("Bea");
    let own = bea.member_id(&bianchi, &bea.email);
    bea.leaves(&bianchi).refused(409, "account_keeps_an_admin");
    bea.gives_role(&bianchi, &own, "standard").refused(409, "account_keeps_an_admin");
    let path = bianchi.at(&format!("/members/{own}"));
    bea.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "admin", "expires_at": "2099-01-01T00:00:00Z"})))
        .refused(409, "account_keeps_an_admin");
    // Whoever is only invited, or suspended, does not count.
    bea.invites(&bianchi, &town.someone("Ivo").email, "admin").is(201);
    bea.leaves(&bianchi).refused(409, "account_keeps_an_admin");
    let sue = town.joins(&bea, &bianchi, "Sue", "admin");
    let member = bea.member_id(&bianchi, &sue.email);
    bea.suspends(&bianchi, &member, true).is(200);
    bea.leaves(&bianchi).refused(409, "account_keeps_an_admin");
    bea.suspends(&bianchi, &member, false).is(200);
    bea.prefers(&bianchi, &member, &["domain"]).is(200);
    bea.leaves(&bianchi).is(204);
    sue.leaves(&bianchi).refused(409, "account_keeps_an_admin");
}

pub fn a_host_admin_by_delegation_is_no_admin_of_the_account(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let boss = town.joins(&town.host(), &town.host_account(), "Carlo", "admin");
    let creator = ada.member_id(&rossi, &town.host().email);
    let member = ada.member_id(&rossi, &ada.email);
    ada.prefers(&rossi, &member, &["domain"]).is(200);
    boss.revokes(&rossi, &creator).is(204);
    boss.revokes(&rossi, &member).refused(409, "account_keeps_an_admin");
    boss.suspends(&rossi, &member, true).refused(409, "account_keeps_an_admin");
    boss.gives_role(&rossi, &member, "standard").refused(409, "account_keeps_an_admin");
    boss.takes_access(&rossi, &member).refused(409, "account_keeps_an_admin");
    boss.leaves(&rossi).refused(404, "not_found");
}

pub fn the_host_keeps_an_admin_too(town: &Town) {
    let (host, root) = (town.host(), town.host_account());
    host.leaves(&root).refused(409, "account_keeps_an_admin");
    let boss = town.joins(&host, &root, "Carlo", "admin");
    host.prefers(&root, &host.member_id(&root, &boss.email), &["domain"]).is(200);
    host.leaves(&root).is(204);
    boss.leaves(&root).refused(409, "account_keeps_an_admin");
}

pub fn access_with_an_end_ends(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.joins(&ada, &rossi, "Bob", "standard");
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    let until = |when: &str| ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "expires_at": when})));
    until("2001-01-01T00:00:00Z").refused_field("/expires_at", "past");
    until("tomorrow").is(422);
    let given = until("2026-11-29T09:00:00Z").is(200);
    assert_eq!(given.at("/access/expires_at"), "2026-11-29T09:00:00Z");
    bob.gets(&rossi.at("")).is(200);
    town.powers().passes(8 * 24 * 3_600);
    bob.gets(&rossi.at("")).refused(404, "not_found");
}

pub fn nobody_gives_more_than_they_hold(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.joins(&ada, &rossi, "Bob", "standard");
    let own = ada.member_id(&rossi, &bob.email);
    for role in ["admin", "standard", "view_only"] {
        bob.gives_role(&rossi, &own, role).refused(403, "not_allowed");
        bob.invites(&rossi, &town.someone("Cleo").email, role).refused(403, "not_allowed");
    }
    let root = town.host_account();
    ada.invites(&root, &ada.email, "admin").refused(404, "not_found");
    let clerk = town.joins(&town.host(), &root, "Carlo", "standard");
    clerk.invites(&root, &town.someone("Cleo").email, "standard").refused(403, "not_allowed");
    clerk.gives_role(&root, &town.host().member_id(&root, &clerk.email), "admin").refused(403, "not_allowed");
}

pub fn host_users_are_people_of_the_hosts_account(town: &Town) {
    let (host, root) = (town.host(), town.host_account());
    let boss = town.joins(&host, &root, "Carlo", "admin");
    let clerk = town.joins(&boss, &root, "Dora", "standard");
    let member = boss.member_id(&root, &clerk.email);
    assert!(clerk.gets(&root.at("/members")).is(200).data().len() >= 3);
    boss.gives_role(&root, &member, "view_only").is(200);
    boss.suspends(&root, &member, true).is(200);
    clerk.gets("/v1/accounts").is(200);
    assert!(clerk.gets("/v1/accounts").is(200).data().is_empty(), "whoever is suspended at the host sees no accounts");
    boss.suspends(&root, &member, false).is(200);
    boss.revokes(&root, &member).is(204);
    clerk.gets(&root.at("")).refused(404, "not_found");
    let (ada, _) = town.account_of("Ada");
    ada.gets(&root.at("")).refused(404, "not_found");
    ada.gets(&root.at("/members")).refused(404, "not_found");
}
