//! Members over HTTP: the people of an account, their access, their links.

#![expect(clippy::missing_errors_doc, reason = "a handler returns the errors of the feature function it calls, which documents them")]

use http::{StatusCode, Uri};
use serde::Deserialize;

use super::{created, tagged};
use crate::{
    access::context::Cx,
    core::capability::Allowed,
    core::id::{AccountId, MemberId},
    core::list::Listed,
    core::refusal::Result,
    http::extract::{IfMatch, Json, Path, Query},
    http::response::{self, Response},
    identity::reset,
    people::contact::{edit, show},
    people::creation::create,
    people::invitation,
    people::invitation_renewal::{cancel, renew},
    people::member::{Member, MemberPatch, NewMember},
    people::member_access,
    people::member_list::{self, Filter},
    people::new_access::NewAccess,
    people::preference::{self, Preferences},
};

/// `GET …/members`
#[utoipa::path(get, path = "/v1/accounts/{account}/members", params(("account" = String, Path), Filter), responses((status = 200, body = Listed<Member<Allowed>>)), tag = "members")]
pub async fn get_all(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Query(filter): Query<Filter>) -> Result<Response> {
    Ok(member_list::list(&cx, &account, &filter).await?.1.answer(&uri))
}

/// `POST …/members`: adds a contact or, with `access`, invites. Where the address is that of a contact without access, the invitation is for that contact
/// (`was_contact` in the answer): the one that `contact` names, else the one of the same name, else the only one. Their details and e-mail preferences
/// stay, and what the body brings is taken where they have nothing. Several contacts, none of whom is meant: 409 `several_contacts`.
#[utoipa::path(post, path = "/v1/accounts/{account}/members", params(("account" = String, Path)), request_body = NewMember, responses((status = 201, body = Member)), tag = "members")]
pub async fn post(cx: Cx, Path(account): Path<AccountId>, Json(value): Json<NewMember>) -> Result<Response> {
    let (_, member) = create(&cx, &account, &value).await?;
    Ok(created(&format!("/v1/accounts/{account}/members/{}", member.id), &member))
}

/// `GET …/members/{member}`
#[utoipa::path(get, path = "/v1/accounts/{account}/members/{member}", params(("account" = String, Path), ("member" = String, Path)), responses((status = 200, body = Member)), tag = "members")]
pub async fn get(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>) -> Result<Response> {
    let (_, member) = show(&cx, &account, &id).await?;
    Ok(tagged(member.version, &member))
}

/// `PATCH …/members/{member}`
#[utoipa::path(patch, path = "/v1/accounts/{account}/members/{member}", params(("account" = String, Path), ("member" = String, Path), ("If-Match" = String, Header)), request_body = MemberPatch, responses((status = 200, body = Member)), tag = "members")]
pub async fn patch(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, IfMatch(version): IfMatch, Json(body): Json<MemberPatch>) -> Result<Response> {
    let (_, member) = edit(&cx, &account, &id, &body, version).await?;
    Ok(tagged(member.version, &member))
}

/// `DELETE …/members/{member}`: revokes the access and removes the member.
#[utoipa::path(delete, path = "/v1/accounts/{account}/members/{member}", params(("account" = String, Path), ("member" = String, Path), ("If-Match" = String, Header)), responses((status = 204)), tag = "members")]
pub async fn delete(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, IfMatch(version): IfMatch) -> Result<Response> {
    member_access::revoke(&cx, &account, &id, version).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// `DELETE …/members/me`: the user leaves the account.
#[utoipa::path(delete, path = "/v1/accounts/{account}/members/me", params(("account" = String, Path)), responses((status = 204)), tag = "members")]
pub async fn delete_me(cx: Cx, Path(account): Path<AccountId>) -> Result<Response> {
    member_access::leave(&cx, &account).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// `PUT …/members/{member}/email-preferences`
#[utoipa::path(put, path = "/v1/accounts/{account}/members/{member}/email-preferences", params(("account" = String, Path), ("member" = String, Path), ("If-Match" = String, Header)), request_body = Preferences, responses((status = 200, body = Member)), tag = "members")]
pub async fn put_preferences(
    cx: Cx,
    Path((account, id)): Path<(AccountId, MemberId)>,
    IfMatch(version): IfMatch,
    Json(body): Json<Preferences>,
) -> Result<Response> {
    let (_, member) = preference::put_of_member(&cx, &account, &id, &body, version).await?;
    Ok(tagged(member.version, &member))
}

/// `PUT …/members/{member}/access`: gives access (invites) or changes it.
#[utoipa::path(put, path = "/v1/accounts/{account}/members/{member}/access", params(("account" = String, Path), ("member" = String, Path), ("If-Match" = String, Header)), request_body = NewAccess, responses((status = 200, body = Member)), tag = "members")]
pub async fn put_access(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, IfMatch(version): IfMatch, Json(body): Json<NewAccess>) -> Result<Response> {
    let (_, member) = member_access::put_access(&cx, &account, &id, &body, version).await?;
    Ok(tagged(member.version, &member))
}

/// `DELETE …/members/{member}/access`: takes the access away and keeps the contact.
#[utoipa::path(delete, path = "/v1/accounts/{account}/members/{member}/access", params(("account" = String, Path), ("member" = String, Path), ("If-Match" = String, Header)), responses((status = 204)), tag = "members")]
pub async fn delete_access(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, IfMatch(version): IfMatch) -> Result<Response> {
    member_access::delete_access(&cx, &account, &id, version).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// Whether a member's access is suspended.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    suspended: bool,
}

/// `PUT …/members/{member}/access/suspension`
#[utoipa::path(put, path = "/v1/accounts/{account}/members/{member}/access/suspension", params(("account" = String, Path), ("member" = String, Path), ("If-Match" = String, Header)), request_body = Suspension, responses((status = 200, body = Member)), tag = "members")]
pub async fn put_suspension(
    cx: Cx,
    Path((account, id)): Path<(AccountId, MemberId)>,
    IfMatch(version): IfMatch,
    Json(body): Json<Suspension>,
) -> Result<Response> {
    let (_, member) = member_access::suspend(&cx, &account, &id, body.suspended, version).await?;
    Ok(tagged(member.version, &member))
}

/// `POST …/members/{member}/invitation`: makes a new link.
#[utoipa::path(post, path = "/v1/accounts/{account}/members/{member}/invitation", params(("account" = String, Path), ("member" = String, Path)), responses((status = 201, body = invitation::NewInvitation)), tag = "members")]
pub async fn post_invitation(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>) -> Result<Response> {
    let (_, made) = renew(&cx, &account, &id).await?;
    Ok(response::json(StatusCode::CREATED, &made))
}

/// `DELETE …/members/{member}/invitation`: cancels the invitation.
#[utoipa::path(delete, path = "/v1/accounts/{account}/members/{member}/invitation", params(("account" = String, Path), ("member" = String, Path), ("If-Match" = String, Header)), responses((status = 204)), tag = "members")]
pub async fn delete_invitation(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, IfMatch(version): IfMatch) -> Result<Response> {
    cancel(&cx, &account, &id, version).await?;
    Ok(response::bare(StatusCode::NO_CONTENT))
}

/// `POST …/members/{member}/password-reset`
#[utoipa::path(post, path = "/v1/accounts/{account}/members/{member}/password-reset", params(("account" = String, Path), ("member" = String, Path)), responses((status = 201, body = reset::NewReset)), tag = "members")]
pub async fn post_password_reset(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>) -> Result<Response> {
    Ok(response::json(StatusCode::CREATED, &reset::make(&cx, &account, &id).await?.1))
}
