//! `/` and `/language`: addresses without a page of their own.

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

/// `GET /`: in, or to the door. Whether the session still holds is seen inside.
///
/// # Errors
/// None.
pub async fn get(cx: Cx) -> Result<Response> {
    Ok(see(if cx.session.is_some() { "/accounts" } else { "/sign-in" }))
}

/// The language wanted, and the page to come back to.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    lang: String,
    next: String,
}

/// `GET /language`: changes nothing here, only the reader's cookie.
///
/// # Errors
/// `malformed` for a language that is not spoken.
pub async fn get_language(_: Cx, Params(wanted): Params<Wanted>) -> Result<Response> {
    let lang = Lang::parse(&wanted.lang).ok_or(Rule::Malformed)?;
    Ok(with_cookie(see(own_path(&wanted.next).unwrap_or("/")), &cookies::language(lang.code())))
}
