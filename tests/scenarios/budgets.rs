//! The cost of a request: trips to the database (checked for every answer in `support/invariants.rs`), and rows that do not grow with the data.
//!
//! On the wire the rows are D1's own `rows_read`; in process they are the steps of `SQLite`'s virtual machine.

use serde_json::json;

use crate::support::client::Reply;
use crate::support::fill::{self, HUGE, LARGE, MIDDLE, SMALL, STORES, account_of, member_of, resource_of, store_of};
use crate::support::invariants::figure;
use crate::support::people::Person;
use crate::support::world::World;

/// Fills the tables once and returns the host's admin, who has access to every account by delegation.
pub(super) fn filled(world: &World) -> Person {
    let host = world.host();
    if world.is_in_process() {
        world.controls().crowd(true);
        world.controls().fill(&fill::sql());
    }
    host
}

/// Returns the cost of a request, and the number of rows of the list in its answer.
pub(super) fn cost(world: &World, ask: impl Fn() -> Reply) -> (u64, Option<usize>) {
    let before = if world.is_in_process() { world.controls().steps() } else { 0 };
    let reply = ask();
    assert!(reply.status < 300, "{}", reply.summary());
    let cost = if world.is_in_process() { world.controls().steps() - before } else { figure(reply.header("server-timing"), "read").expect("rows read") };
    (cost, reply.at("/data").as_array().map(Vec::len))
}

/// Checks that a request shows as many rows and costs the same in an account of `few` and in the large one, except for one row more to find the next page.
fn same(world: &World, what: &str, few: usize, ask: impl Fn(usize) -> Reply) {
    same_cost(world, what, few, LARGE, ask);
}

/// Checks the same in an account of `few` and in one of `many`.
fn same_cost(world: &World, what: &str, few: usize, many: usize, ask: impl Fn(usize) -> Reply) {
    // The first request may also update the time of the session's last use.
    ask(few);
    let (small, shown) = cost(world, || ask(few));
    costliest(world);
    let (large, shown_of_many) = cost(world, || ask(many));
    println(&format!("{what}: {small} among {few}, {large} among {many}"));
    assert_eq!(shown, shown_of_many, "{what}: rows shown among {few} and among {many}");
    assert!(large <= small * 5 / 4 + 40, "{what}: {small} among {few}, but {large} among {many}; {}", costliest(world));
}

/// Returns the costliest statement, when the world is in process.
pub(super) fn costliest(world: &World) -> String {
    if world.is_in_process() { world.controls().costliest() } else { String::new() }
}

pub(super) fn println(line: &str) {
    use std::io::Write as _;
    writeln!(std::io::stderr(), "  {line}").expect("a line");
}

/// Requests a page of the people of an account.
fn page(host: &Person, query: &str) -> impl Fn(usize) -> Reply {
    move |people| host.gets(&account_of(people).at(&format!("/members?{query}")))
}

pub fn a_page_of_people_costs_the_same_in_a_large_account(world: &World) {
    let host = filled(world);
    same(world, "ten people", SMALL, page(&host, "limit=10"));
    same(world, "fifty people", MIDDLE, page(&host, "limit=50"));
    same(world, "a search", SMALL, page(&host, "limit=10&search=conti"));
    same(world, "a search of fifty", MIDDLE, page(&host, "search=conti"));
    // Up to 500 matches of each of two words are counted.
    same(world, "a search for two words", MIDDLE, page(&host, "limit=10&search=carla%20conti"));
    same(world, "a search for two words of which one is nobody's", MIDDLE, page(&host, "search=conti%20zzz"));
    same(world, "a search for a rare word beside a common one", MIDDLE, page(&host, "search=conti%20raro"));
    same(world, "a search for two words of half the crowd each, which never meet", MIDDLE, page(&host, "search=alfieri%20bertoli"));
    same(world, "a search for nobody", SMALL, page(&host, "search=zzz"));
    same(world, "contacts", SMALL, page(&host, "limit=7&access=none"));
    same(world, "the invited", MIDDLE, page(&host, "access=invited"));
    same(world, "the suspended", MIDDLE, page(&host, "access=suspended"));
    same(world, "one role", MIDDLE, page(&host, "role=standard"));
}

pub fn two_filters_at_once_cost_the_same_in_a_large_account(world: &World) {
    let host = filled(world);
    for query in ["access=active&role=admin", "access=active&role=view_only", "access=invited&role=admin", "role=admin&access=suspended"] {
        same(world, query, SMALL, page(&host, query));
    }
}

pub fn a_search_within_a_filter_costs_the_same_in_a_large_account(world: &World) {
    let host = filled(world);
    // Five hundred words are examined, however many people there are and however few are found.
    for query in [
        "search=conti&role=admin",
        "search=conti&role=view_only",
        "search=conti&access=active&role=admin",
        "search=conti&access=suspended",
        "search=conti&role=standard",
        "search=carla%20conti&access=none",
    ] {
        same(world, query, MIDDLE, page(&host, query));
    }
}

pub fn one_person_costs_the_same_in_a_large_account(world: &World) {
    let host = filled(world);
    same(world, "the account", SMALL, |people| host.gets(&account_of(people).at("")));
    same(world, "one person", SMALL, |people| host.gets(&account_of(people).at(&format!("/members/{}", member_of(people, 5)))));
    same(world, "may they, and why", SMALL, |people| {
        host.gets(&account_of(people).at(&format!("/access/explain?member_id={}&permission=members.manage", member_of(people, 5))))
    });
    same(world, "a token", SMALL, |people| host.posts("/v1/access-tokens", &json!({"account_id": account_of(people).id})));
    same(world, "the trail", SMALL, |people| host.gets(&account_of(people).at("/audit-events?limit=10")));
}

pub fn a_change_costs_the_same_in_a_large_account(world: &World) {
    let host = filled(world);
    let number = std::cell::Cell::new(0);
    let next = || {
        number.set(number.get() + 1);
        number.get()
    };
    same(world, "a contact", SMALL, |people| {
        host.posts(&account_of(people).at("/members"), &json!({"email": format!("n{}@mercato.example", next()), "first_name": "Nina"}))
    });
    same(world, "an invitation", SMALL, |people| host.invites(&account_of(people), &format!("i{}@mercato.example", next()), "standard"));
    same(world, "ten lines of a file", SMALL, |people| {
        let lines: Vec<_> =
            (0..10).map(|_| json!({"email": format!("f{}@mercato.example", next()), "first_name": "Franca", "email_preferences": ["domain"]})).collect();
        host.posts(&account_of(people).at("/members/import"), &json!({"members": lines}))
    });
    same(world, "ten known lines of a file", SMALL, |people| {
        let lines: Vec<_> = (0..10).map(|which| json!({"id": member_of(people, which), "email": "nobody@mercato.example"})).collect();
        host.posts(&account_of(people).at("/members/import?preview=true"), &json!({"members": lines}))
    });
    same(world, "contact data", SMALL, |people| {
        host.ask("PATCH", &account_of(people).at(&format!("/members/{}", member_of(people, 5))))
            .when("*")
            .json(&json!({"city": format!("Roma {}", next())}))
            .send()
    });
    same(world, "a role", SMALL, |people| {
        let role = if next() % 2 == 0 { "standard" } else { "view_only" };
        host.ask("PUT", &account_of(people).at(&format!("/members/{}/access", member_of(people, 1)))).when("*").json(&json!({"role": role})).send()
    });
    same(world, "a suspension", SMALL, |people| {
        host.ask("PUT", &account_of(people).at(&format!("/members/{}/access/suspension", member_of(people, 2))))
            .when("*")
            .json(&json!({"suspended": next() % 2 == 0}))
            .send()
    });
    same(world, "a new link", SMALL, |people| host.renews_link(&account_of(people), &member_of(people, 1)));
}

pub fn the_selector_costs_the_same_whatever_the_number_of_accounts(world: &World) {
    let host = filled(world);
    let list = |query: &'static str| {
        let host = host.clone();
        move || host.gets(&format!("/v1/accounts?{query}"))
    };
    list("limit=1")();
    let rows = if world.is_in_process() { 600 } else { 30 };
    for (query, count) in
        [("limit=1", 1), ("limit=50", 50), ("limit=50&managed=true", 50), ("limit=50&search=bottega", 50), ("search=mercato", 3), ("search=zzz", 0)]
    {
        let (cost, _) = cost(world, list(query));
        println(&format!("{query}: {cost}"));
        // The matrix (about a hundred constant rows) is read once.
        let most = rows * count + if world.is_in_process() { 6_000 } else { 300 };
        assert!(cost <= most, "{query}: {cost}, may cost {most}");
    }
}

pub fn the_rarer_of_two_words_leads_the_selector(world: &World) {
    let host = filled(world);
    for query in ["search=bottega%20zzz", "search=mercato%20bottega", "search=bottega%20mercato&managed=true"] {
        let ask = || host.gets(&format!("/v1/accounts?{query}"));
        ask();
        let (cost, shown) = cost(world, ask);
        println(&format!("{query}: {cost}"));
        assert_eq!(shown, Some(0));
        // Up to 500 matches of each word are counted; two thousand accounts match the first.
        assert!(cost <= 12_000, "{query}: {cost}; {}", costliest(world));
    }
}

pub fn the_selector_costs_the_same_for_somebody_in_all_accounts(world: &World) {
    let host = filled(world);
    world.controls().crowd(true);
    let ask = || host.gets("/v1/accounts?limit=10");
    let mine = || host.gets("/v1/me/accounts?limit=10");
    ask();
    let (before, before_mine) = (cost(world, ask).0, cost(world, mine).0);
    world.controls().fill(
        "INSERT INTO member (id, account_id, email, email_key, access, role, user_id, created_at, updated_at)
         SELECT replace(a.id, '8003', '8004'), a.id, u.email, u.email_key, 'active', 'admin', u.id, 1, 1
           FROM account a JOIN user u ON u.email_key = 'hedy@portico.example' WHERE a.name_key LIKE 'bottega %'",
    );
    let (after, after_mine) = (cost(world, ask).0, cost(world, mine).0);
    println(&format!("the selector: {before} then {after}; my accounts: {before_mine} then {after_mine}"));
    assert!(after <= before * 3 + 2_000, "the selector: {before}, then {after}; {}", costliest(world));
    assert!(after_mine <= before_mine * 12 + 2_000, "my accounts: {before_mine}, then {after_mine}");
}

pub fn no_token_cache_on_a_path_that_needs_none(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let before = world.controls().token_calls();
    ada.gets("/v1/me").is(200);
    ada.gets(&rossi.at("/members")).is(200);
    ada.adds_contact(&rossi, "carla@example.com").is(201);
    ada.signs_in().is(201);
    assert_eq!(world.controls().token_calls(), before);
}

pub fn a_page_of_pixels_costs_the_same_with_a_thousand_of_them(world: &World) {
    let (host, [few, page, many]) = (filled(world), STORES);
    let list = |person: &Person, query: &'static str| {
        let person = person.clone();
        move |count| person.gets(&store_of(count).at(&format!("/resources?{query}")))
    };
    same_cost(world, "ten pixels and apps", few, many, list(&host, "limit=10"));
    same_cost(world, "a page of pixels and apps", page, many, list(&host, "limit=50"));
    same_cost(world, "five apps", few, many, list(&host, "kind=app&limit=5"));
    same_cost(world, "three paused apps", few, many, list(&host, "kind=app&status=paused"));
    same_cost(world, "five in use", few, many, list(&host, "status=active&limit=5"));
    same_cost(world, "the start of a name", few, many, list(&host, "search=cosa&limit=10"));
    same_cost(world, "the start of no name", few, many, list(&host, "search=zzz"));
    same_cost(world, "one pixel", few, many, |count| host.gets(&store_of(count).at(&format!("/resources/{}", resource_of(count, 4)))));

    // A reader who sees only the open ones and two that are assigned.
    let bob = world.someone("Bob");
    for count in STORES {
        let account = store_of(count);
        let invited = host.invites(&account, &bob.email, "standard").invited();
        let reply = if count == few { bob.accepts(&invited) } else { bob.accepts_signed_in(&invited) };
        reply.is(201);
        for number in [1, 3] {
            host.assigns(&account, &resource_of(count, number), &[&invited.member]).is(200);
        }
    }
    same_cost(world, "five for somebody", few, many, list(&bob, "limit=5"));
    same_cost(world, "a page for somebody", page, many, list(&bob, "limit=30"));
    same_cost(world, "apps for somebody", few, many, list(&bob, "kind=app"));
    let app = |count| store_of(count).at(&format!("/resources/{}", resource_of(count, 1)));
    same_cost(world, "one app for somebody", few, many, |count| bob.gets(&app(count)));
    bob.gets(&store_of(many).at(&format!("/resources/{}", resource_of(many, 5)))).refused(404, "not_found");
}

pub fn a_change_of_a_pixel_costs_the_same_with_a_thousand_of_them(world: &World) {
    let (host, [few, _, many]) = (filled(world), STORES);
    let number = std::cell::Cell::new(0);
    let next = || {
        number.set(number.get() + 1);
        number.get()
    };
    let one = |count| store_of(count).at(&format!("/resources/{}", resource_of(count, 4)));
    same_cost(world, "a new pixel", few, many, |count| host.adds_resource(&store_of(count), "pixel", &format!("new {}", next())));
    same_cost(world, "a pixel changed", few, many, |count| host.ask("PATCH", &one(count)).when("*").json(&json!({"name": format!("Cosa {}", next())})).send());
    let member = |count: usize| format!("01980000-0000-7000-a{count:03x}-000000000007");
    same_cost(world, "a pixel assigned", few, many, |count| {
        let members = if next() % 2 == 0 { vec![member(count)] } else { Vec::new() };
        host.ask("PUT", &format!("{}/members", one(count))).when("*").json(&json!({"member_ids": members})).send()
    });
}

pub fn a_history_costs_the_same_however_much_was_sent(world: &World) {
    let host = filled(world);
    let list = |query: &'static str| {
        let host = host.clone();
        move |count| host.gets(&account_of(count).at(&format!("/communications?{query}")))
    };
    same(world, "ten communications", SMALL, list("limit=10"));
    same(world, "fifty communications", MIDDLE, list(""));
    same(world, "a category", MIDDLE, list("category=domain"));
    same(world, "a word", MIDDLE, list("search=fatture"));
    same(world, "a word and a category", MIDDLE, list("search=fatture&category=general"));
    same(world, "two words", MIDDLE, list("search=rinnovi%20fatture&limit=20"));
    same(world, "two words that never meet", MIDDLE, |count| {
        let reply = host.gets(&account_of(count).at("/communications?search=nessuno%20fattura"));
        assert!(reply.data().is_empty());
        reply
    });
    same(world, "a word that is nowhere", SMALL, list("search=zzz"));
    same(world, "a span of time", SMALL, list("to=2000-01-01"));
    same(world, "what one person received", SMALL, |count| host.gets(&account_of(count).at(&format!("/members/{}/communications", member_of(count, 5)))));
    same(world, "one communication", SMALL, |count| {
        host.gets(&account_of(count).at(&format!("/communications/{}", member_of(count, 5).replace("-000000000005", "-700000000005"))))
    });
    same(world, "a communication sent", SMALL, |count| host.sends(&account_of(count), "support", "Ticket"));
}

pub fn ones_own_history_costs_the_same_however_much_one_received(world: &World) {
    let host = filled(world);
    let ask = |query: &'static str| {
        let host = host.clone();
        move || host.gets(&format!("/v1/me/communications?limit=10{query}"))
    };
    let (all, some) = (ask(""), ask("&category=domain"));
    let receives = |from: usize, to: usize| {
        world.controls().fill(&format!(
            "INSERT INTO delivery (id, account_id, user_id, communication_id, letter, to_email, status, created_at)
             WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})
             SELECT printf('01980000-0000-7000-8001-7%011d:hedy', i), '{}', (SELECT id FROM user WHERE email_key = 'hedy@portico.example'),
                    printf('01980000-0000-7000-8001-7%011d', i), 'communication', 'x', 'sent', 1 FROM n",
            account_of(LARGE).id
        ));
    };
    receives(0, 600);
    all();
    let (before, before_some) = (cost(world, &all), cost(world, &some));
    receives(601, LARGE - 1);
    let (after, after_some) = (cost(world, &all), cost(world, &some));
    println(&format!("my history: {before:?} then {after:?}; of a category: {before_some:?} then {after_some:?}"));
    assert!(after.0 <= before.0 * 5 / 4 + 40 && after_some.0 <= before_some.0 * 5 / 4 + 40);
    assert_eq!((before.1, after.1, after_some.1), (Some(10), Some(10), Some(10)));
}

pub fn a_hundred_thousand_people_cost_no_more_than_ten(world: &World) {
    let host = world.host();
    world.controls().crowd(true);
    world.controls().fill(&fill::crowds());
    let pages = |what: &str, rest: &'static str| {
        same_cost(world, what, MIDDLE, HUGE, |people| host.opens(&format!("/accounts/{}/{rest}", account_of(people).id)));
    };
    same_cost(world, "a page of people", MIDDLE, HUGE, page(&host, "limit=50"));
    same_cost(world, "a search", MIDDLE, HUGE, page(&host, "limit=10&search=carla%20conti"));
    same_cost(world, "a search for nobody", MIDDLE, HUGE, page(&host, "search=zzz"));
    same_cost(world, "those of one access", MIDDLE, HUGE, page(&host, "limit=50&access=none"));
    pages("the list", "users");
    pages("the list, searched", "users?search=conti&access=none");
    pages("somebody new", "users/new");
    pages("a contact chosen", "users/new?search=conti");
    pages("a contact not found", "users/new?search=zzz");
    same_cost(world, "a person's page", MIDDLE, HUGE, |people| host.opens(&format!("/accounts/{}/users/{}", account_of(people).id, member_of(people, 5))));
    // First nobody receives the category `domain`, then this person alone does, and then the last recipient may not leave.
    let wants = |people: usize, categories: &[&str]| {
        host.ask("PUT", &account_of(people).at(&format!("/members/{}/email-preferences", member_of(people, 5))))
            .when("*")
            .json(&json!({"categories": categories}))
            .send()
    };
    same_cost(world, "a preference", MIDDLE, HUGE, |people| wants(people, &["domain"]));
    for people in [MIDDLE, HUGE] {
        wants(people, &[]).refused(409, "domain_keeps_a_recipient");
    }
    same_cost(world, "the profile", MIDDLE, HUGE, |people| {
        host.ask("PATCH", &account_of(people).at("")).when("*").json(&json!({"profile": {"city": "Roma", "country": "IT"}})).send()
    });
    world.controls().crowd(false);
}

pub fn a_question_about_a_pixel_costs_the_same_with_a_thousand_of_them(world: &World) {
    let (host, [few, _, many]) = (filled(world), STORES);
    let member = |count: usize| format!("01980000-0000-7000-a{count:03x}-000000000007");
    let number = std::cell::Cell::new(0);
    let next = || {
        number.set(number.get() + 1);
        number.get()
    };
    for question in ["check", "explain"] {
        same_cost(world, question, few, many, |count| {
            let of = format!("member_id={}&permission=resources.edit&resource_id={}", member(count), resource_of(count, 4));
            host.gets(&store_of(count).at(&format!("/access/{question}?{of}")))
        });
    }
    // Two of them, or none.
    let path = |count| store_of(count).at(&format!("/members/{}", member(count)));
    let gives = |count| {
        let things = if next() % 2 == 0 { vec![resource_of(count, 2), resource_of(count, 4)] } else { Vec::new() };
        host.ask("PUT", &format!("{}/resources", path(count))).when("*").json(&json!({"resource_ids": things})).send()
    };
    for count in [few, many, few, many] {
        gives(count).is(200);
    }
    same_cost(world, "pixels of a person", few, many, gives);
    same_cost(world, "a pixel removed", few, many, |count| {
        let path = store_of(count).at(&format!("/resources/{}", resource_of(count, 5 + next() % 4)));
        host.ask("DELETE", &path).when("*").send()
    });
}

pub fn the_life_of_an_account_costs_the_same_in_a_large_one(world: &World) {
    let host = filled(world);
    let bob = world.someone("Bob");
    for people in [SMALL, LARGE] {
        let invited = host.invites(&account_of(people), &bob.email, "admin").invited();
        let reply = if people == SMALL { bob.accepts(&invited) } else { bob.accepts_signed_in(&invited) };
        reply.is(201);
    }
    let turns = |person: &Person, of: &'static str, off: serde_json::Value, on: serde_json::Value| {
        let person = person.clone();
        move |people: usize| {
            let put = |body| person.ask("PUT", &account_of(people).at(of)).when("*").json(body).send();
            put(&off).is(200);
            put(&on)
        }
    };
    same(world, "delegation off and on", SMALL, turns(&bob, "/delegation", json!({"delegated": false}), json!({"delegated": true})));
    same(world, "deactivated and reactivated", SMALL, turns(&host, "/status", json!({"status": "deactivated"}), json!({"status": "active"})));
    same(world, "the settings", SMALL, |people| host.opens(&format!("/accounts/{}/settings", account_of(people).id)));
    same(world, "the settings for an admin", SMALL, |people| bob.opens(&format!("/accounts/{}/settings", account_of(people).id)));
    same(world, "deleted and restored", SMALL, |people| {
        host.deletes(&account_of(people)).is(204);
        host.restores(&account_of(people))
    });
}

pub fn the_life_of_an_account_costs_the_same_whatever_its_host_has(world: &World) {
    let host = filled(world);
    world.controls().crowd(true);
    let (ada, rossi) = world.account_of("Ada");
    let boss = world.joins(&host, &world.host_account(), "Carlo", "admin");
    let acts: [(&str, &dyn Fn() -> Reply); 6] = [
        ("delegation off and on", &|| {
            ada.delegates(&rossi, false).is(200);
            ada.delegates(&rossi, true)
        }),
        ("deactivated and reactivated", &|| {
            host.puts_status(&rossi, "deactivated").is(200);
            host.puts_status(&rossi, "active")
        }),
        ("deleted and restored", &|| {
            host.deletes(&rossi).is(204);
            host.restores(&rossi)
        }),
        ("the settings", &|| boss.opens(&format!("/accounts/{}/settings", rossi.id))),
        ("an invitation", &|| host.renews_link(&rossi, &ada.member_id(&rossi, "guest@mercato.example"))),
        ("deleted accounts", &|| host.gets("/v1/accounts?status=deleted&limit=5")),
    ];
    host.invites(&rossi, "guest@mercato.example", "standard").is(201);
    world
        .controls()
        .fill("UPDATE account SET status = 'deleted', status_before = 'active', deleted_at = 1, purge_at = 9000000000000 WHERE name_key LIKE 'bottega 0000%'");
    let costs = || {
        acts.map(|(what, act)| {
            (what, {
                act();
                cost(world, act).0
            })
        })
    };
    let before = costs();
    world.controls().fill(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
         INSERT INTO user (id, email, email_key, password_hash, first_name, last_name, language, created_at)
         SELECT printf('01980000-0000-7000-800a-%012d', i), printf('h%d@portico.example', i), printf('h%d@portico.example', i), 'none', 'Hugo', 'Host', 'it', 1 FROM n;
         INSERT INTO member (id, account_id, email, email_key, access, role, user_id, created_at, updated_at)
         SELECT replace(u.id, '-800a-', '-800b-'), a.id, u.email, u.email_key, 'active', 'admin', u.id, 1, 1 FROM user u, account a
          WHERE u.email_key LIKE 'h%@portico.example' AND u.id LIKE '01980000-%' AND a.parent_id IS NULL;
         UPDATE account SET status = 'deleted', status_before = 'active', deleted_at = 1, purge_at = 9000000000000 WHERE name_key LIKE 'bottega %'",
    );
    for ((what, before), (_, after)) in before.into_iter().zip(costs()) {
        println(&format!("{what}: {before} with few host users and deleted accounts, {after} with a thousand"));
        assert!(after <= before * 5 / 4 + 40, "{what}: {before}, then {after}; {}", costliest(world));
    }
}

// The smaller account has enough people for two full chunks.
pub fn a_chunk_of_a_purge_costs_the_same_in_a_large_account(world: &World) {
    filled(world);
    let chunks = |people: usize| {
        let id = account_of(people).id;
        world.controls().fill(&format!("UPDATE account SET status = 'deleted', deleted_at = 1, purge_at = 2 WHERE id = '{id}'"));
        let costs: Vec<u64> = (0..2)
            .map(|_| {
                let before = world.controls().steps();
                world.controls().job_is_killed();
                world.controls().steps() - before
            })
            .collect();
        world.controls().fill(&format!("UPDATE account SET purge_at = NULL WHERE id = '{id}'"));
        costs
    };
    let (small, large) = (chunks(MIDDLE), chunks(LARGE));
    println(&format!("chunks of a purge: {small:?} among {MIDDLE}, {large:?} among {LARGE}"));
    for (small, large) in small.into_iter().zip(large) {
        assert!(large <= small * 5 / 4 + 40, "{small}, then {large}; {}", costliest(world));
    }
}
