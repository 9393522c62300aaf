//! «Preferenze Email»: who receives which e-mails. The category `domain` always keeps a recipient.

use serde_json::{Value as Json, json};

use crate::support::client::{Reply, counted};
use crate::support::people::Person;
use crate::support::world::{Account, World};

fn wants(person: &Person, account: &Account, member: &str, categories: &[&str]) -> Reply {
    let of = account.at(&format!("/members/{member}"));
    person.changes("PUT", &format!("{of}/email-preferences"), &of, Some(&json!({"categories": categories})))
}

fn account_wants(person: &Person, account: &Account, categories: &[&str]) -> Reply {
    person.changes("PUT", &account.at("/email-preferences"), &account.at(""), Some(&json!({"categories": categories})))
}

fn has_address(person: &Person, account: &Account, email: &Json) -> Reply {
    person.changes("PATCH", &account.at(""), &account.at(""), Some(&json!({"profile": {"email": email}})))
}

/// Makes this member the only recipient of the category `domain`.
fn alone(person: &Person, account: &Account, member: &str) {
    wants(person, account, member, &["domain"]).is(200);
    for other in person.gets(&account.at("/members?limit=100")).is(200).data() {
        let id = other["id"].as_str().expect("an id");
        if id != member && other["email_preferences"] == json!(["domain"]) {
            wants(person, account, id, &[]).is(200);
        }
    }
}

pub fn a_new_account_has_somebody_for_what_a_domain_needs(world: &World) {
    let host = world.host();
    let managed = host.creates_account("Rossi");
    let (bea, unmanaged) = world.unmanaged_account_of("Bea");
    for (person, account) in [(&host, &managed), (&bea, &unmanaged)] {
        let sent = person.sends(account, "domain", "Rinnovo").is(201);
        assert_eq!((sent.text("/deliveries/0/to"), sent.at("/deliveries/1")), (person.email.clone(), Json::Null));
        person.sends(account, "general", "Auguri").refused(409, "no_recipients");
    }
    let member = bea.member_id(&unmanaged, &bea.email);
    wants(&bea, &unmanaged, &member, &[]).refused(409, "domain_keeps_a_recipient");
    let root = world.host_account();
    let own = host.sees(&root, &host.member_id(&root, &host.email)).is(200);
    assert_eq!(own.at("/email_preferences"), json!(["domain"]));
}

pub fn a_contact_wants_nothing_at_first_and_the_account_everything(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = ada.adds_contact(&rossi, "carla@example.com").is(201);
    assert_eq!(carla.at("/email_preferences"), json!([]));
    assert_eq!(ada.gets(&rossi.at("")).is(200).at("/email_preferences"), json!(["general", "product", "domain", "administration", "support"]));
    let (_, bianchi) = world.unmanaged_account_of("Bea");
    assert_eq!(world.host().gets(&bianchi.at("")).is(200).at("/email_preferences"), json!([]), "nothing for who may not open the account");
}

pub fn preferences_are_put_whole(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = ada.adds_contact(&rossi, "carla@example.com").is(201).text("/id");
    assert_eq!(wants(&ada, &rossi, &carla, &["support", "general", "support"]).is(200).at("/email_preferences"), json!(["general", "support"]));
    assert_eq!(wants(&ada, &rossi, &carla, &["product"]).is(200).at("/email_preferences"), json!(["product"]));
    let line = &ada.gets(&rossi.at("/audit-events?limit=1")).is(200).data()[0];
    assert_eq!((&line["action"], &line["before"]["email_preferences"]), (&json!("member.preferences_changed"), &json!(["general", "support"])));
    assert_eq!(wants(&ada, &rossi, &carla, &[]).is(200).at("/email_preferences"), json!([]));
    wants(&ada, &rossi, &carla, &["news"]).refused_field("/categories/0", "unknown");
    let path = rossi.at(&format!("/members/{carla}/email-preferences"));
    ada.ask("PUT", &path).when("*").json(&json!({})).send().refused_field("/categories", "required");
    ada.ask("PUT", &path).json(&json!({"categories": []})).send().refused(428, "version_required");
    ada.ask("PUT", &path).when("\"v1\"").json(&json!({"categories": []})).send().refused(412, "stale_version");
    assert_eq!(account_wants(&ada, &rossi, &["domain", "general"]).is(200).at("/email_preferences"), json!(["general", "domain"]));
    ada.ask("PUT", &rossi.at("/email-preferences")).when("\"v1\"").json(&json!({"categories": []})).send().refused(412, "stale_version");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let foreign = bea.adds_contact(&bianchi, "dan@example.com").is(201).text("/id");
    ada.ask("PUT", &rossi.at(&format!("/members/{foreign}/email-preferences"))).when("*").json(&json!({"categories": []})).send().refused(404, "not_found");
}

pub fn somebody_always_receives_what_a_domain_needs(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = ada.adds_contact(&rossi, "carla@example.com").is(201).text("/id");
    alone(&ada, &rossi, &carla);
    let refused = wants(&ada, &rossi, &carla, &["general"]).refused(409, "domain_keeps_a_recipient");
    assert!(refused.text("/detail").contains("another person"), "it says what to do");
    ada.revokes(&rossi, &carla).refused(409, "domain_keeps_a_recipient");
    wants(&ada, &rossi, &carla, &["domain", "general"]).is(200);
    // The preference stays valid when access is given or taken away.
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
    let member = ada.member_id(&rossi, &bob.email);
    wants(&ada, &rossi, &member, &["domain"]).is(200);
    ada.revokes(&rossi, &carla).is(204);
    bob.leaves(&rossi).refused(409, "domain_keeps_a_recipient");
    ada.suspends(&rossi, &member, true).is(200);
    ada.takes_access(&rossi, &member).is(204);
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/email_preferences"), json!(["domain"]));
    ada.revokes(&rossi, &member).refused(409, "domain_keeps_a_recipient");
    let own = ada.member_id(&rossi, &ada.email);
    wants(&ada, &rossi, &own, &["domain"]).is(200);
    ada.revokes(&rossi, &member).is(204);
}

pub fn the_address_of_the_account_counts_as_a_recipient(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = ada.adds_contact(&rossi, "carla@example.com").is(201).text("/id");
    alone(&ada, &rossi, &carla);
    has_address(&ada, &rossi, &json!("ufficio@rossi.example")).is(200);
    wants(&ada, &rossi, &carla, &[]).is(200);
    has_address(&ada, &rossi, &json!(null)).refused(409, "domain_keeps_a_recipient");
    has_address(&ada, &rossi, &json!(" ")).refused(409, "domain_keeps_a_recipient");
    account_wants(&ada, &rossi, &["general"]).refused(409, "domain_keeps_a_recipient");
    has_address(&ada, &rossi, &json!("altro@rossi.example")).is(200);
    wants(&ada, &rossi, &carla, &["domain"]).is(200);
    account_wants(&ada, &rossi, &["general"]).is(200);
    wants(&ada, &rossi, &carla, &[]).refused(409, "domain_keeps_a_recipient");
    has_address(&ada, &rossi, &json!(null)).is(200);
    // The account's address counts only while it exists and receives `domain`.
    account_wants(&ada, &rossi, &["domain"]).is(200);
    ada.revokes(&rossi, &carla).refused(409, "domain_keeps_a_recipient");
}

pub fn an_account_without_a_recipient_is_not_stuck(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    world.controls().fill("DELETE FROM subscription");
    let carla = ada.adds_contact(&rossi, "carla@example.com").is(201).text("/id");
    wants(&ada, &rossi, &carla, &["general"]).is(200);
    account_wants(&ada, &rossi, &[]).is(200);
    has_address(&ada, &rossi, &json!("ufficio@rossi.example")).is(200);
    has_address(&ada, &rossi, &json!(null)).is(200);
    ada.revokes(&rossi, &carla).is(204);
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
    bob.leaves(&rossi).is(204);
}

/// Returns the number of recipients of the category `domain`.
fn recipients(person: &Person, account: &Account) -> usize {
    let people = person.gets(&account.at("/members?limit=100")).is(200).data();
    let wanting = people.iter().filter(|member| member["email_preferences"].as_array().is_some_and(|list| list.contains(&json!("domain")))).count();
    let own = person.gets(&account.at("")).is(200);
    wanting + usize::from(!own.text("/profile/email").is_empty() && own.at("/email_preferences").as_array().is_some_and(|list| list.contains(&json!("domain"))))
}

pub fn two_last_recipients_who_both_switch_off_leave_one(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in 0..3 {
        let people: Vec<String> = (0..4).map(|number| ada.adds_contact(&rossi, &format!("c{round}{number}@example.com")).is(201).text("/id")).collect();
        for id in &people {
            wants(&ada, &rossi, id, &["domain"]).is(200);
        }
        for other in ada.gets(&rossi.at("/members?limit=100")).is(200).data() {
            let id = other["id"].as_str().expect("an id").to_owned();
            if !people.contains(&id) && other["email_preferences"] == json!(["domain"]) {
                wants(&ada, &rossi, &id, &[]).is(200);
            }
        }
        let replies = world.at_once(&people, |id| {
            let path = rossi.at(&format!("/members/{id}"));
            if id.ends_with(['0', '2', '4', '6', '8', 'a', 'c', 'e']) {
                ada.ask("DELETE", &path).when("*").send()
            } else {
                ada.ask("PUT", &format!("{path}/email-preferences")).when("*").json(&json!({"categories": []})).send()
            }
        });
        assert_eq!(replies.iter().filter(|reply| reply.status < 300).count(), 3, "round {round}");
        assert!(replies.iter().filter(|reply| reply.status >= 300).all(|reply| reply.code() == "domain_keeps_a_recipient"));
        assert_eq!(recipients(&ada, &rossi), 1);
    }
}

pub fn an_address_emptied_against_the_last_recipient_ends_one_way(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = ada.adds_contact(&rossi, "carla@example.com").is(201).text("/id");
    for round in 0..3 {
        has_address(&ada, &rossi, &json!("ufficio@rossi.example")).is(200);
        wants(&ada, &rossi, &carla, &["domain"]).is(200);
        let replies = world.at_once(&[0, 1, 2], |turn| match turn {
            0 => ada.ask("PATCH", &rossi.at("")).when("*").json(&json!({"profile": {"email": null}})).send(),
            1 => ada.ask("PUT", &rossi.at("/email-preferences")).when("*").json(&json!({"categories": []})).send(),
            _ => ada.ask("PUT", &rossi.at(&format!("/members/{carla}/email-preferences"))).when("*").json(&json!({"categories": []})).send(),
        });
        let kept = counted(&replies, 409, "domain_keeps_a_recipient");
        assert_eq!(counted(&replies, 200, "") + kept, 3, "round {round}: emptied, or kept as the last");
        assert!(recipients(&ada, &rossi) >= 1, "round {round}: nobody is left");
        account_wants(&ada, &rossi, &["domain"]).is(200);
    }
}

pub fn the_preferences_page_says_them_in_the_documents_words(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = ada.adds_contact(&rossi, "carla@example.com").is(201).text("/id");
    alone(&ada, &rossi, &carla);
    let path = format!("/accounts/{}/users/{carla}", rossi.id);
    let page = world.ask("GET", &path).header("cookie", &format!("__Host-session={}; lang=it", ada.session())).send().is(200).body;
    for words in [
        "Preferenze email",
        "Email Generali - Annunci Generali e Reinvio Password",
        "Email Prodotti - Dettaglio Ordini, Email di Benvenuto, etc...",
        "Email Dominio - Notifiche di Rinnovo, Conferma Registrazione, etc...",
        "Email Amministrazione - Fatture e Reinvio Fatturazioni",
        "Email Supporto - Notifiche di Ticket di Supporto",
        "ricezione delle notifiche di rinnovo",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let version = |of: &str| ada.version(of).trim_matches(['"', 'v']).to_owned();
    let seen = version(&rossi.at(&format!("/members/{carla}")));
    ada.submits(&format!("{path}/email-preferences"), &[("version", &seen), ("categories", "domain"), ("categories", "general")]).is(303);
    assert_eq!(ada.sees(&rossi, &carla).is(200).at("/email_preferences"), json!(["domain", "general"]));
    let seen = version(&rossi.at(&format!("/members/{carla}")));
    let again = ada.submits(&format!("{path}/email-preferences"), &[("version", &seen), ("categories", "support")]).is(409).body;
    assert!(again.contains("Nobody would receive the domain letters") && again.contains("value=\"support\" checked"), "with what was ticked");
    let settings = format!("/accounts/{}/settings", rossi.id);
    ada.submits(&format!("{settings}/email-preferences"), &[("version", &version(&rossi.at(""))), ("categories", "support")]).is(303);
    assert_eq!(ada.gets(&rossi.at("")).is(200).at("/email_preferences"), json!(["support"]));
    // The form of the profile shows the error at the field for the address.
    ada.changes("PUT", &rossi.at("/email-preferences"), &rossi.at(""), Some(&json!({"categories": ["domain"]}))).is(200);
    has_address(&ada, &rossi, &json!("ufficio@rossi.example")).is(200);
    wants(&ada, &rossi, &carla, &[]).is(200);
    let kept = ada.submits(&format!("{settings}/profile"), &[("version", &version(&rossi.at(""))), ("email", ""), ("city", "Lodi")]).is(409).body;
    assert!(kept.contains("id=\"email-wrong\"") && kept.contains("value=\"Lodi\""));
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
    let read = bob.opens(&path).is(200).body;
    assert!(read.contains("No letters.") && !read.contains("name=\"categories\""), "who may not edit reads");
}
