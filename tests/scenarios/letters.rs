//! Letters as people get them: what they are told, what proves a mailbox, what is never mailed, and how many are too many.

use serde_json::json;

use crate::support::people::{Invited, Person};
use crate::support::town::{Account, Town};

/// The token of the last letter to somebody with a link to this page.
fn token_to(town: &Town, email: &str, page: &str) -> String {
    let mark = format!("/{page}#");
    let letter = town.powers().letters().into_iter().rfind(|letter| letter.to == email && letter.text.contains(&mark)).expect("a letter with a link");
    letter.text.split(&mark).nth(1).expect("a link").split_whitespace().next().expect("a token").to_owned()
}

fn confirms(town: &Town, token: &str) -> crate::support::door::Reply {
    town.ask("POST", "/v1/email-verifications/confirm").json(&json!({ "token": token })).send()
}

pub fn who_came_by_a_copied_link_confirms_the_address_by_a_letter(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.joins(&ada, &rossi, "Bob", "standard");
    assert!(bob.opens("/me").is(200).body.contains("/me/verification"));
    bob.posts("/v1/me/email-verification", &json!({})).is(202);
    let token = token_to(town, &bob.email, "verification");
    town.keeps_secret(&token);
    assert_eq!(bob.gets("/v1/me").is(200).at("/email_verified"), false, "a letter proves nothing until its link comes back");
    // What only opens links confirms nothing.
    town.ask("GET", "/verification").send().is(200);
    confirms(town, &token).is(204);
    assert_eq!(bob.gets("/v1/me").is(200).at("/email_verified"), true);
    confirms(town, &token).refused(410, "link_not_valid");
    assert!(!bob.opens("/me").is(200).body.contains("/me/verification"));
    // Confirmed already: nothing leaves, and from now on a forgotten password is reset by mail.
    let before = town.powers().letters().len();
    bob.posts("/v1/me/email-verification", &json!({})).is(202);
    assert_eq!(town.powers().letters().len(), before);
    bob.forgets_password().is(202);
    bob.resets_with(&token_to(town, &bob.email, "reset"), "entirely different words").is(204);
}

pub fn the_page_of_a_confirmation_link_works_without_javascript(town: &Town) {
    let (ada, _) = town.account_of("Ada");
    ada.submits("/me/verification", &[]).is(303);
    let link = format!("https://anywhere/verification#{}", token_to(town, &ada.email, "verification"));
    let confirmed = ada.submits("/verification", &[("token", &link)]).is(303);
    assert_eq!(confirmed.header("location"), "/me?done=email_verified");
    assert!(ada.opens("/me?done=email_verified").is(200).body.contains("is confirmed"));
    ada.submits("/verification", &[("token", &link)]).is(410);
}

pub fn an_old_or_foreign_confirmation_link_proves_nothing(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    ada.posts("/v1/me/email-verification", &json!({})).is(202);
    let token = token_to(town, &ada.email, "verification");
    ada.invites(&rossi, &town.someone("Bob").email, "standard").is(201);
    confirms(town, &token_to(town, &town.someone("Bob").email, "invitation")).refused(410, "link_not_valid");
    confirms(town, "nothing").refused(410, "link_not_valid");
    town.powers().passes(86_401);
    confirms(town, &token).refused(410, "link_expired");
    assert_eq!(ada.gets("/v1/me").is(200).at("/email_verified"), false);
}

pub fn without_mail_nobody_is_promised_a_letter(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    ada.posts("/v1/me/email-verification", &json!({})).refused(409, "needs_mail");
    town.ask("POST", "/v1/me/email-verification").send().refused(401, "not_signed_in");
    assert!(!ada.opens("/me").is(200).body.contains("/me/verification"));
    let member = ada.invites(&rossi, &town.someone("Bob").email, "standard").invited().member;
    let page = ada.opens(&format!("/accounts/{}/users/{member}", rossi.id)).is(200);
    assert!(page.body.contains("No letter left"), "{}", page.body);
    let shown = ada.submits(&format!("/accounts/{}/users/{member}/invitation", rossi.id), &[("version", "1")]).is(200);
    assert!(shown.body.contains("copy the link and send it yourself") && shown.body.contains("/invitation#"), "{}", shown.body);
    assert!(town.ask("GET", "/forgot-password").send().is(200).body.contains("An admin of your account"));
}

/// What the letters to somebody are about.
fn subjects(town: &Town, who: &Person) -> Vec<String> {
    town.powers().letters().into_iter().filter(|letter| letter.to == who.email).map(|letter| letter.subject).collect()
}

pub fn people_are_told_what_was_done_to_their_access(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let before = subjects(town, &bob).len();
    ada.gives_role(&rossi, &member, "admin").is(200);
    // The same role again is no change, and what one does to oneself one knows.
    ada.gives_role(&rossi, &member, "admin").is(200);
    bob.gives_role(&rossi, &member, "standard").is(200);
    ada.suspends(&rossi, &member, true).is(200);
    ada.suspends(&rossi, &member, true).is(200);
    ada.suspends(&rossi, &member, false).is(200);
    ada.takes_access(&rossi, &member).is(204);
    let told = subjects(town, &bob).split_off(before);
    let expected = ["Your role in", "Your access to", "You can enter", "Your access to"];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    assert!(told.iter().zip(expected).all(|(subject, start)| subject.starts_with(start) && subject.contains(&rossi.name)), "{told:?}");
    let letter = town.powers().letters().into_iter().rfind(|letter| letter.subject.starts_with("Your role")).expect("a letter");
    assert!(letter.text.contains("Ada Neri") && letter.text.contains("Admin"), "{}", letter.text);
}

fn states(town: &Town, letter: &str) -> Vec<(String, String)> {
    let rows = town.powers().select(&format!("SELECT status, failure FROM delivery WHERE letter = '{letter}' ORDER BY created_at, id"));
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(row, "status"), text(row, "failure"))).collect()
}

pub fn a_dead_link_is_never_mailed(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.someone("Bob");
    let before = states(town, "invitation").len();
    town.powers().mail_fails(true);
    let member = ada.invites(&rossi, &bob.email, "standard").invited().member;
    ada.renews_link(&rossi, &member).is(201);
    town.powers().mail_fails(false);
    town.powers().passes(61);
    town.powers().job_runs();
    let superseded = ("failed".to_owned(), "superseded".to_owned());
    assert_eq!(states(town, "invitation").split_off(before), [superseded.clone(), ("sent".to_owned(), String::new())]);
    bob.previews(&token_to(town, &bob.email, "invitation")).is(200);
    // Cancelled, and expired, while the provider was away.
    for (number, end) in ["cancelled", "expired"].into_iter().enumerate() {
        town.powers().mail_fails(true);
        let member = ada.invites(&rossi, &format!("late{number}.{}@example.com", town.tag()), "standard").invited().member;
        if end == "cancelled" {
            ada.cancels_invitation(&rossi, &member).is(204);
        }
        town.powers().mail_fails(false);
        town.powers().passes(if end == "expired" { 86_401 } else { 61 });
        town.powers().job_runs();
        assert_eq!(states(town, "invitation").pop(), Some(superseded.clone()), "{end}");
    }
}

pub fn nobody_is_mail_bombed_through_us(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let bob = town.someone("Bob");
    let member = ada.invites(&rossi, &bob.email, "standard").invited().member;
    let mut last = None;
    for _ in 0..30 {
        last = Some(ada.renews_link(&rossi, &member).is(201));
    }
    let letters = |town: &Town| town.powers().letters().into_iter().filter(|letter| letter.to == bob.email).count();
    assert_eq!(letters(town), 20);
    // The answer says nothing of it: the link is there, the letter under way. Its row is true, and so is the page.
    let last = last.expect("an answer");
    assert!(last.text("/link").contains("/invitation#") && last.text("/delivery/status") == "queued", "{}", last.told());
    let seen = ada.sees(&rossi, &member).is(200);
    assert_eq!((seen.text("/invitation/delivery/status"), seen.text("/invitation/delivery/failure")), ("failed".into(), "limit".into()));
    let page = ada.opens(&format!("/accounts/{}/users/{member}", rossi.id)).is(200);
    assert!(page.body.contains("too many letters in an hour"), "{}", page.body);
    // What others cause does not keep one from what one asks for oneself; and the hour ends.
    bob.accepts(&last.invited()).is(201);
    bob.posts("/v1/me/email-verification", &json!({})).is(202);
    assert_eq!(letters(town), 21);
    town.powers().passes(3_601);
    let (vera, verdi) = another(town);
    vera.invites(&verdi, &bob.email, "standard").is(201);
    assert_eq!(letters(town), 22);
}

fn another(town: &Town) -> (Person, Account) {
    town.account_of("Vera")
}

pub fn confirmation_letters_are_asked_for_now_and_then(town: &Town) {
    let (ada, _) = town.account_of("Ada");
    for _ in 0..3 {
        ada.posts("/v1/me/email-verification", &json!({})).is(202);
    }
    ada.posts("/v1/me/email-verification", &json!({})).refused(429, "too_many_attempts");
    town.powers().passes(901);
    ada.posts("/v1/me/email-verification", &json!({})).is(202);
}

pub fn a_letter_that_waits_says_why_on_the_page(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    town.powers().mail_fails(true);
    let member = ada.invites(&rossi, &town.someone("Bob").email, "standard").invited().member;
    let path = format!("/accounts/{}/users/{member}", rossi.id);
    let page = ada.opens(&path).is(200);
    assert!(page.body.contains("the provider answered 500") && page.body.contains("another follows"), "{}", page.body);
    town.powers().mail_fails(false);
    town.powers().passes(61);
    town.powers().job_runs();
    assert!(!ada.opens(&path).is(200).body.contains("the provider answered 500"));
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/invitation/delivery/status"), "sent");
}

pub fn what_waits_when_mail_is_switched_off_says_that_it_was_not_sent(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let member = ada.invites(&rossi, &town.someone("Bob").email, "standard").invited().member;
    town.powers().fill("UPDATE delivery SET status = 'queued', next_attempt_at = created_at");
    town.powers().job_runs();
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/invitation/delivery/status"), "not_sent");
}

pub fn a_stranger_keeps_no_letter_from_its_reader(town: &Town) {
    let (ada, _) = town.account_of("Ada");
    let (mallory, _) = town.account_of("Mallory");
    ada.posts("/v1/me/email-verification", &json!({})).is(202);
    confirms(town, &token_to(town, &ada.email, "verification")).is(204);
    for _ in 0..2 {
        for _ in 0..10 {
            mallory.asks_for_address(&ada.email).is(202);
        }
        mallory.asks_for_address(&ada.email).refused(429, "too_many_attempts");
        town.powers().passes(901);
    }
    mallory.asks_for_address(&ada.email).is(202);
    let before = subjects(town, &ada).len();
    ada.forgets_password().is(202);
    assert!(!token_to(town, &ada.email, "reset").is_empty());
    ada.changes_password(&ada.password(), "entirely different words").is(204);
    assert_eq!(subjects(town, &ada).len(), before + 2, "{:?}", subjects(town, &ada));
}

pub fn one_mailbox_in_two_spellings_is_one_reader(town: &Town) {
    let (mallory, _) = town.account_of("Mallory");
    let spellings = ["\u{e8}va", "\u{c8}va"].map(|name| format!("{name}.{}@example.com", town.tag()));
    for _ in 0..3 {
        for number in 0..10 {
            mallory.asks_for_address(&spellings[number % 2]).is(202);
        }
        town.powers().passes(901);
    }
    assert_eq!(town.powers().letters().iter().filter(|letter| spellings.contains(&letter.to)).count(), 20);
}

/// Vera, whose address Mallory's account invited; and whoever opened the copied link first and chose a password: a user that nobody confirmed.
struct Squatted {
    vera: Person,
    squatter: Person,
    mallory: Person,
    verdi: Account,
    user_id: String,
}

fn squatted(town: &Town, name: &str) -> Squatted {
    let (mallory, verdi) = town.account_of(&format!("Mallory{name}"));
    let vera = town.someone(&format!("Vera{name}"));
    let copied = mallory.invites(&verdi, &vera.email, "admin").invited();
    let squatter = vera.at_another_device();
    squatter.remembers("the long words of whoever came first");
    let body = json!({"token": copied.token(), "first_name": "Squat", "last_name": "Ter", "password": squatter.password()});
    let accepted = town.ask("POST", "/v1/invitations/accept").json(&body).send().is(201);
    squatter.carries(&accepted.text("/session_token"));
    vera.carries("");
    Squatted { vera, squatter, mallory, verdi, user_id: accepted.text("/user/id") }
}

/// The account invites the person, and this is the link in the letter.
fn mailed(town: &Town, inviter: &Person, account: &Account, person: &Person) -> Invited {
    let member = inviter.invites(account, &person.email, "standard").invited().member;
    let token = token_to(town, &person.email, "invitation");
    Invited { member, link: format!("https://anywhere/invitation#{token}") }
}

pub fn who_holds_the_mailbox_takes_the_user_over(town: &Town) {
    let Squatted { vera, squatter, verdi, user_id, .. } = squatted(town, "");
    let (ada, rossi) = town.account_of("Ada");
    let link = mailed(town, &ada, &rossi, &vera);
    assert_eq!(vera.previews(link.token()).is(200).at("/takes_over"), true);
    let weak = json!({"token": link.token(), "first_name": "Vera", "last_name": "Neri", "password": vera.email});
    town.ask("POST", "/v1/invitations/accept").json(&weak).send().refused_field("/password", "guessable");
    squatter.gets("/v1/me").is(200);
    let before = town.powers().letters().len();
    let accepted = vera.accepts(&link).is(201);
    assert_eq!((accepted.text("/user/id"), accepted.text("/account_id")), (user_id.clone(), rossi.id.clone()));
    assert_eq!(
        (accepted.at("/user/first_name"), accepted.at("/user/last_name"), accepted.at("/user/email_verified")),
        (json!(vera.name), json!("Neri"), json!(true))
    );
    squatter.gets("/v1/me").refused(401, "not_signed_in");
    squatter.signs_in().refused(401, "wrong_credentials");
    vera.signs_in().is(201);
    // What was given to the address stays with the address.
    assert_eq!(vera.gets(&verdi.at("")).is(200).at("/role"), "admin");
    assert_eq!(vera.gets(&rossi.at("")).is(200).at("/role"), "standard");
    let told = town.powers().letters().split_off(before);
    assert_eq!((told.len(), told[0].to.as_str(), told[0].subject.as_str()), (1, vera.email.as_str(), "Your password was changed"));
    let told = ada.gets(&rossi.at("/audit-events?limit=1")).is(200).data().remove(0);
    assert_eq!((&told["action"], &told["after"]["takes_over"], &told["actor"]["user_id"]), (&json!("invitation.accepted"), &json!(true), &json!(user_id)));
    // The same again is the same result; the link that was shown stays dead with it.
    assert_eq!(vera.accepts(&link).is(201).text("/user/id"), user_id);
    squatter.accepts_with_password(&link).refused(410, "link_not_valid");
    assert_eq!(town.powers().select(&format!("SELECT id FROM user WHERE email_key = '{}'", vera.email)).len(), 1);
}

pub fn the_page_of_a_mailed_invitation_takes_the_user_over(town: &Town) {
    let Squatted { vera, squatter, .. } = squatted(town, "");
    let (ada, rossi) = town.account_of("Ada");
    let link = mailed(town, &ada, &rossi, &vera);
    let sends = |page: &str, fields: &[(&str, &str)]| town.ask("POST", page).header("sec-fetch-site", "same-origin").form(fields).send();
    let page = sends("/invitation", &[("token", &link.link)]).is(200);
    assert!(
        page.body.contains("This address already has a user that was never confirmed.") && page.body.contains("Choose a new password to take it over"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("autocomplete=\"given-name\" required"), "the names are kept where none is given");
    assert!(sends("/invitation", &[("token", &link.link), ("lang", "it")]).is(200).body.contains("Scegli una nuova password per prenderne possesso"));
    // The way of whoever has a user compares, and sets nothing.
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

pub fn a_mailed_invitation_needs_no_names_to_take_over(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let first = squatted(town, "1");
    let link = mailed(town, &ada, &rossi, &first.vera);
    let accepted = first.vera.accepts_with_password(&link).is(201);
    assert_eq!((accepted.text("/user/id"), accepted.at("/user/last_name"), accepted.at("/user/email_verified")), (first.user_id, json!("Ter"), json!(true)));
    first.squatter.gets("/v1/me").refused(401, "not_signed_in");
    // Who has both the mailbox and the password is nobody else: nothing changes but that the address is confirmed.
    let second = squatted(town, "2");
    let link = mailed(town, &ada, &rossi, &second.vera);
    let before = subjects(town, &second.vera).len();
    let owner = second.squatter.at_another_device();
    assert_eq!(owner.accepts_with_password(&link).is(201).at("/user/email_verified"), true);
    second.squatter.gets("/v1/me").is(200);
    assert_eq!(subjects(town, &second.vera).len(), before);
}

pub fn nothing_a_squatter_set_up_lets_them_back_in(town: &Town) {
    let Squatted { vera, squatter, mallory, verdi, .. } = squatted(town, "");
    let member = mallory.member_id(&verdi, &vera.email);
    let reset = mallory.makes_reset_link(&verdi, &member).is(201).reset_token();
    let elsewhere = format!("squatter.{}@example.com", town.tag());
    squatter.asks_for_address(&elsewhere).is(202);
    let change = token_to(town, &elsewhere, "email-change");
    squatter.posts("/v1/me/email-verification", &json!({})).is(202);
    let verification = token_to(town, &vera.email, "verification");
    let friend = town.someone("Friend");
    let invited = squatter.invites(&verdi, &friend.email, "admin").invited();
    let other = town.joins(&mallory, &verdi, "Otto", "standard");
    let others = squatter.makes_reset_link(&verdi, &mallory.member_id(&verdi, &other.email)).is(201).reset_token();
    let kept = mallory.invites(&verdi, &town.someone("Kept").email, "standard").invited();

    let (ada, rossi) = town.account_of("Ada");
    vera.accepts(&mailed(town, &ada, &rossi, &vera)).is(201);
    squatter.gets("/v1/me").refused(401, "not_signed_in");
    for token in [&reset, &others] {
        town.ask("POST", "/v1/password-resets/preview").json(&json!({"token": token})).send().refused(410, "link_not_valid");
        squatter.resets_with(token, "entirely different words").refused(410, "link_not_valid");
    }
    town.ask("POST", "/v1/email-changes/confirm").json(&json!({"token": change})).send().refused(410, "link_not_valid");
    confirms(town, &verification).refused(410, "link_not_valid");
    friend.previews(invited.token()).refused(410, "link_not_valid");
    friend.accepts(&invited).refused(410, "link_not_valid");
    // What others made is theirs.
    town.someone("Kept").accepts(&kept).is(201);
    vera.signs_in().is(201);
    assert_eq!(vera.gets("/v1/me").is(200).at("/email"), vera.email.as_str());
}

pub fn an_invitation_never_sets_the_password_of_a_confirmed_user(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let (bea, bianchi) = town.account_of("Bea");
    let bob = town.someone("Bob");
    bob.accepts(&mailed(town, &ada, &rossi, &bob)).is(201);
    let link = mailed(town, &bea, &bianchi, &bob);
    assert_eq!(bob.previews(link.token()).is(200).at("/takes_over"), false);
    let other = bob.at_another_device();
    other.remembers("entirely different words");
    other.accepts(&link).refused(409, "user_exists");
    other.accepts_with_password(&link).refused(401, "wrong_credentials");
    let fields = [("token", link.token()), ("first_name", "Bob"), ("last_name", "Neri"), ("password", "entirely different words")];
    assert!(bob.submits("/invitation", &[("token", &link.link)]).is(200).body.contains("the person this invitation is for"));
    town.ask("POST", "/invitation/accept").header("sec-fetch-site", "same-origin").form(&fields).send().is(409);
    bob.gets("/v1/me").is(200);
    bob.signs_in().is(201);
    bob.accepts_with_password(&link).is(201);
}

pub fn a_preview_of_a_moment_ago_misleads_nobody(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let vera = town.someone("Vera1");
    // The copy was made before anybody had the address; the squatter came after it.
    let link = mailed(town, &ada, &rossi, &vera);
    let first = squatted(town, "1");
    assert_eq!(vera.previews(link.token()).is(200).at("/takes_over"), false);
    assert_eq!(vera.accepts(&link).is(201).text("/user/id"), first.user_id);
    first.squatter.gets("/v1/me").refused(401, "not_signed_in");
    // The copy was made while nobody had confirmed the address; its owner has done so since.
    let second = squatted(town, "2");
    let link = mailed(town, &ada, &rossi, &second.vera);
    let owner = second.squatter;
    owner.posts("/v1/me/email-verification", &json!({})).is(202);
    confirms(town, &token_to(town, &owner.email, "verification")).is(204);
    assert_eq!(owner.previews(link.token()).is(200).at("/takes_over"), true);
    let fields = [("token", link.token()), ("first_name", ""), ("last_name", ""), ("password", "entirely different words")];
    let page = town.ask("POST", "/invitation/accept").header("sec-fetch-site", "same-origin").form(&fields).send().is(409);
    assert!(page.body.contains("You have a user already") && !page.body.contains("never confirmed"), "{}", page.body);
    second.vera.accepts(&link).refused(409, "user_exists");
    town.powers().tokens_are(crate::support::town::Mood::Down);
    assert_eq!(owner.previews(link.token()).is(200).at("/takes_over"), false);
    owner.accepts_with_password(&link).is(201);
}

/// What stands in somebody's own history.
fn history(person: &Person) -> String {
    person.opens("/me/communications").is(200);
    person.gets("/v1/me/communications").is(200).body
}

pub fn a_squatter_reads_no_invitation_of_others(town: &Town) {
    let Squatted { vera, squatter, mallory, verdi, .. } = squatted(town, "");
    let (ada, rossi) = town.account_of("Ada");
    let (bea, bianchi) = town.account_of("Bea");
    let link = mailed(town, &ada, &rossi, &vera);
    let tells = |person: &Person, of: &Account| history(person).contains(&of.name);
    assert!(!tells(&squatter, &rossi) && !history(&squatter).contains("Ada"));
    assert!(!squatter.opens("/me/communications").is(200).body.contains("Invitation to"));
    // What the account one belongs to sends to its members is for them.
    mallory.prefers(&verdi, &mallory.member_id(&verdi, &vera.email), &["support"]).is(200);
    mallory.sends(&verdi, "support", "Ticket").is(201);
    assert!(history(&squatter).contains("Ticket"));
    // The mailbox is proven: what came to it is its owner's.
    vera.accepts(&link).is(201);
    squatter.gets("/v1/me/communications").refused(401, "not_signed_in");
    assert!(tells(&vera, &rossi) && history(&vera).contains("Ticket"));
    let id = vera
        .gets("/v1/me/communications")
        .is(200)
        .data()
        .iter()
        .find(|one| one["subject"].as_str().is_some_and(|text| text.contains(&rossi.name)))
        .expect("the letter")["id"]
        .clone();
    let id = id.as_str().expect("an id").to_owned();
    assert!(vera.gets(&format!("/v1/me/communications/{id}")).is(200).text("/text").contains("Ada"));

    // A squatter who goes on to an address of their own takes no letter along.
    let second = squatted(town, "2");
    bea.invites(&bianchi, &second.vera.email, "standard").is(201);
    let own = format!("own.{}@example.com", town.tag());
    second.squatter.asks_for_address(&own).is(202);
    let change = token_to(town, &own, "email-change");
    town.ask("POST", "/v1/email-changes/confirm").json(&json!({"token": change})).send().is(204);
    assert_eq!(second.squatter.gets("/v1/me").is(200).at("/email_verified"), true);
    assert!(!tells(&second.squatter, &bianchi) && !history(&second.squatter).contains("Bea"));
    let letter = Invited { member: String::new(), link: format!("https://anywhere/invitation#{}", token_to(town, &second.vera.email, "invitation")) };
    assert_ne!(second.vera.accepts(&letter).is(201).text("/user/id"), second.user_id);
    assert!(tells(&second.vera, &bianchi) && !tells(&second.squatter, &bianchi));
}
