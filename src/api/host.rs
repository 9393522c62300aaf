//! The host over HTTP: its settings and the catalogue of permissions.

#![expect(clippy::missing_errors_doc, reason = "a handler refuses what its feature refuses, and says it there")]

use http::StatusCode;

use super::{Listed, tagged};
use crate::{
    access::catalogue::{self, Entry, PermissionPatch},
    access::context::Cx,
    accounts::host::{self, Host, HostPatch},
    core::refusal::Result,
    http::request::Ask,
    http::response::{self, Response},
    messages::mail::test_email::{self, TestEmail},
};

/// `GET /v1/host`
#[utoipa::path(get, path = "/v1/host", responses((status = 200, body = Host)), tag = "host")]
pub async fn get(cx: Cx, _: Ask) -> Result<Response> {
    let host = host::show(&cx, Vec::new()).await?.1;
    Ok(tagged(host.version, &host))
}

/// `PATCH /v1/host`
#[utoipa::path(patch, path = "/v1/host", params(("If-Match" = String, Header)), request_body = HostPatch, responses((status = 200, body = Host)), tag = "host")]
pub async fn patch(cx: Cx, ask: Ask) -> Result<Response> {
    let version = ask.if_match()?;
    let body: HostPatch = ask.json()?;
    let host = host::edit(&cx, &body, version).await?;
    Ok(tagged(host.version, &host))
}

/// `POST /v1/host/test-mail`: a letter to oneself, sent while one waits.
#[utoipa::path(post, path = "/v1/host/test-mail", responses((status = 200, body = TestEmail)), tag = "host")]
pub async fn post_test_mail(cx: Cx, _: Ask) -> Result<Response> {
    Ok(response::json(StatusCode::OK, &test_email::send(&cx).await?))
}

/// `GET /v1/permissions`: the catalogue, whole.
#[utoipa::path(get, path = "/v1/permissions", responses((status = 200, body = Listed<Entry>)), tag = "access")]
pub async fn get_permissions(cx: Cx, ask: Ask) -> Result<Response> {
    Ok(catalogue::list(&cx).await?.answer(ask.uri()))
}

/// `PATCH /v1/permissions/{permission}`: titles, and the switch.
#[utoipa::path(patch, path = "/v1/permissions/{permission}", params(("permission" = String, Path), ("If-Match" = String, Header)), request_body = PermissionPatch, responses((status = 200, body = Entry)), tag = "host")]
pub async fn patch_permission(cx: Cx, ask: Ask) -> Result<Response> {
    let permission = catalogue::named(ask.named("permission")?)?;
    let version = ask.if_match()?;
    let body: PermissionPatch = ask.json()?;
    let entry = catalogue::edit(&cx, permission, &body, version).await?;
    Ok(tagged(entry.version, &entry))
}
