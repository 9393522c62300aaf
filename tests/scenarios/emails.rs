//! E-mails to people: their content, which of them confirm an address, which are never sent, and the limits.

use serde_json::json;

use crate::support::people::Person;
use crate::support::world::{Account, World};

/// Returns the token in the last e-mail to this address with a link to this page.
pub(super) fn token_to(world: &World, email: &str, page: &str) -> String {
    let mark = format!("/{page}#");
    let mail = world.controls().emails().into_iter().rfind(|mail| mail.to == email && mail.text.contains(&mark)).expect("an e-mail with a link");
    mail.text.split(&mark).nth(1).expect("a link").split_whitespace().next().expect("a token").to_owned()
}

pub(super) fn confirms(world: &World, token: &str) -> crate::support::client::Reply {
    world.ask("POST", "/v1/email-verifications/confirm").json(&json!({ "token": token })).send()
}

pub fn who_came_by_a_copied_link_confirms_the_address_by_an_email(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    assert!(bob.opens("/me").is(200).body.contains("/me/verification"));
    // Other pages only link there: the response to that button would discard what the reader has typed.
    let form = ada.opens(&format!("/accounts/{}/users/new", rossi.id)).is(200);
    assert!(form.body.contains("Confirm or change the address") && !form.body.contains("/me/verification"), "{}", form.body);
    bob.posts("/v1/me/email-verification", &json!({})).is(202);
    let token = token_to(world, &bob.email, "verification");
    world.keeps_secret(&token);
    assert_eq!(bob.gets("/v1/me").is(200).at("/email_verified"), false, "a letter proves nothing until its link comes back");
    // A GET, as mail scanners send, confirms nothing.
    world.ask("GET", "/verification").send().is(200);
    confirms(world, &token).is(204);
    assert_eq!(bob.gets("/v1/me").is(200).at("/email_verified"), true);
    assert!(!bob.opens("/me").is(200).body.contains("/me/verification"));
    // Once confirmed, no e-mail is sent, and a forgotten password is reset by mail.
    let before = world.controls().emails().len();
    bob.posts("/v1/me/email-verification", &json!({})).is(202);
    assert_eq!(world.controls().emails().len(), before);
    bob.forgets_password().is(202);
    bob.resets_with(&token_to(world, &bob.email, "reset"), "entirely different words").is(204);
}

pub fn the_page_of_a_confirmation_link_works_without_javascript(world: &World) {
    let (ada, _) = world.account_of("Ada");
    ada.submits("/me/verification", &[]).is(303);
    let link = format!("https://anywhere/verification#{}", token_to(world, &ada.email, "verification"));
    let confirmed = ada.submits("/verification", &[("token", &link)]).is(303);
    assert_eq!(confirmed.header("location"), "/me?done=email_verified");
    assert!(ada.opens("/me?done=email_verified").is(200).body.contains("is confirmed"));
    assert_eq!(ada.submits("/verification", &[("token", &link)]).is(303).header("location"), "/me?done=email_verified", "a second press");
}

pub fn an_old_or_foreign_confirmation_link_proves_nothing(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    ada.posts("/v1/me/email-verification", &json!({})).is(202);
    let token = token_to(world, &ada.email, "verification");
    ada.invites(&rossi, &world.someone("Bob").email, "standard").is(201);
    confirms(world, &token_to(world, &world.someone("Bob").email, "invitation")).refused(410, "link_not_valid");
    confirms(world, "nothing").refused(410, "link_not_valid");
    world.controls().passes(86_401);
    confirms(world, &token).refused(410, "link_expired");
    assert_eq!(ada.gets("/v1/me").is(200).at("/email_verified"), false);
}

pub fn without_mail_nobody_is_promised_an_email(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    ada.posts("/v1/me/email-verification", &json!({})).refused(409, "needs_mail");
    world.ask("POST", "/v1/me/email-verification").send().refused(401, "not_signed_in");
    assert!(!ada.opens("/me").is(200).body.contains("/me/verification"));
    let member = ada.invites(&rossi, &world.someone("Bob").email, "standard").invited().member;
    let page = ada.opens(&format!("/accounts/{}/users/{member}", rossi.id)).is(200);
    assert!(page.body.contains("No letter left"), "{}", page.body);
    let shown = ada.submits(&format!("/accounts/{}/users/{member}/invitation", rossi.id), &[("version", "1")]).is(200);
    assert!(shown.body.contains("copy the link and send it yourself") && shown.body.contains("/invitation#"), "{}", shown.body);
    assert!(world.ask("GET", "/forgot-password").send().is(200).body.contains("An admin of your account"));
}

/// Returns the subjects of the e-mails to a person.
pub(super) fn subjects(world: &World, who: &Person) -> Vec<String> {
    world.controls().emails().into_iter().filter(|mail| mail.to == who.email).map(|mail| mail.subject).collect()
}

pub fn people_are_told_what_was_done_to_their_access(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let before = subjects(world, &bob).len();
    ada.gives_role(&rossi, &member, "admin").is(200);
    // The same role again and the person's own actions send no e-mail.
    ada.gives_role(&rossi, &member, "admin").is(200);
    bob.gives_role(&rossi, &member, "standard").is(200);
    ada.suspends(&rossi, &member, true).is(200);
    ada.suspends(&rossi, &member, true).is(200);
    ada.suspends(&rossi, &member, false).is(200);
    ada.takes_access(&rossi, &member).is(204);
    let new = subjects(world, &bob).split_off(before);
    let expected = ["Your role in", "Your access to", "You can enter", "Your access to"];
    assert_eq!(new.len(), expected.len(), "{new:?}");
    assert!(new.iter().zip(expected).all(|(subject, start)| subject.starts_with(start) && subject.contains(&rossi.name)), "{new:?}");
    let mail = world.controls().emails().into_iter().rfind(|mail| mail.subject.starts_with("Your role")).expect("an e-mail");
    assert!(mail.text.contains("Ada Neri") && mail.text.contains("Admin"), "{}", mail.text);
}

fn states(world: &World, code: &str) -> Vec<(String, String)> {
    let rows = world.controls().select(&format!("SELECT status, failure FROM delivery WHERE letter = '{code}' ORDER BY created_at, id"));
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(row, "status"), text(row, "failure"))).collect()
}

pub fn a_dead_link_is_never_mailed(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let before = states(world, "invitation").len();
    world.controls().mail_fails(true);
    let member = ada.invites(&rossi, &bob.email, "standard").invited().member;
    ada.renews_link(&rossi, &member).is(201);
    world.controls().mail_fails(false);
    world.controls().passes(61);
    world.controls().job_runs();
    let superseded = ("failed".to_owned(), "superseded".to_owned());
    assert_eq!(states(world, "invitation").split_off(before), [superseded.clone(), ("sent".to_owned(), String::new())]);
    bob.previews(&token_to(world, &bob.email, "invitation")).is(200);
    // Cancelled and expired while the provider was failing.
    for (number, end) in ["cancelled", "expired"].into_iter().enumerate() {
        world.controls().mail_fails(true);
        let member = ada.invites(&rossi, &format!("late{number}.{}@example.com", world.tag()), "standard").invited().member;
        if end == "cancelled" {
            ada.cancels_invitation(&rossi, &member).is(204);
        }
        world.controls().mail_fails(false);
        world.controls().passes(if end == "expired" { 86_401 } else { 61 });
        world.controls().job_runs();
        assert_eq!(states(world, "invitation").pop(), Some(superseded.clone()), "{end}");
    }
}

pub fn nobody_is_mail_bombed_through_us(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let member = ada.invites(&rossi, &bob.email, "standard").invited().member;
    let mut last = None;
    for _ in 0..30 {
        last = Some(ada.renews_link(&rossi, &member).is(201));
    }
    let emails = |world: &World| world.controls().emails().into_iter().filter(|mail| mail.to == bob.email).count();
    assert_eq!(emails(world), 20);
    // The answer says only that the e-mail is queued and has the link. The row and the page have the true state.
    let last = last.expect("an answer");
    assert!(last.text("/link").contains("/invitation#") && last.text("/delivery/status") == "queued", "{}", last.summary());
    let seen = ada.sees(&rossi, &member).is(200);
    assert_eq!((seen.text("/invitation/delivery/status"), seen.text("/invitation/delivery/failure")), ("failed".into(), "limit".into()));
    let page = ada.opens(&format!("/accounts/{}/users/{member}", rossi.id)).is(200);
    assert!(page.body.contains("too many letters in an hour"), "{}", page.body);
    // E-mails that others cause do not use up the limit for the person's own requests. After an hour the limit starts again.
    bob.accepts(&last.invited()).is(201);
    bob.posts("/v1/me/email-verification", &json!({})).is(202);
    assert_eq!(emails(world), 21);
    world.controls().passes(3_601);
    let (vera, verdi) = another(world);
    vera.invites(&verdi, &bob.email, "standard").is(201);
    assert_eq!(emails(world), 22);
}

fn another(world: &World) -> (Person, Account) {
    world.account_of("Vera")
}

pub fn confirmation_emails_are_asked_for_now_and_then(world: &World) {
    let (ada, _) = world.account_of("Ada");
    for _ in 0..3 {
        ada.posts("/v1/me/email-verification", &json!({})).is(202);
    }
    ada.posts("/v1/me/email-verification", &json!({})).refused(429, "too_many_attempts");
    world.controls().passes(901);
    ada.posts("/v1/me/email-verification", &json!({})).is(202);
}

pub fn an_email_that_waits_says_why_on_the_page(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    world.controls().mail_fails(true);
    let member = ada.invites(&rossi, &world.someone("Bob").email, "standard").invited().member;
    let path = format!("/accounts/{}/users/{member}", rossi.id);
    let page = ada.opens(&path).is(200);
    assert!(page.body.contains("the provider answered 500") && page.body.contains("another follows"), "{}", page.body);
    world.controls().mail_fails(false);
    world.controls().passes(61);
    world.controls().job_runs();
    assert!(!ada.opens(&path).is(200).body.contains("the provider answered 500"));
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/invitation/delivery/status"), "sent");
}

pub fn what_waits_when_mail_is_switched_off_says_that_it_was_not_sent(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let member = ada.invites(&rossi, &world.someone("Bob").email, "standard").invited().member;
    world.controls().fill("UPDATE delivery SET status = 'queued', next_attempt_at = created_at");
    world.controls().job_runs();
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/invitation/delivery/status"), "not_sent");
}

pub fn a_stranger_keeps_no_email_from_its_reader(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let (mallory, _) = world.account_of("Mallory");
    ada.posts("/v1/me/email-verification", &json!({})).is(202);
    confirms(world, &token_to(world, &ada.email, "verification")).is(204);
    for _ in 0..2 {
        for _ in 0..10 {
            mallory.asks_for_address(&ada.email).is(202);
        }
        mallory.asks_for_address(&ada.email).refused(429, "too_many_attempts");
        world.controls().passes(901);
    }
    mallory.asks_for_address(&ada.email).is(202);
    let before = subjects(world, &ada).len();
    ada.forgets_password().is(202);
    assert!(!token_to(world, &ada.email, "reset").is_empty());
    ada.changes_password(&ada.password(), "entirely different words").is(204);
    assert_eq!(subjects(world, &ada).len(), before + 2, "{:?}", subjects(world, &ada));
}

pub fn one_mailbox_in_two_spellings_is_one_reader(world: &World) {
    let (mallory, _) = world.account_of("Mallory");
    let spellings = ["\u{e8}va", "\u{c8}va"].map(|name| format!("{name}.{}@example.com", world.tag()));
    for _ in 0..3 {
        for number in 0..10 {
            mallory.asks_for_address(&spellings[number % 2]).is(202);
        }
        world.controls().passes(901);
    }
    assert_eq!(world.controls().emails().iter().filter(|mail| spellings.contains(&mail.to)).count(), 20);
}

pub fn confirming_once_more_is_the_same_confirmation(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let bob = world.someone("Bob").email;
    ada.posts("/v1/me/email-verification", &json!({})).is(202);
    let token = token_to(world, &ada.email, "verification");
    for reply in world.at_once(&[(); 4], |()| confirms(world, &token)) {
        reply.is(204);
    }
    confirms(world, &token).is(204);
    let lines = || world.controls().select("SELECT id FROM audit_event WHERE action = 'user.email_verified'").len();
    assert_eq!((lines(), ada.gets("/v1/me").is(200).at("/email_verified")), (1, true.into()));
    // The page tells the true state: not that of an e-mail to another address, or of an old one.
    ada.asks_for_address(&bob).is(202);
    world.ask("POST", "/v1/email-changes/confirm").json(&json!({ "token": token_to(world, &bob, "email-change") })).send().is(204);
    confirms(world, &token).refused(410, "link_not_valid");
    let bea = world.account_of("Bea").0;
    bea.posts("/v1/me/email-verification", &json!({})).is(202);
    let token = token_to(world, &bea.email, "verification");
    confirms(world, &token).is(204);
    world.controls().passes(86_401);
    confirms(world, &token).refused(410, "link_not_valid");
    assert_eq!(lines(), 2);
}
