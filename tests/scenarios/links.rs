//! Previews of links, and how links end. The copy in KV and the database agree.

use portineria::identity::recovery;
use serde_json::json;

use super::emails::token_to;
use super::resets::{token_in, verified};
use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, CacheState, World};

fn preview(world: &World, kind: &str, token: &str) -> Reply {
    world.ask("POST", &format!("/v1/{kind}/preview")).json(&json!({ "token": token })).send()
}

/// Checks the preview from the copy in KV and from the database alone.
fn same_preview(world: &World, kind: &str, token: &str, code: &str) {
    for mood in [CacheState::Working, CacheState::Down] {
        world.controls().tokens_are(mood);
        preview(world, kind, token).refused(410, code);
    }
    world.controls().tokens_are(CacheState::Working);
}

fn dead_reset(world: &World, token: &str) {
    same_preview(world, "password-resets", token, "link_not_valid");
}

fn gives_until(by: &Person, account: &Account, member: &str, until: &str) {
    let path = account.at(&format!("/members/{member}"));
    by.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "admin", "expires_at": until}))).is(200);
}

pub fn a_new_first_admin_link_kills_the_one_before_it(world: &World) {
    let host = world.host();
    let (bianchi, first) = host.creates_unmanaged_account("Bianchi", &world.someone("Bea").email);
    preview(world, "invitations", first.token()).is(200);
    let another = world.someone("Bianca").email;
    let path = format!("/v1/accounts/{}/first-admin-invitation", bianchi.id);
    host.posts(&path, &json!({"admin_email": another})).is(201);
    same_preview(world, "invitations", first.token(), "link_not_valid");
    world.someone("Bea").accepts(&first).refused(410, "link_not_valid");
}

pub fn a_dead_reset_link_is_dead_to_whoever_looks(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let made = || {
        let token = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
        preview(world, "password-resets", &token).is(200);
        token
    };
    let token = made();
    let newer = made();
    dead_reset(world, &token);
    bob.changes_password(&bob.password(), "entirely different words").is(204);
    bob.remembers("entirely different words");
    dead_reset(world, &newer);

    let token = made();
    bob.asks_for_address("bob.elsewhere@example.com").is(202);
    let change = token_to(world, "bob.elsewhere@example.com", "email-change");
    world.ask("POST", "/v1/email-changes/confirm").json(&json!({ "token": change })).send().is(204);
    dead_reset(world, &token);

    // The link now opens another account too, in which Ada has no authority.
    let token = made();
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let invited = bea.invites(&bianchi, "bob.elsewhere@example.com", "standard").invited();
    bob.accepts_signed_in(&invited).is(201);
    dead_reset(world, &token);
    bea.revokes(&bianchi, &invited.member).is(204);

    // Using one of two links ends the other.
    let token = made();
    let boss = world.joins(&world.host(), &world.host_account(), "Carlo", "admin");
    let used = boss.makes_reset_link(&rossi, &member).is(201).reset_token();
    bob.resets_with(&used, "once more different words").is(204);
    dead_reset(world, &token);
    dead_reset(world, &used);
    let token = made();
    ada.revokes(&rossi, &member).is(204);
    dead_reset(world, &token);
}

pub fn a_dead_invitation_is_dead_to_whoever_looks(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let dead = |token: &str| same_preview(world, "invitations", token, "link_not_valid");
    let invited = |name: &str| {
        let invited = ada.invites(&rossi, &world.someone(name).email, "standard").invited();
        preview(world, "invitations", invited.token()).is(200);
        invited
    };
    let (renewed, cancelled, declined, accepted, revoked) = (invited("Rita"), invited("Carla"), invited("Dora"), invited("Bob"), invited("Olga"));
    ada.renews_link(&rossi, &renewed.member).is(201);
    ada.cancels_invitation(&rossi, &cancelled.member).is(204);
    world.someone("Dora").declines(&declined).is(204);
    world.someone("Bob").accepts(&accepted).is(201);
    ada.revokes(&rossi, &revoked.member).is(204);
    for link in [&renewed, &cancelled, &declined, &accepted, &revoked] {
        dead(link.token());
    }
    let stopped = invited("Sara");
    world.host().puts_status(&rossi, "deactivated").is(200);
    for mood in [CacheState::Working, CacheState::Down] {
        world.controls().tokens_are(mood);
        preview(world, "invitations", stopped.token()).refused(403, "account_deactivated");
    }
    world.controls().tokens_are(CacheState::Working);
    world.host().puts_status(&rossi, "active").is(200);
    ada.deletes(&rossi).is(204);
    dead(stopped.token());
}

pub fn a_link_ends_with_the_access_of_who_made_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bob, dora) = (world.joins(&ada, &rossi, "Bob", "standard"), world.joins(&ada, &rossi, "Dora", "admin"));
    let place = ada.member_id(&rossi, &dora.email);
    let member = ada.member_id(&rossi, &bob.email);
    // One link of each kind before her access got an end date, and one after.
    let early = (dora.invites(&rossi, &world.someone("Cleo").email, "standard").invited(), dora.makes_reset_link(&rossi, &member).is(201).reset_token());
    gives_until(&ada, &rossi, &place, "2026-11-22T09:20:00Z");
    let late = dora.invites(&rossi, &world.someone("Elsa").email, "standard").invited();
    for (kind, token) in [("invitations", early.0.token()), ("invitations", late.token()), ("password-resets", &early.1)] {
        preview(world, kind, token).is(200);
    }
    world.controls().passes(30 * 60);
    for (kind, token) in [("invitations", early.0.token()), ("invitations", late.token()), ("password-resets", &early.1)] {
        same_preview(world, kind, token, "link_not_valid");
    }
    world.someone("Cleo").accepts(&early.0).refused(410, "link_not_valid");
    bob.resets_with(&early.1, "the words of an intruder").refused(410, "link_not_valid");
}

pub fn a_copy_that_comes_late_does_not_bring_a_dead_link_back(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    // The copies of these two links are written after the links have ended.
    world.controls().tasks_wait(true);
    let reset = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    let invited = ada.invites(&rossi, &world.someone("Cleo").email, "standard").invited();
    world
        .controls()
        .fill("UPDATE password_reset SET state = 'revoked' WHERE state = 'pending'; UPDATE invitation SET state = 'revoked' WHERE state = 'pending'");
    world.controls().tasks_wait(false);
    preview(world, "password-resets", &reset).refused(410, "link_not_valid");
    preview(world, "invitations", invited.token()).refused(410, "link_not_valid");
}

pub fn the_preview_shows_the_role_of_now(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let invited = ada.invites(&rossi, &world.someone("Cleo").email, "standard").invited();
    assert_eq!(preview(world, "invitations", invited.token()).is(200).at("/role"), "standard");
    ada.gives_role(&rossi, &invited.member, "view_only").is(200);
    for mood in [CacheState::Working, CacheState::Down] {
        world.controls().tokens_are(mood);
        assert_eq!(preview(world, "invitations", invited.token()).is(200).at("/role"), "view_only");
    }
}

pub fn whoever_operates_the_deployment_can_make_a_reset_link(world: &World) {
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let now = 1_795_338_000_000;
    let trail = "SELECT target_name AS name FROM audit_event WHERE action = 'password_reset.made_by_operator' AND account_id IS NOT NULL ORDER BY at";
    let first = recovery::recover(&bea.email.to_uppercase(), now).expect("a link").expect("an address");
    world.controls().fill(&first.sql);
    // A request by e-mail and an admin's link do not end it; a new link of its kind does.
    bea.forgets_password().is(202);
    preview(world, "password-resets", &first.token).is(200);
    let second = recovery::recover(&bea.email, now).expect("a link").expect("an address");
    world.controls().fill(&second.sql);
    preview(world, "password-resets", &first.token).refused(410, "link_not_valid");
    bea.resets_with(&second.token, "entirely different words").is(204);
    bea.gets("/v1/me").refused(401, "not_signed_in");
    bea.signs_in().is(201);
    assert_eq!(bea.gets("/v1/me").is(200).at("/email_verified"), false, "it was handed over");
    bea.gets(&bianchi.at("")).is(200);
    let lines = world.controls().select(trail);
    assert_eq!((lines.len(), &lines[0]["name"]), (2, &json!(null)), "the host learns nothing of the people of an account that manages itself");
    let (host, root) = (world.host(), world.host_account());
    let third = recovery::recover(&host.email, now + 1).expect("a link").expect("an address");
    world.controls().fill(&third.sql);
    assert_eq!(world.controls().select(trail)[2]["name"], host.email.as_str());
    assert!(host.gets(&root.at("/audit-events")).is(200).body.contains("password_reset.made_by_operator"));
    assert!(host.opens(&format!("/accounts/{}/audit", root.id)).is(200).body.contains("Reset link made by the operator"));
    // It works for an hour.
    world.controls().passes(2 * 3_600);
    host.resets_with(&third.token, "once more different words").refused(410, "link_expired");
    // For an unknown address there is no link.
    let nobody = recovery::recover("nobody@example.com", now).expect("a link").expect("an address");
    world.controls().fill(&nobody.sql);
    assert_eq!(world.controls().select(trail).len(), 3);
    assert!(recovery::recover("nobody", now).expect("no fault").is_none());
}

/// Access that ends in one account does not end links made in another.
pub fn an_act_in_one_account_leaves_the_links_of_another(world: &World) {
    let ((ada, rossi), (bea, bianchi)) = (world.unmanaged_account_of("Olga"), world.unmanaged_account_of("Bea"));
    let ends = |name: &str, end: &dyn Fn(&Person, &str)| {
        let bob = verified(world, name);
        let joins = |admin: &Person, account: &Account| {
            let invited = admin.invites(account, &bob.email, "standard").invited();
            bob.accepts_signed_in(&invited).is(201);
            invited.member
        };
        let (in_rossi, in_bianchi) = (joins(&ada, &rossi), joins(&bea, &bianchi));
        bea.makes_reset_link(&bianchi, &in_bianchi).is(201);
        let mail = world.controls().emails().into_iter().rfind(|mail| mail.to == bob.email && mail.text.contains("/reset#")).expect("an e-mail");
        end(&bob, &in_rossi);
        bob.resets_with(&token_in(&mail.text), "entirely different words").is(204);
    };
    ends("Rita", &|_, member| drop(ada.revokes(&rossi, member).is(204)));
    ends("Tea", &|_, member| drop(ada.takes_access(&rossi, member).is(204)));
    ends("Lea", &|bob, _| drop(bob.leaves(&rossi).is(204)));
    ends("Sara", &|_, member| drop(ada.suspends(&rossi, member, true).is(200)));
    ends("Dora", &|_, member| drop(ada.gives_role(&rossi, member, "view_only").is(200)));
}

/// An admin is shown a link in one account for a person who is in a second account too. Then the admin loses the second account.
pub fn a_shown_reset_link_is_dead_to_whoever_looks_once_an_account_it_opens_is_closed_to_its_maker(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    let closed = |name: &str, maker: &Person, close: &dyn Fn(&Person, &Account)| {
        let (bea, bianchi) = world.account_of(&format!("Bea{name}"));
        let bob = world.joins(&ada, &rossi, name, "standard");
        let invited = bea.invites(&bianchi, &bob.email, "standard").invited();
        bob.accepts_signed_in(&invited).is(201);
        let invited = bea.invites(&bianchi, &ada.email, "admin").invited();
        ada.accepts_signed_in(&invited).is(201);
        let token = maker.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
        preview(world, "password-resets", &token).is(200);
        close(&bea, &bianchi);
        dead_reset(world, &token);
        bob.resets_with(&token, "the words of an intruder").refused(410, "link_not_valid");
    };
    closed("Rita", &host, &|bea, bianchi| drop(bea.delegates(bianchi, false).is(200)));
    closed("Sara", &ada, &|_, bianchi| drop(host.puts_status(bianchi, "deactivated").is(200)));
    closed("Olga", &host, &|bea, bianchi| drop(bea.deletes(bianchi).is(204)));
    closed("Dora", &ada, &|bea, bianchi| drop(bea.deletes(bianchi).is(204)));

    // The same when the person becomes an administrator with a later end date than the maker.
    let (bob, tina) = (world.joins(&ada, &rossi, "Bob", "standard"), world.joins(&ada, &rossi, "Tina", "admin"));
    gives_until(&ada, &rossi, &ada.member_id(&rossi, &tina.email), "2100-01-01T00:00:00Z");
    let member = ada.member_id(&rossi, &bob.email);
    let token = tina.makes_reset_link(&rossi, &member).is(201).reset_token();
    preview(world, "password-resets", &token).is(200);
    ada.gives_role(&rossi, &member, "admin").is(200);
    dead_reset(world, &token);
}

pub fn an_account_created_again_is_the_first_one_whatever_became_of_its_link(world: &World) {
    let (host, bea) = (world.host(), world.someone("Bea"));
    let (key, body) = (format!("bianchi-{}", world.tag()), json!({"name": format!("Bianchi ({})", world.tag()), "managed": false, "admin_email": bea.email}));
    let creates = || host.ask("POST", "/v1/accounts").header("idempotency-key", &key).json(&body).send();
    let first = creates().is(201);
    let again = creates().is(201);
    assert_eq!((again.text("/id"), again.at("/invitation/link"), again.at("/invitation/state")), (first.text("/id"), json!(null), json!("pending")));
    let path = format!("/v1/accounts/{}/first-admin-invitation", first.text("/id"));
    host.posts(&path, &json!({"admin_email": world.someone("Bianca").email})).is(201);
    let again = creates().is(201);
    assert_eq!((again.text("/id"), again.at("/invitation")), (first.text("/id"), json!(null)));
    assert_eq!(again.header("idempotent-replayed"), "true");
}
