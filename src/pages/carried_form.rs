//! A form that was sent after the session ended. The sign-in page carries it and gives it back after the sign-in.
//!
//! Nothing is stored. The sign-in page carries the fields as they were sent. When the same person has signed in, a page sends them again at the
//! press of a button, and the form's token makes sure that the change is made once. A large form, or one with a password, is not carried; the
//! sign-in page says so.

use askama::Template;

use super::{
    Frame,
    answer::{self, html, see},
};
use crate::{
    access::context::{Cx, Routes},
    core::refusal::Result,
    core::secret,
    http::request::{Asked, ONCE},
    http::response::Response,
};

/// The largest form that is carried, in bytes. Percent-encoded twice it still fits into [`LARGEST_SIGN_IN`].
const LARGEST: usize = 64 * 1024;
/// The largest sign-in that carries a form, in bytes.
pub const LARGEST_SIGN_IN: usize = 256 * 1024;

/// A form as it was sent.
pub struct CarriedForm {
    /// The path it was sent to.
    pub path: String,
    /// Its fields, urlencoded as they were sent.
    pub fields: String,
}

/// The page that sends the form again at the press of a button.
#[derive(Template)]
#[template(path = "kept.html")]
pub struct CarriedFormPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The path the form is posted to.
    pub action: String,
    /// All its fields, with the token of the form.
    pub fields: Vec<(String, String)>,
    /// Where to go without sending it.
    pub next: String,
}

fn is_secret(name: &str) -> bool {
    name.contains("password") || name == "token"
}

impl CarriedForm {
    /// Returns the form of this request when it can be carried: it is one of ours, holds no secret and is not too large.
    #[must_use]
    pub fn of(routes: Routes, asked: &Asked) -> Option<Self> {
        if asked.body.len() > LARGEST {
            return None;
        }
        Self { path: asked.uri.path().to_owned(), fields: String::from_utf8(asked.body.to_vec()).ok()? }.checked(routes)
    }

    /// Returns the form as the sign-in page sends it back, when it can be carried.
    #[must_use]
    pub fn carried(routes: Routes, path: String, fields: String) -> Option<Self> {
        Self { path, fields }.checked(routes)
    }

    fn checked(self, routes: Routes) -> Option<Self> {
        let fields = self.pairs();
        let can_carry = self.fields.len() <= LARGEST && fields.iter().any(|(name, _)| name == ONCE) && !fields.iter().any(|(name, _)| is_secret(name));
        (can_carry && !self.path.starts_with("/v1/") && routes.has("POST", &self.path)).then_some(self)
    }

    /// Returns its fields, decoded.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        serde_urlencoded::from_str(&self.fields).unwrap_or_default()
    }

    /// Returns the page with the form for the person who entered it. Anybody else is redirected to the accounts.
    ///
    /// # Errors
    /// A fault when the page cannot be made.
    pub fn hand_back(&self, cx: &Cx, user_id: &str, next: String) -> Result<Response> {
        let (fields, config) = (self.pairs(), &cx.env.config);
        let token = fields.iter().find(|(name, _)| name == ONCE).map(|(_, token)| token.as_str()).unwrap_or_default();
        let mut keys = std::iter::once(&config.signing_key).chain(&config.signing_key_previous);
        if !keys.any(|key| secret::is_once_token_of(key, token, user_id)) {
            return Ok(see("/accounts?done=entries_not_kept"));
        }
        let frame = Frame::new(cx.lang, cx.lang.text().sign_in.back_title, "/").without_language_switch();
        html(&CarriedFormPage { frame, action: self.path.clone(), fields, next })
    }
}

/// Returns the path of the page that holds the form posted to `path`.
#[must_use]
pub fn page_above(routes: Routes, path: &str) -> &str {
    // The forms posted below /host stand on the page /host/settings.
    if path.starts_with("/host/") {
        return "/host/settings";
    }
    let mut above = path;
    while above != "/" && !routes.has("GET", above) {
        above = above.rsplit_once('/').map_or("/", |(above, _)| if above.is_empty() { "/" } else { above });
    }
    above
}

/// The page that says only that a repeated request was done before. This reader may not see its result.
#[derive(Template)]
#[template(path = "done_already.html")]
pub struct DoneAlreadyPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The path of the page with the form.
    pub above: String,
}

/// Returns the page for a repeated request that cannot be answered like the first.
#[must_use]
pub fn done_already(cx: &Cx, path: &str) -> Response {
    let frame = Frame::new(cx.lang, cx.lang.text().common.done_already_title, "/").without_language_switch();
    let page = DoneAlreadyPage { frame, above: page_above(cx.routes, path).to_owned() };
    answer::page(http::StatusCode::OK, page.render().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{CarriedForm, Routes, page_above};

    const ROUTES: Routes =
        Routes(&[("GET", "/me"), ("POST", "/me"), ("POST", "/v1/accounts"), ("GET", "/accounts/{account}/users/{member}"), ("GET", "/host/settings")]);

    fn is_carried(path: &str, fields: &str) -> bool {
        CarriedForm::carried(ROUTES, path.to_owned(), fields.to_owned()).is_some()
    }

    #[test]
    fn a_form_of_ours_is_carried_and_no_secret() {
        assert!(is_carried("/me", "once=a.b&first_name=Anna"));
        for (path, fields) in [
            ("/me", "first_name=Anna"),
            ("/me", "once=a.b&new_password=x"),
            ("/v1/accounts", "once=a.b"),
            ("/nowhere", "once=a.b"),
            ("//evil.example/me", "once=a.b"),
            ("https://evil.example", "once=a.b"),
        ] {
            assert!(!is_carried(path, fields), "{path} {fields}");
        }
        assert!(!is_carried("/me", &format!("once=a.b&first_name={}", "x".repeat(70_000))));
    }

    #[test]
    fn the_page_above_is_the_one_the_form_stands_on() {
        for (path, above) in [
            ("/accounts/1/users/2/invitation/cancel", "/accounts/1/users/2"),
            ("/me/sessions/3/end", "/me"),
            ("/host/test-mail", "/host/settings"),
            ("/host/permissions/orders.place", "/host/settings"),
        ] {
            assert_eq!(page_above(ROUTES, path), above);
        }
    }
}
