//! Reads values out of forms and builds HTML responses. Every page handler uses it, as every API handler uses `api/mod.rs`.

use askama::DynTemplate;
use http::{StatusCode, header};

use crate::{
    core::pasted_link::LinkFault,
    core::refusal::{Failure, Fault, Refusal, Result, Rule},
    core::version::Versions,
    http::headers,
    http::response::{self, Response},
};

/// The media type of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// Returns the response with this status and the HTML of one of our pages.
pub(super) fn page(status: StatusCode, html: String) -> Response {
    response::with(response::of(status, HTML, html.into_bytes()), header::REFERRER_POLICY, headers::PAGE_REFERRER)
}

/// Returns the page as an HTML response.
///
/// # Errors
/// A fault when its template cannot be filled.
pub fn html(page: &dyn DynTemplate) -> Result<Response> {
    let text = page.dyn_render().map_err(|error| Fault::new("a page", error.to_string()))?;
    Ok(self::page(StatusCode::OK, text))
}

/// Returns the page of a refused form, with the status of the rule.
///
/// # Errors
/// A fault when its template cannot be filled.
pub fn again(refusal: &Refusal, page: &dyn DynTemplate) -> Result<Response> {
    Ok(response::refusing(html(page)?, refusal))
}

/// Redirects to this path (303) after a change.
#[must_use]
pub fn see(path: &str) -> Response {
    response::with(response::bare(StatusCode::SEE_OTHER), header::LOCATION, path)
}

/// Returns the text when it is a path of this site. A browser reads `//other` and `/\other` as another site, so both give `None`.
#[must_use]
pub fn own_path(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (is_plain && !rest.starts_with('/')).then_some(text)
}

/// Returns the page on which a link is pasted once more, with what was pasted and what is wrong with it.
///
/// # Errors
/// `link_not_valid` for a link of another page: its own page says where it belongs.
pub fn paste_again(fault: LinkFault, page: impl FnOnce(&Refusal) -> Result<Response>) -> Result<Response> {
    let refusal = refusal_of(fault.into())?;
    if let LinkFault::OfAnotherPage(_) = fault {
        return Err(refusal.into());
    }
    Ok(response::refusing(page(&refusal)?, &refusal))
}

/// Returns the version that the form was filled in from. A text that is not a number gives -1, which no record has.
#[must_use]
pub fn version_sent(text: &str) -> Versions {
    text.parse().unwrap_or(-1).into()
}

/// Returns the refusal when the form can be shown again with the typed values and the sentence of the rule.
///
/// # Errors
/// The failure itself when the form cannot show it: a fault, or a reader who may not open the page.
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
    use super::own_path;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for path in ["", "accounts", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/a b", "\\/evil"] {
            assert_eq!(own_path(path), None, "{path:?}");
        }
        assert_eq!(own_path("/accounts/7/users?search=a%20b"), Some("/accounts/7/users?search=a%20b"));
        assert_eq!(own_path("/"), Some("/"));
    }
}
