//! A room of `src/` uses only rooms below it (ARCHITECTURE.md). The tests read the code as syntax, with the bodies of macros.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails says so by panicking")]

#[path = "rooms/mod.rs"]
mod rooms;
mod syntax;

use std::collections::BTreeSet;
use std::path::PathBuf;

use rooms::{ORDER, Rooms};
use syntax::Source;

/// Cycles between files of a room that are allowed, each with its reason. A cycle that no longer exists must leave this list.
const CYCLES: [(&[&str], &str); 1] =
    [(&["src/access/act/once.rs", "src/access/act.rs"], "one builder of batches in two files: `once` adds methods to the act it is part of")];

#[test]
fn every_file_and_every_name_has_a_room() {
    let unknown = Rooms::read().unknown();
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

#[test]
fn no_room_names_a_room_above_it() {
    let rooms = Rooms::read();
    let up: BTreeSet<_> = rooms.uses_of_higher_rooms().into_iter().chain(rooms.calls_to_higher_rooms()).collect();
    let lines: Vec<String> = up.iter().map(|(rooms, place)| format!("{rooms}: {place}")).collect();
    assert!(up.is_empty(), "{} uses of a higher room; move the name down, or the code that needs it up:\n{}", up.len(), lines.join("\n"));
}

#[test]
fn files_of_a_room_stand_in_no_circle() {
    let cycles = Rooms::read().cycles();
    let mut wrong = Vec::new();
    for (files, arrows) in &cycles {
        println!("cycle of {} files:\n  {}", files.len(), arrows.join("\n  "));
        if !CYCLES.iter().any(|(known, _)| known == files) {
            wrong.push(format!("{} files:\n  {}", files.len(), arrows.join("\n  ")));
        }
    }
    let gone: Vec<_> = CYCLES.iter().filter(|(known, _)| !cycles.iter().any(|(files, _)| files == known)).collect();
    assert!(gone.is_empty(), "no cycle any more: {gone:?}");
    assert!(wrong.is_empty(), "cycles without a reason:\n{}", wrong.join("\n"));
}

/// The rooms with these files. Each room has an empty `mod.rs` unless it is among them.
fn rooms(files: &[(&str, &str)]) -> Rooms {
    let (rust, html): (Vec<_>, Vec<_>) = files.iter().partition(|(path, _)| path.starts_with("src"));
    let empty = ORDER.iter().flat_map(|line| line.iter()).map(|room| (format!("src/{room}/mod.rs"), ""));
    let empty = empty.filter(|(path, _)| !rust.iter().any(|(own, _)| own == path)).map(|(path, text)| Source::of(path, text));
    let sources = empty.collect::<Vec<_>>().into_iter().chain(rust.iter().map(|(path, text)| Source::of(*path, text)));
    Rooms::of(sources.collect(), &html.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect::<Vec<_>>())
}

/// The uses of higher rooms in these files, as rooms and line.
fn up(files: &[(&str, &str)]) -> Vec<String> {
    let rooms = rooms(files);
    let all: BTreeSet<_> = rooms.uses_of_higher_rooms().into_iter().chain(rooms.calls_to_higher_rooms()).collect();
    all.into_iter().map(|(rooms, place)| format!("{rooms} {}", place.split(": ").next().unwrap_or_default())).collect()
}

#[test]
fn an_arrow_up_is_seen_wherever_it_stands() {
    let core = |text: &str| up(&[("src/core/a.rs", text)]);
    assert_eq!(core("use crate::{core::b, people::{c::D, e}};"), ["core -> people src/core/a.rs:1"].repeat(2));
    assert_eq!(core("use crate::people as p;"), ["core -> people src/core/a.rs:1"]);
    assert_eq!(core("fn a() -> bool {\n    1 < crate::people::MOST\n}"), ["core -> people src/core/a.rs:2"]);
    assert_eq!(core("fn a(b: &'static [Option<crate::text::C>; 2]) {}"), ["core -> text src/core/a.rs:1"]);
    assert_eq!(core("fn a() { let b = <u8 as crate::http::C>::d(); }"), ["core -> http src/core/a.rs:1"]);
    assert_eq!(core("fn a() { b(..crate::http::C) }"), ["core -> http src/core/a.rs:1"]);
    assert_eq!(core("fn a() { b(super::super::http::C) }"), ["core -> http src/core/a.rs:1"]);
    assert_eq!(core("use super::super::http::C;"), ["core -> http src/core/a.rs:1"]);
    assert_eq!(core("fn a() { b!(c => [crate::http::D]) }"), ["core -> http src/core/a.rs:1"]);
    assert_eq!(core("macro_rules! a { () => { $crate::http::B } }"), ["core -> http src/core/a.rs:1"]);
    assert_eq!(core("macro_rules! a { () => { use $crate::{http::B}; } }"), ["core -> http src/core/a.rs:1"]);
    assert_eq!(core("#[serde(with = \"crate::http::b\")]\nstruct A;"), ["core -> http src/core/a.rs:1"]);
    assert_eq!(core("#[cfg(test)]\nmod tests { use crate::http; }\nfn a() { crate::http::b() }"), ["core -> http src/core/a.rs:3"]);
    assert_eq!(core("#[cfg(not(test))]\nuse crate::http;"), ["core -> http src/core/a.rs:2"]);
}

#[test]
fn an_exported_macro_stands_in_the_room_of_its_file() {
    let exported = ("src/people/a.rs", "#[macro_export]\nmacro_rules! named { () => { 1 } }");
    assert_eq!(up(&[exported, ("src/text/b.rs", "const B: u8 = concat!(\n    crate::named!());")]), ["text -> people src/text/b.rs:2"]);
    assert_eq!(up(&[exported, ("src/text/b.rs", "use crate::named;")]), ["text -> people src/text/b.rs:1"]);
    assert_eq!(up(&[exported, ("src/accounts/b.rs", "use crate::named;")]), [""; 0]);
}

#[test]
fn twins_do_not_name_each_other() {
    assert_eq!(up(&[("src/api/a.rs", "use crate::pages::b;")]), ["api -> pages src/api/a.rs:1"]);
    assert_eq!(up(&[("src/pages/a.rs", "use crate::api::b;")]), ["pages -> api src/pages/a.rs:1"]);
    assert_eq!(up(&[("templates/a.html", "<p>\n{{ crate::router::b() }}")]), ["pages -> router templates/a.html:2"]);
    assert_eq!(up(&[("templates/a.html", "{{ crate::pages::b() }} {{ crate::core::c() }}")]), [""; 0]);
    assert_eq!(up(&[("src/pages/a.rs", "use crate::router::b;")]), ["pages -> router src/pages/a.rs:1"]);
}

#[test]
fn a_method_given_by_a_room_above_is_an_arrow_too() {
    let base = ("src/core/a.rs", "pub struct A;\nfn b(a: A) {\n    a.up()\n}");
    let given = ("src/people/c.rs", "use crate::core::a::A;\nimpl A { fn up(&self) {} }");
    assert_eq!(up(&[base, given]), ["core -> people src/core/a.rs:3"]);
    assert_eq!(up(&[base, given, ("src/core/d.rs", "struct D;\nimpl D { fn up(&self) {} }")]), [""; 0]);
}

#[test]
fn what_points_down_or_only_tests_or_comments_name_is_no_arrow() {
    let text = "//! [`crate::worker`]\nuse crate::core;\n/// [`crate::router`]\nfn a() { ::http::b(); c.http.d(); \"crate::worker\"; }\n#[cfg(test)]\nmod tests { use crate::worker; }";
    assert_eq!(up(&[("src/people/a.rs", text)]), [""; 0]);
}

#[test]
fn what_is_in_no_room_is_told() {
    let unknown = |path, text| rooms(&[(path, text)]).unknown();
    assert_eq!(unknown("src/cellar/a.rs", ""), ["src/cellar/a.rs: in no room"]);
    assert_eq!(unknown("src/core/a.rs", "use crate::cellar::B;"), ["src/core/a.rs:1: crate::cellar::B is in no room"]);
    assert_eq!(unknown("src/core/a.rs", "use crate::core::B;"), [""; 0]);
}

#[test]
fn circles_are_seen_through_what_a_parent_hands_on() {
    let cycles = |files: &[(&str, &str)]| rooms(files).cycles().into_iter().map(|(files, _)| files.join(" ")).collect::<Vec<_>>();
    let hands_on = ("src/pages/mod.rs", "mod a;\nmod b;\npub use a::A;\npub use b::B;");
    let (a, b) = (("src/pages/a.rs", "use super::B;\npub struct A;"), ("src/pages/b.rs", "use super::A;\npub struct B;"));
    assert_eq!(cycles(&[hands_on, a, b]), ["src/pages/a.rs src/pages/b.rs"]);
    assert_eq!(cycles(&[hands_on, a, ("src/pages/b.rs", "pub struct B;")]), [""; 0]);
    assert_eq!(cycles(&[hands_on, a, ("src/pages/b.rs", "use crate::pages;\nfn b() { pages::a::c() }")]), ["src/pages/a.rs src/pages/b.rs"]);
    let parent = ("src/pages/mod.rs", "mod a;\npub struct P;\nfn p() { a::q() }");
    assert_eq!(cycles(&[parent, ("src/pages/a.rs", "use super::P;")]), ["src/pages/mod.rs src/pages/a.rs"]);
    assert_eq!(cycles(&[("src/people/a.rs", "use crate::core::b;"), ("src/core/b.rs", "use crate::people::a;")]), [""; 0]);
}
