//! Every route in one table, and what happens to every request around its handler.
//!
//! A request gets an id and a [`Cx`]. A browser may change something only from our own pages. Then the handler runs, and every answer gets the
//! same headers, whatever its status. A refusal becomes `application/problem+json` for apps and a page for people.

mod admission;
mod arrival;
mod idempotency;
pub mod problem;
mod wording;

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Body,
    extract::Request as AxumRequest,
    middleware::{Next, from_fn},
    routing::{MethodFilter, on},
};
use bytes::Bytes;
use http::{StatusCode, header};
use http_body_util::BodyExt;
use serde_json::json;
use tower::{ServiceBuilder, ServiceExt};

use crate::{
    access::context::{Cx, Environment, Routes},
    api,
    core::db::Pending,
    core::refusal::{Failure, Rule},
    http::headers,
    http::request::{Asked, Request},
    http::response::{self, Response},
    pages,
};

/// The table of routes. `api`: the routes that appear in the `OpenAPI` document; each handler needs `#[utoipa::path]`. `others`: all the rest.
macro_rules! routes {
    (
        api { $($operation_method:ident $operation_path:literal => $file:ident::$operation:ident;)* }
        others { $($method:ident $path:literal => $handler:path;)* }
    ) => {
        /// Every route: method and path.
        pub const ROUTES: &[(&str, &str)] = &[$((stringify!($operation_method), $operation_path),)* $((stringify!($method), $path),)*];

        $(const _: () = assert!(!is_of_the_api($path), "an address below /v1 stands in `api`, and so in the document");)*

        /// The handler of each.
        fn handlers() -> Router {
            Router::new()
                $(.route($operation_path, on(MethodFilter::$operation_method, api::$file::$operation)))*
                $(.route($path, on(MethodFilter::$method, $handler)))*
        }

        /// The `OpenAPI` document, as JSON. (Never in the worker: it serves the document as a file.)
        #[cfg(not(target_arch = "wasm32"))]
        #[must_use]
        pub fn document() -> String {
            let router = utoipa_axum::router::OpenApiRouter::<()>::with_openapi(api::document::frame());
            api::document::finished(router $(.routes(utoipa_axum::routes!(api::$file::$operation)))* .into_openapi())
        }

        /// The schemas that each operation names.
        #[cfg(test)]
        fn schemas() -> Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)> {
            let named: Vec<(_, _, axum::routing::MethodRouter)> = vec![$(utoipa_axum::routes!(api::$file::$operation)),*];
            named.into_iter().flat_map(|(schemas, _, _)| schemas).collect()
        }
    };
}

routes! {
    api {
        // Requests with a password or a link.
        POST   "/v1/setup" => link::post_setup;
        POST   "/v1/sessions" => link::post_session;
        POST   "/v1/invitations/preview" => link::preview_invitation;
        POST   "/v1/invitations/accept" => link::accept_invitation;
        POST   "/v1/invitations/decline" => link::decline_invitation;
        POST   "/v1/password-resets" => link::post_password_reset;
        POST   "/v1/password-resets/preview" => link::preview_password_reset;
        POST   "/v1/password-resets/confirm" => link::confirm_password_reset;
        POST   "/v1/email-verifications/confirm" => link::confirm_email_verification;

        // Answers for other services.
        POST   "/v1/access-tokens" => token::post;
        GET    "/v1/permissions" => host::get_permissions;
        PATCH  "/v1/permissions/{permission}" => host::patch_permission;
        GET    "/v1/accounts/{account}/access/check" => explanation::get_check;
        GET    "/v1/accounts/{account}/access/explain" => explanation::get_explain;

        // The host.
        GET    "/v1/host" => host::get;
        PATCH  "/v1/host" => host::patch;
        POST   "/v1/host/test-mail" => host::post_test_mail;

        // Oneself.
        GET    "/v1/me" => me::get;
        PATCH  "/v1/me" => me::patch;
        PUT    "/v1/me/password" => me::put_password;
        POST   "/v1/me/email-verification" => me::post_email_verification;
        GET    "/v1/me/accounts" => me::get_accounts;
        GET    "/v1/me/sessions" => me::get_sessions;
        DELETE "/v1/me/sessions/{session}" => me::delete_session;
        POST   "/v1/me/email-changes" => me::post_email_change;
        POST   "/v1/email-changes/confirm" => link::confirm_email_change;
        GET    "/v1/me/communications" => communication::get_own;
        GET    "/v1/me/communications/{communication}" => communication::get_own_one;

        // Accounts.
        GET    "/v1/accounts" => account::get_all;
        POST   "/v1/accounts" => account::post;
        GET    "/v1/accounts/{account}" => account::get;
        PATCH  "/v1/accounts/{account}" => account::patch;
        DELETE "/v1/accounts/{account}" => account::delete;
        PUT    "/v1/accounts/{account}/email-preferences" => account::put_preferences;
        PUT    "/v1/accounts/{account}/delegation" => account::put_delegation;
        PUT    "/v1/accounts/{account}/status" => account::put_status;
        POST   "/v1/accounts/{account}/restore" => account::post_restore;
        POST   "/v1/accounts/{account}/first-admin-invitation" => account::post_first_admin;
        GET    "/v1/accounts/{account}/audit-events" => account::get_audit;

        // The people of an account.
        GET    "/v1/accounts/{account}/members" => member::get_all;
        POST   "/v1/accounts/{account}/members" => member::post;
        GET    "/v1/accounts/{account}/members/export" => transfer::get_export;
        POST   "/v1/accounts/{account}/members/import" => transfer::post_import;
        DELETE "/v1/accounts/{account}/members/me" => member::delete_me;
        GET    "/v1/accounts/{account}/members/{member}" => member::get;
        PATCH  "/v1/accounts/{account}/members/{member}" => member::patch;
        DELETE "/v1/accounts/{account}/members/{member}" => member::delete;
        PUT    "/v1/accounts/{account}/members/{member}/email-preferences" => member::put_preferences;
        PUT    "/v1/accounts/{account}/members/{member}/access" => member::put_access;
        DELETE "/v1/accounts/{account}/members/{member}/access" => member::delete_access;
        PUT    "/v1/accounts/{account}/members/{member}/access/suspension" => member::put_suspension;
        POST   "/v1/accounts/{account}/members/{member}/invitation" => member::post_invitation;
        DELETE "/v1/accounts/{account}/members/{member}/invitation" => member::delete_invitation;
        POST   "/v1/accounts/{account}/members/{member}/password-reset" => member::post_password_reset;

        // Pixels and apps.
        GET    "/v1/accounts/{account}/resources" => resource::get_all;
        POST   "/v1/accounts/{account}/resources" => resource::post;
        GET    "/v1/accounts/{account}/resources/{resource}" => resource::get;
        PATCH  "/v1/accounts/{account}/resources/{resource}" => resource::patch;
        DELETE "/v1/accounts/{account}/resources/{resource}" => resource::delete;
        PUT    "/v1/accounts/{account}/resources/{resource}/members" => resource::put_members;
        PUT    "/v1/accounts/{account}/members/{member}/resources" => resource::put_of_member;

        // What is sent to an account and its people.
        GET    "/v1/accounts/{account}/communications" => communication::get_all;
        POST   "/v1/accounts/{account}/communications" => communication::post;
        GET    "/v1/accounts/{account}/communications/{communication}" => communication::get;
        POST   "/v1/accounts/{account}/communications/{communication}/resend" => communication::post_resend;
        GET    "/v1/accounts/{account}/members/{member}/communications" => communication::get_of_member;
    }
    others {
        GET    "/.well-known/jwks.json" => api::token::get_keys;
        GET    "/.well-known/oauth-authorization-server" => api::token::get_metadata;
        GET    "/.well-known/change-password" => pages::me::get_change_password;

        // The pages.
        GET    "/" => pages::home::get;
        GET    "/language" => pages::home::get_language;
        GET    "/sign-in" => pages::sign_in::get;
        POST   "/sign-in" => pages::sign_in::post;
        POST   "/sign-out" => pages::sign_in::post_out;
        GET    "/forgot-password" => pages::forgot::get;
        POST   "/forgot-password" => pages::forgot::post;
        GET    "/reset" => pages::reset::get;
        POST   "/reset" => pages::reset::post;
        POST   "/reset/confirm" => pages::reset::post_confirm;
        GET    "/verification" => pages::verification::get;
        POST   "/verification" => pages::verification::post;
        GET    "/invitation" => pages::invitation::get;
        POST   "/invitation" => pages::invitation::post;
        POST   "/invitation/accept" => pages::invitation::post_accept;
        POST   "/invitation/decline" => pages::invitation::post_decline;
        GET    "/setup" => pages::setup::get;
        POST   "/setup" => pages::setup::post;
        GET    "/host/settings" => pages::host::get;
        POST   "/host/settings" => pages::host::post;
        POST   "/host/test-mail" => pages::host::post_test_mail;
        POST   "/host/permissions/{permission}" => pages::host::post_permission;
        GET    "/accounts" => pages::accounts::get;
        POST   "/accounts" => pages::accounts::post;
        GET    "/accounts/new" => pages::accounts::get_new;
        GET    "/accounts/{account}" => pages::accounts::get_one;
        GET    "/accounts/{account}/users" => pages::users::get;
        GET    "/accounts/{account}/users/export" => pages::transfer::get_export;
        GET    "/accounts/{account}/users/import" => pages::transfer::get_import;
        POST   "/accounts/{account}/users/import" => pages::transfer::post_import;
        POST   "/accounts/{account}/users" => pages::newcomer::post;
        GET    "/accounts/{account}/users/new" => pages::newcomer::get;
        GET    "/accounts/{account}/users/{member}" => pages::user::get;
        GET    "/accounts/{account}/users/{member}/permissions" => pages::permissions::get;
        POST   "/accounts/{account}/users/{member}/contact" => pages::user::post_contact;
        POST   "/accounts/{account}/users/{member}/email-preferences" => pages::user::post_email_preferences;
        POST   "/accounts/{account}/users/{member}/access" => pages::user::post_access;
        POST   "/accounts/{account}/users/{member}/access/removal" => pages::user::post_access_removal;
        POST   "/accounts/{account}/users/{member}/suspension" => pages::user::post_suspension;
        POST   "/accounts/{account}/users/{member}/invitation" => pages::user::post_invitation;
        POST   "/accounts/{account}/users/{member}/invitation/cancel" => pages::user::post_invitation_cancel;
        POST   "/accounts/{account}/users/{member}/password-reset" => pages::user::post_password_reset;
        POST   "/accounts/{account}/users/{member}/revocation" => pages::user::post_revocation;
        POST   "/accounts/{account}/users/{member}/resources" => pages::user::post_resources;
        GET    "/accounts/{account}/resources" => pages::resources::get;
        POST   "/accounts/{account}/resources" => pages::resources::post;
        GET    "/accounts/{account}/resources/new" => pages::resources::get_new;
        GET    "/accounts/{account}/resources/{resource}" => pages::resource::get;
        POST   "/accounts/{account}/resources/{resource}" => pages::resource::post;
        POST   "/accounts/{account}/resources/{resource}/members" => pages::resource::post_members;
        POST   "/accounts/{account}/resources/{resource}/removal" => pages::resource::post_removal;
        GET    "/accounts/{account}/communications" => pages::communications::get;
        POST   "/accounts/{account}/communications" => pages::communications::post;
        GET    "/accounts/{account}/communications/new" => pages::communications::get_new;
        GET    "/accounts/{account}/communications/{communication}" => pages::communications::get_one;
        GET    "/accounts/{account}/communications/{communication}/html" => pages::communications::get_html;
        POST   "/accounts/{account}/communications/{communication}/resend" => pages::communications::post_resend;
        GET    "/accounts/{account}/settings" => pages::settings::get;
        POST   "/accounts/{account}/settings" => pages::settings::post;
        POST   "/accounts/{account}/settings/profile" => pages::settings::post_profile;
        POST   "/accounts/{account}/settings/email-preferences" => pages::settings::post_email_preferences;
        POST   "/accounts/{account}/settings/first-admin" => pages::settings::post_first_admin;
        POST   "/accounts/{account}/settings/delegation" => pages::settings::post_delegation;
        POST   "/accounts/{account}/settings/status" => pages::settings::post_status;
        POST   "/accounts/{account}/settings/deletion" => pages::settings::post_deletion;
        POST   "/accounts/{account}/settings/restoration" => pages::settings::post_restoration;
        GET    "/accounts/{account}/audit" => pages::audit::get;
        GET    "/me" => pages::me::get;
        POST   "/me" => pages::me::post;
        POST   "/me/password" => pages::me::post_password;
        POST   "/me/email" => pages::me::post_email;
        GET    "/me/communications" => pages::communications::get_own;
        GET    "/me/communications/{communication}" => pages::communications::get_own_one;
        GET    "/me/communications/{communication}/html" => pages::communications::get_own_html;
        GET    "/email-change" => pages::email_change::get;
        POST   "/email-change" => pages::email_change::post;
        POST   "/me/verification" => pages::verification::post_ask;
        POST   "/me/sessions/end-others" => pages::me::post_sessions_end_others;
        POST   "/me/sessions/{session}/end" => pages::me::post_session_end;
        POST   "/me/accounts/{account}/leave" => pages::me::post_leave;

        // About the service.
        GET    "/health" => health;
    }
}

const fn is_of_the_api(path: &str) -> bool {
    matches!(path.as_bytes(), [b'/', b'v', b'1', b'/', ..])
}

/// The routes and the layers around them. It is made once in each isolate, and holds nothing of a request and no binding.
static ROUTER: LazyLock<Router> = LazyLock::new(|| {
    let around = ServiceBuilder::new()
        // From the outermost to the innermost.
        .layer(from_fn(finish))
        .layer(from_fn(wording::log_refusals))
        .layer(from_fn(wording::word_refusals))
        .layer(from_fn(admission::admit))
        .layer(from_fn(idempotency::only_once));
    handlers().fallback(no_such_address).method_not_allowed_fallback(no_such_method).layer(around).with_state(())
});

/// The answer, and the work to do after it.
pub struct Answer {
    /// For the caller.
    pub response: http::Response<Bytes>,
    /// For `waitUntil`.
    pub later: Vec<Pending<'static, ()>>,
}

/// Serves one request at this instant (ms UTC).
pub async fn serve(env: Arc<Environment>, now: i64, request: Request) -> Answer {
    let (cx, arrival) = arrival::of(env, now, Routes(ROUTES), &request);
    let (mut parts, body) = request.into_parts();
    let asked = Asked { method: parts.method.clone(), uri: parts.uri.clone(), body: body.clone() };
    parts.extensions.insert(cx.clone());
    parts.extensions.insert(arrival);
    parts.extensions.insert(asked);
    let Ok(response) = ROUTER.clone().oneshot(AxumRequest::from_parts(parts, Body::from(body))).await;
    let (mut parts, body) = response.into_parts();
    // The platform adds the length.
    parts.headers.remove(header::CONTENT_LENGTH);
    // A body of ours is already complete, so that reading it cannot fail.
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Answer { response: http::Response::from_parts(parts, body), later: cx.take_later() }
}

/// Gives every answer the same headers, its request's id, and what the database did for it.
async fn finish(cx: Cx, request: AxumRequest, next: Next) -> Response {
    let mut response = next.run(request).await;
    headers::add(response.headers_mut());
    let response = response::with(response, headers::REQUEST_ID, &cx.request_id);
    if cx.env.config.server_timing { response::with(response, headers::SERVER_TIMING, &cx.timing.header()) } else { response }
}

async fn no_such_address() -> Failure {
    Rule::NotFound.into()
}

/// axum adds the allowed methods.
async fn no_such_method() -> Failure {
    Rule::MethodNotAllowed.into()
}

/// `GET /health`: requests can be served.
async fn health() -> Response {
    response::json(StatusCode::OK, &json!({ "status": "ok" }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ROUTES;

    /// Whether the document has the route. It leaves out pages and what is about the service itself.
    fn is_documented(path: &str) -> bool {
        path.starts_with("/v1/")
    }

    #[test]
    fn the_checked_in_document_is_the_code() {
        assert_eq!(super::document().trim(), include_str!("../openapi.json").trim(), "run: cargo run --bin openapi > openapi.json");
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

    #[test]
    fn no_two_schemas_have_the_same_name() {
        let mut schemas = std::collections::BTreeMap::new();
        let mut shared = BTreeSet::new();
        for (name, schema) in super::schemas() {
            let first = schemas.entry(name.clone()).or_insert_with(|| schema.clone());
            if *first != schema {
                shared.insert(name);
            }
        }
        assert!(shared.is_empty(), "{shared:?}");
    }
}
