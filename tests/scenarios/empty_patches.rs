//! An empty PATCH asks for the same permission as a full one and changes nothing (design §7).

use portineria::router::ROUTES;
use serde_json::json;

use super::fixtures::Fixtures;
use super::permissions::VISITORS;
use crate::support::people::Person;
use crate::support::world::World;

pub fn whoever_may_not_change_a_thing_may_not_change_nothing_of_it(world: &World) {
    let mut fixtures = Fixtures::new(world);
    let patches: Vec<&str> = ROUTES.iter().filter(|(method, _)| *method == "PATCH").map(|(_, path)| *path).collect();
    assert!(patches.len() >= 6, "{patches:?}");
    let mut refused = 0;
    for (path, visitor) in patches.iter().flat_map(|path| VISITORS.iter().map(move |visitor| (*path, *visitor))) {
        // More people may change the name of an account than its profile.
        fixtures.patch = (path == "/v1/accounts/{account}").then(|| (json!({"profile": {"city": "Roma"}}), "*"));
        let full = fixtures.send(visitor, "PATCH", path);
        for tag in ["*", "\"v987654\""] {
            fixtures.patch = Some((json!({}), tag));
            let empty = fixtures.send(visitor, "PATCH", path);
            let expected = if full.status == 200 && tag != "*" { (412, "stale_version".to_owned()) } else { (full.status, full.code()) };
            assert_eq!((empty.status, empty.code()), expected, "{visitor} at {path} with {tag}: {}", empty.summary());
            refused += usize::from(empty.status == 403);
        }
        fixtures.patch = None;
    }
    assert!(refused > 50, "{refused}");
}

pub fn an_empty_patch_changes_nothing(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let host = world.host();
    let contact = ada.adds_contact(&rossi, &format!("carla.{}@example.com", world.tag())).is(201).text("/id");
    let pixel = ada.adds_resource(&rossi, "pixel", &format!("7{}", world.tag())).is(201).text("/id");
    let things: [(&Person, String); 5] = [
        (&ada, "/v1/me".to_owned()),
        (&ada, rossi.at("")),
        (&ada, rossi.at(&format!("/members/{contact}"))),
        (&ada, rossi.at(&format!("/resources/{pixel}"))),
        (&host, "/v1/host".to_owned()),
    ];
    let lines = || ada.gets(&rossi.at("/audit-events?limit=100")).is(200).data().len();
    for (person, path) in things {
        let (before, trail) = (person.gets(&path).is(200), lines());
        person.ask("PATCH", &path).json(&json!({})).send().refused(428, "version_required");
        person.ask("PATCH", &path).when("\"v987654\"").json(&json!({})).send().refused(412, "stale_version");
        for tag in ["*", before.header("etag")] {
            let reply = person.ask("PATCH", &path).when(tag).json(&json!({})).send().is(200);
            assert_eq!((reply.header("etag"), reply.at("/updated_at")), (before.header("etag"), before.at("/updated_at")), "{path}");
        }
        assert_eq!((person.gets(&path).is(200).header("etag"), lines()), (before.header("etag"), trail), "{path}");
    }
    let entry = || host.gets("/v1/permissions").is(200).data().into_iter().find(|entry| entry["key"] == "orders.place").expect("orders.place");
    let before = entry();
    let reply = host.ask("PATCH", "/v1/permissions/orders.place").when("*").json(&json!({})).send().is(200);
    assert_eq!((reply.at("/version"), entry()), (before["version"].clone(), before));
    host.ask("PATCH", "/v1/permissions/orders.place").when("\"v987654\"").json(&json!({})).send().refused(412, "stale_version");
}
