//! `/` and `/language`: addresses without a page of their own.

use super::answer::{own_path, see};
use crate::{
    access::context::Cx,
    core::lang::Lang,
    core::refusal::{Result, Rule},
    http::cookies::{self, with_cookie},
    http::extract::Params,
    http::request::sent,
    http::response::Response,
};

/// `GET /`: in, or to the door. Whether the session still holds is seen inside.
///
/// # Errors
/// None.
pub async fn get(cx: Cx) -> Result<Response> {
    Ok(see(if cx.session.is_some() { "/accounts" } else { "/sign-in" }))
}

sent! {
    /// The language wanted, and the page to come back to.
    pub struct Wanted {
        lang: String,
        next: String,
    }
}

/// `GET /language`: changes nothing here, only the reader's cookie.
///
/// # Errors
/// `malformed` for a language that is not spoken.
pub async fn get_language(_: Cx, Params(wanted): Params<Wanted>) -> Result<Response> {
    let lang = Lang::parse(&wanted.lang).ok_or(Rule::Malformed)?;
    Ok(with_cookie(see(own_path(&wanted.next).unwrap_or("/")), &cookies::language(lang.code())))
}
