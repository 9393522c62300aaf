//! Every scenario over HTTP, on workerd with its local D1 and KV: `cargo test --test wire [part of a name]…`
//!
//! Starts `scripts/dev` on a free port with a state of its own, sets it up twenty times at once, runs the scenarios that need nothing
//! but a client, and ends it. Loopback only. What it said meanwhile must not hold a secret.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails says so by panicking")]

mod scenarios;
mod support;
#[path = "support/wrangler.rs"]
mod wrangler;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock};

use support::client::Client;
use support::world::{Need, World};
use wrangler::{SETUP_TOKEN, Service, say};

/// A scenario of the list.
struct Scenario {
    name: &'static str,
    needs: &'static [Need],
    run: fn(&World),
}

macro_rules! list {
    ($($module:ident { $($name:ident [$($need:ident),*],)+ })+) => {
        &[$($(Scenario { name: concat!(stringify!($module), "::", stringify!($name)), needs: &[$(Need::$need),*], run: scenarios::$module::$name },)+)+]
    };
}
const ALL: &[Scenario] = scenarios::every_scenario!(list);

/// The last panic's words: shown with the failures, as cargo does.
static WORDS: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    let filters: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |scenario: &&Scenario| filters.is_empty() || filters.iter().any(|filter| scenario.name.contains(filter));
    let (here, elsewhere): (Vec<&Scenario>, Vec<&Scenario>) =
        ALL.iter().filter(wanted).partition(|scenario| scenario.needs.is_empty() || scenario.needs == [Need::FirstOfAll]);
    let mut here = here;
    here.sort_by_key(|scenario| scenario.needs.is_empty());
    say("starting the service (the first time, this builds it)");
    let service = Service::start();
    let (client, hosted): (Arc<dyn Client>, _) = (Arc::new(service.client()), Arc::new(OnceLock::new()));
    std::panic::set_hook(Box::new(|panic| *WORDS.lock().expect("words") = panic.to_string()));

    say(&format!("\nrunning {} scenarios over HTTP", here.len()));
    let (mut failures, mut secrets) = (Vec::new(), Vec::new());
    for (number, scenario) in here.iter().enumerate() {
        let world = World::new(client.clone(), None, number + 1, hosted.clone(), SETUP_TOKEN);
        let result = catch_unwind(AssertUnwindSafe(|| (scenario.run)(&world)));
        secrets.extend(world.secrets());
        say(&format!("test {} ... {}", scenario.name, if result.is_ok() { "ok" } else { "FAILED" }));
        if result.is_err() {
            failures.push((scenario.name, std::mem::take(&mut *WORDS.lock().expect("words"))));
        }
    }
    let log = service.log();
    drop(service);
    failures.extend(faults(&log, &secrets));
    failures.extend(refusals(&log, filters.is_empty()));
    told(&failures, here.len(), elsewhere.len())
}

/// What the service must not have said.
fn faults(log: &str, secrets: &[String]) -> Option<(&'static str, String)> {
    let wrong: Vec<&str> = log
        .lines()
        .filter(|line| {
            secrets.iter().any(|secret| line.contains(secret.as_str()))
                || ["panicked at", "Reinitializing", "Uncaught", "code had hung"].iter().any(|word| line.contains(word))
        })
        .take(20)
        .collect();
    (!wrong.is_empty()).then(|| ("the_service_tells_no_secret_and_does_not_panic", wrong.join("\n")))
}

/// What each line about a refusal says, and nothing else.
const REFUSED: [&str; 7] = ["code", "event", "level", "method", "request_id", "route", "status"];

/// Lines about refusals that say more than they should, or the refusals of a whole run that left no line.
fn refusals(log: &str, is_whole_run: bool) -> Option<(&'static str, String)> {
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("\"event\":\"refused\"")).collect();
    let read = |line: &&str| line.find('{').and_then(|start| serde_json::from_str::<BTreeMap<String, serde_json::Value>>(&line[start..]).ok());
    let is_right = |line: &&&str| read(line).is_some_and(|said| said.keys().eq(REFUSED.iter()));
    let mut wrong: Vec<String> = lines.iter().filter(|line| !is_right(line)).take(20).map(|line| (*line).to_owned()).collect();
    let expected = ["wrong_credentials", "wrong_password", "too_many_attempts", "not_allowed", "cross_site", "not_signed_in", "link_not_valid"];
    let is_told = |code: &&str| lines.iter().any(|line| line.contains(&format!("\"code\":\"{code}\"")));
    wrong.extend(expected.into_iter().filter(|code| is_whole_run && !is_told(code)).map(|code| format!("no line for {code}")));
    (!wrong.is_empty()).then(|| ("refusals_leave_a_line_that_names_nobody", wrong.join("\n")))
}

fn told(failures: &[(&str, String)], run: usize, elsewhere: usize) -> ExitCode {
    if !failures.is_empty() {
        say("\nfailures:\n");
        for (name, words) in failures {
            say(&format!("---- {name} ----\n{words}\n"));
        }
    }
    let word = if failures.is_empty() { "ok" } else { "FAILED" };
    say(&format!("\ntest result: {word}. {} passed; {} failed; {elsewhere} run in process only\n", run.saturating_sub(failures.len()), failures.len()));
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
