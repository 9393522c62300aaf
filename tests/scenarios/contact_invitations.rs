//! An invitation for an address that is a contact already is that contact's.

use serde_json::{Value as Json, json};

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

const CARLA: &str = "carla@example.com";

fn adds(ada: &Person, account: &Account, first_name: &str, more: &Json) -> String {
    let mut contact = json!({"email": CARLA, "first_name": first_name});
    contact.as_object_mut().expect("fields").extend(more.as_object().cloned().unwrap_or_default());
    ada.posts(&account.at("/members"), &contact).is(201).text("/id")
}

fn invites(ada: &Person, account: &Account, more: &Json) -> Reply {
    let mut new = json!({"email": "Carla@Example.com", "access": {"role": "standard"}});
    new.as_object_mut().expect("fields").extend(more.as_object().cloned().unwrap_or_default());
    ada.posts(&account.at("/members"), &new)
}

fn people(ada: &Person, account: &Account) -> usize {
    ada.gets(&account.at("/members?limit=100")).is(200).data().len()
}

pub fn an_invitation_for_a_contact_is_theirs(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let carla = adds(&ada, &rossi, "Carla", &json!({"phone": "06 555", "city": "Lodi", "email_preferences": ["domain"]}));
    let typed = json!({"first_name": "Carlotta", "last_name": "Verdi", "phone": "02 555", "company": "Bottega", "city": "Roma", "address_1": "Via Roma 1",
        "email_preferences": ["support", "domain"]});
    let invited = invites(&ada, &rossi, &typed).is(201);
    assert_eq!((invited.text("/id"), invited.at("/was_contact"), invited.text("/access/status")), (carla.clone(), json!(true), "invited".into()));
    assert_eq!(invited.header("location"), rossi.at(&format!("/members/{carla}")));
    let seen = ada.sees(&rossi, &carla).is(200);
    let kept = ["first_name", "last_name", "phone", "city", "address_1", "company", "email"].map(|field| seen.at(&format!("/{field}")));
    assert_eq!(kept, [json!("Carla"), Json::Null, json!("06 555"), json!("Lodi"), Json::Null, json!("Bottega"), json!(CARLA)], "what is missing is added");
    assert_eq!((seen.at("/email_preferences"), seen.at("/version"), seen.at("/was_contact")), (json!(["domain"]), json!(2), Json::Null));
    assert_eq!(people(&ada, &rossi), 2, "nobody is there twice");
    for (word, found) in [("bottega", 1), ("carla", 1), ("carlotta", 0), ("verdi", 0)] {
        assert_eq!(ada.gets(&rossi.at(&format!("/members?search={word}&access=invited"))).is(200).data().len(), found, "{word}");
    }
    let line = &ada.gets(&rossi.at("/audit-events?limit=1")).is(200).data()[0];
    assert_eq!((&line["action"], &line["target"]["id"], &line["target"]["name"]), (&json!("member.invited"), &json!(carla), &json!("Carla@Example.com")));
    assert_eq!((&line["before"], &line["after"]["role"], &line["after"]["wanted"]), (&json!({"access": "none"}), &json!("standard"), &Json::Null));
    let got = ["company", "phone", "city", "first_name", "given"].map(|field| line["after"][field].clone());
    assert_eq!(got, [json!("Bottega"), Json::Null, Json::Null, Json::Null, Json::Null], "the line says what the contact got");
    // Carla comes in as herself.
    let herself = world.someone("Carla").at_address(CARLA);
    herself.accepts(&invited.invited()).is(201);
    assert_eq!(ada.sees(&rossi, &carla).text("/access/status"), "active");
    invites(&ada, &rossi, &json!({})).refused(409, "already_member");
    let new = ada.invites(&rossi, "dino@example.com", "standard").is(201);
    assert_eq!(new.at("/was_contact"), json!(false));
}

pub fn an_invitation_gives_a_contact_without_details_all_of_them(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let carla = ada.posts(&rossi.at("/members"), &json!({"email": CARLA})).is(201).text("/id");
    let pixel = ada.adds_resource(&rossi, "pixel", "1").is(201).text("/id");
    let typed = json!({"first_name": "Carla", "last_name": "Verdi", "address_1": "Via Uno 1", "city": "Lodi", "province": "LO", "country": "IT",
        "access": {"role": "standard", "permissions": ["contacts.manage"], "resource_ids": [pixel], "expires_at": "2099-01-01T00:00:00Z"}});
    let invited = invites(&ada, &rossi, &typed).is(201);
    assert_eq!((invited.text("/id"), invited.text("/last_name"), invited.text("/province")), (carla.clone(), "Verdi".into(), "LO".into()));
    assert_eq!((invited.at("/access/permissions"), invited.at("/access/resource_ids")), (json!(["contacts.manage"]), json!([pixel])));
    assert_eq!(invited.text("/access/expires_at"), "2099-01-01T00:00:00Z");
    assert_eq!(ada.gets(&rossi.at("/members?search=verdi&access=invited&role=standard")).is(200).data().len(), 1, "found by the name");
}

/// The contacts of the address, by name; the name of the invitation; whose it is. A star is somebody new, a dash is nobody: the caller chooses.
const WHOSE: [(&str, &str, &str); 12] = [
    ("", "Carla", "*"),
    ("Carla", "", "Carla"),
    ("Carla", "Carla", "Carla"),
    ("Carla", "carla", "Carla"),
    ("Carla", "Dino", "Carla"),
    ("Carla,Dino", "Dino", "Dino"),
    ("Carla,Dino", "D\u{ed}no", "Dino"),
    ("Carla,Dino", "Elio", "-"),
    ("Carla,Dino", "", "-"),
    ("Carla,Dino,Elio", "Carla", "Carla"),
    ("Carla,Carla", "Carla", "Carla"),
    ("Carla,Carla", "", "-"),
];

pub fn whose_an_invitation_is_follows_from_the_names(world: &World) {
    let host = world.host();
    for (contacts, name, whose) in WHOSE {
        let account = host.creates_account("Bottega");
        let before = people(&host, &account);
        let known: Vec<&str> = contacts.split(',').filter(|name| !name.is_empty()).collect();
        for name in &known {
            adds(&host, &account, name, &json!({}));
        }
        let reply = invites(&host, &account, &json!({"first_name": name}));
        let found = match (reply.status, reply.at("/was_contact")) {
            (201, Json::Bool(true)) => reply.text("/first_name"),
            (201, Json::Bool(false)) => "*".to_owned(),
            (409, _) => reply.text("/code").replace("several_contacts", "-"),
            other => format!("{other:?}"),
        };
        assert_eq!(found, whose, "{contacts}; {name}: {}", reply.summary());
        assert_eq!(people(&host, &account), before + known.len() + usize::from(whose == "*"), "{contacts}; {name}");
    }
}

pub fn of_several_contacts_the_inviter_chooses(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let [carla, dino] = ["Carla", "Dino"].map(|name| adds(&ada, &rossi, name, &json!({"email_preferences": ["general"]})));
    let stranger = ada.adds_contact(&rossi, "other@example.com").is(201).text("/id");
    let refused = invites(&ada, &rossi, &json!({})).refused(409, "several_contacts");
    assert!(refused.text("/detail").contains("/access"), "{}", refused.summary());
    for contact in [stranger.as_str(), "nobody", &carla.replace('0', "1")] {
        invites(&ada, &rossi, &json!({"contact": contact})).refused(409, "several_contacts");
    }
    ada.posts(&rossi.at("/members"), &json!({"email": CARLA, "contact": carla})).refused_field("/contact", "unknown_field");
    let chosen = invites(&ada, &rossi, &json!({"contact": dino, "first_name": "Carla"})).is(201);
    assert_eq!((chosen.text("/id"), chosen.text("/first_name"), chosen.at("/email_preferences")), (dino, "Dino".into(), json!(["general"])));
    assert_eq!(people(&ada, &rossi), 4);
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let only = adds(&bea, &bianchi, "Carla", &json!({}));
    let new = invites(&bea, &bianchi, &json!({"contact": "new", "first_name": "Carla"})).is(201);
    assert_eq!((new.at("/was_contact"), new.text("/id") == only, people(&bea, &bianchi)), (json!(false), false, 3));
}

pub fn of_many_invitations_for_one_contact_one_wins(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let carla = adds(&ada, &rossi, "Carla", &json!({}));
    let replies = world.at_once(&["Carla", "Dino", "Elio", ""], |name| invites(&ada, &rossi, &json!({"first_name": name})));
    let won: Vec<String> = replies.iter().filter(|reply| reply.status == 201).map(|reply| reply.text("/id")).collect();
    let lost = replies.iter().filter(|reply| reply.status == 409 && reply.text("/code") == "already_invited").count();
    assert_eq!((won, lost, people(&ada, &rossi)), (vec![carla], 3, 2));
}

pub fn an_invitation_for_a_contact_sent_twice_is_one(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let carla = adds(&ada, &rossi, "Carla", &json!({}));
    let new = json!({"email": CARLA, "access": {"role": "standard"}});
    let [first, again] = [0, 1].map(|_| ada.ask("POST", &rossi.at("/members")).header("idempotency-key", "carla-once").json(&new).send().is(201));
    assert_eq!([first.text("/id"), again.text("/id")], [carla.clone(), carla]);
    assert_eq!([first.at("/was_contact"), again.at("/was_contact")], [json!(true), json!(true)]);
    assert_eq!((first.at("/invitation/expires_at"), again.at("/invitation/link")), (again.at("/invitation/expires_at"), Json::Null));
}

pub fn the_page_says_whose_an_invitation_is_and_lets_choose(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let path = format!("/accounts/{}/users", rossi.id);
    let carla = adds(&ada, &rossi, "Carla", &json!({}));
    let form = [("email", CARLA), ("sub_account", "true"), ("role", "standard"), ("first_name", "Carlotta")];
    let done = ada.submits(&path, &form).is(200);
    assert!(done.body.contains("Carla was already a contact") && done.body.contains("/invitation#"), "{}", done.body);
    assert_eq!(ada.sees(&rossi, &carla).text("/access/status"), "invited");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let path = format!("/accounts/{}/users", bianchi.id);
    let [_, dino] = ["Carla", "Dino"].map(|name| adds(&bea, &bianchi, name, &json!({"company": format!("{name} & figli")})));
    let ask = bea.submits(&path, &form).is(409);
    for part in [format!("name=\"contact\" value=\"{dino}\""), "Dino, Dino &#38; figli".to_owned(), "value=\"new\"".to_owned(), "value=\"Carlotta\"".to_owned()]
    {
        assert!(ask.body.contains(&part), "{part} in {}", ask.body);
    }
    let chosen = [form.as_slice(), &[("contact", dino.as_str())]].concat();
    assert!(bea.submits(&path, &chosen).is(200).body.contains("Dino was already a contact"));
    assert_eq!(bea.sees(&bianchi, &dino).text("/access/status"), "invited");
    assert_eq!(people(&bea, &bianchi), 3);
}

pub fn a_line_that_is_invited_is_the_contact_of_its_address(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let carla = adds(&ada, &rossi, "Carla", &json!({"phone": "06 555", "email_preferences": ["domain"]}));
    for name in ["Dino", "Elio"] {
        ada.posts(&rossi.at("/members"), &json!({"email": "office@example.com", "first_name": name})).is(201);
    }
    let table = format!("email,first_name,city\n{CARLA},Carlotta,Lodi\noffice@example.com,Fina,\nnew@example.com,Gina,\n");
    let imports =
        |query: &str| ada.ask("POST", &rossi.at(&format!("/members/import{query}"))).header("content-type", "text/csv").bytes(table.as_str()).send().is(200);
    let without = imports("?preview=true");
    assert_eq!((without.text("/lines/0/outcome"), without.text("/lines/0/warnings/0/code")), ("created".into(), "shared_address".into()), "without a role");
    for query in ["?invite=standard&preview=true", "?invite=standard"] {
        let reply = imports(query);
        let told = |line: usize, what: &str| reply.text(&format!("/lines/{line}/{what}"));
        assert_eq!((told(0, "outcome"), told(0, "member_id"), told(0, "warnings/0/code")), ("updated".into(), carla.clone(), "was_contact".into()), "{query}");
        assert!(told(0, "warnings/0/detail").contains("the contact Carla,"), "{}", reply.summary());
        assert_eq!((told(1, "outcome"), told(1, "errors/0/code"), told(2, "outcome")), ("refused".into(), "several_contacts".into(), "created".into()));
    }
    let seen = ada.sees(&rossi, &carla).is(200);
    assert_eq!((seen.text("/access/status"), seen.text("/phone"), seen.at("/email_preferences")), ("invited".into(), "06 555".into(), json!(["domain"])));
    assert_eq!(people(&ada, &rossi), 5);
    let again = imports("?invite=standard");
    assert_eq!((again.text("/lines/0/outcome"), again.at("/lines/0/warnings"), people(&ada, &rossi)), ("unchanged".into(), json!([]), 5));
}
