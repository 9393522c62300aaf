//! Reset of a password: by an admin's link, by a requested e-mail, and who must not get access by either.

use portineria::identity::password;
use serde_json::json;

use super::emails::token_to;
use crate::support::people::Person;
use crate::support::world::{CacheState, World};

pub fn an_admin_makes_a_reset_link_and_hands_it_over(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let phone = bob.at_another_device();
    phone.signs_in().is(201);
    let made = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201);
    assert!(made.text("/expires_at").ends_with('Z'));
    let token = made.reset_token();
    let preview = world.ask("POST", "/v1/password-resets/preview").json(&json!({"token": token})).send().is(200);
    assert_eq!(preview.at("/email"), bob.email.as_str());
    let old = bob.password();
    bob.gets("/v1/me").is(200);
    world.sign_in(&bob.email, &old).is(201);
    let reply = bob.resets_with(&token, "entirely different words").is(204);
    assert!(reply.body.is_empty() && reply.header("set-cookie").is_empty(), "it does not sign in");
    bob.gets("/v1/me").refused(401, "not_signed_in");
    phone.gets("/v1/me").refused(401, "not_signed_in");
    world.sign_in(&bob.email, &old).refused(401, "wrong_credentials");
    bob.signs_in().is(201);
}

pub fn a_reset_link_works_once_and_for_an_hour(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let token = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    bob.resets_with(&token, "entirely different words").is(204);
    bob.resets_with(&token, "once more different words").refused(410, "link_not_valid");
    let token = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    world.controls().passes(3_601);
    bob.resets_with(&token, "once more different words").refused(410, "link_expired");
    world.ask("POST", "/v1/password-resets/preview").json(&json!({"token": token})).send().refused(410, "link_expired");
    bob.signs_in().is(201);
}

pub fn a_new_reset_link_kills_the_old_one(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let first = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    let second = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    bob.resets_with(&first, "entirely different words").refused(410, "link_not_valid");
    bob.resets_with(&second, "entirely different words").is(204);
}

pub fn a_changed_password_kills_the_reset_link(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let token = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    bob.changes_password(&bob.password(), "entirely different words").is(204);
    bob.resets_with(&token, "once more different words").refused(410, "link_not_valid");
}

pub fn a_revoked_person_loses_the_reset_link_too(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let token = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    ada.revokes(&rossi, &member).is(204);
    bob.resets_with(&token, "entirely different words").refused(410, "link_not_valid");
}

pub fn whoever_leaves_loses_the_reset_link_too(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let token = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    bob.leaves(&rossi).is(204);
    world.ask("POST", "/v1/password-resets/preview").json(&json!({"token": token})).send().refused(410, "link_not_valid");
    bob.resets_with(&token, "entirely different words").refused(410, "link_not_valid");
}

/// In each case an admin made a link and then lost the permission. The link must not work any more.
pub fn whoever_loses_the_right_to_reset_loses_the_links_too(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (host, root) = (world.host(), world.host_account());
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let dead = |token: &str| {
        world.ask("POST", "/v1/password-resets/preview").json(&json!({"token": token})).send().refused(410, "link_not_valid");
        bob.resets_with(token, "the words of an intruder").refused(410, "link_not_valid");
    };
    let losing = |name: &str, lose: &dyn Fn(&Person, &str)| {
        let maker = world.joins(&ada, &rossi, name, "admin");
        let token = maker.makes_reset_link(&rossi, &member).is(201).reset_token();
        lose(&maker, &ada.member_id(&rossi, &maker.email));
        dead(&token);
    };
    losing("Rita", &|_, id| drop(ada.revokes(&rossi, id).is(204)));
    losing("Dora", &|_, id| drop(ada.gives_role(&rossi, id, "standard").is(200)));
    losing("Sara", &|_, id| drop(ada.suspends(&rossi, id, true).is(200)));
    losing("Lea", &|maker, _| drop(maker.leaves(&rossi).is(204)));
    losing("Olga", &|_, id| drop(ada.takes_access(&rossi, id).is(204)));
    let token = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    host.puts_status(&rossi, "deactivated").is(200);
    dead(&token);
    host.puts_status(&rossi, "active").is(200);
    dead(&token);

    // An admin who loses one of the accounts the link opens loses the link, wherever they made it.
    let verdi = host.creates_account("Verdi");
    let invited = host.invites(&verdi, &ada.email, "admin").invited();
    ada.accepts_signed_in(&invited).is(201);
    let again = ada.invites(&verdi, &bob.email, "standard").invited();
    bob.accepts_signed_in(&again).is(201);
    let token = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    host.gives_role(&verdi, &invited.member, "view_only").is(200);
    dead(&token);

    let boss = world.joins(&host, &root, "Carlo", "admin");
    let token = boss.makes_reset_link(&rossi, &member).is(201).reset_token();
    let place = host.member_id(&root, &boss.email);
    host.gives_role(&root, &place, "standard").is(200);
    dead(&token);
    // The link stays while the permission stays.
    host.gives_role(&root, &place, "admin").is(200);
    let token = boss.makes_reset_link(&rossi, &member).is(201).reset_token();
    host.renames(&rossi, "Rossi e figli").is(200);
    bob.resets_with(&token, "entirely different words").is(204);
}

pub fn a_reset_link_does_not_outlive_the_right_of_who_made_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bob, dora) = (world.joins(&ada, &rossi, "Bob", "standard"), world.joins(&ada, &rossi, "Dora", "admin"));
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &dora.email)));
    let until = json!({"role": "admin", "expires_at": "2026-11-22T09:20:00Z"});
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&until)).is(200);
    let token = dora.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    world.controls().passes(30 * 60);
    bob.resets_with(&token, "the words of an intruder").refused(410, "link_not_valid");
    bob.signs_in().is(201);
}

pub fn a_link_in_an_admins_hands_dies_when_the_person_joins_another_account(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let token = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    let invited = bea.invites(&bianchi, &bob.email, "admin").invited();
    bob.accepts_signed_in(&invited).is(201);
    // Ada still has the link, which would open Bianchi to her now.
    bob.resets_with(&token, "the words of an intruder").refused(410, "link_not_valid");
    bob.gets(&bianchi.at("")).is(200);
}

pub fn a_weak_new_password_does_not_spend_the_link(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let token = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    bob.resets_with(&token, "short").refused_field("/new_password", "too_short");
    bob.resets_with(&token, "passwordpassword").refused_field("/new_password", "guessable");
    bob.resets_with(&token, "entirely different words").is(204);
}

pub fn nobody_takes_over_the_other_accounts_of_their_people(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let invited = ada.invites(&rossi, &bea.email, "view_only").invited();
    bea.accepts_signed_in(&invited).is(201);
    // Bea is an administrator of Bianchi too, which Ada could open with the link.
    ada.makes_reset_link(&rossi, &invited.member).refused(409, "reset_only_by_user");
    let bob = world.joins(&bea, &bianchi, "Bob", "standard");
    bea.makes_reset_link(&bianchi, &bea.member_id(&bianchi, &bob.email)).is(201);
    // Also when the other access is suspended, and when the person is an admin of another account.
    let again = ada.invites(&rossi, &bob.email, "standard").invited();
    bob.accepts_signed_in(&again).is(201);
    bea.makes_reset_link(&bianchi, &bea.member_id(&bianchi, &bob.email)).refused(409, "reset_only_by_user");
    ada.suspends(&rossi, &again.member, true).is(200);
    bea.makes_reset_link(&bianchi, &bea.member_id(&bianchi, &bob.email)).refused(409, "reset_only_by_user");
    ada.revokes(&rossi, &again.member).is(204);
    bea.makes_reset_link(&bianchi, &bea.member_id(&bianchi, &bob.email)).is(201);
}

pub fn whoever_administers_all_accounts_of_a_person_gets_the_link(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let verdi = world.host().creates_account("Verdi");
    let invited = world.host().invites(&verdi, &ada.email, "admin").invited();
    ada.accepts_signed_in(&invited).is(201);
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let again = ada.invites(&verdi, &bob.email, "standard").invited();
    bob.accepts_signed_in(&again).is(201);
    ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    // A host admin administers both by delegation.
    let boss = world.joins(&world.host(), &world.host_account(), "Carlo", "admin");
    boss.makes_reset_link(&verdi, &again.member).is(201).reset_token();
}

pub fn a_host_user_is_reset_by_a_host_admin_alone(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let root = world.host_account();
    let clerk = world.joins(&world.host(), &root, "Carlo", "view_only");
    let invited = ada.invites(&rossi, &clerk.email, "standard").invited();
    clerk.accepts_signed_in(&invited).is(201);
    ada.makes_reset_link(&rossi, &invited.member).refused(409, "reset_only_by_user");
    world.host().makes_reset_link(&root, &world.host().member_id(&root, &clerk.email)).is(201).reset_token();
}

pub fn with_mail_the_person_alone_gets_the_link(world: &World) {
    let bea = verified(world, "Bea");
    let (ada, rossi) = world.unmanaged_account_of("Olga");
    let invited = ada.invites(&rossi, &bea.email, "view_only").invited();
    bea.accepts_signed_in(&invited).is(201);
    let before = world.controls().emails().len();
    let made = ada.makes_reset_link(&rossi, &invited.member).is(201);
    assert_eq!((made.at("/link"), made.at("/delivery/channel")), (json!(null), "mail".into()));
    let emails = world.controls().emails();
    assert_eq!((emails.len(), emails[before].to.as_str()), (before + 1, bea.email.as_str()));
    assert!(emails[before].text.contains("/reset#"), "{}", emails[before].text);
}

pub(super) fn token_in(text: &str) -> String {
    text.split("/reset#").nth(1).expect("a link").split_whitespace().next().expect("a token").to_owned()
}

/// Returns a person with a confirmed address: they accepted by a mailed link.
pub(super) fn verified(world: &World, name: &str) -> crate::support::people::Person {
    let (ada, rossi) = world.account_of(&format!("Ada{name}"));
    let bob = world.someone(name);
    ada.invites(&rossi, &bob.email, "standard").is(201);
    let mail = world.controls().emails().into_iter().rfind(|mail| mail.to == bob.email).expect("an e-mail");
    let link = mail.text.split_whitespace().find(|word| word.contains("/invitation#")).expect("a link").to_owned();
    bob.accepts(&crate::support::people::Invited { member: String::new(), link }).is(201);
    bob
}

pub fn who_forgot_the_password_gets_an_email(world: &World) {
    let bob = verified(world, "Bob");
    let before = world.controls().emails().len();
    bob.forgets_password().is(202);
    let emails = world.controls().emails();
    assert_eq!((emails.len(), emails[before].to.as_str()), (before + 1, bob.email.as_str()));
    bob.gets("/v1/me").is(200);
    let token = token_in(&emails[before].text);
    bob.resets_with(&token, "entirely different words").is(204);
    bob.gets("/v1/me").refused(401, "not_signed_in");
    bob.signs_in().is(201);
    let notice = world.controls().emails().pop().expect("a notice");
    assert_eq!(notice.to, bob.email);
    assert!(world.controls().emails().len() == before + 2 && !notice.text.contains("/reset#"), "{}", notice.text);
}

pub fn the_answer_to_forgotten_is_the_same_for_everybody(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let words = |email: &str| {
        let reply = world.someone("x").at_address(email).forgets_password().is(202);
        (reply.body.clone(), reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(words(&ada.email), words(&format!("nobody.{}@example.com", world.tag())));
    let body = json!({"email": [ada.email, "evil@example.com"]});
    world.ask("POST", "/v1/password-resets").json(&body).send().refused_field("/email", "type");
}

pub fn emails_go_to_the_stored_address_and_to_nobody_unknown(world: &World) {
    let bob = verified(world, "Bob");
    let before = world.controls().emails().len();
    world.someone("x").at_address("nobody@example.com").forgets_password().is(202);
    assert_eq!(world.controls().emails().len(), before);
    world.someone("x").at_address(&bob.email.to_uppercase()).forgets_password().is(202);
    assert_eq!(world.controls().emails()[before].to, bob.email);
}

pub fn whoever_holds_the_mailbox_gets_the_user_back(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    // Another person accepted a copied link for Bob's address, so the address is not confirmed. Bob reads its mail.
    let intruder = world.joins(&ada, &rossi, "Bob", "standard");
    let shown = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &intruder.email)).is(201).reset_token();
    intruder.asks_for_address("elsewhere@example.com").is(202);
    let change = token_to(world, "elsewhere@example.com", "email-change");
    let bob = intruder.at_another_device();
    bob.forgets_password().is(202);
    let token = token_to(world, &bob.email, "reset");
    let before = world.controls().emails().len();
    bob.resets_with(&token, "entirely different words").is(204);
    intruder.gets("/v1/me").refused(401, "not_signed_in");
    bob.resets_with(&shown, "the words of an intruder").refused(410, "link_not_valid");
    world.ask("POST", "/v1/email-changes/confirm").json(&json!({ "token": change })).send().refused(410, "link_not_valid");
    bob.signs_in().is(201);
    assert_eq!(bob.gets("/v1/me").is(200).at("/email_verified"), true, "a link that was mailed proves the mailbox");
    let emails = world.controls().emails();
    assert_eq!((emails.len(), emails[before].to.as_str()), (before + 1, bob.email.as_str()), "a notice");
}

pub fn a_shown_reset_link_proves_no_mailbox(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let token = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    bob.resets_with(&token, "entirely different words").is(204);
    bob.signs_in().is(201);
    assert_eq!(bob.gets("/v1/me").is(200).at("/email_verified"), false);
}

pub fn the_first_administrator_is_never_locked_out(world: &World) {
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let (host, root) = (world.host(), world.host_account());
    for (alone, account) in [(bea, bianchi), (host, root)] {
        alone.forgets_password().is(202);
        let token = token_to(world, &alone.email, "reset");
        let again = alone.at_another_device();
        again.resets_with(&token, "entirely different words").is(204);
        again.signs_in().is(201);
        again.gets(&account.at("")).is(200);
    }
}

pub fn a_link_that_was_handed_over_is_not_killed_by_a_stranger(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let shown = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    bob.forgets_password().is(202);
    let first = token_to(world, &bob.email, "reset");
    bob.forgets_password().is(202);
    let second = token_to(world, &bob.email, "reset");
    let preview = |token: &str| world.ask("POST", "/v1/password-resets/preview").json(&json!({ "token": token })).send();
    preview(&first).refused(410, "link_not_valid");
    preview(&second).is(200);
    preview(&shown).is(200);
    let open = world.controls().select("SELECT count(*) AS n FROM password_reset WHERE state = 'pending'");
    assert_eq!(open[0]["n"], 2, "one of each origin, however often somebody asks");
    // Only the latest link works: an admin's new link ends requested ones.
    ada.makes_reset_link(&rossi, &member).is(201);
    preview(&second).refused(410, "link_not_valid");
    preview(&shown).refused(410, "link_not_valid");
    bob.forgets_password().is(202);
    let mailed = token_to(world, &bob.email, "reset");
    bob.resets_with(&mailed, "entirely different words").is(204);
    assert_eq!(world.controls().select("SELECT count(*) AS n FROM password_reset WHERE state = 'pending'")[0]["n"], 0, "one that is used ends all");
}

pub fn the_same_reset_once_more_is_the_same_reset(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let token = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    bob.resets_with(&token, "entirely different words").is(204);
    bob.signs_in().is(201);
    // The answer was lost, or the button was pressed twice.
    bob.resets_with(&token, "entirely different words").is(204);
    bob.gets("/v1/me").is(200);
    let form = [("token", token.as_str()), ("new_password", "entirely different words"), ("new_password_again", "entirely different words")];
    assert_eq!(world.someone("x").submits("/reset/confirm", &form).is(303).header("location"), "/sign-in?done=password_reset");
    bob.resets_with(&token, "once more different words").refused(410, "link_not_valid");
    bob.changes_password("entirely different words", "a third row of words").is(204);
    bob.resets_with(&token, "entirely different words").refused(410, "link_not_valid");
}

pub fn a_dead_reset_link_costs_no_hash(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let token = ada.makes_reset_link(&rossi, &member).is(201).reset_token();
    ada.makes_reset_link(&rossi, &member).is(201);
    let before = password::worked();
    for _ in 0..40 {
        bob.resets_with(&token, "entirely different words").refused(410, "link_not_valid");
    }
    assert_eq!(password::worked(), before, "a hash for a dead link");
}

pub fn guesses_at_a_used_reset_link_are_counted(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let token = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    bob.resets_with(&token, "entirely different words").is(204);
    let before = password::worked();
    for _ in 0..10 {
        bob.resets_with(&token, "once more different words").refused(410, "link_not_valid");
    }
    bob.resets_with(&token, "once more different words").refused(429, "too_many_attempts");
    assert_eq!(password::worked(), before + 10);
}

pub fn what_the_token_cache_says_decides_no_password(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let token = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    for mood in [CacheState::Working, CacheState::Stale, CacheState::Down] {
        world.controls().tokens_are(mood);
        bob.resets_with(&token, &format!("{}{}", bob.email, bob.email)).refused_field("/new_password", "guessable");
    }
    bob.resets_with(&token, "entirely different words").is(204);
}

pub fn a_host_admin_sends_a_link_where_none_may_be_shown(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let invited = ada.invites(&rossi, &bea.email, "view_only").invited();
    bea.accepts_signed_in(&invited).is(201);
    // Bea has accepted copied links only, and her own account is unmanaged.
    let made = world.host().makes_reset_link(&rossi, &invited.member).is(201);
    assert_eq!((made.at("/link"), made.at("/delivery/channel")), (json!(null), "mail".into()));
    let token = token_to(world, &bea.email, "reset");
    bea.resets_with(&token, "entirely different words").is(204);
    bea.signs_in().is(201);
    bea.gets(&bianchi.at("")).is(200);
}

pub fn known_and_unknown_addresses_are_answered_alike(world: &World) {
    let bob = verified(world, "Bob");
    let cost = |email: &str, page: bool| {
        let someone = world.someone("x").at_address(email);
        let reply = if page { someone.submits("/forgot-password", &[("email", email)]).is(200) } else { someone.forgets_password().is(202) };
        reply.header("server-timing").to_owned()
    };
    let nobody = format!("nobody.{}@example.com", world.tag());
    for page in [false, true] {
        assert_eq!(cost(&bob.email, page), cost(&nobody, page));
    }
    // The e-mails are sent nevertheless.
    assert!(world.controls().emails().iter().any(|mail| mail.to == bob.email && mail.text.contains("/reset#")));
    // A failure after the answer is only logged. The person asks again.
    let before = world.controls().emails().len();
    world.controls().mail_fails(true);
    bob.forgets_password().is(202);
    assert_eq!(world.controls().emails().len(), before);
}

pub fn nobody_is_flooded_with_emails(world: &World) {
    let bob = verified(world, "Bob");
    let before = world.controls().emails().len();
    for number in 0..30 {
        let builder = world.ask("POST", "/v1/password-resets").header("cf-connecting-ip", &world.address(100 + number));
        builder.json(&json!({"email": bob.email})).send().is(202);
    }
    let sent = world.controls().emails().len() - before;
    assert!((1..=5).contains(&sent), "{sent} letters");
}

pub fn invitation_and_reset_tokens_are_not_each_others(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let invited = ada.invites(&rossi, &world.someone("Cleo").email, "standard").invited();
    let reset = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    bob.resets_with(invited.token(), "entirely different words").refused(410, "link_not_valid");
    bob.previews(&reset).refused(410, "link_not_valid");
    for token in [invited.token(), &reset, &ada.session()] {
        if token != ada.session() {
            world.ask("GET", "/v1/me").bearer(token).send().refused(401, "not_signed_in");
        }
        world
            .ask("POST", "/v1/invitations/accept")
            .json(&json!({"token": ada.session(), "password": "entirely different words"}))
            .send()
            .refused(410, "link_not_valid");
    }
}

pub fn an_admin_cannot_choose_the_password(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    ada.posts(&format!("{path}/password-reset"), &json!({"password": "chosen by the admin"})).is(201);
    ada.changes("PATCH", &path, &path, Some(&json!({"password": "chosen by the admin"}))).is(422);
    world.sign_in(&bob.email, "chosen by the admin").refused(401, "wrong_credentials");
}

pub fn the_page_says_what_became_of_the_email_with_the_link(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let path = format!("/accounts/{}/users/{}", rossi.id, ada.member_id(&rossi, &bob.email));
    // He accepted a copied link. The e-mail is sent nevertheless, because the owner of the mailbox wins.
    let version = ada.sees(&rossi, &ada.member_id(&rossi, &bob.email)).at("/version").to_string();
    let shown = ada.submits(&format!("{path}/password-reset"), &[("version", &version)]).is(200);
    assert!(
        shown.body.contains("A letter with a link is on its way to") && shown.body.contains("/reset#") && !shown.body.contains("sends no mail"),
        "{}",
        shown.body
    );
    assert!(ada.opens(&path).is(200).body.contains("Letter: Sent"), "{}", ada.opens(&path).body);
    world.controls().mail_fails(true);
    ada.submits(&format!("{path}/password-reset"), &[("version", &version)]).is(200);
    let page = ada.opens(&path).is(200);
    assert!(page.body.contains("Letter: On its way: the last attempt failed (the provider answered 500)"), "{}", page.body);
    // Other people do not see it.
    assert!(!bob.opens(&path).body.contains("Letter: "));
}
