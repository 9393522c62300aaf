//! Changes of role, suspension, revocation and leaving. An account always keeps an admin.

use serde_json::json;

use crate::support::world::World;

pub fn a_changed_role_holds_from_the_next_request_on(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "admin");
    let member = ada.member_id(&rossi, &bob.email);
    bob.invites(&rossi, &world.someone("Cleo").email, "standard").is(201);
    let changed = ada.gives_role(&rossi, &member, "view_only").is(200);
    assert_eq!((changed.at("/access/role"), changed.at("/access/status")), ("view_only".into(), "active".into()));
    bob.invites(&rossi, &world.someone("Dan").email, "standard").refused(403, "not_allowed");
    ada.gives_role(&rossi, &member, "admin").is(200);
    bob.invites(&rossi, &world.someone("Dan").email, "standard").is(201);
}

pub fn the_role_of_somebody_invited_changes_before_they_come(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "admin").invited();
    let changed = ada.gives_role(&rossi, &invited.member, "view_only").is(200);
    assert_eq!((changed.at("/access/role"), changed.at("/access/status")), ("view_only".into(), "invited".into()));
    assert_eq!(bob.previews(invited.token()).is(200).at("/role"), "view_only");
    bob.accepts(&invited).is(201);
    assert_eq!(bob.gets(&rossi.at("")).is(200).at("/role"), "view_only");
}

pub fn permissions_go_with_the_role(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
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
    bob.adds_contact(&rossi, &world.someone("Carla").email).is(201);
    bob.invites(&rossi, &world.someone("Dan").email, "standard").refused(403, "not_allowed");
    let admin = give("admin", &[]).is(200);
    assert_eq!(admin.at("/access/permissions"), json!([]), "admins hold everything and store no grants");
}

pub fn the_suspended_are_out_until_they_are_let_in_again(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
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

pub fn only_somebody_active_is_suspended(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let invited = ada.invites(&rossi, &world.someone("Bob").email, "standard").invited();
    ada.suspends(&rossi, &invited.member, true).refused(409, "not_active");
    ada.makes_reset_link(&rossi, &invited.member).refused(409, "not_active");
    let own = ada.member_id(&rossi, &ada.email);
    ada.suspends(&rossi, &own, true).refused(409, "use_leave");
}

pub fn whoever_is_revoked_is_out_everywhere_at_once(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "admin");
    let phone = bob.at_another_device();
    phone.signs_in().is(201);
    let member = ada.member_id(&rossi, &bob.email);
    ada.revokes(&rossi, &member).is(204);
    for device in [&bob, &phone] {
        device.gets(&rossi.at("")).refused(404, "not_found");
        device.gets(&rossi.at("/members")).refused(404, "not_found");
        device.invites(&rossi, &world.someone("Dan").email, "standard").refused(404, "not_found");
        device.gets("/v1/me").is(200);
    }
    ada.sees(&rossi, &member).refused(404, "not_found");
    ada.revokes(&rossi, &member).refused(404, "not_found");
    let again = ada.invites(&rossi, &bob.email, "view_only").invited();
    bob.accepts_signed_in(&again).is(201);
    assert_eq!(bob.gets(&rossi.at("")).is(200).at("/role"), "view_only", "nothing of the old role comes back");
}

pub fn ones_own_way_out_is_to_leave(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "admin");
    let own = bob.member_id(&rossi, &bob.email);
    bob.revokes(&rossi, &own).refused(409, "use_leave");
    bob.takes_access(&rossi, &own).refused(409, "use_leave");
    bob.leaves(&rossi).is(204);
    bob.gets(&rossi.at("")).refused(404, "not_found");
    bob.leaves(&rossi).refused(404, "not_found");
}

pub fn even_view_only_may_leave(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let eve = world.joins(&ada, &rossi, "Eve", "view_only");
    eve.leaves(&rossi).is(204);
    eve.gets(&rossi.at("")).refused(404, "not_found");
}

pub fn the_last_admin_stays(world: &World) {
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let own = bea.member_id(&bianchi, &bea.email);
    bea.leaves(&bianchi).refused(409, "account_keeps_an_admin");
    bea.gives_role(&bianchi, &own, "standard").refused(409, "account_keeps_an_admin");
    let path = bianchi.at(&format!("/members/{own}"));
    bea.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "admin", "expires_at": "2099-01-01T00:00:00Z"})))
        .refused(409, "account_keeps_an_admin");
    // An invited or suspended admin does not count.
    bea.invites(&bianchi, &world.someone("Ivo").email, "admin").is(201);
    bea.leaves(&bianchi).refused(409, "account_keeps_an_admin");
    let sue = world.joins(&bea, &bianchi, "Sue", "admin");
    let member = bea.member_id(&bianchi, &sue.email);
    bea.suspends(&bianchi, &member, true).is(200);
    bea.leaves(&bianchi).refused(409, "account_keeps_an_admin");
    bea.suspends(&bianchi, &member, false).is(200);
    bea.prefers(&bianchi, &member, &["domain"]).is(200);
    bea.leaves(&bianchi).is(204);
    sue.leaves(&bianchi).refused(409, "account_keeps_an_admin");
}

pub fn a_host_admin_by_delegation_is_no_admin_of_the_account(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let boss = world.joins(&world.host(), &world.host_account(), "Carlo", "admin");
    let creator = ada.member_id(&rossi, &world.host().email);
    let member = ada.member_id(&rossi, &ada.email);
    ada.prefers(&rossi, &member, &["domain"]).is(200);
    boss.revokes(&rossi, &creator).is(204);
    boss.revokes(&rossi, &member).refused(409, "account_keeps_an_admin");
    boss.suspends(&rossi, &member, true).refused(409, "account_keeps_an_admin");
    boss.gives_role(&rossi, &member, "standard").refused(409, "account_keeps_an_admin");
    boss.takes_access(&rossi, &member).refused(409, "account_keeps_an_admin");
    boss.leaves(&rossi).refused(404, "not_found");
}

pub fn the_host_keeps_an_admin_too(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    host.leaves(&root).refused(409, "account_keeps_an_admin");
    let boss = world.joins(&host, &root, "Carlo", "admin");
    host.prefers(&root, &host.member_id(&root, &boss.email), &["domain"]).is(200);
    host.leaves(&root).is(204);
    boss.leaves(&root).refused(409, "account_keeps_an_admin");
}

pub fn access_with_an_end_ends(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    let until = |when: &str| ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "expires_at": when})));
    until("2001-01-01T00:00:00Z").refused_field("/expires_at", "past");
    until("tomorrow").is(422);
    let given = until("2026-11-29T09:00:00Z").is(200);
    assert_eq!(given.at("/access/expires_at"), "2026-11-29T09:00:00Z");
    bob.gets(&rossi.at("")).is(200);
    world.controls().passes(8 * 24 * 3_600);
    bob.gets(&rossi.at("")).refused(404, "not_found");
}

pub fn nobody_gives_more_than_they_hold(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let own = ada.member_id(&rossi, &bob.email);
    for role in ["admin", "standard", "view_only"] {
        bob.gives_role(&rossi, &own, role).refused(403, "not_allowed");
        bob.invites(&rossi, &world.someone("Cleo").email, role).refused(403, "not_allowed");
    }
    let root = world.host_account();
    ada.invites(&root, &ada.email, "admin").refused(404, "not_found");
    let clerk = world.joins(&world.host(), &root, "Carlo", "standard");
    clerk.invites(&root, &world.someone("Cleo").email, "standard").refused(403, "not_allowed");
    clerk.gives_role(&root, &world.host().member_id(&root, &clerk.email), "admin").refused(403, "not_allowed");
}

pub fn host_users_are_people_of_the_hosts_account(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    let boss = world.joins(&host, &root, "Carlo", "admin");
    let clerk = world.joins(&boss, &root, "Dora", "standard");
    let member = boss.member_id(&root, &clerk.email);
    assert!(clerk.gets(&root.at("/members")).is(200).data().len() >= 3);
    boss.gives_role(&root, &member, "view_only").is(200);
    boss.suspends(&root, &member, true).is(200);
    clerk.gets("/v1/accounts").is(200);
    assert!(clerk.gets("/v1/accounts").is(200).data().is_empty(), "whoever is suspended at the host sees no accounts");
    boss.suspends(&root, &member, false).is(200);
    boss.revokes(&root, &member).is(204);
    clerk.gets(&root.at("")).refused(404, "not_found");
    let (ada, _) = world.account_of("Ada");
    ada.gets(&root.at("")).refused(404, "not_found");
    ada.gets(&root.at("/members")).refused(404, "not_found");
}

pub fn whoever_has_no_access_left_has_nothing_to_leave(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "expires_at": "2026-11-22T09:20:00Z"}))).is(200);
    world.controls().passes(3_600);
    bob.leaves(&rossi).refused(404, "not_found");
    bob.submits(&format!("/me/accounts/{}/leave", rossi.id), &[("version", "1")]).is(404);
    assert_eq!(ada.gets(&path).is(200).at("/access/status"), "active", "nothing was done to it");
    bob.posts("/v1/access-tokens", &json!({"account_id": rossi.id})).refused(404, "not_found");
    assert!(bob.gets("/v1/me/accounts").is(200).data().is_empty());
}

/// An administrator of the account whose access has an end date, with the path of their access.
fn until_the_end_of_the_century(
    world: &World,
    admin: &crate::support::people::Person,
    account: &crate::support::world::Account,
) -> (crate::support::people::Person, String) {
    let tina = world.joins(admin, account, "Tina", "admin");
    let path = account.at(&format!("/members/{}", admin.member_id(account, &tina.email)));
    admin.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "admin", "expires_at": "2100-01-01T00:00:00Z"}))).is(200);
    (tina, path)
}

pub fn an_administrator_with_an_end_makes_nobody_one_for_longer(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let (tina, own) = until_the_end_of_the_century(world, &ada, &rossi);
    let gives =
        |path: &str, role: &str, end: Option<&str>| tina.changes("PUT", &format!("{path}/access"), path, Some(&json!({"role": role, "expires_at": end})));
    // Not for herself, in any role.
    for (role, end) in [("admin", None), ("admin", Some("2101-01-01T00:00:00Z")), ("standard", None), ("view_only", Some("2100-01-01T00:00:01Z"))] {
        gives(&own, role, end).refused(409, "outlasts_own_access");
    }
    gives(&own, "admin", Some("2100-01-01T00:00:00Z")).is(200);
    // Nor by way of an administrator with a later end date.
    let bob = world.joins(&tina, &rossi, "Bob", "standard");
    let path = rossi.at(&format!("/members/{}", tina.member_id(&rossi, &bob.email)));
    gives(&path, "admin", None).refused(409, "outlasts_own_access");
    tina.invites(&rossi, &world.someone("Dan").email, "admin").refused(409, "outlasts_own_access");
    let contact = rossi.at(&format!("/members/{}", tina.adds_contact(&rossi, "carla@example.com").is(201).text("/id")));
    gives(&contact, "admin", Some("2100-06-01T00:00:00Z")).refused(409, "outlasts_own_access");
    let file = json!({"members": [{"email": "dino@example.com"}]});
    tina.posts(&rossi.at("/members/import?invite=admin"), &file).refused(409, "outlasts_own_access");
    let form = [("email", "x@example.com"), ("sub_account", "true"), ("role", "admin"), ("expires_at", "")];
    let page = tina.submits(&format!("/accounts/{}/users", rossi.id), &form).is(409);
    assert!(page.body.contains("Longer than your own access"), "{}", page.body);
    // She may give access up to her own end date, and any role other than admin.
    gives(&path, "admin", Some("2099-12-31T00:00:00Z")).is(200);
    tina.posts(&rossi.at("/members/import?invite=standard"), &file).is(200);
    tina.invites(&rossi, &world.someone("Eve").email, "view_only").is(201);
    // An administrator without an end date stays one, and may get less.
    let fay = world.joins(&ada, &rossi, "Fay", "admin");
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &fay.email)));
    gives(&path, "admin", None).is(200);
    gives(&path, "standard", None).is(200);
    gives(&path, "admin", None).refused(409, "outlasts_own_access");
    // An administrator without an end date may give any access.
    ada.changes("PUT", &format!("{own}/access"), &own, Some(&json!({"role": "admin"}))).is(200);
    gives(&path, "admin", None).is(200);
}

pub fn an_administrator_with_an_end_takes_over_no_lasting_one(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let (tina, own) = until_the_end_of_the_century(world, &ada, &rossi);
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let of = |person: &crate::support::people::Person| ada.member_id(&rossi, &person.email);
    // With this link she could take over Ada's user for good.
    tina.makes_reset_link(&rossi, &of(&ada)).refused(409, "reset_only_by_user");
    let token = tina.makes_reset_link(&rossi, &of(&bob)).is(201).reset_token();
    ada.gives_role(&rossi, &of(&bob), "admin").is(200);
    bob.resets_with(&token, "the words of an intruder").refused(410, "link_not_valid");
    ada.changes("PUT", &format!("{own}/access"), &own, Some(&json!({"role": "admin"}))).is(200);
    tina.makes_reset_link(&rossi, &of(&ada)).is(201).reset_token();
}

pub fn an_administrator_with_an_end_makes_no_new_link_for_a_lasting_one(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let (tina, _) = until_the_end_of_the_century(world, &ada, &rossi);
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "admin").invited();
    let may = |by: &crate::support::people::Person, member: &str| by.sees(&rossi, member).is(200).at("/capabilities/renew_invitation");
    // With this link she could take over Bob's user for good.
    tina.renews_link(&rossi, &invited.member).refused(409, "outlasts_own_access");
    let page = format!("/accounts/{}/users/{}", rossi.id, invited.member);
    let refused = tina.submits(&format!("{page}/invitation"), &[]).is(409);
    assert!(refused.body.contains("Longer than your own access") && !refused.body.contains("/invitation#"), "{}", refused.body);
    assert_eq!(may(&tina, &invited.member), json!({"allowed": false, "reason": "outlasts_own_access"}));
    assert_eq!(may(&ada, &invited.member), json!({"allowed": true, "reason": null}));
    bob.previews(invited.token()).is(200);
    // For people whose access ends no later than hers, or who are no administrators, she may make new links.
    let body = json!({"email": world.someone("Dan").email, "access": {"role": "admin", "expires_at": "2100-01-01T00:00:00Z"}});
    let ending = ada.posts(&rossi.at("/members"), &body).invited();
    let standard = ada.invites(&rossi, &world.someone("Eve").email, "standard").invited();
    for member in [&ending.member, &standard.member] {
        assert_eq!(may(&tina, member), json!({"allowed": true, "reason": null}));
        tina.renews_link(&rossi, member).is(201);
    }
    ada.renews_link(&rossi, &invited.member).is(201);
}
