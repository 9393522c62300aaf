//! Address data of people and of the account, in the formats people write; and «Scegli contatto».

use serde_json::{Value as Json, json};

use crate::support::client::{Reply, counted};
use crate::support::people::Person;
use crate::support::world::{Account, World, percent};

fn adds(person: &Person, account: &Account, fields: &Json) -> Reply {
    let mut body = json!({"email": "carla@example.com"});
    body.as_object_mut().expect("fields").extend(fields.as_object().expect("fields").clone());
    person.posts(&account.at("/members"), &body)
}

fn patches(person: &Person, account: &Account, member: &str, fields: &Json) -> Reply {
    let path = account.at(&format!("/members/{member}"));
    person.changes("PATCH", &path, &path, Some(fields))
}

fn profiles(person: &Person, account: &Account, fields: &Json) -> Reply {
    person.changes("PATCH", &account.at(""), &account.at(""), Some(&json!({"profile": fields})))
}

pub fn nothing_is_forbidden_that_real_people_have_in_their_names(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for (first, last) in [
        ("Niccolò", "D'Àngelo"),
        ("O", "U"),
        ("Anna-Maria", "De’ Medici"),
        ("王", "小明"),
        ("محمد", "علي"),
        ("Мария", "Ivanova-Ρωμαίος"),
        ("Jean Paul", "van der Berg, Jr."),
        ("X Æ A-12", "123"),
    ] {
        let made = adds(&ada, &rossi, &json!({"first_name": first, "last_name": last})).is(201);
        assert_eq!((made.at("/first_name"), made.at("/last_name")), (first.into(), last.into()));
    }
    let mononym = adds(&ada, &rossi, &json!({"first_name": "Sukarno", "last_name": ""})).is(201);
    assert_eq!((mononym.at("/first_name"), mononym.at("/last_name")), ("Sukarno".into(), json!(null)));
    adds(&ada, &rossi, &json!({"last_name": "two\nlines"})).refused_field("/last_name", "characters");
}

pub fn a_telephone_number_is_taken_as_people_write_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for phone in
        ["+39 06 555.12-34", "0039(06)5551234", "112", "(+39) 06 1234567", "06 555 int. 3", "+39 06 12345 ext. 3", "+1 (555) 010-0199", "+39.3331234567"]
    {
        assert_eq!(adds(&ada, &rossi, &json!({"phone": phone})).is(201).at("/phone"), phone, "as it was typed");
    }
    for phone in ["call me", "+", "++39 06 1", "1234567890123456789"] {
        adds(&ada, &rossi, &json!({"phone": phone})).refused_field("/phone", "phone");
        profiles(&ada, &rossi, &json!({"phone": phone})).refused_field("/profile/phone", "phone");
    }
}

pub fn a_country_is_its_code(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = adds(&ada, &rossi, &json!({"country": "de"})).is(201);
    assert_eq!(carla.at("/country"), "DE");
    for (typed, code) in [("It", "IT"), ("Italia", "IT"), ("italy", "IT"), ("SM", "SM")] {
        assert_eq!(patches(&ada, &rossi, &carla.text("/id"), &json!({"country": typed})).is(200).at("/country"), code);
    }
    for typed in ["XX", "EU", "Atlantis", "I"] {
        patches(&ada, &rossi, &carla.text("/id"), &json!({"country": typed})).refused_field("/country", "country");
    }
}

pub fn an_italian_address_is_held_to_italian_rules(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let made = adds(&ada, &rossi, &json!({"country": "IT", "postcode": "00184", "province": "rm"})).is(201);
    assert_eq!(made.at("/province"), "RM");
    adds(&ada, &rossi, &json!({"country": "it", "postcode": "184"})).refused_field("/postcode", "postcode");
    adds(&ada, &rossi, &json!({"country": "it", "province": "Roma"})).refused_field("/province", "province");
    adds(&ada, &rossi, &json!({"country": "it", "province": "ZZ"})).refused_field("/province", "province");
    // In other countries both are free text.
    let london = adds(&ada, &rossi, &json!({"country": "GB", "postcode": "SW1A 1AA", "province": "Greater London"})).is(201).text("/id");
    adds(&ada, &rossi, &json!({"postcode": "anything", "province": "Roma"})).is(201);
    // A partial change is checked together with the stored values.
    patches(&ada, &rossi, &london, &json!({"country": "IT"})).refused(422, "italian_address");
    patches(&ada, &rossi, &made.text("/id"), &json!({"postcode": "SW1A"})).refused(422, "italian_address");
    patches(&ada, &rossi, &made.text("/id"), &json!({"province": "Roma"})).refused(422, "italian_address");
    patches(&ada, &rossi, &london, &json!({"country": "IT", "postcode": null, "province": "mi"})).is(200);
    profiles(&ada, &rossi, &json!({"country": "IT", "postcode": "1"})).refused_field("/profile/postcode", "postcode");
    profiles(&ada, &rossi, &json!({"country": "IT", "postcode": "00184", "province": "RM"})).is(200);
    profiles(&ada, &rossi, &json!({"postcode": "nowhere"})).refused(422, "italian_address");
}

pub fn an_italian_address_holds_when_it_is_edited_from_two_sides(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in 0..3 {
        let path = rossi.at(&format!("/members/{}", adds(&ada, &rossi, &json!({"postcode": "00184"})).is(201).text("/id")));
        let edits = [json!({"country": "IT"}), json!({"postcode": "SW1A 1AA"}), json!({"country": "IT"}), json!({"province": "Greater London"})];
        let replies = world.at_once(&edits, |edit| ada.ask("PATCH", &path).when("*").json(edit).send());
        let refused = counted(&replies, 422, "italian_address");
        assert_eq!(counted(&replies, 200, "") + refused, 4, "round {round}: edited, or against the rules of Italy by then");
        let end = ada.gets(&path).is(200);
        assert!(end.at("/country") != "IT" || end.at("/postcode") == "00184" && end.at("/province").is_null(), "round {round}: {}", end.body);
    }
}

pub fn the_account_has_a_profile(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let fields = json!({"company": "Rossi srl", "email": "ufficio@rossi.example", "phone": "+39 02 1234567", "address_1": "Via Po 1", "address_2": "scala B", "city": "Milano",
        "province": "MI", "postcode": "20100", "country": "IT", "tax_id": "IT01234567890", "language": "it"});
    let changed = profiles(&ada, &rossi, &fields).is(200);
    assert_eq!(changed.at("/profile"), fields);
    assert_eq!(changed.at("/name"), rossi.name.as_str(), "the name stays");
    let emptied = profiles(&ada, &rossi, &json!({"tax_id": null, "address_2": " "})).is(200);
    assert_eq!((emptied.at("/profile/tax_id"), emptied.at("/profile/address_2"), emptied.at("/profile/city")), (json!(null), json!(null), "Milano".into()));
    profiles(&ada, &rossi, &json!({"email": "no address"})).refused_field("/profile/email", "email");
    profiles(&ada, &rossi, &json!({"language": "de"})).refused_field("/profile/language", "unknown");
    profiles(&ada, &rossi, &json!({"nickname": "x"})).is(422);
    ada.ask("PATCH", &rossi.at("")).when("\"v1\"").json(&json!({"profile": {"city": "Bari"}})).send().refused(412, "stale_version");
    let both = ada.changes("PATCH", &rossi.at(""), &rossi.at(""), Some(&json!({"name": "Rossi e figli", "profile": {"city": "Lodi"}}))).is(200);
    assert_eq!((both.at("/name"), both.at("/profile/city")), ("Rossi e figli".into(), "Lodi".into()));
    let line = &ada.gets(&rossi.at("/audit-events?limit=1")).is(200).data()[0];
    assert_eq!((&line["action"], &line["before"]["city"], &line["after"]["city"]), (&json!("account.profile_changed"), &json!("Milano"), &json!("Lodi")));
}

pub fn who_may_only_rename_edits_no_profile(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let clerk = world.joins(&world.host(), &world.host_account(), "Carlo", "standard");
    clerk.renames(&rossi, &format!("Rossi due ({})", world.tag())).is(200);
    assert_eq!(profiles(&clerk, &rossi, &json!({"city": "Bari"})).refused(403, "not_allowed").at("/permission"), "profile.manage");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    profiles(&bob, &rossi, &json!({"city": "Bari"})).refused(403, "not_allowed");
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "permissions": ["profile.manage"]}))).is(200);
    profiles(&bob, &rossi, &json!({"city": "Bari"})).is(200);
    bob.renames(&rossi, &format!("Rossi tre ({})", world.tag())).is(200);
}

fn page(person: &Person, account: &Account, rest: &str) -> String {
    person.opens(&format!("/accounts/{}/{rest}", account.id)).is(200).body
}

fn submits(person: &Person, account: &Account, rest: &str, fields: &[(&str, &str)]) -> Reply {
    person.submits(&format!("/accounts/{}/{rest}", account.id), fields)
}

/// Returns the version in the form of a page.
fn version(person: &Person, path: &str) -> String {
    person.version(path).trim_matches(['"', 'v']).to_owned()
}

pub fn a_refused_form_keeps_what_was_typed(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = adds(&ada, &rossi, &json!({"city": "Roma"})).is(201).text("/id");
    let seen = version(&ada, &rossi.at(&format!("/members/{carla}")));
    let fields =
        [("version", seen.as_str()), ("email", "carla@example.com"), ("first_name", "Carla <b>"), ("phone", "call me"), ("postcode", "9"), ("country", "it")];
    let again = submits(&ada, &rossi, &format!("users/{carla}/contact"), &fields).is(422).body;
    for part in ["id=\"phone-wrong\"", "id=\"postcode-wrong\"", "value=\"call me\"", "value=\"9\"", "value=\"Carla &#60;b&#62;\""] {
        assert!(again.contains(part), "{part}");
    }
    let fields =
        [("email", "not one"), ("sub_account", "true"), ("role", "view_only"), ("city", "Bari"), ("categories", "support"), ("permissions", "domains.view")];
    let again = submits(&ada, &rossi, "users", &fields).is(422).body;
    for part in [
        "id=\"email-wrong\"",
        "value=\"Bari\"",
        "value=\"support\" checked",
        "value=\"domains.view\" checked",
        "value=\"view_only\" checked",
        "value=\"not one\"",
    ] {
        assert!(again.contains(part), "{part}");
    }
}

pub fn a_contact_is_chosen_or_added(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for number in 0..25 {
        adds(
            &ada,
            &rossi,
            &json!({"email": format!("c{number}@example.com"), "first_name": "Carla", "last_name": format!("Conti{number:02}"), "company": "Forno srl"}),
        )
        .is(201);
    }
    let bare = page(&ada, &rossi, "users/new");
    assert!(!bare.contains("Conti00") && bare.contains("name=\"search\""), "nobody is listed before they are searched for");
    assert!(bare.find("name=\"search\"") < bare.find("name=\"email\""), "the search comes first");
    for search in ["conti07", "c7@example.com"] {
        let found = page(&ada, &rossi, &format!("users/new?search={}", percent(search)));
        assert!(found.contains("Conti07") && !found.contains("Conti08"), "{search}");
    }
    let first = page(&ada, &rossi, "users/new?search=forno");
    assert_eq!(first.matches("class=\"person\"").count(), 20);
    let next = first.split("href=\"").find(|part| part.contains("cursor=")).expect("a next page").split('"').next().unwrap_or_default().replace("&#38;", "&");
    assert_eq!(ada.opens(&next).is(200).body.matches("class=\"person\"").count(), 5);
    assert!(page(&ada, &rossi, "users/new?search=nobody").contains("Nobody matches"));
    let fields = [("email", "nino@example.com"), ("first_name", "Nino"), ("phone", "+39 06 1234"), ("categories", "domain"), ("categories", "support")];
    let added = submits(&ada, &rossi, "users", &fields).is(303);
    assert!(added.header("location").ends_with("?done=contact_added"), "{}", added.summary());
    let nino = ada.sees(&rossi, &ada.member_id(&rossi, "nino@example.com")).is(200);
    assert_eq!(
        (nino.at("/access/status"), nino.at("/phone"), nino.at("/email_preferences")),
        ("none".into(), "+39 06 1234".into(), json!(["domain", "support"]))
    );
}

pub fn whoever_manages_contacts_adds_them_on_the_page(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    assert!(!page(&bob, &rossi, "users").contains("/users/new"));
    bob.opens(&format!("/accounts/{}/users/new", rossi.id)).is(403);
    let path = rossi.at(&format!("/members/{}", ada.member_id(&rossi, &bob.email)));
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "permissions": ["contacts.manage"]}))).is(200);
    assert!(page(&bob, &rossi, "users").contains("Add a contact"));
    let form = page(&bob, &rossi, "users/new");
    assert!(!form.contains("name=\"sub_account\"") && !form.contains("name=\"role\""), "no way to give access");
    submits(&bob, &rossi, "users", &[("email", "carla@example.com")]).is(303);
    submits(&bob, &rossi, "users", &[("email", "dan@example.com"), ("sub_account", "true"), ("role", "view_only")]).is(403);
}

pub fn the_profile_page_of_the_account_saves_and_says_what_is_wrong(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let seen = version(&ada, &rossi.at(""));
    let saved =
        submits(&ada, &rossi, "settings/profile", &[("version", &seen), ("company", "Rossi srl"), ("tax_id", "IT1"), ("country", "it"), ("language", "it")])
            .is(303);
    assert!(saved.header("location").ends_with("?done=account_saved"));
    assert_eq!(ada.gets(&rossi.at("")).is(200).at("/profile/country"), "IT");
    let seen = version(&ada, &rossi.at(""));
    let wrong = submits(&ada, &rossi, "settings/profile", &[("version", &seen), ("company", "Altra"), ("country", "IT"), ("province", "Milano")]).is(422).body;
    assert!(wrong.contains("id=\"province-wrong\"") && wrong.contains("value=\"Milano\"") && wrong.contains("value=\"Altra\""));
    submits(&ada, &rossi, "settings/profile", &[("version", "1"), ("company", "Altra")]).is(412);
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
    let read = page(&bob, &rossi, "settings");
    assert!(read.contains("Rossi srl") && !read.contains("settings/profile"));
}

/// Imports this many people with this address. Their names contain `series`.
fn bring_in(person: &Person, account: &Account, address: &str, series: &str, count: usize) -> Reply {
    let people: Vec<_> = (0..count).map(|number| json!({"email": address, "first_name": format!("{series}{number}")})).collect();
    person.posts(&account.at("/members/import"), &json!({ "members": people })).is(200)
}

/// Returns how many lines have this outcome.
fn lines_that_are(reply: &Reply, outcome: &str) -> usize {
    reply.at("/lines").as_array().expect("lines").iter().filter(|line| line["outcome"] == outcome).count()
}

pub fn fifty_people_share_an_address_and_no_more(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let adds =
        |person: &Person, account: &Account, name: &str| person.posts(&account.at("/members"), &json!({"email": "Office@Example.com", "first_name": name}));
    assert_eq!(lines_that_are(&bring_in(&ada, &rossi, "office@example.com", "Nina", 48), "created"), 48);
    let carla = adds(&ada, &rossi, "Carla").is(201).text("/id");
    let gina = ada.posts(&rossi.at("/members"), &json!({"email": "gina@example.com", "first_name": "Gina"})).is(201).text("/id");
    // The file has two more people, and there is room for one.
    let preview = json!({"members": [{"email": "office@example.com", "first_name": "Dino"}, {"email": "office@example.com", "first_name": "Elio"}]});
    for query in ["?preview=true", ""] {
        let reply = ada.posts(&rossi.at(&format!("/members/import{query}")), &preview).is(200);
        assert_eq!((reply.text("/lines/0/outcome"), reply.text("/lines/1/outcome")), ("created".into(), "refused".into()), "{}", reply.summary());
        assert_eq!((reply.text("/lines/1/errors/0/pointer"), reply.text("/lines/1/errors/0/code")), ("/email".into(), "address_shared_by_too_many".into()));
        assert!(reply.text("/lines/1/errors/0/detail").contains("50 people"), "{}", reply.summary());
    }
    // Now nobody can be added: no contact, no invited person, and nobody by a changed address.
    adds(&ada, &rossi, "Fina").refused(409, "address_shared_by_too_many");
    ada.invites(&rossi, "office@example.com", "view_only").refused(409, "address_shared_by_too_many");
    let changes = |member: &str, body: &serde_json::Value| ada.ask("PATCH", &rossi.at(&format!("/members/{member}"))).when("*").json(body).send();
    changes(&gina, &json!({"email": "office@example.com"})).refused(409, "address_shared_by_too_many");
    let moved = ada.posts(&rossi.at("/members/import"), &json!({"members": [{"id": gina, "email": "office@example.com"}]})).is(200);
    assert_eq!(moved.text("/lines/0/errors/0/code"), "address_shared_by_too_many");
    assert_eq!(ada.sees(&rossi, &gina).text("/email"), "gina@example.com");
    // Existing people can be edited, matched by a file, and given access. Other accounts have room.
    changes(&carla, &json!({"city": "Roma", "email": "OFFICE@example.com"})).is(200);
    assert_eq!(lines_that_are(&bring_in(&ada, &rossi, "office@example.com", "Nina", 48), "unchanged"), 48);
    ada.ask("PUT", &rossi.at(&format!("/members/{carla}/access"))).when("*").json(&json!({"role": "standard"})).send().is(200);
    adds(&bea, &bianchi, "Fina").is(201);
    // A removed person leaves room for another.
    let nina = ada.gets(&rossi.at("/members?search=nina7")).is(200).data()[0]["id"].as_str().expect("Nina").to_owned();
    ada.ask("DELETE", &rossi.at(&format!("/members/{nina}"))).when("*").send().is(204);
    changes(&gina, &json!({"email": "office@example.com"})).is(200);
    adds(&ada, &rossi, "Fina").refused(409, "address_shared_by_too_many");
}

pub fn the_last_place_at_an_address_is_taken_once(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    bring_in(&ada, &rossi, "office@example.com", "Nina", 49);
    let replies =
        world.at_once(&["Carla", "Dino", "Elio", "Fina"], |name| ada.posts(&rossi.at("/members"), &json!({"email": "office@example.com", "first_name": name})));
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    assert!(replies.iter().filter(|reply| reply.status != 201).all(|reply| reply.code() == "address_shared_by_too_many"));
    bring_in(&ada, &rossi, "sales@example.com", "Nina", 49);
    let replies = world.at_once(&["Pia", "Rosa", "Tea", "Una"], |series| bring_in(&ada, &rossi, "sales@example.com", series, 2));
    assert_eq!(replies.iter().map(|reply| lines_that_are(reply, "created")).sum::<usize>(), 1);
}
