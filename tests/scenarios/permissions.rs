//! Who may do what: every route, as every kind of visitor.
//!
//! The table is judged twice: against `tests/golden/permissions.txt`, so that a change shows in review, and against the matrix of
//! design §5, typed here by hand, so that a wrong table cannot simply be recorded. A route that is in no list fails.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use portineria::app::ROUTES;
use serde_json::{Value as Json, json};

use crate::support::door::Reply;
use crate::support::people::Person;
use crate::support::town::{Account, Town};

/// Who knocks. Those of the host twice: at an account that delegates its users (d), and at one that does not (u).
const VISITORS: [&str; 14] = ["nobody", "stranger", "other", "revoked", "suspended", "AV", "AS", "AA", "HVd", "HSd", "HAd", "HVu", "HSu", "HAu"];

/// For everybody alike, signed in or not: what decides is a secret in the body.
const OPEN: [&str; 14] = [
    "POST /v1/setup",
    "POST /v1/sessions",
    "POST /v1/password-resets",
    "POST /v1/password-resets/preview",
    "POST /v1/password-resets/confirm",
    "POST /v1/invitations/preview",
    "POST /v1/invitations/accept",
    "POST /v1/invitations/decline",
    "GET /health",
    "GET /openapi.json",
    "GET /.well-known/jwks.json",
    "GET /v1/setup",
    "GET /",
    "POST /language",
];

/// One's own things: everybody who is signed in.
const OWN: [&str; 10] = [
    "GET /v1/me",
    "PATCH /v1/me",
    "PUT /v1/me/password",
    "GET /v1/me/accounts",
    "GET /v1/me/sessions",
    "DELETE /v1/me/sessions/{session}",
    "DELETE /v1/me/sessions/current",
    "DELETE /v1/me/sessions/others",
    "GET /v1/accounts",
    "GET /v1/permissions",
];

/// Design §5: y yes, n no (403, the account is visible), - not there (404). In the order of the columns of the document.
const MATRIX: &str = "
                                                                 HA HS HV  UA US UV  AA AS AV
POST   /v1/accounts                                              y  y  n   y  y  n   n  n  n
POST   /v1/accounts/{account}/first-admin-invitation             y  y  n   y  y  n   n  n  n
GET    /v1/accounts/{account}                                    y  y  y   y  y  y   y  y  y
PATCH  /v1/accounts/{account}                                    y  y  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/members                            y  y  y   n  n  n   y  y  y
POST   /v1/accounts/{account}/members                            y  n  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/members/{member}                   y  y  y   n  n  n   y  y  y
PATCH  /v1/accounts/{account}/members/{member}                   y  n  n   n  n  n   y  n  n
DELETE /v1/accounts/{account}/members/{member}                   y  n  n   n  n  n   y  n  n
DELETE /v1/accounts/{account}/members/me                         -  -  -   -  -  -   y  y  y
PUT    /v1/accounts/{account}/members/{member}/access            y  n  n   n  n  n   y  n  n
DELETE /v1/accounts/{account}/members/{member}/access            y  n  n   n  n  n   y  n  n
PUT    /v1/accounts/{account}/members/{member}/access/suspension y  n  n   n  n  n   y  n  n
POST   /v1/accounts/{account}/members/{member}/invitation        y  n  n   n  n  n   y  n  n
DELETE /v1/accounts/{account}/members/{member}/invitation        y  n  n   n  n  n   y  n  n
POST   /v1/accounts/{account}/members/{member}/password-reset    y  n  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/audit-events                       y  n  n   n  n  n   y  n  n
";

pub fn every_route_opens_for_those_it_should_and_nobody_else(town: &Town) {
    let mut stage = Stage::new(town);
    let mut table: BTreeMap<String, Vec<(u16, String)>> = BTreeMap::new();
    let mut unknown = Vec::new();
    for (method, path) in ROUTES {
        let route = format!("{method} {path}");
        if !path.starts_with("/v1") && !OPEN.contains(&route.as_str()) {
            continue; // The pages are the API's twins: `pages` below.
        }
        if expected(&route, "nobody").is_none() {
            unknown.push(route);
            continue;
        }
        let cells = VISITORS.iter().map(|visitor| stage.knocks(visitor, method, path)).map(|reply| (reply.status, reply.code())).collect();
        table.insert(route, cells);
    }
    assert!(unknown.is_empty(), "routes that are in no list of tests/scenarios/permissions.rs: {unknown:#?}");
    compare("permissions.txt", &told(&table));
    let wrong: Vec<String> = table.iter().flat_map(|(route, cells)| VISITORS.iter().zip(cells).filter_map(move |(visitor, (status, code))| judged(route, visitor, *status, code))).collect();
    assert!(wrong.is_empty(), "cells that differ from design §5:\n{}", wrong.join("\n"));
}

/// What the matrix expects: `y`, `n`, `-`, `401`, or `open`. Nothing for a route it does not know.
fn expected(route: &str, visitor: &str) -> Option<&'static str> {
    if OPEN.contains(&route) {
        return Some("open");
    }
    if OWN.contains(&route) {
        return Some(if visitor == "nobody" { "401" } else { "y" });
    }
    let line = MATRIX.lines().find(|line| {
        let mut words = line.split_whitespace();
        words.next().zip(words.next()).is_some_and(|(method, path)| format!("{method} {path}") == route)
    })?;
    let cells: Vec<&'static str> = line.split_whitespace().skip(2).collect();
    Some(match visitor {
        "nobody" => "401",
        "stranger" | "other" | "revoked" | "suspended" if route.contains("{account}") => "-",
        "stranger" | "other" | "revoked" | "suspended" => "n",
        "HAd" => cells[0],
        "HSd" => cells[1],
        "HVd" => cells[2],
        "HAu" => cells[3],
        "HSu" => cells[4],
        "HVu" => cells[5],
        "AA" => cells[6],
        "AS" => cells[7],
        "AV" => cells[8],
        other => panic!("{other}"),
    })
}

fn judged(route: &str, visitor: &str, status: u16, code: &str) -> Option<String> {
    let expected = expected(route, visitor)?;
    let right = match expected {
        "y" | "open" => ![401, 403, 404].contains(&status) && status < 500,
        "n" => (status, code) == (403, "not_allowed"),
        "-" => (status, code) == (404, "not_found"),
        _ => (status, code) == (401, "not_signed_in"),
    };
    (!right).then(|| format!("{route} as {visitor}: {expected} expected, {status} {code} found"))
}

/// The table as people review it: one line a route, one column a visitor, codes that are not the usual ones behind it.
fn told(table: &BTreeMap<String, Vec<(u16, String)>>) -> String {
    let mut text = String::from(
        "# Every route as every visitor. `UPDATE_GOLDEN=1 cargo test --test native` rewrites it; tests/scenarios/permissions.rs judges it.\n\
         # A: of the account, H: of the host at an account that delegates (d) or does not (u); A admin, S standard, V view-only.\n",
    );
    let head = VISITORS.iter().fold(format!("{:<66}", "#"), |line, visitor| format!("{line}{visitor:>10}"));
    writeln!(text, "{head}").expect("text");
    for (route, cells) in table {
        let (method, path) = route.split_once(' ').unwrap_or_default();
        let mut line = format!("{method:<7}{path:<59}");
        let mut codes: Vec<String> = Vec::new();
        for (status, code) in cells {
            write!(line, "{status:>10}").expect("text");
            let usual = [(401, "not_signed_in"), (403, "not_allowed"), (404, "not_found")].contains(&(*status, code.as_str()));
            let word = format!("{status} {code}");
            if !code.is_empty() && !usual && !codes.contains(&word) {
                codes.push(word);
            }
        }
        let codes = if codes.is_empty() { String::new() } else { format!("   {}", codes.join(", ")) };
        writeln!(text, "{line}{codes}").expect("text");
    }
    text
}

/// The file in `tests/golden` says the same; `UPDATE_GOLDEN=1` makes it so.
pub fn compare(name: &str, now: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        std::fs::write(&path, now).expect("the golden file");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differing: Vec<String> = now.lines().filter(|line| !kept.lines().any(|old| old == *line)).map(|line| format!("+ {line}")).chain(kept.lines().filter(|old| !now.lines().any(|line| line == *old)).map(|line| format!("- {line}"))).collect();
    assert!(differing.is_empty(), "tests/golden/{name} says otherwise (UPDATE_GOLDEN=1 rewrites it, after you have read this):\n{}", differing.join("\n"));
}

/// Two accounts, everybody who may knock at them, and things to be knocked about.
struct Stage<'a> {
    town: &'a Town,
    /// An account that delegates, with its admin; and one that does not.
    managed: (Person, Account),
    unmanaged: (Person, Account),
    cast: BTreeMap<&'static str, Person>,
    targets: BTreeMap<String, String>,
    born: u32,
}

impl<'a> Stage<'a> {
    fn new(town: &'a Town) -> Self {
        Self { town, managed: town.account_of("Ada"), unmanaged: town.unmanaged_account_of("Bea"), cast: BTreeMap::new(), targets: BTreeMap::new(), born: 0 }
    }

    fn newcomer(&mut self) -> Person {
        self.born += 1;
        self.town.someone(&format!("Person{}", self.born))
    }

    fn joins(&mut self, inviter: &Person, account: &Account, role: &str) -> Person {
        let person = self.newcomer();
        let invited = inviter.invites(account, &person.email, role).invited();
        person.accepts(&invited).is(201);
        person
    }

    /// The visitor, new where the last one used themselves up.
    fn visitor(&mut self, kind: &'static str) -> Person {
        if let Some(person) = self.cast.get(kind) {
            return person.clone();
        }
        let ((ada, managed), (bea, unmanaged)) = (self.managed.clone(), self.unmanaged.clone());
        let person = match kind {
            "nobody" => self.newcomer(),
            "stranger" => {
                let person = self.joins(&bea, &unmanaged, "standard");
                person.leaves(&unmanaged).is(204);
                person
            }
            "other" => self.town.unmanaged_account_of(&format!("Other{}", self.born)).0,
            "revoked" | "suspended" => {
                let person = self.joins(&ada, &managed, "admin");
                let member = ada.member_id(&managed, &person.email);
                if kind == "revoked" {
                    ada.revokes(&managed, &member).is(204);
                } else {
                    ada.suspends(&managed, &member, true).is(200);
                }
                person
            }
            "AA" => self.joins(&ada, &managed, "admin"),
            "AS" => self.joins(&ada, &managed, "standard"),
            "AV" => self.joins(&ada, &managed, "view_only"),
            host => {
                let role = match &host[..2] {
                    "HA" => "admin",
                    "HS" => "standard",
                    _ => "view_only",
                };
                let (hedy, root) = (self.town.host(), self.town.host_account());
                self.joins(&hedy, &root, role)
            }
        };
        self.born += 1;
        self.cast.insert(kind, person.clone());
        person
    }

    /// Somebody in the account to act upon, in the state the route is about.
    fn target(&mut self, path: &str, managed: bool) -> String {
        let state = if path.ends_with("/invitation") { "invited" } else { "active" };
        let key = format!("{state} {managed}");
        if let Some(id) = self.targets.get(&key) {
            return id.clone();
        }
        let (admin, account) = if managed { self.managed.clone() } else { self.unmanaged.clone() };
        let person = self.newcomer();
        let invited = admin.invites(&account, &person.email, "standard").invited();
        if state == "active" {
            person.accepts(&invited).is(201);
        }
        self.targets.insert(key, invited.member.clone());
        invited.member
    }

    fn knocks(&mut self, kind: &'static str, method: &str, path: &str) -> Reply {
        let visitor = self.visitor(kind);
        let managed = !kind.ends_with('u');
        let account = if managed { self.managed.1.id.clone() } else { self.unmanaged.1.id.clone() };
        let mut address = path.replace("{account}", &account);
        if address.contains("{member}") {
            address = address.replace("{member}", &self.target(path, managed));
        }
        if address.contains("{session}") {
            let own = if kind == "nobody" { Vec::new() } else { visitor.gets("/v1/me/sessions").is(200).data() };
            address = address.replace("{session}", own.first().and_then(|session| session["id"].as_str()).unwrap_or("01990000-0000-7000-8000-000000000000"));
        }
        let mut asking = visitor.ask(method, &address);
        if ["PATCH", "PUT", "DELETE"].contains(&method) {
            asking = asking.when("*");
        }
        if let Some(body) = self.body(method, path, &visitor) {
            asking = asking.json(&body);
        }
        let reply = asking.send();
        let changed = method != "GET" && reply.status < 400;
        if changed && path.contains("{member}") {
            self.targets.clear();
        }
        if changed && (path.starts_with("/v1/me/") || path.ends_with("/members/me")) {
            self.cast.remove(kind);
        }
        reply
    }

    /// A body that succeeds where the visitor may.
    fn body(&mut self, method: &str, path: &str, visitor: &Person) -> Option<Json> {
        self.born += 1;
        let (number, tag) = (self.born, self.town.tag());
        let dead = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        Some(match (method, path) {
            ("POST", "/v1/setup") => json!({"setup_token": self.town.setup_token(), "host_name": "Second", "email": "second@example.com", "first_name": "A", "last_name": "B", "password": "entirely different words"}),
            ("POST", "/v1/sessions") => json!({"email": self.managed.0.email, "password": self.managed.0.password()}),
            ("POST", "/v1/password-resets") => json!({"email": format!("nobody{number}.{tag}@example.com")}),
            ("POST", "/v1/password-resets/confirm") => json!({"token": dead, "new_password": "entirely different words"}),
            ("POST", "/v1/invitations/accept") => json!({"token": dead, "first_name": "A", "last_name": "B", "password": "entirely different words"}),
            ("POST", "/v1/password-resets/preview" | "/v1/invitations/preview" | "/v1/invitations/decline") => json!({"token": dead}),
            ("PATCH", "/v1/me") => json!({"first_name": format!("Name{number}")}),
            ("PUT", "/v1/me/password") => json!({"current_password": visitor.password(), "new_password": visitor.password() + " and more"}),
            ("POST", "/v1/accounts") => json!({"name": format!("Account {number} ({tag})"), "managed": true}),
            ("PATCH", "/v1/accounts/{account}") => json!({"name": format!("Renamed {number} ({tag})")}),
            ("POST", "/v1/accounts/{account}/first-admin-invitation") => json!({}),
            ("POST", "/v1/accounts/{account}/members") => json!({"email": format!("new{number}.{tag}@example.com"), "access": {"role": "view_only"}}),
            ("PATCH", "/v1/accounts/{account}/members/{member}") => json!({"city": format!("City {number}")}),
            ("PUT", path) if path.ends_with("/access") => json!({"role": if number % 2 == 0 { "standard" } else { "view_only" }}),
            ("PUT", path) if path.ends_with("/suspension") => json!({"suspended": true}),
            _ => return None,
        })
    }
}

// The pages.

/// What a page shows or does is what this route of the API does; `own` and `open` as above.
const PAGES: &str = "
";

pub fn every_page_opens_for_those_its_twin_does(_town: &Town) {
    // Filled in when the routes of the pages are there.
    let _ = PAGES;
}
