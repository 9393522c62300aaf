//! The owner of the mailbox wins (design §6): a squatter used a copied link first, and the owner of the address is invited by e-mail.

use serde_json::json;

use super::emails::{confirms, subjects, token_to};
use crate::support::people::{Invited, Person};
use crate::support::world::{Account, CacheState, World};

/// Vera, whose address Mallory's account invited, and a squatter who used the copied link first: a user whom nobody confirmed.
struct Squatted {
    vera: Person,
    squatter: Person,
    mallory: Person,
    verdi: Account,
    user_id: String,
}

fn squatted(world: &World, name: &str) -> Squatted {
    let (mallory, verdi) = world.account_of(&format!("Mallory{name}"));
    let vera = world.someone(&format!("Vera{name}"));
    let copied = mallory.invites(&verdi, &vera.email, "admin").invited();
    let squatter = vera.at_another_device();
    squatter.remembers("the long words of whoever came first");
    let body = json!({"token": copied.token(), "first_name": "Squat", "last_name": "Ter", "password": squatter.password()});
    let accepted = world.ask("POST", "/v1/invitations/accept").json(&body).send().is(201);
    squatter.uses_session(&accepted.text("/session_token"));
    vera.uses_session("");
    Squatted { vera, squatter, mallory, verdi, user_id: accepted.text("/user/id") }
}

/// Invites the person and returns the mailed link.
fn mailed(world: &World, inviter: &Person, account: &Account, person: &Person) -> Invited {
    let member = inviter.invites(account, &person.email, "standard").invited().member;
    let token = token_to(world, &person.email, "invitation");
    Invited { member, link: format!("https://anywhere/invitation#{token}") }
}

pub fn who_holds_the_mailbox_takes_the_user_over(world: &World) {
    let Squatted { vera, squatter, verdi, user_id, .. } = squatted(world, "");
    let (ada, rossi) = world.account_of("Ada");
    let link = mailed(world, &ada, &rossi, &vera);
    assert_eq!(vera.previews(link.token()).is(200).at("/takes_over"), true);
    let weak = json!({"token": link.token(), "first_name": "Vera", "last_name": "Neri", "password": vera.email});
    world.ask("POST", "/v1/invitations/accept").json(&weak).send().refused_field("/password", "guessable");
    squatter.gets("/v1/me").is(200);
    let before = world.controls().emails().len();
    let accepted = vera.accepts(&link).is(201);
    assert_eq!((accepted.text("/user/id"), accepted.text("/account_id")), (user_id.clone(), rossi.id.clone()));
    assert_eq!(
        (accepted.at("/user/first_name"), accepted.at("/user/last_name"), accepted.at("/user/email_verified")),
        (json!(vera.name), json!("Neri"), json!(true))
    );
    squatter.gets("/v1/me").refused(401, "not_signed_in");
    squatter.signs_in().refused(401, "wrong_credentials");
    vera.signs_in().is(201);
    // Access that was given to the address stays.
    assert_eq!(vera.gets(&verdi.at("")).is(200).at("/role"), "admin");
    assert_eq!(vera.gets(&rossi.at("")).is(200).at("/role"), "standard");
    let notices = world.controls().emails().split_off(before);
    assert_eq!((notices.len(), notices[0].to.as_str(), notices[0].subject.as_str()), (1, vera.email.as_str(), "Your password was changed"));
    let event = ada.gets(&rossi.at("/audit-events?limit=1")).is(200).data().remove(0);
    assert_eq!((&event["action"], &event["after"]["takes_over"], &event["actor"]["user_id"]), (&json!("invitation.accepted"), &json!(true), &json!(user_id)));
    // A repeat gives the same result. The link that was shown stays invalid.
    assert_eq!(vera.accepts(&link).is(201).text("/user/id"), user_id);
    squatter.accepts_with_password(&link).refused(410, "link_not_valid");
    assert_eq!(world.controls().select(&format!("SELECT id FROM user WHERE email_key = '{}'", vera.email)).len(), 1);
}

pub fn the_page_of_a_mailed_invitation_takes_the_user_over(world: &World) {
    let Squatted { vera, squatter, .. } = squatted(world, "");
    let (ada, rossi) = world.account_of("Ada");
    let link = mailed(world, &ada, &rossi, &vera);
    let sends = |page: &str, fields: &[(&str, &str)]| world.ask("POST", page).header("sec-fetch-site", "same-origin").form(fields).send();
    let page = sends("/invitation", &[("token", &link.link)]).is(200);
    assert!(
        page.body.contains("This address already has a user that was never confirmed.") && page.body.contains("Choose a new password to take it over"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("autocomplete=\"given-name\" required"), "the names are kept where none is given");
    assert!(sends("/invitation", &[("token", &link.link), ("lang", "it")]).is(200).body.contains("Scegli una nuova password per prenderne possesso"));
    // The form for existing users compares the password and sets none.
    sends("/invitation/accept", &[("token", &link.link), ("existing_password", "not the password of anybody")]).is(401);
    let again = sends("/invitation/accept", &[("token", &link.link), ("first_name", "Vera"), ("last_name", ""), ("password", "short")]).is(422);
    assert!(again.body.contains("Choose a new password to take it over") && again.body.contains("value=\"Vera\""), "{}", again.body);
    squatter.signs_in().is(201);
    let password = vera.password();
    let entered = sends("/invitation/accept", &[("token", &link.link), ("first_name", ""), ("last_name", ""), ("password", &password)]).is(303);
    assert_eq!(entered.header("location"), format!("/accounts/{}/users?done=accepted", rossi.id));
    squatter.gets("/v1/me").refused(401, "not_signed_in");
    vera.signs_in().is(201);
    let me = vera.gets("/v1/me").is(200);
    assert_eq!((me.at("/first_name"), me.at("/email_verified")), ("Squat".into(), true.into()));
}

pub fn a_mailed_invitation_needs_no_names_to_take_over(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let first = squatted(world, "1");
    let link = mailed(world, &ada, &rossi, &first.vera);
    let accepted = first.vera.accepts_with_password(&link).is(201);
    assert_eq!((accepted.text("/user/id"), accepted.at("/user/last_name"), accepted.at("/user/email_verified")), (first.user_id, json!("Ter"), json!(true)));
    first.squatter.gets("/v1/me").refused(401, "not_signed_in");
    // A person with both mailbox and password is the same person: only the address becomes confirmed.
    let second = squatted(world, "2");
    let link = mailed(world, &ada, &rossi, &second.vera);
    let before = subjects(world, &second.vera).len();
    let owner = second.squatter.at_another_device();
    assert_eq!(owner.accepts_with_password(&link).is(201).at("/user/email_verified"), true);
    second.squatter.gets("/v1/me").is(200);
    assert_eq!(subjects(world, &second.vera).len(), before);
}

pub fn nothing_a_squatter_set_up_lets_them_back_in(world: &World) {
    let Squatted { vera, squatter, mallory, verdi, .. } = squatted(world, "");
    let member = mallory.member_id(&verdi, &vera.email);
    let reset = mallory.makes_reset_link(&verdi, &member).is(201).reset_token();
    let elsewhere = format!("squatter.{}@example.com", world.tag());
    squatter.asks_for_address(&elsewhere).is(202);
    let change = token_to(world, &elsewhere, "email-change");
    squatter.posts("/v1/me/email-verification", &json!({})).is(202);
    let verification = token_to(world, &vera.email, "verification");
    let friend = world.someone("Friend");
    let invited = squatter.invites(&verdi, &friend.email, "admin").invited();
    let other = world.joins(&mallory, &verdi, "Otto", "standard");
    let others = squatter.makes_reset_link(&verdi, &mallory.member_id(&verdi, &other.email)).is(201).reset_token();
    let kept = mallory.invites(&verdi, &world.someone("Kept").email, "standard").invited();

    let (ada, rossi) = world.account_of("Ada");
    vera.accepts(&mailed(world, &ada, &rossi, &vera)).is(201);
    squatter.gets("/v1/me").refused(401, "not_signed_in");
    for token in [&reset, &others] {
        world.ask("POST", "/v1/password-resets/preview").json(&json!({"token": token})).send().refused(410, "link_not_valid");
        squatter.resets_with(token, "entirely different words").refused(410, "link_not_valid");
    }
    world.ask("POST", "/v1/email-changes/confirm").json(&json!({"token": change})).send().refused(410, "link_not_valid");
    // The squatter's pending e-mail link confirms nothing new and gives no access.
    confirms(world, &verification).is(204);
    friend.previews(invited.token()).refused(410, "link_not_valid");
    friend.accepts(&invited).refused(410, "link_not_valid");
    // Links that others made stay.
    world.someone("Kept").accepts(&kept).is(201);
    vera.signs_in().is(201);
    assert_eq!(vera.gets("/v1/me").is(200).at("/email"), vera.email.as_str());
}

pub fn an_invitation_never_sets_the_password_of_a_confirmed_user(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.account_of("Bea");
    let bob = world.someone("Bob");
    bob.accepts(&mailed(world, &ada, &rossi, &bob)).is(201);
    let link = mailed(world, &bea, &bianchi, &bob);
    assert_eq!(bob.previews(link.token()).is(200).at("/takes_over"), false);
    let other = bob.at_another_device();
    other.remembers("entirely different words");
    other.accepts(&link).refused(409, "user_exists");
    other.accepts_with_password(&link).refused(401, "wrong_credentials");
    let fields = [("token", link.token()), ("first_name", "Bob"), ("last_name", "Neri"), ("password", "entirely different words")];
    assert!(bob.submits("/invitation", &[("token", &link.link)]).is(200).body.contains("the person this invitation is for"));
    world.ask("POST", "/invitation/accept").header("sec-fetch-site", "same-origin").form(&fields).send().is(409);
    bob.gets("/v1/me").is(200);
    bob.signs_in().is(201);
    bob.accepts_with_password(&link).is(201);
}

pub fn a_preview_of_a_moment_ago_misleads_nobody(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let vera = world.someone("Vera1");
    // The copy was made before the squatter accepted.
    let link = mailed(world, &ada, &rossi, &vera);
    let first = squatted(world, "1");
    assert_eq!(vera.previews(link.token()).is(200).at("/takes_over"), false);
    assert_eq!(vera.accepts(&link).is(201).text("/user/id"), first.user_id);
    first.squatter.gets("/v1/me").refused(401, "not_signed_in");
    // The copy was made before the owner confirmed the address.
    let second = squatted(world, "2");
    let link = mailed(world, &ada, &rossi, &second.vera);
    let owner = second.squatter;
    owner.posts("/v1/me/email-verification", &json!({})).is(202);
    confirms(world, &token_to(world, &owner.email, "verification")).is(204);
    assert_eq!(owner.previews(link.token()).is(200).at("/takes_over"), true);
    let fields = [("token", link.token()), ("first_name", ""), ("last_name", ""), ("password", "entirely different words")];
    let page = world.ask("POST", "/invitation/accept").header("sec-fetch-site", "same-origin").form(&fields).send().is(409);
    assert!(page.body.contains("You have a user already") && !page.body.contains("never confirmed"), "{}", page.body);
    second.vera.accepts(&link).refused(409, "user_exists");
    world.controls().tokens_are(CacheState::Down);
    assert_eq!(owner.previews(link.token()).is(200).at("/takes_over"), false);
    owner.accepts_with_password(&link).is(201);
}

/// Returns the text of a person's own history.
fn history(person: &Person) -> String {
    person.opens("/me/communications").is(200);
    person.gets("/v1/me/communications").is(200).body
}

pub fn a_squatter_reads_no_invitation_of_others(world: &World) {
    let Squatted { vera, squatter, mallory, verdi, .. } = squatted(world, "");
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.account_of("Bea");
    let link = mailed(world, &ada, &rossi, &vera);
    let tells = |person: &Person, of: &Account| history(person).contains(&of.name);
    assert!(!tells(&squatter, &rossi) && !history(&squatter).contains("Ada"));
    assert!(!squatter.opens("/me/communications").is(200).body.contains("Invitation to"));
    // Communications of the account to its members stay visible.
    mallory.prefers(&verdi, &mallory.member_id(&verdi, &vera.email), &["support"]).is(200);
    mallory.sends(&verdi, "support", "Ticket").is(201);
    assert!(history(&squatter).contains("Ticket"));
    // Once the address is confirmed, its owner sees what was sent to it.
    vera.accepts(&link).is(201);
    squatter.gets("/v1/me/communications").refused(401, "not_signed_in");
    assert!(tells(&vera, &rossi) && history(&vera).contains("Ticket"));
    let id = vera
        .gets("/v1/me/communications")
        .is(200)
        .data()
        .iter()
        .find(|one| one["subject"].as_str().is_some_and(|text| text.contains(&rossi.name)))
        .expect("the e-mail")["id"]
        .clone();
    let id = id.as_str().expect("an id").to_owned();
    assert!(vera.gets(&format!("/v1/me/communications/{id}")).is(200).text("/text").contains("Ada"));

    // A squatter who changes to another address keeps no access to these e-mails.
    let second = squatted(world, "2");
    bea.invites(&bianchi, &second.vera.email, "standard").is(201);
    let own = format!("own.{}@example.com", world.tag());
    second.squatter.asks_for_address(&own).is(202);
    let change = token_to(world, &own, "email-change");
    world.ask("POST", "/v1/email-changes/confirm").json(&json!({"token": change})).send().is(204);
    assert_eq!(second.squatter.gets("/v1/me").is(200).at("/email_verified"), true);
    assert!(!tells(&second.squatter, &bianchi) && !history(&second.squatter).contains("Bea"));
    let mail = Invited { member: String::new(), link: format!("https://anywhere/invitation#{}", token_to(world, &second.vera.email, "invitation")) };
    assert_ne!(second.vera.accepts(&mail).is(201).text("/user/id"), second.user_id);
    assert!(tells(&second.vera, &bianchi) && !tells(&second.squatter, &bianchi));
}

pub fn forgot_password_ends_what_a_squatter_made_for_others(world: &World) {
    let Squatted { vera, squatter, mallory, verdi, .. } = squatted(world, "");
    let friend = world.someone("Friend");
    let invited = squatter.invites(&verdi, &friend.email, "admin").invited();
    let other = world.joins(&mallory, &verdi, "Otto", "standard");
    let reset = squatter.makes_reset_link(&verdi, &mallory.member_id(&verdi, &other.email)).is(201).reset_token();
    let kept = mallory.invites(&verdi, &world.someone("Kept").email, "standard").invited();
    // A copied link confirms nothing and ends none of this.
    let shown = mallory.makes_reset_link(&verdi, &mallory.member_id(&verdi, &vera.email)).is(201).reset_token();
    vera.resets_with(&shown, "the words of whoever was handed it").is(204);
    friend.previews(invited.token()).is(200);

    vera.forgets_password().is(202);
    vera.resets_with(&token_to(world, &vera.email, "reset"), "entirely different words").is(204);
    squatter.gets("/v1/me").refused(401, "not_signed_in");
    friend.previews(invited.token()).refused(410, "link_not_valid");
    friend.accepts(&invited).refused(410, "link_not_valid");
    world.ask("POST", "/v1/password-resets/preview").json(&json!({"token": reset})).send().refused(410, "link_not_valid");
    squatter.resets_with(&reset, "the words of an intruder").refused(410, "link_not_valid");
    // Links that others made stay.
    world.someone("Kept").accepts(&kept).is(201);
    vera.signs_in().is(201);
    assert_eq!(vera.gets("/v1/me").is(200).at("/email_verified"), true);

    // An administrator with a confirmed address who only forgot the password keeps the links they made.
    let gina = world.someone("Gina");
    let sent = vera.invites(&verdi, &gina.email, "standard").invited();
    vera.forgets_password().is(202);
    vera.resets_with(&token_to(world, &vera.email, "reset"), "once more different words").is(204);
    gina.accepts(&sent).is(201);
}

pub fn a_reset_link_that_was_shown_leaves_the_mailbox_unproven(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let vera = world.someone("Vera");
    vera.accepts(&mailed(world, &ada, &rossi, &vera)).is(201);
    assert_eq!(vera.gets("/v1/me").is(200).at("/email_verified"), true);
    let link = mailed(world, &bea, &bianchi, &vera);
    // Ada is shown a link for a person of her account and uses it herself.
    let shown = ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &vera.email)).is(201).reset_token();
    let intruder = vera.at_another_device();
    intruder.resets_with(&shown, "the words of an intruder").is(204);
    intruder.signs_in().is(201);
    assert_eq!(intruder.gets("/v1/me").is(200).at("/email_verified"), false);
    let read = history(&intruder);
    assert!(!read.contains(&bianchi.name) && !read.contains("Bea"), "{read}");
    assert!(intruder.opens("/me").is(200).body.contains("Send me a confirmation link"));
    // Vera uses the mailed link and takes over her user.
    vera.accepts(&link).is(201);
    intruder.gets("/v1/me").refused(401, "not_signed_in");
    assert_eq!(vera.gets("/v1/me").is(200).at("/email_verified"), true);
    assert!(history(&vera).contains(&bianchi.name));
}
