//! Headers as proxies send them: tags in lists, and tags that were weakened.

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
