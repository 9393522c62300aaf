//! `/` and `/language`: paths that only redirect.

use super::{
    answer::{own_path, see},
    forms::{Language, Next},
};
use crate::{
    access::context::Cx,
    core::lang::Lang,
    core::refusal::{Result, Rule},
    http::cookies::{self, with_cookie},
    http::extract::Params,
    http::response::Response,
};

/// `GET /`: redirects to the accounts, or to the sign-in page without a session cookie. The accounts page checks whether the session is valid.
///
/// # Errors
/// None.
pub async fn get(cx: Cx) -> Result<Response> {
    Ok(see(if cx.session.is_some() { "/accounts" } else { "/sign-in" }))
}

/// `GET /language`: sets the language cookie and redirects to `next`.
///
/// # Errors
/// `malformed` for an unknown language.
pub async fn get_language(_: Cx, Params((Language { lang }, Next { next })): Params<(Language, Next)>) -> Result<Response> {
    let lang = Lang::parse(&lang).ok_or(Rule::Malformed)?;
    Ok(with_cookie(see(own_path(&next).unwrap_or("/")), &cookies::language(lang.code())))
}
