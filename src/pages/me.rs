//! `/me`: the reader's own name, password, sessions and accounts.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Badge, Choice, Control, FieldMessage, Frame,
    answer::{again, html, refusal_of, see},
    forms::{Again, Version},
    list::Paging,
    shown::{account_badges, rule_words},
};
use crate::{
    access::act::View,
    access::context::Cx,
    accounts::account::Account,
    accounts::account_list::{Filter, Listing},
    core::capability::Allowed,
    core::id::AccountId,
    core::lang::Lang,
    core::refusal::{Failure, Refusal, Result, Rule},
    core::vocabulary::AccountStatus,
    http::cookies::{self, with_cookie},
    http::extract::{Form, Params, Path},
    http::response::Response,
    identity::email_change::{self, EmailChange},
    identity::session::{self, Session, Which},
    identity::user::{self, MePatch, PasswordChange},
    people::member_access::{self, CannotLeave},
    text::{When, refusals},
};

/// The page `/me`.
#[derive(Template)]
#[template(path = "me.html")]
pub struct MePage {
    /// The frame of the page.
    pub frame: Frame,
    /// First name, or as typed.
    pub first_name: String,
    /// Last name, or as typed.
    pub last_name: String,
    /// The address the reader signs in with.
    pub email: String,
    /// The new address as typed.
    pub new_email: String,
    /// The version the reader saw.
    pub version: i64,
    /// Browser's choice, English, Italian.
    pub languages: Vec<Choice>,
    /// The reader's sessions, this one first.
    pub sessions: Vec<SessionRow>,
    /// The accounts in which the reader is a member with access.
    pub accounts: Vec<MyAccountRow>,
    /// Links to the other pages of the accounts.
    pub paging: Paging,
}

impl MePage {
    /// Returns whether there is another session besides this one.
    #[must_use]
    pub fn has_other_sessions(&self) -> bool {
        self.sessions.iter().any(|session| !session.current)
    }
}

/// One session.
pub struct SessionRow {
    /// Its id.
    pub id: String,
    /// "Firefox on Linux".
    pub device: String,
    /// The IP address it was last used from.
    pub address: String,
    /// When it began.
    pub started: When,
    /// When it was last used.
    pub seen: When,
    /// Whether it is this one.
    pub current: bool,
}

/// One of the reader's accounts.
pub struct MyAccountRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The path of its first page.
    pub href: String,
    /// The role's name.
    pub role: &'static str,
    /// Host, suspended and the like.
    pub badges: Vec<Badge>,
    /// Leaving it; disabled with the reason for the last admin.
    pub leave: Control,
}

/// Returns the browser and the system of a `User-Agent` in words, or a word for unknown.
#[must_use]
pub fn device(lang: Lang, user_agent: Option<&str>) -> String {
    // The first match wins: browsers also name the browsers they descend from, and Android also says Linux.
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];
    let agent = user_agent.unwrap_or_default();
    let named = |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => lang.browser_on(browser, system),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => lang.text().me.unknown_device.to_owned(),
    }
}

impl SessionRow {
    fn of(lang: Lang, session: Session) -> Self {
        Self {
            device: device(lang, session.user_agent.as_deref()),
            address: session.ip.unwrap_or_default(),
            started: lang.when(session.created_at.0),
            seen: lang.when(session.last_seen_at.0),
            current: session.current,
            id: session.id,
        }
    }
}

impl MyAccountRow {
    fn of(lang: Lang, account: Account<Allowed>, kept: &[CannotLeave]) -> Self {
        let text = lang.text();
        let rule = kept.iter().find(|kept| kept.account_id == account.id).and_then(|kept| Rule::from_code(&kept.rule));
        let leave = rule.map_or(Control::Enabled, |rule| Control::Disabled(refusals::words(rule, lang).detail.to_owned()));
        let badges = account_badges(text, account.kind == "host", account.status, account.delegated);
        Self {
            href: format!("/accounts/{}/users", account.id),
            role: account.role.map(|role| text.words.role(role)).unwrap_or_default(),
            // Who manages an account is shown in the list of accounts. Here only unusual states are shown.
            badges: badges.into_iter().filter(|_| account.kind == "host" || account.status != AccountStatus::Active).collect(),
            leave,
            id: account.id,
            name: account.name,
        }
    }
}

/// Reads the page in one trip to the database.
async fn page(cx: &Cx, filter: Filter, query: Option<&str>) -> Result<MePage> {
    let (listing, accounts) = Listing::own(cx, &Filter { limit: filter.limit.or(Some(100)), ..filter })?;
    let view = cx.view_signed_in().read(session::mine(cx)?).read(member_access::cannot_leave(cx)?);
    let done = accounts.into_iter().fold(view, View::read).run().await?;
    let (who, kept) = (done.who()?, member_access::cannot_leave_rows(&done, 1)?);
    let choice = |lang: Lang, label| Choice { value: lang.code(), label, selected: who.language == lang.code() };
    let mut sessions: Vec<SessionRow> = session::rows(&done, 0)?.into_iter().map(|session| SessionRow::of(cx.lang, session)).collect();
    sessions.sort_by_key(|session| !session.current);
    let accounts = listing.rows(cx, &done, 2)?;
    let Paging { next, first } = Paging::of("/me", query, accounts.next_cursor.as_deref());
    Ok(MePage {
        paging: Paging { next, first: first.map(|first| first + "#accounts") },
        frame: Frame::signed_in(cx, &done, cx.lang.text().me.title, "/me")?,
        first_name: who.first_name.clone(),
        last_name: who.last_name.clone(),
        email: who.email.clone(),
        new_email: String::new(),
        version: who.version,
        languages: vec![choice(Lang::It, "Italiano"), choice(Lang::En, "English")],
        sessions,
        accounts: accounts.data.into_iter().map(|account| MyAccountRow::of(cx.lang, account, &kept)).collect(),
    })
}

/// `GET /me`
///
/// # Errors
/// `not_signed_in`, `cursor_not_valid`.
pub async fn get(cx: Cx, uri: Uri, Params(filter): Params<Filter>) -> Result<Response> {
    let mut page = page(&cx, filter, uri.query()).await?;
    page.frame = page.frame.at(&uri);
    html(&page)
}

/// `GET /.well-known/change-password`: leads to where one changes the password, for password managers (W3C, «A Well-Known URL for Changing Passwords»).
///
/// # Errors
/// None.
pub async fn get_change_password(_: Cx) -> Result<Response> {
    Ok(see("/me#password"))
}

async fn refused(cx: &Cx, failure: Failure, typed: &mut (dyn FnMut(&mut MePage, &Refusal) + Send)) -> Result<Response> {
    let refusal = refusal_of(failure)?;
    let mut page = page(cx, Filter::default(), None).await?;
    page.frame = page.frame.refusing(&refusal);
    if refusal.rule != Rule::StaleVersion {
        typed(&mut page, &refusal);
    }
    again(&refusal, &page)
}

/// `POST /me`
///
/// # Errors
/// Those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Form((version, patch)): Form<(Version, MePatch)>) -> Result<Response> {
    match user::edit(&cx, &patch, version.seen()).await {
        Ok(user) => Ok(with_cookie(see("/me?done=profile_saved"), &cookies::language(Lang::parse(&user.language).unwrap_or(cx.lang).code()))),
        Err(failure) => {
            refused(&cx, failure, &mut |page, _| {
                page.first_name = patch.first_name.clone().unwrap_or_default();
                page.last_name = patch.last_name.clone().unwrap_or_default();
            })
            .await
        }
    }
}

/// The fields of the form for the password. One that is absent is refused at its field, after the session.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PasswordSent {
    current_password: String,
    new_password: String,
}

/// `POST /me/password`
///
/// # Errors
/// Those that the form cannot show (`refusal_of`).
pub async fn post_password(cx: Cx, Form((sent, again)): Form<(PasswordSent, Again)>) -> Result<Response> {
    let changed = match again.check(&sent.new_password) {
        Ok(()) => user::change_password(&cx, &PasswordChange { current_password: sent.current_password, new_password: sent.new_password }).await,
        differs => differs,
    };
    let Err(failure) = changed else { return Ok(see("/me?done=password_changed")) };
    refused(&cx, failure, &mut |page, refusal| {
        if refusal.rule == Rule::WrongPassword {
            page.frame.errors = vec![FieldMessage::on("current_password", rule_words(refusal.rule, page.frame.lang))];
        }
    })
    .await
}

/// The fields of the form for the address.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EmailSent {
    new_email: String,
    email_password: String,
}

/// `POST /me/email`
///
/// # Errors
/// Those that the form cannot show (`refusal_of`).
pub async fn post_email(cx: Cx, Form(sent): Form<EmailSent>) -> Result<Response> {
    let change = EmailChange { email: sent.new_email, current_password: sent.email_password };
    let Err(failure) = email_change::ask(&cx, &change).await else { return Ok(see("/me?done=email_change_asked")) };
    refused(&cx, failure, &mut |page, refusal| {
        page.new_email.clone_from(&change.email);
        let field = if refusal.rule == Rule::WrongPassword { Some("email_password") } else { Some("new_email").filter(|_| refusal.rule == Rule::Validation) };
        for error in &mut page.frame.errors {
            error.field = field;
        }
    })
    .await
}

/// `POST /me/sessions/{session}/end`
///
/// # Errors
/// `not_signed_in`, `not_found`.
pub async fn post_session_end(cx: Cx, Path(session): Path<String>) -> Result<Response> {
    session::end(&cx, &Which::One(session)).await?;
    Ok(see("/me?done=session_ended"))
}

/// `POST /me/sessions/end-others`
///
/// # Errors
/// `not_signed_in`.
pub async fn post_sessions_end_others(cx: Cx) -> Result<Response> {
    session::end(&cx, &Which::Others).await?;
    Ok(see("/me?done=sessions_ended"))
}

/// `POST /me/accounts/{account}/leave`
///
/// # Errors
/// Those that the form cannot show (`refusal_of`).
pub async fn post_leave(cx: Cx, Path(account): Path<AccountId>) -> Result<Response> {
    match member_access::leave(&cx, &account).await {
        Ok(()) => Ok(see("/accounts?done=left")),
        Err(failure) => refused(&cx, failure, &mut |_, _| {}).await,
    }
}

#[cfg(test)]
mod tests {
    use super::device;
    use crate::core::lang::Lang;

    #[test]
    fn a_session_is_recognised_by_its_browser_and_system() {
        let phone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36";
        assert_eq!(device(Lang::It, Some(phone)), "Chrome su Android");
        let desk = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(device(Lang::En, Some(desk)), "Firefox on Linux");
        assert_eq!(device(Lang::En, Some("curl/8.9")), "curl");
        assert_eq!(device(Lang::En, None), "Unknown device");
    }
}
