//! What only one place may use: the platform, the clock, randomness, the copies of links.

use std::path::Path;

use super::reading::{every_run, found, is_sign, line, made_up, name_of, program};
use crate::syntax::{Source, UsedBy};

/// Crates for Cloudflare or JavaScript.
const OF_THE_PLATFORM: [&str; 6] = ["worker", "worker_sys", "js_sys", "web_sys", "wasm_bindgen", "wasm_bindgen_futures"];

/// The paths of a file into other crates, without the empty name before a leading `::`.
fn foreign(source: &Source) -> Vec<(usize, Vec<String>)> {
    let of = |named: crate::syntax::UsedPath| {
        let segments: Vec<String> = named.segments.into_iter().skip_while(String::is_empty).collect();
        let is_path = segments.len() > 1 || matches!(named.by, UsedBy::Use { .. });
        (is_path && segments.first().is_some_and(|first| !["crate", "self", "super"].contains(&first.as_str()))).then_some((named.line, segments))
    };
    source.paths().into_iter().filter_map(of).collect()
}

fn names_the_platform(source: &Source) -> Vec<String> {
    if source.path.starts_with("src/worker") {
        return Vec::new();
    }
    let mut wrong: Vec<String> = foreign(source)
        .into_iter()
        .filter(|(_, path)| OF_THE_PLATFORM.contains(&path[0].as_str()))
        .map(|(line, path)| format!("{}: {}", source.place(line), path.join("::")))
        .collect();
    every_run(source, &mut |tokens| {
        for (at, token) in tokens.iter().enumerate() {
            let name = name_of(tokens.get(at + 2));
            if name_of(Some(token)) == "extern" && name_of(tokens.get(at + 1)) == "crate" && OF_THE_PLATFORM.contains(&name.as_str()) {
                wrong.push(format!("{}: extern crate {name}", source.place(line(token.span()))));
            }
        }
    });
    wrong
}

#[test]
fn only_the_edge_knows_cloudflare() {
    let wrong = found(&program(), names_the_platform);
    assert!(wrong.is_empty(), "add it to `Cx` with both implementations instead:\n{}", wrong.join("\n"));
}

#[test]
fn the_gate_of_cloudflare_can_refuse() {
    let refused = |text| names_the_platform(&made_up(text));
    assert_eq!(refused("use worker::{Env, kv::KvStore};"), ["src/made_up.rs:1: worker::Env", "src/made_up.rs:1: worker::kv::KvStore"]);
    assert_eq!(refused("use worker as w;"), ["src/made_up.rs:1: worker"]);
    assert_eq!(refused("fn a() {\n    js_sys::Date::now();\n}"), ["src/made_up.rs:2: js_sys::Date::now"]);
    assert_eq!(refused("fn a(b: ::web_sys::Request) {}"), ["src/made_up.rs:1: web_sys::Request"]);
    assert_eq!(refused("a!(wasm_bindgen::JsValue::NULL);"), ["src/made_up.rs:1: wasm_bindgen::JsValue::NULL"]);
    assert_eq!(refused("extern crate worker_sys;"), ["src/made_up.rs:1: extern crate worker_sys"]);
    assert_eq!(refused("//! worker::Env\nfn a(worker: u8) { \"worker::Env\"; a.worker }"), [""; 0]);
    assert_eq!(names_the_platform(&Source::of("src/worker/made_up.rs", "use worker::Env;")), [""; 0]);
}

/// The only file that reads randomness.
const RANDOMNESS: &str = "src/core/secret.rs";
/// Crates of randomness.
const RANDOM: [&str; 6] = ["getrandom", "rand", "rand_core", "fastrand", "oorandom", "nanorand"];
/// Names that make ids from their own clock or randomness.
const MAKES_IDS: [&str; 5] = ["new_v4", "now_v7", "now_v6", "now_v1", "OsRng"];
/// Names that read a clock.
const READS_CLOCKS: [&str; 5] = ["SystemTime", "now_utc", "now_local", "current_local_offset", "UNIX_EPOCH"];

fn asks_clock_or_chance(source: &Source) -> Vec<String> {
    let is_random = |path: &[String]| RANDOM.contains(&path[0].as_str()) || path.iter().any(|name| MAKES_IDS.contains(&name.as_str()));
    let is_clock = |path: &[String]| {
        path.iter().any(|name| READS_CLOCKS.contains(&name.as_str()))
            // All of `std::time` is a clock, except `Duration`.
            || path[0] == "std" && path.get(1).is_some_and(|name| name == "time") && path.get(2).is_none_or(|name| name != "Duration")
    };
    // The room `worker` and the command-line programs read the time and pass it on as a value.
    let passes_on = source.path.starts_with("src/worker") || source.path.starts_with("src/bin");
    let wrong = foreign(source).into_iter().filter(|(_, path)| is_random(path) && source.path != Path::new(RANDOMNESS) || is_clock(path) && !passes_on);
    wrong.map(|(line, path)| format!("{}: {}", source.place(line), path.join("::"))).collect()
}

#[test]
fn time_is_a_value_and_randomness_has_one_place() {
    let wrong = found(&program(), asks_clock_or_chance);
    assert!(wrong.is_empty(), "use `cx.now`, and the ids and secrets of `core/secret.rs`:\n{}", wrong.join("\n"));
}

#[test]
fn the_gate_of_clocks_and_chance_can_refuse() {
    let refused = |text| asks_clock_or_chance(&made_up(text));
    assert_eq!(refused("use std::time::{Duration, Instant};"), ["src/made_up.rs:1: std::time::Instant"]);
    assert_eq!(refused("use std::time;"), ["src/made_up.rs:1: std::time"]);
    assert_eq!(refused("fn a() {\n    ::std::time::SystemTime::now();\n}"), ["src/made_up.rs:2: std::time::SystemTime::now"]);
    assert_eq!(refused("fn a() { a!(time::OffsetDateTime::now_utc()) }"), ["src/made_up.rs:1: time::OffsetDateTime::now_utc"]);
    assert_eq!(refused("fn a() { b(Uuid::new_v4) }"), ["src/made_up.rs:1: Uuid::new_v4"]);
    assert_eq!(refused("fn a() { getrandom::fill(&mut b) }"), ["src/made_up.rs:1: getrandom::fill"]);
    assert_eq!(refused("use getrandom as g;"), ["src/made_up.rs:1: getrandom"]);
    assert_eq!(refused("use crate::core::timestamp::Instant;\nuse std::time::Duration;"), [""; 0]);
    assert_eq!(asks_clock_or_chance(&Source::of(RANDOMNESS, "use getrandom::fill;\nuse std::time::Instant;")), ["src/core/secret.rs:2: std::time::Instant"]);
}

/// Files that may use the copies of links in KV: the owner of the copies, and the files that pass the port on.
const KNOW_THE_COPIES: [&str; 4] = ["src/access/cached_link.rs", "src/core/ports.rs", "src/access/context.rs", "src/access/act.rs"];

/// Uses of a field `tokens`: `x.tokens`, and patterns or values `Environment { tokens, .. }`.
fn reaches_the_copies(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    if source.path.starts_with("src/worker") || KNOW_THE_COPIES.iter().any(|known| source.path == Path::new(known)) {
        return wrong;
    }
    every_run(source, &mut |tokens| {
        for (at, token) in tokens.iter().enumerate() {
            let is_field = at > 0 && is_sign(tokens.get(at - 1), '.');
            let is_in_pattern = (at == 0 || is_sign(tokens.get(at - 1), ',')) && [',', ':'].iter().any(|sign| is_sign(tokens.get(at + 1), *sign));
            if name_of(Some(token)) == "tokens" && (is_field || is_in_pattern) {
                wrong.push(source.place(line(token.span())));
            }
        }
    });
    wrong
}

#[test]
fn one_file_knows_the_keys_of_the_token_cache() {
    let wrong = found(&program(), reaches_the_copies);
    assert!(wrong.is_empty(), "only `access/cached_link.rs` reads and writes the copies:\n{}", wrong.join("\n"));
}

#[test]
fn the_gate_of_the_token_cache_can_refuse() {
    let refused = |text| reaches_the_copies(&made_up(text));
    assert_eq!(refused("fn a(cx: &Cx) {\n    cx.env\n        .tokens\n        .get(b);\n}"), ["src/made_up.rs:3"]);
    assert_eq!(refused("fn a(cx: &Cx) { b!(cx.env.tokens) }"), ["src/made_up.rs:1"]);
    assert_eq!(refused("fn a(Environment { tokens, .. }: &Environment) {}"), ["src/made_up.rs:1"]);
    assert_eq!(refused("fn a() { let Environment { db, tokens: t, .. } = e; }"), ["src/made_up.rs:1"]);
    assert_eq!(refused("fn a(cx: &Cx) { cx.tokens_of() }\n#[cfg(test)]\nfn b() { cx.env.tokens }"), [""; 0]);
}
