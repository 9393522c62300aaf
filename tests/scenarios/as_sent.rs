//! Headers and bodies as browsers, proxies and apps send them: tags in lists, tags that were weakened, requests without Fetch Metadata, bodies that are
//! too large or of another type, and how long to wait.

use serde_json::{Value as Json, json};

use super::emails::token_to;
use super::traps::{compare, outcome};
use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, RequestBuilder, World};

/// The lines of `If-Match` for a thing with the version 2, and the answer.
const TAGS: [(&[&str], &str); 34] = [
    (&["\"v2\""], "200"),
    (&["*"], "200"),
    (&[" * "], "200"),
    (&["  \"v2\"\t"], "200"),
    (&["W/\"v2\""], "200"),
    (&["\"v1\", \"v2\""], "200"),
    (&["\"v2\", \"v9\""], "200"),
    (&["\"v1\",\"v2\",\"v3\""], "200"),
    (&["\"v1\" , W/\"v2\""], "200"),
    (&[", \"v2\" ,,"], "200"),
    (&["\"v1\"", "\"v2\""], "200"),
    (&["\"v1\", \"v3\"", "W/\"v2\", \"v9\""], "200"),
    (&["\"another, tag\", \"v2\""], "200"),
    (&["\"v2-gzip\""], "200"),
    (&["W/\"v2-br\""], "200"),
    (&["\"v2--gzip\""], "200"),
    (&["\"v2\", nonsense"], "200"),
    (&[], "428 version_required"),
    (&["\"v1\""], "412 stale_version"),
    (&["W/\"v1\""], "412 stale_version"),
    (&["\"v1\", \"v3\""], "412 stale_version"),
    (&["\"v1\"", "\"v3\""], "412 stale_version"),
    (&["\"v1-gzip\""], "412 stale_version"),
    (&["\"33a64df5\""], "412 stale_version"),
    (&["\"a\"v2\"b\""], "412 stale_version"),
    (&["v2"], "412 stale_version"),
    (&["\"v2"], "412 stale_version"),
    (&["w/\"v2\""], "412 stale_version"),
    (&["\"v02\""], "412 stale_version"),
    (&["\"v+2\""], "412 stale_version"),
    (&["\"v 2\""], "412 stale_version"),
    (&["\"v99999999999999999999\""], "412 stale_version"),
    (&["'v2'"], "412 stale_version"),
    (&[""], "428 version_required"),
];

fn with_tags<'a>(builder: RequestBuilder<'a>, lines: &[&str]) -> RequestBuilder<'a> {
    lines.iter().fold(builder, |builder, line| builder.header("if-match", line))
}

pub fn tags_are_read_as_proxies_send_them(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let id = ada.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    let path = rossi.at(&format!("/members/{id}"));
    ada.ask("PATCH", &path).when("\"v1\"").json(&json!({"city": "Roma"})).send().is(200);
    compare(&TAGS, |lines| outcome(&with_tags(ada.ask("PATCH", &path), lines).json(&json!({})).send()));
    assert_eq!(ada.version(&path), "\"v2\"");
}

pub fn each_thing_is_found_by_one_of_several_tags(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let host = world.host();
    let contact = ada.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    let pixel = ada.adds_resource(&rossi, "pixel", &format!("7{}", world.tag())).is(201).text("/id");
    let things = [
        (&ada, "/v1/me".to_owned()),
        (&ada, rossi.at("")),
        (&ada, rossi.at(&format!("/members/{contact}"))),
        (&ada, rossi.at(&format!("/resources/{pixel}"))),
        (&host, "/v1/host".to_owned()),
    ];
    for (person, path) in &things {
        let sends = |tags: &str| outcome(&person.ask("PATCH", path).when(tags).json(&json!({})).send());
        let tag = person.version(path);
        assert_eq!(sends(&format!("\"v998\", W/{tag}, \"v999\"")), "200", "{path}");
        assert_eq!(sends("\"v998\", \"v999\""), "412 stale_version", "{path}");
    }
    let path = "/v1/permissions/orders.place";
    let version = host.ask("PATCH", path).when("*").json(&json!({})).send().is(200).at("/version");
    host.ask("PATCH", path).when(&format!("\"v998\", W/\"v{version}\"")).json(&json!({})).send().is(200);
    host.ask("PATCH", path).when("\"v998\", \"v999\"").json(&json!({})).send().refused(412, "stale_version");
    // A thing is removed by one of several tags too.
    ada.ask("DELETE", &rossi.at(&format!("/members/{contact}"))).when("\"v9\", W/\"v1\"").send().is(204);
}

/// What a browser says of where a change comes from, and the answer, with the cookie of a session. `OURS` is our origin.
const ORIGINS: [(&[(&str, &str)], &str); 32] = [
    (&[], "403 cross_site"),
    (&[("sec-fetch-site", "same-origin")], "200"),
    (&[("sec-fetch-site", "none")], "403 cross_site"),
    (&[("sec-fetch-site", "none"), ("origin", "OURS")], "200"),
    (&[("sec-fetch-site", "none"), ("origin", "https://evil.example")], "403 cross_site"),
    (&[("sec-fetch-site", "same-site")], "403 cross_site"),
    (&[("sec-fetch-site", "cross-site")], "403 cross_site"),
    (&[("sec-fetch-site", "same-origin, cross-site")], "403 cross_site"),
    (&[("sec-fetch-site", "")], "403 cross_site"),
    (&[("sec-fetch-site", "same-origin"), ("origin", "null")], "200"),
    (&[("sec-fetch-site", "cross-site"), ("origin", "OURS")], "403 cross_site"),
    (&[("sec-fetch-site", "cross-site"), ("referer", "OURS/me")], "403 cross_site"),
    (&[("origin", "OURS")], "200"),
    (&[("origin", "OURS"), ("referer", "OURS/sign-in")], "200"),
    (&[("origin", "null")], "403 cross_site"),
    (&[("origin", "null"), ("referer", "OURS/sign-in")], "403 cross_site"),
    (&[("origin", "null"), ("referer", "https://evil.example/")], "403 cross_site"),
    (&[("origin", "")], "403 cross_site"),
    (&[("origin", "https://evil.example")], "403 cross_site"),
    (&[("origin", "https://evil.example"), ("referer", "OURS/me")], "403 cross_site"),
    (&[("origin", "OURS.evil.example")], "403 cross_site"),
    (&[("origin", "OURS@evil.example")], "403 cross_site"),
    (&[("origin", "OURS, https://evil.example")], "403 cross_site"),
    (&[("origin", "ftp://localhost")], "403 cross_site"),
    (&[("origin", "http://portineria.example")], "403 cross_site"),
    (&[("origin", "https://portineria.example:8443")], "403 cross_site"),
    (&[("referer", "OURS/me?done=saved")], "200"),
    (&[("referer", "OURS")], "200"),
    (&[("referer", "https://evil.example/OURS/me")], "403 cross_site"),
    (&[("referer", "OURS.evil.example/me")], "403 cross_site"),
    (&[("referer", "about:blank")], "403 cross_site"),
    (&[("referer", "")], "403 cross_site"),
];

/// The same of an app that brings its token itself, where no site can send it in a browser's name.
const ORIGINS_OF_APPS: [(&[(&str, &str)], &str); 6] = [
    (&[], "200"),
    (&[("referer", "https://app.example/")], "200"),
    (&[("origin", "OURS")], "200"),
    (&[("origin", "null")], "403 cross_site"),
    (&[("origin", "https://app.example")], "403 cross_site"),
    (&[("sec-fetch-site", "cross-site")], "403 cross_site"),
];

/// Returns our origin, as the answers of this deployment name it.
fn our_origin(world: &World) -> String {
    let kind = world.ask("GET", "/v1/nothing").send().refused(404, "not_found").text("/type");
    kind.trim_end_matches("/problems/not_found").to_owned()
}

fn with_headers<'a>(builder: RequestBuilder<'a>, headers: &[(&str, &str)], ours: &str) -> RequestBuilder<'a> {
    headers.iter().fold(builder, |builder, (name, value)| builder.header(name, &value.replace("OURS", ours)))
}

pub fn a_change_comes_from_our_own_pages_whatever_the_browser(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let ours = our_origin(world);
    compare(&ORIGINS, |headers| {
        let builder = world.ask("PATCH", "/v1/me").cookie(&ada.session()).when("*").json(&json!({}));
        outcome(&with_headers(builder, headers, &ours).send())
    });
    compare(&ORIGINS_OF_APPS, |headers| outcome(&with_headers(ada.ask("PATCH", "/v1/me").when("*").json(&json!({})), headers, &ours).send()));
}

/// Without Fetch Metadata a browser sends the origin of our pages, because their referrer policy lets it.
pub fn a_browser_without_fetch_metadata_signs_in(world: &World) {
    let (ada, _) = world.account_of("Ada");
    let ours = our_origin(world);
    for path in ["/sign-in", "/invitation", "/reset", "/setup", "/forgot-password", "/nothing"] {
        assert_eq!(world.ask("GET", path).send().header("referrer-policy"), "same-origin", "{path}");
    }
    let fields = [("email", ada.email.as_str()), ("password", &ada.password())].map(|(name, value)| (name, value.to_owned()));
    let signs_in = |headers: &[(&str, &str)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        with_headers(world.ask("POST", "/sign-in"), headers, &ours).form(&fields).send().status
    };
    assert_eq!(signs_in(&[("origin", "OURS"), ("referer", "OURS/sign-in")]), 303);
    assert_eq!(signs_in(&[("origin", "null")]), 403);
    assert_eq!(signs_in(&[("origin", "https://evil.example")]), 403);
}

/// Requests with a body of so many kB, or of a type that is not taken, and what the refusal says. `ACCOUNT` is the path of an account.
const BODIES: [(&str, usize, &str, &str); 18] = [
    ("/v1/sessions", 65, "application/json", "413 too_large Send at most 64 kB at once."),
    ("/v1ACCOUNT/members", 65, "application/json", "413 too_large Send at most 64 kB at once."),
    ("/v1ACCOUNT/resources", 65, "application/json", "413 too_large Send at most 64 kB at once."),
    ("/v1ACCOUNT/communications", 513, "application/json", "413 too_large Send at most 512 kB at once."),
    ("/v1ACCOUNT/members/import", 3_073, "text/csv", "413 too_large Send at most 3 MB at once."),
    ("/sign-in", 257, "application/x-www-form-urlencoded", "413 Send at most 256 kB at once."),
    ("ACCOUNT/users", 65, "application/x-www-form-urlencoded", "413 Send at most 64 kB at once."),
    ("ACCOUNT/resources", 513, "application/x-www-form-urlencoded", "413 Send at most 512 kB at once."),
    ("ACCOUNT/communications", 513, "application/x-www-form-urlencoded", "413 Send at most 512 kB at once."),
    ("ACCOUNT/users/import", 6_145, "application/x-www-form-urlencoded", "413 Send at most 6 MB at once."),
    ("/v1/sessions", 1, "text/plain", "415 unsupported_media_type Send application/json, and name it in Content-Type."),
    ("/v1ACCOUNT/members", 1, "", "415 unsupported_media_type Send application/json, and name it in Content-Type."),
    ("/v1ACCOUNT/communications", 1, "application/xml", "415 unsupported_media_type Send application/json, and name it in Content-Type."),
    (
        "/v1ACCOUNT/members/import",
        1,
        "text/plain",
        "415 unsupported_media_type Send text/csv, application/json or application/x-ndjson, and name it in Content-Type.",
    ),
    (
        "/v1ACCOUNT/members/import",
        1,
        "multipart/form-data",
        "415 unsupported_media_type Send text/csv, application/json or application/x-ndjson, and name it in Content-Type.",
    ),
    ("/sign-in", 1, "multipart/form-data", "415 Send application/x-www-form-urlencoded, and name it in Content-Type."),
    ("ACCOUNT/users", 1, "application/json", "415 Send application/x-www-form-urlencoded, and name it in Content-Type."),
    ("ACCOUNT/users/import", 1, "text/csv", "415 Send application/x-www-form-urlencoded, and name it in Content-Type."),
];

/// Returns the sentence of a problem or of a page of ours.
fn sentence(reply: &Reply) -> String {
    let paragraph = || reply.body.split("<p class=\"lead\">").nth(1).and_then(|rest| rest.split("</p>").next()).unwrap_or_default().to_owned();
    Some(reply.text("/detail")).filter(|detail| !detail.is_empty()).unwrap_or_else(paragraph)
}

pub fn a_refused_body_is_told_what_its_route_takes(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let account = format!("/accounts/{}", rossi.id);
    let found: Vec<String> = BODIES
        .iter()
        .map(|(path, size, kind, _)| {
            let builder = world.ask("POST", &path.replace("ACCOUNT", &account)).cookie(&ada.session()).header("sec-fetch-site", "same-origin");
            let builder = builder.header("accept-language", "en").header("content-type", kind);
            let reply = builder.bytes(vec![b'a'; size * 1_024]).send();
            format!("{} {}", outcome(&reply), sentence(&reply))
        })
        .collect();
    assert_eq!(found, BODIES.map(|(.., expected)| expected));
}

/// Each kind of request that is limited, and the seconds to wait, ten minutes after the first.
const WAITS: [(&str, &str); 9] = [
    ("sign in", "429 too_many_attempts 299"),
    ("accept an invitation", "429 too_many_attempts 299"),
    ("use a reset link", "429 too_many_attempts 299"),
    ("forget the password", "429 too_many_attempts 299"),
    ("change the password", "429 too_many_attempts 299"),
    ("change the address", "429 too_many_attempts 299"),
    ("confirm the address", "429 too_many_attempts 299"),
    ("delete the account", "429 too_many_attempts 299"),
    ("send a test e-mail", "429 too_many_attempts 299"),
];

fn asks(world: &World, ada: &Person, account: &Account, [invitation, reset]: [&str; 2], what: &str) -> Reply {
    let wrong = "not the password at all";
    let post = |path: &str, body: &Json| world.ask("POST", path).json(body).send();
    match what {
        "sign in" => world.sign_in(&ada.email, wrong),
        "accept an invitation" => post("/v1/invitations/accept", &json!({"token": invitation, "password": wrong})),
        "use a reset link" => post("/v1/password-resets/confirm", &json!({"token": reset, "new_password": "password"})),
        "forget the password" => post("/v1/password-resets", &json!({"email": ada.email})),
        "change the password" => ada.changes_password(wrong, "entirely different words"),
        "change the address" => ada.posts("/v1/me/email-changes", &json!({"email": "other@example.com", "current_password": wrong})),
        "confirm the address" => ada.posts("/v1/me/email-verification", &json!({})),
        "delete the account" => ada.ask("DELETE", &account.at("")).when("*").json(&json!({"name": account.name, "current_password": wrong})).send(),
        _ => world.host().posts("/v1/host/test-mail", &json!({})),
    }
}

pub fn whoever_must_wait_is_told_for_how_long(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let invited = ada.invites(&rossi, &world.someone("Cleo").email, "standard").invited();
    bob.forgets_password().is(202);
    let reset = token_to(world, &bob.email, "reset");
    compare(&WAITS, |what| {
        let sends = || asks(world, &ada, &rossi, [invited.token(), &reset], what);
        world.controls().fill("DELETE FROM attempt");
        sends();
        world.controls().fill("UPDATE attempt SET count = coalesce(most, 1000)");
        world.controls().passes(600);
        let reply = sends();
        format!("{} {}", outcome(&reply), reply.header("retry-after"))
    });
    let page = world.ask("POST", "/sign-in").header("sec-fetch-site", "same-origin").header("accept-language", "it");
    world.sign_in(&ada.email, "not the password at all");
    world.controls().fill("UPDATE attempt SET count = coalesce(most, 1000)");
    let page = page.form(&[("email", &ada.email), ("password", "not the password at all")]).send().is(429);
    assert!(page.body.contains("Aspetta 15 minuti, poi riprova."), "{}", page.summary());
}

/// An empty body, and empty parts of one, change nothing: no version, no line in the trail.
pub fn an_empty_part_of_a_change_changes_nothing(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let id = ada.adds_contact(&rossi, &world.someone("Carla").email).is(201).text("/id");
    for (path, body) in [(rossi.at(&format!("/members/{id}")), json!({})), (rossi.at(""), json!({})), (rossi.at(""), json!({"profile": {}}))] {
        let lines = || ada.gets(&rossi.at("/audit-events?limit=100")).is(200).data().len();
        let (before, tag) = (lines(), ada.version(&path));
        let reply = ada.ask("PATCH", &path).when(&tag).json(&body).send().is(200);
        assert_eq!((reply.header("etag"), ada.version(&path), lines()), (tag.as_str(), tag.clone(), before), "{path} {body}");
    }
}
