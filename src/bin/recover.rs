//! Prints what `scripts/recover` needs to make a reset link: the token on the first line, then the SQL. `cargo run --bin recover -- ADDRESS`

use std::{
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use portineria::identity::recovery;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "that is what it is for")]
fn main() -> ExitCode {
    let address = std::env::args().nth(1).unwrap_or_default();
    match recovery::recover(&address, now()) {
        Ok(Some(recovery)) => {
            println!("{}\n{}", recovery.token, recovery.sql);
            ExitCode::SUCCESS
        }
        Ok(None) => {
            eprintln!("This is no email address: {address}");
            ExitCode::FAILURE
        }
        Err(fault) => {
            eprintln!("{}: {}", fault.place, fault.detail);
            ExitCode::FAILURE
        }
    }
}

/// The instant now, ms UTC. There is no request to take it from.
#[expect(clippy::disallowed_methods, reason = "a program of its own, run by hand")]
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or_default()
}
