//! Prints what `scripts/recover` needs to make a reset link: the token on the first line, and after it the SQL. `cargo run --bin recover -- ADDRESS`

use std::{
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use portineria::identity::recovery;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "that is what it is for")]
fn main() -> ExitCode {
    let address = std::env::args().nth(1).unwrap_or_default();
    match recovery::recover(&address, now()) {
        Ok(Some(made)) => {
            println!("{}\n{}", made.token, made.sql);
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

/// There is no request whose instant it could be.
#[expect(clippy::disallowed_methods, reason = "a program of its own, run by hand")]
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or_default()
}
