//! Checks that hold for every answer of every scenario.

use crate::support::client::Reply;

/// Headers that every answer has, whatever its status, and what each must contain.
const ALWAYS: [(&str, &str); 4] = [
    ("strict-transport-security", "max-age="),
    ("content-security-policy", "frame-ancestors 'none'"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// What happened during the request.
pub struct Conditions {
    /// The number of lost replies of the database.
    pub lost: u64,
    /// Whether other requests ran at the same time.
    pub is_concurrent: bool,
}

/// Checks the answer to `method path`.
pub fn of_every_answer(method: &str, path: &str, secrets: &[String], reply: &Reply, conditions: &Conditions) {
    headers(path, reply);
    problem(method, path, reply);
    cookies(reply);
    budget(method, path, reply, conditions);
    nothing_leaks(secrets, reply);
}

fn headers(path: &str, reply: &Reply) {
    let context = reply.summary();
    let is_framed = path.contains("/communications/") && path.ends_with("/html") && reply.status == 200;
    for (name, part) in ALWAYS {
        // The HTML of a communication is shown in a frame of our own page, where it may load and run nothing.
        let part = if is_framed && name == "content-security-policy" { "sandbox; default-src 'none'; style-src 'unsafe-inline'" } else { part };
        assert!(reply.header(name).contains(part), "{name} must say {part}, says {:?}: {context}", reply.header(name));
    }
    // A page names itself to us alone, so that the browser says with its forms where they come from.
    let referrer = if reply.header("content-type").starts_with("text/html") && !is_framed { "same-origin" } else { "no-referrer" };
    assert_eq!(reply.header("referrer-policy"), referrer, "{context}");
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("base-uri 'none'") && (is_framed || !policy.contains("unsafe")), "{policy}: {context}");
    assert!(!reply.header("x-request-id").is_empty(), "no X-Request-Id: {context}");
    assert!(reply.header("access-control-allow-origin").is_empty(), "no CORS was promised: {context}");
    assert!(reply.status < 500 || reply.status == 503, "an internal error: {context}");
}

/// Every error of the API is a problem of RFC 9457.
fn problem(method: &str, path: &str, reply: &Reply) {
    if reply.status < 400 || !path.starts_with("/v1/") || method == "HEAD" {
        return;
    }
    let context = reply.summary();
    assert_eq!(reply.header("content-type"), "application/problem+json", "{context}");
    for field in ["type", "title", "detail", "code", "request_id"] {
        assert!(!reply.text(&format!("/{field}")).is_empty(), "no {field}: {context}");
    }
    assert_eq!(reply.at("/status"), reply.status, "{context}");
    assert_eq!(reply.text("/request_id"), reply.header("x-request-id"), "{context}");
    match reply.status {
        401 => assert!(!reply.header("www-authenticate").is_empty(), "401 without WWW-Authenticate: {context}"),
        405 => assert!(!reply.header("allow").is_empty(), "405 without Allow: {context}"),
        429 | 503 => assert!(reply.header("retry-after").parse::<u64>().is_ok(), "no Retry-After: {context}"),
        _ => {}
    }
    if reply.code() == "not_allowed" {
        assert!(reply.text("/permission").contains('.'), "not_allowed names the permission: {context}");
    }
}

/// Every cookie is unreadable for scripts and bound to the site. All but the language cookie have the prefix `__Host-`.
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

/// A secret is given out once: no later header or body repeats it.
fn nothing_leaks(secrets: &[String], reply: &Reply) {
    // Searching one text is faster, because a long scenario gives out many secrets.
    let mut text = reply.body.clone();
    for (name, value) in &reply.headers {
        text.extend(["\n", name.as_str(), ": ", value.to_str().unwrap_or_default()]);
    }
    for secret in secrets.iter().filter(|secret| secret.len() >= 15) {
        let is_there = text.contains(secret.as_str());
        assert!(!is_there, "the answer repeats a secret, in {:?}: {}", text.lines().find(|line| line.contains(secret.as_str())), reply.asked);
    }
}

/// Requests that take two trips to the database: a stored hash must be read before it can be compared (design §2), or the provider's answer
/// stored while the reader waits.
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

/// Design §9: a read takes one trip, a write one, sign-in and acceptance two. A refusal may fetch what its sentence needs.
fn budget(method: &str, path: &str, reply: &Reply, conditions: &Conditions) {
    let trips = figure(reply.header("server-timing"), "trips").unwrap_or_else(|| panic!("no Server-Timing: {}", reply.summary()));
    let reads = ["GET", "HEAD"].contains(&method);
    let path = path.split('?').next().unwrap_or_default();
    let deletes_account = path.ends_with("/settings/deletion") || method == "DELETE" && path.starts_with("/v1/accounts/") && path.matches('/').count() == 3;
    let compares = TWO_TRIPS.contains(&path) && !reads || deletes_account;
    let may = if compares { 2 } else { 1 };
    // The refusal for a missing permission names whom to ask, also for a read.
    let refused = u64::from(reply.status == 403 || reply.status >= 400 && !reads);
    // A repeat finds the first request, looks it up, and reads its result.
    let is_repeat = reply.header("idempotent-replayed") == "true" || reply.status == 403 && reply.asked.contains("(key)");
    let replayed = if is_repeat { 1 + may } else { 0 };
    // The page that reports a lost reply looks the change up.
    let lost = if replayed > 0 { conditions.lost } else { 0 };
    // When the same secret is used many times at once, all but the fastest are refused and read with which password it was used.
    let raced = if compares && conditions.is_concurrent { 2 } else { 0 };
    assert!(trips <= may + refused + replayed + lost + raced, "{trips} trips, may take {may}: {}", reply.summary());
}

/// Returns one figure of `Server-Timing: d1;desc="trips=1, statements=2, read=3, written=4"`.
pub fn figure(header: &str, name: &str) -> Option<u64> {
    header.split(&format!("{name}=")).nth(1)?.split([',', '"']).next()?.trim().parse().ok()
}
