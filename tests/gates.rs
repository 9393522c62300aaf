//! Rules for the text of the program. Each gate says what to do instead, and a second test shows that it refuses a wrong text.
//!
//! The gates read code as syntax (`syntax/mod.rs`), so that neither a line break nor a macro hides anything. `rooms.rs` has the rule of the rooms.

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
