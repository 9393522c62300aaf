//! JSON as text.

/// A JSON value as text. (Not its `Display`: the writer behind that would be linked a second time.)
#[must_use]
pub fn written(json: &serde_json::Value) -> String {
    serde_json::to_string(json).unwrap_or_default()
}
