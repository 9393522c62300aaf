//! The pages of pixels and apps with many entries or large settings.

use serde_json::json;

use crate::support::world::World;

pub fn large_settings_stand_in_nobodys_way(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let pixel = ada.adds_resource(&rossi, "pixel", "1").is(201).text("/id");
    let (of, page) = (rossi.at(&format!("/resources/{pixel}")), format!("/accounts/{}/resources/{pixel}", rossi.id));
    let settings = json!({"label": "è".repeat(15_880)});
    ada.changes("PATCH", &of, &of, Some(&json!({"settings": settings}))).is(200);
    let version = || ada.version(&of).trim_matches(['"', 'v']).to_owned();
    ada.submits(&page, &[("version", &version()), ("name", "Pixel of spring"), ("status", "paused")]).is(303);
    let now = ada.gets(&of).is(200);
    assert_eq!((now.text("/name"), now.text("/status"), now.at("/settings")), ("Pixel of spring".into(), "paused".into(), settings));
    // The form of the settings leaves the other values as they are.
    let typed = format!("{{\"label\": \"{}\"}}", "ù".repeat(15_880));
    ada.submits(&page, &[("version", &version()), ("settings", &typed)]).is(303);
    let now = ada.gets(&of).is(200);
    assert_eq!((now.text("/name"), now.text("/status")), ("Pixel of spring".into(), "paused".into()));
    assert!(now.text("/settings/label").starts_with('ù'));
    let again = ada.submits(&page, &[("version", &version()), ("settings", "{")]).is(422);
    assert!(again.body.contains("value=\"Pixel of spring\"") && again.body.contains("id=\"settings-wrong\""), "{}", again.body);
}

pub fn a_new_pixel_may_begin_paused(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let path = format!("/accounts/{}/resources", rossi.id);
    assert!(ada.opens(&format!("{path}/new")).is(200).body.contains("name=\"status\""));
    ada.submits(&path, &[("kind", "pixel"), ("external_id", "1"), ("name", "Pixel"), ("status", "paused")]).is(303);
    assert_eq!(ada.gets(&rossi.at("/resources")).is(200).data()[0]["status"], "paused");
}

pub fn a_pixel_beyond_the_first_hundred_is_found_and_assigned(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for number in 1..=103 {
        ada.adds_resource(&rossi, "pixel", &format!("{number:03}")).is(201);
    }
    let app = json!({"kind": "app", "external_id": "1", "name": "Società Zeta"});
    let last = ada.posts(&rossi.at("/resources"), &app).is(201).text("/id");
    let users = format!("/accounts/{}/users", rossi.id);
    let box_of_last = format!("name=\"chosen\" value=\"{last}\"");
    let shows = |address: &str| ada.opens(address).is(200).body.contains(&box_of_last);
    // A new person.
    let page = ada.opens(&format!("{users}/new")).is(200).body;
    assert!(!page.contains(&box_of_last) && page.contains("name=\"things\""), "{page}");
    assert!(shows(&format!("{users}/new?things=societa%20z")), "by the start of its name, without accents");
    let (bob, carla) = (world.someone("Bob"), world.someone("Carla"));
    let made = ada.submits(&users, &[("email", &bob.email), ("role", "standard"), ("sub_account", "true"), ("chosen", &last)]);
    assert!(made.is(200).body.contains("/invitation#"));
    let bobs = ada.member_id(&rossi, &bob.email);
    assert_eq!(ada.sees(&rossi, &bobs).at("/access/resource_ids"), json!([last]));
    // A refused form keeps ticked entries that are not shown.
    let again = ada.submits(&users, &[("email", "nobody"), ("role", "standard"), ("sub_account", "true"), ("chosen", &last)]).is(422);
    assert!(again.body.contains(&format!("type=\"hidden\" {box_of_last}")), "{}", again.body);
    // A contact becomes a user: «Attiva Sub-account».
    let contact = ada.adds_contact(&rossi, &carla.email).is(201).text("/id");
    let page = format!("{users}/{contact}");
    assert!(!shows(&page) && shows(&format!("{page}?things=societa")));
    let version = ada.version(&rossi.at(&format!("/members/{contact}"))).trim_matches(['"', 'v']).to_owned();
    ada.submits(&format!("{page}/access"), &[("version", &version), ("sub_account", "true"), ("role", "standard"), ("chosen", &last)]).is(200);
    assert_eq!(ada.sees(&rossi, &contact).at("/access/resource_ids"), json!([last]));
    // And an existing user.
    let dan = ada.member_id(&rossi, &world.joins(&ada, &rossi, "Dan", "standard").email);
    assert!(!shows(&format!("{users}/{dan}")) && shows(&format!("{users}/{dan}?things=societa")));
}
