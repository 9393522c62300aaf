//! The `OpenAPI` 3.1 document, made from the handlers and types themselves; checked in as `openapi.json` so that the worker only serves it.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use serde_json::{Value as Json, json};

use crate::repeat::WITHOUT_KEY;

use super::{account, communication, explanation, host, link, me, member, resource, token, transfer};

#[derive(OpenApi)]
#[openapi(
    info(title = "Portineria", description = "Who may come in, and who holds which key, answered at the edge.", version = "1"),
    paths(
        link::post_setup,
        link::post_session,
        link::preview_invitation,
        link::accept_invitation,
        link::decline_invitation,
        link::post_password_reset,
        link::preview_password_reset,
        link::confirm_password_reset,
        link::confirm_email_verification,
        me::get,
        me::patch,
        me::put_password,
        me::post_email_verification,
        me::get_accounts,
        me::get_sessions,
        me::delete_session,
        me::post_email_change,
        link::confirm_email_change,
        communication::get_all,
        communication::post,
        communication::get,
        communication::post_resend,
        communication::get_of_member,
        communication::get_own,
        communication::get_own_one,
        account::get_all,
        account::post,
        account::get,
        account::patch,
        account::put_preferences,
        account::delete,
        account::put_delegation,
        account::put_status,
        account::post_restore,
        account::post_first_admin,
        account::get_audit,
        member::get_all,
        member::post,
        member::get,
        member::patch,
        member::delete,
        member::delete_me,
        member::put_preferences,
        member::put_access,
        member::delete_access,
        member::put_suspension,
        member::post_invitation,
        member::delete_invitation,
        member::post_password_reset,
        transfer::get_export,
        transfer::post_import,
        resource::get_all,
        resource::post,
        resource::get,
        resource::patch,
        resource::delete,
        resource::put_members,
        resource::put_of_member,
        explanation::get_check,
        explanation::get_explain,
        host::get,
        host::patch,
        host::post_test_mail,
        host::get_permissions,
        host::patch_permission,
        token::post,
    ),
    modifiers(&Security)
)]
struct Api;

/// The session token as Bearer, or the browser's cookie.
struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-session"))));
        document.security = Some(vec![SecurityRequirement::new("session", Vec::<String>::new()), SecurityRequirement::new("cookie", Vec::<String>::new())]);
    }
}

/// The document, as JSON. An operation is called by its method and address, so that no two share a name.
#[must_use]
pub fn document() -> String {
    let mut document = serde_json::to_value(Api::openapi()).unwrap_or_default();
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

/// Each POST that happens once though it is sent twice says so (`repeat.rs`).
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::router::ROUTES;

    /// Addresses about the service itself, and pages, which the document leaves out.
    fn is_documented(path: &str) -> bool {
        path.starts_with("/v1/")
    }

    #[test]
    fn the_checked_in_document_is_the_code() {
        assert_eq!(super::document().trim(), include_str!("../../openapi.json").trim(), "run: cargo run --bin openapi > openapi.json");
    }

    #[test]
    fn the_document_and_the_routes_are_the_same_list() {
        let document: serde_json::Value = serde_json::from_str(&super::document()).unwrap();
        let documented: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                methods
                    .as_object()
                    .unwrap()
                    .keys()
                    .filter(|key| !["parameters", "summary", "description"].contains(&key.as_str()))
                    .map(|method| (method.to_uppercase(), path.clone()))
                    .collect::<Vec<_>>()
            })
            .collect();
        let routed = ROUTES.iter().filter(|(_, path)| is_documented(path)).map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
        assert_eq!(documented, routed);
    }
}
