//! What somebody entered before their session ended: carried through the sign-in page, and handed back after it.
//!
//! Nothing of it is stored. The sign-in page carries the form as it was sent; when the same person has signed in, a page sends it again at the
//! press of a button, and its token makes sure that it is done once. What is large or has a password in it is not carried, and the page says so.

use askama::Template;

use super::{
    Frame,
    answer::{HTML, html, see},
};
use crate::{
    access::context::Cx,
    access::context::Routes,
    core::refusal::Result,
    core::secret,
    http::request::{Asked, ONCE},
    http::response::{self, Response},
};

/// Bytes of a form that are carried; coded twice they fit into what a sign-in may send.
const LARGEST: usize = 64 * 1024;
/// Bytes of a sign-in that carries a form.
pub const LARGEST_SIGN_IN: usize = 256 * 1024;

/// A form as it was sent.
pub struct Kept {
    /// Where to.
    pub path: String,
    /// Its fields, coded as they were.
    pub fields: String,
}

/// What was entered, to be sent at the press of a button.
#[derive(Template)]
#[template(path = "kept.html")]
pub struct KeptPage {
    /// What stands around it.
    pub frame: Frame,
    /// Where it goes.
    pub action: String,
    /// All of it, with the token it came with.
    pub fields: Vec<(String, String)>,
    /// Where one goes without it.
    pub next: String,
}

fn is_secret(name: &str) -> bool {
    name.contains("password") || name == "token"
}

impl Kept {
    /// What of this request can be carried: a form of ours, without a secret and not too large.
    #[must_use]
    pub fn of(routes: Routes, asked: &Asked) -> Option<Self> {
        if asked.body.len() > LARGEST {
            return None;
        }
        Self { path: asked.uri.path().to_owned(), fields: String::from_utf8(asked.body.to_vec()).ok()? }.checked(routes)
    }

    /// The same, as the sign-in page sends it back.
    #[must_use]
    pub fn carried(routes: Routes, path: String, fields: String) -> Option<Self> {
        Self { path, fields }.checked(routes)
    }

    fn checked(self, routes: Routes) -> Option<Self> {
        let fields = self.pairs();
        let is_whole = self.fields.len() <= LARGEST && fields.iter().any(|(name, _)| name == ONCE) && !fields.iter().any(|(name, _)| is_secret(name));
        (is_whole && !self.path.starts_with("/v1/") && routes.has("POST", &self.path)).then_some(self)
    }

    /// Its fields.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        serde_urlencoded::from_str(&self.fields).unwrap_or_default()
    }

    /// Hands it back to the person who entered it, and to nobody else.
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
        html(&KeptPage { frame, action: self.path.clone(), fields, next })
    }
}

/// The page above what was posted to: where its form stands.
#[must_use]
pub fn page_above(routes: Routes, path: &str) -> &str {
    // What is posted below /host stands on one page, which has another address.
    if path.starts_with("/host/") {
        return "/host/settings";
    }
    let mut above = path;
    while above != "/" && !routes.has("GET", above) {
        above = above.rsplit_once('/').map_or("/", |(above, _)| if above.is_empty() { "/" } else { above });
    }
    above
}

/// What was asked twice was done once, and that is all that can be said of it to this reader.
#[derive(Template)]
#[template(path = "done_already.html")]
pub struct DoneAlreadyPage {
    /// What stands around it.
    pub frame: Frame,
    /// The page it was asked on.
    pub above: String,
}

/// The page of a repeat that cannot be answered like the first.
#[must_use]
pub fn done_already(cx: &Cx, path: &str) -> Response {
    let frame = Frame::new(cx.lang, cx.lang.text().common.done_already_title, "/").without_language_switch();
    let page = DoneAlreadyPage { frame, above: page_above(cx.routes, path).to_owned() };
    response::of(http::StatusCode::OK, HTML, page.render().unwrap_or_default().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Kept, Routes, page_above};

    const ROUTES: Routes =
        Routes(&[("GET", "/me"), ("POST", "/me"), ("POST", "/v1/accounts"), ("GET", "/accounts/{account}/users/{member}"), ("GET", "/host/settings")]);

    fn kept(path: &str, fields: &str) -> bool {
        Kept::carried(ROUTES, path.to_owned(), fields.to_owned()).is_some()
    }

    #[test]
    fn a_form_of_ours_is_carried_and_no_secret() {
        assert!(kept("/me", "once=a.b&first_name=Anna"));
        for (path, fields) in [
            ("/me", "first_name=Anna"),
            ("/me", "once=a.b&new_password=x"),
            ("/v1/accounts", "once=a.b"),
            ("/nowhere", "once=a.b"),
            ("//evil.example/me", "once=a.b"),
            ("https://evil.example", "once=a.b"),
        ] {
            assert!(!kept(path, fields), "{path} {fields}");
        }
        assert!(!kept("/me", &format!("once=a.b&first_name={}", "x".repeat(70_000))));
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
