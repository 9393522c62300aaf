//! «Attiva Sub-account», «il ruolo ed i permessi di gestione … in modo puntuale», and what never gives access.

use serde_json::{Value as Json, json};

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

fn version(person: &Person, path: &str) -> String {
    person.version(path).trim_matches(['"', 'v']).to_owned()
}

/// Sends a form of this member's page, with the current version.
fn submits(person: &Person, account: &Account, member: &str, rest: &str, fields: &[(&str, &str)]) -> Reply {
    let seen = version(person, &account.at(&format!("/members/{member}")));
    let fields: Vec<(&str, &str)> = std::iter::once(("version", seen.as_str())).chain(fields.iter().copied()).collect();
    person.submits(&format!("/accounts/{}/users/{member}/{rest}", account.id), &fields)
}

fn page(person: &Person, account: &Account, member: &str) -> String {
    person.opens(&format!("/accounts/{}/users/{member}", account.id)).is(200).body
}

fn puts_access(person: &Person, account: &Account, member: &str, access: &Json) -> Reply {
    let of = account.at(&format!("/members/{member}"));
    person.changes("PUT", &format!("{of}/access"), &of, Some(access))
}

pub fn the_tick_gives_access_suspends_and_restores(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let carla = world.someone("Carla");
    let member = ada.adds_contact(&rossi, &carla.email).is(201).text("/id");
    let of = rossi.at(&format!("/members/{member}"));
    ada.changes("PUT", &format!("{of}/email-preferences"), &of, Some(&json!({"categories": ["support"]}))).is(200);
    assert!(page(&ada, &rossi, &member).contains("Tick to make this person a sub-account"));
    let fields = [("sub_account", "true"), ("role", "standard"), ("permissions", "tickets.open"), ("permissions", "domains.view")];
    let shown = submits(&ada, &rossi, &member, "access", &fields).is(200).body;
    let link = shown.split("value=\"").find(|part| part.contains("/invitation#")).expect("a link").split('"').next().unwrap_or_default().to_owned();
    let seen = ada.sees(&rossi, &member).is(200);
    assert_eq!((seen.at("/access/status"), seen.at("/access/permissions")), ("invited".into(), json!(["domains.view", "tickets.open"])));
    carla.accepts(&crate::support::people::Invited { member: member.clone(), link }).is(201);

    // Off suspends: nothing is lost.
    assert!(page(&ada, &rossi, &member).contains("name=\"sub_account\" value=\"true\" checked"));
    submits(&ada, &rossi, &member, "suspension", &[]).is(303);
    carla.gets(&rossi.at("")).refused(404, "not_found");
    let off = ada.sees(&rossi, &member).is(200);
    assert_eq!((off.at("/access/status"), off.at("/access/role"), off.at("/email_preferences")), ("suspended".into(), "standard".into(), json!(["support"])));
    assert!(!page(&ada, &rossi, &member).contains("name=\"sub_account\" value=\"true\" checked"));
    ada.changes("PUT", &format!("{of}/email-preferences"), &of, Some(&json!({"categories": ["general"]}))).is(200);

    // On again restores it, with the same password. Repeating the current state changes nothing.
    submits(&ada, &rossi, &member, "suspension", &[("sub_account", "true")]).is(303);
    let on = ada.sees(&rossi, &member).is(200);
    assert_eq!((on.at("/access/status"), on.at("/access/permissions")), ("active".into(), json!(["domains.view", "tickets.open"])));
    carla.gets(&rossi.at("")).is(200);
    carla.signs_in().is(201);
    let lines = || ada.gets(&rossi.at("/audit-events?limit=100")).is(200).data().len();
    let before = (lines(), version(&ada, &of));
    submits(&ada, &rossi, &member, "suspension", &[("sub_account", "true")]).is(303);
    assert_eq!((lines(), version(&ada, &of)), before);
}

pub fn somebody_who_has_a_user_is_linked_and_not_made_twice(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let member = ada.posts(&rossi.at("/members"), &json!({"email": bea.email.to_uppercase(), "first_name": "Beatrice", "city": "Roma"})).is(201).text("/id");
    let invited = ada.gives_role(&rossi, &member, "view_only").is(200).invited();
    bea.accepts_signed_in(&invited).is(201);
    let seen = ada.sees(&rossi, &member).is(200);
    assert_eq!((seen.at("/access/status"), seen.at("/first_name"), seen.at("/city")), ("active".into(), "Beatrice".into(), "Roma".into()));
    let mine: Vec<Json> = bea.gets("/v1/me/accounts").is(200).data().iter().map(|account| account["id"].clone()).collect();
    assert!(mine.contains(&json!(rossi.id)) && mine.contains(&json!(bianchi.id)), "one user, two accounts");
    let found = ada.gets(&rossi.at("/members?search=beatrice")).is(200).data();
    assert_eq!(found.len(), 1);
}

pub fn an_address_shared_by_contacts_opens_for_one_of_them(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let info = world.someone("Info");
    let invited = ada.invites(&rossi, &info.email, "standard").invited();
    let one = ada.adds_contact(&rossi, &info.email).is(201).text("/id");
    let refused = ada.gives_role(&rossi, &one, "standard").refused(409, "already_invited");
    assert_eq!(refused.at("/member_id"), invited.member.as_str());
    info.accepts(&invited).is(201);
    // The other order: the person with access is first.
    assert_eq!(ada.gives_role(&rossi, &one, "standard").refused(409, "already_member").at("/member_id"), invited.member.as_str());
    ada.invites(&rossi, &info.email.to_uppercase(), "view_only").refused(409, "already_member");
    let two = ada.adds_contact(&rossi, &info.email).is(201).text("/id");
    // The address of a contact alone gives no access.
    let three = ada.adds_contact(&rossi, "other@example.com").is(201).text("/id");
    let path = rossi.at(&format!("/members/{three}"));
    ada.changes("PATCH", &path, &path, Some(&json!({"email": info.email}))).is(200);
    for id in [&two, &three] {
        ada.gives_role(&rossi, id, "view_only").refused(409, "already_member");
    }
    ada.revokes(&rossi, &invited.member).is(204);
    ada.gives_role(&rossi, &two, "view_only").is(200);
    ada.gives_role(&rossi, &three, "view_only").refused(409, "already_invited");
}

pub fn two_contacts_of_one_address_ticked_at_once_make_one_user(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for round in 0..3 {
        let email = format!("info{round}.{}@example.com", world.tag());
        let contacts: Vec<String> = (0..6).map(|_| ada.adds_contact(&rossi, &email).is(201).text("/id")).collect();
        let replies =
            world.at_once(&contacts, |id| ada.ask("PUT", &rossi.at(&format!("/members/{id}/access"))).when("*").json(&json!({"role": "standard"})).send());
        assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1, "round {round}");
        assert!(replies.iter().filter(|reply| reply.status != 200).all(|reply| reply.code() == "already_invited"), "round {round}");
    }
}

pub fn permissions_are_granted_one_by_one(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let form = page(&ada, &rossi, &member);
    for key in [
        "profile.manage",
        "contacts.manage",
        "products.view",
        "products.sso",
        "domains.manage",
        "invoices.pay",
        "quotes.accept",
        "affiliates.view",
        "orders.place",
    ] {
        assert!(form.contains(&format!("name=\"permissions\" value=\"{key}\"")), "{key}");
    }
    assert!(!form.contains("value=\"members.manage\"") && form.contains("Never gives or takes access."), "titles and explanations of what can be granted");
    submits(&ada, &rossi, &member, "access", &[("role", "standard"), ("was", "standard"), ("permissions", "contacts.manage"), ("permissions", "emails.view")])
        .is(303);
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/access/permissions"), json!(["contacts.manage", "emails.view"]));
    bob.adds_contact(&rossi, "carla@example.com").is(201);
    let eve = ada.invites(&rossi, &world.someone("Eve").email, "view_only").invited().member;
    let refused = submits(&ada, &rossi, &eve, "access", &[("role", "view_only"), ("was", "view_only"), ("permissions", "orders.place")]).is(422).body;
    assert!(refused.contains("Too much for this role") && refused.contains("href=\"#permissions\"") && refused.contains("value=\"orders.place\" checked"));
    submits(&ada, &rossi, &eve, "access", &[("role", "view_only"), ("was", "view_only"), ("permissions", "domains.view")]).is(303);
    submits(&ada, &rossi, &member, "access", &[("role", "admin"), ("was", "standard"), ("permissions", "contacts.manage")]).is(303);
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/access/permissions"), json!([]), "admins hold everything and store no grants");
}

pub fn a_lesser_role_says_what_it_takes_before_it_does(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    let pixel = ada.adds_resource(&rossi, "pixel", "4711").is(201).text("/id");
    ada.assigns(&rossi, &pixel, &[&member]).is(200);
    puts_access(&ada, &rossi, &member, &json!({"role": "standard", "permissions": ["orders.place", "domains.view"]})).is(200);
    let chosen = [("role", "view_only"), ("was", "standard"), ("permissions", "orders.place"), ("permissions", "domains.view")];
    let asked = submits(&ada, &rossi, &member, "access", &chosen).is(200).body;
    assert!(asked.contains("<li>Place orders</li>") && !asked.contains("<li>See domains</li>") && asked.contains("<li>pixel 4711</li>"), "{asked}");
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/access/role"), "standard", "nothing has changed yet");
    let confirmed: Vec<(&str, &str)> = chosen.iter().copied().chain([("confirmed", "true")]).collect();
    submits(&ada, &rossi, &member, "access", &confirmed).is(303);
    let seen = ada.sees(&rossi, &member).is(200);
    assert_eq!(
        (seen.at("/access/role"), seen.at("/access/permissions"), seen.at("/access/resource_ids")),
        ("view_only".into(), json!(["domains.view"]), json!([pixel]))
    );

    let fay = world.joins(&ada, &rossi, "Fay", "admin");
    let dan = world.someone("Dan");
    let invited = fay.invites(&rossi, &dan.email, "standard").invited();
    let fays = ada.member_id(&rossi, &fay.email);
    let asked = submits(&ada, &rossi, &fays, "access", &[("role", "standard"), ("was", "admin")]).is(200).body;
    assert!(asked.contains(&format!("<li>{}</li>", dan.email)), "{asked}");
    assert!(asked.contains("<li>Manage contacts</li>") && asked.contains("<li>Place orders</li>"), "an admin held all of them: {asked}");
    let kept = submits(&ada, &rossi, &fays, "access", &[("role", "standard"), ("was", "admin"), ("permissions", "contacts.manage")]).is(200).body;
    assert!(!kept.contains("<li>Manage contacts</li>") && kept.contains("<li>Place orders</li>"));
    dan.previews(invited.token()).is(200);
    submits(&ada, &rossi, &fays, "access", &[("role", "standard"), ("was", "admin"), ("confirmed", "true")]).is(303);
    dan.accepts(&invited).refused(410, "link_not_valid");
    let nothing = submits(&ada, &rossi, &fays, "access", &[("role", "view_only"), ("was", "standard")]).is(200).body;
    assert!(nothing.contains("Nothing else is lost"));
    // A person who may not change roles gets no confirmation page.
    let path = format!("/accounts/{}/users/{member}/access", rossi.id);
    bob.submits(&path, &[("version", "1"), ("role", "view_only"), ("was", "admin")]).is(403);
}

pub fn managing_contacts_never_gives_access(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let own = ada.member_id(&rossi, &bob.email);
    puts_access(&ada, &rossi, &own, &json!({"role": "standard", "permissions": ["contacts.manage"]})).is(200);
    let contact = bob.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    let invited = ada.invites(&rossi, &world.someone("Ivo").email, "standard").invited().member;
    let eve = world.joins(&ada, &rossi, "Eve", "view_only");
    let active = ada.member_id(&rossi, &eve.email);
    bob.posts(&rossi.at("/members"), &json!({"email": "x@example.com", "access": {"role": "view_only"}})).refused(403, "not_allowed");
    for member in [&contact, &invited, &active, &own] {
        let path = rossi.at(&format!("/members/{member}"));
        let at = |method: &str, rest: &str, body: Json| bob.ask(method, &format!("{path}{rest}")).when("*").json(&body).send();
        for (method, rest, body) in [
            ("PUT", "/access", json!({"role": "admin"})),
            ("DELETE", "/access", json!({})),
            ("PUT", "/access/suspension", json!({"suspended": true})),
            ("PUT", "/access/suspension", json!({"suspended": false})),
            ("POST", "/invitation", json!({})),
            ("DELETE", "/invitation", json!({})),
            ("POST", "/password-reset", json!({})),
            ("PUT", "/resources", json!({"resource_ids": []})),
            ("DELETE", "", json!({})),
        ] {
            assert_eq!(at(method, rest, body).refused(403, "not_allowed").at("/permission"), "members.manage", "{method} {rest}");
        }
        for field in ["access", "role", "permissions", "expires_at", "user_id"] {
            at("PATCH", "", json!({field: null})).refused(422, "validation");
        }
        for page in ["access", "access/removal", "suspension", "invitation", "invitation/cancel", "password-reset", "revocation", "resources"] {
            bob.submits(&format!("/accounts/{}/users/{member}/{page}", rossi.id), &[("version", "1"), ("role", "admin"), ("sub_account", "true")]).is(403);
        }
    }
    // The address cannot be changed either: a user changes their own, and that of an invitation needs a new link.
    let changes_address = |member: &str| {
        let path = rossi.at(&format!("/members/{member}"));
        bob.changes("PATCH", &path, &path, Some(&json!({"email": "mallory@example.com"})))
    };
    assert_eq!(changes_address(&invited).refused(403, "not_allowed").at("/permission"), "members.manage");
    for member in [&active, &own] {
        changes_address(member).refused(409, "email_belongs_to_user");
    }
    let path = rossi.at(&format!("/members/{contact}"));
    bob.changes("PATCH", &path, &path, Some(&json!({"email": "carla.conti@example.com", "city": "Bari"}))).is(200);
    bob.changes("PUT", &format!("{path}/email-preferences"), &path, Some(&json!({"categories": ["general"]}))).is(200);
    assert_eq!(ada.sees(&rossi, &contact).is(200).at("/access/status"), "none");
}

pub fn a_refused_action_says_what_is_missing_and_whom_to_ask(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let refused = bob.adds_contact(&rossi, "carla@example.com").refused(403, "not_allowed");
    assert_eq!((refused.at("/permission"), refused.at("/role")), ("contacts.manage".into(), "standard".into()));
    let ask = refused.at("/ask").to_string();
    assert!(ask.contains("Ada Neri"), "{ask}");
    let detail = refused.text("/detail");
    assert!(detail.contains("Manage contacts (contacts.manage)") && detail.contains("Standard") && detail.contains("Ada Neri"), "{detail}");
    // The same for a read, and on a page, in its language.
    let looked = bob.gets(&rossi.at("/audit-events")).refused(403, "not_allowed");
    assert_eq!((looked.at("/permission"), looked.at("/role")), ("audit.view".into(), "standard".into()));
    let cookie = format!("__Host-session={}; lang=it", bob.session());
    let page = world.ask("GET", &format!("/accounts/{}/audit", rossi.id)).header("cookie", &cookie).send().is(403).body;
    assert!(page.contains("Leggere il registro attività") && page.contains("Ada Neri"), "{page}");
    // Only readers with `members.view` see names.
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let host = world.host().gets(&bianchi.at("/members")).refused(403, "not_allowed");
    assert_eq!((host.at("/permission"), host.at("/ask")), ("members.view".into(), json!([])));
    // The answer names nobody when no administrator of the account has the permission.
    assert_eq!(ada.puts_status(&rossi, "deactivated").refused(403, "not_allowed").at("/ask"), json!(["Hedy Host"]), "she administers the host too");
    let of_host = bea.puts_status(&bianchi, "deactivated").refused(403, "not_allowed");
    assert!(of_host.at("/ask") == json!([]) && of_host.text("/detail").contains("belongs to the host"), "{}", of_host.summary());
}

pub fn access_ends_on_the_day_that_was_chosen(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let member = ada.member_id(&rossi, &bob.email);
    submits(&ada, &rossi, &member, "access", &[("role", "standard"), ("was", "standard"), ("expires_at", "2026-11-29")]).is(303);
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/access/expires_at"), "2026-11-29T23:59:59Z");
    assert!(page(&ada, &rossi, &member).contains("value=\"2026-11-29\""));
    // The same day keeps the exact end.
    puts_access(&ada, &rossi, &member, &json!({"role": "standard", "expires_at": "2026-11-29T09:00:00Z"})).is(200);
    let kept = [("role", "standard"), ("was", "standard"), ("expires_at", "2026-11-29"), ("exact", "2026-11-29T09:00:00Z"), ("permissions", "emails.view")];
    submits(&ada, &rossi, &member, "access", &kept).is(303);
    assert_eq!(ada.sees(&rossi, &member).is(200).at("/access/expires_at"), "2026-11-29T09:00:00Z");
    for (wrong, shown) in [("2001-01-01", "value=\"2001-01-01\""), ("soon", "id=\"expires_at-wrong\"")] {
        let again = submits(&ada, &rossi, &member, "access", &[("role", "standard"), ("was", "standard"), ("expires_at", wrong)]).is(422).body;
        assert!(again.contains(shown), "{wrong}");
    }
    bob.gets(&rossi.at("")).is(200);
    world.controls().passes(8 * 24 * 3_600);
    bob.gets(&rossi.at("")).refused(404, "not_found");
    ada.signs_in().is(201);
    assert!(page(&ada, &rossi, &member).contains("Access ended"));
    // Without an end the access works again.
    submits(&ada, &rossi, &member, "access", &[("role", "standard"), ("was", "standard")]).is(303);
    bob.signs_in().is(201);
    bob.gets(&rossi.at("")).is(200);
}

pub fn an_access_that_is_over_is_neither_taken_up_nor_given_back(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let (bob, carl) = (world.joins(&ada, &rossi, "Bob", "standard"), world.someone("Carl"));
    let member = ada.member_id(&rossi, &bob.email);
    let ends = json!({"role": "standard", "expires_at": "2026-11-23T09:00:00Z"});
    puts_access(&ada, &rossi, &member, &ends).is(200);
    ada.suspends(&rossi, &member, true).is(200);
    let invited = ada.posts(&rossi.at("/members"), &json!({"email": carl.email, "access": ends})).is(201).invited();
    world.controls().passes(30 * 3_600);
    ada.signs_in().is(201);
    carl.previews(invited.token()).is(410);
    carl.accepts(&invited).refused(410, "link_expired");
    let seen = ada.sees(&rossi, &member).is(200);
    assert_eq!(seen.at("/capabilities/reactivate/reason"), "access_ended", "{}", seen.summary());
    ada.suspends(&rossi, &member, false).refused(409, "access_ended");
    puts_access(&ada, &rossi, &member, &json!({"role": "standard"})).is(200);
    ada.suspends(&rossi, &member, false).is(200);
}

pub fn an_admin_with_an_end_does_not_count(world: &World) {
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    let sue = world.joins(&bea, &bianchi, "Sue", "admin");
    let (own, other) = (bea.member_id(&bianchi, &bea.email), bea.member_id(&bianchi, &sue.email));
    let ends = json!({"role": "admin", "expires_at": "2026-11-29T09:00:00Z"});
    puts_access(&bea, &bianchi, &other, &ends).is(200);
    bea.leaves(&bianchi).refused(409, "account_keeps_an_admin");
    puts_access(&sue, &bianchi, &own, &json!({"role": "standard"})).refused(409, "account_keeps_an_admin");
    puts_access(&bea, &bianchi, &own, &ends).refused(409, "account_keeps_an_admin");
    let refused = submits(&bea, &bianchi, &own, "access", &[("role", "admin"), ("was", "admin"), ("expires_at", "2026-11-29")]).is(409).body;
    assert!(refused.contains("The account needs an administrator"));
    world.controls().passes(8 * 24 * 3_600);
    sue.gets(&bianchi.at("")).refused(404, "not_found");
    bea.signs_in().is(201);
    bea.gets(&bianchi.at("")).is(200);
}
