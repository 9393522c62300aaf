//! Pixels and apps over HTTP.

#![expect(clippy::missing_errors_doc, reason = "a handler returns the errors of the feature function it calls, which documents them")]

use http::{StatusCode, Uri};

use super::{created, tagged};
use crate::{
    access::context::Cx,
    core::capability::Allowed,
    core::id::{AccountId, MemberId, ResourceId},
    core::list::Listed,
    core::refusal::Result,
    http::extract::{IfMatch, Json, Path, Query},
    http::response::{self, Response},
    people::assignment::{ResourceIds, put_resources},
    people::member::Member,
    resources::assignment::{self, MemberIds},
    resources::resource::{self, NewResource, Resource, ResourcePatch},
    resources::resource_list::{self, Filter},
};

/// `GET …/resources`
#[utoipa::path(get, path = "/v1/accounts/{account}/resources", params(("account" = String, Path), Filter), responses((status = 200, body = Listed<Resource<Allowed>>)), tag = "resources")]
pub async fn get_all(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Query(filter): Query<Filter>) -> Result<Response> {
    Ok(resource_list::list(&cx, &account, &filter).await?.1.answer(&uri))
}

/// `POST …/resources`
#[utoipa::path(post, path = "/v1/accounts/{account}/resources", params(("account" = String, Path)), request_body = NewResource, responses((status = 201, body = Resource)), tag = "resources")]
pub async fn post(cx: Cx, Path(account): Path<AccountId>, Json(new): Json<NewResource>) -> Result<Response> {
    let resource = resource::create(&cx, &account, &new).await?;
    Ok(created(&format!("/v1/accounts/{account}/resources/{}", resource.id), &resource))
}

/// `GET …/resources/{resource}`
#[utoipa::path(get, path = "/v1/accounts/{account}/resources/{resource}", params(("account" = String, Path), ("resource" = String, Path)), responses((status = 200, body = Resource)), tag = "resources")]
pub async fn get(cx: Cx, Path((account, id)): Path<(AccountId, ResourceId)>) -> Result<Response> {
    let resource = resource::show(&cx, &account, &id).await?;
    Ok(tagged(resource.version, &resource))
}

/// `PATCH …/resources/{resource}`
#[utoipa::path(patch, path = "/v1/accounts/{account}/resources/{resource}", params(("account" = String, Path), ("resource" = String, Path), ("If-Match" = String, Header)), request_body = ResourcePatch, responses((status = 200, body = Resource)), tag = "resources")]
pub async fn patch(cx: Cx, Path((account, id)): Path<(AccountId, ResourceId)>, IfMatch(version): IfMatch, Json(body): Json<ResourcePatch>) -> Result<Response> {
    let resource = resource::edit(&cx, &account, &id, &body, version).await?;
    Ok(tagged(resource.version, &resource))
}

/// `DELETE …/resources/{resource}`
#[utoipa::path(delete, path = "/v1/accounts/{account}/resources/{resource}", params(("account" = String, Path), ("resource" = String, Path), ("If-Match" = String, Header)), responses((status = 204)), tag = "resources")]
pub async fn delete(cx: Cx, Path((account, id)): Path<(AccountId, ResourceId)>, IfMatch(version): IfMatch) -> Result<Response> {
    resource::remove(&cx, &account, &id, version).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// `PUT …/resources/{resource}/members`: sets all members it is assigned to.
#[utoipa::path(put, path = "/v1/accounts/{account}/resources/{resource}/members", params(("account" = String, Path), ("resource" = String, Path), ("If-Match" = String, Header)), request_body = MemberIds, responses((status = 200, body = Resource)), tag = "resources")]
pub async fn put_members(
    cx: Cx,
    Path((account, id)): Path<(AccountId, ResourceId)>,
    IfMatch(version): IfMatch,
    Json(body): Json<MemberIds>,
) -> Result<Response> {
    let resource = assignment::put_people(&cx, &account, &id, &body, version).await?;
    Ok(tagged(resource.version, &resource))
}

/// `PUT …/members/{member}/resources`: sets all pixels and apps assigned to a member.
#[utoipa::path(put, path = "/v1/accounts/{account}/members/{member}/resources", params(("account" = String, Path), ("member" = String, Path), ("If-Match" = String, Header)), request_body = ResourceIds, responses((status = 200, body = Member)), tag = "resources")]
pub async fn put_of_member(
    cx: Cx,
    Path((account, id)): Path<(AccountId, MemberId)>,
    IfMatch(version): IfMatch,
    Json(body): Json<ResourceIds>,
) -> Result<Response> {
    let member = put_resources(&cx, &account, &id, &body, version).await?;
    Ok(tagged(member.version, &member))
}
