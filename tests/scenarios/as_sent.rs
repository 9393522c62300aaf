//! Headers as browsers, proxies and apps send them: tags in lists, tags that were weakened, requests without Fetch Metadata.

use serde_json::json;

use super::traps::{compare, outcome};
use crate::support::world::{RequestBuilder, World};

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
const ORIGINS: [(&[(&str, &str)], &str); 30] = [
    (&[], "403 cross_site"),
    (&[("sec-fetch-site", "same-origin")], "200"),
    (&[("sec-fetch-site", "none")], "200"),
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
