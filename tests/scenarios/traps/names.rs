//! Names: what is one, how it is stored, by which spellings it is found, and in which order it stands.

use serde_json::json;

use super::{compare, outcome};
use crate::support::world::{World, percent};

/// Names as typed: the stored name of a pixel, which must have one, and the first name of a contact, who need not.
const NAMES: [(&str, &str); 36] = [
    ("Ada", "201 Ada, 201 Ada"),
    ("  Ada  ", "201 Ada, 201 Ada"),
    ("\u{feff}Ada\u{200b}", "201 Ada, 201 Ada"),
    ("\u{202a}Ada\u{202c}", "201 Ada, 201 Ada"),
    ("\u{a0}Ada\u{2800}", "201 Ada, 201 Ada"),
    ("Ada\u{3164}", "201 Ada, 201 Ada"),
    ("Ada  Maria", "201 Ada  Maria, 201 Ada  Maria"),
    ("Nicolo\u{300}", "201 Nicol\u{f2}, 201 Nicol\u{f2}"),
    ("D\u{2019}Amico", "201 D\u{2019}Amico, 201 D\u{2019}Amico"),
    (
        "\u{639}\u{644}\u{6cc}\u{200c}\u{631}\u{636}\u{627}",
        "201 \u{639}\u{644}\u{6cc}\u{200c}\u{631}\u{636}\u{627}, 201 \u{639}\u{644}\u{6cc}\u{200c}\u{631}\u{636}\u{627}",
    ),
    ("\u{d28}\u{d4d}\u{200d}", "201 \u{d28}\u{d4d}\u{200d}, 201 \u{d28}\u{d4d}\u{200d}"),
    ("\u{1f469}\u{200d}\u{1f4bb}", "201 \u{1f469}\u{200d}\u{1f4bb}, 201 \u{1f469}\u{200d}\u{1f4bb}"),
    ("\u{2764}\u{fe0f}", "201 \u{2764}\u{fe0f}, 201 \u{2764}\u{fe0f}"),
    ("\u{845b}\u{e0100}", "201 \u{845b}\u{e0100}, 201 \u{845b}\u{e0100}"),
    ("\u{65}\u{ad}\u{66}", "201 e\u{ad}f, 201 e\u{ad}f"),
    ("-", "201 -, 201 -"),
    ("\u{4e2d}", "201 \u{4e2d}, 201 \u{4e2d}"),
    ("", "422 validation /name required, 201"),
    (" \t ", "422 validation /name required, 201"),
    ("\u{a0}\u{2003}\u{3000}", "422 validation /name required, 201"),
    ("\u{200b}", "422 validation /name required, 201"),
    ("\u{ad}", "422 validation /name required, 201"),
    ("\u{2800}", "422 validation /name required, 201"),
    ("\u{3164}", "422 validation /name required, 201"),
    ("\u{ffa0}\u{115f}\u{1160}", "422 validation /name required, 201"),
    ("\u{34f}\u{61c}\u{180e}", "422 validation /name required, 201"),
    ("\u{200c}\u{200d}", "422 validation /name required, 201"),
    ("\u{200e}\u{200f}\u{2060}\u{feff}", "422 validation /name required, 201"),
    ("\u{fe0f}", "422 validation /name required, 201"),
    ("\u{e0020}\u{e0100}", "422 validation /name required, 201"),
    ("\u{202e}", "422 validation /name required, 201"),
    ("\u{1d159}", "422 validation /name required, 201"),
    ("Ada\u{202e}neM", "422 validation /name characters, 422 validation /first_name characters"),
    ("Ada\u{2067}b", "422 validation /name characters, 422 validation /first_name characters"),
    ("Ada\nNeri", "422 validation /name characters, 422 validation /first_name characters"),
    ("\u{7}", "422 validation /name characters, 422 validation /first_name characters"),
];

pub fn names_are_read_alike_everywhere(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let count = std::cell::Cell::new(0);
    compare(&NAMES, |typed| {
        count.set(count.get() + 1);
        let id = format!("{}", count.get());
        let pixel = ada.posts(&rossi.at("/resources"), &json!({"kind": "pixel", "external_id": id, "name": typed}));
        let contact = ada.posts(&rossi.at("/members"), &json!({"email": format!("n{id}@example.com"), "first_name": typed}));
        let said = [(&pixel, "/name"), (&contact, "/first_name")].map(|(reply, name)| format!("{} {}", outcome(reply), reply.text(name)).trim().to_owned());
        said.join(", ")
    });
    ada.changes("PATCH", "/v1/me", "/v1/me", Some(&json!({"first_name": "\u{200b}", "last_name": "\u{3164}"}))).refused_field("/first_name", "required");
    ada.renames(&rossi, "\u{2800}").refused_field("/name", "required");
    ada.sends(&rossi, "domain", "\u{ad}").refused_field("/subject", "required");
    ada.posts(&rossi.at("/communications"), &json!({"category": "domain", "subject": "S", "text": "\u{200b}\n\u{2800}"})).refused_field("/text", "required");
}

/// A name, and another spelling by which it is found; and the other way round.
const SPELLINGS: [(&str, &str); 23] = [
    ("Łukasiewicz", "Lukasiewicz"),
    ("Sørensen", "Sorensen"),
    ("Đorđević", "Dordevic"),
    ("Weiß", "Weiss"),
    ("STRAẞE", "strasse"),
    ("Ægir", "Aegir"),
    ("Þórður", "Thordur"),
    ("Œuvrard", "Oeuvrard"),
    ("Ångström", "Angstrom"),
    ("Işık", "Isik"),
    ("İpek", "ipek"),
    ("Ħalfar", "Halfar"),
    ("Ŋaliema", "Naliema"),
    ("Ŧeavli", "Teavli"),
    ("Əliyev", "Eliyev"),
    ("Ǿrsted", "Orsted"),
    ("Ƙwari", "Kwari"),
    ("D’Àmico", "D'Amico"),
    ("Kaʻahumanu", "Ka'ahumanu"),
    ("Oʼneill", "O`Neill"),
    ("Ｆｕｊｉ", "Fuji"),
    ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
    ("Ma\u{ad}rio\u{feff}", "Mario"),
];

pub fn a_spelling_finds_the_other_everywhere(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let host = world.host();
    let both = SPELLINGS.iter().flat_map(|(name, other)| [(*name, *other), (*other, *name)]);
    let found: Vec<(&str, &str, [bool; 4])> = both
        .enumerate()
        .map(|(number, (name, typed))| {
            let person = ada.posts(&rossi.at("/members"), &json!({"email": format!("s{number}@example.com"), "last_name": name})).is(201).text("/id");
            let pixel = ada.posts(&rossi.at("/resources"), &json!({"kind": "pixel", "external_id": number.to_string(), "name": name})).is(201).text("/id");
            let message = ada.sends(&rossi, "domain", name).is(201).text("/id");
            let account = host.posts("/v1/accounts", &json!({"name": name, "managed": true})).is(201).text("/id");
            let text = percent(typed);
            let of = |path: &str, id: &str| {
                let rows = host.gets(path).is(200).data();
                rows.iter().any(|row| row["id"] == id)
            };
            let places = [
                of(&rossi.at(&format!("/members?limit=100&search={text}")), &person),
                of(&rossi.at(&format!("/resources?limit=100&search={text}")), &pixel),
                of(&rossi.at(&format!("/communications?limit=100&search={text}")), &message),
                of(&format!("/v1/accounts?limit=100&search={text}"), &account),
            ];
            (name, typed, places)
        })
        .collect();
    let expected: Vec<(&str, &str, [bool; 4])> = found.iter().map(|(name, typed, _)| (*name, *typed, [true; 4])).collect();
    assert_eq!(found, expected, "members, resources, communications, accounts");
}

pub fn names_are_sorted_as_they_are_found(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let names = ["Zorn", "Łukas", "Luzi", "Øster", "Ostby", "Æsop", "Aelst", "\u{200b}Bo"];
    for (number, name) in names.iter().enumerate() {
        ada.posts(&rossi.at("/members"), &json!({"email": format!("o{number}@example.com"), "last_name": name})).is(201);
        ada.posts(&rossi.at("/resources"), &json!({"kind": "pixel", "external_id": number.to_string(), "name": name})).is(201);
    }
    let sorted = |path: &str, field: &str| {
        let rows = ada.gets(&rossi.at(path)).is(200).data();
        rows.iter().filter_map(|row| row[field].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let expected = ["Aelst", "Æsop", "Bo", "Łukas", "Luzi", "Ostby", "Øster", "Zorn"];
    assert_eq!(sorted("/resources", "name"), expected);
    assert_eq!(sorted("/members?access=none", "last_name"), expected);
}
