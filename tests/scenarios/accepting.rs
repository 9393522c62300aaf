//! Accepting again, and by other people: what is checked before a password, and what a repeated request returns.

use serde_json::{Value as Json, json};

use crate::support::client::Reply;
use crate::support::people::Invited;
use crate::support::world::{CacheState, World};

/// Accepts with name and password, as the form or an app does.
fn takes(world: &World, invited: &Invited, name: &str, password: &str) -> Reply {
    world.ask("POST", "/v1/invitations/accept").json(&json!({"token": invited.token(), "first_name": name, "last_name": "Neri", "password": password})).send()
}

pub fn a_dead_link_says_so_whatever_comes_with_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let dead = ada.invites(&rossi, &bob.email, "standard").invited();
    let alive = ada.renews_link(&rossi, &dead.member).is(201).invited();
    for (name, password) in [("Bob", "short"), ("", "an entirely good password"), ("Bob", bob.email.as_str()), ("Bob", "an entirely good password")] {
        takes(world, &dead, name, password).refused(410, "link_not_valid");
    }
    // With a link that works, all errors are reported at once.
    let wrong = takes(world, &alive, &"B".repeat(81), &bob.email).refused(422, "validation");
    assert_eq!((wrong.at("/errors/0/pointer"), wrong.at("/errors/1/pointer")), ("/first_name".into(), "/password".into()));
    bob.accepts(&alive).is(201);
}

pub fn no_password_is_hashed_before_the_link_was_found_good(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, _) = world.unmanaged_account_of("Bea");
    let bob = world.someone("Bob");
    let dead = ada.invites(&rossi, &bob.email, "standard").invited();
    let alive = ada.renews_link(&rossi, &dead.member).is(201).invited();
    let other = ada.invites(&rossi, &bea.email, "standard").invited();
    let hashes = world.controls().hashes();
    for _ in 0..40 {
        bob.accepts(&dead).refused(410, "link_not_valid");
        bob.accepts_with_password(&dead).refused(410, "link_not_valid");
        // The password is too short. It is not compared with any, so it is not counted.
        takes(world, &alive, "Bob", "short").refused_field("/password", "too_short");
    }
    takes(world, &other, "Mallory", "an entirely good password").refused(409, "user_exists");
    assert_eq!(world.controls().hashes(), hashes);
    bob.accepts(&alive).is(201);
    assert_eq!(world.controls().hashes(), hashes + 1);
    for _ in 0..9 {
        world.someone("Mallory").accepts_with_password(&other).refused(401, "wrong_credentials");
    }
    assert_eq!(world.controls().hashes(), hashes + 10);
    world.someone("Mallory").accepts_with_password(&other).refused(429, "too_many_attempts");
    takes(world, &other, "Mallory", "an entirely good password").refused(429, "too_many_attempts");
    assert_eq!(world.controls().hashes(), hashes + 10);
}

pub fn the_own_address_is_no_password_whatever_the_cache_says(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for (number, mood) in [CacheState::Working, CacheState::Stale, CacheState::Down].into_iter().enumerate() {
        world.controls().tokens_are(mood);
        let bob = world.someone(&format!("Bob{number}"));
        let invited = ada.invites(&rossi, &bob.email, "standard").invited();
        takes(world, &invited, "Bob", &bob.email).refused_field("/password", "guessable");
        bob.accepts(&invited).is(201);
        world.controls().tokens_are(CacheState::Working);
    }
}

pub fn accepting_again_gives_the_first_result(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, _) = world.unmanaged_account_of("Bea");
    let bob = world.someone("Bob");
    let same = |first: &Reply, again: &Reply| {
        for field in ["/account_id", "/member_id", "/user/id", "/user/email"] {
            assert_eq!(first.at(field), again.at(field), "{}", again.summary());
        }
    };
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    let (first, device) = (bob.accepts(&invited).is(201), bob.at_another_device());
    let again = bob.accepts(&invited).is(201);
    same(&first, &again);
    assert_ne!(first.text("/session_token"), again.text("/session_token"));
    // The session of the lost answer works too.
    assert_eq!((bob.gets("/v1/me").is(200).at("/first_name"), device.gets("/v1/me").status), ("Bob".into(), 200));
    let signed_in = bob.accepts_signed_in(&invited).is(201);
    same(&first, &signed_in);
    assert_eq!(signed_in.at("/session_token"), Json::Null);
    same(&first, &bob.accepts_with_password(&invited).is(201));
    assert_eq!(ada.gets(&rossi.at("/members?search=bob")).is(200).data().len(), 1);
    // A repeat changes nothing else.
    let reset = ada.makes_reset_link(&rossi, &invited.member).is(201).reset_token();
    bob.accepts_signed_in(&invited).is(201);
    bob.accepts(&invited).is(201);
    world.ask("POST", "/v1/password-resets/preview").json(&json!({"token": reset})).send().is(200);
    assert_eq!(ada.sees(&rossi, &invited.member).is(200).at("/access/status"), "active");
    // A person who had a user before.
    let invited = ada.invites(&rossi, &bea.email, "standard").invited();
    let first = bea.accepts_with_password(&invited).is(201);
    same(&first, &bea.accepts_with_password(&invited).is(201));
    same(&first, &bea.accepts_signed_in(&invited).is(201));
}

pub fn accepting_again_is_for_the_same_person_alone(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bob, eve) = (world.someone("Bob"), world.joins(&ada, &rossi, "Eve", "standard"));
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    bob.accepts(&invited).is(201);
    takes(world, &invited, "Bob", "another entirely good password").refused(410, "link_not_valid");
    takes(world, &invited, "Bob", "short").refused(410, "link_not_valid");
    eve.accepts_with_password(&invited).refused(410, "link_not_valid");
    eve.accepts_signed_in(&invited).refused(410, "link_not_valid");
    bob.previews(invited.token()).refused(410, "link_not_valid");
    // Guesses at the password through the link are limited as they are everywhere.
    for _ in 0..8 {
        takes(world, &invited, "Bob", "another entirely good password").refused(410, "link_not_valid");
    }
    takes(world, &invited, "Bob", "another entirely good password").refused(429, "too_many_attempts");
    bob.accepts_signed_in(&invited).is(201);
    // A person whose access has ended gets nothing from the link.
    ada.takes_access(&rossi, &invited.member).is(204);
    bob.accepts_signed_in(&invited).refused(410, "link_not_valid");
}

pub fn accepting_again_ends_with_the_life_of_the_link(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    bob.accepts(&invited).is(201);
    world.controls().passes(24 * 3_600 - 60);
    bob.accepts(&invited).is(201);
    world.controls().passes(60);
    bob.accepts(&invited).refused(410, "link_not_valid");
    bob.accepts_with_password(&invited).refused(410, "link_not_valid");
    // A signed-in person may repeat it after the link has expired.
    bob.accepts_signed_in(&invited).is(201);
}

pub fn an_accepted_link_opened_again_leads_into_the_account(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    bob.accepts(&invited).is(201);
    let home = format!("/accounts/{}", rossi.id);
    let link = format!("https://anywhere/invitation#{}", invited.token());
    assert_eq!(bob.submits("/invitation", &[("token", &link)]).is(303).header("location"), home);
    assert_eq!(bob.submits("/invitation/accept", &[("token", &link)]).is(303).header("location"), format!("{home}/users?done=accepted"));
    let opens = |form: &str, fields: &[(&str, &str)]| world.ask("POST", form).header("sec-fetch-site", "same-origin").form(fields).send();
    for page in [
        opens("/invitation", &[("token", &link)]),
        opens("/invitation/accept", &[("token", &link), ("existing_password", "an entirely good password")]),
        opens("/invitation/accept", &[("token", &link), ("first_name", "Eve"), ("last_name", ""), ("password", "an entirely good password")]),
        ada.submits("/invitation", &[("token", &link)]),
    ] {
        let page = page.is(410);
        assert!(page.body.contains("has been accepted") && page.body.contains(&format!("/sign-in?next={home}")), "{}", page.body);
    }
    let signs_in = [("email", bob.email.as_str()), ("password", &bob.password()), ("next", &home)];
    assert_eq!(opens("/sign-in", &signs_in).is(303).header("location"), home);
    // A link that ended in another way keeps its answer.
    let (dan, cancelled) = (world.someone("Dan"), ada.invites(&rossi, &world.someone("Dan").email, "standard").invited());
    ada.cancels_invitation(&rossi, &cancelled.member).is(204);
    assert!(dan.submits("/invitation", &[("token", cancelled.token())]).is(410).body.contains("This link does not work"));
}

pub fn a_form_of_acceptance_sent_twice_leads_in_twice(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    let home = format!("/accounts/{}/users?done=accepted", rossi.id);
    let fields = [("token", invited.token()), ("first_name", "Bob"), ("last_name", "Neri"), ("password", &bob.password())];
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let answer = world.ask("POST", "/invitation/accept").header("sec-fetch-site", "same-origin").form(&fields).send().is(303);
        assert_eq!(answer.header("location"), home);
        let mut cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let session = cookies.find_map(|cookie| cookie.strip_prefix("__Host-session=")?.split(';').next()).expect("a session").to_owned();
        world.keeps_secret(&session);
        sessions.push(session);
    }
    for session in &sessions {
        bob.uses_session(session);
        bob.opens(&format!("/accounts/{}/users", rossi.id)).is(200);
    }
    assert_ne!(sessions[0], sessions[1]);
}

pub fn a_copied_link_takes_nobody_over(world: &World) {
    let (mallory, verdi) = world.account_of("Mallory");
    let victim = world.someone("Vera");
    let squatter = victim.at_another_device();
    squatter.remembers("the long secret of a squatter");
    squatter.accepts(&mallory.invites(&verdi, &victim.email, "standard").invited()).is(201);
    let (ada, rossi) = world.account_of("Ada");
    // The page has the token in its form, so the token is not recorded as a secret here.
    let copied = ada.posts(&rossi.at("/members"), &json!({"email": victim.email, "access": {"role": "standard"}})).invited();
    assert_eq!(victim.previews(copied.token()).is(200).at("/takes_over"), false);
    victim.accepts(&copied).refused(409, "user_exists");
    victim.accepts_with_password(&copied).refused(401, "wrong_credentials");
    let page = victim.submits("/invitation", &[("token", copied.token())]).is(200);
    assert!(page.body.contains("I am new here") && !page.body.contains("never confirmed"), "{}", page.body);
    assert_eq!(squatter.gets("/v1/me").is(200).at("/email_verified"), false);
    squatter.signs_in().is(201);
}
