//! Files as spreadsheets, address books and other products write them. Each file of `tests/cases/import/` has its outcome in `outcomes.txt` there.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/import")
}

/// The files, by name.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(cases())
        .expect("the cases")
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|kind| kind != "txt"))
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read(&path).expect("its bytes")))
        .collect();
    files.sort();
    files
}

fn imports(person: &Person, account: &Account, name: &str, file: &[u8], query: &str) -> Reply {
    let kind = match name.rsplit('.').next() {
        Some("json") => "application/json",
        Some("ndjson") => "application/x-ndjson",
        _ => "text/csv",
    };
    person.ask("POST", &account.at(&format!("/members/import{query}"))).header("content-type", kind).bytes(file).send()
}

fn texts<'a>(list: &'a Json, first: &str, second: &str) -> Vec<String> {
    let text = |one: &'a Json, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    list.as_array().into_iter().flatten().map(|one| format!("{} {}", text(one, first), text(one, second)).trim().to_owned()).collect()
}

/// The fields of a person that are not empty.
fn details(person: &Json) -> String {
    let mut shown = String::new();
    for field in ["first_name", "last_name", "company", "phone", "address_1", "address_2", "city", "province", "postcode", "country"] {
        if let Some(text) = person[field].as_str() {
            write!(shown, " {field}={text}").expect("text");
        }
    }
    for category in person["email_preferences"].as_array().into_iter().flatten() {
        write!(shown, " +{}", category.as_str().unwrap_or_default()).expect("text");
    }
    shown
}

/// What became of a file: each line, the person it made, what was wrong (`!`) and what was told (`?`).
fn outcome(host: &Person, account: &Account, reply: &Reply) -> String {
    let mut shown = String::new();
    if reply.status != 200 {
        let errors = texts(&reply.at("/errors"), "pointer", "code");
        let said = if errors.is_empty() { texts(&json!([reply.json()]), "code", "detail") } else { errors };
        return format!("  {} {}\n", reply.status, said.join(", "));
    }
    for line in reply.at("/lines").as_array().expect("lines") {
        let made = line["member_id"].as_str().map(|id| host.sees(account, id).is(200).json()).unwrap_or_default();
        writeln!(shown, "  {} {} {}{}", line["line"], line["outcome"].as_str().unwrap_or_default(), line["email"].as_str().unwrap_or_default(), details(&made))
            .expect("text");
        for said in texts(&line["errors"], "pointer", "code") {
            writeln!(shown, "    ! {said}").expect("text");
        }
        for said in texts(&line["warnings"], "column", "code") {
            writeln!(shown, "    ? {said}").expect("text");
        }
    }
    if reply.text("/encoding") != "utf-8" {
        writeln!(shown, "  read as {}", reply.text("/encoding")).expect("text");
    }
    shown
}

pub fn files_are_taken_as_people_have_them(world: &World) {
    let host = world.host();
    let mut shown = String::from("# What becomes of each file: lines, people, what is wrong (!) and what is told (?). `UPDATE_GOLDEN=1` rewrites it.\n");
    for (name, file) in files() {
        let account = host.creates_account(&name);
        let preview = imports(&host, &account, &name, &file, "?preview=true");
        let taken = imports(&host, &account, &name, &file, "");
        for key in ["errors", "warnings", "outcome"] {
            let of = |reply: &Reply| reply.at("/lines").as_array().into_iter().flatten().map(|line| line[key].clone()).collect::<Vec<_>>();
            assert_eq!(of(&preview), of(&taken), "{name}: the preview says what happens");
        }
        write!(shown, "{name}\n{}", outcome(&host, &account, &taken)).expect("text");
        let again = imports(&host, &account, &name, &file, "");
        let changed = again
            .at("/lines")
            .as_array()
            .into_iter()
            .flatten()
            .filter(|line| !["unchanged", "refused"].contains(&line["outcome"].as_str().unwrap_or_default()))
            .count();
        assert_eq!(changed, 0, "{name}: once more changes nothing: {}", again.summary());
    }
    let path = cases().join("outcomes.txt");
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        std::fs::write(&path, &shown).expect("written");
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), shown, "UPDATE_GOLDEN=1 rewrites it");
}

/// A person of our own export, each of whose fields is as long as it may be.
fn full_person(number: usize) -> Json {
    let text = |letters: usize| format!("{number:04}{}", "\u{e8}".repeat(letters - 4));
    let email = format!("p{number:04}{}@{}.example", "a".repeat(59), ["b".repeat(60), "c".repeat(60), "d".repeat(55)].join("."));
    json!({
        "email": email, "first_name": text(80), "last_name": text(80), "company": text(120), "phone": "+39 06 555 1234 ext. 123456", "address_1": text(120),
        "address_2": text(120), "city": text(80), "province": text(80), "postcode": text(20), "country": "CH",
        "email_preferences": ["general", "product", "domain", "administration", "support"], "access": "active", "role": "standard",
    })
}

fn outcomes_of(reply: &Reply) -> Vec<Json> {
    reply.at("/lines").as_array().into_iter().flatten().map(|line| line["outcome"].clone()).collect()
}

pub fn a_thousand_full_people_go_out_and_come_back(world: &World) {
    let host = world.host();
    let (account, other) = (host.creates_account("Full"), host.creates_account("Empty"));
    let people: Vec<Json> = (0..999).map(full_person).collect();
    let file = json!({ "members": people }).to_string();
    let chunks = |account: &Account, file: &str| -> Vec<Json> {
        let chunk = |offset: usize| outcomes_of(&imports(&host, account, "people.json", file.as_bytes(), &format!("?offset={offset}")).is(200));
        (0..1_000).step_by(200).flat_map(chunk).collect()
    };
    assert_eq!(chunks(&account, &file), vec![json!("created"); 999]);
    for format in ["json", "csv"] {
        let out = host.gets(&account.at(&format!("/members/export?format={format}"))).is(200).body;
        let name = format!("people.{format}");
        let preview = imports(&host, &account, &name, out.as_bytes(), "?preview=true").is(200);
        assert_eq!(outcomes_of(&preview), vec![json!("unchanged"); 1_000], "{format}");
        assert!(preview.at("/lines").as_array().expect("lines").iter().all(|line| line["warnings"] == json!([])), "{format}");
    }
    let out = host.gets(&account.at("/members/export?format=json")).is(200).body;
    assert!(out.len() > 1_500_000, "{}", out.len());
    let page = host.submits(&format!("/accounts/{}/users/import", account.id), &[("members", &out)]).is(200);
    assert!(page.body.contains("p0998aaa"), "the page takes it too");
    assert_eq!(chunks(&other, &out).iter().filter(|outcome| **outcome == json!("created")).count(), 999);
}

pub fn a_file_without_addresses_is_refused_in_one_sentence(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let table = "Nome;Cognome;Colore\nLia;Prova;rosso\nMia;Prova;blu\n";
    let refused = imports(&ada, &rossi, "a.csv", table.as_bytes(), "").refused(422, "email_column_missing");
    assert_eq!((refused.at("/columns"), refused.at("/errors")), (json!(["Nome", "Cognome", "Colore"]), Json::Null));
    let page = ada.submits(&format!("/accounts/{}/users/import", rossi.id), &[("members", table)]).is(422);
    assert!(page.body.contains("Columns that were read: Nome, Cognome, Colore.") && page.body.contains("Lia;Prova;rosso"), "{}", page.body);
}

pub fn the_page_tells_what_is_not_taken(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let table = "email,phone,notes,colour,city\nlia@prova.example,393331234567.0,x,red,Lodi\nmia@prova.example,,,,Lodi,IT\n";
    let page = ada.submits(&format!("/accounts/{}/users/import", rossi.id), &[("members", table)]).is(200);
    for part in ["Not taken: notes, colour<", "phone: “393331234567.0” is read as “393331234567”.", "6 cells for 5 columns: a separator"] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
}

pub fn nobody_has_a_file_judged_without_a_session(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let (route, page) = (rossi.at("/members/import"), format!("/accounts/{}/users/import", rossi.id));
    let files: [&[u8]; 6] = [b"", b"email\na@prova.example\n", b"Nome\nLia\n", b"a\n\"b", b"citt\xc3\xa0\nForl\xec", b"[1"];
    for file in files {
        for query in ["", "?preview=true", "?invite=admin"] {
            world.ask("POST", &format!("{route}{query}")).header("content-type", "text/csv").bytes(file).send().refused(401, "not_signed_in");
        }
        let form = [("members", std::str::from_utf8(file).unwrap_or_default())];
        let asked = world.ask("POST", &page).header("sec-fetch-site", "same-origin").form(&form).send().is(401);
        assert!(asked.body.contains("password"), "the page asks who it is");
    }
    for (file, code) in [(files[0], "required"), (files[3], "quotes"), (files[4], "encoding")] {
        ada.ask("POST", &route).header("content-type", "text/csv").bytes(file).send().refused_field("/members", code);
    }
    ada.ask("POST", &route).header("content-type", "application/json").bytes(files[5]).send().refused(400, "malformed");
}
