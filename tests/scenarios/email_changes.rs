//! Change of the own e-mail address. It needs the password and the new mailbox.

use serde_json::json;

use super::emails::token_to;
use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::World;

fn confirms(world: &World, token: &str) -> Reply {
    world.ask("POST", "/v1/email-changes/confirm").json(&json!({"token": token})).send()
}

/// Returns the token in the last e-mail to this address.
fn mailed(world: &World, email: &str) -> String {
    token_to(world, email, "email-change")
}

fn emails_to(world: &World, email: &str) -> Vec<String> {
    world.controls().emails().into_iter().filter(|mail| mail.to == email).map(|mail| mail.subject).collect()
}

fn new_address(world: &World, person: &Person) -> String {
    format!("{}.new.{}@example.com", person.name.to_lowercase(), world.tag())
}

pub fn the_new_mailbox_confirms_the_new_address(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let phone = ada.at_another_device();
    phone.signs_in().is(201);
    let (old, new) = (ada.email.clone(), new_address(world, &ada));
    ada.asks_for_address(&new).is(202);
    assert!(emails_to(world, &old).contains(&"Your email address is about to change".to_owned()));
    assert_eq!((ada.gets("/v1/me").text("/email"), ada.gets("/v1/me").at("/email_verified")), (old.clone(), false.into()), "nothing changes before");
    let token = mailed(world, &new);
    confirms(world, &token).is(204);
    let me = ada.gets("/v1/me").is(200);
    assert_eq!((me.text("/email"), me.at("/email_verified")), (new.clone(), true.into()), "the session that asked goes on");
    phone.gets("/v1/me").refused(401, "not_signed_in");
    world.sign_in(&old, &ada.password()).refused(401, "wrong_credentials");
    world.sign_in(&new, &ada.password()).is(201);
    assert!(emails_to(world, &old).contains(&"Your email address was changed".to_owned()));
    // The member has the address the person signs in with.
    let member = ada.member_id(&rossi, &new);
    assert_eq!(ada.sees(&rossi, &member).text("/email"), new);
    assert!(ada.gets(&rossi.at("/members?search=new")).is(200).data().iter().any(|found| found["id"] == member.as_str()));
    ada.invites(&rossi, &new, "standard").refused(409, "already_member");
    ada.invites(&rossi, &old, "standard").is(201);
}

pub fn the_change_of_address_needs_the_password(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let new = new_address(world, &ada);
    ada.posts("/v1/me/email-changes", &json!({"email": new, "current_password": "not the password at all"})).refused(403, "wrong_password");
    ada.posts("/v1/me/email-changes", &json!({"email": "ada", "current_password": ada.password()})).refused_field("/email", "email");
    assert!(emails_to(world, &new).is_empty());
    let page = ada.submits("/me/email", &[("new_email", &new), ("email_password", "not the password at all")]).is(403);
    assert!(page.body.contains(&new), "what was typed stays");
    ada.submits("/me/email", &[("new_email", &new), ("email_password", &ada.password())]).is(303);
    world.ask("GET", "/email-change").send().is(200);
    let link = format!("https://portineria.example/email-change#{}", mailed(world, &new));
    let done = ada.submits("/email-change", &[("token", &link)]).is(303);
    assert_eq!(done.header("location"), "/me?done=email_changed");
    assert!(ada.opens("/me?done=email_changed").is(200).body.contains(&new));
    assert_eq!(ada.submits("/email-change", &[("token", &link)]).is(303).header("location"), "/me?done=email_changed", "a second press");
}

pub fn without_mail_no_address_is_changed(world: &World) {
    let (ada, _) = world.account_of("Ada");
    ada.asks_for_address("ada.new@example.com").refused(409, "needs_mail");
    assert_eq!(ada.gets("/v1/me").text("/email"), ada.email);
}

pub fn a_link_for_an_address_works_once_for_an_hour_and_the_last_one_alone(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let [first, second, third] = ["one", "two", "three"].map(|name| format!("ada.{name}@example.com"));
    ada.asks_for_address(&first).is(202);
    ada.asks_for_address(&second).is(202);
    confirms(world, &mailed(world, &first)).refused(410, "link_not_valid");
    world.controls().passes(3_601);
    confirms(world, &mailed(world, &second)).refused(410, "link_expired");
    ada.asks_for_address(&third).is(202);
    let token = mailed(world, &third);
    ada.changes_password(&ada.password(), "entirely different words").is(204);
    ada.remembers("entirely different words");
    confirms(world, &token).refused(410, "link_not_valid");
    ada.asks_for_address(&third).is(202);
    confirms(world, &mailed(world, &third)).is(204);
    assert_eq!(ada.gets("/v1/me").text("/email"), third);
}

pub fn the_address_of_somebody_else_is_not_taken_and_nobody_learns_of_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, _) = world.unmanaged_account_of("Bea");
    let known = ada.asks_for_address(&bea.email).is(202);
    let unknown = ada.asks_for_address("nobody@example.com").is(202);
    assert_eq!((known.body.as_str(), known.status), (unknown.body.as_str(), unknown.status));
    ada.asks_for_address(&bea.email.to_uppercase()).is(202);
    confirms(world, &mailed(world, &bea.email.to_uppercase())).refused(409, "email_taken");
    assert_eq!(ada.gets("/v1/me").text("/email"), ada.email);
    // Nor the address of another member with access in one of the person's accounts.
    ada.invites(&rossi, "carla@example.com", "standard").is(201);
    ada.asks_for_address("carla@example.com").is(202);
    confirms(world, &mailed(world, "carla@example.com")).refused(409, "email_taken");
    // Another spelling of the own address is allowed.
    ada.asks_for_address(&ada.email.to_uppercase()).is(202);
    confirms(world, &mailed(world, &ada.email.to_uppercase())).is(204);
}

pub fn a_changed_address_kills_the_reset_link(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let new = new_address(world, &bob);
    bob.asks_for_address(&new).is(202);
    let token = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &bob.email)).is(201).reset_token();
    confirms(world, &mailed(world, &new)).is(204);
    bob.resets_with(&token, "entirely different words").refused(410, "link_not_valid");
}

pub fn a_change_of_address_ends_with_its_session(world: &World) {
    let ada = world.account_of("Ada").0;
    let ends: [&dyn Fn(&Person); 3] = [
        &|ada| drop(ada.signs_out().is(204)),
        &|ada| {
            let phone = ada.at_another_device();
            phone.signs_in().is(201);
            phone.changes("DELETE", "/v1/me/sessions/others", "/v1/me", None).is(204);
        },
        &|ada| drop(world.ask("POST", "/v1/sessions").bearer(&ada.session()).json(&json!({"email": ada.email, "password": ada.password()})).send().is(201)),
    ];
    for end in ends {
        ada.signs_in().is(201);
        let new = new_address(world, &ada);
        ada.asks_for_address(&new).is(202);
        let token = mailed(world, &new);
        end(&ada);
        confirms(world, &token).refused(410, "link_not_valid");
    }
    ada.signs_in().is(201);
    assert_eq!(ada.gets("/v1/me").text("/email"), ada.email, "nothing was changed");
}

pub fn confirming_a_new_address_once_more_is_the_same_change(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let (old, new) = (ada.email.clone(), new_address(world, &ada));
    ada.asks_for_address(&new).is(202);
    let token = mailed(world, &new);
    for reply in world.at_once(&[(); 4], |()| confirms(world, &token)) {
        reply.is(204);
    }
    let changes = || {
        let lines = world.controls().select("SELECT id FROM audit_event WHERE action = 'user.email_changed'").len();
        let notices = emails_to(world, &old).iter().filter(|subject| *subject == "Your email address was changed").count();
        (lines, notices, ada.gets("/v1/me").is(200).at("/version"))
    };
    let once = changes();
    assert_eq!((once.0, once.1), (1, 1));
    // It does not affect later sessions and the next requested change.
    let phone = ada.at_another_device().at_address(&new);
    phone.signs_in().is(201);
    let next = format!("next.{new}");
    phone.asks_for_address(&next).is(202);
    confirms(world, &token).is(204);
    assert_eq!((changes(), phone.gets("/v1/me").is(200).text("/email")), (once, new.clone()));
    assert!(!emails_to(world, &new).contains(&"Your email address was changed".to_owned()));
    confirms(world, &mailed(world, &next)).is(204);
    confirms(world, &token).refused(410, "link_not_valid");
    let last = mailed(world, &next);
    world.controls().passes(3_601);
    confirms(world, &last).refused(410, "link_not_valid");
    assert_eq!(phone.gets("/v1/me").is(200).text("/email"), next);
}
