//! How forms come in and pages go out: what every page handler uses (the twin of `api/mod.rs`).

use askama::DynTemplate;
use http::{StatusCode, header};

use crate::{
    core::refusal::{Failure, Fault, Refusal, Result, Rule},
    http::response::{self, Response},
};

/// The type of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// A page.
///
/// # Errors
/// A fault when its template cannot be filled.
pub fn html(page: &dyn DynTemplate) -> Result<Response> {
    let text = page.dyn_render().map_err(|error| Fault::new("a page", error.to_string()))?;
    Ok(response::of(StatusCode::OK, HTML, text.into_bytes()))
}

/// The page of a form that was refused, with the status of the rule.
///
/// # Errors
/// A fault when its template cannot be filled.
pub fn again(refusal: &Refusal, page: &dyn DynTemplate) -> Result<Response> {
    Ok(response::refusing(html(page)?, refusal))
}

/// After a change: the page to look at now.
#[must_use]
pub fn see(path: &str) -> Response {
    response::with(response::bare(StatusCode::SEE_OTHER), header::LOCATION, path)
}

/// A path of this site, as far as it is one: a browser reads `//other` and `/\other` as another site.
#[must_use]
pub fn own_path(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (is_plain && !rest.starts_with('/')).then_some(text)
}

/// The token in what was pasted: a whole link, or its code alone.
#[must_use]
pub fn token_in(text: &str) -> &str {
    let text = text.trim();
    let code = text.rsplit_once('#').map_or(text, |(_, code)| code);
    code.rsplit_once('/').map_or(code, |(_, code)| code)
}

/// The version a form was filled in from. Every form of a versioned thing carries it; what is none fits no version there is.
#[must_use]
pub fn seen_version(text: &str) -> i64 {
    text.parse().unwrap_or(-1)
}

/// The refusal, where the form it came from can be shown again: with what was typed, and the words of the rule.
///
/// # Errors
/// The failure itself where a form has nothing to say: a fault, or a reader who may not be here.
pub fn refusal_of(failure: Failure) -> Result<Refusal> {
    match failure {
        Failure::Refused(refusal)
            if !matches!(
                refusal.rule,
                Rule::NotSignedIn | Rule::NotFound | Rule::NotAllowed | Rule::AccountDeactivated | Rule::AccountDeleted | Rule::Replayed
            ) =>
        {
            Ok(*refusal)
        }
        failure => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::{own_path, token_in};

    #[test]
    fn nobody_is_sent_to_another_site() {
        for path in ["", "accounts", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/a b", "\\/evil"] {
            assert_eq!(own_path(path), None, "{path:?}");
        }
        assert_eq!(own_path("/accounts/7/users?search=a%20b"), Some("/accounts/7/users?search=a%20b"));
        assert_eq!(own_path("/"), Some("/"));
    }

    #[test]
    fn a_token_is_found_in_the_link_and_in_the_code_alone() {
        for pasted in ["https://p.example/invitation#Zx_1-l", "  Zx_1-l\n", "#Zx_1-l", "https://p.example/invitation/Zx_1-l"] {
            assert_eq!(token_in(pasted), "Zx_1-l");
        }
    }
}
