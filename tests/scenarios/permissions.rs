//! Permissions: every route as every kind of visitor.
//!
//! The table is compared twice: with `tests/golden/permissions.txt`, so that a change shows in review, and with the matrix of
//! design §5, typed here by hand, so that a wrong table cannot be recorded. A route that is in no list fails the test.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use portineria::core::permission::Permission;
use portineria::router::ROUTES;

use super::fixtures::Fixtures;
use crate::support::client::Reply;
use crate::support::world::World;

/// The visitors. Users of the host and of the account come twice: at an account that delegates its users (d, or nothing) and at one that does not (u).
/// With grants (g); by an access token (jwt); the admin of an account that was deactivated or deleted.
pub(super) const VISITORS: [&str; 25] = [
    "nobody",
    "signed out",
    "stranger",
    "other",
    "invited",
    "revoked",
    "suspended",
    "expired",
    "AV",
    "AS",
    "AA",
    "AVg",
    "ASg",
    "jwt",
    "HVd",
    "HSd",
    "HAd",
    "AVu",
    "ASu",
    "AAu",
    "HVu",
    "HSu",
    "HAu",
    "stopped",
    "deleted",
];

/// Routes that grants of contacts.manage, profile.manage and emails.view open to a standard user.
const GRANTED: &str = "
GET /accounts/{account}/communications
GET /accounts/{account}/communications/{communication}
GET /accounts/{account}/communications/{communication}/html
GET /accounts/{account}/users/import
GET /accounts/{account}/users/new
GET /v1/accounts/{account}/communications
GET /v1/accounts/{account}/communications/{communication}
GET /v1/accounts/{account}/members/{member}/communications
PATCH /v1/accounts/{account}
PATCH /v1/accounts/{account}/members/{member}
POST /accounts/{account}/settings
POST /accounts/{account}/settings/email-preferences
POST /accounts/{account}/settings/profile
POST /accounts/{account}/users/import
POST /accounts/{account}/users/{member}/contact
POST /accounts/{account}/users/{member}/email-preferences
PUT /v1/accounts/{account}/email-preferences
PUT /v1/accounts/{account}/members/{member}/email-preferences
POST /v1/accounts/{account}/members/import
";

/// Routes that a grant of emails.view opens to a view-only user.
const GRANTED_TO_LOOK: &str = "
GET /accounts/{account}/communications
GET /accounts/{account}/communications/{communication}
GET /accounts/{account}/communications/{communication}/html
GET /v1/accounts/{account}/communications
GET /v1/accounts/{account}/communications/{communication}
GET /v1/accounts/{account}/members/{member}/communications
";

/// Routes that stay open to the admin of a deactivated account: reading its state, and leaving.
const WHEN_STOPPED: &str = "
GET  /v1/accounts/{account}         GET  /accounts/{account}/settings
DELETE /v1/accounts/{account}/members/me
POST /me/accounts/{account}/leave
";

/// Routes without an account in the path that an access token opens.
const BY_TOKEN: &str = "
GET  /v1/me                         GET  /v1/permissions
";

/// The route is also requested for the host's own account, whose gate differs from a customer's.
const OF_THE_HOST: (&str, &str) = ("GET", "/v1/accounts/{host}/members");

/// Routes with the same answer for everybody, signed in or not: a secret in the body decides, or nothing does.
const OPEN: &str = "
POST /v1/setup                      POST /v1/sessions
POST /v1/invitations/preview        POST /v1/invitations/accept        POST /v1/invitations/decline
POST /v1/email-changes/confirm      GET  /email-change                 POST /email-change
POST /v1/password-resets            POST /v1/password-resets/preview   POST /v1/password-resets/confirm
GET  /                              GET  /language                     GET  /accounts/{account}
GET  /sign-in                       POST /sign-in                      POST /sign-out
GET  /forgot-password               POST /forgot-password
GET  /reset                         POST /reset                        POST /reset/confirm
GET  /invitation                    POST /invitation                   POST /invitation/accept     POST /invitation/decline
GET  /setup                         POST /setup
POST /v1/email-verifications/confirm  GET /verification               POST /verification
GET  /health                        GET  /.well-known/jwks.json
GET  /.well-known/oauth-authorization-server                           GET /.well-known/change-password
";

/// Routes about the user's own data, for everybody who is signed in.
const OWN: &str = "
GET  /v1/me                         PATCH /v1/me                       PUT /v1/me/password
GET  /v1/me/accounts                GET  /v1/me/sessions               DELETE /v1/me/sessions/{session}
GET  /v1/accounts                   GET  /v1/permissions
POST /v1/me/email-changes           POST /me/email
GET  /v1/me/communications          GET  /v1/me/communications/{communication}
GET  /me/communications             GET  /me/communications/{communication}
GET  /me/communications/{communication}/html
POST /v1/me/email-verification      POST /me/verification
GET  /me                            POST /me                           POST /me/password
POST /me/sessions/end-others        POST /me/sessions/{session}/end
GET  /accounts
";

/// Design §5: y yes, n no (403, the account is visible), - not there (404). In the order of the columns of the document.
const MATRIX: &str = "
                                                                 HA HS HV  UA US UV  AA AS AV
POST   /v1/accounts                                              y  y  n   y  y  n   n  n  n
POST   /v1/accounts/{account}/first-admin-invitation             y  y  n   y  y  n   n  n  n
GET    /v1/accounts/{account}                                    y  y  y   y  y  y   y  y  y
PATCH  /v1/accounts/{account}                                    y  y  n   n  n  n   y  n  n
DELETE /v1/accounts/{account}                                    y  y  n   y  y  n   y  y  n
PUT    /v1/accounts/{account}/email-preferences                  y  n  n   n  n  n   y  n  n
PUT    /v1/accounts/{account}/delegation                         n  n  n   n  n  n   y  n  n
PUT    /v1/accounts/{account}/status                             y  y  n   n  n  n   n  n  n
POST   /v1/accounts/{account}/restore                            y  n  n   y  n  n   n  n  n
GET    /v1/accounts/{host}/members                               y  y  y   y  y  y   -  -  -
GET    /v1/accounts/{account}/members                            y  y  y   n  n  n   y  y  y
POST   /v1/accounts/{account}/members                            y  n  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/members/export                     y  y  y   n  n  n   y  y  y
POST   /v1/accounts/{account}/members/import                     y  n  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/members/{member}                   y  y  y   n  n  n   y  y  y
PATCH  /v1/accounts/{account}/members/{member}                   y  n  n   n  n  n   y  n  n
DELETE /v1/accounts/{account}/members/{member}                   y  n  n   n  n  n   y  n  n
DELETE /v1/accounts/{account}/members/me                         -  -  -   -  -  -   y  y  y
PUT    /v1/accounts/{account}/members/{member}/email-preferences y  n  n   n  n  n   y  n  n
PUT    /v1/accounts/{account}/members/{member}/access            y  n  n   n  n  n   y  n  n
DELETE /v1/accounts/{account}/members/{member}/access            y  n  n   n  n  n   y  n  n
PUT    /v1/accounts/{account}/members/{member}/access/suspension y  n  n   n  n  n   y  n  n
POST   /v1/accounts/{account}/members/{member}/invitation        y  n  n   n  n  n   y  n  n
DELETE /v1/accounts/{account}/members/{member}/invitation        y  n  n   n  n  n   y  n  n
POST   /v1/accounts/{account}/members/{member}/password-reset    y  n  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/resources                          y  y  y   n  n  n   y  y  y
POST   /v1/accounts/{account}/resources                          y  n  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/resources/{resource}               y  y  y   n  n  n   y  y  y
PATCH  /v1/accounts/{account}/resources/{resource}               y  n  n   n  n  n   y  y  n
DELETE /v1/accounts/{account}/resources/{resource}               y  n  n   n  n  n   y  n  n
PUT    /v1/accounts/{account}/resources/{resource}/members       y  n  n   n  n  n   y  n  n
PUT    /v1/accounts/{account}/members/{member}/resources         y  n  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/communications                     y  n  n   n  n  n   y  n  n
POST   /v1/accounts/{account}/communications                     y  n  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/communications/{communication}     y  n  n   n  n  n   y  n  n
POST   /v1/accounts/{account}/communications/{communication}/resend y n n  n  n  n   y  n  n
GET    /v1/accounts/{account}/members/{member}/communications    y  n  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/audit-events                       y  n  n   n  n  n   y  n  n
GET    /v1/accounts/{account}/access/check                       y  y  y   n  n  n   y  y  y
GET    /v1/accounts/{account}/access/explain                     y  y  y   n  n  n   y  y  y
POST   /v1/access-tokens                                         y  y  y   n  n  n   y  y  y
GET    /v1/host                                                  y  n  n   y  n  n   n  n  n
PATCH  /v1/host                                                  y  n  n   y  n  n   n  n  n
PATCH  /v1/permissions/{permission}                              y  n  n   y  n  n   n  n  n
POST   /v1/host/test-mail                                        y  n  n   y  n  n   n  n  n

GET    /host/settings                                            y  n  n   y  n  n   n  n  n
POST   /host/settings                                            y  n  n   y  n  n   n  n  n
POST   /host/test-mail                                           y  n  n   y  n  n   n  n  n
POST   /host/permissions/{permission}                            y  n  n   y  n  n   n  n  n
POST   /accounts                                                 y  y  n   y  y  n   n  n  n
GET    /accounts/new                                             y  y  n   y  y  n   n  n  n
GET    /accounts/{account}/users                                 y  y  y   n  n  n   y  y  y
POST   /accounts/{account}/users                                 y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/users/export                          y  y  y   n  n  n   y  y  y
GET    /accounts/{account}/users/import                          y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/users/import                          y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/users/new                             y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/users/{member}                        y  y  y   n  n  n   y  y  y
GET    /accounts/{account}/users/{member}/permissions            y  y  y   n  n  n   y  y  y
POST   /accounts/{account}/users/{member}/contact                y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/users/{member}/email-preferences      y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/users/{member}/access                 y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/users/{member}/access/removal         y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/users/{member}/suspension             y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/users/{member}/invitation             y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/users/{member}/invitation/cancel      y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/users/{member}/password-reset         y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/users/{member}/revocation             y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/users/{member}/resources              y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/resources                             y  y  y   n  n  n   y  y  y
POST   /accounts/{account}/resources                             y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/resources/new                         y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/resources/{resource}                  y  y  y   n  n  n   y  y  y
POST   /accounts/{account}/resources/{resource}                  y  n  n   n  n  n   y  y  n
POST   /accounts/{account}/resources/{resource}/members          y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/resources/{resource}/removal          y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/communications                        y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/communications                        y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/communications/new                    y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/communications/{communication}        y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/communications/{communication}/html   y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/communications/{communication}/resend y  n  n   n  n  n   y  n  n
GET    /accounts/{account}/settings                              y  y  y   y  y  y   y  y  y
POST   /accounts/{account}/settings                              y  y  n   n  n  n   y  n  n
POST   /accounts/{account}/settings/profile                      y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/settings/email-preferences            y  n  n   n  n  n   y  n  n
POST   /accounts/{account}/settings/first-admin                  y  y  n   y  y  n   n  n  n
POST   /accounts/{account}/settings/delegation                   n  n  n   n  n  n   y  n  n
POST   /accounts/{account}/settings/status                       y  y  n   n  n  n   n  n  n
POST   /accounts/{account}/settings/deletion                     y  y  n   y  y  n   y  y  n
POST   /accounts/{account}/settings/restoration                  y  n  n   y  n  n   n  n  n
GET    /accounts/{account}/audit                                 y  n  n   n  n  n   y  n  n
POST   /me/accounts/{account}/leave                              -  -  -   -  -  -   y  y  y
";

pub fn every_route_opens_for_those_it_should_and_nobody_else(world: &World) {
    let mut fixtures = Fixtures::new(world);
    let mut table: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
    let unknown: Vec<String> = ROUTES.iter().map(|(method, path)| format!("{method} {path}")).filter(|route| expected(route, "nobody").is_none()).collect();
    for (method, path) in ROUTES.iter().chain([&OF_THE_HOST]) {
        let cells = VISITORS.iter().map(|visitor| Cell::of(&fixtures.send(visitor, method, path))).collect();
        table.insert(format!("{method} {path}"), cells);
    }
    assert!(unknown.is_empty(), "routes that are in no list of tests/scenarios/permissions.rs: {unknown:#?}");
    let wrong: Vec<String> =
        table.iter().flat_map(|(route, cells)| VISITORS.iter().zip(cells).filter_map(move |(visitor, cell)| mismatch(route, visitor, cell))).collect();
    compare("permissions.txt", &text_of(&table));
    assert!(wrong.is_empty(), "cells that differ from design §5:\n{}", wrong.join("\n"));
}

/// Removes each row of the matrix during one request. A visitor who needs the row is then refused, with its permission named.
pub fn every_row_of_the_matrix_changes_the_table(world: &World) {
    let mut fixtures = Fixtures::new(world);
    let mut gates: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::from([("host.view".to_owned(), vec![OF_THE_HOST])]);
    for (method, path) in ROUTES.iter().filter(|(_, path)| path.starts_with("/v1/")) {
        for visitor in ["AV", "HVu"] {
            let refused = fixtures.send(visitor, method, path).text("/permission");
            if !refused.is_empty() {
                gates.entry(refused).or_default().push((method, path));
            }
        }
    }
    let rows = world.controls().select("SELECT via, role, permission FROM role_permission ORDER BY via, role, permission");
    let mut idle = Vec::new();
    for row in rows {
        let [via, role, permission] = ["via", "role", "permission"].map(|column| row[column].as_str().expect("text").to_owned());
        let Some(routes) = gates.get(&permission) else { continue };
        let visitor = match (via.as_str(), role.as_str()) {
            ("member", "admin") => "AA",
            ("member", "standard") => "AS",
            ("member", _) => "AV",
            ("host", "admin") => "HAu",
            ("host", "standard") => "HSu",
            ("host", _) => "HVu",
            ("delegation", "admin") => "HAd",
            ("delegation", "standard") => "HSd",
            ("delegation", _) => "HVd",
            _ => "ASg",
        };
        let is_refused = |reply: &Reply| reply.status == 403 && reply.text("/permission") == permission;
        let changes = routes.iter().any(|(method, path)| {
            let before = fixtures.send(visitor, method, path);
            fixtures.without = Some([via.clone(), role.clone(), permission.clone()]);
            let after = fixtures.send(visitor, method, path);
            fixtures.without = None;
            !is_refused(&before) && is_refused(&after)
        });
        if !changes {
            idle.push(format!("{via} {role} {permission}"));
        }
    }
    assert!(idle.is_empty(), "rows of the matrix that no route depends on: {idle:#?}");
    let named: Vec<&str> = gates.keys().map(String::as_str).collect();
    let unnamed: Vec<&str> = Permission::ALL.iter().filter(|one| !one.is_grantable()).map(|one| one.key()).filter(|key| !named.contains(key)).collect();
    assert!(unnamed.is_empty(), "permissions that no gate names: {unnamed:?}");
}

/// The answer to one request.
struct Cell {
    status: u16,
    /// The code of a refusal; empty on pages, which show a sentence.
    code: String,
    /// Whether it redirects to the sign-in page.
    to_sign_in: bool,
}

impl Cell {
    fn of(reply: &Reply) -> Self {
        Self { status: reply.status, code: reply.code(), to_sign_in: reply.status == 303 && reply.header("location").starts_with("/sign-in") }
    }

    /// Returns the text of the cell in the table.
    fn shown(&self) -> String {
        if self.to_sign_in { "sign-in".to_owned() } else { self.status.to_string() }
    }
}

/// Returns what the matrix expects: `y`, `n`, `-`, `401`, or `open`. `None` for an unknown route.
pub(super) fn expected(route: &str, visitor: &str) -> Option<&'static str> {
    let named = |list: &'static str| list.split_whitespace().collect::<Vec<_>>().chunks(2).any(|pair| pair.join(" ") == route);
    if named(OPEN) {
        return Some("open");
    }
    let is_in_account = route.contains("{account}") || route == "POST /v1/access-tokens";
    match visitor {
        "nobody" | "signed out" => return Some("401"),
        "jwt" if named(BY_TOKEN) => return Some("y"),
        "jwt" if !route.contains(" /v1/accounts/{") => return Some("401"),
        "stopped" if is_in_account => return Some(if named(WHEN_STOPPED) { "y" } else { "stopped" }),
        "deleted" if is_in_account => return Some("-"),
        "ASg" if named(GRANTED) => return Some("y"),
        "AVg" if named(GRANTED_TO_LOOK) => return Some("y"),
        _ if named(OWN) => return Some("y"),
        _ => {}
    }
    let line = MATRIX.lines().find(|line| {
        let mut words = line.split_whitespace();
        words.next().zip(words.next()).is_some_and(|(method, path)| format!("{method} {path}") == route)
    })?;
    let cells: Vec<&'static str> = line.split_whitespace().skip(2).collect();
    Some(match visitor {
        "stranger" | "other" | "invited" | "revoked" | "suspended" | "expired" if is_in_account || route.contains("{host}") => "-",
        "stranger" | "other" | "invited" | "revoked" | "suspended" | "expired" => "n",
        "HAd" => cells[0],
        "HSd" => cells[1],
        "HVd" => cells[2],
        "HAu" => cells[3],
        "HSu" => cells[4],
        "HVu" => cells[5],
        "AA" | "AAu" | "jwt" | "stopped" | "deleted" => cells[6],
        "AS" | "ASu" | "ASg" => cells[7],
        "AV" | "AVu" | "AVg" => cells[8],
        other => panic!("{other}"),
    })
}

fn mismatch(route: &str, visitor: &str, cell: &Cell) -> Option<String> {
    let expected = expected(route, visitor)?;
    let (status, code) = (cell.status, if route.contains(" /v1/") { cell.code.as_str() } else { "page" });
    let right = match expected {
        "open" => status < 500 && (status, code) != (401, "not_signed_in"),
        "y" => ![401, 403, 404].contains(&status) && status < 500 && !cell.to_sign_in,
        "stopped" => status == 403 && ["account_deactivated", "page"].contains(&code),
        "n" => status == 403 && ["not_allowed", "page"].contains(&code),
        "-" => status == 404 && ["not_found", "page"].contains(&code),
        _ => cell.to_sign_in || status == 401 && ["not_signed_in", "page"].contains(&code),
    };
    (!right).then(|| format!("{route} as {visitor}: {expected} expected, {} {} found", cell.shown(), cell.code))
}

/// Returns the table as text for review: one line for each route, one column for each visitor, and unusual codes after them.
fn text_of(table: &BTreeMap<String, Vec<Cell>>) -> String {
    let mut text = String::from(
        "# Every route as every visitor. `UPDATE_GOLDEN=1 cargo test --test native` rewrites it; tests/scenarios/permissions.rs judges it.\n\
         # A: of the account, H: of the host; at an account that delegates (d, or nothing) or does not (u); A admin, S standard, V view-only; g: with grants.\n",
    );
    let head = VISITORS.iter().fold(format!("{:<66}", "#"), |line, visitor| format!("{line}{visitor:>11}"));
    writeln!(text, "{head}").expect("text");
    for (route, cells) in table {
        let (method, path) = route.split_once(' ').unwrap_or_default();
        let mut line = format!("{method:<7}{path:<59}");
        let mut codes: Vec<String> = Vec::new();
        for cell in cells {
            write!(line, "{:>11}", cell.shown()).expect("text");
            let (status, code) = (cell.status, cell.code.as_str());
            let usual = [(401, "not_signed_in"), (403, "not_allowed"), (404, "not_found")].contains(&(status, code));
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

/// Compares the text with the file in `tests/golden`; `UPDATE_GOLDEN=1` rewrites the file.
pub fn compare(name: &str, now: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        std::fs::write(&path, now).expect("the golden file");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differing: Vec<String> = now
        .lines()
        .filter(|line| !kept.lines().any(|old| old == *line))
        .map(|line| format!("+ {line}"))
        .chain(kept.lines().filter(|old| !now.lines().any(|line| line == *old)).map(|line| format!("- {line}")))
        .collect();
    assert!(differing.is_empty(), "tests/golden/{name} says otherwise (UPDATE_GOLDEN=1 rewrites it, after you have read this):\n{}", differing.join("\n"));
}
