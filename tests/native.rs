//! Every scenario in process: the real router over `SQLite` with D1's limits. `cargo test --test native`.
//!
//! Each scenario has its own deployment. Every request is checked (`support/invariants.rs`, `support/in_process.rs`). At
//! the end of each scenario no statement has scanned a growing table, no secret is stored in clear, no account is without an admin.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails says so by panicking")]

mod faults;
#[path = "support/in_process.rs"]
mod in_process;
mod scenarios;
mod support;

use std::fmt::Write as _;

use in_process::InProcess;
use support::world::Need;

macro_rules! tests {
    ($($module:ident { $($name:ident [$($need:ident),*],)+ })+) => {
        $(mod $module {
            use super::{InProcess, Need, scenarios};
            $(#[test]
            fn $name() {
                let needs: &[Need] = &[$(Need::$need),*];
                let (service, world) = InProcess::world(needs);
                scenarios::$module::$name(&world);
                service.finishes(&world);
            })+
        })+
    };
}
scenarios::every_scenario!(tests);

#[test]
fn each_change_leaves_the_line_that_was_agreed_on() {
    let (service, world) = InProcess::world(&[]);
    scenarios::audit::every_change_leaves_its_line(&world);
    let journal = service.journal().into_iter().map(|line| (line.asked, line.action));
    scenarios::permissions::compare("audit.txt", &golden(journal));
}

/// Returns the journal of `every_change_leaves_its_line` as text, each kind of change once.
fn golden(journal: impl IntoIterator<Item = (String, String)>) -> String {
    let lines: std::collections::BTreeSet<(String, String)> = journal.into_iter().collect();
    lines.into_iter().fold(
        String::from("# What each change leaves in the trail. `UPDATE_GOLDEN=1 cargo test --test native` rewrites it.\n"),
        |mut text, (asked, action)| {
            writeln!(text, "{asked:<70} {action}").expect("text");
            text
        },
    )
}
