//! A change was made and the database's reply was lost. The answer says nothing untrue about it (design §6, "When an answer is lost we do not guess").

use portineria::router::ROUTES;
use serde_json::json;

use super::emails::token_to;
use super::fixtures::Fixtures;
use super::repeats::once;
use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

/// Requests that change nothing a person could look up: a preview with a secret; a token for another service, which is not stored; a request for an
/// e-mail, which always gets the same answer.
const CHANGES_NOTHING: &str = "
POST /v1/invitations/preview
POST /v1/password-resets/preview
POST /v1/password-resets
POST /v1/access-tokens
POST /forgot-password
POST /reset
POST /invitation
";

/// Requests that need a link or a state of their own. They are tested one by one below.
const BY_HAND: &str = "
POST /v1/setup
POST /setup
POST /v1/invitations/accept
POST /invitation/accept
POST /v1/invitations/decline
POST /invitation/decline
POST /v1/password-resets/confirm
POST /reset/confirm
POST /v1/email-verifications/confirm
POST /verification
POST /v1/email-changes/confirm
POST /email-change
DELETE /v1/accounts/{account}
POST /accounts/{account}/settings/deletion
POST /v1/accounts/{account}/restore
POST /accounts/{account}/settings/restoration
POST /v1/accounts/{account}/first-admin-invitation
POST /accounts/{account}/settings/first-admin
POST /v1/accounts/{account}/communications/{communication}/resend
POST /accounts/{account}/communications/{communication}/resend
POST /accounts/{account}/users/import
POST /me/password
";

fn is_in(list: &str, route: &str) -> bool {
    list.lines().any(|line| line == route)
}

/// Checks that the answer says only that the outcome is unknown.
#[track_caller]
fn is_unknown(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.summary());
    assert_eq!(reply.header("retry-after"), "5", "{}", reply.summary());
    let says = |words: &str| reply.body.contains(words);
    assert!(says("We could not confirm it") || says("Non abbiamo potuto confermarlo"), "{}", reply.summary());
    assert!(says("nothing happens twice") || says("nulla accade due volte") || says("Look whether it was done"), "{}", reply.summary());
    for untrue in ["nothing was changed", "Nothing was changed", "nulla è stato modificato", "Nulla è stato modificato", "nothing was saved"] {
        assert!(!says(untrue), "{}", reply.summary());
    }
    let is_page = reply.header("content-type").starts_with("text/html");
    assert_eq!(reply.code(), if is_page { "" } else { "outcome_unknown" }, "{}", reply.summary());
}

/// Sends a request whose change loses its reply.
#[track_caller]
fn lost<'a>(world: &'a World, asks: impl FnOnce() -> Reply + 'a) {
    let (reply, lost) = world.controls().reply_is_lost(Box::new(asks));
    assert_eq!(lost, 1, "no change whose reply could be lost: {}", reply.summary());
    is_unknown(&reply);
}

/// Sends a form without a session, as from our own page.
fn form(world: &World, path: &str, fields: &[(&str, &str)]) -> Reply {
    world.ask("POST", path).header("sec-fetch-site", "same-origin").form(fields).send()
}

/// Requests with a link or the setup token.
pub fn a_link_whose_answer_is_lost_is_told_as_unknown(world: &World) {
    lost(world, || world.setup(world.setup_token(), "hedy@portico.example"));
    let (ada, rossi) = world.account_of("Ada");
    let invited = |name: &str| {
        let person = world.someone(name);
        let invited = ada.invites(&rossi, &person.email, "standard").invited();
        (person, invited)
    };
    let (bob, to_bob) = invited("Bob");
    lost(world, || bob.accepts(&to_bob));
    bob.signs_in().is(201);
    // The mailed link, which the page keeps for another try.
    let (cleo, _) = invited("Cleo");
    let mailed_to_cleo = token_to(world, &cleo.email, "invitation");
    let fields = [("token", mailed_to_cleo.as_str()), ("first_name", "Cleo"), ("last_name", "Neri"), ("password", &cleo.password())];
    lost(world, || form(world, "/invitation/accept", &fields));
    cleo.signs_in().is(201);
    let (dan, to_dan) = invited("Dan");
    lost(world, || dan.declines(&to_dan));
    let (_, to_eve) = invited("Eve");
    lost(world, || form(world, "/invitation/decline", &[("token", to_eve.token())]));

    let gino = world.joins(&ada, &rossi, "Gino", "standard");
    for (person, as_page) in [(&bob, false), (&gino, true)] {
        let verification = |page: &str| {
            person.posts("/v1/me/email-verification", &json!({})).is(202);
            token_to(world, &person.email, page)
        };
        let token = verification("verification");
        let confirms = |api: &str, page: &str, token: &str| {
            if as_page { form(world, page, &[("token", token)]) } else { world.ask("POST", api).json(&json!({ "token": token })).send() }
        };
        lost(world, || confirms("/v1/email-verifications/confirm", "/verification", &token));
        assert_eq!(person.gets("/v1/me").is(200).at("/email_verified"), true, "it was done");
        ada.makes_reset_link(&rossi, &ada.member_id(&rossi, &person.email)).is(201);
        let reset = token_to(world, &person.email, "reset");
        let new = "entirely different words";
        lost(world, || {
            if as_page {
                form(world, "/reset/confirm", &[("token", &reset), ("new_password", new), ("new_password_again", new)])
            } else {
                person.resets_with(&reset, new)
            }
        });
        person.remembers(new);
        person.signs_in().is(201);
        let address = format!("{}.new.{}@example.com", person.name.to_lowercase(), world.tag());
        person.asks_for_address(&address).is(202);
        let token = token_to(world, &address, "email-change");
        lost(world, || confirms("/v1/email-changes/confirm", "/email-change", &token));
        world.sign_in(&address, new).is(201);
    }
}

/// Setup as a page, in a deployment of its own.
pub fn a_setup_whose_answer_is_lost_is_told_as_unknown(world: &World) {
    let fields = [
        ("token", world.setup_token()),
        ("setup_token", world.setup_token()),
        ("host_name", "Portico"),
        ("email", "hedy@portico.example"),
        ("first_name", "Hedy"),
        ("last_name", "Host"),
        ("password", "correct horse battery 42"),
    ];
    lost(world, || form(world, "/setup", &fields));
    world.sign_in("hedy@portico.example", "correct horse battery 42").is(201);
}

fn lifecycle(world: &World, host: &Person, (ada, rossi): &(Person, Account), as_page: bool) {
    let pages = format!("/accounts/{}/settings", rossi.id);
    let version = ada.version(&rossi.at("")).trim_matches(['"', 'v']).to_owned();
    let fields = [("version", version.as_str()), ("account_name", &rossi.name), ("current_password", &ada.password())];
    lost(world, || if as_page { ada.submits(&format!("{pages}/deletion"), &fields) } else { ada.deletes(rossi) });
    ada.gets(&rossi.at("")).refused(404, "not_found");
    lost(world, || if as_page { host.submits(&format!("{pages}/restoration"), &[]) } else { host.restores(rossi) });
    ada.gets(&rossi.at("")).is(200);
}

/// Deletion and restoring of an account, and resending an e-mail.
pub fn an_accounts_life_whose_answers_are_lost_is_told_as_unknown(world: &World) {
    let host = world.host();
    lifecycle(world, &host, &world.account_of("Ada"), false);
    lifecycle(world, &host, &world.account_of("Bea"), true);
    let first = |name: &str| host.creates_unmanaged_account(name, &format!("{}.{}@example.com", name.to_lowercase(), world.tag())).0;
    let (verdi, neri) = (first("Verdi"), first("Neri"));
    lost(world, || host.posts(&verdi.at("/first-admin-invitation"), &json!({})));
    lost(world, || host.submits(&format!("/accounts/{}/settings/first-admin", neri.id), &[("admin_email", "other@example.com")]));
    let (ada, rossi) = world.account_of("Carla");
    ada.posts(&rossi.at("/members"), &json!({"email": "reader@example.com", "email_preferences": ["general"]})).is(201);
    for as_page in [false, true] {
        let sent = ada.sends(&rossi, "general", "News").is(201).text("/id");
        world.controls().fill("UPDATE delivery SET status = 'failed' WHERE communication_id IS NOT NULL");
        let api = rossi.at(&format!("/communications/{sent}/resend"));
        let page = format!("/accounts/{}/communications/{sent}/resend", rossi.id);
        lost(world, || if as_page { ada.submits(&page, &[]) } else { ada.posts(&api, &json!({})) });
    }
    let import = format!("/accounts/{}/users/import", rossi.id);
    lost(world, || ada.submits(&import, &[("members", "email\nfile@example.com"), ("invite", ""), ("offset", "0")]));
    let (old, new) = (ada.password(), ada.password() + " and more");
    lost(world, || ada.submits("/me/password", &[("current_password", &old), ("new_password", &new), ("new_password_again", &new)]));
    world.sign_in(&ada.email, &new).is(201);
}

/// Tests every other route that changes something, and that no route is missing.
pub fn every_change_whose_answer_is_lost_is_told_as_unknown(world: &World) {
    let mut fixtures = Fixtures::new(world);
    let mut missing = Vec::new();
    let routes = ROUTES.iter().filter(|(method, _)| *method != "GET");
    for (method, path) in routes {
        let route = format!("{method} {path}");
        if is_in(BY_HAND, &route) {
            continue;
        }
        let of_host = ["/host", "/v1/host", "/v1/permissions", "/v1/accounts/{account}/status", "/accounts/{account}/settings/status"];
        let is_of_host = of_host.iter().any(|start| path.starts_with(start)) || ["/v1/accounts", "/accounts"].contains(path);
        fixtures.loses = true;
        let reply = fixtures.send(if is_of_host { "HAd" } else { "AA" }, method, path);
        fixtures.loses = false;
        match (fixtures.lost, is_in(CHANGES_NOTHING, &route)) {
            (0, true) => {}
            (0, false) => missing.push(format!("{route}: {}", reply.summary())),
            _ => is_unknown(&reply),
        }
        fixtures.forgets();
    }
    assert!(missing.is_empty(), "changes that are in no list of tests/scenarios/lost_replies.rs, or did not get that far:\n{}", missing.join("\n"));
    let gone: Vec<&str> = BY_HAND.lines().chain(CHANGES_NOTHING.lines()).filter(|line| !line.is_empty()).collect();
    let gone: Vec<&&str> = gone.iter().filter(|line| !ROUTES.iter().any(|(method, path)| **line == format!("{method} {path}"))).collect();
    assert!(gone.is_empty(), "no routes any more: {gone:?}");
}

/// The form keeps the typed values, in the reader's language.
pub fn a_form_whose_answer_is_lost_keeps_what_was_typed(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (new, users) = (format!("bob.{}@example.com", world.tag()), format!("/accounts/{}/users", rossi.id));
    let contact = ada.adds_contact(&rossi, &format!("carla.{}@example.com", world.tag())).is(201).text("/id");
    let sends = |path: &str, fields: &[(&str, &str)]| {
        let builder = world.ask("POST", path).header("sec-fetch-site", "same-origin").header("accept-language", "it").cookie(&ada.session());
        builder.form(fields).send()
    };
    let (contact, news) = (format!("{users}/{contact}/contact"), format!("/accounts/{}/communications", rossi.id));
    let pages = [
        (&users, [("email", new.as_str()), ("sub_account", "true"), ("role", "view_only")], new.as_str()),
        (&contact, [("version", "1"), ("email", "carla@example.com"), ("city", "Castelbuono")], "Castelbuono"),
        (&news, [("category", "domain"), ("subject", "Rinnovo di marzo"), ("text", "Fatto.")], "Rinnovo di marzo"),
    ];
    for (path, fields, typed) in pages {
        let (page, count) = world.controls().reply_is_lost(Box::new(|| sends(path, &fields)));
        assert_eq!(count, 1, "{}", page.summary());
        is_unknown(&page);
        assert!(page.body.contains(typed) && page.body.contains("<form") && page.body.contains("Non abbiamo potuto confermarlo"), "{}", page.body);
    }
    // The same when it is certain that nothing was changed.
    world.controls().database_says("D1_ERROR: D1 DB is overloaded. Too many requests queued.");
    let page = sends(&users, &[("email", "dora@example.com"), ("sub_account", "true"), ("role", "view_only")]).is(503);
    assert!(page.body.contains("dora@example.com") && page.body.contains("nulla è stato modificato"), "{}", page.body);
    assert_eq!(page.header("retry-after"), "2");
}

/// A read, a batch that never began and a batch that was rolled back change nothing.
pub fn what_surely_changed_nothing_says_so(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let rename = || ada.ask("PATCH", &rossi.at("")).when("*").json(&json!({"name": "Rossi e nipoti"})).send();
    let is_certain = |reply: Reply| assert!(reply.refused(503, "busy").text("/detail").contains("nothing was changed"));
    for message in ["D1_ERROR: Network connection lost.", "nothing came within 10 s", "undefined"] {
        world.controls().database_says(message);
        is_certain(ada.gets("/v1/me"));
        // The attempts are counted before the password is compared. Nothing else has happened by then.
        world.controls().database_says(message);
        is_certain(world.sign_in(&ada.email, &ada.password()));
        world.controls().database_says(message);
        rename().refused(503, "outcome_unknown");
    }
    world.controls().database_says("D1_ERROR: D1 DB is overloaded. Requests queued for too long.");
    is_certain(rename());
    assert!(ada.gets(&rossi.at("")).is(200).text("/name").starts_with("Ada"));
}

/// Sends a request whose answer is lost, then the same request again, and checks that one thing was made. Returns the second answer.
#[track_caller]
fn repeat_after_loss(world: &World, made: impl Fn() -> usize, asks: impl Fn() -> Reply) -> Reply {
    let before = made();
    lost(world, &asks);
    let again = asks();
    assert_eq!((made() - before, again.header("idempotent-replayed")), (1, "true"), "{}", again.summary());
    again
}

/// Pressing the button again, repeating the key or accepting again returns the result of the first request.
pub fn what_is_asked_again_after_a_lost_answer_is_done_once(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let people = || ada.gets(&rossi.at("/members")).is(200).data().len();
    // A contact by the form of its page: the answer looks the change up and finds that it was made.
    let (token, nora) = (once(&ada), world.someone("Nora").email);
    let users = format!("/accounts/{}/users", rossi.id);
    let presses = || ada.submits(&users, &[("email", &nora), ("once", &token)]).is(303);
    let before = people();
    let (first, count) = world.controls().reply_is_lost(Box::new(presses));
    for reply in [&first, &presses()] {
        assert_eq!((count, reply.header("idempotent-replayed"), reply.header("location")), (1, "true", first.header("location")), "{}", reply.summary());
    }
    assert_eq!(people(), before + 1);
    assert!(ada.opens(first.header("location")).is(200).body.contains(&nora), "{}", first.summary());
    // The same over the API, with a key.
    let body = json!({"email": world.someone("Dino").email});
    let asks = |key: &str| ada.ask("POST", &rossi.at("/members")).header("idempotency-key", key).json(&body).send();
    let made = repeat_after_loss(world, people, || asks("dino-1")).is(201);
    assert_eq!(ada.sees(&rossi, &made.text("/id")).is(200).at("/email"), body["email"]);
    assert_eq!(made.header("location"), asks("dino-1").is(201).header("location"));
    // A request that sends mail: one invitation, one e-mail.
    let eva = world.someone("Eva").email;
    let emails = || {
        world.controls().job_runs();
        world.controls().emails().iter().filter(|mail| mail.to == eva).count()
    };
    let sends_invitation =
        || ada.ask("POST", &rossi.at("/members")).header("idempotency-key", "eva-1").json(&json!({"email": eva, "access": {"role": "standard"}})).send();
    repeat_after_loss(world, emails, sends_invitation).is(201);
    // An invitation is accepted by its link and password: no key is needed.
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    lost(world, || bob.accepts(&invited));
    assert_eq!(bob.accepts(&invited).is(201).text("/member_id"), invited.member);
    bob.gets(&rossi.at("")).is(200);
    let accepted = world.controls().select("SELECT id FROM audit_event WHERE action = 'invitation.accepted' AND target_name LIKE 'bob.%'");
    assert_eq!(accepted.len(), 1);
}
