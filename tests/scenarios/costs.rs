//! What each route costs: trips to the database, statements, rows read and rows written.
//!
//! The table is `tests/golden/costs.txt`, so that a changed cost shows in review as a changed number. The rows are those that D1 bills: they are
//! known on the wire only. In process the trips and the statements are compared. `UPDATE_GOLDEN=1 cargo test --test wire costs::` rewrites the table.

use std::fmt::Write as _;

use portineria::router::ROUTES;
use serde_json::json;

use super::budgets::filled;
use super::fixtures::Fixtures;
use super::permissions::{compare, expected};
use crate::support::client::Reply;
use crate::support::fill::{LARGE, MIDDLE, STORES, account_of, member_of, resource_of, store_of};
use crate::support::invariants::figure;
use crate::support::people::Person;
use crate::support::world::World;

/// The figures of one request, as `Server-Timing` has them.
#[derive(Debug, Clone, Copy)]
struct Cost {
    status: u16,
    trips: u64,
    statements: u64,
    read: u64,
    written: u64,
    bytes: usize,
}

impl Cost {
    fn of(reply: &Reply) -> Self {
        let figure = |name| figure(reply.header("server-timing"), name).expect("a figure");
        let [trips, statements, read, written] = ["trips", "statements", "read", "written"].map(figure);
        Self { status: reply.status, trips, statements, read, written, bytes: reply.body.len() }
    }
}

/// The most that a request may cost.
struct Budget {
    trips: u64,
    statements: u64,
    read: u64,
    written: u64,
    bytes: usize,
}

const fn budget(trips: u64, statements: u64, read: u64, written: u64) -> Budget {
    Budget { trips, statements, read, written, bytes: usize::MAX }
}

/// The requests with a budget. A list shows fifty things in the largest account.
const BUDGETS: [(&str, Budget); 22] = [
    ("who am I", budget(1, 1, 3, 0)),
    ("fifty people", Budget { bytes: 30_000, ..budget(1, 5, 150, 0) }),
    ("fifty people, the page", Budget { bytes: 30_000, ..budget(1, 5, 150, 0) }),
    ("fifty accounts", budget(1, 5, 150, 0)),
    ("fifty accounts, the page", budget(1, 5, 150, 0)),
    ("fifty pixels and apps", budget(1, 5, 150, 0)),
    ("fifty pixels and apps, the page", budget(1, 5, 150, 0)),
    ("fifty communications", budget(1, 5, 150, 0)),
    ("fifty communications, the page", budget(1, 5, 150, 0)),
    ("fifty lines of the audit", budget(1, 5, 150, 0)),
    ("fifty lines of the audit, the page", budget(1, 5, 150, 0)),
    ("one person", budget(1, 9, 100, 0)),
    ("one person, the page", budget(1, 9, 100, 0)),
    ("one pixel", budget(1, 9, 100, 0)),
    ("one pixel, the page", budget(1, 9, 100, 0)),
    ("one communication", budget(1, 9, 100, 0)),
    ("invite", budget(1, 16, 100, 32)),
    ("change a role", budget(1, 14, 80, 10)),
    ("suspend", budget(1, 14, 80, 10)),
    ("sign in", budget(2, 8, 10, 7)),
    ("accept an invitation as a new user", budget(2, 20, 100, 30)),
    ("accept an invitation with a session", budget(2, 20, 100, 30)),
];

pub fn every_request_costs_what_the_table_says(world: &World) {
    let host = filled(world);
    let mut costs = named(world, &host);
    costs.extend(of_every_route(world));
    compare("costs.txt", &table(&costs, world.is_in_process()));
    let over: Vec<String> = BUDGETS.iter().filter_map(|(name, most)| excess(name, most, &costs, world.is_in_process())).collect();
    assert!(over.is_empty(), "requests above their budget:\n{}", over.join("\n"));
}

/// The trips of a request, with those after its answer.
fn trips(world: &World, ask: impl FnOnce() -> Reply) -> u64 {
    let before = world.controls().trips();
    let reply = ask();
    assert!(reply.status < 300, "{}", reply.summary());
    world.controls().trips() - before
}

pub fn an_email_takes_two_trips_after_the_answer(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    // Ada's first request in the account also notes that she was there.
    ada.gets(&rossi.at("")).is(200);
    let other = world.someone("Other");
    let without_mail = 1 + trips(world, || ada.adds_contact(&rossi, &other.email));
    // One trip asks whether the link ended while its copy was written to the cache, one claims the e-mail, and one notes what became of it.
    assert_eq!(trips(world, || ada.invites(&rossi, &bob.email, "standard")), without_mail + 2);
}

pub fn what_queues_no_email_opens_no_outbox(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let path = rossi.at(&format!("/members/{}/access", ada.member_id(&rossi, &bob.email)));
    let gives_role = || ada.ask("PUT", &path).when("*").json(&json!({"role": "view_only"})).send();
    assert_eq!(trips(world, gives_role), 3, "Bob is told");
    // The same role again tells nobody anything, and neither does a contact.
    assert_eq!(trips(world, gives_role), 1);
    assert_eq!(trips(world, || ada.adds_contact(&rossi, "carla@example.com")), 1);
}

/// Requests whose cost depends on the data, with the data that they have in use.
fn named(world: &World, host: &Person) -> Vec<(String, Cost)> {
    let mut costs = Vec::new();
    let mut add = |name: &str, reply: &Reply| {
        assert!(reply.status < 400, "{name}: {}", reply.summary());
        costs.push((name.to_owned(), Cost::of(reply)));
    };
    let (people, [_, store, _]) = (account_of(LARGE), STORES);
    let (person, pixel) = (member_of(LARGE, 5), resource_of(store, 4));
    let communication = person.replace("-000000000005", "-700000000005");
    add("who am I", &host.gets("/v1/me"));
    for (name, api, page) in [
        ("fifty people", people.at("/members"), format!("/accounts/{}/users", people.id)),
        ("fifty people of a search", people.at("/members?search=conti"), format!("/accounts/{}/users?search=conti", people.id)),
        (
            "fifty people of a search in a role",
            people.at("/members?search=conti&role=standard"),
            format!("/accounts/{}/users?search=conti&role=standard", people.id),
        ),
        ("fifty accounts", "/v1/accounts".to_owned(), "/accounts".to_owned()),
        ("fifty pixels and apps", store_of(store).at("/resources"), format!("/accounts/{}/resources", store_of(store).id)),
        ("fifty communications", people.at("/communications"), format!("/accounts/{}/communications", people.id)),
        ("fifty lines of the audit", people.at("/audit-events"), format!("/accounts/{}/audit", people.id)),
        ("one person", people.at(&format!("/members/{person}")), format!("/accounts/{}/users/{person}", people.id)),
        ("one pixel", store_of(store).at(&format!("/resources/{pixel}")), format!("/accounts/{}/resources/{pixel}", store_of(store).id)),
        ("one communication", people.at(&format!("/communications/{communication}")), format!("/accounts/{}/communications/{communication}", people.id)),
    ] {
        add(name, &host.gets(&api));
        add(&format!("{name}, the page"), &host.opens(&page));
    }
    let (bob, carla) = (world.someone("Bob"), world.someone("Carla"));
    let invitation = host.invites(&people, &bob.email, "standard");
    add("invite", &invitation);
    add("accept an invitation as a new user", &bob.accepts(&invitation.invited()));
    add("change a role", &host.gives_role(&people, &invitation.invited().member, "view_only"));
    add("suspend", &host.suspends(&people, &invitation.invited().member, true));
    add("sign in", &bob.signs_in());
    let other = account_of(MIDDLE);
    add("accept an invitation with a session", &bob.accepts_signed_in(&host.invites(&other, &bob.email, "standard").invited()));
    add("a contact", &host.adds_contact(&people, &carla.email));
    add("ten lines of a file", &{
        let lines: Vec<_> = (0..10).map(|line| json!({"email": format!("line{line}.{}@example.com", world.tag()), "first_name": "Franca"})).collect();
        host.posts(&people.at("/members/import"), &json!({"members": lines}))
    });
    costs
}

/// Each route as somebody who may use it.
fn of_every_route(world: &World) -> Vec<(String, Cost)> {
    let mut fixtures = Fixtures::new(world);
    let mut costs = Vec::new();
    for (method, path) in ROUTES {
        let route = format!("{method} {path}");
        let visitor = ["AA", "HAd"].into_iter().find(|visitor| expected(&route, visitor) == Some("y")).unwrap_or("nobody");
        costs.push((format!("{method:<7}{path}"), Cost::of(&fixtures.send(visitor, method, path))));
    }
    costs.sort_by(|(one, _), (other, _)| one.cmp(other));
    costs
}

/// Returns the table as text. In process the rows are those of the golden table, for they are unknown there, and so are the bytes, for the deployment is
/// another. The bytes are those of the golden table also where they are nearly the same: an instant is written in more digits or in fewer.
fn table(costs: &[(String, Cost)], is_in_process: bool) -> String {
    let known = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/costs.txt")).unwrap_or_default();
    let mut text = String::from(
        "# What each request costs: its status, trips to the database, statements, rows read and rows written as D1 bills them, bytes of the answer.\n\
         # `UPDATE_GOLDEN=1 cargo test --test wire costs::` rewrites it.\n",
    );
    writeln!(text, "{:<72}{:>7}{:>7}{:>11}{:>7}{:>9}{:>8}", "#", "status", "trips", "statements", "read", "written", "bytes").expect("text");
    for (name, cost) in costs {
        let golden = known.lines().find_map(|line| line.strip_prefix(&format!("{name:<72}")));
        let golden: Vec<usize> = golden.unwrap_or_default().split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
        let of_golden = |column: usize, now: usize| golden.get(column).copied().unwrap_or(now);
        let (read, written) = (usize::try_from(cost.read).expect("a count"), usize::try_from(cost.written).expect("a count"));
        let [read, written] = if is_in_process { [of_golden(3, read), of_golden(4, written)] } else { [read, written] };
        let kept = of_golden(5, cost.bytes);
        let bytes = if is_in_process || kept.abs_diff(cost.bytes) <= 40 + cost.bytes / 50 { kept } else { cost.bytes };
        writeln!(text, "{name:<72}{:>7}{:>7}{:>11}{read:>7}{written:>9}{bytes:>8}", cost.status, cost.trips, cost.statements).expect("text");
    }
    text
}

fn excess(name: &str, most: &Budget, costs: &[(String, Cost)], is_in_process: bool) -> Option<String> {
    let (_, cost) = costs.iter().find(|(named, _)| named == name).unwrap_or_else(|| panic!("no cost of {name}"));
    let counts = cost.trips <= most.trips && cost.statements <= most.statements && cost.bytes <= most.bytes;
    let rows = is_in_process || cost.read <= most.read && cost.written <= most.written;
    (!(counts && rows)).then(|| {
        let Budget { trips, statements, read, written, .. } = most;
        format!("{name}: {cost:?}, may cost {trips} trips, {statements} statements, {read} rows read, {written} written")
    })
}
