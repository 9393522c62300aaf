//! `/` and `/language`: paths that only redirect.

use super::answer::{own_path, see};
use crate::{
    access::context::Cx,
    core::lang::Lang,
    core::refusal::{Result, Rule},
    http::cookies::{self, with_cookie},
    http::extract::Params,
    http::response::Response,
};
use serde::Deserialize;

/// `GET /`: redirects to the accounts, or to the sign-in page without a session cookie. The accounts page checks whether the session is valid.
///
/// # Errors
/// None.
pub async fn get(cx: Cx) -> Result<Response> {
    Ok(see(if cx.session.is_some() { "/accounts" } else { "/sign-in" }))
}

/// The chosen language, and the page to return to.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    lang: String,
    next: String,
}

/// `GET /language`: sets the language cookie and redirects to `next`.
///
/// # Errors
/// `malformed` for an unknown language.
pub async fn get_language(_: Cx, Params(query): Params<Parameters>) -> Result<Response> {
    let lang = Lang::parse(&query.lang).ok_or(Rule::Malformed)?;
    Ok(with_cookie(see(own_path(&query.next).unwrap_or("/")), &cookies::language(lang.code())))
}
