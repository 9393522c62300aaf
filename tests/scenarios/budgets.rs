//! What a request may cost: trips to the database (a law of every answer, `support/laws.rs`), and rows that do not grow with the town.
//!
//! On the wire rows are D1's own `rows_read`; in process they are the steps of SQLite's machine.

use serde_json::json;

use crate::support::door::Reply;
use crate::support::fill::{self, LARGE, SMALL, account_of, member_of};
use crate::support::laws::figure;
use crate::support::people::Person;
use crate::support::town::Town;

/// Fills the town once and gives the host's admin, who reaches every account by delegation.
fn filled(town: &Town) -> Person {
    let host = town.host();
    if town.is_in_process() {
        town.powers().crowd(true);
        town.powers().fill(&fill::sql());
    }
    host
}

/// What a request cost.
fn cost(town: &Town, ask: impl Fn() -> Reply) -> u64 {
    let before = if town.is_in_process() { town.powers().steps() } else { 0 };
    let reply = ask();
    assert!(reply.status < 300, "{}", reply.told());
    if town.is_in_process() { town.powers().steps() - before } else { figure(reply.header("server-timing"), "read").expect("rows read") }
}

/// The same request in the small and in the large account costs the same, but for `more` times as many rows in the answer.
fn same(town: &Town, what: &str, more: u64, ask: impl Fn(usize) -> Reply) {
    // The first request of each kind may also write down that the session is alive.
    ask(SMALL);
    let small = cost(town, || ask(SMALL));
    hungriest(town);
    let large = cost(town, || ask(LARGE));
    println(&format!("{what}: {small} among {SMALL}, {large} among {LARGE}"));
    assert!(large <= small * 2 * more + 40, "{what}: {small} among {SMALL}, but {large} among {LARGE}; {}", hungriest(town));
}

/// What took most of it, where that can be seen.
fn hungriest(town: &Town) -> String {
    if town.is_in_process() { town.powers().hungriest() } else { String::new() }
}

fn println(line: &str) {
    use std::io::Write as _;
    writeln!(std::io::stderr(), "  {line}").expect("a line");
}

pub fn a_page_of_people_costs_the_same_in_a_large_account(town: &Town) {
    let host = filled(town);
    let list = |query: &'static str| {
        let host = host.clone();
        move |people: usize| host.gets(&account_of(people).at(&format!("/members?{query}")))
    };
    same(town, "ten people", 1, list("limit=10"));
    same(town, "fifty people", 5, list("limit=50"));
    same(town, "a search", 1, list("limit=10&search=conti"));
    same(town, "a search of fifty", 5, list("limit=50&search=conti"));
    same(town, "a search for two words", 1, list("limit=10&search=carla%20conti"));
    same(town, "a search for nobody", 1, list("search=zzz"));
    same(town, "contacts", 1, list("limit=7&access=none"));
    same(town, "the invited", 10, list("limit=10&access=invited"));
    same(town, "the suspended", 10, list("limit=10&access=suspended"));
    same(town, "one role", 10, list("limit=10&role=standard"));
}

pub fn two_filters_at_once_cost_the_same_in_a_large_account(town: &Town) {
    let host = filled(town);
    for query in ["access=active&role=admin", "access=active&role=view_only", "access=invited&role=admin", "role=admin&access=suspended"] {
        same(town, query, 5, |people| host.gets(&account_of(people).at(&format!("/members?{query}"))));
    }
}

pub fn a_search_within_a_filter_costs_the_same_in_a_large_account(town: &Town) {
    let host = filled(town);
    for query in ["search=conti&access=suspended", "search=conti&role=admin", "search=conti&role=view_only"] {
        same(town, query, 5, |people| host.gets(&account_of(people).at(&format!("/members?limit=10&{query}"))));
    }
}

pub fn one_person_costs_the_same_in_a_large_account(town: &Town) {
    let host = filled(town);
    same(town, "the account", 1, |people| host.gets(&account_of(people).at("")));
    same(town, "one person", 1, |people| host.gets(&account_of(people).at(&format!("/members/{}", member_of(people, 5)))));
    same(town, "the trail", 5, |people| host.gets(&account_of(people).at("/audit-events?limit=10")));
}

pub fn a_change_costs_the_same_in_a_large_account(town: &Town) {
    let host = filled(town);
    let number = std::cell::Cell::new(0);
    let next = || {
        number.set(number.get() + 1);
        number.get()
    };
    same(town, "a contact", 1, |people| {
        host.posts(&account_of(people).at("/members"), &json!({"email": format!("n{}@mercato.example", next()), "first_name": "Nina"}))
    });
    same(town, "an invitation", 1, |people| host.invites(&account_of(people), &format!("i{}@mercato.example", next()), "standard"));
    same(town, "contact data", 1, |people| {
        host.ask("PATCH", &account_of(people).at(&format!("/members/{}", member_of(people, 5))))
            .when("*")
            .json(&json!({"city": format!("Roma {}", next())}))
            .send()
    });
    same(town, "a role", 1, |people| {
        let role = if next() % 2 == 0 { "standard" } else { "view_only" };
        host.ask("PUT", &account_of(people).at(&format!("/members/{}/access", member_of(people, 1)))).when("*").json(&json!({"role": role})).send()
    });
    same(town, "a suspension", 1, |people| {
        host.ask("PUT", &account_of(people).at(&format!("/members/{}/access/suspension", member_of(people, 2))))
            .when("*")
            .json(&json!({"suspended": next() % 2 == 0}))
            .send()
    });
    same(town, "a new link", 1, |people| host.renews_link(&account_of(people), &member_of(people, 1)));
}

pub fn the_selector_costs_the_same_whatever_the_number_of_accounts(town: &Town) {
    let host = filled(town);
    let list = |query: &'static str| {
        let host = host.clone();
        move || host.gets(&format!("/v1/accounts?{query}"))
    };
    list("limit=1")();
    let rows = if town.is_in_process() { 600 } else { 30 };
    for (query, count) in
        [("limit=1", 1), ("limit=50", 50), ("limit=50&managed=true", 50), ("limit=50&search=bottega", 50), ("search=mercato", 2), ("search=zzz", 0)]
    {
        let cost = cost(town, list(query));
        println(&format!("{query}: {cost}"));
        // The matrix (about a hundred constant rows) is read once.
        let most = rows * count + if town.is_in_process() { 6_000 } else { 300 };
        assert!(cost <= most, "{query}: {cost}, may cost {most}");
    }
}

pub fn the_selector_costs_the_same_for_somebody_in_all_accounts(town: &Town) {
    let host = filled(town);
    town.powers().crowd(true);
    let ask = || host.gets("/v1/accounts?limit=10");
    let mine = || host.gets("/v1/me/accounts?limit=10");
    ask();
    let (before, before_mine) = (cost(town, ask), cost(town, mine));
    town.powers().fill(
        "INSERT INTO member (id, account_id, email, email_key, access, role, user_id, created_at, updated_at)
         SELECT replace(a.id, '8003', '8004'), a.id, u.email, u.email_key, 'active', 'admin', u.id, 1, 1
           FROM account a JOIN user u ON u.email_key = 'hedy@portico.example' WHERE a.name_key LIKE 'bottega %'",
    );
    let (after, after_mine) = (cost(town, ask), cost(town, mine));
    println(&format!("the selector: {before} then {after}; my accounts: {before_mine} then {after_mine}"));
    assert!(after <= before * 3 + 2_000, "the selector: {before}, then {after}; {}", hungriest(town));
    assert!(after_mine <= before_mine * 12 + 2_000, "my accounts: {before_mine}, then {after_mine}");
}

pub fn no_token_cache_on_a_path_that_needs_none(town: &Town) {
    let (ada, rossi) = town.account_of("Ada");
    let before = town.powers().token_calls();
    ada.gets("/v1/me").is(200);
    ada.gets(&rossi.at("/members")).is(200);
    ada.adds_contact(&rossi, "carla@example.com").is(201);
    ada.signs_in().is(201);
    assert_eq!(town.powers().token_calls(), before);
}
