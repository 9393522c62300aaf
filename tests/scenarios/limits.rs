//! Limits stop guessers, not owners (design §6): what is counted, for whom, for how long, and who never has to wait.

use serde_json::json;

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{HOST_EMAIL, HOST_PASSWORD, World};

const WRONG: &str = "not the password at all";
const NEW: &str = "entirely different words";

/// Tries to sign in as this person, from one of the scenario's IP addresses, with the cookie of this device or without.
fn tries(world: &World, person: &Person, password: &str, address: usize, device: &str) -> Reply {
    let builder = world.ask("POST", "/v1/sessions").header("cf-connecting-ip", &world.address(address));
    let builder = if device.is_empty() { builder } else { builder.header("cookie", &format!("__Host-device={device}")) };
    let reply = builder.json(&json!({"email": person.email, "password": password})).send();
    if reply.status == 201 {
        world.keeps_secret(&reply.text("/session_token"));
    }
    reply
}

/// Signs in by the page, as a browser does, and returns the device cookie.
pub(super) fn device_of(world: &World, person: &Person) -> String {
    let form = [("email", person.email.as_str()), ("password", &person.password()), ("next", "")];
    let reply = world.ask("POST", "/sign-in").header("sec-fetch-site", "same-origin").form(&form).send().is(303);
    let cookies: Vec<&str> = reply.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()).collect();
    let cookie = cookies.iter().find_map(|cookie| cookie.strip_prefix("__Host-device=")).unwrap_or_else(|| panic!("no device among {cookies:?}"));
    let (secret, rest) = cookie.split_once("; ").expect("attributes");
    assert!(rest.contains("HttpOnly") && rest.contains("Secure") && rest.contains("SameSite=Lax") && rest.contains("Max-Age=34560000"), "{cookie}");
    world.keeps_secret(secret);
    secret.to_owned()
}

/// Sends as many wrong passwords for one e-mail address as all IP addresses together may, ten from each.
fn use_up_guesses(world: &World, person: &Person) {
    for number in 0..50 {
        tries(world, person, WRONG, 100 + number / 10, "").refused(401, "wrong_credentials");
    }
    tries(world, person, &person.password(), 120, "").refused(429, "too_many_attempts");
}

pub fn ten_wrong_passwords_elsewhere_lock_nobody_out(world: &World) {
    let (ada, _) = world.account_of("Ada");
    for _ in 0..10 {
        tries(world, &ada, WRONG, 9, "").refused(401, "wrong_credentials");
    }
    tries(world, &ada, &ada.password(), 9, "").refused(429, "too_many_attempts");
    tries(world, &ada, &ada.password(), 1, "").is(201);
    // A correct password on another device does not help the guesser.
    tries(world, &ada, &ada.password(), 9, "").refused(429, "too_many_attempts");
}

pub fn on_a_known_device_nobody_elses_guesses_count(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let (bob, _) = world.account_of("Bob");
    let device = device_of(world, &ada);
    use_up_guesses(world, &ada);
    tries(world, &ada, &ada.password(), 101, &device).is(201);
    let form = [("email", ada.email.as_str()), ("password", &ada.password()), ("next", "")];
    let cookie = format!("__Host-device={device}");
    let page = world.ask("POST", "/sign-in").header("sec-fetch-site", "same-origin").header("cookie", &cookie).form(&form).send().is(303);
    assert!(!page.headers.get_all("set-cookie").iter().any(|cookie| cookie.to_str().unwrap_or_default().starts_with("__Host-device=")), "it is known already");
    // The device cookie works for one user only, and an invented one does not work.
    let bobs = device_of(world, &bob);
    tries(world, &ada, &ada.password(), 2, &bobs).refused(429, "too_many_attempts");
    tries(world, &ada, &ada.password(), 2, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").refused(429, "too_many_attempts");
}

pub fn a_stolen_device_has_a_lock_out_of_its_own(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let device = device_of(world, &ada);
    for number in 0..10 {
        tries(world, &ada, WRONG, 100 + number, &device).refused(401, "wrong_credentials");
    }
    let seconds: u64 = tries(world, &ada, &ada.password(), 120, &device).refused(429, "too_many_attempts").header("retry-after").parse().expect("seconds");
    assert!((800..=900).contains(&seconds), "{seconds}");
    tries(world, &ada, &ada.password(), 1, "").is(201);
    // A correct password on a device resets the counter of the device.
    let other = device_of(world, &ada);
    for _ in 0..9 {
        tries(world, &ada, WRONG, 1, &other).refused(401, "wrong_credentials");
    }
    tries(world, &ada, &ada.password(), 1, &other).is(201);
    tries(world, &ada, WRONG, 1, &other).refused(401, "wrong_credentials");
}

pub fn an_app_without_cookies_can_be_a_known_device_too(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let signs_in = |more: serde_json::Value| {
        let mut body = json!({"email": ada.email, "password": ada.password()});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let reply = world.ask("POST", "/v1/sessions").header("cf-connecting-ip", &world.address(3)).json(&body).send();
        if reply.status == 201 {
            world.keeps_secret(&reply.text("/session_token"));
        }
        reply
    };
    assert!(signs_in(json!({})).is(201).at("/device_token").is_null(), "nobody asked for one");
    let token = signs_in(json!({"remember_device": true})).is(201).text("/device_token");
    assert!(token.len() >= 43, "256 bits");
    use_up_guesses(world, &ada);
    signs_in(json!({})).refused(429, "too_many_attempts");
    let known = signs_in(json!({"device_token": token, "remember_device": true})).is(201);
    assert!(known.at("/device_token").is_null(), "it has it already");
}

pub fn many_at_once_from_one_place_are_all_counted(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let numbers: Vec<usize> = (0..30).collect();
    let replies = world.at_once(&numbers, |number| tries(world, &ada, &format!("{WRONG} {number}"), 9, ""));
    let judged = replies.iter().filter(|reply| reply.status == 401).count();
    assert_eq!((judged, replies.iter().filter(|reply| reply.status == 429).count()), (10, 20));
}

pub fn whoever_holds_the_mailbox_is_let_in_at_once(world: &World) {
    let bob = super::resets::verified(world, "Bob");
    let device = device_of(world, &bob);
    use_up_guesses(world, &bob);
    for _ in 0..10 {
        tries(world, &bob, WRONG, 1, &device).refused(401, "wrong_credentials");
    }
    bob.forgets_password().is(202);
    let mail = world.controls().emails().pop().expect("an e-mail");
    let body = json!({"token": super::resets::token_in(&mail.text), "new_password": NEW});
    world.ask("POST", "/v1/password-resets/confirm").header("cookie", &format!("__Host-device={device}")).json(&body).send().is(204);
    bob.remembers(NEW);
    // On an unknown device, from the IP address of the guesses, and on the device whose tries are used up.
    for (address, device) in [(1, ""), (100, ""), (1, device.as_str())] {
        tries(world, &bob, NEW, address, device).is(201);
    }
    tries(world, &bob, WRONG, 1, &device).refused(401, "wrong_credentials");
}

pub fn a_reset_forgets_the_devices_it_was_not_used_on(world: &World) {
    let bob = super::resets::verified(world, "Bob");
    let (own, thiefs) = (device_of(world, &bob), device_of(world, &bob));
    bob.forgets_password().is(202);
    let mail = world.controls().emails().pop().expect("an e-mail");
    let body = json!({"token": super::resets::token_in(&mail.text), "new_password": NEW});
    world.ask("POST", "/v1/password-resets/confirm").header("cookie", &format!("__Host-device={own}")).json(&body).send().is(204);
    bob.remembers(NEW);
    use_up_guesses(world, &bob);
    tries(world, &bob, NEW, 1, &thiefs).refused(429, "too_many_attempts");
    tries(world, &bob, NEW, 1, &own).is(201);
}

pub fn the_seconds_to_wait_are_the_true_ones(world: &World) {
    let (ada, _) = world.account_of("Ada");
    tries(world, &ada, WRONG, 9, "").refused(401, "wrong_credentials");
    world.controls().passes(300);
    for _ in 0..9 {
        tries(world, &ada, WRONG, 9, "").refused(401, "wrong_credentials");
    }
    let waits = || tries(world, &ada, &ada.password(), 9, "").refused(429, "too_many_attempts").header("retry-after").parse::<i64>().expect("seconds");
    let (first, second) = (waits(), waits());
    // Each request takes a second here.
    assert_eq!((first, second), (900 - 300 - 10, first - 1));
    world.controls().passes(second - 2);
    assert_eq!(waits(), 1);
    tries(world, &ada, &ada.password(), 9, "").is(201);
}

pub fn guessing_ends_for_a_whole_site_of_many_places(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let from = |ip: &str, password: &str| {
        let reply = world.ask("POST", "/v1/sessions").header("cf-connecting-ip", ip).json(&json!({"email": ada.email, "password": password})).send();
        if reply.status == 201 {
            world.keeps_secret(&reply.text("/session_token"));
        }
        reply
    };
    from("2001:db8:7:1::1", WRONG).refused(401, "wrong_credentials");
    let counted = world.controls().select("SELECT count, parts FROM attempt WHERE key = 'password:site:v6:2001:db8:7'");
    assert_eq!(counted, [json!({"count": 1, "parts": "{\"v6:2001:db8:7:1\":1}"})]);
    world.controls().fill("UPDATE attempt SET count = 500 WHERE key = 'password:site:v6:2001:db8:7'");
    from("2001:db8:7:ffff::1", &ada.password()).refused(429, "too_many_attempts");
    from("2001:db8:8:1::1", &ada.password()).is(201);
}

pub fn whoever_types_the_password_again_is_counted_as_the_user(world: &World) {
    let bob = super::resets::verified(world, "Bob");
    let rossi = bob.gets("/v1/me/accounts").is(200).data()[0].clone();
    let phone = bob.at_another_device();
    phone.signs_in().is(201);
    let account = format!("/v1/accounts/{}", rossi["id"].as_str().expect("an id"));
    let asks_for_address = |person: &Person, password: &str| {
        let body = json!({"email": format!("other.{}@example.com", world.tag()), "current_password": password});
        person.posts("/v1/me/email-changes", &body)
    };
    // These are not counted as guesses: a refused new password, a wrongly typed name, a correct password.
    asks_for_address(&bob, &bob.password()).is(202);
    for _ in 0..12 {
        bob.changes_password(&bob.password(), &format!("{} 1", bob.email)).refused_field("/new_password", "guessable");
        let body = json!({"name": "another", "current_password": bob.password()});
        bob.ask("DELETE", &account).when("*").json(&body).send().refused_field("/name", "other_name");
    }
    for number in 0..3 {
        bob.changes_password(WRONG, NEW).refused(403, "wrong_password");
        // It does not reset the counter of earlier guesses either.
        bob.changes_password(WRONG, &format!("{} 1", bob.email)).refused_field("/new_password", "guessable");
        asks_for_address(&phone, WRONG).refused(403, "wrong_password");
        let body = json!({"name": rossi["name"], "current_password": format!("{WRONG} {number}")});
        bob.ask("DELETE", &account).when("*").json(&body).send().refused(403, "wrong_password");
    }
    phone.changes_password(WRONG, NEW).refused(403, "wrong_password");
    let seconds: u64 = bob.changes_password(&bob.password(), NEW).refused(429, "too_many_attempts").header("retry-after").parse().expect("seconds");
    assert!((800..900).contains(&seconds), "{seconds}");
    asks_for_address(&phone, &bob.password()).refused(429, "too_many_attempts");
    let body = json!({"name": rossi["name"], "current_password": bob.password()});
    phone.ask("DELETE", &account).when("*").json(&body).send().refused(429, "too_many_attempts");
    // Only this session is limited.
    tries(world, &bob, &bob.password(), 1, "").is(201);
}

pub fn no_password_is_hashed_for_a_place_that_tried_too_often(world: &World) {
    world.controls().fill(&format!("INSERT INTO attempt (key, count, ends_at) VALUES ('password:place:{}', 50, 4000000000000)", world.address(0)));
    let reply = world.setup(world.setup_token(), HOST_EMAIL).refused(429, "too_many_attempts");
    assert!(reply.header("server-timing").contains("trips=2"), "the count, and the seconds to wait: {}", reply.header("server-timing"));
    world.controls().fill("UPDATE attempt SET count = 49");
    world.setup(world.setup_token(), HOST_EMAIL).is(201);
    let again = world.setup(world.setup_token(), "mallory@example.com").refused(409, "already_set_up");
    assert!(again.header("server-timing").contains("trips=1"), "nothing is hashed for a host that is there: {}", again.header("server-timing"));
    assert_eq!(world.controls().select("SELECT count FROM attempt WHERE key LIKE 'password:place:%'")[0]["count"], 49, "what was no guess is taken back");
    world.sign_in(HOST_EMAIL, HOST_PASSWORD).is(201);
}

pub fn a_password_longer_than_any_is_refused_as_such(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let body = json!({"email": ada.email, "password": "a".repeat(1_000_000)});
    world.ask("POST", "/v1/sessions").json(&body).send().refused(413, "too_large");
    let longest: String = "abcdefghij klmnopqrst uvwxyz 0123456789 ".chars().cycle().take(256).collect();
    ada.changes_password(&ada.password(), &(longest.clone() + "x")).refused_field("/new_password", "too_long");
    ada.changes_password(&ada.password(), &longest).is(204);
    world.sign_in(&ada.email, &(longest.clone() + "x")).refused(401, "wrong_credentials");
    world.sign_in(&ada.email, &longest).is(201);
}

pub fn common_passwords_are_refused_with_their_reason(world: &World) {
    let (ada, _) = world.account_of("Ada");
    for common in ["1qaz2wsx3edc4rfv", "1234567890987654321", "thisisapassword1", "ThisIsAPassword", "QWERTYUIOPASDFGH", "gfhjkm123456789"] {
        let reply = ada.changes_password(&ada.password(), common).refused_field("/new_password", "common");
        assert!(reply.text("/errors/0/detail").contains("people use most"), "{}", reply.summary());
    }
    ada.changes_password(&ada.password(), "gondola ferries twelve onions").is(204);
}

pub fn whoever_invites_gets_no_more_guesses_by_more_links(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let guesses = |token: &str, times: usize| {
        for _ in 0..times {
            world
                .ask("POST", "/v1/invitations/accept")
                .header("cf-connecting-ip", &world.address(1))
                .json(&json!({"token": token, "password": WRONG}))
                .send()
                .refused(401, "wrong_credentials");
        }
    };
    let first = bea.invites(&bianchi, &bob.email, "standard").invited();
    guesses(first.token(), 6);
    let second = bea.renews_link(&bianchi, &first.member).is(201).text("/link");
    let second = second.split('#').nth(1).expect("a token").to_owned();
    guesses(&second, 4);
    let body = json!({"token": second, "password": WRONG});
    world.ask("POST", "/v1/invitations/accept").header("cf-connecting-ip", &world.address(1)).json(&body).send().refused(429, "too_many_attempts");
    // They were guesses at Bob's password, so the sign-in counts them too. His own device can still sign in.
    tries(world, &bob, &bob.password(), 1, "").refused(429, "too_many_attempts");
}
