//! The first hour of a deployment: one token, one host, one first admin; and no door but that.

use serde_json::json;

use crate::support::town::{HOST_EMAIL, HOST_PASSWORD, Town};

pub fn the_host_is_set_up_once(town: &Town) {
    let reply = town.setup(town.setup_token(), HOST_EMAIL).is(201);
    assert!(!reply.header("location").is_empty(), "{}", reply.told());
    town.setup(town.setup_token(), "mallory@example.com").refused(409, "already_set_up");
    let host = town.sign_in(HOST_EMAIL, HOST_PASSWORD).is(201);
    let accounts = town.ask("GET", "/v1/me/accounts").bearer(&host.text("/session_token")).send().is(200).data();
    assert_eq!(accounts.len(), 1);
    assert_eq!((&accounts[0]["kind"], &accounts[0]["role"], &accounts[0]["name"]), (&json!("host"), &json!("admin"), &json!("Portico")));
}

pub fn the_wrong_setup_token_opens_nothing(town: &Town) {
    for token in ["", "the-setup-token-of-this-town-000000000", "guess"] {
        let reply = town.setup(token, HOST_EMAIL);
        assert!([403, 422].contains(&reply.status), "{}", reply.told());
    }
    town.setup("the-setup-token-of-this-town-0000000002", HOST_EMAIL).refused(403, "wrong_setup_token");
    town.sign_in(HOST_EMAIL, HOST_PASSWORD).refused(401, "wrong_credentials");
}

pub fn setup_says_which_field_is_wrong(town: &Town) {
    let body =
        json!({"setup_token": town.setup_token(), "host_name": "", "email": "no address", "first_name": "Hedy", "last_name": "Host", "password": "short"});
    let reply = town.ask("POST", "/v1/setup").json(&body).send().refused(422, "validation");
    let pointers: Vec<String> = reply.wrong().into_iter().map(|(pointer, _)| pointer).collect();
    for pointer in ["/host_name", "/email", "/password"] {
        assert!(pointers.contains(&pointer.to_owned()), "{}", reply.told());
    }
    town.setup(town.setup_token(), HOST_EMAIL).is(201);
}

pub fn nobody_has_a_default_login(town: &Town) {
    for (email, password) in [("admin@example.com", "admin"), ("admin", "admin"), ("root@localhost", "correct horse battery")] {
        let reply = town.sign_in(email, password);
        assert!([401, 422].contains(&reply.status), "{}", reply.told());
    }
    town.host();
    town.sign_in("admin@example.com", "password password password").refused(401, "wrong_credentials");
}

pub fn the_service_is_well_before_and_after(town: &Town) {
    town.ask("GET", "/health").send().is(200);
    town.host();
    town.ask("GET", "/health").send().is(200);
}
