//! Sign-in, sessions and sign-out.

use serde_json::json;

use crate::support::world::World;

pub fn whoever_knows_the_password_is_let_in(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let reply = ada.signs_in().is(201);
    assert_eq!(reply.at("/user/email"), ada.email.as_str());
    assert!(reply.text("/session_token").len() >= 43, "256 bits");
    assert!(reply.text("/expires_at").ends_with('Z'), "RFC 3339: {}", reply.text("/expires_at"));
    assert!(reply.at("/user/password_hash").is_null());
    ada.gets("/v1/me").is(200);
}

pub fn the_address_may_be_typed_in_any_case(world: &World) {
    let (ada, _) = world.account_of("Ada");
    world.sign_in(&format!(" {} ", ada.email.to_uppercase()), &ada.password()).is(201);
}

pub fn a_wrong_password_and_an_unknown_address_sound_the_same(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let known = world.sign_in(&ada.email, "not the password at all").refused(401, "wrong_credentials");
    let unknown = world.sign_in(&format!("nobody.{}@example.com", world.tag()), "not the password at all").refused(401, "wrong_credentials");
    let words = |reply: &crate::support::client::Reply| {
        let mut body = reply.json();
        body["request_id"] = json!("");
        let names: Vec<String> = reply.headers.keys().map(ToString::to_string).filter(|name| name != "cf-ray").collect();
        (body, names)
    };
    assert_eq!(words(&known), words(&unknown));
    world.sign_in(&ada.email, "").refused(401, "wrong_credentials");
}

pub fn after_many_failures_even_the_right_password_waits(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let guesses = || {
        let body = json!({"email": ada.email, "password": "not the password at all"});
        world.ask("POST", "/v1/sessions").header("cf-connecting-ip", &world.address(9)).json(&body).send()
    };
    for _ in 0..10 {
        guesses().refused(401, "wrong_credentials");
    }
    let seconds: i64 = guesses().refused(429, "too_many_attempts").header("retry-after").parse().expect("seconds");
    let there = || {
        let body = json!({"email": ada.email, "password": ada.password()});
        world.ask("POST", "/v1/sessions").header("cf-connecting-ip", &world.address(9)).json(&body).send()
    };
    there().refused(429, "too_many_attempts");
    ada.gets("/v1/me").is(200);
    world.controls().passes(seconds + 1);
    world.keeps_secret(&there().is(201).text("/session_token"));
}

pub fn guessing_many_addresses_from_one_place_ends_too(world: &World) {
    world.host();
    let guess = |number: usize, ip: &str| {
        let body = json!({"email": format!("guess{number}.{}@example.com", world.tag()), "password": "not the password at all"});
        world.ask("POST", "/v1/sessions").header("cf-connecting-ip", ip).header("x-forwarded-for", &format!("192.0.2.{}", number % 250)).json(&body).send()
    };
    let ip = world.address(8);
    let tries = (0..200).find(|number| guess(*number, &ip).status == 429).expect("an end to guessing");
    assert!(tries >= 5, "a family behind one address may mistype: {tries}");
    guess(201, &world.address(7)).refused(401, "wrong_credentials");
}

pub fn people_see_where_they_are_signed_in_and_end_it_there(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let phone = ada.at_another_device();
    phone.signs_in().is(201);
    let list = ada.gets("/v1/me/sessions").is(200).data();
    assert_eq!(list.len(), 2, "{list:?}");
    assert_eq!(list.iter().filter(|session| session["current"] == true).count(), 1);
    assert!(!list[0]["id"].as_str().unwrap_or_default().is_empty() && list[0]["ip"].is_string());
    let other = list.iter().find(|session| session["current"] == false).expect("the phone");
    ada.ask("DELETE", &format!("/v1/me/sessions/{}", other["id"].as_str().expect("an id"))).when("*").send().is(204);
    phone.gets("/v1/me").refused(401, "not_signed_in");
    ada.gets("/v1/me").is(200);
}

pub fn all_other_sessions_end_in_one_go(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let devices = [ada.at_another_device(), ada.at_another_device()];
    for device in &devices {
        device.signs_in().is(201);
    }
    ada.ask("DELETE", "/v1/me/sessions/others").when("*").send().is(204);
    for device in &devices {
        device.gets("/v1/me").refused(401, "not_signed_in");
    }
    assert_eq!(ada.gets("/v1/me/sessions").is(200).data().len(), 1);
}

pub fn signing_out_ends_this_session_alone(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let phone = ada.at_another_device();
    phone.signs_in().is(201);
    ada.signs_out().is(204);
    ada.gets("/v1/me").refused(401, "not_signed_in");
    ada.signs_out().refused(401, "not_signed_in");
    phone.gets("/v1/me").is(200);
}

pub fn whoever_signs_in_again_leaves_the_session_they_came_with(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let planted = ada.session();
    let body = json!({"email": ada.email, "password": ada.password()});
    let new = world.ask("POST", "/v1/sessions").cookie(&planted).header("sec-fetch-site", "same-origin").json(&body).send().is(201).text("/session_token");
    assert_ne!(new, planted);
    world.ask("GET", "/v1/me").bearer(&planted).send().refused(401, "not_signed_in");
    world.ask("GET", "/v1/me").bearer(&new).send().is(200);
}

pub fn nobody_ends_the_session_of_somebody_else(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let session = bob.gets("/v1/me/sessions").is(200).data()[0]["id"].as_str().expect("an id").to_owned();
    ada.ask("DELETE", &format!("/v1/me/sessions/{session}")).when("*").send().refused(404, "not_found");
    ada.ask("DELETE", "/v1/me/sessions/01990000-0000-7000-8000-000000000000").when("*").send().refused(404, "not_found");
    bob.gets("/v1/me").is(200);
}

pub fn a_session_unused_for_long_is_over(world: &World) {
    let (ada, _) = world.account_of("Ada");
    for _ in 0..3 {
        world.controls().passes(9 * DAY);
        ada.gets("/v1/me").is(200);
    }
    world.controls().passes(15 * DAY);
    ada.gets("/v1/me").refused(401, "not_signed_in");
}

pub fn even_a_session_in_use_is_over_one_day(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let ended = (0..60).any(|_| {
        world.controls().passes(7 * DAY);
        ada.gets("/v1/me").status == 401
    });
    assert!(ended, "no session lives for ever");
    ada.signs_in().is(201);
}

const DAY: i64 = 24 * 3_600;

pub fn a_browser_carries_its_session_in_a_cookie(world: &World) {
    let (ada, _) = world.account_of("Ada");
    world.ask("GET", "/v1/me").cookie(&ada.session()).send().is(200);
    world.ask("GET", "/v1/me").header("cookie", &format!("theme=dark; __Host-session={}; other=1", ada.session())).send().is(200);
    world.ask("GET", "/v1/me").header("cookie", &format!("session={}", ada.session())).send().refused(401, "not_signed_in");
    // Another host of the domain may set any name but those that begin with `__Host-`: no other spelling of one is ours, and the first one counts.
    world.ask("GET", "/v1/me").header("cookie", &format!("__%48ost-session={}", ada.session())).send().refused(401, "not_signed_in");
    world.ask("GET", "/v1/me").header("cookie", &format!("__Host-session={}; __%48ost-session=another", ada.session())).send().is(200);
    world.ask("GET", "/v1/me").header("cookie", &format!("__Host-session={}; __Host-session=another", ada.session())).send().is(200);
}

pub fn nonsense_in_the_headers_is_nobody(world: &World) {
    world.host();
    for value in ["Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer ..", "Bearer null"] {
        world.ask("GET", "/v1/me").header("authorization", value).send().refused(401, "not_signed_in");
    }
    for value in ["__Host-session=", "__Host-session", ";;;=", "__Host-session=\"x\"", "__Host-session=a; __Host-session=b"] {
        world.ask("GET", "/v1/me").header("cookie", value).send().refused(401, "not_signed_in");
    }
}
