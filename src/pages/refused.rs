//! A refusal as a page: the sentence that the API gives, and links to go on.

use askama::Template;

use super::{
    ErrorPage, Frame, LanguageSwitch, Link,
    answer::{self, see},
    carried_form::CarriedForm,
    encode, sign_in,
};
use crate::{
    access::context::Cx,
    core::lang::Lang,
    core::pasted_link::LinkPage,
    core::refusal::{Refusal, Rule},
    http::request::Asked,
    http::response::Response,
    text::refused,
};

/// Returns the page of a refusal. A reader who is not signed in is redirected to the sign-in page, which returns to this page with the form they sent.
#[must_use]
pub fn refused(cx: &Cx, refusal: &Refusal, asked: &Asked) -> Response {
    let (is_look, target) = (asked.is_look(), asked.target());
    if refusal.rule == Rule::NotSignedIn {
        return if is_look { see(&format!("/sign-in?next={}", encode(target))) } else { sign_in::when_ended(cx, asked) };
    }
    let title = refused::title(refusal, cx.lang);
    let mut frame = Frame::new(cx.lang, title, target);
    if !is_look {
        // The posted fields are lost, and the path of a POST may have no page.
        frame.switch = LanguageSwitch::Absent;
    }
    let page = ErrorPage {
        frame,
        status: refusal.rule.status().as_u16(),
        heading: title.to_owned(),
        detail: refused::detail(refusal, cx.lang),
        again: if is_look || !refusal.rule.status().is_server_error() { None } else { CarriedForm::of(cx.routes, asked) },
        next: links_to_go_on(cx, refusal, is_look, target),
        request_id: cx.request_id.clone(),
    };
    answer::page(refusal.rule.status(), page.render().unwrap_or_default())
}

/// Returns links to go on, the likeliest first. It takes the cookie as a sign that the reader is signed in, to save a trip to the database.
fn links_to_go_on(cx: &Cx, refusal: &Refusal, is_look: bool, target: &str) -> Vec<Link> {
    let text = cx.lang.text();
    let path = target.split('?').next().unwrap_or_default();
    let home = if cx.session.is_some() { Link::new(text.common.all_accounts, "/accounts") } else { Link::new(text.common.sign_in, "/sign-in") };
    if let Some(page) = refused::page_of(refusal) {
        return vec![Link::new(title_of(page, cx.lang), page.path()), home];
    }
    let before = match refusal.rule {
        Rule::LinkNotValid | Rule::LinkExpired if path.starts_with("/reset") => Some(Link::new(text.sign_in.forgot, "/forgot-password")),
        Rule::LinkNotValid | Rule::LinkExpired => Some(Link::new(text.accounts.open_invitation, "/invitation")),
        Rule::CursorNotValid => Some(Link::new(text.common.first_page, path)),
        Rule::Busy | Rule::Internal if is_look => Some(Link::new(text.common.try_again, target)),
        _ => None,
    };
    before.into_iter().chain([home]).collect()
}

fn title_of(page: LinkPage, lang: Lang) -> &'static str {
    let text = lang.text();
    match page {
        LinkPage::Invitation => text.invitation.paste_title,
        LinkPage::Reset => text.reset.title,
        LinkPage::EmailChange => text.email_change.title,
        LinkPage::Verification => text.me.verify_title,
        LinkPage::Setup => text.setup.title,
    }
}
