//! Invitations: make, preview, accept, decline, renew, cancel, expire.

use serde_json::{Value as Json, json};

use crate::support::people::Invited;
use crate::support::world::{CacheState, World};

pub fn somebody_new_is_invited_and_comes_in(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let answer = ada.invites(&rossi, &bob.email, "standard").is(201);
    assert_eq!(answer.header("location"), rossi.at(&format!("/members/{}", answer.text("/id"))));
    assert_eq!((answer.at("/invitation/state"), answer.at("/invitation/delivery/status")), ("pending".into(), "not_sent".into()));
    let invited = answer.invited();
    assert_eq!(invited.token().len(), 43, "32 random bytes, base64url");
    let preview = bob.previews(invited.token()).is(200);
    assert_eq!(
        (preview.at("/account/name"), preview.at("/role"), preview.at("/email")),
        (rossi.name.as_str().into(), "standard".into(), bob.email.as_str().into())
    );
    assert!(preview.text("/invited_by").contains("Ada") && preview.text("/expires_at").ends_with('Z'));
    assert!(
        preview
            .json()
            .as_object()
            .expect("a preview")
            .keys()
            .all(|key| ["account", "role", "email", "invited_by", "expires_at", "takes_over"].contains(&key.as_str())),
        "{}",
        preview.summary()
    );
    let accepted = bob.accepts(&invited).is(201);
    assert_eq!(
        (accepted.at("/account_id"), accepted.at("/member_id"), accepted.at("/user/email")),
        (rossi.id.as_str().into(), invited.member.as_str().into(), bob.email.as_str().into())
    );
    let seen = ada.sees(&rossi, &invited.member).is(200);
    assert_eq!((seen.at("/access/status"), seen.at("/access/role"), seen.at("/first_name")), ("active".into(), "standard".into(), "Bob".into()));
    assert_eq!(bob.gets(&rossi.at("")).is(200).at("/role"), "standard");
}

pub fn a_link_works_once(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    bob.accepts(&invited).is(201);
    bob.previews(invited.token()).refused(410, "link_not_valid");
    let eve = world.joins(&ada, &rossi, "Eve", "standard");
    eve.accepts(&invited).refused(410, "link_not_valid");
    eve.accepts_signed_in(&invited).refused(410, "link_not_valid");
    bob.declines(&invited).refused(410, "link_not_valid");
    ada.renews_link(&rossi, &invited.member).refused(409, "not_invited");
    ada.cancels_invitation(&rossi, &invited.member).refused(409, "not_invited");
}

pub fn looking_at_a_link_does_not_spend_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    for method in ["GET", "HEAD", "GET"] {
        assert!(world.ask(method, "/invitation").send().status < 500);
        world.ask(method, "/v1/invitations/accept").send().is(405);
    }
    for _ in 0..3 {
        bob.previews(invited.token()).is(200);
    }
    bob.accepts(&invited).is(201);
}

pub fn a_link_that_never_was_one_opens_nothing(world: &World) {
    world.host();
    let eve = world.someone("Eve");
    for token in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --", "\u{0}"] {
        eve.previews(token).refused(410, "link_not_valid");
        eve.accepts(&Invited { member: String::new(), link: format!("/invitation#{token}") }).refused(410, "link_not_valid");
    }
    eve.previews("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").refused(410, "link_not_valid");
}

pub fn somebody_who_has_a_user_signs_in_to_accept(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let (to_new, to_known) = (ada.invites(&rossi, &world.someone("New").email, "standard").is(201), ada.invites(&rossi, &bea.email, "standard").is(201));
    let shape = |answer: &Json| answer.as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>());
    assert_eq!(shape(&to_new.json()), shape(&to_known.json()), "the answer does not tell who has a user");
    assert_eq!(shape(&to_new.at("/invitation")), shape(&to_known.at("/invitation")));
    let invited = to_known.invited();
    let other = json!({"token": invited.token(), "first_name": "Mallory", "last_name": "M", "password": "a password of somebody else"});
    world.ask("POST", "/v1/invitations/accept").json(&other).send().refused(409, "user_exists");
    world.sign_in(&bea.email, "a password of somebody else").refused(401, "wrong_credentials");
    bea.accepts_signed_in(&invited).is(201);
    assert_eq!(bea.gets(&rossi.at("")).is(200).at("/role"), "standard");
    assert_eq!(bea.gets(&bianchi.at("")).is(200).at("/role"), "admin");
    assert_eq!(bea.gets("/v1/me").is(200).at("/first_name"), "Bea", "an invitation changes nothing of the user");
    world.sign_in(&bea.email, &bea.password()).is(201);
}

pub fn the_own_password_accepts_as_well_as_a_session(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, _) = world.unmanaged_account_of("Bea");
    let invited = ada.invites(&rossi, &bea.email, "view_only").invited();
    let wrong = json!({"token": invited.token(), "password": "not the password at all"});
    world.ask("POST", "/v1/invitations/accept").json(&wrong).send().refused(401, "wrong_credentials");
    bea.signs_out().is(204);
    let accepted = bea.accepts_with_password(&invited).is(201);
    assert!(!accepted.text("/session_token").is_empty() && !accepted.text("/expires_at").is_empty());
    assert_eq!(bea.gets(&rossi.at("")).is(200).at("/role"), "view_only");
}

pub fn accepting_with_a_session_brings_no_second_one(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, _) = world.unmanaged_account_of("Bea");
    let invited = ada.invites(&rossi, &bea.email, "view_only").invited();
    let accepted = bea.accepts_signed_in(&invited).is(201);
    assert_eq!((accepted.at("/session_token"), accepted.at("/expires_at")), (json!(null), json!(null)));
}

pub fn somebody_else_cannot_take_the_invitation(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, _) = world.unmanaged_account_of("Bea");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    bea.accepts_signed_in(&invited).refused(409, "wrong_user");
    bea.gets(&rossi.at("")).refused(404, "not_found");
    bob.accepts(&invited).is(201);
}

pub fn nobody_is_invited_twice(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    let again = ada.invites(&rossi, &bob.email, "admin").refused(409, "already_invited");
    assert_eq!(again.at("/member_id"), invited.member.as_str(), "it says who, so that the page can offer a new link");
    bob.accepts(&invited).is(201);
    let again = ada.invites(&rossi, &bob.email, "admin").refused(409, "already_member");
    assert_eq!(again.at("/member_id"), invited.member.as_str());
    assert_eq!(bob.gets(&rossi.at("")).is(200).at("/role"), "standard");
}

pub fn an_expired_invitation_is_renewed(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    world.controls().passes(24 * 3_600 - 60);
    bob.previews(invited.token()).is(200);
    world.controls().passes(61);
    bob.previews(invited.token()).refused(410, "link_expired");
    bob.accepts(&invited).refused(410, "link_expired");
    let seen = ada.sees(&rossi, &invited.member).is(200);
    assert_eq!((seen.at("/invitation/state"), seen.at("/access/status")), ("expired".into(), "invited".into()));
    ada.invites(&rossi, &bob.email, "standard").refused(409, "already_invited");
    let renewed = ada.renews_link(&rossi, &invited.member).is(201).invited();
    bob.accepts(&renewed).is(201);
}

pub fn a_new_link_kills_the_old_one_at_once(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let first = ada.invites(&rossi, &bob.email, "standard").invited();
    let renewed = ada.renews_link(&rossi, &first.member).is(201);
    assert_eq!((renewed.at("/state"), renewed.at("/delivery/channel"), renewed.at("/delivery/status")), ("pending".into(), "link".into(), "not_sent".into()));
    bob.previews(first.token()).refused(410, "link_not_valid");
    bob.accepts(&first).refused(410, "link_not_valid");
    bob.declines(&first).refused(410, "link_not_valid");
    bob.accepts(&renewed.invited()).is(201);
}

pub fn an_invitation_is_taken_back(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    ada.cancels_invitation(&rossi, &invited.member).is(204);
    bob.previews(invited.token()).refused(410, "link_not_valid");
    bob.accepts(&invited).refused(410, "link_not_valid");
    let seen = ada.sees(&rossi, &invited.member).is(200);
    assert_eq!(seen.at("/access/status"), "none", "{}", seen.summary());
    ada.cancels_invitation(&rossi, &invited.member).refused(409, "not_invited");
    let again = ada.invites(&rossi, &bob.email, "view_only").invited();
    bob.accepts(&again).is(201);
}

pub fn the_invited_may_say_no(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    bob.declines(&invited).is(204);
    bob.declines(&invited).is(204);
    bob.accepts(&invited).refused(410, "link_not_valid");
    let cancelled = ada.invites(&rossi, &bob.email, "standard").invited();
    bob.declines(&invited).is(204);
    ada.cancels_invitation(&rossi, &cancelled.member).is(204);
    bob.declines(&cancelled).refused(410, "link_not_valid");
    let again = ada.invites(&rossi, &bob.email, "standard").invited();
    bob.accepts(&again).is(201);
}

pub fn who_has_one_name_is_a_user_like_others(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let suharto = world.someone("Suharto");
    let member = ada.posts(&rossi.at("/members"), &json!({"email": suharto.email, "last_name": "Suharto"})).is(201).text("/id");
    let invited = ada.gives_role(&rossi, &member, "standard").invited();
    let body = json!({"token": invited.token(), "last_name": "Suharto", "password": suharto.password()});
    let accepted = world.ask("POST", "/v1/invitations/accept").json(&body).send().is(201);
    assert_eq!((accepted.text("/user/first_name"), accepted.text("/user/last_name")), (String::new(), "Suharto".into()));
    suharto.signs_in().is(201);
    let edits = |body: &Json| suharto.changes("PATCH", "/v1/me", "/v1/me", Some(body));
    assert_eq!(edits(&json!({"first_name": "Suharto", "last_name": ""})).is(200).at("/last_name"), "");
    edits(&json!({"language": "it"})).is(200);
    edits(&json!({"first_name": " ", "last_name": ""})).refused_field("/first_name", "required");
    edits(&json!({"first_name": ""})).refused_field("/first_name", "required");
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/first_name"), Json::Null);
    assert!(!suharto.opens("/me").is(200).body.contains("autocomplete=\"given-name\" required"));
}

pub fn the_password_of_a_newcomer_is_judged_before_the_link_is_spent(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    let accept = |password: &str, name: &str| {
        world.ask("POST", "/v1/invitations/accept").json(&json!({"token": invited.token(), "first_name": name, "last_name": name, "password": password})).send()
    };
    accept("short", "Bob").refused_field("/password", "too_short");
    accept("passwordpassword", "Bob").refused_field("/password", "guessable");
    accept("an entirely good password", "").refused_field("/first_name", "required");
    for field in ["role", "email", "email_verified", "account_id", "access"] {
        let body = json!({"token": invited.token(), "first_name": "Bob", "last_name": "Neri", "password": "an entirely good password", field: "admin"});
        world.ask("POST", "/v1/invitations/accept").json(&body).send().refused(422, "validation");
    }
    bob.accepts(&invited).is(201);
}

pub fn a_copied_link_does_not_prove_the_mailbox_a_mailed_one_does(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bob, cleo) = (world.someone("Bob"), world.someone("Cleo"));
    let copied = ada.invites(&rossi, &bob.email, "standard").invited();
    bob.accepts(&copied).is(201);
    assert_eq!(bob.gets("/v1/me").is(200).at("/email_verified"), false);
    ada.invites(&rossi, &cleo.email, "standard").is(201);
    let mail = world.controls().emails().pop().expect("an e-mail");
    let token = mail.text.split("/invitation#").nth(1).expect("a link").split_whitespace().next().expect("a token").to_owned();
    let member = ada.member_id(&rossi, &cleo.email);
    cleo.accepts(&Invited { member, link: format!("/invitation#{token}") }).is(201);
    assert_eq!(cleo.gets("/v1/me").is(200).at("/email_verified"), true);
}

pub fn the_invitation_stands_when_the_email_does_not_leave(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    world.controls().mail_fails(true);
    let bob = world.someone("Bob");
    let answer = ada.invites(&rossi, &bob.email, "standard").is(201);
    let invited = answer.invited();
    let seen = ada.sees(&rossi, &invited.member).is(200);
    assert_eq!((seen.at("/invitation/delivery/channel"), seen.at("/invitation/delivery/status")), ("mail".into(), "queued".into()));
    assert!(seen.text("/invitation/delivery/failure").contains("500"), "{}", seen.summary());
    bob.accepts(&invited).is(201);
}

pub fn whoever_loses_the_right_to_invite_loses_the_invitations_too(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for (number, lose) in ["demote", "revoke", "suspend", "take", "leave"].into_iter().enumerate() {
        let eve = world.joins(&ada, &rossi, &format!("Eve{number}"), "admin");
        let bob = world.someone(&format!("Bob{number}"));
        let invited = eve.invites(&rossi, &bob.email, "admin").invited();
        let member = ada.member_id(&rossi, &eve.email);
        match lose {
            "demote" => ada.gives_role(&rossi, &member, "standard").is(200),
            "revoke" => ada.revokes(&rossi, &member).is(204),
            "suspend" => ada.suspends(&rossi, &member, true).is(200),
            "take" => ada.takes_access(&rossi, &member).is(204),
            _ => eve.leaves(&rossi).is(204),
        };
        bob.previews(invited.token()).refused(410, "link_not_valid");
        bob.accepts(&invited).refused(410, "link_not_valid");
    }
}

pub fn a_host_user_who_goes_takes_their_invitations_along(world: &World) {
    let (_ada, rossi) = world.account_of("Ada");
    let root = world.host_account();
    let boss = world.joins(&world.host(), &root, "Carlo", "admin");
    let bob = world.someone("Bob");
    let invited = boss.invites(&rossi, &bob.email, "standard").invited();
    let member = world.host().member_id(&root, &boss.email);
    world.host().gives_role(&root, &member, "view_only").is(200);
    bob.accepts(&invited).refused(410, "link_not_valid");
}

pub fn the_token_cache_may_be_late_or_down(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for (number, mood) in [CacheState::Stale, CacheState::Down].into_iter().enumerate() {
        world.controls().tokens_are(mood);
        let bob = world.someone(&format!("Bob{number}"));
        let first = ada.invites(&rossi, &bob.email, "standard").invited();
        assert_eq!(bob.previews(first.token()).is(200).at("/email"), bob.email.as_str());
        let second = ada.renews_link(&rossi, &first.member).is(201).invited();
        bob.accepts(&first).refused(410, "link_not_valid");
        bob.previews(second.token()).is(200);
        bob.accepts(&second).is(201);
        let reset = ada.makes_reset_link(&rossi, &second.member).is(201).reset_token();
        bob.resets_with(&reset, "entirely different words").is(204);
        world.controls().tokens_are(CacheState::Working);
    }
}

pub fn a_stale_preview_opens_no_dead_link(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    world.controls().tokens_are(CacheState::Stale);
    ada.cancels_invitation(&rossi, &invited.member).is(204);
    bob.accepts(&invited).refused(410, "link_not_valid");
}

pub fn links_are_built_from_the_configuration_alone(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let plain = ada.invites(&rossi, &world.someone("Bob").email, "standard").invited();
    let base = plain.link.split("/invitation#").next().expect("a base").to_owned();
    let body = json!({"email": world.someone("Cleo").email, "access": {"role": "standard"}});
    let builder = ada
        .ask("POST", &rossi.at("/members"))
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example;proto=http")
        .header("x-forwarded-proto", "gopher");
    let link = builder.json(&body).send().is(201).text("/invitation/link");
    assert!(link.starts_with(&format!("{base}/invitation#")), "{link}");
    assert!(base.starts_with("http") && !base.contains("evil"));
}

pub fn an_invitation_does_not_outlive_the_right_of_who_made_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "admin");
    let cleo = world.someone("Cleo");
    let invited = bob.invites(&rossi, &cleo.email, "standard").is(201);
    let until = invited.text("/invitation/expires_at").replace("T09:", "T08:");
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "admin", "expires_at": until}))).is(200);
    world.controls().passes(23 * 3_600 + 1_800);
    cleo.accepts(&invited.invited()).refused(410, "link_not_valid");
    bob.gets(&rossi.at("")).refused(404, "not_found");
}

pub fn a_link_into_a_stopped_account_says_so_and_waits(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (host, bob, dan, eve) = (world.host(), world.someone("Bob"), world.someone("Dan"), world.someone("Eve"));
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    let other = ada.invites(&rossi, &dan.email, "standard").invited();
    bob.previews(invited.token()).is(200);
    host.puts_status(&rossi, "deactivated").is(200);
    // The host still invites there by delegation, and no link reveals that the account is deactivated.
    let late = host.invites(&rossi, &eve.email, "standard").invited();
    for (person, link) in [(&bob, &invited), (&eve, &late)] {
        person.previews(link.token()).refused(403, "account_deactivated");
        person.accepts(link).refused(403, "account_deactivated");
    }
    dan.declines(&other).is(204);
    host.puts_status(&rossi, "active").is(200);
    bob.accepts(&invited).is(201);
    eve.accepts(&late).is(201);
}
