//! What no line of the program may do, whoever writes it. Each gate says what to do instead, and is tried on a small text that is wrong.
//!
//! Code is read as syntax (`syntax/mod.rs`), so that neither a line break nor a macro hides anything. Which room may name which is in `rooms.rs`.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails says so by panicking")]

mod syntax;

#[path = "gates/exact.rs"]
mod exact;
#[path = "gates/platform.rs"]
mod platform;
#[path = "gates/reading.rs"]
mod reading;
#[path = "gates/refusals.rs"]
mod refusals;
#[path = "gates/running.rs"]
mod running;
#[path = "gates/sql.rs"]
mod sql;
#[path = "gates/texts.rs"]
mod texts;
