//! One JSON line for each fault and for each refusal of security interest, written where it ends. Never a secret, an address or a body.

use std::sync::OnceLock;

use serde_json::json;

use crate::core::refusal::Fault;

static SINK: OnceLock<fn(&str)> = OnceLock::new();

/// Where lines go from now on. Without it they go to standard error, which the edge does not have.
pub fn to(sink: fn(&str)) {
    SINK.get_or_init(|| sink);
}

/// Logs a fault of ours.
pub fn fault(request_id: &str, fault: &Fault) {
    write(&crate::core::json::written(&json!({ "level": "error", "event": "fault", "request_id": request_id, "place": fault.place, "detail": fault.detail })));
}

/// Logs that a request was refused, where whoever watches over the deployment wants to see it: failed sign-ins, what is throttled or
/// forbidden, dead links. Never who, from where, or what exactly was asked: the route is its pattern.
pub fn refused(request_id: &str, method: &str, route: &str, status: u16, code: &str) {
    let line = json!({ "level": "warn", "event": "refused", "request_id": request_id, "method": method, "route": route, "status": status, "code": code });
    write(&crate::core::json::written(&line));
}

/// Logs what the database said when it did not answer.
pub fn database_down(request_id: &str, detail: &str) {
    write(&crate::core::json::written(&json!({ "level": "error", "event": "database_down", "request_id": request_id, "detail": detail })));
}

/// Logs what the token cache said when it did not answer: no request fails for it.
pub fn tokens_down(method: &str, detail: &str) {
    write(&crate::core::json::written(&json!({ "level": "warn", "event": "tokens_down", "method": method, "detail": detail })));
}

/// Logs what keeps the service from serving.
pub fn not_configured(missing: &str) {
    write(&crate::core::json::written(&json!({ "level": "error", "event": "not_configured", "missing": missing })));
}

/// Logs, once, what keeps letters from leaving.
pub fn mail_not_configured(provider: &str, missing: &[&str]) {
    static TOLD: OnceLock<()> = OnceLock::new();
    if TOLD.set(()).is_ok() {
        write(&crate::core::json::written(&json!({ "level": "error", "event": "mail_not_configured", "provider": provider, "missing": missing })));
    }
}

#[expect(clippy::print_stderr, reason = "the log of a process that is no worker")]
fn write(line: &str) {
    match SINK.get() {
        Some(sink) => sink(line),
        None => eprintln!("{line}"),
    }
}
