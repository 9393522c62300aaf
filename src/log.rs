//! One JSON line for each fault, written where it ends. Never a secret, an address or a body.

use serde_json::json;

use crate::refusal::Fault;

/// Logs a fault of ours.
pub fn fault(request_id: &str, fault: &Fault) {
    write(&json!({ "level": "error", "event": "fault", "request_id": request_id, "place": fault.place, "detail": fault.detail }).to_string());
}

#[cfg(target_arch = "wasm32")]
fn write(line: &str) {
    crate::edge::log(line);
}

#[cfg(not(target_arch = "wasm32"))]
#[expect(clippy::print_stderr, reason = "the native log")]
fn write(line: &str) {
    eprintln!("{line}");
}
