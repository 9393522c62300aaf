//! `/invitation`: the pages for the invited person.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    ErrorPage, FieldMessage, Frame, LanguageSwitch, Link,
    answer::{again, html, paste_again, refusal_of, see},
    encode,
    forms::Language,
    shown::{messages, rule_words},
};
use crate::{
    access::authority::Who,
    access::context::Cx,
    core::decode,
    core::field::Email,
    core::lang::Lang,
    core::pasted_link::{LinkPage, code_in},
    core::refusal::{Failure, Refusal, Result, Rule},
    http::cookies::{self, with_cookie},
    http::extract::Form,
    http::response::Response,
    identity::link::Token,
    identity::session::SESSION_LONGEST_MS,
    people::acceptance::{self, Acceptance},
    people::invitation_preview::{self, Preview},
    text::When,
};

/// The form for the token. The script posts it from the fragment; without JavaScript the reader pastes it.
#[derive(Template)]
#[template(path = "invitation.html")]
pub struct InvitationPage {
    /// The frame of the page.
    pub frame: Frame,
    /// What was pasted, where no whole link is in it.
    pub token: String,
}

/// The account and role that the invitation gives, with the forms to accept or decline it.
#[derive(Template)]
#[template(path = "invitation_preview.html")]
pub struct InvitationPreviewPage {
    /// The frame of the page. Its language switch posts the token again.
    pub frame: Frame,
    /// The token, which the forms post.
    pub token: String,
    /// The account's name.
    pub account: String,
    /// The role's name.
    pub role: &'static str,
    /// What the role may do.
    pub role_may: &'static str,
    /// The person who invites.
    pub invited_by: String,
    /// The invited address.
    pub email: String,
    /// When the link expires.
    pub valid_until: When,
    /// Whether the address has a user that nobody confirmed. A new password takes that user over.
    pub takes_over: bool,
    /// The relation of the reader to the invitation.
    pub invited: Invited,
}

/// The relation of the reader to the invitation.
pub enum Invited {
    /// The reader is not signed in. The page offers both forms to everybody, so it does not reveal who has a user.
    SignedOut {
        /// First name as typed.
        first_name: String,
        /// Last name as typed.
        last_name: String,
        /// Whether the form for existing users is open, because the reader sent it with a wrong password.
        existing_open: bool,
    },
    /// The reader is signed in as the invited person.
    SignedIn,
    /// The reader is signed in as another person, with this address.
    SomebodyElse(String),
}

impl InvitationPreviewPage {
    fn of(cx: &Cx, token: &str, who: Option<&Who>, preview: Preview) -> Self {
        let words = &cx.lang.text().words;
        let invited = match who {
            None => Invited::SignedOut { first_name: String::new(), last_name: String::new(), existing_open: false },
            Some(who) if Email::parse(&preview.email).is_some_and(|email| email.key == who.email_key) => Invited::SignedIn,
            Some(who) => Invited::SomebodyElse(who.email.clone()),
        };
        let mut frame = Frame::new(cx.lang, cx.lang.invited_to(&preview.account.name), "/invitation");
        frame.switch = LanguageSwitch::Repost { action: "/invitation", token: token.to_owned() };
        frame.visitor = who.map(Into::into);
        Self {
            frame,
            token: token.to_owned(),
            account: preview.account.name,
            role: words.role(preview.role),
            role_may: words.role_may(preview.role),
            invited_by: preview.invited_by,
            email: preview.email,
            valid_until: cx.lang.when(preview.expires_at.0),
            takes_over: preview.takes_over,
            invited,
        }
    }
}

fn frame(cx: &Cx) -> Frame {
    Frame::new(cx.lang, cx.lang.text().invitation.paste_title, "/invitation")
}

/// `GET /invitation`
///
/// # Errors
/// A fault when the page cannot be made.
pub async fn get(cx: Cx, uri: Uri) -> Result<Response> {
    html(&InvitationPage { frame: frame(&cx).at(&uri), token: String::new() })
}

/// `POST /invitation`: shows what the link is for and does not use it up. A signed-in reader who used it before is redirected to the account.
///
/// # Errors
/// `link_expired`, `link_not_valid`.
pub async fn post(cx: Cx, Form((opened, Language { lang })): Form<(Token, Language)>) -> Result<Response> {
    let chosen = Lang::parse(&lang);
    let cx = cx.in_language(chosen.unwrap_or(cx.lang));
    let token = match code_in(LinkPage::Invitation, &opened.token) {
        Ok(token) => token,
        Err(fault) => return paste_again(fault, |refusal| html(&InvitationPage { frame: frame(&cx).refusing(refusal), token: opened.token })),
    };
    let answer = match invitation_preview::show_to(&cx, &token).await {
        Ok((who, preview)) => html(&InvitationPreviewPage::of(&cx, &token, who.as_ref(), preview))?,
        Err(failure) => was_used(&cx, &token, failure).await?,
    };
    Ok(chosen.into_iter().fold(answer, |answer, lang| with_cookie(answer, &cookies::language(lang.code()))))
}

/// The response to a link that was accepted before: the person who accepted it is redirected to the account, anybody else reads that it was used. Any
/// other failure is returned as it is.
async fn was_used(cx: &Cx, token: &str, failure: Failure) -> Result<Response> {
    let refusal = match failure {
        Failure::Refused(refusal) if refusal.rule == Rule::LinkNotValid => *refusal,
        failure => return Err(failure),
    };
    let Some(used) = acceptance::used(cx, token).await? else { return Err(refusal.into()) };
    let account = format!("/accounts/{}", used.account_id);
    if used.is_own {
        return Ok(see(&account));
    }
    let (text, common) = (&cx.lang.text().invitation, &cx.lang.text().common);
    let page = ErrorPage {
        frame: Frame::new(cx.lang, text.used, "/invitation").without_language_switch(),
        status: refusal.rule.status().as_u16(),
        heading: text.used.to_owned(),
        detail: text.used_lead.to_owned(),
        next: vec![Link::new(common.sign_in, format!("/sign-in?next={}", encode(&account))), Link::new(cx.lang.text().accounts.open_invitation, "/invitation")],
        request_id: cx.request_id.clone(),
        again: None,
    };
    again(&refusal, &page)
}

/// The password of a user who exists, which is compared and never set.
#[derive(Deserialize)]
pub struct Existing {
    #[serde(default, deserialize_with = "decode::given")]
    existing_password: Option<String>,
}

/// `POST /invitation/accept`
///
/// # Errors
/// `link_expired`, `link_not_valid`, `already_member`, and those that the form cannot show (`refusal_of`).
pub async fn post_accept(cx: Cx, Form((sent, Existing { existing_password })): Form<(Acceptance, Existing)>) -> Result<Response> {
    let sent = Acceptance { token: code_in(LinkPage::Invitation, &sent.token)?, ..sent };
    let accepted = match &existing_password {
        Some(password) => acceptance::accept_as_oneself(&cx, &sent.token, password).await,
        None => acceptance::accept(&cx, &sent).await,
    };
    let accepted = match accepted {
        Ok(accepted) => accepted,
        Err(failure) => return accept_again(&cx, sent, existing_password.is_some(), failure).await,
    };
    let answer = see(&format!("/accounts/{}/users?done=accepted", accepted.account_id));
    let lang = Lang::parse(&accepted.user.language).unwrap_or(cx.lang);
    let answer = with_cookie(answer, &cookies::language(lang.code()));
    Ok(accepted.session_token.iter().fold(answer, |answer, token| with_cookie(answer, &cookies::session(token, SESSION_LONGEST_MS))))
}

/// Shows the preview again, with the typed values and the errors.
async fn accept_again(cx: &Cx, sent: Acceptance, is_existing: bool, failure: Failure) -> Result<Response> {
    let token = sent.token.as_str();
    let refusal = match failure {
        // The session ended while the reader looked at the page: the two forms for signed-out readers still work.
        Failure::Refused(refusal) if refusal.rule == Rule::NotSignedIn => *refusal,
        failure => refusal_of(failure)?,
    };
    if matches!(refusal.rule, Rule::LinkNotValid | Rule::LinkExpired | Rule::AlreadyMember) {
        return was_used(cx, token, refusal.into()).await;
    }
    let (who, mut preview) = match invitation_preview::show_to(cx, token).await {
        Ok(shown) => shown,
        Err(failure) => return was_used(cx, token, failure).await,
    };
    // The copy in KV may still say that the link takes the user over when the database has just said that it does not.
    preview.takes_over &= refusal.rule != Rule::UserExists;
    let mut page = InvitationPreviewPage::of(cx, token, who.as_ref(), preview);
    let has_user = is_existing || refusal.rule == Rule::UserExists;
    if let Invited::SignedOut { first_name, last_name, existing_open } = &mut page.invited {
        *first_name = sent.first_name.unwrap_or_default();
        *last_name = sent.last_name.unwrap_or_default();
        *existing_open = has_user;
    }
    page.frame.errors = what_was_wrong(&refusal, cx.lang);
    again(&refusal, &page)
}

fn what_was_wrong(refusal: &Refusal, lang: Lang) -> Vec<FieldMessage> {
    match refusal.rule {
        Rule::WrongCredentials | Rule::UserExists => vec![FieldMessage::on("existing_password", rule_words(refusal.rule, lang))],
        // The page itself explains this rule.
        Rule::WrongUser => Vec::new(),
        _ => messages(refusal, lang),
    }
}

/// `POST /invitation/decline`
///
/// # Errors
/// `link_not_valid`.
pub async fn post_decline(cx: Cx, Form(opened): Form<Token>) -> Result<Response> {
    acceptance::decline(&cx, &opened.token).await?;
    Ok(see(if cx.session.is_some() { "/accounts?done=declined" } else { "/sign-in?done=declined" }))
}
