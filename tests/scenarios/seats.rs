//! The first administrator of a managed account: its creator on behalf of the host, or a named person (design §6, «The creator's seat belongs to the host»).

use serde_json::{Value as Json, json};

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, HOST_EMAIL, World};

/// Returns a host user who is a member of no customer account.
fn of_host(world: &World, name: &str, role: &str) -> Person {
    world.joins(&world.host(), &world.host_account(), name, role)
}

/// Returns the e-mail address of the holder of the host's seat, from the account's list.
fn holder(looking: &Person, account: &Account) -> Option<String> {
    let people = looking.gets(&account.at("/members?limit=100")).is(200).data();
    let mut held = people.iter().filter(|member| member["access"]["held_for_host"] == true);
    let seat = held.next().map(|member| member["email"].as_str().expect("an address").to_owned());
    assert!(held.next().is_none(), "one seat at most: {people:?}");
    seat
}

fn named(world: &World, name: &str, managed: bool, email: &str) -> Json {
    json!({"name": format!("{name} ({})", world.tag()), "managed": managed, "admin_email": email})
}

/// Returns the account and the invitation in an answer.
fn made(world: &World, reply: &Reply) -> (Account, crate::support::people::Invited) {
    let link = reply.text("/invitation/link");
    world.keeps_secret(link.split_once('#').map_or("", |(_, token)| token));
    (Account { id: reply.text("/id"), name: reply.text("/name") }, crate::support::people::Invited { member: String::new(), link })
}

pub fn the_creator_of_a_managed_account_holds_its_seat_for_the_host(world: &World) {
    let boss = of_host(world, "Carlo", "admin");
    let rossi = boss.creates_account("Rossi");
    assert_eq!(holder(&boss, &rossi), Some(boss.email.clone()));
    let ada = world.joins(&boss, &rossi, "Ada", "admin");
    let seat = ada.member_id(&rossi, &boss.email);
    let seen = ada.sees(&rossi, &seat).is(200);
    assert_eq!((seen.at("/access/role"), seen.at("/access/held_for_host")), ("admin".into(), true.into()));
    assert_eq!(ada.sees(&rossi, &ada.member_id(&rossi, &ada.email)).is(200).at("/access/held_for_host"), Json::Null);
    for what in ["change_access", "suspend"] {
        assert_eq!(seen.at(&format!("/capabilities/{what}/reason")), "seat_of_the_host", "{what}");
    }
    let page = |address: &str, language: &str| world.ask("GET", address).cookie(&ada.session()).header("accept-language", language).send().is(200).body;
    let list = format!("/accounts/{}/users", rossi.id);
    assert_eq!(page(&list, "en").matches("For the host</span>").count(), 1);
    assert_eq!(page(&list, "it").matches("Per l’host</span>").count(), 1);
    assert!(page(&format!("{list}/{seat}"), "en").contains("on behalf of the host, because they created the account"));
    assert!(page(&format!("{list}/{seat}"), "it").contains("per conto dell’host, perché ha creato l’account"));
}

pub fn the_seat_ends_with_delegation(world: &World) {
    let boss = of_host(world, "Carlo", "admin");
    let rossi = boss.creates_account("Rossi");
    boss.delegates(&rossi, false).refused(409, "delegation_needs_own_admin");
    let ada = world.joins(&boss, &rossi, "Ada", "admin");
    let (dan, settings) = (world.someone("Dan"), format!("/accounts/{}/settings", rossi.id));
    let invited = boss.invites(&rossi, &dan.email, "standard").invited();
    assert!(ada.opens(&settings).is(200).body.contains("The seat that Carlo Neri holds for the host ends."));
    ada.delegates(&rossi, false).is(200);
    assert_eq!(holder(&ada, &rossi), None);
    assert!(ada.gets(&rossi.at("/members")).is(200).data().iter().all(|member| member["email"] != boss.email.as_str()), "it is gone whole");
    for person in [&boss, &world.host()] {
        person.gets(&rossi.at("/members")).refused(403, "not_allowed");
        person.renames(&rossi, "Mine").refused(403, "not_allowed");
    }
    dan.accepts(&invited).refused(410, "link_not_valid");
    // The category `domain` keeps a recipient: now Ada, whose preference cannot be turned off.
    let me = ada.member_id(&rossi, &ada.email);
    assert_eq!(ada.sees(&rossi, &me).is(200).at("/email_preferences"), json!(["domain"]));
    let line = ada.gets(&rossi.at("/audit-events?limit=1")).is(200).data()[0].clone();
    assert_eq!((&line["action"], &line["before"]["seat_of_host"]), (&json!("delegation.turned_off"), &json!(boss.email)));
    ada.delegates(&rossi, true).is(200);
    assert_eq!(holder(&ada, &rossi), None, "it does not come back");
}

/// Tests each way in which a person stops being an administrator of the host.
pub fn the_seat_passes_when_its_holder_is_no_host_administrator_any_more(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    let passes = |name: &str, acting: Option<&str>, ends: &dyn Fn(&Person, &str)| {
        let boss = of_host(world, name, "admin");
        let place = host.member_id(&root, &boss.email);
        let (rossi, verdi) = (boss.creates_account(&format!("Rossi{name}")), boss.creates_account(&format!("Verdi{name}")));
        let ada = world.joins(&boss, &rossi, &format!("Ada{name}"), "admin");
        let dan = world.someone(&format!("Dan{name}"));
        let invited = boss.invites(&rossi, &dan.email, "standard").invited();
        ends(&boss, &place);
        for account in [&rossi, &verdi] {
            let now = holder(&host, account).expect("the account keeps its administrator");
            assert_ne!(now, boss.email, "{name}");
            assert!(acting.is_none_or(|acting| acting == now), "{name}: {now} holds it");
            let found = host.gets(&account.at(&format!("/members?search={}", name.to_lowercase()))).is(200).data();
            assert!(found.iter().all(|member| member["email"] != boss.email.as_str()), "{name}: the list is searched by who sits there now");
            let trail = host.gets(&account.at("/audit-events?limit=100")).is(200).data();
            let line = trail.iter().find(|line| line["action"] == "member.seat_passed").unwrap_or_else(|| panic!("{name}: no line in {trail:?}"));
            assert_eq!((&line["before"], &line["after"]), (&json!({"email": boss.email}), &json!({"email": now})), "{name}");
            boss.gets(&account.at("/members")).refused(404, "not_found");
            boss.renames(account, "Mine").refused(404, "not_found");
        }
        dan.accepts(&invited).refused(410, "link_not_valid");
        ada.delegates(&rossi, false).is(200);
        assert_eq!(holder(&ada, &rossi), None, "{name}");
    };
    let until = json!({"role": "admin", "expires_at": "2100-01-01T00:00:00Z"});
    let at = |place: &str| root.at(&format!("/members/{place}"));
    passes("Rita", Some(HOST_EMAIL), &|_, place| drop(host.revokes(&root, place).is(204)));
    passes("Sara", Some(HOST_EMAIL), &|_, place| drop(host.suspends(&root, place, true).is(200)));
    passes("Olga", Some(HOST_EMAIL), &|_, place| drop(host.takes_access(&root, place).is(204)));
    passes("Pia", Some(HOST_EMAIL), &|_, place| {
        let version = host.version(&at(place)).trim_matches(['"', 'v']).to_owned();
        host.submits(&format!("/accounts/{}/users/{place}/revocation", root.id), &[("version", &version)]).is(303);
    });
    passes("Lea", None, &|boss, _| drop(boss.leaves(&root).is(204)));
    // A host administrator with an end date still has access by delegation, but holds no seat.
    let tina = of_host(world, "Tina", "admin");
    let bianchi = tina.creates_account("Bianchi");
    let place = host.member_id(&root, &tina.email);
    host.changes("PUT", &format!("{}/access", at(&place)), &at(&place), Some(&until)).is(200);
    assert_eq!(holder(&host, &bianchi).as_deref(), Some(HOST_EMAIL));
    assert_eq!(tina.gets(&bianchi.at("")).is(200).at("/via"), "delegation");
    // A demoted host user can still read, by delegation.
    let dora = of_host(world, "Dora", "admin");
    let neri = dora.creates_account("Neri");
    host.gives_role(&root, &host.member_id(&root, &dora.email), "standard").is(200);
    assert_eq!(holder(&dora, &neri).as_deref(), Some(HOST_EMAIL));
    dora.invites(&neri, "x@example.com", "standard").refused(403, "not_allowed");
    dora.delegates(&neri, false).refused(403, "not_allowed");
}

pub fn a_seat_passes_to_somebody_who_is_in_the_account_already(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    let (boss, heir) = (of_host(world, "Carlo", "admin"), of_host(world, "Elena", "admin"));
    let accounts: Vec<Account> = ["Admin", "Standard", "Invited", "Kept", "Known"].map(|name| boss.creates_account(name)).into();
    let joins = |account: &Account, role: &str| heir.accepts_signed_in(&boss.invites(account, &heir.email, role).invited()).is(201);
    joins(&accounts[0], "admin");
    joins(&accounts[1], "standard");
    let invited = boss.invites(&accounts[2], &heir.email, "view_only").invited();
    // The fourth account has its own administrator, who suspends the heir.
    let ada = world.joins(&boss, &accounts[3], "Ada", "admin");
    joins(&accounts[3], "standard");
    ada.suspends(&accounts[3], &ada.member_id(&accounts[3], &heir.email), true).is(200);
    // A pixel there is assigned to the seat.
    let pixels = accounts[3].at("/resources");
    let pixel = format!("{pixels}/{}", ada.posts(&pixels, &json!({"kind": "pixel", "external_id": "1", "name": "Vetrina"})).is(201).text("/id"));
    let seat = json!({"member_ids": [ada.member_id(&accounts[3], &boss.email)]});
    assert_eq!(ada.ask("PUT", &format!("{pixel}/members")).when("*").json(&seat).send().is(200).at("/version"), 2);
    boss.adds_contact(&accounts[4], &heir.email).is(201);
    heir.revokes(&root, &host.member_id(&root, &boss.email)).is(204);
    let held: Vec<Option<String>> = accounts.iter().map(|account| holder(&host, account)).collect();
    let mine = Some(heir.email.clone());
    assert_eq!(held, [None, mine.clone(), mine.clone(), None, mine]);
    assert_eq!(heir.gets(&accounts[0].at("")).is(200).at("/via"), "member", "an administrator already");
    heir.accepts_signed_in(&invited).refused(410, "link_not_valid");
    let kept = ada.member_id(&accounts[3], &heir.email);
    assert_eq!(ada.sees(&accounts[3], &kept).is(200).at("/access/status"), "suspended");
    let left = ada.gets(&pixel).is(200);
    assert_eq!((left.at("/member_ids"), left.at("/version")), (json!([]), json!(3)), "the pixel lost the seat");
    assert_eq!(ada.gets(&pixels).is(200).at("/data/0/member_ids"), json!([]));
    assert_eq!(ada.sees(&accounts[3], &ada.member_id(&accounts[3], &ada.email)).is(200).at("/email_preferences"), json!(["domain"]));
}

pub fn who_cannot_hold_a_seat_names_the_first_administrator(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    let clerk = of_host(world, "Carlo", "standard");
    let body = json!({"name": format!("Verdi ({})", world.tag()), "managed": true});
    let refused = clerk.posts("/v1/accounts", &body).refused(422, "first_admin_required");
    assert_eq!(refused.wrong(), [("/admin_email".to_owned(), "required".to_owned())]);
    // A host administrator with an end date would leave the account without one.
    let tina = of_host(world, "Tina", "admin");
    let place = root.at(&format!("/members/{}", host.member_id(&root, &tina.email)));
    host.changes("PUT", &format!("{place}/access"), &place, Some(&json!({"role": "admin", "expires_at": "2100-01-01T00:00:00Z"}))).is(200);
    tina.posts("/v1/accounts", &body).refused(422, "first_admin_required");
    assert!(host.gets(&format!("/v1/accounts?search={}", world.tag())).is(200).data().is_empty(), "nothing was made");

    let ada = world.someone("Ada");
    let (verdi, invited) = made(world, &clerk.posts("/v1/accounts", &named(world, "Verdi", true, &ada.email)).is(201));
    let row = clerk.gets(&verdi.at("")).is(200);
    assert_eq!((row.at("/status"), row.at("/delegated")), ("pending".into(), true.into()));
    clerk.gets(&verdi.at("/members")).refused(403, "not_allowed");
    host.gets(&verdi.at("/members")).refused(403, "not_allowed");
    ada.accepts(&invited).is(201);
    let opened = ada.gets(&verdi.at("")).is(200);
    assert_eq!((opened.at("/status"), opened.at("/delegated"), opened.at("/role")), ("active".into(), true.into(), "admin".into()));
    assert_eq!((holder(&ada, &verdi), ada.gets(&verdi.at("/members")).is(200).data().len()), (None, 1), "nobody of the host sits there");
    assert_eq!(clerk.gets(&verdi.at("")).is(200).at("/role"), "standard");
    clerk.invites(&verdi, "x@example.com", "standard").refused(403, "not_allowed");
    host.invites(&verdi, &world.someone("Bob").email, "standard").is(201);
    ada.delegates(&verdi, false).is(200);
}

pub fn a_host_administrator_may_name_one_too(world: &World) {
    let (host, ada, bea) = (world.host(), world.someone("Ada"), world.someone("Bea"));
    let (rossi, first) = made(world, &host.posts("/v1/accounts", &named(world, "Rossi", true, &ada.email)).is(201));
    assert_eq!(host.gets(&rossi.at("")).is(200).at("/status"), "pending");
    let second = host.posts(&rossi.at("/first-admin-invitation"), &json!({"admin_email": bea.email})).is(201).invited();
    ada.accepts(&first).refused(410, "link_not_valid");
    bea.accepts(&second).is(201);
    assert_eq!((holder(&host, &rossi), host.gets(&rossi.at("")).is(200).at("/delegated")), (None, true.into()));
}

pub fn nobody_of_the_host_is_named_first_administrator(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    let (clerk, vera) = (of_host(world, "Carlo", "standard"), of_host(world, "Vera", "view_only"));
    for email in [&clerk.email, &vera.email, &clerk.email.to_uppercase()] {
        for managed in [true, false] {
            clerk.posts("/v1/accounts", &named(world, "Verdi", managed, email)).refused(409, "first_admin_of_host");
        }
    }
    let (verdi, _) = made(world, &clerk.posts("/v1/accounts", &named(world, "Verdi", false, &world.someone("Ada").email)).is(201));
    host.posts(&verdi.at("/first-admin-invitation"), &json!({"admin_email": vera.email})).refused(409, "first_admin_of_host");
    // A person who became a host user in the meantime may not accept either.
    let (olga, rossi) = world.unmanaged_account_of("Olga");
    let link = clerk.posts(&verdi.at("/first-admin-invitation"), &json!({"admin_email": olga.email})).is(201).invited();
    let also = host.invites(&root, &olga.email, "standard").invited();
    olga.accepts_signed_in(&also).is(201);
    olga.accepts_signed_in(&link).refused(409, "first_admin_of_host");
    olga.accepts_with_password(&link).refused(409, "first_admin_of_host");
    host.revokes(&root, &host.member_id(&root, &olga.email)).is(204);
    olga.accepts_signed_in(&link).is(201);
    olga.gets(&rossi.at("")).is(200);
}

pub fn a_seat_is_not_changed_but_taken_away(world: &World) {
    let boss = of_host(world, "Carlo", "admin");
    let rossi = boss.creates_account("Rossi");
    let ada = world.joins(&boss, &rossi, "Ada", "admin");
    let seat = ada.member_id(&rossi, &boss.email);
    let at = rossi.at(&format!("/members/{seat}"));
    for person in [&ada, &boss, &world.host()] {
        // Not even to the same value: that would make it the holder's own access.
        for role in ["admin", "standard"] {
            person.gives_role(&rossi, &seat, role).refused(409, "seat_of_the_host");
        }
    }
    ada.suspends(&rossi, &seat, true).refused(409, "seat_of_the_host");
    ada.changes("PATCH", &at, &at, Some(&json!({"city": "Roma"}))).is(200);
    assert_eq!(holder(&ada, &rossi), Some(boss.email.clone()));
    ada.takes_access(&rossi, &seat).is(204);
    assert_eq!(holder(&ada, &rossi), None);
    // As a contact the person can be invited like anybody, and then has their own access.
    boss.accepts_signed_in(&ada.gives_role(&rossi, &seat, "admin").invited()).is(201);
    assert_eq!(holder(&ada, &rossi), None);
    ada.delegates(&rossi, false).is(200);
    assert_eq!(boss.gets(&rossi.at("")).is(200).at("/via"), "member");

    let verdi = boss.creates_account("Verdi");
    boss.leaves(&verdi).refused(409, "account_keeps_an_admin");
    let bea = world.joins(&boss, &verdi, "Bea", "admin");
    bea.prefers(&verdi, &bea.member_id(&verdi, &bea.email), &["domain"]).is(200);
    boss.leaves(&verdi).is(204);
    assert_eq!((holder(&bea, &verdi), boss.gets(&verdi.at("")).is(200).at("/via")), (None, "delegation".into()));
}

pub fn the_form_asks_for_the_address_where_it_must(world: &World) {
    let (boss, clerk) = (of_host(world, "Carla", "admin"), of_host(world, "Carlo", "standard"));
    let field = |person: &Person| {
        let body = person.opens("/accounts/new").is(200).body;
        body.split("<input").find(|input| input.contains("name=\"admin_email\"")).expect("the field").split('>').next().unwrap_or_default().to_owned()
    };
    assert!(field(&clerk).contains("required") && !field(&boss).contains("required"));
    let (name, email) = (format!("Verdi ({})", world.tag()), world.someone("Ada").email);
    let refused = clerk.submits("/accounts", &[("name", &name), ("managed", "true"), ("admin_email", "")]).is(422);
    assert!(refused.body.contains("Please fill this in.") && refused.body.contains(&format!("value=\"{name}\"")), "{}", refused.body);
    let invited = clerk.submits("/accounts", &[("name", &name), ("managed", "true"), ("admin_email", &email)]).is(200);
    assert!(invited.body.contains("/invitation#"), "{}", invited.body);
    let made = boss.submits("/accounts", &[("name", &format!("Neri ({})", world.tag())), ("managed", "true"), ("admin_email", "")]).is(303);
    assert!(made.header("location").ends_with("/users?done=account_created"));
}

pub fn taking_the_holder_out_against_delegation_off_ends_one_way(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    for round in 0..if world.is_in_process() { 3 } else { 10 } {
        let boss = of_host(world, &format!("Carlo{round}"), "admin");
        let rossi = boss.creates_account(&format!("Rossi{round}"));
        let ada = world.joins(&boss, &rossi, &format!("Ada{round}"), "admin");
        let place = root.at(&format!("/members/{}", host.member_id(&root, &boss.email)));
        let turns: Vec<usize> = (0..10).collect();
        let replies = world.at_once(&turns, |turn| match turn % 2 {
            0 => host.ask("DELETE", &place).when("*").send(),
            _ => ada.ask("PUT", &rossi.at("/delegation")).when("*").json(&json!({"delegated": false})).send(),
        });
        let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        // Suspending succeeds every time. Revoking succeeds once and is 404 afterwards.
        assert_eq!(statuses, [200, 200, 200, 200, 200, 204, 404, 404, 404, 404], "round {round}");
        assert_eq!((holder(&ada, &rossi), ada.gets(&rossi.at("/members")).is(200).data().len()), (None, 1), "round {round}");
    }
}

pub fn host_administrators_who_revoke_each_other_pass_their_seats_once(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    for round in 0..if world.is_in_process() { 3 } else { 10 } {
        let pair = [of_host(world, &format!("Carlo{round}"), "admin"), of_host(world, &format!("Elena{round}"), "admin")];
        let accounts = [pair[0].creates_account(&format!("Rossi{round}")), pair[1].creates_account(&format!("Verdi{round}"))];
        let places: Vec<String> = pair.iter().map(|person| root.at(&format!("/members/{}", host.member_id(&root, &person.email)))).collect();
        let turns: Vec<usize> = (0..10).collect();
        let replies = world.at_once(&turns, |turn| pair[turn % 2].ask("DELETE", &places[1 - turn % 2]).when("*").send());
        assert_eq!(replies.iter().filter(|reply| reply.status == 204).count(), 1, "round {round}: one revokes the other");
        let left: Vec<&Person> = pair.iter().filter(|person| person.gets(&root.at("/members")).status == 200).collect();
        assert_eq!(left.len(), 1, "round {round}");
        for account in &accounts {
            assert_eq!(holder(&host, account), Some(left[0].email.clone()), "round {round}");
        }
        host.revokes(&root, &host.member_id(&root, &left[0].email)).is(204);
        assert!(accounts.iter().all(|account| holder(&host, account).as_deref() == Some(HOST_EMAIL)), "round {round}");
    }
}

/// Inserts this many seats by SQL, among many accounts, and returns the cost of passing them on.
pub fn many_seats_pass_on_at_the_cost_of_what_changes(world: &World) {
    let (host, root) = (world.host(), world.host_account());
    let cost = |name: &str, seats: usize| {
        let boss = of_host(world, name, "admin");
        let place = host.member_id(&root, &boss.email);
        let controls = world.controls();
        controls.crowd(true);
        controls.fill(&format!(
            "INSERT INTO account (id, parent_id, name, name_key, status, delegated, created_at)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {seats})
             SELECT printf('01980000-0000-7{seats:03}-8003-%012d', i), '{}', printf('Bottega %05d', i), printf('bottega {name} %05d', i), 'active', 1, 1 FROM n;
             INSERT INTO member (id, account_id, email, email_key, access, role, user_id, held_for_host, created_at, updated_at)
             SELECT replace(a.id, '-8003-', '-8006-'), a.id, u.email, u.email_key, 'active', 'admin', u.id, 1, 1, 1
               FROM account a, user u WHERE a.name_key LIKE 'bottega {name} %' AND u.email = '{}';",
            root.id, boss.email
        ));
        let before = controls.steps();
        let reply = host.revokes(&root, &place).is(204);
        let steps = controls.steps() - before;
        controls.crowd(false);
        assert!(reply.header("server-timing").contains("trips=1"), "{}", reply.header("server-timing"));
        let left = controls.select(&format!("SELECT count(*) AS n FROM member WHERE held_for_host = 1 AND email = '{}'", boss.email));
        assert_eq!(left[0]["n"], 0);
        steps
    };
    let (none, few, many) = (cost("Anna", 0), cost("Bice", 10), cost("Cora", 999));
    let each = |all: u64, seats: u64| (all - none) / seats;
    assert!(
        each(many, 999) <= each(few, 10) * 5 / 4 + 40,
        "{none} without a seat; {} for each of ten, {} for each of a thousand",
        each(few, 10),
        each(many, 999)
    );
}
