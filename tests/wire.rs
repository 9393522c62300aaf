//! Every scenario over HTTP, on workerd with its local D1 and KV: `cargo test --test wire [part of a name]…`
//!
//! Starts `scripts/dev` twice, on free ports with their own state, and sets one service up twenty times at once. Then runs the scenarios that need only
//! a client, each on the service that is free first, and ends both services. It uses loopback only. The output of the services must not hold a secret.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails says so by panicking")]

mod scenarios;
mod support;
#[path = "support/wrangler.rs"]
mod wrangler;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use support::client::Client;
use support::world::{Need, World};
use wrangler::{SETUP_TOKEN, Service, say};

/// A scenario in the list.
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

/// Services at the same time. One service uses about one core.
const SERVICES: usize = 2;
/// Modules whose scenarios take the longest. They begin first, to shorten the run.
const LONGEST: [&str; 4] = ["permissions::", "races::", "repeats::", "budgets::"];

thread_local! {
    /// The message of the last panic of a scenario; `None` on a thread that a scenario started.
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}
/// The messages of panics on threads that a scenario started. They are shown with the next failure.
static PANICS_OF_THREADS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn record_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let of_scenario = LAST_PANIC.with_borrow_mut(|words| words.as_mut().map(|words| *words = panic.to_string()).is_some());
        if !of_scenario {
            PANICS_OF_THREADS.lock().expect("words").push(panic.to_string());
        }
    }));
}

/// The results of the scenarios that ran on one service.
#[derive(Default)]
struct Outcome {
    failures: Vec<(&'static str, String)>,
    secrets: Vec<String>,
    log: String,
}

impl Outcome {
    /// Returns the result of a service that did not start or broke down.
    fn without_a_service() -> Self {
        let words = std::mem::take(&mut *PANICS_OF_THREADS.lock().expect("words"));
        Self { failures: vec![("the_service_serves", words.join("\n"))], ..Self::default() }
    }
}

/// Waiting scenarios, with their numbers.
type Queue<'a> = Mutex<VecDeque<(usize, &'a Scenario)>>;

/// Starts a service and runs the waiting scenarios on it, one after the other.
#[expect(clippy::disallowed_methods, reason = "it prints how long each scenario took")]
fn run_on_service(number: usize, queues: &[&Queue<'_>]) -> Outcome {
    let service = Service::start(number);
    let (client, hosted): (Arc<dyn Client>, _) = (Arc::new(service.client()), Arc::new(OnceLock::new()));
    let mut outcome = Outcome::default();
    LAST_PANIC.set(Some(String::new()));
    while let Some((number, scenario)) = queues.iter().find_map(|queue| queue.lock().expect("a queue").pop_front()) {
        let began = Instant::now();
        let world = World::new(client.clone(), None, number, hosted.clone(), SETUP_TOKEN);
        let result = catch_unwind(AssertUnwindSafe(|| (scenario.run)(&world)));
        outcome.secrets.extend(world.secrets());
        say(&format!("test {} ... {} ({:.1} s)", scenario.name, if result.is_ok() { "ok" } else { "FAILED" }, began.elapsed().as_secs_f64()));
        if result.is_err() {
            let mut words = std::mem::take(&mut *PANICS_OF_THREADS.lock().expect("words"));
            words.extend(LAST_PANIC.replace(Some(String::new())));
            outcome.failures.push((scenario.name, words.join("\n")));
        }
    }
    outcome.log = service.log();
    outcome
}

fn main() -> ExitCode {
    let filters: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |scenario: &&Scenario| filters.is_empty() || filters.iter().any(|filter| scenario.name.contains(filter));
    let (here, elsewhere): (Vec<&Scenario>, Vec<&Scenario>) =
        ALL.iter().filter(wanted).partition(|scenario| scenario.needs.is_empty() || scenario.needs == [Need::FirstOfAll]);
    let mut here: Vec<(usize, &Scenario)> = here.into_iter().enumerate().map(|(number, scenario)| (number + 1, scenario)).collect();
    let is_short = |scenario: &Scenario| !LONGEST.iter().any(|module| scenario.name.starts_with(module));
    here.sort_by_key(|(_, scenario)| (scenario.needs.is_empty(), is_short(scenario)));
    let (first, rest): (VecDeque<_>, VecDeque<_>) = here.iter().copied().partition(|(_, scenario)| !scenario.needs.is_empty());
    say(&format!("running {} scenarios over HTTP, on {SERVICES} services (the first time, this builds them)", here.len()));
    record_panics();
    // The scenario that runs before all others needs a service that is not set up, so it runs on the first service.
    let (first, rest) = (Mutex::new(first), Mutex::new(rest));
    let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let services: Vec<_> = (0..SERVICES).map(|number| (number, if number == 0 { vec![&first, &rest] } else { vec![&rest] })).collect();
        let threads: Vec<_> = services.into_iter().map(|(number, queues)| scope.spawn(move || run_on_service(number, &queues))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Outcome::without_a_service())).collect()
    });
    let secrets: Vec<String> = outcomes.iter().flat_map(|outcome| outcome.secrets.clone()).collect();
    let log: String = outcomes.iter().map(|outcome| outcome.log.as_str()).collect();
    let mut failures: Vec<(&str, String)> = outcomes.into_iter().flat_map(|outcome| outcome.failures).collect();
    failures.extend(faults(&log, &secrets));
    failures.extend(refusals(&log, filters.is_empty()));
    report(&failures, here.len(), elsewhere.len())
}

/// Returns lines of the log that hold a secret or a panic.
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

/// The fields of each log line about a refusal. It has no others.
const REFUSED: [&str; 7] = ["code", "event", "level", "method", "request_id", "route", "status"];

/// Returns log lines about refusals with other fields, and refusals that left no line in a complete run.
fn refusals(log: &str, is_complete_run: bool) -> Option<(&'static str, String)> {
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("\"event\":\"refused\"")).collect();
    let read = |line: &&str| line.find('{').and_then(|start| serde_json::from_str::<BTreeMap<String, serde_json::Value>>(&line[start..]).ok());
    let is_right = |line: &&&str| read(line).is_some_and(|said| said.keys().eq(REFUSED.iter()));
    let mut wrong: Vec<String> = lines.iter().filter(|line| !is_right(line)).take(20).map(|line| (*line).to_owned()).collect();
    let expected = ["wrong_credentials", "wrong_password", "too_many_attempts", "not_allowed", "cross_site", "not_signed_in", "link_not_valid"];
    let is_logged = |code: &&str| lines.iter().any(|line| line.contains(&format!("\"code\":\"{code}\"")));
    wrong.extend(expected.into_iter().filter(|code| is_complete_run && !is_logged(code)).map(|code| format!("no line for {code}")));
    (!wrong.is_empty()).then(|| ("refusals_leave_a_line_that_names_nobody", wrong.join("\n")))
}

fn report(failures: &[(&str, String)], run: usize, elsewhere: usize) -> ExitCode {
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
