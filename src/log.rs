//! One JSON line for each fault, written where it ends. Never a secret, an address or a body.

use std::sync::OnceLock;

use serde_json::json;

use crate::refusal::Fault;

static SINK: OnceLock<fn(&str)> = OnceLock::new();

/// Where lines go from now on. Without it they go to standard error, which the edge does not have.
pub fn to(sink: fn(&str)) {
    SINK.get_or_init(|| sink);
}

/// Logs a fault of ours.
pub fn fault(request_id: &str, fault: &Fault) {
    write(&crate::reply::written(&json!({ "level": "error", "event": "fault", "request_id": request_id, "place": fault.place, "detail": fault.detail })));
}

/// Logs what keeps the service from serving.
pub fn not_configured(missing: &str) {
    write(&crate::reply::written(&json!({ "level": "error", "event": "not_configured", "missing": missing })));
}

/// Logs, once, what keeps letters from leaving.
pub fn mail_not_configured(provider: &str, missing: &[&str]) {
    static TOLD: OnceLock<()> = OnceLock::new();
    if TOLD.set(()).is_ok() {
        write(&crate::reply::written(&json!({ "level": "error", "event": "mail_not_configured", "provider": provider, "missing": missing })));
    }
}

#[expect(clippy::print_stderr, reason = "the log of a process that is no worker")]
fn write(line: &str) {
    match SINK.get() {
        Some(sink) => sink(line),
        None => eprintln!("{line}"),
    }
}
