//! Sent twice, done once: forms of pages, and requests of apps that carry a key. And what somebody typed while their session ended.

use portineria::router::ROUTES;
use serde_json::{Value as Json, json};

use super::forms::{APART, Desk, Form, OF_HOST_AND_MAIL};
use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

/// The routes of forms that change something while one is signed in.
fn routes(of_host_and_mail: bool) -> Vec<&'static str> {
    let is_form = |(method, path): &&(&str, &str)| *method == "POST" && !path.starts_with("/v1/") && !APART.contains(path);
    let routes = ROUTES.iter().filter(is_form).map(|(_, path)| *path);
    routes.filter(|path| OF_HOST_AND_MAIL.contains(path) == of_host_and_mail).collect()
}

/// What the forms of a page of this person carry.
pub(super) fn once(person: &Person) -> String {
    once_in(&person.opens("/me").is(200))
}

fn once_in(page: &Reply) -> String {
    let token = page.body.split("name=\"once\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    assert!(token.len() > 40, "a page without a token: {}", page.told());
    token.to_owned()
}

fn sends(form: &Form, token: &str) -> Reply {
    let mut fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("once", token));
    form.by.submits(&form.path, &fields)
}

fn emails(world: &World) -> usize {
    if world.is_in_process() { world.powers().select("SELECT id FROM delivery").len() } else { 0 }
}

fn changed_once(before: usize, after: usize, told: &str) {
    assert_eq!(after.checked_sub(before), Some(1), "changes, from {before} to {after}: {told}");
}

/// Forms that are answered with a page, for it shows what no other page does: a link, or what became of each line. All others lead on to one.
const SHOWS: [&str; 6] = [
    "/accounts",
    "/accounts/{account}/settings/first-admin",
    "/accounts/{account}/users/import",
    "/accounts/{account}/users/{member}/access",
    "/accounts/{account}/users/{member}/invitation",
    "/accounts/{account}/users/{member}/password-reset",
];

fn is_good(route: &str, reply: &Reply) {
    let (status, leads_on) = if SHOWS.contains(&route) { (200, false) } else { (303, true) };
    let location = reply.header("location");
    assert_eq!((reply.status, !location.is_empty()), (status, leads_on), "{}", reply.told());
    assert!(!location.starts_with("/sign-in"), "{}", reply.told());
}

fn one_after_the_other(world: &World, of_host_and_mail: bool) {
    let desk = Desk::new(world);
    for route in routes(of_host_and_mail) {
        let form = desk.form(route).unwrap_or_else(|| panic!("{route} is not in the table of tests/scenarios/forms.rs"));
        let (token, before) = (once(&form.by), desk.changes(&form));
        let first = sends(&form, &token);
        is_good(route, &first);
        let (after, sent) = (desk.changes(&form), emails(world));
        changed_once(before, after, &first.told());
        for _ in 0..2 {
            let again = sends(&form, &token);
            assert_eq!((again.status, again.header("location")), (first.status, first.header("location")), "{}", again.told());
            assert_eq!(again.header("idempotent-replayed"), "true", "{}", again.told());
            assert!(!again.body.contains("/invitation#") && !again.body.contains("/reset#"), "a link shown twice: {route}");
            assert_eq!((desk.changes(&form), emails(world)), (after, sent), "{route} was done again");
        }
    }
}

fn both_at_once(world: &World, of_host_and_mail: bool) {
    let desk = Desk::new(world);
    for route in routes(of_host_and_mail) {
        let form = desk.form(route).unwrap_or_else(|| panic!("{route} is not in the table of tests/scenarios/forms.rs"));
        let (token, before) = (once(&form.by), desk.changes(&form));
        let replies = world.at_once(&[1, 2], |_| sends(&form, &token));
        for reply in &replies {
            is_good(route, reply);
        }
        assert_eq!(replies[0].header("location"), replies[1].header("location"), "{route}");
        changed_once(before, desk.changes(&form), route);
        assert_eq!(replies.iter().filter(|reply| reply.header("idempotent-replayed") == "true").count(), 1, "{route}: one is the repeat of the other");
    }
}

pub fn every_form_is_done_once_however_often_it_is_sent(world: &World) {
    one_after_the_other(world, false);
}

pub fn every_form_of_host_and_mail_is_done_once_however_often_it_is_sent(world: &World) {
    one_after_the_other(world, true);
}

pub fn every_form_that_arrives_twice_at_once_is_done_once(world: &World) {
    both_at_once(world, false);
}

pub fn every_form_of_host_and_mail_that_arrives_twice_at_once_is_done_once(world: &World) {
    both_at_once(world, true);
}

fn contact(email: &str, token: &str) -> [(&'static str, String); 2] {
    [("email", email.to_owned()), ("once", token.to_owned())]
}

fn adds(person: &Person, account: &Account, email: &str, token: &str) -> Reply {
    let fields = contact(email, token);
    person.submits(&format!("/accounts/{}/users", account.id), &fields.each_ref().map(|(name, value)| (*name, value.as_str())))
}

pub fn a_form_filled_in_anew_on_the_same_page_is_a_new_one(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let token = once(&ada);
    let (nora, dino) = (world.someone("Nora").email, world.someone("Dino").email);
    let first = adds(&ada, &rossi, &nora, &token).is(303);
    let other = adds(&ada, &rossi, &dino, &token).is(303);
    assert_ne!(first.header("location"), other.header("location"));
    assert_eq!(adds(&ada, &rossi, &nora, &token).is(303).header("location"), first.header("location"));
    // The same words on another page are meant again: two contacts may share an address.
    assert_ne!(adds(&ada, &rossi, &nora, &once(&ada)).is(303).header("location"), first.header("location"));
    assert_eq!(ada.gets(&rossi.at("/members")).is(200).data().len(), 5);
}

pub fn a_form_that_was_refused_can_be_sent_again(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let id = ada.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    let (path, token) = (format!("/accounts/{}/users/{id}/contact", rossi.id), once(&ada));
    let email = world.someone("Carla").email;
    let save = |version: &str| ada.submits(&path, &[("version", version), ("email", &email), ("city", "Roma"), ("once", &token)]);
    let refused = save("7").is(412);
    assert_eq!(once_in(&refused), token, "the form comes back with the token it came with");
    save("7").is(412);
    save("1").is(303);
    save("1").is(303);
    assert_eq!(ada.sees(&rossi, &id).is(200).at("/version"), 2);
}

pub fn a_link_is_shown_once_and_made_again_at_will(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let (path, token) = (format!("/accounts/{}/users", rossi.id), once(&ada));
    let invite = || ada.submits(&path, &[("email", bob.email.as_str()), ("sub_account", "on"), ("role", "standard"), ("once", &token)]).is(200);
    let link = |page: &Reply| page.body.split("/invitation#").nth(1).map(|rest| rest.chars().take(43).collect::<String>());
    let first = link(&invite()).expect("a link");
    let again = invite();
    assert_eq!(link(&again), None);
    assert!(again.body.contains("The link has been made already"), "{}", again.told());
    bob.previews(&first).is(200);
    // The button of that page.
    let remake = again.body.split("action=\"").find(|rest| rest.split('"').next().is_some_and(|action| action.ends_with("/invitation"))).expect("a form");
    let action = remake.split('"').next().expect("an action");
    let anew = ada.submits(action, &[("once", &once_in(&again))]).is(200);
    let second = link(&anew).expect("another link");
    bob.previews(&first).refused(410, "link_not_valid");
    bob.previews(&second).is(200);
}

pub fn the_repeat_of_what_took_ones_own_right_says_that_it_was_done(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    world.joins(&ada, &rossi, "Bea", "admin");
    let member = ada.member_id(&rossi, &ada.email);
    let (path, token) = (format!("/accounts/{}/users/{member}/access", rossi.id), once(&ada));
    let version = ada.version(&rossi.at(&format!("/members/{member}"))).trim_matches(['"', 'v']).to_owned();
    let step_down = || ada.submits(&path, &[("version", &version), ("role", "view_only"), ("was", "admin"), ("confirmed", "true"), ("once", &token)]);
    step_down().is(303);
    let again = step_down().is(200);
    assert!(again.body.contains("This has been done already") && again.body.contains(&format!("/users/{member}\"")), "{}", again.told());
    ada.submits(&path, &[("version", "*"), ("role", "admin")]).is(403);
}

/// POSTs of the API that make or send nothing that a key could save: by hand, so that none is left out unseen.
const NO_KEY: [&str; 11] = [
    "/v1/setup",
    "/v1/sessions",
    "/v1/access-tokens",
    "/v1/invitations/preview",
    "/v1/invitations/accept",
    "/v1/invitations/decline",
    "/v1/password-resets",
    "/v1/password-resets/preview",
    "/v1/password-resets/confirm",
    "/v1/email-changes/confirm",
    "/v1/email-verifications/confirm",
];

/// A request of this route that succeeds, and another body.
fn request(world: &World, ada: &Person, rossi: &Account, route: &str) -> Option<(Person, String, Json, Json)> {
    let (host, tag) = (world.host(), world.tag());
    let email = |name: &str| format!("{name}.{tag}@example.com");
    let own = |rest: &str, body: Json, other: Json| (ada.clone(), rossi.at(rest), body, other);
    Some(match route {
        "/v1/host/test-mail" => (host, route.to_owned(), json!({}), json!({"a": 1})),
        "/v1/me/email-verification" => {
            world.powers().fill("UPDATE user SET email_verified_at = NULL");
            (ada.clone(), route.to_owned(), json!({}), json!({"a": 1}))
        }
        "/v1/me/email-changes" => {
            let change = |name: &str| json!({"email": email(name), "current_password": ada.password()});
            (ada.clone(), route.to_owned(), change("new"), change("other"))
        }
        "/v1/accounts" => {
            let new = |name: &str| json!({"name": name, "managed": false, "admin_email": email("first")});
            (host, route.to_owned(), new("Key"), new("Other"))
        }
        "/v1/accounts/{account}/restore" => {
            let account = host.creates_account("Restored");
            host.deletes(&account).is(204);
            (host, account.at("/restore"), json!({}), json!({"a": 1}))
        }
        "/v1/accounts/{account}/first-admin-invitation" => {
            let (pending, _) = host.creates_unmanaged_account("Pending", &email("first"));
            (host, pending.at("/first-admin-invitation"), json!({}), json!({"admin_email": email("second")}))
        }
        "/v1/accounts/{account}/members" => {
            own("/members", json!({"email": email("key"), "access": {"role": "standard"}}), json!({"email": email("otherkey"), "access": {"role": "standard"}}))
        }
        "/v1/accounts/{account}/members/import" => {
            let people = |name: &str| json!({"members": [{"email": email(name), "first_name": "Mara"}]});
            own("/members/import?invite=standard", people("mara"), people("dino"))
        }
        "/v1/accounts/{account}/members/{member}/invitation" => {
            let member = ada.invites(rossi, &email("invited"), "standard").is(201).text("/id");
            own(&format!("/members/{member}/invitation"), json!({}), json!({"a": 1}))
        }
        "/v1/accounts/{account}/members/{member}/password-reset" => {
            let bob = world.joins(ada, rossi, "Bob", "standard");
            own(&format!("/members/{}/password-reset", ada.member_id(rossi, &bob.email)), json!({}), json!({"a": 1}))
        }
        "/v1/accounts/{account}/resources" => {
            let pixel = |id: &str| json!({"kind": "pixel", "external_id": id, "name": "Pixel"});
            own("/resources", pixel("1"), pixel("2"))
        }
        "/v1/accounts/{account}/communications" => {
            let news = |subject: &str| json!({"category": "domain", "subject": subject, "text": "Text."});
            own("/communications", news("One"), news("Two"))
        }
        "/v1/accounts/{account}/communications/{communication}/resend" => {
            let id = ada.sends(rossi, "domain", "Again").is(201).text("/id");
            world.powers().fill(&format!("UPDATE delivery SET status = 'failed' WHERE communication_id = '{id}'"));
            own(&format!("/communications/{id}/resend"), json!({}), json!({"a": 1}))
        }
        _ => return None,
    })
}

/// The answer without what is shown once, and without what the letters became meanwhile.
fn lasting(reply: &Reply) -> Json {
    let mut body = reply.json();
    for pointer in ["", "/invitation", "/lines/0"] {
        if let Some(Json::Object(fields)) = body.pointer_mut(pointer) {
            fields.remove("link");
            fields.remove("delivery");
            fields.remove("deliveries");
            fields.remove("delivery_statuses");
            fields.remove("capabilities");
        }
    }
    body
}

/// POSTs that need mail, or rows put in by hand.
const IN_PROCESS: [&str; 4] =
    ["/v1/host/test-mail", "/v1/me/email-verification", "/v1/me/email-changes", "/v1/accounts/{account}/communications/{communication}/resend"];

/// What POSTs with a key are answered that are not answered 201.
const ANSWERED: [(&str, u16); 6] = [
    ("/v1/accounts/{account}/communications/{communication}/resend", 200),
    ("/v1/accounts/{account}/members/import", 200),
    ("/v1/accounts/{account}/restore", 200),
    ("/v1/host/test-mail", 200),
    ("/v1/me/email-changes", 202),
    ("/v1/me/email-verification", 202),
];

fn lines(world: &World) -> usize {
    if world.is_in_process() { world.powers().select("SELECT id FROM audit_event").len() } else { 0 }
}

fn keyed(world: &World, is_in_process: bool) {
    let (ada, rossi) = world.account_of("Ada");
    let takes_key = |(method, path): &&(&str, &str)| *method == "POST" && path.starts_with("/v1/") && !NO_KEY.contains(path);
    let routes = ROUTES.iter().filter(takes_key).map(|(_, path)| *path).filter(|path| IN_PROCESS.contains(path) == is_in_process);
    for (number, route) in routes.enumerate() {
        let (person, path, body, other) = request(world, &ada, &rossi, route).unwrap_or_else(|| panic!("{route} is not in the table"));
        let key = format!("{}-{number}", world.tag());
        let ask = |body: &Json| person.ask("POST", &path).header("idempotency-key", &key).json(body).send();
        let first = ask(&body).is(ANSWERED.iter().find(|(of, _)| *of == route).map_or(201, |(_, status)| *status));
        assert!(first.header("idempotent-replayed").is_empty(), "{route}");
        let (trail, sent) = (lines(world), emails(world));
        let again = ask(&body).is(first.status);
        assert_eq!((again.header("idempotent-replayed"), again.header("location")), ("true", first.header("location")), "{route}");
        assert_eq!(lasting(&again), lasting(&first), "{route}");
        assert!(!again.body.contains("/invitation#") && !again.body.contains("/reset#"), "{route} shows its link twice");
        ask(&other).refused(422, "idempotency_key_reused");
        assert_eq!((lines(world), emails(world)), (trail, sent), "{route} was done again");
    }
}

pub fn a_key_holds_on_every_post_that_creates(world: &World) {
    keyed(world, false);
}

pub fn a_key_holds_on_every_post_that_sends(world: &World) {
    keyed(world, true);
}

pub fn the_document_names_the_key_wherever_it_holds(_: &World) {
    let document: Json = serde_json::from_str(include_str!("../../openapi.json")).expect("the document");
    for (_, route) in ROUTES.iter().filter(|(method, path)| *method == "POST" && path.starts_with("/v1/")) {
        let parameters = &document["paths"][route]["post"]["parameters"];
        let is_named = parameters.as_array().is_some_and(|list| list.iter().any(|one| one["name"] == "Idempotency-Key" && one["in"] == "header"));
        assert_eq!(is_named, !NO_KEY.contains(route), "{route}");
    }
}

pub fn a_repeated_import_tells_the_lines_again(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (known, new) = (world.someone("Known").email, world.someone("New").email);
    ada.posts(&rossi.at("/members"), &json!({"email": known, "first_name": "Nora"})).is(201);
    let people = json!({"members": [{"email": known, "first_name": "Nora", "city": "Lecce"}, {"email": new, "first_name": "Mara"}, {"email": "nobody"}]});
    let import = |query: &str| ada.ask("POST", &rossi.at(&format!("/members/import{query}"))).header("idempotency-key", "file").json(&people).send();
    let first = import("?invite=view_only").is(200);
    let again = import("?invite=view_only").is(200);
    let told = |reply: &Reply| {
        let lines = reply.at("/lines").as_array().cloned().unwrap_or_default();
        lines.iter().map(|line| (line["outcome"].clone(), line["member_id"].clone(), line["errors"][0]["code"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(told(&first).iter().map(|(outcome, ..)| outcome.clone()).collect::<Vec<_>>(), ["updated", "created", "refused"]);
    assert_eq!(told(&again), told(&first));
    assert!(first.body.contains("/invitation#") && !again.body.contains("/invitation#"));
    // Another chunk, or another role, is another request.
    import("?invite=standard").refused(422, "idempotency_key_reused");
    import("?invite=view_only&offset=1").refused(422, "idempotency_key_reused");
}

pub fn a_key_of_one_request_fits_no_other(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let pixel = json!({"kind": "pixel", "external_id": "1", "name": "Pixel"});
    let ask = |path: &str, body: &Json| ada.ask("POST", &rossi.at(path)).header("idempotency-key", "one").json(body).send();
    ask("/resources", &json!({"kind": "pixel", "external_id": "1"})).is(422);
    ask("/resources", &pixel).is(201);
    ask("/communications", &json!({"category": "domain", "subject": "One", "text": "Text."})).refused(422, "idempotency_key_reused");
    ask("/resources", &pixel).is(201);
    // Who lost the right in between learns nothing of what they made.
    let bea = world.joins(&ada, &rossi, "Bea", "admin");
    bea.ask("POST", &rossi.at("/resources")).header("idempotency-key", "two").json(&json!({"kind": "pixel", "external_id": "2", "name": "Two"})).send().is(201);
    ada.gives_role(&rossi, &ada.member_id(&rossi, &bea.email), "view_only").is(200);
    let again = bea.ask("POST", &rossi.at("/resources")).header("idempotency-key", "two").json(&json!({"kind": "pixel", "external_id": "2", "name": "Two"}));
    again.send().refused(403, "not_allowed");
}

/// The hidden fields of a page.
fn hidden(page: &Reply, name: &str) -> String {
    let value = page.body.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    ["&amp;", "&#38;"].iter().fold(value.to_owned(), |value, coded| value.replace(coded, "&")).replace("&#39;", "'").replace("&#34;", "\"")
}

/// Signs in by the page that came instead of the one that was meant.
fn signs_in_again(world: &World, person: &Person, page: &Reply, password: &str) -> Reply {
    let (kept, path, next) = (hidden(page, "kept"), hidden(page, "kept_path"), hidden(page, "next"));
    let fields = [("email", person.email.as_str()), ("password", password), ("kept", &kept), ("kept_path", &path), ("next", &next)];
    let reply = world.ask("POST", "/sign-in").header("sec-fetch-site", "same-origin").form(&fields).send();
    let session = reply.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()?.strip_prefix("__Host-session=")?.split(';').next());
    for session in session {
        world.keeps_secret(session);
        person.carries(session);
    }
    reply
}

pub fn whose_session_ended_while_typing_finds_it_again(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (nora, token) = (world.someone("Nora").email, once(&ada));
    ada.signs_out().is(204);
    let page = adds(&ada, &rossi, &nora, &token).is(401);
    assert!(page.body.contains("what you entered is kept") && page.body.contains("action=\"/sign-in\""), "{}", page.told());
    // A slip in between loses nothing.
    let page = signs_in_again(world, &ada, &page, "not the password at all").is(401);
    let back = signs_in_again(world, &ada, &page, &ada.password()).is(200);
    let action = format!("/accounts/{}/users", rossi.id);
    assert!(back.body.contains(&format!("action=\"{action}\"")), "{}", back.told());
    let fields = [("email", hidden(&back, "email")), ("once", hidden(&back, "once"))];
    assert_eq!(fields, contact(&nora, &token));
    let send = || ada.submits(&action, &fields.each_ref().map(|(name, value)| (*name, value.as_str()))).is(303);
    assert_eq!(send().header("location"), send().header("location"), "and it is done once");
    assert_eq!(ada.gets(&rossi.at("/members?search=nora")).is(200).data().len(), 1);
}

pub fn what_somebody_else_typed_is_not_sent(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bea = world.joins(&ada, &rossi, "Bea", "admin");
    let (nora, token) = (world.someone("Nora").email, once(&ada));
    ada.signs_out().is(204);
    let page = adds(&ada, &rossi, &nora, &token).is(401);
    let reply = signs_in_again(world, &bea, &page, &bea.password()).is(303);
    assert_eq!(reply.header("location"), "/accounts?done=entries_not_kept");
    assert!(bea.opens("/accounts?done=entries_not_kept").is(200).body.contains("another user"));
    // Nor what no page of ours made.
    for path in ["https://evil.example/", "//evil.example", "/v1/accounts", "/nowhere"] {
        let fields = [("email", bea.email.as_str()), ("password", &bea.password()), ("kept", "once=a.b&name=x"), ("kept_path", path)]
            .map(|(name, value)| (name, value.to_owned()));
        let reply =
            world.ask("POST", "/sign-in").header("sec-fetch-site", "same-origin").form(&fields.each_ref().map(|(name, value)| (*name, value.as_str()))).send();
        assert_eq!(reply.is(303).header("location"), "/accounts");
    }
}

pub fn what_cannot_be_kept_is_said_before(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (token, import) = (once(&ada), format!("/accounts/{}/users/import", rossi.id));
    let people = format!("email\n{}", "nora@example.com\n".repeat(6_000));
    ada.signs_out().is(204);
    for (path, fields, next) in [
        ("/me/password", vec![("current_password", "the old one"), ("new_password", "a new one, and long"), ("once", &token)], "/me"),
        (import.as_str(), vec![("members", people.as_str()), ("once", &token)], import.as_str()),
    ] {
        let page = ada.submits(path, &fields).is(401);
        assert!(page.body.contains("was not kept"), "{}", page.told());
        assert!(!page.body.contains("the old one") && !page.body.contains("name=\"kept\""), "{}", page.told());
        assert_eq!(hidden(&page, "next"), next);
    }
    let page = ada.submits("/me/password", &[("new_password", "a new one, and long"), ("once", &token)]).is(401);
    assert_eq!(signs_in_again(world, &ada, &page, &ada.password()).is(303).header("location"), "/me");
}

pub fn what_could_not_be_taken_is_sent_again_by_a_button(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (nora, token) = (world.someone("Nora").email, once(&ada));
    let overloaded = || world.powers().database_says("D1_ERROR: D1 DB is overloaded. Requests queued for too long.");
    overloaded();
    let form = adds(&ada, &rossi, &nora, &token).is(503);
    assert!(form.body.contains(&format!("value=\"{nora}\"")) && hidden(&form, "once") == token, "the form as it was sent: {}", form.told());
    // Where the form cannot be shown either, it is carried by a page that needs no database.
    overloaded();
    overloaded();
    let page = adds(&ada, &rossi, &nora, &token).is(503);
    assert!(page.body.contains(&format!("action=\"/accounts/{}/users\"", rossi.id)), "{}", page.told());
    assert_eq!([("email", hidden(&page, "email")), ("once", hidden(&page, "once"))], contact(&nora, &token));
    adds(&ada, &rossi, &nora, &token).is(303);
    assert_eq!(ada.gets(&rossi.at("/members?search=nora")).is(200).data().len(), 1);
}
