//! What holds for every answer, whatever was asked: checked on each one of every scenario.

use crate::support::client::Reply;

/// Headers that are on every status (security.md H2), and what each must say.
const ALWAYS: [(&str, &str); 5] = [
    ("strict-transport-security", "max-age="),
    ("content-security-policy", "frame-ancestors 'none'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// What went on while it was asked.
pub struct Around {
    /// Replies of the database that were lost.
    pub lost: u64,
    /// Whether others asked at the same moment.
    pub is_crowded: bool,
}

/// Checks the answer to `method path`, after which only the scenario's own question is left.
pub fn of_every_answer(method: &str, path: &str, secrets: &[String], reply: &Reply, around: &Around) {
    headers(path, reply);
    problem(method, path, reply);
    cookies(reply);
    budget(method, path, reply, around);
    nothing_leaks(secrets, reply);
}

fn headers(path: &str, reply: &Reply) {
    let told = reply.told();
    let is_framed = path.contains("/communications/") && path.ends_with("/html") && reply.status == 200;
    for (name, part) in ALWAYS {
        // What an account wrote as HTML stands in a frame of our own page, and may nothing there.
        let part = if is_framed && name == "content-security-policy" { "sandbox; default-src 'none'; style-src 'unsafe-inline'" } else { part };
        assert!(reply.header(name).contains(part), "{name} must say {part}, says {:?}: {told}", reply.header(name));
    }
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("base-uri 'none'") && (is_framed || !policy.contains("unsafe")), "{policy}: {told}");
    assert!(!reply.header("x-request-id").is_empty(), "no X-Request-Id: {told}");
    assert!(reply.header("access-control-allow-origin").is_empty(), "nobody was promised CORS: {told}");
    assert!(reply.status < 500 || reply.status == 503, "a fault of ours: {told}");
}

/// RFC 9457 on every error of the API.
fn problem(method: &str, path: &str, reply: &Reply) {
    if reply.status < 400 || !path.starts_with("/v1/") || method == "HEAD" {
        return;
    }
    let told = reply.told();
    assert_eq!(reply.header("content-type"), "application/problem+json", "{told}");
    for field in ["type", "title", "detail", "code", "request_id"] {
        assert!(!reply.text(&format!("/{field}")).is_empty(), "no {field}: {told}");
    }
    assert_eq!(reply.at("/status"), reply.status, "{told}");
    assert_eq!(reply.text("/request_id"), reply.header("x-request-id"), "{told}");
    match reply.status {
        401 => assert!(!reply.header("www-authenticate").is_empty(), "401 without WWW-Authenticate: {told}"),
        405 => assert!(!reply.header("allow").is_empty(), "405 without Allow: {told}"),
        429 | 503 => assert!(reply.header("retry-after").parse::<u64>().is_ok(), "no Retry-After: {told}"),
        _ => {}
    }
    if reply.code() == "not_allowed" {
        assert!(reply.text("/permission").contains('.'), "not_allowed names the permission: {told}");
    }
}

/// Every cookie of ours is unreadable for scripts and bound to the site; but for the language, `__Host-`.
fn cookies(reply: &Reply) {
    for cookie in reply.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().expect("a cookie");
        assert!(cookie.starts_with("__Host-") || cookie.starts_with("lang="), "{cookie}");
        for part in ["Secure", "HttpOnly", "Path=/"] {
            assert!(cookie.split("; ").any(|word| word == part), "{part} is missing: {cookie}");
        }
        assert!(cookie.contains("SameSite=Lax") || cookie.contains("SameSite=Strict"), "{cookie}");
        assert!(!cookie.contains("Domain="), "{cookie}");
    }
}

/// What was once handed out does not come back by itself: no address, header or body repeats a secret.
fn nothing_leaks(secrets: &[String], reply: &Reply) {
    // One text to look through, for a long story hands out many secrets.
    let mut said = reply.body.clone();
    for (name, value) in &reply.headers {
        said.extend(["\n", name.as_str(), ": ", value.to_str().unwrap_or_default()]);
    }
    for secret in secrets.iter().filter(|secret| secret.len() >= 15) {
        let is_there = said.contains(secret.as_str());
        assert!(!is_there, "the answer repeats a secret, in {:?}: {}", said.lines().find(|line| line.contains(secret.as_str())), reply.asked);
    }
}

/// Requests that take two trips to the database: a stored hash must be read before it can be compared (design §2), or the provider's answer
/// noted while its reader waits.
const TWO_TRIPS: [&str; 15] = [
    "/v1/setup",
    "/setup",
    "/v1/host/test-mail",
    "/host/test-mail",
    "/v1/sessions",
    "/v1/invitations/accept",
    "/v1/password-resets/confirm",
    "/reset/confirm",
    "/v1/me/password",
    "/me/password",
    "/v1/me/email-changes",
    "/me/email",
    "/sign-in",
    "/invitation",
    "/invitation/accept",
];

/// Design §9: a read takes one trip, a write one, sign-in and acceptance two. A refusal may fetch what its words need.
fn budget(method: &str, path: &str, reply: &Reply, around: &Around) {
    let trips = figure(reply.header("server-timing"), "trips").unwrap_or_else(|| panic!("no Server-Timing: {}", reply.told()));
    let reads = ["GET", "HEAD"].contains(&method);
    let path = path.split('?').next().unwrap_or_default();
    let deletes_account = path.ends_with("/settings/deletion") || method == "DELETE" && path.starts_with("/v1/accounts/") && path.matches('/').count() == 3;
    let compares = TWO_TRIPS.contains(&path) && !reads || deletes_account;
    let may = if compares { 2 } else { 1 };
    // Who lacks a permission is told whom to ask, also where they only looked.
    let refused = u64::from(reply.status == 403 || reply.status >= 400 && !reads);
    // A repeat finds that it is one, looks up the first request, and reads what that one made.
    let is_repeat = reply.header("idempotent-replayed") == "true" || reply.status == 403 && reply.asked.contains("(key)");
    let replayed = if is_repeat { 1 + may } else { 0 };
    // A change whose reply was lost is looked up by the page that says so.
    let lost = if replayed > 0 { around.lost } else { 0 };
    // Of the same secret used many times at once all but the fastest are refused, and read by which password it was.
    let raced = if compares && around.is_crowded { 2 } else { 0 };
    assert!(trips <= may + refused + replayed + lost + raced, "{trips} trips, may take {may}: {}", reply.told());
}

/// One figure of `Server-Timing: d1;desc="trips=1, read=2, written=3"`.
pub fn figure(header: &str, name: &str) -> Option<u64> {
    header.split(&format!("{name}=")).nth(1)?.split([',', '"']).next()?.trim().parse().ok()
}
