//! The signed-in user's name, language and password.

use serde_json::json;

use crate::support::world::World;

pub fn everybody_sees_and_edits_their_own_name_and_language(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let me = ada.gets("/v1/me").is(200);
    assert_eq!((me.at("/email"), me.at("/first_name"), me.at("/email_verified")), (ada.email.as_str().into(), "Ada".into(), false.into()));
    let changed = ada.changes("PATCH", "/v1/me", "/v1/me", Some(&json!({"first_name": "Adelaide", "language": "it"}))).is(200);
    assert_eq!((changed.at("/first_name"), changed.at("/last_name"), changed.at("/language")), ("Adelaide".into(), "Neri".into(), "it".into()));
    assert_ne!(changed.header("etag"), me.header("etag"));
    assert_eq!(ada.gets("/v1/me").is(200).at("/first_name"), "Adelaide");
}

pub fn nobody_makes_themselves_more_than_they_are(world: &World) {
    let (ada, _) = world.account_of("Ada");
    for field in ["email", "email_verified", "password_hash", "status", "id", "role", "version", "created_at"] {
        ada.changes("PATCH", "/v1/me", "/v1/me", Some(&json!({field: "x"}))).is(422);
    }
    ada.changes("PATCH", "/v1/me", "/v1/me", Some(&json!({"first_name": ""}))).refused(422, "validation");
    ada.changes("PATCH", "/v1/me", "/v1/me", Some(&json!({"first_name": "a\r\nBcc: all@example.com"}))).refused_field("/first_name", "characters");
    ada.changes("PATCH", "/v1/me", "/v1/me", Some(&json!({"first_name": "a".repeat(1000)}))).refused_field("/first_name", "too_long");
    ada.changes("PATCH", "/v1/me", "/v1/me", Some(&json!({"language": "xx"}))).is(422);
}

pub fn a_new_password_needs_the_old_one_and_ends_all_sessions(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let (old, new) = (ada.password(), "entirely different words");
    let phone = ada.at_another_device();
    phone.signs_in().is(201);
    ada.changes_password("not the password at all", new).refused(403, "wrong_password");
    world.sign_in(&ada.email, &old).is(201);
    ada.changes_password(&old, new).is(204);
    phone.gets("/v1/me").refused(401, "not_signed_in");
    world.sign_in(&ada.email, &old).refused(401, "wrong_credentials");
    world.sign_in(&ada.email, new).is(201);
}

pub fn passwords_are_long_and_hard_to_guess_and_nothing_else(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let old = ada.password();
    let wrong = |new: &str, code: &str| {
        let reply = ada.changes_password(&old, new).refused(422, "validation");
        assert!(reply.wrong().iter().any(|(pointer, given)| pointer == "/new_password" && given == code), "{code}: {}", reply.summary());
    };
    wrong("fourteen chars", "too_short");
    wrong(&"long ".repeat(60), "too_long");
    wrong("passwordpassword", "guessable");
    wrong(&format!("{}1", ada.email), "guessable");
    ada.changes_password(&old, "🦊🐻🐼🦁🐯🐨🐮🐷🐸🐵🐔🐧🐦🦆🦉").is(204);
    ada.remembers("🦊🐻🐼🦁🐯🐨🐮🐷🐸🐵🐔🐧🐦🦆🦉");
    ada.signs_in().is(201);
}

pub fn a_password_counts_to_its_last_character(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let long: String = "abcdefghij klmnopqrst uvwxyz 0123456789 ".repeat(6).chars().take(240).collect();
    ada.changes_password(&ada.password(), &long).is(204);
    let all_but_one: String = long.chars().take(239).chain(['X']).collect();
    world.sign_in(&ada.email, &all_but_one).refused(401, "wrong_credentials");
    world.sign_in(&ada.email, &long).is(201);
}

pub fn my_accounts_say_where_i_am_and_as_what(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let invited = bea.invites(&bianchi, &ada.email, "view_only").invited();
    ada.accepts_signed_in(&invited).is(201);
    let mine = ada.gets("/v1/me/accounts").is(200).data();
    let of = |id: &str| mine.iter().find(|account| account["id"] == id).unwrap_or_else(|| panic!("{mine:?}")).clone();
    assert_eq!(mine.len(), 2);
    assert_eq!((&of(&rossi.id)["role"], &of(&rossi.id)["via"]), (&json!("admin"), &json!("member")));
    assert_eq!((&of(&bianchi.id)["role"], &of(&bianchi.id)["via"]), (&json!("view_only"), &json!("member")));
}

pub fn my_page_shows_all_my_accounts_and_which_i_may_not_leave(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
    world.controls().fill(&format!(
        "INSERT INTO account (id, parent_id, name, name_key, status, created_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
         SELECT printf('01980000-0000-7000-8000-%012d', i), '00000000-0000-7000-8000-000000000000', printf('A%03d', i), printf('a%03d', i), 'active', 1 FROM n;
         INSERT INTO member (id, account_id, email, email_key, access, role, user_id, created_at, updated_at)
         SELECT replace(a.id, '-8000-', '-8001-'), a.id, u.email, u.email_key, 'active', 'admin', u.id, 1, 1 FROM account a JOIN user u ON u.email = '{}' WHERE a.name GLOB 'A[0-9]*'",
        bob.email
    ));
    let first = bob.opens("/me").is(200).body;
    let rows = |body: &str| body.matches("data-label=\"Role\"").count();
    assert_eq!(rows(&first), 100);
    let next = first.split("href=\"/me?cursor=").nth(1).and_then(|rest| rest.split('"').next()).expect("a next page");
    let second = bob.opens(&format!("/me?cursor={next}")).is(200).body;
    assert_eq!((rows(&second), second.matches("/leave\"").count()), (21, 1));
    world.controls().fill(&format!(
        "DELETE FROM subscription; INSERT INTO subscription (member_id, category, account_id) SELECT id, 'domain', account_id FROM member WHERE email = '{}'",
        bob.email
    ));
    let kept = bob.opens(&format!("/me?cursor={next}")).is(200).body;
    assert_eq!((kept.matches("/leave\"").count(), kept.contains("Renewals and registrations must reach somebody")), (0, true));
}

pub fn a_failed_password_change_is_counted_like_a_failed_sign_in(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let ended = (0..60).any(|_| ada.changes_password("not the password at all", "entirely different words").status == 429);
    assert!(ended, "a stolen session must not guess the password for ever");
}
