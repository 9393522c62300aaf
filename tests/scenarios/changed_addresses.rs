//! The address of an invited person is corrected: the invitation goes to the new one.

use serde_json::{Value as Json, json};

use super::emails::token_to;
use super::repeats::once;
use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

/// Changes the address of a member at the version of now.
fn moves(by: &Person, account: &Account, member: &str, email: &str) -> Reply {
    let path = account.at(&format!("/members/{member}"));
    by.changes("PATCH", &path, &path, Some(&json!({"email": email})))
}

/// Returns the actions of the audit since `before` lines, the oldest first.
fn actions(by: &Person, account: &Account, before: usize) -> Vec<Json> {
    let mut lines = by.gets(&account.at("/audit-events?limit=100")).is(200).data();
    lines.reverse();
    lines.split_off(before)
}

pub fn an_invitation_goes_to_the_corrected_address(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (typo, bob) = (world.someone("Bbo"), world.someone("Bob"));
    let pixel = ada.adds_resource(&rossi, "pixel", "1").is(201).text("/id");
    let access = json!({"role": "standard", "permissions": ["invoices.pay"], "resource_ids": [pixel], "expires_at": "2100-01-01T00:00:00Z"});
    let body = json!({"email": typo.email, "last_name": "Neri", "email_preferences": ["support", "domain"], "access": access});
    let made = ada.posts(&rossi.at("/members"), &body).is(201);
    let (old, lines) = (made.invited(), actions(&ada, &rossi, 0).len());
    let path = rossi.at(&format!("/members/{}", old.member));
    let moved = ada.changes("PATCH", &path, &path, Some(&json!({"email": format!(" {} ", bob.email), "city": "Lodi"}))).is(200);
    let new = moved.invited();
    world.keeps_secret(new.token());
    for field in ["id", "last_name", "access/role", "access/permissions", "access/resource_ids", "access/expires_at"] {
        assert_eq!(moved.at(&format!("/{field}")), made.at(&format!("/{field}")), "{field}");
    }
    let preferences = |reply: &Reply| reply.at("/email_preferences").as_array().map_or(0, Vec::len);
    assert_eq!((preferences(&moved), moved.text("/email"), moved.text("/city")), (2, bob.email.clone(), "Lodi".into()));
    assert_eq!((moved.text("/access/status"), moved.text("/invitation/state")), ("invited".into(), "pending".into()));
    assert_eq!(moved.at("/version").as_i64(), made.at("/version").as_i64().map(|version| version + 1));
    assert_eq!(ada.gets(&path).is(200).at("/invitation/link"), json!(null), "it is shown once");
    // One line, with the address before and after, and no secret.
    let line = actions(&ada, &rossi, lines);
    assert_eq!(line.len(), 1, "{line:?}");
    assert_eq!((&line[0]["action"], &line[0]["before"]["email"]), (&json!("invitation.email_changed"), &json!(typo.email)));
    assert_eq!(line[0]["after"], json!({"email": bob.email, "city": "Lodi", "state": "pending"}));
    assert!(ada.opens(&format!("/accounts/{}/audit", rossi.id)).is(200).body.contains("Invitation moved to another address"));
    // The old link is dead, the new one is for the new address.
    typo.previews(old.token()).refused(410, "link_not_valid");
    typo.accepts(&old).refused(410, "link_not_valid");
    assert_eq!(bob.previews(new.token()).is(200).text("/email"), bob.email);
    bob.accepts(&new).is(201);
    assert_eq!(bob.gets("/v1/me").is(200).text("/email"), bob.email);
    assert_eq!(ada.member_id(&rossi, &bob.email), new.member);
    let found = ada.gets(&rossi.at(&format!("/members?search=bbo.{}", world.tag()))).is(200).data();
    assert!(found.is_empty(), "{found:?}");
}

pub fn the_corrected_address_gets_the_email_and_the_wrong_one_no_more(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (typo, bob) = (world.someone("Bbo"), world.someone("Bob"));
    let old = ada.invites(&rossi, &typo.email, "standard").invited();
    let mailed = token_to(world, &typo.email, "invitation");
    assert_eq!(moves(&ada, &rossi, &old.member, &bob.email).is(200).text("/invitation/delivery/status"), "queued");
    let token = token_to(world, &bob.email, "invitation");
    typo.previews(&mailed).refused(410, "link_not_valid");
    // A mailed link proves the mailbox, the new one's.
    let accepted = bob.posts("/v1/invitations/accept", &json!({"token": token, "first_name": "Bob", "last_name": "Neri", "password": bob.password()})).is(201);
    assert_eq!((accepted.text("/user/email"), accepted.at("/user/email_verified")), (bob.email.clone(), json!(true)));
    // An e-mail that had not left yet does not leave.
    world.controls().mail_fails(true);
    let late = ada.invites(&rossi, &world.someone("Late").email, "standard").invited().member;
    moves(&ada, &rossi, &late, &world.someone("Kate").email).is(200);
    world.controls().mail_fails(false);
    world.controls().passes(61);
    world.controls().job_runs();
    let sent: Vec<String> = world.controls().emails().into_iter().map(|mail| mail.to).collect();
    assert!(sent.contains(&world.someone("Kate").email) && !sent.contains(&world.someone("Late").email), "{sent:?}");
}

pub fn who_edits_contacts_alone_moves_no_invitation(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let sam = world.joins(&ada, &rossi, "Sam", "standard");
    let own = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &sam.email)));
    ada.changes("PUT", &format!("{own}/access"), &own, Some(&json!({"role": "standard", "permissions": ["contacts.manage"]}))).is(200);
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    let other = world.someone("Mallory").email;
    let refused = moves(&sam, &rossi, &invited.member, &other).refused(403, "not_allowed");
    assert_eq!(refused.text("/permission"), "members.manage");
    let path = rossi.at(&format!("/members/{}", invited.member));
    assert_eq!(sam.sees(&rossi, &invited.member).is(200).at("/capabilities/move_invitation"), json!({"allowed": false, "reason": "not_allowed"}));
    // Everything else stays theirs: other data, the spelling of the same address, the address of a contact.
    let changed = sam.changes("PATCH", &path, &path, Some(&json!({"city": "Lodi", "email": bob.email.to_uppercase()}))).is(200);
    assert_eq!((changed.text("/email"), changed.at("/invitation/link")), (bob.email.to_uppercase(), json!(null)));
    let contact = ada.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    assert_eq!(moves(&sam, &rossi, &contact, &other).is(200).at("/capabilities/edit"), json!({"allowed": true, "reason": null}));
    // The form says who can, and sends no address.
    let form = sam.opens(&format!("/accounts/{}/users/{}", rossi.id, invited.member)).is(200).body;
    assert!(form.contains("Only someone who manages the users changes it") && !form.contains("name=\"email\""), "{form}");
    let page = format!("/accounts/{}/users/{}/contact", rossi.id, invited.member);
    let version = sam.gets(&path).is(200).at("/version").to_string();
    sam.submits(&page, &[("version", &version), ("email", &world.someone("Else").email)]).is(403);
    let link = bob.previews(invited.token()).is(200);
    assert_eq!(link.text("/email"), bob.email, "the link still works");
    bob.accepts(&invited).is(201);
    // Nobody without contacts.manage is told of the other permission.
    let refused = moves(&bob, &rossi, &contact, "z@example.com").refused(403, "not_allowed");
    assert_eq!(refused.text("/permission"), "contacts.manage");
}

pub fn an_invitation_moves_to_no_address_that_has_access(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let invited = ada.invites(&rossi, &world.someone("Bob").email, "standard").invited();
    let (eva, ivo) = (world.joins(&ada, &rossi, "Eva", "standard"), world.someone("Ivo"));
    let ivos = ada.invites(&rossi, &ivo.email, "standard").invited().member;
    let refused = moves(&ada, &rossi, &invited.member, &eva.email.to_uppercase()).refused(409, "already_member");
    assert_eq!(refused.text("/member_id"), ada.member_id(&rossi, &eva.email));
    assert_eq!(moves(&ada, &rossi, &invited.member, &ivo.email).refused(409, "already_invited").text("/member_id"), ivos);
    moves(&ada, &rossi, &invited.member, "a@127.1").refused_field("/email", "email");
    moves(&ada, &rossi, &invited.member, "").refused_field("/email", "required");
    // People who accepted change their address themselves, suspended or not.
    let evas = ada.member_id(&rossi, &eva.email);
    assert_eq!(ada.sees(&rossi, &evas).at("/capabilities/move_invitation/reason"), "not_invited");
    ada.suspends(&rossi, &evas, true).is(200);
    moves(&ada, &rossi, &evas, "eva@example.com").refused(409, "email_belongs_to_user");
    // Without a version, and at an old one.
    let (path, body) = (rossi.at(&format!("/members/{}", invited.member)), json!({"email": "bob@example.com"}));
    ada.ask("PATCH", &path).json(&body).send().refused(428, "version_required");
    ada.ask("PATCH", &path).when("\"v99\"").json(&body).send().refused(412, "stale_version");
    // A contact may have the address: they share it.
    let carla = world.someone("Carla");
    ada.adds_contact(&rossi, &carla.email).is(201);
    world.someone("Bob").previews(invited.token()).is(200);
    let moved = moves(&ada, &rossi, &invited.member, &carla.email).is(200).invited();
    carla.accepts(&moved).is(201);
    // In another account of the same people nothing changed.
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let there = bea.invites(&bianchi, &world.someone("Bob").email, "standard").invited();
    moves(&ada, &rossi, &there.member, "x@example.com").refused(404, "not_found");
    assert_eq!(moves(&bea, &bianchi, &there.member, &eva.email).is(200).text("/email"), eva.email);
}

pub fn whose_access_ends_moves_no_invitation_of_a_lasting_administrator(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let tina = world.joins(&ada, &rossi, "Tina", "standard");
    let own = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &tina.email)));
    ada.changes("PUT", &format!("{own}/access"), &own, Some(&json!({"role": "admin", "expires_at": "2100-01-01T00:00:00Z"}))).is(200);
    let [boss, clerk] = ["admin", "standard"].map(|role| ada.invites(&rossi, &world.someone(role).email, role).invited().member);
    assert_eq!(tina.sees(&rossi, &boss).at("/capabilities/move_invitation/reason"), "outlasts_own_access");
    moves(&tina, &rossi, &boss, &world.someone("Tim").email).refused(409, "outlasts_own_access");
    moves(&tina, &rossi, &clerk, &world.someone("Tom").email).is(200).invited();
    let form = tina.opens(&format!("/accounts/{}/users/{boss}", rossi.id)).is(200).body;
    assert!(!form.contains("name=\"email\""), "{form}");
}

pub fn the_page_shows_the_link_for_the_corrected_address(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (typo, bob) = (world.someone("Bbo"), world.someone("Bob"));
    let old = ada.invites(&rossi, &typo.email, "standard").invited();
    let page = format!("/accounts/{}/users/{}", rossi.id, old.member);
    assert!(ada.opens(&page).is(200).body.contains("this one stops working at once"));
    let version = ada.sees(&rossi, &old.member).at("/version").to_string();
    let token = once(&ada);
    let save = |email: &str| ada.submits(&format!("{page}/contact"), &[("version", &version), ("email", email), ("first_name", "Bob"), ("once", &token)]);
    let wrong = save("bob@127.1").is(422);
    assert!(wrong.body.contains("bob@127.1") && wrong.body.contains("This is no e-mail address"), "{}", wrong.body);
    let link = |reply: &Reply| reply.body.split("/invitation#").nth(1).map(|rest| rest.chars().take(43).collect::<String>());
    let shown = save(&bob.email).is(200);
    let new = link(&shown).expect("a link");
    world.keeps_secret(&new);
    assert!(shown.body.contains("Bob") && shown.body.contains("Done") && shown.body.contains("data-copy"), "{}", shown.body);
    typo.previews(old.token()).refused(410, "link_not_valid");
    bob.previews(&new).is(200);
    // The form sent again makes no second link.
    let again = save(&bob.email).is(200);
    assert_eq!(link(&again), None);
    assert!(again.body.contains("The link has been made already"), "{}", again.body);
    bob.previews(&new).is(200);
    assert_eq!(ada.sees(&rossi, &old.member).text("/email"), bob.email);
}

pub fn an_import_moves_no_invitation(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let invited = ada.invites(&rossi, &world.someone("Bob").email, "standard").invited();
    let table = format!("id,email\n{},{}\n", invited.member, world.someone("Other").email);
    let reply = ada.ask("POST", &rossi.at("/members/import")).header("content-type", "text/csv").bytes(table).send().is(200);
    assert_eq!((reply.text("/lines/0/outcome"), reply.text("/lines/0/errors/0/code")), ("refused".into(), "is_invited".into()));
    assert_eq!(reply.text("/lines/0/errors/0/detail"), "Invited. Change the email on their page.");
    world.someone("Bob").accepts(&invited).is(201);
}
