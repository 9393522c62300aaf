//! The host over HTTP: its settings and the catalogue of permissions.

#![expect(clippy::missing_errors_doc, reason = "a handler returns the errors of the feature function it calls, which documents them")]

use http::{StatusCode, Uri};

use super::tagged;
use crate::{
    access::catalogue::{self, Entry, PermissionPatch},
    access::context::Cx,
    accounts::host::{self, Host, HostPatch},
    core::list::Listed,
    core::permission::Permission,
    core::refusal::Result,
    http::extract::{IfMatch, Json, Path},
    http::response::{self, Response},
    messages::mail::test_email::{self, TestEmail},
};

/// `GET /v1/host`
#[utoipa::path(get, path = "/v1/host", responses((status = 200, body = Host)), tag = "host")]
pub async fn get(cx: Cx) -> Result<Response> {
    let host = host::show(&cx, Vec::new()).await?.1;
    Ok(tagged(host.version, &host))
}

/// `PATCH /v1/host`
#[utoipa::path(patch, path = "/v1/host", params(("If-Match" = String, Header)), request_body = HostPatch, responses((status = 200, body = Host)), tag = "host")]
pub async fn patch(cx: Cx, IfMatch(version): IfMatch, Json(body): Json<HostPatch>) -> Result<Response> {
    let host = host::edit(&cx, &body, version).await?;
    Ok(tagged(host.version, &host))
}

/// `POST /v1/host/test-mail`: sends a test e-mail to the user and waits for the provider's answer.
#[utoipa::path(post, path = "/v1/host/test-mail", responses((status = 200, body = TestEmail)), tag = "host")]
pub async fn post_test_mail(cx: Cx) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &test_email::send(&cx).await?))
}

/// `GET /v1/permissions`: lists the whole catalogue.
#[utoipa::path(get, path = "/v1/permissions", responses((status = 200, body = Listed<Entry>)), tag = "access")]
pub async fn get_permissions(cx: Cx, uri: Uri) -> Result<Response> {
    Ok(catalogue::list(&cx).await?.answer(&uri))
}

/// `PATCH /v1/permissions/{permission}`: changes its titles, or switches it on or off.
#[utoipa::path(patch, path = "/v1/permissions/{permission}", params(("permission" = String, Path), ("If-Match" = String, Header)), request_body = PermissionPatch, responses((status = 200, body = Entry)), tag = "host")]
pub async fn patch_permission(cx: Cx, Path(permission): Path<Permission>, IfMatch(version): IfMatch, Json(body): Json<PermissionPatch>) -> Result<Response> {
    let entry = catalogue::edit(&cx, permission, &body, version).await?;
    Ok(tagged(entry.version, &entry))
}
