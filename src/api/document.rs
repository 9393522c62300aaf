//! Builds the `OpenAPI` 3.1 document from the handlers and types. It is checked in as `openapi.json`, so that the worker only serves it.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use serde_json::{Value as Json, json};

use super::WITHOUT_KEY;

#[derive(OpenApi)]
#[openapi(
    info(title = "Portineria", description = "Who may come in, and who holds which key, answered at the edge.", version = "1"),
    modifiers(&Security)
)]
struct Api;

/// The two security schemes: the session token as Bearer, and the browser's cookie.
struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-session"))));
        document.security = Some(vec![SecurityRequirement::new("session", Vec::<String>::new()), SecurityRequirement::new("cookie", Vec::<String>::new())]);
    }
}

/// Returns the document without operations.
#[must_use]
pub fn frame() -> Document {
    Api::openapi()
}

/// Returns the document with its operations, as JSON. The id of an operation is its method and path, so that no two share an id.
#[must_use]
pub fn finished(document: Document) -> String {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    for (path, methods) in document.pointer_mut("/paths").and_then(|paths| paths.as_object_mut()).into_iter().flatten() {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            let words: Vec<&str> = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty() && *word != "v1").collect();
            if let Some(operation) = operation.as_object_mut() {
                operation.insert("operationId".to_owned(), format!("{method}_{}", words.join("_")).into());
            }
        }
    }
    name_keys(&mut document);
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

/// Adds the `Idempotency-Key` header to each POST that takes it (`router/idempotency.rs`).
fn name_keys(document: &mut Json) {
    for (path, methods) in document.get_mut("paths").and_then(Json::as_object_mut).into_iter().flatten() {
        let Some(operation) = methods.get_mut("post").filter(|_| !WITHOUT_KEY.contains(&path.as_str())).and_then(Json::as_object_mut) else { continue };
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        parameters.as_array_mut().into_iter().for_each(|parameters| {
            parameters.push(json!({
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The same key and the same request within 24 hours: the first result, without its link, and `Idempotent-Replayed: true`. Another request with the key: 422.",
                "required": false,
                "schema": { "type": "string", "minLength": 1, "maxLength": 200 },
            }));
        });
    }
}
