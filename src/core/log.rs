//! The log: one JSON line for each fault and for each refusal of security interest. No line holds a secret, an address or a body.

use std::sync::OnceLock;

use serde_json::json;

use crate::core::refusal::Fault;

static SINK: OnceLock<fn(&str)> = OnceLock::new();

/// Sets where lines go. Without it they go to standard error, which a worker does not have.
pub fn to(sink: fn(&str)) {
    SINK.get_or_init(|| sink);
}

/// Logs a fault of ours.
pub fn fault(request_id: &str, fault: &Fault) {
    write(&json!({ "level": "error", "event": "fault", "request_id": request_id, "place": fault.place, "detail": fault.detail }).to_string());
}

/// Logs that a request was refused, for whoever operates the deployment: failed sign-ins, throttled or forbidden requests, dead links. The line
/// does not say who asked, from where, or for what exactly: the route is its pattern.
pub fn refused(request_id: &str, method: &str, route: &str, status: u16, code: &str) {
    let line = json!({ "level": "warn", "event": "refused", "request_id": request_id, "method": method, "route": route, "status": status, "code": code });
    write(&line.to_string());
}

/// Logs the message of a database that did not answer.
pub fn database_down(request_id: &str, detail: &str) {
    write(&json!({ "level": "error", "event": "database_down", "request_id": request_id, "detail": detail }).to_string());
}

/// Logs the message of a token cache that did not answer. No request fails for it.
pub fn tokens_down(method: &str, detail: &str) {
    write(&json!({ "level": "warn", "event": "tokens_down", "method": method, "detail": detail }).to_string());
}

/// Logs which variables and bindings are missing, so that nothing can be served.
pub fn not_configured(missing: &str) {
    write(&json!({ "level": "error", "event": "not_configured", "missing": missing }).to_string());
}

/// Logs, once, which variables and bindings are missing, so that no e-mail can be sent.
pub fn mail_not_configured(provider: &str, missing: &[&str]) {
    static LOGGED: OnceLock<()> = OnceLock::new();
    if LOGGED.set(()).is_ok() {
        write(&json!({ "level": "error", "event": "mail_not_configured", "provider": provider, "missing": missing }).to_string());
    }
}

#[expect(clippy::print_stderr, reason = "the log of a process that is no worker")]
fn write(line: &str) {
    match SINK.get() {
        Some(sink) => sink(line),
        None => eprintln!("{line}"),
    }
}
