//! Explanations of permissions: the same decision that the gate makes, with its reasons.

use serde_json::{Value as Json, json};

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

/// Returns the explanation for `asker` about a member, and checks that the short answer agrees.
fn explained(asker: &Person, account: &Account, member: &str, permission: &str, rest: &str) -> Reply {
    let query = format!("?member_id={member}&permission={permission}{rest}");
    let (check, explain) =
        (asker.gets(&account.at(&format!("/access/check{query}"))).is(200), asker.gets(&account.at(&format!("/access/explain{query}"))).is(200));
    assert_eq!((check.at("/allowed"), check.at("/reason")), (explain.at("/allowed"), explain.at("/reason")));
    assert_eq!(explain.at("/allowed") == true, explain.at("/reason").is_null(), "{}", explain.summary());
    explain
}

/// Returns whether the step of this kind holds; `null` when there is none.
fn holds(explained: &Reply, kind: &str) -> Json {
    let steps = explained.at("/steps").as_array().expect("steps").clone();
    steps.iter().find(|step| step["kind"] == kind).map_or(Json::Null, |step| step["holds"].clone())
}

/// Returns `allowed`, or the kind of the step that fails.
fn answer(explained: &Reply) -> String {
    if explained.at("/allowed") == true { "allowed".to_owned() } else { explained.text("/reason") }
}

pub fn a_role_brings_what_it_brings(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let members = ["admin", "standard", "view_only"].map(|role| {
        let person = world.joins(&ada, &rossi, &format!("P{}", role.len()), role);
        (role, ada.member_id(&rossi, &person.email))
    });
    for (permission, who) in [
        ("members.manage", vec!["admin"]),
        ("members.view", vec!["admin", "standard", "view_only"]),
        ("resources.edit", vec!["admin", "standard"]),
        ("invoices.pay", vec!["admin"]),
        ("host.manage", vec![]),
    ] {
        for (role, member) in &members {
            let reply = explained(&ada, &rossi, member, permission, "");
            assert_eq!(answer(&reply), if who.contains(role) { "allowed" } else { "role" }, "{role} {permission}");
            assert_eq!((holds(&reply, "role"), holds(&reply, "account"), holds(&reply, "access")), (json!(who.contains(role)), json!(true), json!(true)));
        }
    }
    let reply = explained(&ada, &rossi, &members[1].1, "members.manage", "");
    let names: Vec<Json> = reply.at("/who_can_change").as_array().expect("names").iter().map(|one| one["name"].clone()).collect();
    assert!(names.iter().any(|name| name.as_str().is_some_and(|name| name.contains("Ada"))) && names.len() <= 10, "{names:?}");
}

pub fn a_grant_adds_to_the_role(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    assert_eq!(answer(&explained(&ada, &rossi, &member, "invoices.pay", "")), "role");
    let path = rossi.at(&format!("/members/{member}"));
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "permissions": ["invoices.pay", "profile.manage"]}))).is(200);
    let reply = explained(&ada, &rossi, &member, "invoices.pay", "");
    assert_eq!((answer(&reply).as_str(), holds(&reply, "role"), holds(&reply, "grant")), ("allowed", json!(false), json!(true)));
    // A person who may edit the profile may rename the account too.
    assert_eq!(answer(&explained(&ada, &rossi, &member, "account.rename", "")), "allowed");
    bob.renames(&rossi, "Rossi di Bob").is(200);
}

pub fn who_does_not_come_in_may_nothing_and_reads_why(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let contact = ada.adds_contact(&rossi, "carla@example.com").is(201).text("/id");
    assert_eq!(answer(&explained(&ada, &rossi, &contact, "account.view", "")), "access");
    let invited = ada.invites(&rossi, "ivo@example.com", "admin").invited().member;
    let reply = explained(&ada, &rossi, &invited, "account.view", "");
    assert_eq!((answer(&reply).as_str(), holds(&reply, "role"), holds(&reply, "suspension")), ("access", json!(true), Json::Null));
    let bob = world.joins(&ada, &rossi, "Bob", "admin");
    let member = ada.member_id(&rossi, &bob.email);
    assert_eq!(answer(&explained(&ada, &rossi, &member, "audit.view", "")), "allowed");
    ada.suspends(&rossi, &member, true).is(200);
    let reply = explained(&ada, &rossi, &member, "audit.view", "");
    assert_eq!((answer(&reply).as_str(), holds(&reply, "suspension"), holds(&reply, "role")), ("suspension", json!(false), json!(true)));
}

pub fn access_that_has_ended_says_when(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let path = rossi.at(&format!("/members/{member}"));
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "expires_at": "2026-11-29T09:00:00Z"}))).is(200);
    let reply = explained(&ada, &rossi, &member, "members.view", "");
    assert_eq!((answer(&reply).as_str(), holds(&reply, "expiry")), ("allowed", json!(true)));
    world.controls().passes(8 * 24 * 3_600);
    let reply = explained(&ada, &rossi, &member, "members.view", "");
    assert_eq!((answer(&reply).as_str(), holds(&reply, "expiry")), ("expiry", json!(false)));
    assert!(reply.body.contains("2026"), "{}", reply.summary());
}

pub fn the_host_role_counts_where_the_account_delegates(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    let boss = world.joins(&host, &world.host_account(), "Carlo", "admin");
    let invited = ada.invites(&rossi, &boss.email, "view_only").invited();
    boss.accepts_signed_in(&invited).is(201);
    let member = ada.member_id(&rossi, &boss.email);
    let reply = explained(&ada, &rossi, &member, "members.manage", "");
    assert_eq!((answer(&reply).as_str(), holds(&reply, "role"), holds(&reply, "delegation")), ("allowed", json!(false), json!(true)));
    let reply = explained(&ada, &rossi, &member, "delegation.manage", "");
    assert_eq!((answer(&reply).as_str(), holds(&reply, "delegation"), holds(&reply, "host")), ("role", json!(false), json!(false)));
    assert!(reply.at("/who_can_change").to_string().contains("\"delegation\""), "the host's admins could, too: {}", reply.summary());
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let invited = bea.invites(&bianchi, &boss.email, "view_only").invited();
    boss.accepts_signed_in(&invited).is(201);
    let reply = explained(&bea, &bianchi, &bea.member_id(&bianchi, &boss.email), "members.manage", "");
    assert_eq!((answer(&reply).as_str(), holds(&reply, "delegation")), ("role", Json::Null), "nothing is delegated there");
}

/// Returns name and authority of the people who can change it, and checks that their ids can be asked about.
fn changers(asker: &Person, account: &Account, reply: &Reply) -> Vec<(String, String)> {
    let named = reply.at("/who_can_change").as_array().expect("names").clone();
    let text = |one: &Json, key: &str| one[key].as_str().expect("text").to_owned();
    for one in &named {
        explained(asker, account, &text(one, "member_id"), "account.view", "");
    }
    named.iter().map(|one| (text(one, "name"), text(one, "via"))).collect()
}

fn has(changers: &[(String, String)], name: &str, via: &str) -> bool {
    changers.iter().any(|(who, how)| who.starts_with(name) && how == via)
}

pub fn who_can_change_it_are_those_who_can(world: &World) {
    let (host, (ada, rossi)) = (world.host(), world.account_of("Ada"));
    for name in ["Bo", "Bruno", "Berta", "Bice"] {
        world.joins(&ada, &rossi, name, "admin");
    }
    let carlo = world.joins(&host, &world.host_account(), "Carlo", "standard");
    let eve = world.joins(&ada, &rossi, "Eve", "view_only");
    let member = ada.member_id(&rossi, &eve.email);
    // Five people of the account do not hide those of the host.
    let who = changers(&ada, &rossi, &explained(&ada, &rossi, &member, "members.manage", ""));
    assert_eq!(who.iter().filter(|(_, via)| via == "member").count(), 5, "{who:?}");
    assert!(who.iter().any(|(_, via)| via == "delegation"), "{who:?}");
    // Only host users with the permission reactivate a deactivated account.
    host.puts_status(&rossi, "deactivated").is(200);
    let reply = explained(&host, &rossi, &member, "members.view", "");
    let who = changers(&host, &rossi, &reply);
    assert_eq!(answer(&reply), "account");
    assert!(who.iter().all(|(_, via)| via == "delegation") && !who.is_empty(), "{who:?}");
    assert!(has(&who, "Hedy", "delegation") || who.len() == 5, "{who:?}");
    host.puts_status(&rossi, "active").is(200);
    // A host user whose id is named can be asked about, and has no role in the account.
    let of_carlo = host.member_id(&world.host_account(), &carlo.email);
    let reply = explained(&ada, &rossi, &of_carlo, "members.manage", "");
    assert_eq!((answer(&reply).as_str(), holds(&reply, "role"), holds(&reply, "access")), ("delegation", Json::Null, json!(true)));
    assert_eq!(answer(&explained(&ada, &rossi, &of_carlo, "members.view", "")), "allowed");
    // People of another account and contacts of the host are not found.
    let contact = host.adds_contact(&world.host_account(), &format!("contact.{}@example.com", world.tag())).is(201).text("/id");
    ada.gets(&rossi.at(&format!("/access/explain?member_id={contact}&permission=members.view"))).refused(404, "not_found");
}

pub fn a_permission_switched_off_is_the_host_admins_to_switch_on(world: &World) {
    let (host, (ada, rossi), (bea, bianchi)) = (world.host(), world.account_of("Ada"), world.unmanaged_account_of("Bea"));
    let at = "/v1/permissions/invoices.pay";
    host.ask("PATCH", at).when("*").json(&json!({"enabled": false})).send().is(200);
    for (admin, account) in [(&ada, &rossi), (&bea, &bianchi)] {
        let reply = explained(admin, account, &admin.member_id(account, &admin.email), "invoices.pay", "");
        let who = changers(admin, account, &reply);
        assert_eq!((answer(&reply).as_str(), who.len()), ("switch", 1), "{who:?}");
        assert!(has(&who, "Hedy", "host"), "{who:?}");
    }
    // An allowed permission is changed by the people who manage the users.
    let who = changers(&bea, &bianchi, &explained(&bea, &bianchi, &bea.member_id(&bianchi, &bea.email), "members.view", ""));
    assert!(who.len() == 1 && has(&who, "Bea", "member"), "{who:?}");
}

pub fn a_pixel_is_changed_by_those_it_is_assigned_to(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let (own, member) = (ada.member_id(&rossi, &ada.email), ada.member_id(&rossi, &bob.email));
    let pixel = ada.adds_resource(&rossi, "pixel", "1").is(201).text("/id");
    let about = format!("&resource_id={pixel}");
    assert_eq!(answer(&explained(&ada, &rossi, &own, "resources.edit", &about)), "allowed");
    assert_eq!(answer(&explained(&ada, &rossi, &member, "resources.edit", "")), "allowed", "some pixel");
    assert_eq!(answer(&explained(&ada, &rossi, &member, "resources.edit", &about)), "assignment");
    assert_eq!(answer(&explained(&ada, &rossi, &member, "resources.view", &about)), "allowed", "seeing pixels needs none");
    ada.assigns(&rossi, &pixel, &[&member]).is(200);
    let reply = explained(&ada, &rossi, &member, "resources.edit", &about);
    assert_eq!((answer(&reply).as_str(), holds(&reply, "assignment")), ("allowed", json!(true)));
    ada.gives_role(&rossi, &member, "view_only").is(200);
    let reply = explained(&ada, &rossi, &member, "resources.edit", &about);
    assert_eq!((answer(&reply).as_str(), holds(&reply, "assignment")), ("role", json!(true)), "a demotion keeps assignments, inert");
}

pub fn an_app_is_seen_by_those_who_may_see_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let eve = world.joins(&ada, &rossi, "Eve", "view_only");
    let (own, member) = (ada.member_id(&rossi, &ada.email), ada.member_id(&rossi, &eve.email));
    let app = |visibility: &str| {
        let app = json!({"kind": "app", "external_id": visibility, "name": visibility, "visibility": visibility});
        ada.posts(&rossi.at("/resources"), &app).is(201).text("/id")
    };
    let (everyone, assigned, admins) = (app("everyone"), app("assigned"), app("admins"));
    for (app, visibility, in_the_way) in [(&everyone, "everyone", "allowed"), (&assigned, "assigned", "visibility"), (&admins, "admins", "visibility")] {
        let about = format!("&resource_id={app}");
        assert_eq!(answer(&explained(&ada, &rossi, &own, "resources.view", &about)), "allowed", "admins see all apps");
        assert_eq!(answer(&explained(&ada, &rossi, &member, "resources.view", &about)), in_the_way, "{visibility}");
    }
    ada.assigns(&rossi, &assigned, &[&member]).is(200);
    let about = &format!("&resource_id={assigned}");
    assert_eq!(answer(&explained(&ada, &rossi, &member, "resources.view", about)), "allowed");
    // Assigned or not, an app is changed by people with `resources.manage`.
    ada.gives_role(&rossi, &member, "standard").is(200);
    assert_eq!(answer(&explained(&ada, &rossi, &member, "resources.edit", about)), "resource_kind");
    assert_eq!(answer(&explained(&ada, &rossi, &own, "resources.edit", about)), "allowed");
}

pub fn the_chain_is_told_in_the_readers_language(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let path = rossi.at(&format!("/access/explain?member_id={}&permission=members.view", ada.member_id(&rossi, &ada.email)));
    let reply = |language: &str| ada.ask("GET", &path).header("accept-language", language).send().is(200).body;
    assert!(reply("it").contains("L’account è attivo.") && reply("it").contains("Il ruolo Amministratore comprende questo permesso."));
    assert!(reply("en").contains("The account is active.") && reply("en").contains("The role Admin brings this permission."));
}

pub fn who_may_ask(world: &World) {
    let ((ada, rossi), (bea, bianchi)) = (world.account_of("Ada"), world.unmanaged_account_of("Bea"));
    let eve = world.joins(&ada, &rossi, "Eve", "view_only");
    let about = |member: &str| rossi.at(&format!("/access/explain?member_id={member}&permission=members.view"));
    let own = ada.member_id(&rossi, &ada.email);
    eve.gets(&about(&own)).is(200);
    eve.gets(&about(&ada.member_id(&rossi, &eve.email))).is(200);
    bea.gets(&about(&own)).refused(404, "not_found");
    world.ask("GET", &about(&own)).send().refused(401, "not_signed_in");
    let of_bianchi = bianchi.at(&format!("/access/explain?member_id={}&permission=members.view", bea.member_id(&bianchi, &bea.email)));
    assert_eq!(world.host().gets(&of_bianchi).refused(403, "not_allowed").at("/permission"), "members.view");
}

pub fn questions_about_nobody_and_nothing(world: &World) {
    let ((ada, rossi), (bea, bianchi)) = (world.account_of("Ada"), world.unmanaged_account_of("Bea"));
    let own = ada.member_id(&rossi, &ada.email);
    let asks = |member: &str, rest: &str| ada.gets(&rossi.at(&format!("/access/check?member_id={member}&permission={rest}")));
    asks(&own, "members.fly").refused_field("/permission", "unknown");
    asks("nobody", "members.view").refused(404, "not_found");
    asks("01990000-0000-7000-8000-000000000000", "members.view").refused(404, "not_found");
    asks(&bea.member_id(&bianchi, &bea.email), "members.view").refused(404, "not_found");
    asks(&own, "resources.view&resource_id=01990000-0000-7000-8000-000000000000").refused(404, "not_found");
    asks(&own, "resources.view&resource_id=x").refused(404, "not_found");
    ada.gets(&rossi.at("/access/check")).refused(400, "malformed");
}

pub fn a_row_of_the_matrix_changes_the_answer(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    assert_eq!(answer(&explained(&ada, &rossi, &member, "members.manage", "")), "role");
    bob.invites(&rossi, "new@example.com", "view_only").refused(403, "not_allowed");
    world.changes_matrix("INSERT INTO role_permission (via, role, permission) VALUES ('member', 'standard', 'members.manage')");
    assert_eq!(answer(&explained(&ada, &rossi, &member, "members.manage", "")), "allowed");
    bob.invites(&rossi, "new@example.com", "view_only").is(201);
    world.changes_matrix("DELETE FROM role_permission WHERE via = 'member' AND role = 'standard' AND permission = 'members.view'");
    bob.gets(&rossi.at("/members")).refused(403, "not_allowed");
    assert_eq!(answer(&explained(&ada, &rossi, &member, "members.view", "")), "role");
}

pub fn a_page_says_why_somebody_may_or_may_not(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let pixel = ada.adds_resource(&rossi, "pixel", "1").is(201).text("/id");
    let path = format!("/accounts/{}/users/{member}/permissions", rossi.id);
    let look = |person: &Person, query: &str, language: &str| {
        world.ask("GET", &format!("{path}?{query}")).cookie(&person.session()).header("accept-language", language).send().is(200).body
    };
    let list = look(&ada, &format!("resource={pixel}"), "en");
    let about = format!("permission=resources.edit&resource={pixel}");
    assert!(list.contains(&format!("href=\"?{}\"", about.replace('&', "&amp;"))), "{list}");
    let no = |language: &str, sentence: &str, query: &str| {
        let (page, no) = (look(&ada, query, language), "<span class=\"badge calm\">No</span>");
        assert!(page.contains(&format!("<li>{no} {sentence}")) && page.contains(&format!("<p class=\"badges\">{no}</p>")), "{page}");
        assert!(page.contains("Ada Neri <span class=\"note\">"), "who can change it: {page}");
    };
    no("en", "It is not assigned to this person.", &about);
    no("it", "Non è assegnato a questa persona.", &about);
    ada.assigns(&rossi, &pixel, &[&member]).is(200);
    let page = look(&bob, &about, "it");
    assert!(page.contains("<span class=\"badge good\">Sì</span> È assegnato a questa persona."), "{page}");
    ada.suspends(&rossi, &member, true).is(200);
    no("en", "Their access is suspended.", &about);
    no("it", "Il suo accesso è sospeso.", "permission=members.view");
    ada.opens(&format!("{path}?permission=resources.edit&resource=01990000-0000-7000-8000-000000000000")).is(404);
}

pub fn a_page_says_when_access_ended(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let path = rossi.at(&format!("/members/{member}"));
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "expires_at": "2026-11-29T09:00:00Z"}))).is(200);
    world.controls().passes(8 * 24 * 3_600);
    let address = format!("/accounts/{}/users/{member}/permissions?permission=members.view", rossi.id);
    for (language, sentence) in [("en", "Their access ended "), ("it", "Il suo accesso è terminato il ")] {
        let page = world.ask("GET", &address).cookie(&ada.session()).header("accept-language", language).send().is(200).body;
        assert!(page.contains(&format!("<span class=\"badge calm\">No</span> {sentence}")), "{page}");
    }
}

/// Returns the row with this title: yes or no, and the source.
fn row(page: &str, title: &str) -> (bool, String) {
    let row = page.split("<tr>").find(|row| row.contains(title)).expect("a row");
    (row.contains("badge good"), row.rsplit("<td").next().expect("a cell").to_owned())
}

pub fn the_permissions_of_a_person_are_listed_in_words(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let path = rossi.at(&format!("/members/{member}"));
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "permissions": ["invoices.pay"]}))).is(200);
    let look = |language: &str, rest: &str| {
        let address = format!("/accounts/{}/users/{member}{rest}", rossi.id);
        world.ask("GET", &address).cookie(&ada.session()).header("accept-language", language).send().is(200).body
    };
    assert!(look("it", "").contains(&format!("/users/{member}/permissions")), "the person's page leads there");
    let page = look("it", "/permissions");
    assert!(page.contains("Permessi di Bob"));
    assert!(row(&page, "Modificare pixel e app").0 && row(&page, "Modificare pixel e app").1.contains("ruolo"));
    assert!(row(&page, "Pagare fatture").0 && row(&page, "Pagare fatture").1.contains("concesso"));
    assert!(!row(&page, "Gestire gli utenti").0);
    ada.suspends(&rossi, &member, true).is(200);
    let page = look("en", "/permissions");
    assert!(!page.contains("badge good\">Yes") && page.contains("no access that counts"));
}
