//! Setup of a deployment: one token, one host, one first admin.

use serde_json::json;

use crate::support::client::Reply;
use crate::support::world::{HOST_EMAIL, HOST_PASSWORD, World};

pub fn the_host_is_set_up_once(world: &World) {
    let reply = world.setup(world.setup_token(), HOST_EMAIL).is(201);
    assert!(!reply.header("location").is_empty(), "{}", reply.summary());
    world.setup(world.setup_token(), "mallory@example.com").refused(409, "already_set_up");
    let host = world.sign_in(HOST_EMAIL, HOST_PASSWORD).is(201);
    let accounts = world.ask("GET", "/v1/me/accounts").bearer(&host.text("/session_token")).send().is(200).data();
    assert_eq!(accounts.len(), 1);
    assert_eq!((&accounts[0]["kind"], &accounts[0]["role"], &accounts[0]["name"]), (&json!("host"), &json!("admin"), &json!("Portico")));
}

pub fn the_wrong_setup_token_opens_nothing(world: &World) {
    for token in ["", "the-setup-token-of-this-world-000000000", "guess"] {
        world.setup(token, HOST_EMAIL).refused(403, "wrong_setup_token");
    }
    world.setup("the-setup-token-of-this-world-0000000002", HOST_EMAIL).refused(403, "wrong_setup_token");
    world.sign_in(HOST_EMAIL, HOST_PASSWORD).refused(401, "wrong_credentials");
}

pub fn setup_says_which_field_is_wrong(world: &World) {
    let body =
        json!({"setup_token": world.setup_token(), "host_name": "", "email": "no address", "first_name": "Hedy", "last_name": "Host", "password": "short"});
    let reply = world.ask("POST", "/v1/setup").json(&body).send().refused(422, "validation");
    let pointers: Vec<String> = reply.wrong().into_iter().map(|(pointer, _)| pointer).collect();
    for pointer in ["/host_name", "/email", "/password"] {
        assert!(pointers.contains(&pointer.to_owned()), "{}", reply.summary());
    }
    world.setup(world.setup_token(), HOST_EMAIL).is(201);
}

pub fn nobody_has_a_default_login(world: &World) {
    for (email, password) in [("admin@example.com", "admin"), ("admin", "admin"), ("root@localhost", "correct horse battery")] {
        world.sign_in(email, password).refused(401, "wrong_credentials");
    }
    world.host();
    world.sign_in("admin@example.com", "password password password").refused(401, "wrong_credentials");
}

pub fn the_service_is_well_before_and_after(world: &World) {
    world.ask("GET", "/health").send().is(200);
    world.host();
    world.ask("GET", "/health").send().is(200);
}

/// Sets this world up with another password.
fn sets_up_with(world: &World, password: &str) -> Reply {
    let body = json!({
        "setup_token": world.setup_token(), "host_name": "Portico", "email": HOST_EMAIL, "first_name": "Hedy", "last_name": "Host", "password": password
    });
    world.ask("POST", "/v1/setup").json(&body).send()
}

pub fn setting_up_once_more_is_the_same_setup(world: &World) {
    let replies = world.at_once(&[(); 4], |()| world.setup(world.setup_token(), HOST_EMAIL));
    let again = world.setup(world.setup_token(), HOST_EMAIL);
    for reply in replies {
        assert_eq!((reply.is(201).body.as_str(), again.status), (again.body.as_str(), 201));
    }
    let fields = [
        ("token", world.setup_token()),
        ("host_name", "Portico"),
        ("email", HOST_EMAIL),
        ("first_name", "Hedy"),
        ("last_name", "Host"),
        ("password", HOST_PASSWORD),
    ];
    let page = world.ask("POST", "/setup").header("sec-fetch-site", "same-origin").form(&fields).send().is(303);
    assert!(page.header("location").starts_with("/sign-in?done=setup_done"), "{}", page.summary());
    let lines = || world.controls().select("SELECT id FROM audit_event").len();
    assert_eq!(lines(), 1, "one host was set up");
    // Setup cannot be used to guess a password: a failure is counted, and the answer is the same for everybody.
    world.setup("the-setup-token-of-this-world-0000000002", HOST_EMAIL).refused(403, "wrong_setup_token");
    world.setup(world.setup_token(), "mallory@example.com").refused(409, "already_set_up");
    for number in 0..10 {
        sets_up_with(world, &format!("entirely different words {number}")).refused(409, "already_set_up");
    }
    world.setup(world.setup_token(), HOST_EMAIL).refused(429, "too_many_attempts");
    world.sign_in(HOST_EMAIL, HOST_PASSWORD).refused(429, "too_many_attempts");
    assert_eq!(lines(), 1);
}

pub fn only_who_set_it_up_sets_it_up_once_more(world: &World) {
    let host = world.host();
    // Another host administrator with the same password is refused, because they did not set it up.
    let carlo = world.joins(&host, &world.host_account(), "Carlo", "admin");
    carlo.changes_password(&carlo.password(), HOST_PASSWORD).is(204);
    carlo.remembers(HOST_PASSWORD);
    world.setup(world.setup_token(), &carlo.email).refused(409, "already_set_up");
    world.setup(world.setup_token(), HOST_EMAIL).is(201);
    let place = carlo.member_id(&world.host_account(), HOST_EMAIL);
    carlo.signs_in().is(201);
    carlo.takes_access(&world.host_account(), &place).is(204);
    world.setup(world.setup_token(), HOST_EMAIL).refused(409, "already_set_up");
}
